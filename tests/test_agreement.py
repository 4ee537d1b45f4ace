"""The re-check of references without the text: studies, rows that name a source, cells of tables that are read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from marrowkg.agreement import check_agreement
from marrowkg.issue import Issue
from marrowkg.paper.paper import Paper
from marrowkg.paper.reading import read_paper
from marrowkg.vocabulary import Vocabulary

Complaints = Callable[..., list[Issue]]

TABLE = "Study,Cases,Pain\nAlpha et al. [1],20 cases,12\nBeta [2],10 cases,5\nOur study,4 cases,3\n"
COUNTS = "Finding,Total,Breast\nAnemia,13,5\nFever,4,2\n"
PAPER = """
paper: {title: T, authors: [A B], journal: J, year: 2001, citation: C, design: case series}
text: {digest: "0", sections: {Abstract: Abstract}}
sources: {alpha: {cite: Alpha et al., reference: 1}, beta: {cite: Beta, reference: 2}}
tables:
  Table 1: {file: studies.csv}
  Table 2: {file: counts.csv, rows: {Anemia: anemia, Fever: fever}, columns: {Total: own, Breast: part}}
cohorts:
  own: {name: ours, condition: bone marrow metastasis, size: 4,
        evidence: {cell: {table: Table 1, row: Our study, column: Cases, reads: 4 cases}}}
  part: {name: with breast carcinoma, condition: bone marrow metastasis, part of: own}
  alpha: {name: of Alpha, condition: bone marrow metastasis, source: alpha}
  alpha-part: {name: some of Alpha, condition: bone marrow metastasis, part of: alpha, source: alpha}
  beta: {name: of Beta, condition: bone marrow metastasis, source: beta}
results:
  - {frequency: bone pain, in: alpha, events: 12, denominator: unknown,
     evidence: {cell: {table: Table 1, row: "Alpha et al. [1]", column: Pain, reads: "12"}}}
  - {frequency: bone pain, in: own, events: 3, denominator: unknown,
     evidence: {cell: {table: Table 1, row: Our study, column: Pain, reads: "3"}}}
  - {frequency: anemia, in: part, events: 5, denominator: unknown,
     evidence: {cell: {table: Table 2, row: Anemia, column: Breast, reads: "5"}}}
  - {comparison: overall survival, in: alpha, with: alpha-part, p: 0.5, evidence: {at: Abstract, quote: "p = 0.5"}}
"""


@pytest.fixture
def complaints(tmp_path: Path, vocabulary: Vocabulary) -> Complaints:
    def check(old: str = "", new: str = "") -> list[Issue]:
        (tmp_path / "studies.csv").write_text(TABLE, encoding="utf-8")
        (tmp_path / "counts.csv").write_text(COUNTS, encoding="utf-8")
        assert old in PAPER
        file = tmp_path / "some2001.yaml"
        file.write_text(PAPER.replace(old, new) if old else PAPER, encoding="utf-8")
        paper: Paper = read_paper(file, vocabulary)
        return check_agreement(paper)

    return check


def test_a_paper_in_agreement(complaints: Complaints) -> None:
    assert complaints() == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("part of: alpha, source: alpha", "part of: beta, source: alpha", "studies-mixed"),
        ("part of: own}", "part of: alpha}", "studies-mixed"),
        ("with: alpha-part", "with: beta", "studies-mixed"),
        ("with: alpha-part", "with: own", "studies-mixed"),
        ("bone pain, in: alpha, ev", "bone pain, in: alpha, source: beta, ev", "studies-mixed"),
        ("bone pain, in: alpha, ev", "bone pain, in: beta, ev", "source-not-named"),
        ("bone pain, in: alpha, ev", "bone pain, in: own, ev", "source-not-named"),
        ("bone pain, in: own, ev", "bone pain, in: alpha, ev", "source-not-named"),
        ("anemia, in: part", "anemia, in: own", "cell-of-another"),
        ("frequency: anemia", "frequency: fever", "cell-of-another"),
    ],
)
def test_an_entry_that_disagrees_is_told_at_its_place(old: str, new: str, code: str, complaints: Complaints) -> None:
    found = complaints(old, new)
    assert code in [issue.code for issue in found]
    assert all(issue.where is not None and issue.where.line > 0 for issue in found)
