"""Small made-up papers for the tests of the audit."""

from collections.abc import Mapping
from pathlib import Path

from marrowkg.audit import Audit, audit
from marrowkg.audit.disjoint import read_disjoint
from marrowkg.paper.facts import facts_of
from marrowkg.paper.reading import read_paper
from marrowkg.vocabulary import Vocabulary

REPOSITORY = Path(__file__).resolve().parent.parent

_HEAD = """
paper: {title: A made-up paper, authors: [Doe J], journal: None, year: 2001, citation: Doe 2001, design: case series}
text: {digest: "0", sections: {Abstract: Abstract, Results: Results, Discussion: Discussion, Table 1: Table 1}}
"""


def audited(
    folder: Path, vocabulary: Vocabulary, bodies: Mapping[str, str], tables: Mapping[str, str] | None = None
) -> Audit:
    """The audit of papers with these slugs, of which only what follows the bibliography is given."""
    for name, text in (tables or {}).items():
        (folder / name).write_text(text.strip() + "\n", encoding="utf-8")
    papers = []
    for slug, body in bodies.items():
        file = folder / f"{slug}.yaml"
        file.write_text(_HEAD + body, encoding="utf-8")
        paper = read_paper(file, vocabulary)
        papers.append((paper, facts_of(paper)))
    return audit(papers, vocabulary, read_disjoint(REPOSITORY / "ontology"))
