"""Which rows of an answer are kept when a question names a paper, source, patient or condition that is no parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marrowkg.answer import Answer
    from marrowkg.evidence import Evidence

__all__ = ["Narrowing", "narrowed"]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Keep rows whose cells in `columns` are together one of `allowed`; `said` tells what was asked for.

    With `names`, rows in whose cells one of these words or phrases stands come first, and all stay: a group may be
    worded in many ways.
    """

    name: str
    said: tuple[str, ...]
    columns: tuple[str, ...]
    allowed: frozenset[tuple[str, ...]] = frozenset()
    names: frozenset[str] = frozenset()

    def in_words(self) -> str:
        """The restriction, for a person to check."""
        return f"{self.name} = {' or '.join(self.said)}{' first' if self.names else ''}"

    def widened(self, other: Narrowing) -> Narrowing:
        """The rows of either."""
        said = tuple(dict.fromkeys((*self.said, *other.said)))
        return replace(self, said=said, allowed=self.allowed | other.allowed, names=self.names | other.names)

    def keeps(self, row: Mapping[str, str]) -> bool:
        """Whether a row stays."""
        return bool(self.names) or tuple(row[column] for column in self.columns) in self.allowed

    def prefers(self, row: Mapping[str, str]) -> bool:
        """Whether a row comes first."""
        text = " ".join(row[column] for column in self.columns).casefold()
        return any(re.search(rf"\b{re.escape(name)}\b", text) for name in self.names)


def narrowed(answer: Answer, narrowings: Sequence[Narrowing]) -> Answer:
    """The rows that every narrowing keeps, with their evidence."""
    if not narrowings:
        return answer
    rows = [
        (cells, row)
        for cells, row in zip(answer.cells, answer.rows, strict=True)
        if all(n.keeps(row) for n in narrowings)
    ]
    kept = [cells for cells, _ in sorted(rows, key=lambda pair: -sum(n.prefers(pair[1]) for n in narrowings))]
    smaller = replace(answer, cells=kept, evidence=())
    return replace(smaller, evidence=tuple(_kept(answer, smaller)))


def _kept(answer: Answer, smaller: Answer) -> Iterator[Evidence]:
    places = [smaller.columns.index(column) for column in smaller.evidence_columns]
    texts = list(smaller.texts())
    named = {row[place] for row in texts for place in places}
    yield from (evidence for evidence in answer.evidence if evidence.fact in named)
