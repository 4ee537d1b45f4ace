"""What a question was taken to mean, in words and as a command; or why it was not understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from shlex import quote

from marrowkg.ask.narrowing import Narrowing
from marrowkg.ask.told import Sought
from marrowkg.errors import MarrowError
from marrowkg.storedquery import StoredQuery

__all__ = ["NotUnderstoodError", "Understood"]

_SHOWN = 3
"""How many values of a parameter are told one by one."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question was taken to mean."""

    query: StoredQuery
    words: Mapping[str, Sequence[str]]
    narrowings: Sequence[Narrowing] = ()
    aside: Sequence[str] = ()
    corrected: Mapping[str, str] = field(default_factory=dict)
    sought: Sequence[Sought] = ()
    """What no parameter takes: rows that tell of it come first."""
    order: str = ""
    """Which value comes first: the `highest` or the `lowest`."""
    also: str = ""
    """Another stored question that fits as well."""
    second: str = ""
    """The command of the next best question that takes all that was asked."""

    def in_words(self) -> str:
        """The reading, for a person to check."""
        given = "".join(f", {name} = {_listed(values)}" for name, values in self.words.items())
        kept = "; rows with " + ", ".join(n.in_words() for n in self.narrowings) if self.narrowings else ""
        kept += f"; {self.order} first" if self.order else ""
        first = ", ".join(dict.fromkeys(repr(sought.said) for sought in self.sought if sought.orders))
        kept += f"; rows that tell of {first} first" if first else ""
        aside = f" ({', '.join(self.aside)} plays no part)" if self.aside else ""
        read = "".join(f"; {word!r} read as {meant!r}" for word, meant in self.corrected.items())
        also = f"; {self.also} may be meant as well" if self.also else ""
        return f"understood as {self.query.name}{given}{kept}{aside}{read}{also}"

    def command(self) -> str:
        """The command that asks it by name; what is still to be named stands in capitals."""
        words = dict(self.words)
        for name, parameter in self.query.parameters.items():
            if parameter.required:
                words.setdefault(name, [name.upper()])
        given = "".join(f" -p {quote(f'{name}={value}')}" for name, values in words.items() for value in values)
        return f"marrowkg query {self.query.name}{given}"


class NotUnderstoodError(MarrowError):
    """The question is out of scope, lacks a parameter or fits several stored questions; carries the closest."""

    def __init__(self, why: str, closest: Sequence[Understood]) -> None:
        self.closest = tuple(one.query for one in closest)
        offered = "".join(f"\n  {one.command()}\n      {one.query.question}" for one in closest)
        super().__init__(why + (f"; the closest questions are{offered}" if offered else ""))


def _listed(values: Sequence[str]) -> str:
    """The values, but of many only the first."""
    shown = values if len(values) <= _SHOWN else [*values[:1], f"{len(values) - 1} that are named after it"]
    return " and ".join(shown)
