"""Which rows of an answer are meant by a name that no parameter of its question takes."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from marrowkg.ask.item import Item
from marrowkg.ask.mention import Mentions
from marrowkg.ask.names import Names
from marrowkg.ask.narrowing import Narrowing
from marrowkg.ask.phrasing import ABOUT
from marrowkg.storedquery import StoredQuery
from marrowkg.vocabulary import Term, Vocabulary

__all__ = ["CITED", "Rows"]

_DISEASES = "primary tumors"
"""The tag of questions whose subjects are diseases themselves."""
_RESPONSE = "response"
"""The column of what followed a treatment."""
CITED = "in_graph"
"""The column of a paper that another cites."""
_FINDINGS = frozenset({"finding", "finding_as"})
"""Columns that hold one finding of a row."""
_PATIENT = ("paper", "patient")
_STATEMENT = {"subject", "relation", "object"}
_TREATMENT = "treatment"
_GROUPS = {"group_a": ("group_a", "group_b"), "endpoint": ("population",), _TREATMENT: (_TREATMENT,)}
"""Columns that tell in words who was compared or followed, by a column that such answers have."""


class Rows:
    """Finds the columns in which a name stands, and what they then hold."""

    def __init__(self, vocabulary: Vocabulary, names: Names, mentions: Mentions) -> None:
        self._vocabulary = vocabulary
        self._names = names
        self._mentions = mentions
        self._found: dict[tuple[Item, str], Narrowing | None] = {}
        self._covered = cache(names.covered)
        self._under = cache(lambda term: frozenset(vocabulary.labels_under([term.name])))

    def narrowing(self, item: Item, query: StoredQuery, given: Collection[str]) -> Narrowing | None:
        """The restriction that the item puts on the answer of a stored question, if its columns tell.

        `given` are the parameters that have a value: what they choose is not chosen again.
        """
        key = (item, query.name)
        if key not in self._found:
            self._found[key] = self._narrowing(item, query)
        found = self._found[key]
        if found is None or found.name not in given:
            return found
        if item.kind == "paper" and CITED in query.columns:
            return _of_cited(item)
        return self._by_subject(item.term, query) if item.term is not None and _DISEASES in query.tags else None

    def _narrowing(self, item: Item, query: StoredQuery) -> Narrowing | None:
        columns = query.columns
        if item.term is not None:
            return self._by_term(item.term, query)
        if item.kind == "patient" and columns.issuperset(_PATIENT):
            pairs = ((person.paper, said) for person in item.people for said in (person.printed, *person.names))
            return Narrowing("patient", (item.said,), _PATIENT, frozenset(pairs))
        if item.kind == "paper" and "paper_a" in columns:
            return Narrowing("paper", item.values, ("paper_a", "paper_b"), names=frozenset(item.values))
        if item.cited and CITED in columns:
            return _of_cited(item)
        column = {"paper": "paper", "source": "original"}.get(item.kind, "")
        if column in columns:
            return Narrowing(item.kind, item.values, (column,), frozenset((value,) for value in item.values))
        return None

    def _by_term(self, term: Term, query: StoredQuery) -> Narrowing | None:
        is_condition = self._vocabulary.is_under(term, "Condition")
        if is_condition and (found := self._by_condition(term, query)) is not None:
            return found
        if (found := self._by_column(term, query)) is not None:
            return found
        if self._vocabulary.is_under(term, "Treatment") and (found := self._by_group(term, query)) is not None:
            return found
        if query.columns >= _STATEMENT:
            return Narrowing(ABOUT, (term.label,), ("subject", "object"), names=self._names.written(term))
        if is_condition:
            return self._by_group(term, query)
        has_parameter = any(parameter.class_ for parameter in query.parameters.values())
        return self._by_subject(term, query) if "result" in query.columns and not has_parameter else None

    def _by_column(self, term: Term, query: StoredQuery) -> Narrowing | None:
        """By the column on findings, or on what followed a treatment."""
        kinds = (("finding", "Finding", _FINDINGS), ("response", "Outcome", {_RESPONSE}))
        for name, kind, columns in kinds:
            if columns & query.columns and self._vocabulary.is_under(term, kind):
                labels = frozenset((label,) for label in self._under(term))
                return Narrowing(name, (term.label,), (min(columns & query.columns),), labels)
        return None

    def _by_subject(self, term: Term, query: StoredQuery) -> Narrowing | None:
        if "subject" not in query.columns:
            return None
        return Narrowing("subject", (term.label,), ("subject",), frozenset((label,) for label in self._under(term)))

    def _by_condition(self, term: Term, query: StoredQuery) -> Narrowing | None:
        """By the column on conditions, or else by the patients, or papers, that the condition is told of."""
        labels = self._covered(term)
        if "condition" in query.columns:
            return Narrowing("condition", (term.label,), ("condition",), frozenset((label,) for label in labels))
        if query.columns.issuperset(_PATIENT):
            people = self._mentions.those_with(labels)
            pairs = frozenset((p.paper, said) for p in people for said in (p.printed, *p.names))
            return Narrowing("condition", (term.label,), _PATIENT, pairs) if pairs else None
        papers = frozenset((paper,) for paper in self._mentions.papers_on(labels))
        if papers and "paper" in query.columns and not query.columns & {"group_a", "subject"}:
            return Narrowing("condition", (term.label,), ("paper",), papers)
        return None

    def _by_group(self, term: Term, query: StoredQuery) -> Narrowing | None:
        """By the name of the group, where that says it."""
        for mark, columns in _GROUPS.items():
            if mark in query.columns and (mark != _TREATMENT or self._vocabulary.is_under(term, "Treatment")):
                name = mark if mark == _TREATMENT else "group"
                return Narrowing(name, (term.label,), columns, names=self._names.written(term))
        return None


def _of_cited(item: Item) -> Narrowing:
    """The rows in which another paper cites this one."""
    return Narrowing("cited", item.values, (CITED,), frozenset((value,) for value in item.values))
