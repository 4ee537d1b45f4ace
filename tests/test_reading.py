"""Strict reading: every fault of tests/data/bad is told with its place, and nothing else is."""

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marrowkg.anchor import check_numbers
from marrowkg.errors import CurationError
from marrowkg.issue import Issue, Where, sort_issues
from marrowkg.lower import lower
from marrowkg.paper.facts import facts_of
from marrowkg.paper.paper import Paper
from marrowkg.paper.reading import paper_files, read_paper
from marrowkg.paper.result import Frequency, Measurement
from marrowkg.vocabulary import Vocabulary

BAD = Path(__file__).resolve().parent / "data" / "bad"
EXPECTED = re.compile(r"^# expect: (?:(?P<file>\S+\.\w+):)?(?P<line>\d+):(?P<column>\d+) (?P<code>\S+)$", re.MULTILINE)

MINIMAL = """
paper: {title: T, authors: [Alpha A], journal: J, year: 2001, citation: C, design: case report}
text: {digest: "0", sections: {Abstract: "Abstract"}}
cohorts:
  all: {name: all patients, condition: bone marrow metastasis, size: 10, evidence: {at: Abstract, quote: "10 patients"}}
"""


def complaints(file: Path, vocabulary: Vocabulary) -> list[Issue]:
    """What reading, the check of numbers and lowering say of a file, in order."""
    try:
        paper = read_paper(file, vocabulary)
    except CurationError as error:
        return sort_issues(list(error.issues))
    facts = facts_of(paper)
    return sort_issues([*facts.issues, *check_numbers(paper, facts), *lower(paper, facts, vocabulary).issues])


def expected(file: Path) -> list[tuple[Where | None, str]]:
    """What the first lines of a bad file say that will be complained about."""
    found = EXPECTED.finditer(file.read_bytes().decode("latin-1"))
    return [
        (Where(BAD / (match["file"] or file.name), int(match["line"]), int(match["column"])), match["code"])
        for match in found
    ]


@pytest.mark.parametrize("name", [file.name for file in paper_files(BAD)])
def test_a_fault_is_told_once_and_at_its_place(name: str, vocabulary: Vocabulary) -> None:
    found = [(issue.where, issue.code) for issue in complaints(BAD / name, vocabulary)]
    assert found == expected(BAD / name)
    assert found


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("misspelt-key", "unknown key 'evnts'; did you mean 'events'?"),
        ("misspelt-section", "did you mean 'results'?"),
        ("unknown-term", "did you mean 'bone pain'?"),
        ("synonym-for-a-term", "is a synonym of 'bone pain', write that"),
        ("term-of-another-kind", "the ontology has it, but not as outcome"),
        ("unknown-relation", "did you mean 'is caused by'"),
        ("unknown-status", "did you mean 'present'?"),
        ("unknown-cohort", "did you mean 'all'?"),
        ("unknown-section", "did you mean 'Abstract'?"),
        ("unknown-table", "did you mean 'Table 1'?"),
        ("unknown-cell", "did you mean 'Pain'?"),
        ("unknown-column", "did you mean 'Total'?"),
        ("csv-missing", "did you mean 'plain.csv'"),
        ("result-without-kind", "did you mean 'frequency'?"),
        ("word-for-a-number", "found 'three'"),
        ("word-for-a-list", "expected a list (entries that begin with a dash), found 'words'"),
        ("number-not-printed", "events 4 is printed by none of its passages: 3 (30%) had pain"),
        ("long-quote", "at most 12 words, this one has 13"),
        ("duplicate-key", "key 'in' stands twice, first at line 7"),
        ("cell-that-is-no-count", "Table 1, row Pain, column Total: expected a cell such as '13 (24)', found 'n.d.'"),
    ],
)
def test_a_complaint_says_what_was_expected(name: str, hint: str, vocabulary: Vocabulary) -> None:
    assert hint in complaints(BAD / f"{name}.yaml", vocabulary)[0].message


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path, vocabulary: Vocabulary) -> None:
    file = tmp_path / "many.yaml"
    body = """results:
  - {frequency: bone pian, in: all, events: three, evidnce: []}
  - {frequency: bone pain, in: all, events: 3, evidence: {at: Abstract, quote: "3 had"}}
statements:
  - {statement: bone pain, relation: leads too, object: [fever, fevre], evidence: {at: Abstract, quote: "3 had"}}
"""
    file.write_text(MINIMAL.lstrip() + body, encoding="utf-8")
    codes = [(issue.code, issue.where.line) for issue in complaints(file, vocabulary) if issue.where]
    assert codes == [
        ("missing-key", 6),
        ("unknown-term", 6),
        ("number", 6),
        ("unknown-key", 6),
        ("unknown-relation", 9),
        ("unknown-term", 9),
    ]


def test_the_invented_papers_have_no_fault(data: Path, vocabulary: Vocabulary) -> None:
    files = paper_files(data / "mini" / "papers")
    assert [file.stem for file in files] == ["alpha2001", "beta2010", "gamma2020"]
    assert [issue for file in files for issue in complaints(file, vocabulary)] == []


def test_pieces_of_a_paper_are_read_as_one_in_the_order_of_their_names(papers: Mapping[str, Paper]) -> None:
    gamma = papers["gamma2020"]
    cohorts = [result.in_ for result in gamma.file.results]
    assert cohorts == ["all"] * 5 + ["alpha-series", "omega-series"]
    assert gamma.where("results", 5, "in").file.name == "20-discussion.yaml"
    assert gamma.where("results", 0, "in").file.name == "10-results.yaml"
    assert gamma.where("results", 5, "events").line == 4


def read_result(text: str, folder: Path, vocabulary: Vocabulary) -> object:
    file = folder / "one.yaml"
    file.write_text(f'{MINIMAL}results:\n  - {{{text}, in: all, evidence: {{at: Abstract, quote: "x"}}}}\n', "utf-8")
    return read_paper(file, vocabulary).file.results[0]


@pytest.mark.parametrize(
    ("written", "comparator", "number"),
    [
        ("55.5", "", "55.5"),
        ("over 60", ">", "60"),
        ("under 0.01", "<", "0.01"),
        ("at least 2", ">=", "2"),
        ("at most 8", "<=", "8"),
        ("about 55", "~", "55"),
        ("45.0", "", "45.0"),
    ],
)
def test_a_number_may_carry_a_word_before_it(
    written: str, comparator: str, number: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    result = read_result(f"frequency: bone pain, percent: {written}", tmp_path, vocabulary)
    assert isinstance(result, Frequency) and result.percent is not None
    assert (result.percent.comparator, result.percent.printed) == (comparator, number)


@pytest.mark.parametrize("written", ["1e3", "0x10", "1,5", "+3", "over", "above 60", "3 %", "NaN", "1.", ".5"])
def test_what_only_looks_like_a_number_is_refused(written: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    with pytest.raises(CurationError) as caught:
        read_result(f'frequency: bone pain, percent: "{written}"', tmp_path, vocabulary)
    assert [issue.code for issue in caught.value.issues] == ["number"]


def test_an_interval_is_a_pair(tmp_path: Path, vocabulary: Vocabulary) -> None:
    result = read_result("measurement: age, median: 54, range: [-1, 71.5]", tmp_path, vocabulary)
    assert isinstance(result, Measurement)
    assert {name: number.number for name, number in result.numbers().items()} == {
        "value": Decimal(54),
        "low": Decimal(-1),
        "high": Decimal("71.5"),
    }


def test_a_term_may_be_written_as_a_curie(tmp_path: Path, vocabulary: Vocabulary) -> None:
    result = read_result("frequency: mkg:BonePain, percent: 5", tmp_path, vocabulary)
    assert isinstance(result, Frequency)
    assert result.subject.label == "bone pain"


def test_a_file_that_is_not_there_is_told(tmp_path: Path, vocabulary: Vocabulary) -> None:
    found = complaints(tmp_path / "nowhere.yaml", vocabulary)
    assert [issue.code for issue in found] == ["file-unreadable"]


@given(words=st.text(max_size=60))
def test_any_text_in_place_of_a_section_is_read_or_refused_with_places(
    words: str, vocabulary: Vocabulary, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text(f"{MINIMAL}results: {words}", encoding="utf-8", errors="replace")
    for issue in complaints(file, vocabulary):
        assert issue.where is not None and issue.where.file == file
