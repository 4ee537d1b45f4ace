"""The re-check: numbers against fragments, and fragments against the text."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from invented import Edit
from marrowkg.anchor import check_numbers, check_passages, find_source, open_source, quoted_spans
from marrowkg.issue import Issue, Severity
from marrowkg.paper.facts import facts_of
from marrowkg.paper.paper import Paper
from marrowkg.paper.reading import read_paper
from marrowkg.vocabulary import Vocabulary


def numbers(file: Path, vocabulary: Vocabulary) -> list[Issue]:
    """Complaints that need no text."""
    paper = read_paper(file, vocabulary)
    return check_numbers(paper, facts_of(paper))


def passages(file: Path, vocabulary: Vocabulary, text: str) -> list[Issue]:
    """Complaints that need the text."""
    paper = read_paper(file, vocabulary)
    source, issues = open_source(paper, text)
    return [*issues, *check_passages(paper, source)[0]]


@pytest.fixture
def alpha(data: Path) -> str:
    """The text of alpha2001."""
    return (data / "mini" / "sources" / "alpha2001.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("slug", "looked_up"), [("alpha2001", 33), ("beta2010", 51), ("gamma2020", 17)])
def test_every_passage_of_the_invented_papers_stands_in_its_text(
    slug: str, looked_up: int, papers: Mapping[str, Paper], data: Path
) -> None:
    file = find_source(data / "mini" / "sources", slug)
    assert file is not None
    source, issues = open_source(papers[slug], file.read_text(encoding="utf-8"))
    assert issues == []
    assert check_passages(papers[slug], source) == ([], looked_up)


def test_a_text_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    assert find_source(tmp_path, "alpha2001") is None


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("alpha2001.yaml", "    events: 5\n", "    events: 6\n", "events 6 is printed by none of its passages"),
        ("alpha2001.yaml", "mean: 8.8", "mean: 8.9", "value 8.9 is printed by none"),
        ("alpha2001.yaml", "[8.30, 9.31]", "[8.30, 9.13]", "high 9.13 is printed by none"),
        ("alpha2001.yaml", "p: under 0.05", "p: under 0.005", "p 0.005 is printed by none"),
        ("alpha2001.yaml", "test value: 4.41", "test value: 4.14", "test value 4.14 is printed by none"),
        ("alpha2001.yaml", "prints: {percent: 44}", "prints: {percent: 43}", "'prints' says percent 43, but"),
        ("alpha2001.yaml", "size: 24", "size: 25", "size 25 is printed by none"),
        ("alpha2001.yaml", "to year: 1999", "to year: 1998", "to year 1998 is printed by none"),
        ("beta2010.yaml", "value: 58", "value: 59", "value 59 is printed by none"),
        ("beta2010.yaml", "grade: 3", "grade: 2", "grade 2 is printed by none"),
        ("beta2010.yaml", "value: 7, unit: mo", "value: 8, unit: mo", "value 8 is printed by none"),
        ("gamma2020/20-discussion.yaml", "percent: about 55", "percent: about 56", "percent 56 is printed by none"),
    ],
)
def test_one_changed_digit_of_a_value_is_caught_without_the_text(
    name: str, old: str, new: str, message: str, edit: Edit, vocabulary: Vocabulary
) -> None:
    found = numbers(edit(name, old, new), vocabulary)
    assert [issue.code for issue in found] == ["number-not-printed"]
    assert message in found[0].message
    assert found[0].where is not None
    assert found[0].where.line > 0


def test_a_digit_changed_in_value_and_quote_needs_the_text_to_be_caught(
    edit: Edit, vocabulary: Vocabulary, alpha: str
) -> None:
    edit("alpha2001.yaml", "    events: 5\n", "    events: 6\n")
    file = edit("alpha2001.yaml", "noted in 5 (12.5%)", "noted in 6 (12.5%)")
    assert numbers(file, vocabulary) == []
    found = passages(file, vocabulary, alpha)
    assert [issue.code for issue in found] == ["quote-not-found"]
    assert "'noted in 6 (12.5%)' does not stand in the text (numbers in it: 6, 12.5)" in found[0].message


def test_a_digit_changed_in_a_cell_needs_the_text_to_be_caught(edit: Edit, vocabulary: Vocabulary, data: Path) -> None:
    file = edit("beta2010.patients.csv", "2,61,F", "2,16,F")
    assert numbers(file, vocabulary) == []
    text = (data / "mini" / "sources" / "beta2010.txt").read_text(encoding="utf-8")
    found = passages(file, vocabulary, text)
    assert [(issue.code, issue.where and issue.where.line) for issue in found] == [("row-not-found", 3)]
    assert "row '2 16 F IV Lobular/3 Neg/neg' stands nowhere" in found[0].message


def test_a_derived_number_need_not_be_printed(papers: Mapping[str, Paper]) -> None:
    alpha = papers["alpha2001"]
    assert alpha.file.cohorts["untreated"].size == 9
    assert check_numbers(alpha, facts_of(alpha)) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "(95% CI 8.30\u20139.31)",
            "(94% CI 8.30\u20139.31)",
            ("quote-not-found", "8.8, 94, 8.30, 9.31"),
        ),
        ('"9.5 months (range 1\u201338)"', '"range 1-38 9.5"', ("quote-not-found", "does not stand in the text")),
        (
            'at: Discussion, quote: "best',
            'at: Results, quote: "best',
            ("wrong-section", "stands in 'Discussion', not in"),
        ),
        ("seen in four", "was found in 99 of 100", ("quote-not-found", "does not stand in the text")),
        ("No patient had lumbago", "Bone pain was", ("quote-ambiguous", "stands twice in the text; add 'before'")),
        ("No patient had lumbago", "in", ("quote-ambiguous", "add 'before' or 'after'")),
        ('references: "## References"', 'references: "## Books"', ("section-not-found", "does not begin with")),
        ('Methods: "## Methods"', 'Methods: "## Method"', ("section-not-found", "section 'Methods' stands 0 times")),
    ],
)
def test_a_passage_must_stand_once_where_it_is_said_to(
    old: str, new: str, complaint: tuple[str, str], edit: Edit, vocabulary: Vocabulary, alpha: str
) -> None:
    found = passages(edit("alpha2001.yaml", old, new), vocabulary, alpha)
    code, message = complaint
    assert [issue for issue in found if issue.code == code and message in issue.message]


def test_another_text_is_a_warning_and_its_digest_is_told(papers: Mapping[str, Paper], alpha: str) -> None:
    _, issues = open_source(papers["alpha2001"], alpha + "\nOne more line.")
    assert [(issue.code, issue.severity) for issue in issues] == [("source-digest", Severity.WARNING)]
    assert papers["alpha2001"].file.text.digest not in issues[0].message


def test_line_breaks_of_the_text_make_no_difference(papers: Mapping[str, Paper], alpha: str) -> None:
    source, issues = open_source(papers["alpha2001"], " ".join(alpha.replace("-\n", "").split()))
    assert issues == []
    assert check_passages(papers["alpha2001"], source)[0] == []


def test_spans_cover_the_quotes(papers: Mapping[str, Paper], alpha: str) -> None:
    source, _ = open_source(papers["alpha2001"], alpha)
    spans = set(quoted_spans(papers["alpha2001"], source))
    start = source.find("noted in 5 (12.5%)")[0]
    assert (start, start + len("noted in 5 (12.5%)")) in spans
    row = source.find("Anemia 26 (65) 10 (25.0) 16 (40.0)")[0]
    assert (row, row + len("Anemia 26 (65) 10 (25.0) 16 (40.0)")) in spans
