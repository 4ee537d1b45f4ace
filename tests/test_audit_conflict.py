"""Conflicts: like with like, the words of the papers, and what comes of it with other counts."""

from pathlib import Path

import pytest

from auditing import audited
from marrowkg.audit.model import Conflict
from marrowkg.vocabulary import Vocabulary

BREAST = """
cohorts:
  all: {name: all patients, condition: bone marrow carcinomatosis from breast cancer, size: 22,
        evidence: {at: Results, quote: "22 patients"}}
results:
  - {frequency: thrombocytopenia, in: all, events: 9, when: diagnosis,
     evidence: {at: Results, quote: "thrombocytopenia in 9"}}
"""
ALL = """
cohorts:
  all: {name: all patients, condition: bone marrow metastasis, size: 54, evidence: {at: Results, quote: "54 patients"}}
  breast: {name: breast, condition: bone marrow metastasis of breast carcinoma, part of: all, size: 14,
           evidence: {at: Results, quote: "14 breast"}}
  prostate: {name: prostate, condition: bone marrow metastasis of prostatic adenocarcinoma, part of: all, size: 40,
             evidence: {at: Results, quote: "40 prostate"}}
"""
WHOLE = '{frequency: thrombocytopenia, in: all, events: 40, evidence: {at: Results, quote: "40 had thrombocytopenia"}}'
COLUMN = '{frequency: thrombocytopenia, in: breast, events: %s, evidence: {at: Results, quote: "%s of breast"}}'


def conflicts(folder: Path, vocabulary: Vocabulary, *bodies: str) -> list[Conflict]:
    """The conflicts between made-up papers, in their order."""
    return audited(folder, vocabulary, dict(zip(("a2001", "b2005"), bodies, strict=True))).conflicts


def test_the_nearest_groups_are_compared(tmp_path: Path, vocabulary: Vocabulary) -> None:
    nearer = f"{ALL}results: [{WHOLE}, {COLUMN}]"
    assert not conflicts(tmp_path, vocabulary, BREAST, nearer % (8, 8))
    (found,) = conflicts(tmp_path, vocabulary, BREAST, nearer % (14, 14))
    assert found.b
    assert found.b.fact == "b2005/result/thrombocytopenia-in-breast"


def test_a_wider_population_is_named_as_cause(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (found,) = conflicts(tmp_path, vocabulary, BREAST, f"{ALL}results: [{WHOLE}]")
    assert (
        "population: a2001 bone marrow carcinomatosis from breast cancer, b2005 bone marrow metastasis (the wider)"
        in found.cause
    )
    assert "time point: a2001 diagnosis, b2005 not stated" in found.cause
    assert not found.comparable


def test_criteria_are_told_with_their_paper(tmp_path: Path, vocabulary: Vocabulary) -> None:
    bounds = "findings: {thrombocytopenia: {criteria: CTC grade 1 or more}}\n"
    (found,) = conflicts(tmp_path, vocabulary, BREAST + bounds, f"{ALL}results: [{WHOLE}]")
    assert "definition of the finding: a2001 CTC grade 1 or more, b2005 not stated" in found.cause


def test_the_sides_are_the_words_of_the_papers(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (found,) = conflicts(tmp_path, vocabulary, BREAST, f"{ALL}results: [{WHOLE}]")
    assert (found.a.printed, found.b and found.b.printed) == ("thrombocytopenia in 9", "40 had thrombocytopenia")
    assert found.recomputed.startswith("a2001 9 of 22 (40.9%), b2005 40 of 54 (74.1%): Fisher p = 0.0087;")


def test_a_disputed_count_is_told_with_what_comes_of_the_other(tmp_path: Path, vocabulary: Vocabulary) -> None:
    table = """
tables: {Table 1: {file: table.csv, cells: events (percent), percent of: all, rows: {Plt: thrombocytopenia},
                   columns: {Breast: breast, Prostate: prostate, Total: all}}}
"""
    bodies = {"a2001": BREAST, "b2005": ALL + table}
    cells = ",Breast,Prostate,Total\nPlt,-,30 (55.6),40 (74.1)"
    bodies["b2005"] = bodies["b2005"].replace("percent of: all,", 'percent of: all, missing: {"-": not reported},')
    (found,) = audited(tmp_path, vocabulary, bodies, {"table.csv": cells}).conflicts
    assert "for 30 of 54 (55.6%) in b2005 (the sum of the groups of the table) p = 0.31" in found.note


def test_an_open_base_is_the_largest_that_fits(tmp_path: Path, vocabulary: Vocabulary) -> None:
    share = (
        "{frequency: thrombocytopenia, in: all, percent: 84.9, denominator: unknown,"
        ' evidence: {at: Results, quote: "thrombocytopenia in 84.9%"}}'
    )
    (found,) = conflicts(tmp_path, vocabulary, BREAST, f"{ALL}results: [{share}]")
    assert "b2005 45 of 53 (84.9%)" in found.recomputed
    assert "b2005: of how many the 84.9% are is not printed" in found.note


def test_a_finding_counted_in_parts_stands_with_the_largest(tmp_path: Path, vocabulary: Vocabulary) -> None:
    parts = """
  biopsied: {name: biopsied, condition: bone marrow carcinomatosis from breast cancer, part of: all, size: 17,
             evidence: {at: Results, quote: "17 biopsied"}}
  others: {name: the others, condition: bone marrow carcinomatosis from breast cancer, part of: all, size: 5,
           evidence: {at: Results, quote: "5 others"}}
results:
  - {frequency: thrombocytopenia, in: biopsied, events: 4, evidence: {at: Results, quote: "4 of them"}}
  - {frequency: thrombocytopenia, in: others, events: 5, evidence: {at: Results, quote: "all 5"}}
"""
    (found,) = conflicts(
        tmp_path, vocabulary, BREAST.partition("results:")[0].rstrip() + parts, f"{ALL}results: [{WHOLE}]"
    )
    assert "a2001 4 of 17 (23.5%)" in found.recomputed
    assert "for 9 of 22 (40.9%) in a2001 (together with the others) p = 0.0087" in found.note
    assert "part of the patients: a2001 counts biopsied" in found.cause


@pytest.mark.parametrize("word", ["about 84.9", "at most 84.9"])
def test_a_vague_percentage_is_no_party(word: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    share = (
        f"{{frequency: thrombocytopenia, in: all, percent: {word}, denominator: unknown,"
        ' evidence: {at: Results, quote: "84.9%"}}'
    )
    assert not conflicts(tmp_path, vocabulary, BREAST, f"{ALL}results: [{share}]")
