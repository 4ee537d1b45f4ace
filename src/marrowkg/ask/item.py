"""What a question was read to hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from marrowkg.ask.register import Person
from marrowkg.vocabulary import Term

__all__ = ["NUMBERS", "Item", "Kind", "Reading"]

Kind = Literal["term", "paper", "source", "patient", "grade", "number", "count", "time", "section", "least", "most"]

NUMBERS: Final[frozenset[Kind]] = frozenset({"number", "time", "count", "least", "most"})
"""Kinds of numbers."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something recognised in the words from `start` to before `end`.

    `values` is what it stands for: a label, the slug of a paper, labels of cited sources, a grade, a number. `wordings`
    are what its words and its label say beside that, `joined` is the conjunction that stands before it.
    """

    kind: Kind
    said: str
    values: tuple[str, ...]
    start: int
    end: int
    wordings: tuple[frozenset[str], ...] = ()
    term: Term | None = None
    people: tuple[Person, ...] = ()
    joined: str = ""
    linked: bool = False
    """Whether a conjunction stands anywhere between the name before and it."""
    excluded: bool = False
    """Whether something else is asked for: `symptoms besides bone pain`."""
    cited: bool = False
    """Whether a paper is named as what others cite."""
    loose: bool = False
    """Whether it shuts nothing out: one side of a comparison."""

    def repeats(self, tokens: frozenset[str]) -> frozenset[str]:
        """What it says that is among the words of a wording, if it says nothing beyond; else nothing."""
        return next((said for said in self.wordings if said and said <= tokens), frozenset())

    @property
    def value(self) -> str:
        """The first value."""
        return self.values[0]


@dataclass(slots=True)
class Reading:
    """The items of a question in order, the telling words beside them, and what is not clear."""

    items: list[Item] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    """The telling words as they were written."""
    ambiguous: list[str] = field(default_factory=list)
    places: list[Item] = field(default_factory=list)
    """Parts of a paper that are named; some questions take them, to others they are words."""
    rest: dict[str, str] = field(default_factory=dict)
    """Every word beside the items that is more than grammar, as written, by its stem."""
    order: str = ""
    """Whether the `highest` or the `lowest` value is asked for."""
    stems: list[str] = field(default_factory=list)
    """All words, from the first place on, without their endings."""
    unknown: list[str] = field(default_factory=list)
    """Telling words that neither plain English nor a stored question nor the ontology explains."""
    corrected: dict[str, str] = field(default_factory=dict)
    """Misspelled words, and what they were taken for."""
