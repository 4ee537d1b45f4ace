"""From a curated paper to its graph."""

import re
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from invented import Edit
from marrowkg.lower import Lowered, lower
from marrowkg.lower.graph import slugify
from marrowkg.paper.facts import facts_of
from marrowkg.paper.paper import Paper
from marrowkg.paper.reading import read_paper
from marrowkg.prefixes import KG, MKG
from marrowkg.vocabulary import Vocabulary

ALPHA, BETA, GAMMA = "alpha2001", "beta2010", "gamma2020"
CARCINOMATOSIS = "bone-marrow-carcinomatosis-presents-with-bone-pain"


def lowered(paper: Paper, vocabulary: Vocabulary) -> Lowered:
    return lower(paper, facts_of(paper), vocabulary)


@pytest.fixture
def graphs(papers: Mapping[str, Paper], vocabulary: Vocabulary) -> Mapping[str, Lowered]:
    return {slug: lowered(paper, vocabulary) for slug, paper in papers.items()}


def own(graph: Lowered) -> set[str]:
    """The things of the paper; another paper is only declared, so that a source can be said to be the same work."""
    subjects = {t.subject.value for t in graph.triples if isinstance(t.subject, ox.NamedNode)}
    return subjects - {f"{KG}{other}/paper" for other in (ALPHA, BETA, GAMMA) if other != graph.slug}


def values(graph: Lowered, name: str, predicate: str) -> list[str]:
    """What a property of a thing of the paper holds, shortened: `Relayed`, `alpha2001/cohort/all`, `45.0`."""
    subject = ox.NamedNode(f"{KG}{graph.slug}/{name}")
    found = [
        t.object for t in graph.triples if t.subject == subject and t.predicate.value in (MKG + predicate, predicate)
    ]
    texts = (term.value for term in found if isinstance(term, ox.NamedNode | ox.Literal))
    return sorted(text.removeprefix(MKG).removeprefix(KG) for text in texts)


def test_iris_are_made_of_paper_kind_and_name(graphs: Mapping[str, Lowered]) -> None:
    for slug, graph in graphs.items():
        assert all(re.fullmatch(rf"{KG}{slug}/(paper|[a-z]+/[a-z0-9-]+)", iri) for iri in own(graph))
        assert f"{KG}{slug}/paper" in own(graph)
    assert f"{KG}alpha2001/result/bone-pain-in-all" in graphs[ALPHA].origins
    assert f"{KG}beta2010/observation/1-tumor-grade" in graphs[BETA].origins
    assert f"{KG}beta2010/response/case-1-line-1-partial-remission" in graphs[BETA].origins


def test_there_is_no_blank_node(graphs: Mapping[str, Lowered]) -> None:
    terms = [term for graph in graphs.values() for t in graph.triples for term in (t.subject, t.object)]
    assert not [term for term in terms if isinstance(term, ox.BlankNode)]


def test_every_iri_remembers_the_line_it_comes_from(graphs: Mapping[str, Lowered], papers: Mapping[str, Paper]) -> None:
    for slug, graph in graphs.items():
        assert own(graph) <= set(graph.origins)
        assert graph.issues == []
        for iri, where in graph.origins.items():
            assert where.file.name.startswith(slug) or where.file.parent.name == slug, iri
    origin = graphs[ALPHA].origins[f"{KG}alpha2001/result/fever-in-all"]
    assert "frequency: fever" in origin.file.read_text(encoding="utf-8").splitlines()[origin.line - 1]


def test_everything_has_a_label_and_no_two_things_share_one(graphs: Mapping[str, Lowered]) -> None:
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    for graph in graphs.values():
        labels = [
            t.object.value for t in graph.triples if t.predicate.value == label and isinstance(t.object, ox.Literal)
        ]
        assert len(labels) == len(graph.origins)
        assert sorted(label for label in set(labels) if labels.count(label) > 1) == []


def test_one_result_has_several_passages_each_with_what_it_prints(graphs: Mapping[str, Lowered]) -> None:
    alpha = graphs[ALPHA]
    assert values(alpha, "result/bone-pain-in-all", "anchoredBy") == [
        f"alpha2001/passage/bone-pain-in-all-{n}" for n in (1, 2, 3)
    ]
    assert values(alpha, "passage/bone-pain-in-all-1", "printed") == ["18 patients (45.0%)"]
    assert values(alpha, "passage/bone-pain-in-all-2", "printed") == ["18 of 40 patients (44%)"]
    assert values(alpha, "passage/bone-pain-in-all-3", "printed") == ["18 (45)"]
    assert values(alpha, "passage/bone-pain-in-all-3", "rowLabel") == ["Bone pain"]
    assert values(alpha, "result/bone-pain-in-all", "reportedPercent") == ["45.0"]


def test_every_fact_has_a_passage_and_every_passage_one_owner(graphs: Mapping[str, Lowered]) -> None:
    for graph in graphs.values():
        anchors = [(t.subject, t.object) for t in graph.triples if t.predicate.value == MKG + "anchoredBy"]
        kinds = {iri: iri.removeprefix(f"{KG}{graph.slug}/").partition("/")[0] for iri in graph.origins}
        facts = {
            iri for iri, kind in kinds.items() if kind in ("result", "observation", "line", "response", "statement")
        }
        assert facts <= {owner.value for owner, _ in anchors if isinstance(owner, ox.NamedNode)}
        passages = [passage.value for _, passage in anchors if isinstance(passage, ox.NamedNode)]
        assert sorted(passages) == sorted(iri for iri, kind in kinds.items() if kind == "passage")


def test_a_denominator_that_is_not_printed_is_the_size_and_marked_derived(graphs: Mapping[str, Lowered]) -> None:
    alpha = graphs[ALPHA]
    assert values(alpha, "result/fever-in-all", "denominator") == ["40"]
    assert values(alpha, "result/fever-in-all", "derivation") == ["alpha2001/derivation/fever-in-all-denominator"]
    derivation = "derivation/fever-in-all-denominator"
    assert values(alpha, derivation, "derivedValueOf") == ["denominator"]
    assert values(alpha, derivation, "formula") == ["size of the cohort, all patients"]
    assert values(alpha, derivation, "derivedFrom") == ["alpha2001/cohort/all"]


def test_a_denominator_that_is_printed_is_not_derived(graphs: Mapping[str, Lowered]) -> None:
    for result in ("bone-pain-in-all", "osteolytic-bone-metastasis-in-all"):
        assert values(graphs[ALPHA], f"result/{result}", "derivation") == []
    assert values(graphs[ALPHA], "result/osteolytic-bone-metastasis-in-all", "denominator") == ["30"]
    assert values(graphs[ALPHA], "result/osteolytic-bone-metastasis-in-all", "denominatorKind") == ["Assessed"]


def test_a_denominator_that_is_unknown_or_of_no_events_is_not_made_up(graphs: Mapping[str, Lowered]) -> None:
    assert values(graphs[ALPHA], "result/blood-transfusion-in-all", "denominator") == []
    assert values(graphs[ALPHA], "result/blood-transfusion-in-all", "comparator") == [">"]
    assert values(graphs[GAMMA], "result/bone-pain-in-omega-series", "denominator") == []
    assert values(graphs[ALPHA], "result/fatigue-in-breast", "denominator") == []
    assert values(graphs[ALPHA], "result/fatigue-in-breast", "status") == ["NotReported"]


def test_a_derived_size_names_its_formula_and_its_source(graphs: Mapping[str, Lowered]) -> None:
    derivation = "derivation/cohort-untreated-size"
    assert values(graphs[ALPHA], "cohort/untreated", "derivation") == [f"alpha2001/{derivation}"]
    assert values(graphs[ALPHA], derivation, "formula") == ["40 - 31"]
    assert values(graphs[ALPHA], derivation, "derivedFrom") == ["alpha2001/cohort/all"]


def test_what_is_relayed_names_its_source_and_what_is_not_does_not(graphs: Mapping[str, Lowered]) -> None:
    gamma = graphs[GAMMA]
    for cohort, source in (("alpha-series", "alpha"), ("omega-series", "omega")):
        assert values(gamma, f"result/bone-pain-in-{cohort}", "basis") == ["Relayed"]
        assert values(gamma, f"result/bone-pain-in-{cohort}", "originalSource") == [f"gamma2020/source/{source}"]
    assert values(gamma, "result/bone-pain-in-all", "basis") == ["FirstHand"]
    assert values(gamma, "result/bone-pain-in-all", "originalSource") == []
    assert values(gamma, "source/alpha", "sameWorkAs") == ["alpha2001/paper"]


def test_absent_not_assessed_not_reported_and_not_available_differ(graphs: Mapping[str, Lowered]) -> None:
    found = {
        "absent": values(graphs[ALPHA], "result/lumbago-in-all", "status"),
        "not assessed": values(graphs[GAMMA], "result/weight-loss-in-all", "status"),
        "not reported": values(graphs[BETA], "observation/2-number-of-prior-treatment-regimens", "status"),
        "not available": values(graphs[BETA], "observation/3-number-of-prior-treatment-regimens", "status"),
        "grade 0": values(graphs[BETA], "observation/2-anemia", "status"),
    }
    assert found == {
        "absent": ["Absent"],
        "not assessed": ["NotAssessed"],
        "not reported": ["NotReported"],
        "not available": ["NotAvailable"],
        "grade 0": ["Absent"],
    }


def test_a_finding_may_be_of_two_kinds_where_the_paper_says_so(graphs: Mapping[str, Lowered]) -> None:
    kinds = values(graphs[BETA], "finding/lumbar-pain", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    assert {"LumbarPain", "BonePain"} <= set(kinds)


def test_several_objects_make_several_statements(graphs: Mapping[str, Lowered]) -> None:
    for words in ("marrow-fibrosis", "bone-marrow-metastasis"):
        statement = f"statement/corticosteroid-improves-{words}"
        assert values(graphs[ALPHA], statement, "certainty") == ["uncertain"]
        assert len(values(graphs[ALPHA], statement, "anchoredBy")) == 2


def test_comparisons_estimates_and_lines_keep_their_numbers(graphs: Mapping[str, Lowered]) -> None:
    alpha, beta = graphs[ALPHA], graphs[BETA]
    comparison = "result/survival-by-treatment"
    assert values(alpha, comparison, "pValue") == ["0.05"] and values(alpha, comparison, "pComparator") == ["<"]
    assert values(alpha, comparison, "groupA") == ["alpha2001/cohort/treated"]
    assert values(alpha, comparison, "groupB") == ["alpha2001/cohort/untreated"]
    hemoglobin = "result/hemoglobin-concentration-in-all"
    assert [values(alpha, hemoglobin, name) for name in ("value", "low", "high")] == [["8.8"], ["8.30"], ["9.31"]]
    assert values(beta, "line/case-1-line-2", "follows") == ["beta2010/line/case-1-line-1"]
    assert values(beta, "line/case-1-line-1", "follows") == []


@pytest.mark.parametrize(
    ("name", "old", "new", "twice"),
    [
        ("alpha2001.yaml", "frequency: fever\n", "frequency: bone pain\n", "result/bone-pain-in-all"),
        (
            "alpha2001.yaml",
            "occurrence: lumbago\n",
            "occurrence: lumbago\n    id: fever-in-all\n",
            "result/fever-in-all",
        ),
        ("beta2010.yaml", "absent: fever", "absent: fatigue", "observation/case-1-fatigue"),
        ("beta2010.patients.csv", "2,61,F", "case 1,61,F", "patient/case-1"),
        ("beta2010.yaml", "id: treat-in-cytopenia", f"id: {CARCINOMATOSIS}", f"statement/{CARCINOMATOSIS}"),
    ],
)
def test_a_name_that_is_given_twice_is_complained_about(
    name: str, old: str, new: str, twice: str, edit: Edit, vocabulary: Vocabulary
) -> None:
    issues = lowered(read_paper(edit(name, old, new), vocabulary), vocabulary).issues
    assert {issue.code for issue in issues} == {"id-twice"}
    assert twice in issues[0].message
    assert all(issue.where and issue.where.line for issue in issues)


def test_two_results_on_one_subject_stand_beside_each_other_when_named(edit: Edit, vocabulary: Vocabulary) -> None:
    new = "frequency: bone pain\n    id: again\n"
    graph = lowered(read_paper(edit("alpha2001.yaml", "frequency: fever\n", new), vocabulary), vocabulary)
    assert graph.issues == []
    assert values(graph, "result/again", "events") == ["5"]


@settings(max_examples=20)
@given(data=st.data())
def test_the_order_of_entries_and_keys_makes_no_difference(
    data: st.DataObject, papers: Mapping[str, Paper], vocabulary: Vocabulary, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("shuffled")
    original = papers[ALPHA].places.file
    content = yaml.load(original.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    content["results"] = data.draw(st.permutations(content["results"]))
    content["statements"] = data.draw(st.permutations(content["statements"]))
    content["cohorts"] = dict(data.draw(st.permutations(list(content["cohorts"].items()))))
    content = dict(data.draw(st.permutations(list(content.items()))))
    (folder / original.name).write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    table = original.with_name("alpha2001.table-1.csv")
    (folder / table.name).write_bytes(table.read_bytes())
    shuffled = lowered(read_paper(folder / original.name, vocabulary), vocabulary)
    assert shuffled.triples == lowered(papers[ALPHA], vocabulary).triples
    assert shuffled.issues == []


def test_another_paper_in_the_folder_changes_nothing(data: Path, tmp_path: Path, vocabulary: Vocabulary) -> None:
    alone = tmp_path / "beta2010.yaml"
    for name in ("beta2010.yaml", "beta2010.patients.csv"):
        (tmp_path / name).write_bytes((data / "mini" / "papers" / name).read_bytes())
    beside = read_paper(data / "mini" / "papers" / "beta2010.yaml", vocabulary)
    assert lowered(read_paper(alone, vocabulary), vocabulary).triples == lowered(beside, vocabulary).triples


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Bone pain", "bone-pain"),
        ("HER2 overexpression", "her2-overexpression"),
        ("Grünwald", "grunwald"),
        ("\u2026", "x"),
    ],
)
def test_slugs_are_lower_case_ascii(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text())
def test_any_text_gives_a_slug_that_stays(text: str) -> None:
    slug = slugify(text)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert slugify(slug) == slug
