"""Grades in the words of a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from marrowkg.ask.item import Item

__all__ = ["grades", "is_roman"]

_AT_LEAST = (">=", "\u2265", ">")
_UPWARDS = ("wors", "high", "higher", "mor", "above", "up", "great", "greater")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}
_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
_GRADED = ("grad", "ctc")


def grades(written: Sequence[str], stems: Sequence[str]) -> Iterator[Item]:
    """`grade 3`, `grade III or worse`, `at least grade 3`, `>= 3`: the lowest grade that is meant."""
    for place, stem in enumerate(stems):
        start, after = place, place + 1
        if stem in _AT_LEAST:
            after += stems[after : after + 1] == ["grad"]
        elif stem in _GRADED:
            after += stems[after : after + 1] == ["grad"]
            after += bool(stems[after : after + 1]) and stems[after] in _AT_LEAST
        else:
            continue
        word = written[after].casefold() if after < len(written) else ""
        grade = _ROMAN.get(word) or _NUMBERS.get(word, word)
        if grade.isdigit():
            end = _after_grade(stems, after + 1)
            yield Item("grade", f"grade {grade}", (grade,), start, end)


def is_roman(word: str) -> bool:
    """Whether a word is a small Roman numeral in capitals."""
    return word.isupper() and word.casefold() in _ROMAN


def _after_grade(stems: Sequence[str], end: int) -> int:
    """Where the words on a grade end: `3/4`, `3 or 4`, `3 or worse`, `3 and above`."""
    if end < len(stems) and stems[end].isdigit():  # `3-4`
        return end + 1
    if stems[end : end + 1] in (["/"], ["or"], ["and"]) and end + 1 < len(stems):
        further = stems[end + 1]
        if further.isdigit() or further in _ROMAN or further in _UPWARDS:
            return end + 2
    return end
