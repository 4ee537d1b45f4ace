"""What a curator still misses: numbers of the text that lie in no passage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from marrowkg.anchor import quoted_spans
from marrowkg.issue import Issue
from marrowkg.paper.paper import Paper
from marrowkg.source import Source

__all__ = ["Coverage", "Uncovered", "cover"]


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A number in no passage, with the text around it."""

    paper: str
    section: str
    number: str
    context: str


@dataclass(slots=True)
class Coverage:
    """How many numbers a text prints, how many lie in passages or are listed as not curated, and which do neither."""

    paper: str
    numbers: int = 0
    covered: int = 0
    listed: int = 0
    uncovered: list[Uncovered] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def cover(paper: Paper, source: Source) -> Coverage:
    """Hold the numbers of a text against the passages of its curated file; page furniture is left out."""
    coverage = Coverage(paper.slug)
    spans = sorted(quoted_spans(paper, source))
    listed = sorted(_listed(paper, source, coverage.issues))
    text = paper.file.text
    furniture = [span for pattern in (*text.citations, *text.furniture) for span in source.matches(pattern)]
    for token in source.numbers():
        place = (token.start, token.end)
        if _inside(place, furniture):
            continue
        coverage.numbers += 1
        if _inside(place, spans):
            coverage.covered += 1
        elif _inside(place, listed):
            coverage.listed += 1
        else:
            before, at, after = source.surroundings(token.start, token.end - token.start, margin=50)
            section = source.section_at(token.start) or ""
            coverage.uncovered.append(Uncovered(paper.slug, section, at, f"{before} [{at}] {after}"))
    return coverage


def _listed(paper: Paper, source: Source, issues: list[Issue]) -> Iterator[tuple[int, int]]:
    for index, entry in enumerate(paper.file.not_curated):
        places = [p for p in source.find(entry.words) if entry.at in (None, source.section_at(p))]
        if not places:
            text = f"{entry.words!r} does not stand in the text, or not in that section"
            issues.append(Issue("not-curated-not-found", text, paper.where("not curated", index)))
        length = source.length(entry.words)
        yield from ((place, place + length) for place in places)


def _inside(place: tuple[int, int], spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place[0] and place[1] <= end for start, end in spans)
