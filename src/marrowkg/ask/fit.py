"""One wording of a stored question laid over a reading: what it takes up, what it leaves, and how well that fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from marrowkg.ask.item import Item
from marrowkg.ask.narrowing import Narrowing
from marrowkg.ask.phrasing import Phrasing
from marrowkg.ask.told import Sought
from marrowkg.storedquery import StoredQuery

__all__ = ["Fit"]

UNASKED: Final = 0.5
"""How much a word of the wording that the question lacks counts against it."""
LITERAL: Final = 0.02
"""How much words of the wording itself are preferred to names, where all else is equal."""


@dataclass(slots=True)
class Fit:
    """A stored question as one wording of it takes the reading up."""

    phrasing: Phrasing
    words: dict[str, list[str]] = field(default_factory=dict)
    narrowings: list[Narrowing] = field(default_factory=list)
    dropped: list[Item] = field(default_factory=list)
    aside: list[Item] = field(default_factory=list)
    matched: float = 0.0
    left: float = 0.0
    lacking: float = 0.0
    literal: float = 0.0
    depth: int = 0
    score_at_least: float = 0.0
    learned: float = 0.0
    """How much what was learned speaks for this stored question."""
    unmet: frozenset[str] = frozenset()
    """Words of the question that the wording lacks."""
    sought: list[Sought] = field(default_factory=list)
    """What no parameter takes and rows of the answer tell of."""
    lost: list[Item] = field(default_factory=list)
    """What has no use at all: the wording says it anyway, and no row tells of it."""
    rows: int | None = None
    """How many rows the answer has, where it was tried."""
    endpoint: bool = False
    """Whether a time to an event is asked for: `5-year survival` is no share at a time that the graph tells."""
    elsewhere: bool = False
    """Whether a part of the body is named that the wording is not about."""
    together: bool = False
    """Whether two names joined by `and` are asked of the same patients."""

    @property
    def query(self) -> StoredQuery:
        """The stored question that is worded so."""
        return self.phrasing.query

    @property
    def score(self) -> float:
        """From 0 to 1: the share of what was asked, and of what the wording says, that meet."""
        whole = self.matched + self.left + UNASKED * self.lacking
        score = self.matched / whole + LITERAL * (self.literal + 0.2 * self.depth) if self.matched else 0.0
        return max(score, self.score_at_least)

    @property
    def told(self) -> set[str]:
        """Words of the question, as written, that rows of the answer tell of."""
        return {sought.said for sought in self.sought}

    @property
    def missing(self) -> list[str]:
        """Parameters that the question must name and does not."""
        return [p.name for p in self.query.parameters.values() if p.required and p.name not in self.words]
