"""Slips of the pen: a long word that nobody knows, one letter away from a word of the graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

__all__ = ["Speller"]

_LONG = 6
"""Letters of the shortest word that is corrected: a shorter one is near too many others."""

_VERY_LONG = 11
"""Letters from which on even a plain word with a wrong letter is taken for another."""


class Speller:
    """Finds the word that was meant among known ones, one slip away: two words at two slips may both be real."""

    def __init__(self, words: Iterable[str], names: Iterable[str]) -> None:
        self._names = {name.casefold() for name in names}
        self._words = {*words, *self._names}

    @cached_property
    def _known(self) -> dict[str, set[str]]:
        """By the first letter: a slip there is rare."""
        by_letter: dict[str, set[str]] = {}
        for word in self._words:
            folded = word.casefold()
            if len(folded) >= _LONG and folded.isalpha():
                by_letter.setdefault(folded[0], set()).add(folded)
        return by_letter

    def meant(self, word: str) -> str:
        """The known word that is one slip away, if there is only one or the others are forms of it; else nothing."""
        folded = word.casefold()
        if len(folded) < _LONG or not folded.isalpha():
            return ""
        slips = (w for w in self._known.get(folded[0], ()) if _is_one_slip(folded, w) and self._is_safe(folded, w))
        near = sorted(slips, key=lambda word: (len(word), word))
        return near[0] if near and _are_forms(near) else ""

    def _is_safe(self, word: str, meant: str) -> bool:
        """Words of plain English differ by a letter (`prevented`, `presented`); names and very long words do not."""
        is_other_letter = len(word) == len(meant) and sorted(word) != sorted(meant)
        return meant in self._names or len(word) >= _VERY_LONG or not is_other_letter


def _are_forms(words: Collection[str]) -> bool:
    return len({word[: _LONG - 1] for word in words}) == 1


def _is_one_slip(one: str, other: str) -> bool:
    """One letter too many, missing or wrong, or two letters swapped."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:] and len(right) > 1
    return swapped or left[1:] == right[1:] or left == right[1:] or left[1:] == right
