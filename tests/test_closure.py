"""What follows by the rules of ontology/rules, and what does not."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from marrowkg.build import Built
from marrowkg.closure import close
from marrowkg.dataset import INFERRED, ONTOLOGY, paper_graph

HEAD = """
@prefix mkg: <https://w3id.org/marrowkg/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <http://example.org/> .
"""


@pytest.fixture(scope="module")
def rules(repository: Path) -> Path:
    return repository / "ontology" / "rules"


def triples(text: str) -> frozenset[ox.Triple]:
    return frozenset(quad.triple for quad in ox.parse((HEAD + text).encode(), format=ox.RdfFormat.TURTLE))


CASES = {
    "10-about": [
        (
            "mkg:ofFinding rdfs:subPropertyOf mkg:about . :fact mkg:ofFinding :pain ; mkg:inCohort :all .",
            ":fact mkg:about :pain .",
        ),
        ("mkg:inCohort rdfs:subPropertyOf mkg:other . :fact mkg:inCohort :all .", ""),
    ],
    "15-concerns": [
        (":fact mkg:inCohort :all . :seen mkg:ofPatient :she .", ":fact mkg:concerns :all . :seen mkg:concerns :she ."),
        (":she mkg:memberOf :all . :all mkg:subsetOf :larger .", ""),
    ],
    "20-in-condition": [
        (
            ":fact mkg:inCohort :all . :all mkg:hasCaseDefinition :case . :other mkg:hasCaseDefinition :else .",
            ":fact mkg:inCondition :case .",
        ),
        (
            ":seen mkg:ofPatient :she . :she mkg:memberOf :all . :all mkg:hasCaseDefinition :case .",
            ":seen mkg:inCondition :case .",
        ),
        (":seen mkg:ofPatient :she . :he mkg:memberOf :all . :all mkg:hasCaseDefinition :case .", ""),
    ],
    "30-within-cohort": [
        (
            ":she mkg:memberOf :small . :small mkg:subsetOf :middle . :middle mkg:subsetOf :large .",
            ":she mkg:withinCohort :small , :middle , :large .",
        ),
        (
            ":she mkg:memberOf :large . :small mkg:subsetOf :large ; mkg:overlapsWith :other .",
            ":she mkg:withinCohort :large .",
        ),
        (":small mkg:subsetOf :large .", ""),
    ],
    "40-counted-in": [
        (
            ":count a mkg:FrequencyResult ; mkg:events 3 ; mkg:ofFinding :pain ; mkg:inCohort :all ."
            ":seen a mkg:PatientObservation ; mkg:ofFinding :pain ; mkg:ofPatient :she . :she mkg:withinCohort :all .",
            ":seen mkg:countedIn :count .",
        ),
        (
            ":count a mkg:FrequencyResult ; mkg:reportedPercent 3.0 ; mkg:ofFinding :pain ; mkg:inCohort :all ."
            ":seen a mkg:PatientObservation ; mkg:ofFinding :pain ; mkg:ofPatient :she . :she mkg:withinCohort :all .",
            "",
        ),
        (
            ":count a mkg:FrequencyResult ; mkg:events 3 ; mkg:ofFinding :fever ; mkg:inCohort :all ."
            ":seen a mkg:PatientObservation ; mkg:ofFinding :pain ; mkg:ofPatient :she . :she mkg:withinCohort :all .",
            "",
        ),
    ],
}
"""For each rule, what is given and all that follows from it by that rule alone."""


@pytest.mark.parametrize(("rule", "given", "expected"), [(r, g, e) for r, cases in CASES.items() for g, e in cases])
def test_a_rule_entails_what_it_should_and_no_more(
    rule: str, given: str, expected: str, rules: Path, tmp_path: Path
) -> None:
    (tmp_path / "rule.rq").write_bytes((rules / f"{rule}.rq").read_bytes())
    assert close(triples(given), tmp_path) == triples(expected)


def test_every_rule_has_a_case_where_something_follows_and_one_where_nothing_does(rules: Path) -> None:
    assert sorted(CASES) == [file.stem for file in sorted(rules.glob("*.rq"))]
    for cases in CASES.values():
        assert {bool(expected) for _, expected in cases} == {True, False}


@pytest.mark.parametrize("folder", ["rules", "synthesis"])
def test_every_rule_is_a_construct_with_a_summary(folder: str, repository: Path) -> None:
    files = sorted((repository / "ontology" / folder).glob("*.rq"))
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert isinstance(ox.Store().query(text), ox.QueryTriples), file.name
        assert {"#+ rule:", "#+ summary:"} <= {line.partition(":")[0] + ":" for line in text.splitlines()}


def test_rules_feed_each_other_until_nothing_new_follows(rules: Path) -> None:
    given = triples(
        ":count a mkg:FrequencyResult ; mkg:events 3 ; mkg:ofFinding :pain ; mkg:inCohort :large ."
        ":seen a mkg:PatientObservation ; mkg:ofFinding :pain ; mkg:ofPatient :she ."
        ":she mkg:memberOf :small . :small mkg:subsetOf :large ."
    )
    assert triples(":seen mkg:countedIn :count .") <= close(given, rules)


def test_a_rule_that_waits_for_a_later_one_is_asked_again(tmp_path: Path) -> None:
    step = "PREFIX : <http://example.org/> CONSTRUCT {{ ?x :{then} ?y }} WHERE {{ ?x :{if_} ?y }}"
    (tmp_path / "10-second.rq").write_text(step.format(if_="two", then="three"), encoding="utf-8")
    (tmp_path / "20-first.rq").write_text(step.format(if_="one", then="two"), encoding="utf-8")
    assert close(triples(":a :one :b ."), tmp_path) == triples(":a :two :b ; :three :b .")


def test_closing_twice_adds_nothing_and_never_repeats_what_was_given(built: Built, rules: Path) -> None:
    papers = [paper_graph(slug) for slug in built.papers]
    asserted = frozenset().union(*(built.dataset.graphs[name] for name in [ONTOLOGY, *papers]))
    inferred = close(asserted, rules)
    assert inferred == built.dataset.graphs[INFERRED]
    assert inferred and not inferred & asserted
    assert close(asserted | inferred, rules) == frozenset()


def test_more_facts_never_take_a_conclusion_away(rules: Path) -> None:
    little = triples(":fact mkg:inCohort :all . :all mkg:hasCaseDefinition :case .")
    more = little | triples(":all mkg:hasCaseDefinition :other . :fact mkg:ofPatient :she .")
    assert close(little, rules) < close(more, rules)
