"""Aggregates of the text against the rows of a patient table."""

from pathlib import Path

import pytest

from auditing import audited
from marrowkg.audit.model import Discrepancy
from marrowkg.vocabulary import Vocabulary
from test_audit import FOUR, ROWS, TABLE


def found(folder: Path, vocabulary: Vocabulary, result: str, cohorts: str = FOUR) -> tuple[list[Discrepancy], int]:
    """The mismatches with the rows, and how many figures were held against them."""
    run = audited(folder, vocabulary, {"a2001": f"{cohorts}{ROWS}\nresults:\n  - {result}"}, {"rows.csv": TABLE})
    checks = [check for check in run.checks if check.rule == "patient-rows"]
    return [check.found for check in checks if check.found], len(checks)


@pytest.mark.parametrize(
    ("result", "right", "wrong", "rows"),
    [
        ('{frequency: anemia, in: all, events: %s, evidence: {at: Results, quote: "%s"}}', 3, 2, "3 of 4 rows"),
        (
            '{frequency: liver metastasis, in: all, events: %s, evidence: {at: Results, quote: "%s"}}',
            1,
            2,
            "1 of 4 rows",
        ),
        (
            '{frequency: lymph node metastasis, in: all, events: %s, evidence: {at: Results, quote: "%s"}}',
            0,
            2,
            "0 of 4 rows",
        ),
        ('{frequency: stage IV, in: all, events: %s, evidence: {at: Results, quote: "%s"}}', 2, 1, "2 of 4 rows"),
        (
            '{frequency: estrogen receptor negativity, in: all, events: %s, evidence: {at: Results, quote: "%s"}}',
            1,
            2,
            "1 of 3 rows",
        ),
        (
            "{frequency: estrogen receptor expression, in: all, status: not available, events: %s,"
            ' evidence: {at: Results, quote: "%s"}}',
            1,
            2,
            "1 of 4 rows",
        ),
        (
            "{measurement: age at primary tumor diagnosis, in: all, median: %s, unit: a,"
            ' evidence: {at: Results, quote: "%s years"}}',
            45,
            47,
            "45 (median of 4 rows)",
        ),
        (
            "{measurement: age at primary tumor diagnosis, in: all, range: [%s, 67], unit: a,"
            ' evidence: {at: Results, quote: "%s to 67 years"}}',
            34,
            32,
            "34 (lowest of 4 rows)",
        ),
        (
            "{frequency: interval from first diagnosis to bone marrow involvement, in: all, events: %s,"
            ' qualifier: less than 3 years after diagnosis, evidence: {at: Results, quote: "%s within"}}',
            2,
            3,
            "2 of 4 rows",
        ),
    ],
)
def test_the_rows_are_counted(
    result: str, right: int, wrong: int, rows: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    clean, checks = found(tmp_path, vocabulary, result % (right, right))
    assert not clean
    assert checks > 1
    mismatches, _ = found(tmp_path, vocabulary, result % (wrong, wrong))
    assert [m.b and m.b.printed for m in mismatches] == [rows]
    assert [m.recomputed for m in mismatches] == [rows.partition(" ")[0]]
    assert all(m.b and m.b.locators for m in mismatches)


def test_a_mean_is_rounded_as_far_as_it_is_printed(tmp_path: Path, vocabulary: Vocabulary) -> None:
    result = (
        "{measurement: age at primary tumor diagnosis, in: all, mean: %s, unit: a,"
        ' evidence: {at: Results, quote: "%s"}}'
    )
    assert not found(tmp_path, vocabulary, result % ("47.8", "47.8"))[0]
    assert not found(tmp_path, vocabulary, result % ("48", "48"))[0]
    assert found(tmp_path, vocabulary, result % ("47.5", "47.5"))[0]


def test_a_group_bounded_by_an_interval_is_counted(tmp_path: Path, vocabulary: Vocabulary) -> None:
    cohorts = (
        FOUR
        + "  early: {name: early onset (less than 36 months), condition: bone marrow metastasis, part of: all,"
        + ' size: %s, evidence: {at: Results, quote: "%s patients"}}\n'
    )
    result = '{frequency: anemia, in: all, events: 3, evidence: {at: Results, quote: "3"}}'
    assert not found(tmp_path, vocabulary, result, cohorts % (2, 2))[0]
    assert [m.recomputed for m in found(tmp_path, vocabulary, result, cohorts % (3, 3))[0]] == ["2"]


@pytest.mark.parametrize("words", ["qualifier: grade 3", "when: after treatment"])
def test_what_is_restricted_is_not_counted(words: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    result = f'{{frequency: anemia, in: all, events: 1, {words}, evidence: {{at: Results, quote: "1 patient"}}}}'
    assert not found(tmp_path, vocabulary, result)[0]


def test_half_is_no_percentage(tmp_path: Path, vocabulary: Vocabulary) -> None:
    result = (
        "{frequency: liver metastasis, in: all, percent: 50, derived: {percent: half},"
        ' evidence: {at: Results, quote: "half"}}'
    )
    assert not found(tmp_path, vocabulary, result)[0]


def test_a_count_of_none_names_the_column(tmp_path: Path, vocabulary: Vocabulary) -> None:
    result = '{frequency: lymph node metastasis, in: all, events: 2, evidence: {at: Results, quote: "2"}}'
    ((mismatch,), _) = found(tmp_path, vocabulary, result)
    assert mismatch.b
    assert mismatch.b.locators == "Table 1, rows 1 to 4, column Sites"


def test_an_extreme_value_names_its_row_only(tmp_path: Path, vocabulary: Vocabulary) -> None:
    result = (
        "{measurement: age at primary tumor diagnosis, in: all, range: [34, 70], unit: a,"
        ' evidence: {at: Results, quote: "34 to 70 years"}}'
    )
    ((mismatch,), _) = found(tmp_path, vocabulary, result)
    assert mismatch.b
    assert mismatch.b.locators == "Table 1, row 4, column Age"
