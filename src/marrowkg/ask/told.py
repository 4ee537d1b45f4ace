"""The rows of an answer as words: which rows tell of something, and in which order they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf, log
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

if TYPE_CHECKING:
    from marrowkg.answer import Answer
    from marrowkg.ask.words import Words

__all__ = ["VALUES", "Sought", "Told", "arranged"]

VALUES: Final = ("value", "size")
"""Columns of numbers by which an answer can be ordered, the first that it has."""
_SHORTEST: Final = 5
"""Letters that a word has at least of which another may be made: `colon` and `colonic`."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A word or name of a question that may stand in a row; `names` are the stems of each way to put it."""

    said: str
    names: frozenset[tuple[str, ...]]
    orders: bool = True
    """Whether some rows tell of it and some do not."""


class Told:
    """The words of each row of an answer, passages included."""

    def __init__(self, answer: Answer, words: Words) -> None:
        self._rows = [
            frozenset(stem for cell in row if isinstance(cell, ox.Literal) for stem in words.stems(cell.value))
            for row in answer.cells
        ]

    def __len__(self) -> int:
        return len(self._rows)

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset().union(*self._rows)

    def rows(self, sought: Sought) -> frozenset[int]:
        """The places of the rows that tell of something."""
        ways = [way for way in ([self._forms(stem) for stem in name] for name in sought.names) if all(way)]
        return frozenset(
            place for place, row in enumerate(self._rows) if any(all(forms & row for forms in way) for way in ways)
        )

    def _forms(self, stem: str) -> frozenset[str]:
        if stem in self._stems or len(stem) < _SHORTEST:
            return frozenset({stem} & self._stems)
        return frozenset(other for other in self._stems if _is_made_of(stem, other) or _is_made_of(other, stem))


def arranged(answer: Answer, sought: Sequence[Sought], words: Words, order: str = "") -> Answer:
    """The same rows: first those that tell of more of what was sought; what few rows tell of counts more.

    With an `order`, those of the `highest` or `lowest` value come first, if the answer has a column of values.
    """
    if not sought and not order:
        return answer
    told = Told(answer, words)
    worth = [0.0] * len(told)
    for one in sought:
        rows = told.rows(one)
        for place in rows:
            worth[place] += log(len(told) / len(rows))
    values = _values(answer, order)
    places = sorted(range(len(told)), key=lambda place: (values[place], -round(worth[place], 6)))
    return replace(answer, cells=[answer.cells[place] for place in places])


def _values(answer: Answer, order: str) -> list[float]:
    """By what rows are ordered: their value, or its negative, in the first column of values that there is."""
    column = next((name for name in VALUES if name in answer.columns), None) if order else None
    if column is None:
        return [0.0] * len(answer)
    cells = (row[answer.columns.index(column)] for row in answer.cells)
    values = [float(cell.value) if isinstance(cell, ox.Literal) else None for cell in cells]
    return [inf if value is None else -value if order == "highest" else value for value in values]


def _is_made_of(word: str, base: str) -> bool:
    return len(base) >= _SHORTEST and word.startswith(base)
