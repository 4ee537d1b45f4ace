"""The re-check of references: whoever an entry is about, or is relayed from, is named where its passages stand.

A group is named by the words under `called` of its cohort: in the sentence of a passage or the one before it, in the
name of the section, or in the heading of a cell. A source is named by its citation mark, its first author or a passage
of its own: beside the passage, or in the label of the row of a cell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from marrowkg.issue import Issue, Where
from marrowkg.number import reference_numbers
from marrowkg.paper.entry import Entry, entries_of
from marrowkg.paper.evidence import Evidence
from marrowkg.paper.paper import Paper
from marrowkg.source import Source, normalise
from marrowkg.yamlmap import Step

__all__ = ["check_naming", "unnamed_source"]

Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place of the normalised text that names sources; a number does so for what stands before it."""

    start: int
    end: int
    sources: frozenset[str]
    is_number: bool = False


def check_naming(paper: Paper, source: Source) -> list[Issue]:
    """Complaints about entries whose group or source is named by none of the places that print them."""
    marks = sorted(_marks(paper, source), key=lambda mark: mark.start)
    issues: list[Issue] = []
    for entry in entries_of(paper):
        places = [place for evidence in entry.evidence for place in _places(source, evidence)]
        contexts = [*(_context(source, place) for place in places), *map(_headings, entry.evidence)]
        issues += _unnamed_groups(paper, entry, normalise(" \n ".join(contexts)))
        if entry.source and places:
            named = {key for place in places for mark in _beside(marks, source, place) for key in mark.sources}
            for cited in (entry.source, *entry.also):
                issues += unnamed_source(paper, entry, cited, named)
    return issues


# ---- groups


def _unnamed_groups(paper: Paper, entry: Entry, context: str) -> Iterator[Issue]:
    for field, key in entry.groups:
        called = paper.file.cohorts[key].called
        if called and entry.evidence and not any(_is_named(words, context) for words in called):
            text = f"no passage or its sentence calls the group {key!r}: expected {' or '.join(map(repr, called))}"
            yield Issue("group-not-named", text, paper.where(*entry.path, field))


def _is_named(words: str, context: str) -> bool:
    """Whether words stand in a context; they may begin a longer word, and capitals count where there are any."""
    words = normalise(words)
    edge = r"(?<!\w)" if words[0].isalnum() else ""
    return re.search(edge + re.escape(words), context, 0 if words != words.lower() else re.IGNORECASE) is not None


def _context(source: Source, place: tuple[int, int]) -> str:
    return f"{source.section_at(place[0])} {source.text(*source.sentence_at(place[0], before=1))}"


def _headings(evidence: Evidence) -> str:
    cell = evidence.cell
    return f"{cell.table} {cell.row} {cell.column} {cell.reads}" if cell else ""


# ---- sources


def unnamed_source(paper: Paper, entry: Entry, cited: str | None, named: Collection[str | None]) -> Iterator[Issue]:
    """A complaint if a source that an entry cites is not of the authors of any source that is `named`."""
    cites = {paper.file.sources[key].cite if key else None for key in named}
    if (paper.file.sources[cited].cite if cited else None) not in cites:
        near = ", ".join(sorted(key or "the paper itself" for key in named)) or "none"
        own = "the entry is said to be the paper's own"
        said = f"source {cited!r} is not named beside the passages" if cited else own
        yield Issue("source-not-named", f"{said}; named there: {near}", _at(paper, entry))


def _marks(paper: Paper, source: Source) -> Iterator[_Mark]:
    cited = paper.file.sources
    for pattern in paper.file.text.citations:
        for start, end in source.matches(pattern):
            numbers = reference_numbers(source.text(start, end))
            yield _Mark(start, end, frozenset(k for k, s in cited.items() if s.reference in numbers), is_number=True)
    for name in {one.author for one in cited.values()} - {""}:
        keys = frozenset(key for key, other in cited.items() if other.author == name)
        yield from (_Mark(start, end, keys) for start, end in source.matches(rf"\b{re.escape(normalise(name))}\b"))
    for key, one in cited.items():
        for start, end in (place for evidence in one.evidence for place in _places(source, evidence)):
            yield _Mark(start, end, frozenset({key}))


def _beside(marks: Sequence[_Mark], source: Source, place: tuple[int, int]) -> list[_Mark]:
    """The marks that a place is read with: the first number after it, and the names in its sentence.

    A sentence without a mark is read with the last mark before it in the section and the first number after it.
    """
    start, end = place
    first, last = source.sentence_at(start)
    within = [mark for mark in marks if mark.end > first and mark.start < max(last, end)]
    if within:
        names, numbers = ([m for m in within if m.is_number is kind] for kind in (False, True))
        after = [mark for mark in numbers if mark.end > start]
        return [*names, *(_adjoining(after) if after else _adjoining(numbers[::-1]))]
    here = source.section_at(start)
    around = [mark for mark in marks if source.section_at(mark.start) == here]
    after = [mark for mark in around if mark.is_number and mark.start > start]
    return [*_adjoining([mark for mark in around if mark.start < start][::-1]), *_adjoining(after)]


def _adjoining(marks: Sequence[_Mark]) -> list[_Mark]:
    """The first of some marks, and those that touch it."""
    return [mark for mark in marks if mark.start <= marks[0].end + 1 and mark.end >= marks[0].start - 1]


def _places(source: Source, evidence: Evidence) -> Iterator[tuple[int, int]]:
    if evidence.quote:
        for start in source.find(evidence.quote, evidence.before or "", evidence.after or ""):
            yield start, start + source.length(evidence.quote)


def _at(paper: Paper, entry: Entry) -> Where:
    return paper.where(*entry.path)
