"""The audit of curated files: some papers, held also against those of the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from marrowkg.audit.disjoint import read_disjoint
from marrowkg.audit.run import Audit, audit
from marrowkg.errors import CurationError
from marrowkg.paper.fact import Facts
from marrowkg.paper.facts import facts_of
from marrowkg.paper.paper import Paper
from marrowkg.paper.reading import paper_files, read_paper
from marrowkg.paths import House
from marrowkg.vocabulary import Vocabulary, load_vocabulary

__all__ = ["screen"]


def screen(house: House, files: Sequence[Path] = ()) -> Audit:
    """Audit curated files, all papers of the house by default.

    Other papers of the house that can be read are there to be compared with; what is found in them is left out.

    Raises:
        CurationError: if one of `files` (or, by default, of the papers) cannot be read.
    """
    vocabulary = load_vocabulary(house.ontology)
    own = paper_files(house.papers)
    asked = [_read(file, vocabulary) for file in files or own]
    slugs = {paper.slug for paper, _ in asked}
    others = _readable([file for file in own if file.stem not in slugs], vocabulary)
    return audit([*asked, *others], vocabulary, read_disjoint(house.ontology)).narrowed(slugs)


def _read(file: Path, vocabulary: Vocabulary) -> tuple[Paper, Facts]:
    paper = read_paper(file, vocabulary)
    return paper, facts_of(paper)


def _readable(files: Sequence[Path], vocabulary: Vocabulary) -> Iterator[tuple[Paper, Facts]]:
    for file in files:
        try:
            yield _read(file, vocabulary)
        except CurationError:
            continue  # its faults are told where that paper is asked for
