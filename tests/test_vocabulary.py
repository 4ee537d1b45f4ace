"""Terms by label, synonym and CURIE."""

from pathlib import Path

import pytest

from marrowkg.errors import UnknownNameError
from marrowkg.prefixes import MKG
from marrowkg.vocabulary import Term, Vocabulary, load_vocabulary

ONTOLOGY = """
@prefix mkg: <https://w3id.org/marrowkg/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
mkg:Finding a owl:Class ; rdfs:label "finding"@en .
mkg:Pain a owl:Class ; rdfs:subClassOf mkg:Finding ; rdfs:label "pain"@en ; skos:altLabel "ache"@en .
mkg:BonePain a owl:Class ; rdfs:subClassOf mkg:Pain , [ a owl:Restriction ] ; rdfs:label "bone pain"@en ;
    skos:altLabel "osteodynia"@en .
mkg:Outcome a owl:Class ; rdfs:label "outcome"@en .
mkg:Ache a owl:Class ; rdfs:subClassOf mkg:Outcome ; rdfs:label "aching outcome"@en ; skos:altLabel "Ache"@en .
mkg:Relation a owl:Class ; rdfs:label "relation"@en .
mkg:leads a owl:NamedIndividual , mkg:Relation ; rdfs:label "leads to"@en .
<https://example.org/Pain> a owl:Class ; rdfs:label "foreign pain" .
"""
BONE_PAIN = Term("bone pain", MKG + "BonePain")


@pytest.fixture
def small(tmp_path: Path, repository: Path) -> Vocabulary:
    (tmp_path / "marrow.ttl").write_text(ONTOLOGY, encoding="utf-8")
    (tmp_path / "prefixes.ttl").write_bytes((repository / "ontology" / "prefixes.ttl").read_bytes())
    return load_vocabulary(tmp_path)


@pytest.mark.parametrize("name", ["bone pain", "mkg:BonePain", MKG + "BonePain", f"<{MKG}BonePain>"])
def test_a_curator_writes_a_label_or_a_curie(small: Vocabulary, name: str) -> None:
    assert small.term(name) == BONE_PAIN
    assert small.term(name, ["Finding"]) == BONE_PAIN


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("bone pian", "no finding is called 'bone pian'; did you mean 'bone pain'"),
        ("osteodynia", "'osteodynia' is a synonym of 'bone pain', write that"),
        ("aching outcome", r"the ontology has it, but not as finding"),
        ("mkg:leads", "no finding is called"),
        ("mgk:BonePain", "no prefix is called 'mgk'"),
    ],
)
def test_what_a_curator_may_not_write_is_refused_with_the_cure(small: Vocabulary, name: str, message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        small.term(name, ["Finding"])


@pytest.mark.parametrize("name", ["Bone Pain", " bone pain ", "OSTEODYNIA", "osteodynia", "mkg:BonePain"])
def test_an_asker_may_write_a_synonym_in_any_case(small: Vocabulary, name: str) -> None:
    assert small.resolve(name, ["Finding"]) == BONE_PAIN


def test_a_synonym_of_two_terms_is_read_as_the_one_that_is_asked_for(small: Vocabulary) -> None:
    assert small.resolve("ache", ["Finding"]).label == "pain"
    assert small.resolve("ache", ["Outcome"]).label == "aching outcome"


def test_an_asker_is_told_the_nearest(small: Vocabulary) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'bone pain'"):
        small.resolve("bone pan", ["Finding"])


def test_ancestors_are_the_class_and_all_above_it(small: Vocabulary) -> None:
    assert small.ancestors(BONE_PAIN.iri) == {MKG + name for name in ("BonePain", "Pain", "Finding")}
    assert small.is_under(BONE_PAIN, "BonePain") and small.is_under(BONE_PAIN, "Finding")
    assert not small.is_under(BONE_PAIN, "Outcome")
    assert small.labels_under(["Finding"]) == ["bone pain", "finding", "pain"]


def test_a_circle_of_classes_ends() -> None:
    text = f"<{MKG}A> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <{MKG}B> . "
    import pyoxigraph as ox

    triples = ox.parse(
        (text + text.replace("A", "C").replace("B>", "A>").replace("C>", "B>")).encode(), format=ox.RdfFormat.TURTLE
    )
    assert Vocabulary(triples, {}).ancestors(MKG + "A") == {MKG + "A", MKG + "B"}


def test_individuals_are_not_classes_and_foreign_classes_are_not_ours(small: Vocabulary) -> None:
    assert list(small.individuals("Relation")) == ["leads to"]
    assert "leads to" not in small.classes
    assert "foreign pain" not in small.classes


def test_a_term_has_a_name_and_a_curie(small: Vocabulary) -> None:
    assert (BONE_PAIN.name, small.curie(BONE_PAIN)) == ("BonePain", "mkg:BonePain")


def test_no_two_terms_of_the_ontology_share_a_label(vocabulary: Vocabulary) -> None:
    iris = [
        iri for iri, kinds in vocabulary._kinds.items() if iri.startswith(MKG) and iri in vocabulary._labels and kinds
    ]
    labels = [
        vocabulary._labels[iri] for iri in iris if any(kind.endswith("#Class") for kind in vocabulary._kinds[iri])
    ]
    assert sorted({label for label in labels if labels.count(label) > 1}) == []


@pytest.mark.parametrize(
    "root", ["Finding", "Characteristic", "Treatment", "Outcome", "Condition", "DiagnosticProcedure", "StudyDesign"]
)
def test_the_ontology_has_every_root_that_the_curated_fields_name(vocabulary: Vocabulary, root: str) -> None:
    assert len(vocabulary.labels_under([root])) > 1
