"""What the passages of a fact really print of its numbers, whatever is stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from marrowkg.audit.model import Anchor
from marrowkg.number import NumberToken, number_tokens
from marrowkg.paper.fields import Quantity
from marrowkg.paper.passage import Passage

__all__ = ["Reading", "read_number"]

_CELL = re.compile(r"(?P<events>\d+) ?\((?P<percent>\d+(?:\.\d+)?) ?%?\)")
_PERCENT = re.compile(r"\s?%")
_OF = re.compile(r"\s*(?:/|of|out of)\s*(?:the\s+)?", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_PERIOD = re.compile(rf"({_YEAR.pattern})\D{{1,20}}({_YEAR.pattern})")


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of a number and the passages that print it; none for a number derived by a formula."""

    value: Decimal
    comparator: str
    anchors: tuple[Anchor, ...]

    @property
    def plain(self) -> bool:
        """Whether the number stands as such, without `about` or `over`."""
        return not self.comparator


def read_number(
    name: str, stored: Mapping[str, Quantity], anchors: Sequence[Anchor], *, derived: bool = False
) -> list[Reading]:
    """The different values that the passages print of one number, the stored one first."""
    found: dict[Decimal, tuple[str, list[Anchor]]] = {}
    for anchor in anchors:
        quantity = _printed(name, stored, anchor.passage)
        if quantity is not None:
            found.setdefault(quantity.number, (quantity.comparator, []))[1].append(anchor)
    own = stored.get(name)
    if own is not None and derived and own.number not in found:
        found[own.number] = (own.comparator, [])
    readings = [Reading(value, comparator, tuple(where)) for value, (comparator, where) in found.items()]
    return sorted(readings, key=lambda r: own is None or r.value != own.number)


def _printed(name: str, stored: Mapping[str, Quantity], passage: Passage) -> Quantity | None:
    """The value of a number in one passage: as the curator says, as stored, or as the fragment's form tells."""
    if name in passage.prints:
        return passage.prints[name]
    if name.endswith("year"):
        return _year(name, stored, passage)
    own = stored.get(name)
    if own is not None and own.number in passage.numbers():
        return own
    value = _by_form(name, passage.exact) if own is not None else None
    known = {q.number for q in (*stored.values(), *passage.prints.values())}
    return None if value is None or value in known else Quantity(number=value)


def _year(name: str, stored: Mapping[str, Quantity], passage: Passage) -> Quantity | None:
    period = _PERIOD.search(passage.exact)
    if period is not None:
        return Quantity(number=Decimal(period[1 if name == "from year" else 2]))
    own = stored.get(name)
    return own if own is not None and own.number in passage.numbers() else None


def _by_form(name: str, text: str) -> Decimal | None:
    """A number told by its form alone: `13 (24)`, `55.5%`, `21/22`, `26 of 37`; nothing where that is not certain."""
    cell = _CELL.fullmatch(text)
    if cell and name in ("events", "percent"):
        return Decimal(cell[name])
    if name == "percent":
        return _only(_percents(text))
    if name in ("events", "denominator"):
        return _only(pair[name == "denominator"] for pair in _ratios(text))
    return None


def _only(values: Iterator[Decimal]) -> Decimal | None:
    found = list(values)
    return found[0] if len(found) == 1 else None


def _percents(text: str) -> Iterator[Decimal]:
    return (token.value for token in number_tokens(text) if _PERCENT.match(text, token.end))


def _ratios(text: str) -> Iterator[tuple[Decimal, Decimal]]:
    tokens: list[NumberToken] = list(number_tokens(text))
    for one, other in pairwise(tokens):
        if _OF.fullmatch(text[one.end : other.start]) and one.value <= other.value:
            yield one.value, other.value
