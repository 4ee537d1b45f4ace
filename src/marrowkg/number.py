"""Numbers as papers print them: digits, and words such as "twenty-two"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["NumberToken", "number_tokens", "reference_numbers"]

_RANGE = re.compile(r"(\d+)(?:-(\d+))?")

_UNITS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_WORD = "|".join(sorted([*_UNITS, *_TENS], key=len, reverse=True))
_TOKEN = re.compile(
    # thousands may be set apart by commas; a digit may follow a letter (CD10), never another number's point
    r"(?P<digits>(?<!\d)(?<!\d\.)(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)"
    rf"|(?P<tens>\b(?:{'|'.join(_TENS)}))-?(?P<ones>{'|'.join(list(_UNITS)[1:10])})\b"
    rf"|(?P<word>\b(?:{_WORD})\b)"
    r"|(?P<half>\bhalf\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NumberToken:
    """A number in a text: its value, and where it is printed (`text[start:end]`)."""

    value: Decimal
    start: int
    end: int


def number_tokens(text: str) -> Iterator[NumberToken]:
    """Every number that `text` prints, in order; words up to ninety-nine count, and "half" is a half."""
    for match in _TOKEN.finditer(text):
        yield NumberToken(_value(match), match.start(), match.end())


def _value(match: re.Match[str]) -> Decimal:
    if digits := match["digits"]:
        return Decimal(digits.replace(",", ""))
    if match["half"]:
        return Decimal("0.5")
    if word := match["word"]:
        word = word.lower()
        return Decimal(_UNITS.get(word, _TENS.get(word, 0)))
    return Decimal(_TENS[match["tens"].lower()] + _UNITS[match["ones"].lower()])


def reference_numbers(mark: str) -> set[int]:
    """The reference numbers of a citation mark such as `[6, 9-11]`."""
    ranges = ((int(m[1]), int(m[2] or m[1])) for m in _RANGE.finditer(mark))
    return {number for first, last in ranges for number in range(first, last + 1)}
