"""What is computed from the results: intervals, evidence on one line, propositions."""

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from marrowkg.build import Built
from marrowkg.dataset import DERIVED
from marrowkg.prefixes import KG, MKG
from marrowkg.stats import wilson_interval
from marrowkg.synthesis import synthesise

Values = Callable[[str, str], list[str]]


@pytest.fixture(scope="module")
def values(built: Built) -> Values:
    """What a property of a thing holds in the derived graph."""
    derived = built.dataset.graphs[DERIVED]

    def of(thing: str, name: str) -> list[str]:
        wanted = (ox.NamedNode(KG + thing), ox.NamedNode(MKG + name))
        found = (t.object for t in derived if (t.subject, t.predicate) == wanted)
        return sorted(term.value for term in found if isinstance(term, ox.NamedNode | ox.Literal))

    return of


@pytest.mark.parametrize(
    ("result", "percent", "low", "high"),
    [
        ("alpha2001/result/bone-pain-in-all", "45.0", "30.7", "60.2"),
        ("alpha2001/result/bone-pain-in-breast", "50.0", "28.0", "72.0"),
        ("gamma2020/result/fever-in-all", "0.0", "0.0", "6.0"),
        ("gamma2020/result/bone-pain-in-alpha-series", "45.0", "30.7", "60.2"),
    ],
)
def test_a_count_has_a_percentage_and_an_interval(
    result: str, percent: str, low: str, high: str, values: Values
) -> None:
    assert values(result, "computedPercent") == [percent]
    assert (values(result, "wilsonLow"), values(result, "wilsonHigh")) == ([low], [high])


def test_intervals_are_those_of_the_counts_in_the_graph(built: Built, values: Values) -> None:
    counts: dict[str, dict[str, int]] = {}
    for triple in built.dataset.triples():
        name = triple.predicate.value.removeprefix(MKG)
        if name in ("events", "denominator") and isinstance(triple.subject, ox.NamedNode):
            assert isinstance(triple.object, ox.Literal)
            counts.setdefault(triple.subject.value.removeprefix(KG), {})[name] = int(triple.object.value)
    assert len(counts) > 10
    for result, count in counts.items():
        low, high = wilson_interval(count["events"], count["denominator"])
        assert [float(v) for v in values(result, "wilsonLow") + values(result, "wilsonHigh")] == pytest.approx(
            [100 * low, 100 * high], abs=0.0501
        )


@pytest.mark.parametrize(
    "result", ["alpha2001/result/blood-transfusion-in-all", "gamma2020/result/bone-pain-in-omega-series"]
)
def test_a_percentage_alone_gets_no_interval(result: str, values: Values) -> None:
    assert values(result, "computedPercent") == values(result, "wilsonLow") == values(result, "wilsonHigh") == []


def test_evidence_is_told_on_one_line_in_a_fixed_order(values: Values) -> None:
    assert values("alpha2001/result/bone-pain-in-all", "evidenceText") == [
        "Abstract: \u201c18 patients (45.0%)\u201d; Results: \u201c18 of 40 patients (44%)\u201d; "
        "Table 1, row Bone pain, column Total: \u201c18 (45)\u201d"
    ]


def directions(values: Values, proposition: str) -> dict[str, str]:
    """The evidence lines of a proposition: fact and direction."""
    lines = [f"evidence-line/{proposition}/{fact}" for fact in FACTS]
    found = {line: values(line, "direction") for line in lines}
    return {
        line.removeprefix(f"evidence-line/{proposition}/"): direction[0].removeprefix(MKG)
        for line, direction in found.items()
        if direction and values(line, "targetsProposition") == [f"{KG}proposition/{proposition}"]
    }


FACTS = [
    "alpha2001/result/bone-pain-in-all",
    "alpha2001/result/fever-in-all",
    "alpha2001/result/lumbago-in-all",
    "gamma2020/result/bone-pain-in-all",
    "gamma2020/result/bone-pain-in-alpha-series",
    "gamma2020/result/bone-pain-in-omega-series",
    "gamma2020/result/fever-in-all",
    "gamma2020/result/lumbago-in-all",
    "gamma2020/result/weight-loss-in-all",
]


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        ("Fever", {"alpha2001/result/fever-in-all": "Supports", "gamma2020/result/fever-in-all": "Disputes"}),
        ("Lumbago", {"alpha2001/result/lumbago-in-all": "Disputes", "gamma2020/result/lumbago-in-all": "Supports"}),
        ("WeightLoss", {}),
    ],
)
def test_results_support_or_dispute_and_what_was_not_assessed_does_neither(
    finding: str, expected: dict[str, str], values: Values
) -> None:
    assert directions(values, f"BoneMarrowMetastasis-{finding}") == expected


def test_a_result_bears_on_the_propositions_of_its_own_condition_and_finding_alone(values: Values) -> None:
    assert directions(values, "BoneMarrowMetastasis-BonePain").keys() == {fact for fact in FACTS if "bone-pain" in fact}
    assert directions(values, "BoneMarrowNecrosis-BonePain") == {}


def test_nothing_follows_from_nothing_and_order_makes_no_difference(built: Built, repository: Path) -> None:
    rules = repository / "ontology" / "synthesis"
    asserted = {t for name, graph in built.dataset.graphs.items() if name != DERIVED for t in graph}
    assert synthesise([], rules) == frozenset()
    assert synthesise(sorted(asserted, key=str, reverse=True), rules) == built.dataset.graphs[DERIVED]
