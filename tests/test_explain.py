"""From an IRI to the fact, its passages and the paper."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from marrowkg.errors import UnknownNameError
from marrowkg.explain import Explanation, explain, resolve_iri
from marrowkg.prefixes import KG, MKG


def told(store: ox.Store, name: str, sources: Path | None = None) -> Explanation:
    return explain(store, resolve_iri(store, name), sources)


@pytest.mark.parametrize(
    "name",
    ["alpha2001/result/fever-in-all", f"<{KG}alpha2001/result/fever-in-all>", KG + "alpha2001/result/fever-in-all",
     "kg:alpha2001/result/fever-in-all", " /alpha2001/result/fever-in-all "],
)  # fmt: skip
def test_an_iri_may_be_given_in_full_or_short(name: str, store: ox.Store) -> None:
    assert resolve_iri(store, name) == ox.NamedNode(KG + "alpha2001/result/fever-in-all")


def test_a_term_of_the_ontology_may_be_given_as_a_curie(store: ox.Store) -> None:
    assert resolve_iri(store, "mkg:BonePain") == ox.NamedNode(MKG + "BonePain")


@pytest.mark.parametrize("name", ["alpha2001/result/fevre-in-all", "http://example.org/x", "a b", "", "<>", "a>b"])
def test_what_the_graph_does_not_know_is_refused(name: str, store: ox.Store) -> None:
    with pytest.raises(UnknownNameError, match="no thing of the graph"):
        resolve_iri(store, name)


def test_the_nearest_is_named(store: ox.Store) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'alpha2001/result/fever-in-all'"):
        resolve_iri(store, "alpha2001/result/fevre-in-all")


def test_a_result_leads_to_its_passages_and_its_paper(store: ox.Store) -> None:
    explanation = told(store, "alpha2001/result/bone-pain-in-all")
    assert "18 of 40 patients (44%)" in [v for part in explanation.parts for _, v in part.facts]
    kinds = [kind for part in explanation.parts for kind in part.kinds]
    assert kinds.count("text passage") == 2
    assert "table cell" in kinds
    assert any(part.iri == KG + "alpha2001/paper" for part in explanation.parts)
    facts = dict(explanation.facts)
    assert (facts["events"], facts["denominator"], facts["reported percentage"]) == ("18", "40", "45")


def test_a_passage_leads_up_to_what_it_anchors(store: ox.Store) -> None:
    explanation = told(store, "alpha2001/passage/fever-in-all")
    assert KG + "alpha2001/result/fever-in-all" in [part.iri for part in explanation.parts]


def test_a_derived_number_leads_to_its_formula(store: ox.Store) -> None:
    [derivation] = [p for p in told(store, "alpha2001/cohort/untreated").parts if "/derivation/" in p.iri]
    assert "40 - 31" in dict(derivation.facts).values()


def test_nothing_is_told_twice(store: ox.Store) -> None:
    def iris(explanation: Explanation) -> list[str]:
        return [explanation.iri, *(iri for part in explanation.parts for iri in iris(part))]

    for name in ("alpha2001/result/bone-pain-in-all", "beta2010/patient/case-1", "gamma2020/cohort/all"):
        told_of = iris(told(store, name))
        assert len(told_of) == len(set(told_of))


def test_with_the_text_a_passage_is_shown_in_its_surroundings(store: ox.Store, data: Path) -> None:
    explanation = told(store, "beta2010/passage/case-1-line-1", data / "mini" / "sources")
    assert explanation.around is not None
    before, at, after = explanation.around
    assert before.endswith("Calcium was not measured. She received")
    assert at == "capecitabine as first-line treatment"
    assert after.startswith(". After two cycles a partial remission")


def test_a_cell_is_shown_in_its_row(store: ox.Store, data: Path) -> None:
    explanation = told(store, "beta2010/passage/1-anemia", data / "mini" / "sources")
    assert explanation.around is not None
    assert (explanation.around[0].endswith("1 1 26"), explanation.around[1]) == (True, "2")


def test_without_the_text_there_are_no_surroundings(store: ox.Store, tmp_path: Path) -> None:
    assert told(store, "alpha2001/passage/fever-in-all").around is None
    assert told(store, "alpha2001/passage/fever-in-all", tmp_path).around is None


def test_text_and_data_say_the_same(store: ox.Store) -> None:
    explanation = told(store, "alpha2001/result/fever-in-all")
    lines, document = "\n".join(explanation.lines()), explanation.as_data()
    assert document["iri"] == explanation.iri and f"<{explanation.iri}>" in lines
    assert [(fact["property"], fact["value"]) for fact in document["facts"]] == list(explanation.facts)
    assert all(value in lines for _, value in explanation.facts)
    assert [part["iri"] for part in document["parts"]] == [part.iri for part in explanation.parts]
