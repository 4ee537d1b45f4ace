"""How a wording of a stored question takes a reading up: a place for each name, or what else becomes of it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Final

from marrowkg.ask.fit import Fit
from marrowkg.ask.item import NUMBERS, Item, Reading
from marrowkg.ask.narrowing import Narrowing
from marrowkg.ask.phrasing import ABOUT, Phrasing, Phrasings
from marrowkg.ask.rows import CITED, Rows
from marrowkg.ask.slots import Slots
from marrowkg.ask.words import SHADE
from marrowkg.storedquery import Parameter, StoredQuery

__all__ = ["Fitter"]

NAMED: Final = 1.0
"""What a name is worth that the wording has a place for."""
PRINTED: Final = 2.0
"""What a number as printed is worth: few stored questions take one."""
FREE: Final = 0.6
"""What it is worth for a parameter of the stored question that the wording does not have."""
NARROWS: Final = 0.7
"""What it is worth where it only chooses rows of the answer."""
ORDERS: Final = 0.5
"""What it is worth where it only says which statements come first."""
SCENE: Final = 0.6
"""What it costs at most to leave out a name that sets the scene."""
ASIDE: Final = 0.2
"""What it costs to use a name in one of these two ways."""
DROPPED: Final = 2.0
"""What it costs to leave something out that was recognised."""
DECISIVE: Final = 1.5
"""What a word costs that turns a question into another, where only one side has it."""
NUANCE: Final = 0.25
"""What it costs to leave out what only narrows an intent."""
_ANYTHING: Final = 1
"""How narrow the class of all things is."""
_WIDE = ("", ABOUT, "Condition")
"""Places for any condition: one named there is meant with the conditions that are named after it."""
_OUTCOME = "mkg:Outcome"
_OTHER = "other"
"""The parameter for a second finding of the same patients."""
_GRADED = "finding"
"""The parameter that a grade belongs to: what stands next to it."""
_TOGETHER = {"<which patients>", "<both>"}


class Fitter:
    """Lays wordings over readings."""

    def __init__(self, phrasings: Phrasings, slots: Slots, rows: Rows) -> None:
        self._phrasings = phrasings
        self._weight = phrasings.weight
        self._slots = slots
        self._rows = rows

    def fit(self, phrasing: Phrasing, reading: Reading, first: Item | None = None, without: Item | None = None) -> Fit:
        """How well one wording takes a reading up, `first` before any other name and `without` not at all."""
        fit = Fit(phrasing, {name: [value] for name, value in phrasing.given.items()})
        placed = [item for item in reading.items if not (item.excluded or item.loose or item is without)]
        # what is asked for before those in whom: any name would do for some parameters
        named = sorted(
            _unlike(placed, self._section(reading, fit)),
            key=lambda item: (item is not first, self._slots.setting(item)),
        )
        items = self._fill(phrasing, named, fit)
        fit.aside += [item for item in reading.items if item.excluded or item.loose]
        if without is not None:
            fit.dropped.append(without)
            fit.left += DROPPED
        said = set(reading.tokens)
        fit.endpoint = any(self._slots.is_endpoint(item) for item in reading.items)
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

    def _section(self, reading: Reading, fit: Fit) -> list[Item]:
        """Take the parts of a paper that are named, if the stored question asks for one."""
        if "section" not in fit.query.parameters or not reading.places:
            return []
        fit.words["section"] = [reading.places[0].value]
        fit.matched += NAMED
        return reading.places[:1]

    def _weigh(self, left: Set[str], lacking: Set[str], fit: Fit) -> None:
        """Count what only the question, and what only the wording says."""
        fit.unmet = frozenset(left)
        for token in sorted(left):
            decides = self._phrasings.is_decisive(token)
            fit.left += DECISIVE if decides else NUANCE if token.startswith(SHADE) else self._weight(token)
        for token in sorted(lacking):
            if self._phrasings.is_decisive(token) or token.startswith(SHADE):
                fit.left += DECISIVE
            else:
                fit.lacking += self._weight(token)

    def _fill(self, phrasing: Phrasing, items: Sequence[Item], fit: Fit) -> list[Item]:
        """Give each place of the wording the name that fits; return the items that are left."""
        left = list(items)
        for name, root in phrasing.slots.items():
            parameter = phrasing.query.parameters[name]
            roots = self._slots.about(phrasing.query, parameter) if root == ABOUT else (root,)
            fitting = [i for i in left if self._takes(phrasing.query, i) and self._slots.value(parameter, i, *roots)]
            chosen = self._chosen(name, fitting, left, phrasing, fit)
            if chosen is None:
                fit.lacking += NAMED
                fit.left += DECISIVE if name == "grade" else 0.0  # who names no grade does not ask for one
                continue
            wholes = self._slots.wholes(parameter, chosen) if root in _WIDE else []
            fit.words[name] = [self._slots.value(parameter, chosen, *roots), *wholes]
            fit.matched += PRINTED if name == "number" else NAMED
            fit.depth += self._slots.depth(parameter, "" if root == ABOUT else root)
            left.remove(chosen)
            if chosen.kind == "patient":
                self._free_parameter(chosen, fit)
        return left

    def _chosen(
        self, name: str, fitting: Sequence[Item], left: Sequence[Item], phrasing: Phrasing, fit: Fit
    ) -> Item | None:
        """The first item that says what the wording does not; to a graded finding, the one beside the grade."""
        telling = [item for item in fitting if not item.repeats(phrasing.tokens)] or fitting
        fresh = [i for i in telling if not self._is_said_twice(i, fit) and not (name == _OTHER and i.joined == "or")]
        if name == _GRADED and fresh:
            return min(fresh, key=lambda item: _distance(item, left))
        return next(iter(fresh), None)

    def _takes(self, query: StoredQuery, item: Item) -> bool:
        """A patient is never only the paper, and a paper that is cited none that cites."""
        if item.cited and CITED in query.columns:
            return False
        return item.kind != "patient" or "patient" in query.parameters

    def _place(self, item: Item, before: Item, phrasing: Phrasing, fit: Fit) -> frozenset[str]:
        """Find a use for what the wording has no place for; return the words of the wording that it repeats."""
        repeated = item.repeats(phrasing.tokens)
        if self._is_said_twice(item, fit):
            return repeated
        if repeated or self._second_value(item, before, phrasing, fit) or self._free_parameter(item, fit):
            return repeated
        if self._slots.is_scene(item):
            said = item.wordings[0]
            unsaid = sorted(said - phrasing.tokens)
            weight = min(SCENE, sum(map(self._weight, unsaid)))
            fit.left += weight
            if unsaid and self._slots.is_organ(item):
                fit.elsewhere = True
                fit.left += DECISIVE
            elif unsaid:
                fit.aside.append(item)
            return said & phrasing.tokens
        narrowing = self._rows.narrowing(item, fit.query, fit.words)
        if narrowing is not None:
            _narrow(fit, narrowing, item)
        elif self._is_aside(item, fit):
            fit.aside.append(item)
            fit.left += ASIDE
        else:
            fit.dropped.append(item)
            fit.left += DROPPED
        return frozenset()

    def _is_aside(self, item: Item, fit: Fit) -> bool:
        """Whether an item may be left out with a word about it: the rows of the answer tell it."""
        query = fit.query
        tells_time = {"events", "when"} <= query.columns and not fit.endpoint
        tells_grade = "events" in query.columns and any(p.class_ == _OUTCOME for p in query.parameters.values())
        return (
            (item.kind in NUMBERS and (item.kind != "time" or tells_time))
            or (item.kind == "grade" and tells_grade)
            or self._slots.is_phase(item)
            or self._slots.is_population(item)
        )

    def _is_said_twice(self, item: Item, fit: Fit) -> bool:
        """`Philadelphia chromosome (BCR-ABL)`: what stands for a parameter already."""
        return item.term is not None and any(
            self._slots.value(fit.query.parameters[name], item) in values for name, values in fit.words.items()
        )

    def _second_value(self, item: Item, before: Item, phrasing: Phrasing, fit: Fit) -> bool:
        """`anemia and thrombocytopenia`, or two papers: the second of two that a parameter takes."""
        papers = fit.words.get("paper", [item.value]) if CITED not in fit.query.columns else [item.value]
        if item.kind == "paper" and item.value not in papers:
            fit.words["paper"].append(item.value)
            fit.matched += NAMED
            return True
        if not (item.joined or item.linked) or (fit.together and item.joined == "and"):
            return False
        for name, values in fit.words.items():
            parameter = fit.query.parameters[name]
            root = phrasing.slots.get(name, ABOUT)
            value = self._slots.value(parameter, item, *([] if root == ABOUT else [root]))
            if value and value not in values and self._slots.value(parameter, before) in values:
                values.append(value)
                fit.matched += NAMED
                return True
        return False

    def _worth(self, parameter: Parameter, item: Item) -> float:
        """What a name is worth for a parameter that the wording does not have: less where any name would do."""
        if parameter.class_ is None and item.kind != "patient":
            return NARROWS
        return FREE if self._slots.depth(parameter, "") > _ANYTHING else FREE / 2

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
                worth = self._worth(parameter, item)
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
    orders = bool(narrowing.names) and narrowing.name in (ABOUT, "paper")
    fit.matched += ORDERS if orders else NARROWS
    fit.left += NAMED - ORDERS if orders else ASIDE


def _unlike(items: Sequence[Item], taken: Sequence[Item]) -> list[Item]:
    """The items that share no word with what is taken already."""
    return [item for item in items if not any(item.start < t.end and t.start < item.end for t in taken)]


def _distance(item: Item, items: Sequence[Item]) -> int:
    """How many words stand between an item and a grade; nothing where no grade is named."""
    gaps = (max(item.start - grade.end, grade.start - item.end) for grade in items if grade.kind == "grade")
    return min(gaps, default=0)
