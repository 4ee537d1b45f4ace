"""The re-check of references against the text: groups and sources are named beside the passages."""

from collections.abc import Callable
from pathlib import Path

import pytest

from invented import Edit
from marrowkg.anchor import open_source
from marrowkg.issue import Issue
from marrowkg.naming import check_naming
from marrowkg.paper.reading import read_paper
from marrowkg.vocabulary import Vocabulary

Complaints = Callable[[Path], list[Issue]]


@pytest.fixture
def complaints(data: Path, vocabulary: Vocabulary) -> Complaints:
    """Hold a paper against its invented text."""

    def check(file: Path) -> list[Issue]:
        paper = read_paper(file, vocabulary)
        text = (data / "mini" / "sources" / f"{paper.slug}.txt").read_text(encoding="utf-8")
        return check_naming(paper, open_source(paper, text)[0])

    return check


@pytest.mark.parametrize("slug", ["alpha2001", "beta2010", "gamma2020"])
def test_the_invented_papers_name_every_group_and_source(slug: str, data: Path, complaints: Complaints) -> None:
    assert complaints(data / "mini" / "papers" / f"{slug}.yaml") == []


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "alpha2001.yaml",
            "- frequency: disseminated bone pain\n    in: all",
            "- frequency: disseminated bone pain\n    in: treated",
            ("group-not-named", "calls the group 'treated': expected 'were treated' or 'after treatment'"),
        ),
        (
            "gamma2020/10-results.yaml",
            "- occurrence: lumbago\n    in: all",
            "- occurrence: lumbago\n    in: described-before",
            ("group-not-named", "calls the group 'described-before'"),
        ),
        (
            "gamma2020/20-discussion.yaml",
            "- frequency: bone pain\n    in: alpha-series",
            "- frequency: bone pain\n    in: omega-series",
            ("source-not-named", "source 'omega' is not named beside the passages; named there: alpha"),
        ),
        (
            "gamma2020.yaml",
            "    source: omega\n",
            "    source: alpha\n",
            ("source-not-named", "named there: omega"),
        ),
    ],
)
def test_a_reference_led_elsewhere_is_told_at_its_place(
    file: str, old: str, new: str, told: tuple[str, str], edit: Edit, complaints: Complaints
) -> None:
    found = [issue for issue in complaints(edit(file, old, new)) if issue.code == told[0]]
    assert told[1] in found[0].message
    assert found[0].where is not None
    assert found[0].where.line > 0


def test_a_sentence_without_a_mark_is_read_with_the_mark_before_it(edit: Edit, complaints: Complaints) -> None:
    claim = (
        "statements:\n  - statement: bone marrow metastasis\n    relation: leads to\n    object: cytopenia\n"
        "    certainty: denied\n    source: {}\n"
        '    evidence: {{at: Discussion, quote: "We do not think that marrow"}}\n'
    )
    near = edit("gamma2020/20-discussion.yaml", "statements:\n", claim.format("omega"))
    assert complaints(near) == []
    far = edit("gamma2020/20-discussion.yaml", "statements:\n", claim.format("alpha"))
    assert [issue.code for issue in complaints(far)] == ["source-not-named"]
