"""What a parameter of a stored question takes of what a question names."""

from __future__ import annotations

from functools import cache

from marrowkg.ask.item import NUMBERS, Item
from marrowkg.ask.names import Names
from marrowkg.prefixes import MKG, expand
from marrowkg.storedquery import Parameter, StoredQuery
from marrowkg.vocabulary import Term, Vocabulary

__all__ = ["Slots"]

_SCENE = (
    "AnatomicalEntity", "Specimen", "StudyDesign", "StatisticalProcedure", "StatisticalMethod", "Cell",
    "DiagnosticProcedure", "Molecule", "BiologicalProcess", "Gene", "Severity",
)  # fmt: skip
"""Kinds of terms that set the scene: left out, they count as words do."""
_UNASKED = ("StudyDesign", "Severity", "AgeGroup")
"""Kinds of terms that no parameter takes."""
_NAMESAKES = ("Cell", "Molecule", "Gene")
"""Kinds of terms after which findings and quantities are named."""

_UNNAMED = ("Treatment",)
"""Kinds of terms that nobody means who names a cell or molecule."""


class Slots:
    """Matches parameters with items."""

    def __init__(self, vocabulary: Vocabulary, names: Names) -> None:
        self._vocabulary = vocabulary
        self._names = names
        self._above = cache(vocabulary.ancestors)
        self._label = cache(self._label_under)
        self._named = cache(self._name_under)
        self._is_part_of_scene = cache(lambda term: any(self._is_under(term, root) for root in _SCENE))

    def value(self, parameter: Parameter, item: Item, *roots: str) -> str:
        """What the parameter takes of an item, under one of the classes if any are given; or nothing."""
        if parameter.class_ is None:
            return _literal(parameter, item)
        return self._named(parameter.class_, item.term, roots) if item.term is not None else ""

    def _name_under(self, class_: str, term: Term, roots: tuple[str, ...]) -> str:
        """What a parameter of the class takes of a term, or nothing."""
        if any(self._is_under(term, kind) for kind in _UNASKED):
            return ""
        root = self._root(class_)
        label = self._label(root, term)
        narrower = [r for r in roots if r and r != root]
        return label if not narrower or any(self._label(r, term) == label for r in narrower) else ""

    def wholes(self, parameter: Parameter, item: Item) -> list[str]:
        """For a condition: those named after it, such as the marrow metastases of a tumor."""
        if parameter.class_ != "mkg:Condition" or item.term is None:
            return []
        return [] if self._vocabulary.is_under(item.term, "BoneMarrowDisorder") else self._names.wholes(item.term)

    def about(self, query: StoredQuery, parameter: Parameter) -> tuple[str, ...]:
        """The classes that a question is about when nothing is given for a parameter that may be left out."""
        if parameter.required or parameter.class_ is None:
            return ()
        return tuple(name.removeprefix("mkg:") for name in query.defaults(parameter.name))

    def depth(self, parameter: Parameter, root: str) -> int:
        """How narrow the class of a parameter is."""
        if parameter.class_ is None:
            return 0
        return len(self._vocabulary.ancestors(MKG + (root or self._root(parameter.class_))))

    def is_scene(self, item: Item) -> bool:
        """Whether the item is of a kind that most questions only mention."""
        return item.term is not None and self._is_part_of_scene(item.term)

    def is_organ(self, item: Item) -> bool:
        """Whether the item is a part of the body: a question on the lung is none on the marrow."""
        return item.term is not None and self._is_under(item.term, "Organ")

    def is_phase(self, item: Item) -> bool:
        """Whether the item is a part of a treatment, which mostly says when: `after induction`."""
        return item.term is not None and self._is_under(item.term, "TreatmentPhase")

    def is_endpoint(self, item: Item) -> bool:
        """Whether the item is a time to an event, such as overall survival."""
        return item.term is not None and self._is_under(item.term, "TimeToEventOutcome")

    def setting(self, item: Item) -> tuple[int, int]:
        """How much the item rather says in whom: a disorder of the marrow more than a finding, a tumor yet more.

        Of two tumors the broader one says it.
        """
        if item.term is None or not self._is_under(item.term, "Condition"):
            return 0, 0
        return (1, 0) if self._is_under(item.term, "BoneMarrowDisorder") else (2, -len(self._above(item.term.iri)))

    def is_population(self, item: Item) -> bool:
        """Whether the item only says in whom: children, adults."""
        return item.term is not None and self._is_under(item.term, "AgeGroup")

    def _root(self, class_: str) -> str:
        return expand(class_, self._vocabulary.prefixes).removeprefix(MKG)

    def _label_under(self, root: str, term: Term) -> str:
        """The label of the term under `root` that a name stands for: itself, or the one that is named after it."""
        if self._is_under(term, root):
            return term.label if term.name != root else ""
        if root in _UNNAMED or not any(self._is_under(term, kind) for kind in _NAMESAKES):
            return ""
        other = self._names.named_after(term, root)
        return other.label if other else ""

    def _is_under(self, term: Term, root: str) -> bool:
        return MKG + root in self._above(term.iri)


def _literal(parameter: Parameter, item: Item) -> str:
    if parameter.name == item.kind and item.kind in ("paper", "patient", "source", "grade", "section", "least", "most"):
        return item.value
    if parameter.name == "number" and item.kind in NUMBERS:
        return item.value
    return item.values[1] if parameter.name == "paper" and item.kind == "patient" else ""
