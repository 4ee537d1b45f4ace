"""Rules over several papers, what curators enter, and what becomes of it all."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from auditing import REPOSITORY, audited
from invented import MakeHouse
from marrowkg.audit.lower import lower_audit
from marrowkg.audit.model import Conflict
from marrowkg.audit.report import COLUMNS, lines, rows
from marrowkg.audit.run import CROSS_RULES, RULES
from marrowkg.audit.screening import screen
from marrowkg.errors import CurationError
from marrowkg.lower import lower
from marrowkg.paper.reading import read_paper
from marrowkg.paper.references import evidence_of
from marrowkg.storedquery import find_query
from marrowkg.vocabulary import Vocabulary

ORIGINAL = """
cohorts:
  all: {name: all patients, condition: bone marrow metastasis, size: 22, evidence: {at: Results, quote: "22 patients"}}
results: [{frequency: anemia, in: all, events: 5, percent: 23, evidence: {at: Results, quote: "5 had anemia (23%)"}}]
"""
RELAYING = """
sources: {old: {cite: Old et al., reference: 7, year: 1990, same as: a2001}}
cohorts:
  old: {name: patients of Old, condition: bone marrow metastasis, source: old}
results: [{frequency: anemia, in: old, percent: %s, evidence: {at: Discussion, quote: "anemia in %s%% of cases"}}]
"""
SECOND = """
cohorts:
  all: {name: all patients, condition: bone marrow metastasis, size: 54, evidence: {at: Results, quote: "54 patients"}}
results: [{frequency: anemia, in: all, events: %s, evidence: {at: Results, quote: "%s had anemia"}}]
"""
HAND = """
discrepancies:
  - rule: wording
    subject: rarity of necrosis
    between: [{at: Abstract, quote: "is a rare entity"}, {at: Discussion, quote: "uncommon, but not rare"}]
    note: rare in one place, not rare in the other
"""


def test_a_relayed_figure_is_held_against_the_original(tmp_path: Path, vocabulary: Vocabulary) -> None:
    wrong = audited(tmp_path, vocabulary, {"a2001": ORIGINAL, "b2005": RELAYING % (32, 32)})
    (found,) = (d for d in wrong.discrepancies if d.rule == "relayed-against-original")
    assert (found.paper, found.a.printed, found.b and found.b.printed) == ("b2005", "32%", "23%")
    right = audited(tmp_path, vocabulary, {"a2001": ORIGINAL, "b2005": RELAYING % (23, 23)})
    assert not right.discrepancies
    assert any(check.rule == "relayed-against-original" for check in right.checks)


def test_two_papers_relay_one_source_alike(tmp_path: Path, vocabulary: Vocabulary) -> None:
    relay = RELAYING.replace(", same as: a2001", "")
    wrong = audited(tmp_path, vocabulary, {"b2005": relay % (23, 23), "c2006": relay % (32, 32)})
    assert [d.rule for d in wrong.discrepancies] == ["two-relays"]
    right = audited(tmp_path, vocabulary, {"b2005": relay % (23, 23), "c2006": relay % (23, 23)})
    assert not right.discrepancies


def test_papers_conflict_beyond_chance(tmp_path: Path, vocabulary: Vocabulary) -> None:
    wrong = audited(tmp_path, vocabulary, {"a2001": ORIGINAL, "d2007": SECOND % (40, 40)})
    (conflict,) = wrong.conflicts
    assert isinstance(conflict, Conflict)
    assert conflict.p < 1
    assert not conflict.overlap
    assert conflict.comparable
    assert (conflict.paper, conflict.other_paper) == ("a2001", "d2007")
    assert not audited(tmp_path, vocabulary, {"a2001": ORIGINAL, "d2007": SECOND % (20, 20)}).conflicts


def test_a_relayed_figure_is_no_party_to_a_conflict(tmp_path: Path, vocabulary: Vocabulary) -> None:
    relay = RELAYING.replace("source: old}", 'source: old, size: 50, evidence: {at: Results, quote: "50"}}')
    assert not audited(tmp_path, vocabulary, {"b2005": relay % (90, 90), "d2007": SECOND % (2, 2)}).conflicts


def test_a_curator_enters_what_no_rule_sees(tmp_path: Path, vocabulary: Vocabulary) -> None:
    run = audited(tmp_path, vocabulary, {"a2001": ORIGINAL + HAND})
    (found,) = run.discrepancies
    assert (found.rule, found.slug, found.verdict) == ("wording", "wording-rarity-of-necrosis", "paper")
    assert found.a.locators == "Abstract"
    assert not run.failed


def test_hand_entered_passages_are_anchored_like_others(tmp_path: Path, vocabulary: Vocabulary) -> None:
    audited(tmp_path, vocabulary, {"a2001": ORIGINAL + HAND})
    quotes = [evidence.quote for _, evidence in evidence_of(read_paper(tmp_path / "a2001.yaml", vocabulary))]
    assert "uncommon, but not rare" in quotes
    with pytest.raises(CurationError, match="Introduction"):
        audited(tmp_path, vocabulary, {"a2001": ORIGINAL + HAND.replace("Discussion", "Introduction")})


def test_a_curator_remarks_on_what_is_found(tmp_path: Path, vocabulary: Vocabulary) -> None:
    wrong = ORIGINAL.replace("percent: 23", "percent: 32").replace("(23%)", "(32%)")
    slug = audited(tmp_path, vocabulary, {"a2001": wrong}).discrepancies[0].slug
    note = f"discrepancies: [{{on: {slug}, note: digits changed places}}]\n"
    (found,) = audited(tmp_path, vocabulary, {"a2001": wrong + note}).discrepancies
    assert found.remark == "digits changed places"


def test_a_remark_on_nothing_is_our_error(tmp_path: Path, vocabulary: Vocabulary) -> None:
    run = audited(tmp_path, vocabulary, {"a2001": ORIGINAL + "discrepancies: [{on: percent-of-nothing, note: gone}]\n"})
    assert run.failed
    assert [issue.code for issue in run.issues] == ["unknown-discrepancy"]
    assert run.issues[0].where
    assert run.issues[0].where.line


@pytest.mark.parametrize(
    "entry", ["{rule: wording, subject: x, between: [], note: y}", "{rule: guess, subject: x, note: y}"]
)
def test_a_faulty_entry_is_told_where(entry: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    with pytest.raises(CurationError) as error:
        audited(tmp_path, vocabulary, {"a2001": f"{ORIGINAL}discrepancies: [{entry}]\n"})
    assert all(issue.where and issue.where.line for issue in error.value.issues)


# ---- what becomes of it


def test_graph_answers_the_stored_queries(tmp_path: Path, vocabulary: Vocabulary) -> None:
    wrong = ORIGINAL.replace("percent: 23", "percent: 32").replace("(23%)", "(32%)")
    run = audited(tmp_path, vocabulary, {"a2001": wrong + HAND, "d2007": SECOND % (40, 40)})
    store = ox.Store()
    for ledger in run.ledgers:
        store.bulk_extend(ox.Quad(*t) for t in lower(ledger.paper, ledger.facts, vocabulary).triples)
    store.bulk_extend(ox.Quad(*t) for t in lower_audit(run))
    from marrowkg.answer import answer

    for name, count in (("discrepancies", 2), ("conflicts", 1), ("disputed-facts", 5)):
        found = answer(store, find_query(REPOSITORY / "queries", name), {})
        assert len(found) == count, name
        assert all(found.evidence_of_row(index) for index in range(len(found)))
        assert all(e.locator and e.exact for e in found.evidence)
    assert tuple(answer(store, find_query(REPOSITORY / "queries", "discrepancies"), {}).columns) == COLUMNS


def test_sides_and_passages_are_those_of_the_papers_graph(tmp_path: Path, vocabulary: Vocabulary) -> None:
    run = audited(tmp_path, vocabulary, {"a2001": ORIGINAL, "d2007": SECOND % (40, 40)})
    known = {t.subject for ledger in run.ledgers for t in lower(ledger.paper, ledger.facts, vocabulary).triples}
    named = [
        t.object for t in lower_audit(run) if t.predicate.value.endswith(("sideA", "sideB", "passageA", "anchoredBy"))
    ]
    assert named
    assert set(named) <= known


def test_every_property_is_in_the_ontology(tmp_path: Path, vocabulary: Vocabulary) -> None:
    run = audited(tmp_path, vocabulary, {"a2001": ORIGINAL + HAND, "d2007": SECOND % (40, 40)})
    text = (REPOSITORY / "ontology" / "marrow.ttl").read_text(encoding="utf-8")
    names = {t.predicate.value.partition("ontology#")[2] for t in lower_audit(run)} - {""}
    assert all(f"mkg:{name} a " in text for name in names)


def test_the_same_papers_give_the_same_audit(tmp_path: Path, vocabulary: Vocabulary) -> None:
    bodies = {"a2001": ORIGINAL + HAND, "d2007": SECOND % (40, 40)}
    first, second = (audited(tmp_path, vocabulary, bodies) for _ in range(2))
    assert list(lines(first)) == list(lines(second))
    assert lower_audit(first) == lower_audit(second)


def test_report_tells_each_mismatch_and_what_was_checked(tmp_path: Path, vocabulary: Vocabulary) -> None:
    wrong = ORIGINAL.replace("percent: 23", "percent: 32").replace("(23%)", "(32%)")
    run = audited(tmp_path, vocabulary, {"a2001": wrong})
    text = "\n".join(lines(run))
    assert "32% (Results) against 5 of 22 (Results) [percent-of-counts]" in text
    assert "recomputed: 5 of 22 = 23% (22.7%)" in text
    assert "a2001: 3 figures stored, 3 could be checked by 1 rule, 0 of them agreed" in text
    assert [len(row) for row in rows(run)] == [len(COLUMNS)]


def test_every_rule_has_its_page() -> None:
    text = (REPOSITORY / "docs" / "audit.md").read_text(encoding="utf-8")
    missing = [name for name in (*RULES, *CROSS_RULES) if f"\n### `{name}`\n" not in text]
    assert not missing


@pytest.mark.parametrize("name", [*RULES, *CROSS_RULES])
def test_every_rule_says_what_must_hold(name: str) -> None:
    rule = {**RULES, **CROSS_RULES}[name]
    assert rule.__doc__


def test_a_new_paper_is_held_against_the_house(make_house: MakeHouse, tmp_path: Path, vocabulary: Vocabulary) -> None:
    house = make_house(tmp_path / "house")
    for file in house.papers.glob("*.yaml"):
        file.unlink()
    audited(
        house.papers, vocabulary, {"a2001": ORIGINAL.replace("percent: 23", "percent: 32").replace("(23%)", "(32%)")}
    )
    audited(tmp_path, vocabulary, {"d2007": SECOND % (40, 40)})
    run = screen(house, [tmp_path / "d2007.yaml"])
    assert [ledger.slug for ledger in run.ledgers] == ["d2007"]
    assert [d.rule for d in run.discrepancies] == ["conflict"]
    assert [d.rule for d in screen(house).discrepancies] == ["percent-of-counts"]


def test_a_paper_in_the_house_that_cannot_be_read_is_no_hindrance(
    make_house: MakeHouse, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    house = make_house(tmp_path / "house")
    (house.papers / "broken.yaml").write_text("paper: 1\n", encoding="utf-8")
    audited(tmp_path, vocabulary, {"d2007": SECOND % (40, 40)})
    assert not screen(house, [tmp_path / "d2007.yaml"]).failed
    with pytest.raises(CurationError):
        screen(house)


def test_the_middle_of_the_interval_takes_sides(tmp_path: Path, vocabulary: Vocabulary) -> None:
    body = """
cohorts: {all: {name: all, condition: bone marrow metastasis}}
results:
  - survival: overall survival
    in: all
    median: 19
    confidence interval: [10.5, 27.5]
    unit: mo
    evidence:
      - {at: Results, quote: "19 months"}
      - {at: Discussion, quote: "11 months (10.5-27.5)", prints: {value: 11}}
"""
    (found,) = audited(tmp_path, vocabulary, {"a2001": body}).discrepancies
    assert (found.a.printed, found.b and found.b.printed) == ("19 months", "11 months")
    assert found.note.endswith("the middle of its confidence interval is 19")
