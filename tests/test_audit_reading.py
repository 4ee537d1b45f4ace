"""What passages really print, and what a print can stand for."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditing import audited
from marrowkg.audit.disjoint import disjoint_families
from marrowkg.audit.model import Anchor
from marrowkg.audit.percent import fitting_counts
from marrowkg.audit.printed import evaluate
from marrowkg.audit.reading import read_number
from marrowkg.audit.rounding import agreement, compatible, show
from marrowkg.paper.fields import Quantity
from marrowkg.paper.passage import Passage
from marrowkg.vocabulary import Vocabulary


def read(name: str, stored: dict[str, str], *texts: str) -> list[str]:
    """The values of one number that passages with these fragments print."""
    quantities = {key: Quantity(number=Decimal(value)) for key, value in stored.items()}
    anchors = [Anchor(f"p/passage/{i}", Passage("text", "Results", text)) for i, text in enumerate(texts)]
    return [str(reading.value) for reading in read_number(name, quantities, anchors)]


@pytest.mark.parametrize(
    ("name", "stored", "text", "values"),
    [
        ("percent", {"percent": "55.5"}, "bone pain (55.5%)", ["55.5"]),
        ("percent", {"percent": "55.5"}, "30 (55.3)", ["55.3"]),
        ("events", {"events": "30", "percent": "55.5"}, "31 (55.3)", ["31"]),
        ("percent", {"percent": "55.5"}, "pain in 55.3 %", ["55.3"]),
        ("percent", {"percent": "55.5"}, "10% without, 12% with", []),
        ("events", {"events": "20"}, "offered to 21/22", ["21"]),
        ("events", {"events": "20"}, "in 21 of 22", ["21"]),
        ("denominator", {"events": "21", "denominator": "54"}, "21/22", ["22"]),
        ("events", {"events": "20"}, "grade 3 CD10", []),
        ("events", {"percent": "55.5"}, "21/22", []),
        ("from year", {"from year": "1995"}, "between 1984-2008", ["1984"]),
        ("to year", {"to year": "2009"}, "between 1995 and 2008", ["2008"]),
        ("from year", {"from year": "1995"}, "22 patients", []),
    ],
)
def test_numbers_are_told_by_their_form(name: str, stored: dict[str, str], text: str, values: list[str]) -> None:
    assert read(name, stored, text) == values


def test_the_stored_value_comes_first() -> None:
    assert read("percent", {"percent": "55.5"}, "pain in 55.3%", "pain in 55.5%") == ["55.5", "55.3"]


@pytest.mark.parametrize(
    ("printed", "exact", "how"),
    [
        ("90.7", Fraction(4900, 54), "rounded"),
        ("5.5", Fraction(300, 54), "truncated"),
        ("5.6", Fraction(300, 54), "rounded"),
        ("20.7", Fraction(100, 37), "no"),
        ("2.5", Fraction(245, 100), "rounded"),
        ("2.4", Fraction(245, 100), "rounded"),
        ("24", Fraction(1300, 54), "rounded"),
        ("25", Fraction(1300, 54), "no"),
    ],
)
def test_rounding_is_told_from_truncation(printed: str, exact: Fraction, how: str) -> None:
    assert agreement(Decimal(printed), exact) == how


@given(st.integers(1, 500), st.data(), st.integers(0, 3))
def test_a_rounded_percentage_always_agrees(size: int, data: st.DataObject, places: int) -> None:
    events = data.draw(st.integers(0, size))
    printed = Decimal(show(Fraction(100 * events, size), places))
    assert agreement(printed, Fraction(100 * events, size)) == "rounded"
    assert events in fitting_counts(printed, size) or size > 6000


def test_a_coarser_print_can_stand_for_a_finer() -> None:
    assert compatible(Decimal("24"), Decimal("23.9"))
    assert not compatible(Decimal("57.2"), Decimal("57.1"))
    assert not compatible(Decimal("24"), Decimal("24.6"))


@pytest.mark.parametrize(
    ("formula", "value"), [("54 - 38", 16), ("7 + 9", 16), ("100 * 27 / 54", 50), ("(3 + 1) * 2", 8)]
)
def test_formulas_are_sums(formula: str, value: int) -> None:
    assert evaluate(formula) == value


@pytest.mark.parametrize("text", ["all patients", "__import__('os')", "1 / 0", "size of all", "2 ** 99", ""])
def test_other_text_is_no_formula(text: str) -> None:
    assert evaluate(text) is None


@pytest.mark.parametrize(
    ("name", "formula", "right", "wrong"),
    [
        ("events", "none", 0, 1),
        ("events", "all patients of the cohort", 54, 44),
        ("events", '"all, by definition"', 54, 45),
        ("events", "one of the two cases", 1, 2),
        ("events", '"those of both sexes, 1 + 2"', 3, 4),
        ("percent", "half of the patients", 50, 5),
        ("percent", '"one third, 100 / 3"', "33.3", "93.3"),
    ],
)
def test_formulas_in_words_are_read(
    name: str, formula: str, right: object, wrong: object, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    body = """
cohorts: {all: {name: all, condition: bone marrow metastasis, size: 54, evidence: {at: Results, quote: "54"}}}
results: [{frequency: anemia, in: all, %s: %s, derived: {%s: %s}, evidence: {at: Results, quote: "some"}}]
"""
    for value, rules in ((right, []), (wrong, ["derived-formula"])):
        run = audited(tmp_path, vocabulary, {"a2001": body % (name, value, name, formula)})
        assert [d.rule for d in run.discrepancies] == rules


def test_disjoint_classes_are_read_as_families() -> None:
    text = """
        @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix : <x:> .
        :a owl:disjointWith :b . [] a owl:AllDisjointClasses ; owl:members ( :c :d :e ) .
    """
    families = disjoint_families(ox.parse(text, format=ox.RdfFormat.TURTLE))
    assert families == [frozenset({"x:a", "x:b"}), frozenset({"x:c", "x:d", "x:e"})]
