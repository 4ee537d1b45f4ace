"""Numbers of the text that lie in no passage."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from invented import Edit
from marrowkg.anchor import open_source
from marrowkg.coverage import Coverage, cover
from marrowkg.paper.paper import Paper
from marrowkg.paper.reading import read_paper
from marrowkg.vocabulary import Vocabulary


def coverage_of(paper: Paper, data: Path) -> Coverage:
    text = (data / "mini" / "sources" / f"{paper.slug}.txt").read_text(encoding="utf-8")
    return cover(paper, open_source(paper, text)[0])


@pytest.mark.parametrize(
    ("slug", "uncovered"),
    [
        ("alpha2001", [("Abstract", "9.5"), ("Table 1", "1")]),
        ("beta2010", [("", "one"), ("", "three"), ("Case", "two")]),
        ("gamma2020", []),
    ],
)
def test_what_no_passage_holds_is_listed_with_its_section(
    slug: str, uncovered: list[tuple[str, str]], papers: Mapping[str, Paper], data: Path
) -> None:
    found = coverage_of(papers[slug], data)
    assert [(item.section, item.number) for item in found.uncovered] == uncovered
    assert found.numbers == found.covered + found.listed + len(found.uncovered)
    assert found.issues == []


def test_a_number_is_shown_in_its_surroundings(papers: Mapping[str, Paper], data: Path) -> None:
    context = coverage_of(papers["alpha2001"], data).uncovered[0].context
    assert "The median survival was [9.5] months." in context


def test_words_listed_as_not_curated_count_apart(papers: Mapping[str, Paper], data: Path) -> None:
    assert coverage_of(papers["alpha2001"], data).listed == 1


def test_citation_marks_do_not_count(edit: Edit, vocabulary: Vocabulary, data: Path) -> None:
    paper = read_paper(edit("gamma2020.yaml", "  citations: '\\[\\d+\\]'\n", ""), vocabulary)
    # three citation marks; the fourth and fifth stand in quotes of the sources
    found = coverage_of(paper, data)
    assert [item.number for item in found.uncovered] == ["1"]
    assert (
        found.numbers > coverage_of(read_paper(data / "mini" / "papers" / "gamma2020.yaml", vocabulary), data).numbers
    )


def test_a_passage_taken_away_uncovers_its_numbers(edit: Edit, vocabulary: Vocabulary, data: Path) -> None:
    words = '  - {words: "held to be rare [1]", at: Introduction, reason: the number is a citation mark}\n'
    paper = read_paper(edit("alpha2001.yaml", "not curated:\n" + words, ""), vocabulary)
    assert ("Introduction", "1") in [(item.section, item.number) for item in coverage_of(paper, data).uncovered]


@pytest.mark.parametrize(
    ("old", "new"),
    [("held to be rare [1]", "held to be usual [1]"), ('[1]", at: Introduction', '[1]", at: Discussion')],
)
def test_words_not_curated_must_stand_where_they_are_said_to(
    old: str, new: str, edit: Edit, vocabulary: Vocabulary, data: Path
) -> None:
    found = coverage_of(read_paper(edit("alpha2001.yaml", old, new), vocabulary), data)
    assert [issue.code for issue in found.issues] == ["not-curated-not-found"]
