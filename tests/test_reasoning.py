"""The reasoner: what it concludes on the real papers is what SPARQL finds in the raw observations."""

from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest

from marrowkg.dataset import paper_graph, read_turtle
from marrowkg.paths import House
from marrowkg.prefixes import MKG
from marrowkg.reasoning import REASONED, Reasoned, ReasonerError, reason, reasoned_module
from marrowkg.validate import validate

REPOSITORY = Path(__file__).resolve().parent.parent
ONTOLOGY = REPOSITORY / "ontology" / "marrow.ttl"
QUESTIONS = Path(__file__).parent / "reasoning"
OWL = "http://www.w3.org/2002/07/owl#"
SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
EQUIVALENT = ox.NamedNode(OWL + "equivalentClass")

Papers = Mapping[str, frozenset[ox.Triple]]


def mkg(name: str) -> ox.NamedNode:
    return ox.NamedNode(MKG + name)


@pytest.fixture(scope="module")
def ontology() -> frozenset[ox.Triple]:
    """The ontology and the classes that stand for DL queries."""
    return read_turtle(ONTOLOGY) | read_turtle(QUESTIONS / "asked.ttl")


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    run = validate(House(REPOSITORY, tmp_path_factory.mktemp("cache")), quick=True)
    return {slug: lowered.triples for slug, lowered in run.papers.items()}


@pytest.fixture(scope="module")
def reasoned(ontology: frozenset[ox.Triple], curated: Papers) -> Reasoned:
    return reason(ontology, curated)


@pytest.fixture(scope="module")
def raw(ontology: frozenset[ox.Triple], curated: Papers) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triples in (ontology, *curated.values()) for triple in triples)
    return store


def found(store: ox.Store, question: str) -> set[str]:
    solutions = store.query((QUESTIONS / f"{question}.rq").read_text(encoding="utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    return {solution["member"].value for solution in solutions}


def test_every_defined_class_of_patients_is_compared_with_sparql(ontology: frozenset[ox.Triple]) -> None:
    defined = {t.subject for t in ontology if t.predicate == EQUIVALENT and isinstance(t.subject, ox.NamedNode)}
    patients = {node.value.removeprefix(MKG) for node in defined if node.value.startswith(f"{MKG}Patient")}
    assert patients <= {file.stem for file in QUESTIONS.glob("*.rq")}


@pytest.mark.owl
@pytest.mark.parametrize("question", sorted(file.stem for file in QUESTIONS.glob("*.rq")))
def test_the_reasoner_and_sparql_find_the_same_members(question: str, reasoned: Reasoned, raw: ox.Store) -> None:
    every = reasoned.types | reasoned.subclasses
    concluded = {t.subject for t in every if t.object == mkg(question) and "#Asked" not in str(t.subject)}
    expected = found(raw, question)
    assert {node.value for node in concluded if isinstance(node, ox.NamedNode)} == expected
    assert expected, "a class without members compares nothing"


@pytest.mark.owl
def test_ontology_and_papers_are_sound_and_the_tree_needs_no_reasoner(reasoned: Reasoned) -> None:
    assert reasoned.sound
    new = {str(t) for t in reasoned.subclasses if "#Asked" not in str(t)}
    assert new == set(), "assert these, so that SPARQL over rdfs:subClassOf* finds what the reasoner finds"


@pytest.mark.owl
def test_conclusions_are_a_module_of_new_types_only(reasoned: Reasoned, raw: ox.Store) -> None:
    module = reasoned_module(reasoned, [ox.NamedNode("https://w3id.org/marrowkg/graph/bmc2011")])
    assert ox.Triple(REASONED, TYPE, ox.NamedNode(OWL + "Ontology")) in module
    assert not [t for t in reasoned.types if ox.Quad(*t) in raw]


@pytest.mark.owl
def test_the_committed_conclusions_are_those_of_today(reasoned: Reasoned, curated: Papers) -> None:
    types = frozenset(t for t in reasoned.types if "#Asked" not in str(t))
    module = reasoned_module(Reasoned(types=types), map(paper_graph, curated))
    assert read_turtle(REPOSITORY / "graph" / "rdf" / "reasoned.ttl") == module, "run 'marrowkg reason'"


@pytest.mark.owl
def test_a_class_without_room_is_explained_in_words() -> None:
    result = reason(read_turtle(ONTOLOGY) | read_turtle(QUESTIONS / "faults" / "no-room.ttl"))
    causes = {fault.label: fault.because for fault in result.unsatisfiable}
    assert not result.sound
    assert set(causes) == {"anemic aspiration", "early anemic aspiration"}
    assert "anemic aspiration is a kind of (examines some bone marrow aspirate)" in causes["anemic aspiration"]
    assert "examines is said only of a diagnostic procedure" in causes["anemic aspiration"]
    assert len(causes["anemic aspiration"]) < 10
    assert causes["early anemic aspiration"] == (
        "early anemic aspiration is a kind of anemic aspiration, which can have no instance",
    )


@pytest.mark.owl
def test_a_contradiction_is_explained_in_words() -> None:
    result = reason(read_turtle(ONTOLOGY), {"x2000": read_turtle(QUESTIONS / "faults" / "contradiction.ttl")})
    assert not result.sound
    assert "patient 1 (x2000) is a patient" in result.conflict
    assert "cohort size is said only of a cohort" in result.conflict
    assert len(result.conflict) == 4


@pytest.mark.owl
def test_a_datatype_that_owl_does_not_know_is_refused() -> None:
    with pytest.raises(ReasonerError, match="HermiT refuses"):
        reason(read_turtle(QUESTIONS / "faults" / "date.ttl"))
