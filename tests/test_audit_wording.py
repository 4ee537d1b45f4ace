"""How a mismatch reads: its subject, its sides, its places, and what the figures support."""

from pathlib import Path

import pytest

from auditing import audited
from marrowkg.audit.lower import lower_audit
from marrowkg.audit.model import Anchor, Discrepancy, Side
from marrowkg.errors import CurationError
from marrowkg.lower import lower
from marrowkg.paper.passage import Passage
from marrowkg.vocabulary import Vocabulary

COHORT = """
cohorts:
  all: {name: all patients, condition: bone marrow metastasis, size: 54, evidence: {at: Results, quote: "54 patients"}}
"""


def only(folder: Path, vocabulary: Vocabulary, body: str, rule: str) -> Discrepancy:
    """The one mismatch that a rule finds."""
    (found,) = (d for d in audited(folder, vocabulary, {"a2001": body}).discrepancies if d.rule == rule)
    return found


@pytest.mark.parametrize(
    ("stored", "one", "other", "told"),
    [
        ("events: 49, percent: 90.7", "49 (90.7%)", "anemia in 90.4%", "49 of 54 is 90.7%, which supports 90.7%"),
        ("events: 30, percent: 55.5", "30 (55.5%)", "anemia in 55.3%", "which supports 55.5%, cut instead of rounded"),
        ("events: 31, percent: 57.2", "31 (57.2%)", "anemia in 57.1%", "31 of 54 is 57.4%, which supports neither"),
        ("percent: 57.4", "57.4%", "anemia in 59.3%", "do not tell which is right"),
        ("events: 27, percent: 50", "27 (50%)", "in 28 of 54", "50% of 54 would be 27, which supports 27"),
    ],
)
def test_a_number_printed_twice_says_what_arithmetic_supports(
    stored: str, one: str, other: str, told: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    body = f"""{COHORT}
results:
  - {{frequency: anemia, in: all, {stored},
      evidence: [{{at: Results, quote: "{one}"}}, {{at: Abstract, quote: "{other}"}}]}}
"""
    found = only(tmp_path, vocabulary, body, "printed-differently")
    assert found.note.startswith("anemia: ")
    assert told in found.note


def test_the_percentages_of_a_group_support_its_size(tmp_path: Path, vocabulary: Vocabulary) -> None:
    body = """
cohorts:
  all: {name: all, condition: bone marrow necrosis, size: 25,
        evidence: [{at: Results, quote: "25 patients"}, {at: Abstract, quote: "20 patients", prints: {size: 20}}]}
results: [{frequency: anemia, in: all, percent: 32, evidence: {at: Results, quote: "anemia in 32%"}}]
"""
    found = only(tmp_path, vocabulary, body, "printed-differently")
    assert "can be of 25 patients only, which supports 25" in found.note


def test_a_count_is_not_located_where_another_is_printed(tmp_path: Path, vocabulary: Vocabulary) -> None:
    body = f"""{COHORT}
results:
  - {{frequency: anemia, in: all, events: 23, denominator: 1083, percent: 2.2,
      evidence: [{{at: Results, quote: "23 of 1083 (2.2%)"}},
                 {{at: Table 1, quote: "20 cases/1083", prints: {{events: 20}}}}]}}
"""
    found = only(tmp_path, vocabulary, body, "percent-of-counts")
    assert found.b
    assert found.b.locators == "Results"


def test_a_percentage_is_tried_over_every_printed_size(tmp_path: Path, vocabulary: Vocabulary) -> None:
    body = """
cohorts:
  all: {name: all, condition: bone marrow necrosis, size: 20,
        evidence: [{at: Results, quote: "20 patients"}, {at: Abstract, quote: "25 patients", prints: {size: 25}}]}
results: [{frequency: early death, in: all, percent: 3, evidence: {at: Results, quote: "in 3%"}}]
"""
    found = only(tmp_path, vocabulary, body, "grim")
    assert "1/25 = 4.0%" in found.recomputed
    assert "1/20 = 5.0%" in found.recomputed
    assert found.note == "no count among 25 or 20 gives 3%; nor does any smaller group"


def test_a_paper_that_cuts_may_have_cut_here(tmp_path: Path, vocabulary: Vocabulary) -> None:
    open_base = '{frequency: reticulocytosis, in: all, percent: 80.5, evidence: {at: Results, quote: "80.5%"}}'
    cutting = '{frequency: anemia, in: all, events: 3, percent: 5.5, evidence: {at: Results, quote: "3 (5.5%)"}}'
    plain = only(tmp_path, vocabulary, f"{COHORT}results: [{open_base}]", "grim")
    assert "29/36" not in plain.note
    cut = only(tmp_path, vocabulary, f"{COHORT}results: [{open_base}, {cutting}]", "grim")
    assert "it fits 33/41, and cut instead of rounded, as elsewhere in the paper, fits 29/36" in cut.note


def test_a_comparison_names_both_groups(tmp_path: Path, vocabulary: Vocabulary) -> None:
    body = """
cohorts:
  early: {name: early onset, condition: bone marrow metastasis}
  late: {name: late onset, condition: bone marrow metastasis}
results:
  - {comparison: overall survival, in: early, with: late, test: log-rank, test value: 0.754, p: 0.38,
     qualifier: from marrow involvement; data not shown, evidence: {at: Results, quote: "0.754, p=0.38"}}
"""
    found = only(tmp_path, vocabulary, body, "p-from-statistic")
    assert found.subject == "overall survival (from marrow involvement) in early onset, against late onset"
    assert found.note == "0.3852 is cut to 0.38; rounded it is 0.39"


def test_a_long_qualifier_is_no_part_of_the_subject(tmp_path: Path, vocabulary: Vocabulary) -> None:
    method = "of the leukoerythroblastic smear, with trephine biopsy or marrow aspiration as the gold standard"
    body = f"""{COHORT}
results:
  - {{frequency: anemia, in: all, events: 49, percent: 90.4, qualifier: "{method}",
      evidence: {{at: Results, quote: "49, 90.4%"}}}}
"""
    assert only(tmp_path, vocabulary, body, "percent-of-counts").subject == "anemia in all patients"


def test_a_thing_is_called_as_its_condition_asks(tmp_path: Path, vocabulary: Vocabulary) -> None:
    body = """
cohorts: {all: {name: 37 patients, condition: bone marrow necrosis, size: 37, evidence: {at: Results, quote: "37"}}}
results:
  - {frequency: marrow involvement at recurrence, in: all, events: 10, percent: 28,
     evidence: {at: Results, quote: "ten (28%)"}}
"""
    found = only(tmp_path, vocabulary, body, "percent-of-counts")
    assert found.subject == "bone marrow necrosis seen at relapse in 37 patients"


def test_cells_of_one_column_are_told_together() -> None:
    passages = [
        Passage("cell", "", "1", table="Table II", row=row, column="Age") for row in ("1", "2", "3", "5", "9", "8")
    ]
    passages += [
        Passage("text", "Abstract", "x"),
        Passage("cell", "", "1", table="Table 1", row="Anemia", column="All"),
    ]
    side = Side("x", "", tuple(Anchor(f"p/passage/{i}", p) for i, p in enumerate(passages)))
    assert side.places == [
        "Table II, rows 1 to 3, 5, 8, 9, column Age",
        "Abstract",
        "Table 1, row Anemia, column All",
    ]


# ---- entered by hand

FIRST = """
cohorts: {all: {name: all, condition: bone marrow metastasis}}
statements:
  - {statement: dose reduction, relation: is rare in, object: bone marrow metastasis,
     evidence: {at: Discussion, quote: "in rare cases only"}}
"""
SECOND = """
cohorts: {all: {name: all, condition: bone marrow metastasis}}
discrepancies:
  - rule: citation
    subject: doses
    between: [{at: Results, quote: "limits of 36 doses"}]
    against: {paper: a2001, at: Discussion, quote: "in rare cases only"}
    note: the opposite
"""


def test_a_side_entered_by_hand_is_its_quote(tmp_path: Path, vocabulary: Vocabulary) -> None:
    run = audited(tmp_path, vocabulary, {"a2001": FIRST, "b2005": SECOND})
    (found,) = run.discrepancies
    assert found.a.printed == "limits of 36 doses"
    assert not run.failed


def test_a_passage_of_another_paper_is_a_side(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (found,) = audited(tmp_path, vocabulary, {"a2001": FIRST, "b2005": SECOND}).discrepancies
    assert found.b
    assert (found.b.printed, found.b.locators) == ("in rare cases only", "a2001, Discussion")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("in rare cases only", "in rare cases", "a2001 has no passage 'in rare cases' in 'Discussion'; did you mean"),
        ("paper: a2001", "paper: a2002", "no paper is called 'a2002'; did you mean 'a2001'?"),
    ],
)
def test_a_passage_that_the_other_paper_has_not_is_our_error(
    old: str, new: str, told: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    run = audited(tmp_path, vocabulary, {"a2001": FIRST, "b2005": SECOND.replace(old, new)})
    (issue,) = run.issues
    assert (issue.code, issue.message.startswith(told)) == ("unknown-passage", True)
    assert issue.where
    assert issue.where.line


def test_two_passages_and_another_papers_are_one_too_many(tmp_path: Path, vocabulary: Vocabulary) -> None:
    two = SECOND.replace('36 doses"}]', '36 doses"}, {at: Abstract, quote: "x"}]')
    with pytest.raises(CurationError, match="one passage beside 'against'"):
        audited(tmp_path, vocabulary, {"a2001": FIRST, "b2005": two})


def test_a_passage_of_another_paper_is_that_of_its_own_graph(tmp_path: Path, vocabulary: Vocabulary) -> None:
    run = audited(tmp_path, vocabulary, {"a2001": FIRST, "b2005": SECOND})
    triples = lower_audit(run)
    known = {t.subject for ledger in run.ledgers for t in lower(ledger.paper, ledger.facts, vocabulary).triples}
    (other,) = (t.object for t in triples if t.predicate.value.endswith("passageB"))
    assert other in known
    assert str(other).endswith("/a2001/passage/dose-reduction-is-rare-in-bone-marrow-metastasis>")
    assert not any(t.object == other for t in triples if t.predicate.value.endswith("anchoredBy"))
