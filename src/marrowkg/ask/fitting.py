"""One wording of a stored question laid over a reading: what it takes up, what it leaves, and how well that fits."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import Final

from marrowkg.ask.item import Item, Reading
from marrowkg.ask.narrowing import Narrowing
from marrowkg.ask.phrasing import ABOUT, Phrasing, Phrasings
from marrowkg.ask.rows import Rows
from marrowkg.ask.slots import Slots
from marrowkg.storedquery import StoredQuery

__all__ = ["Fit", "Fitter"]

NAMED: Final = 1.0
"""What a name is worth that the wording has a place for."""
FREE: Final = 0.6
"""What it is worth for a parameter of the stored question that the wording does not have."""
NARROWS: Final = 0.7
"""What it is worth where it only chooses rows of the answer."""
ASIDE: Final = 0.2
"""What it costs to use a name in one of these two ways."""
DROPPED: Final = 2.0
"""What it costs to leave something out that was recognised."""
DECISIVE: Final = 1.5
"""What a word costs that turns a question into another, where only one side has it."""
UNASKED: Final = 0.5
"""How much a word of the wording that the question lacks counts against it."""
LITERAL: Final = 0.02
"""How much words of the wording itself are preferred to names, where all else is equal."""
_ANYTHING: Final = 1
"""How narrow the class of all things is."""
_WIDE = ("", ABOUT, "Condition")
"""Places for any condition: one named there is meant with the conditions that are named after it."""
_TOGETHER = {"<which patients>", "<both>"}


@dataclass(slots=True)
class Fit:
    """A stored question as one wording of it takes the reading up."""

    query: StoredQuery
    words: dict[str, list[str]] = field(default_factory=dict)
    narrowings: list[Narrowing] = field(default_factory=list)
    dropped: list[Item] = field(default_factory=list)
    aside: list[Item] = field(default_factory=list)
    matched: float = 0.0
    left: float = 0.0
    lacking: float = 0.0
    literal: float = 0.0
    depth: int = 0
    together: bool = False
    """Whether two names joined by `and` are asked of the same patients."""

    @property
    def score(self) -> float:
        """From 0 to 1: the share of what was asked, and of what the wording says, that meet."""
        whole = self.matched + self.left + UNASKED * self.lacking
        return self.matched / whole + LITERAL * (self.literal + 0.2 * self.depth) if self.matched else 0.0

    @property
    def missing(self) -> list[str]:
        """Parameters that the question must name and does not."""
        return [p.name for p in self.query.parameters.values() if p.required and p.name not in self.words]


class Fitter:
    """Lays wordings over readings."""

    def __init__(self, phrasings: Phrasings, slots: Slots, rows: Rows) -> None:
        self._phrasings = phrasings
        self._weight = phrasings.weight
        self._slots = slots
        self._rows = rows

    def fit(self, phrasing: Phrasing, reading: Reading) -> Fit:
        """How well one wording takes a reading up."""
        fit = Fit(phrasing.query, {name: [value] for name, value in phrasing.given.items()})
        items = self._fill(phrasing, reading.items, fit)
        said = set(reading.tokens)
        fit.together = bool(said & _TOGETHER)
        for item in items:
            before = reading.items[reading.items.index(item) - 1]
            said |= self._place(item, before, phrasing, fit)
        filled = any(name in fit.words for name in phrasing.slots)
        fit.literal = sum(self._weight(token) for token in sorted(said & phrasing.tokens))
        # names alone do not say what is asked, unless the wording is nothing but names
        speaks = fit.literal or (filled and not phrasing.tokens)
        fit.matched = fit.matched + fit.literal if speaks else 0.0
        self._weigh(set(reading.tokens) - phrasing.tokens, phrasing.tokens - said, fit)
        fit.lacking += NAMED * sum(1 for name in fit.missing if name not in phrasing.slots)
        return fit

    def _weigh(self, left: Set[str], lacking: Set[str], fit: Fit) -> None:
        """Count what only the question, and what only the wording says."""
        for token in sorted(left):
            fit.left += DECISIVE if self._phrasings.is_decisive(token) else self._weight(token)
        for token in sorted(lacking):
            if self._phrasings.is_decisive(token):
                fit.left += DECISIVE
            else:
                fit.lacking += self._weight(token)

    def _fill(self, phrasing: Phrasing, items: Sequence[Item], fit: Fit) -> list[Item]:
        """Give each place of the wording the first name that fits; return the items that are left."""
        left = list(items)
        for name, root in phrasing.slots.items():
            parameter = phrasing.query.parameters[name]
            roots = self._slots.about(phrasing.query, parameter) if root == ABOUT else (root,)
            fitting = [i for i in left if self._takes(phrasing.query, i) and self._slots.value(parameter, i, *roots)]
            telling = [item for item in fitting if not item.repeats(phrasing.tokens)]
            if not fitting:
                fit.lacking += NAMED
                continue
            chosen = (telling or fitting)[0]
            wholes = self._slots.wholes(parameter, chosen) if root in _WIDE else []
            fit.words[name] = [self._slots.value(parameter, chosen, *roots), *wholes]
            fit.matched += NAMED
            fit.depth += self._slots.depth(parameter, "" if root == ABOUT else root)
            left.remove(chosen)
            if chosen.kind == "patient":
                self._free_parameter(chosen, fit)
        return left

    def _takes(self, query: StoredQuery, item: Item) -> bool:
        """A patient is never only the paper."""
        return item.kind != "patient" or "patient" in query.parameters

    def _place(self, item: Item, before: Item, phrasing: Phrasing, fit: Fit) -> frozenset[str]:
        """Find a use for what the wording has no place for; return the words of the wording that it repeats."""
        repeated = item.repeats(phrasing.tokens)
        if repeated or self._second_value(item, before, fit) or self._free_parameter(item, fit):
            return repeated
        if self._slots.is_scene(item):
            said = item.wordings[0]
            fit.left += sum(self._weight(token) for token in sorted(said - phrasing.tokens))
            return said & phrasing.tokens
        narrowing = self._rows.narrowing(item, fit.query, fit.words)
        if narrowing is not None:
            _narrow(fit, narrowing, item)
        elif item.kind == "count" or self._slots.is_phase(item):
            fit.aside.append(item)
            fit.left += ASIDE
        else:
            fit.dropped.append(item)
            fit.left += DROPPED
        return frozenset()

    def _second_value(self, item: Item, before: Item, fit: Fit) -> bool:
        """`anemia and thrombocytopenia`: the second of two that a parameter takes."""
        if not item.joined or (fit.together and item.joined == "and"):
            return False
        for name, values in fit.words.items():
            parameter = fit.query.parameters[name]
            value = self._slots.value(parameter, item)
            if value and value not in values and self._slots.value(parameter, before) in values:
                values.append(value)
                fit.matched += NAMED
                return True
        return False

    def _free_parameter(self, item: Item, fit: Fit) -> bool:
        placed = False
        if not self._takes(fit.query, item):
            return False
        for parameter in fit.query.parameters.values():
            if parameter.name in fit.words or (placed and item.kind != "patient"):
                continue
            value = self._slots.value(parameter, item, *self._slots.about(fit.query, parameter))
            if value and not any(value in values for values in fit.words.values()):
                fit.words[parameter.name] = [value, *self._slots.wholes(parameter, item)]
                worth = FREE if self._slots.depth(parameter, "") > _ANYTHING else FREE / 2
                fit.matched += 0.0 if placed else worth
                fit.left += 0.0 if placed else NAMED - worth - ASIDE
                placed = True
        return placed


def _narrow(fit: Fit, narrowing: Narrowing, item: Item) -> None:
    """Add a restriction; two that a conjunction joins keep the rows of either."""
    last = fit.narrowings[-1] if fit.narrowings else None
    if last is not None and last.columns == narrowing.columns and (item.joined or item.kind != "term"):
        fit.narrowings[-1] = last.widened(narrowing)
    else:
        fit.narrowings.append(narrowing)
    fit.matched += NARROWS
    fit.left += ASIDE
