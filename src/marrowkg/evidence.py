"""What a fact rests on: its passages, the numbers that were derived, and what the audit says against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from marrowkg.display import shortened
from marrowkg.prefixes import MKG

__all__ = ["Derived", "Dispute", "Evidence", "derived_of", "disputes_of", "evidence_of", "told"]

_TRIFLING = ("percent-truncated",)
"""Rules whose mismatches dispute no figure: a percentage that is cut instead of rounded."""

_OA = "http://www.w3.org/ns/oa#"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One passage behind a row: the fact it belongs to, where it stands, and what it reads."""

    fact: str
    passage: str
    paper: str
    locator: str
    exact: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """What the audit found about the fact of a row: the rule, both sides as printed, and what arithmetic gives."""

    fact: str
    discrepancy: str
    rule: str
    printed_a: str
    printed_b: str
    recomputed: str

    def __str__(self) -> str:
        sides = " against ".join(filter(None, (self.printed_a, self.printed_b)))
        recomputed = f"; {self.recomputed}" if self.recomputed else ""
        return f"disputed: {sides}{recomputed} ({shortened(self.discrepancy)})"


@dataclass(frozen=True, slots=True)
class Derived:
    """A number of the fact of a row that its paper does not print, and how it came about."""

    fact: str
    number: str
    formula: str

    def __str__(self) -> str:
        return f"{self.number} not printed: {self.formula}"


def evidence_of(store: ox.Store, fact: ox.NamedNode) -> list[Evidence]:
    """The passages of a fact, in the order of their names; of a passage, itself.

    A fact that no passage prints, but is derived, rests on the passages of what it is derived from.
    """
    passages = _objects(store, fact, "anchoredBy") or [
        passage
        for derivation in _objects(store, fact, "derivation")
        for origin in _objects(store, derivation, "derivedFrom")
        for passage in _objects(store, origin, "anchoredBy")
    ]
    found = [_evidence(store, fact.value, passage.value) for passage in passages or [fact]]
    return [evidence for evidence in found if evidence.locator]


def told(found: Sequence[Evidence]) -> str:
    """The paper, and each place with its fragment; empty if there is none."""
    places = "; ".join(f"{evidence.locator}: \u201c{evidence.exact}\u201d" for evidence in found)
    paper = shortened(found[0].paper).partition("/")[0] if found else ""
    return f"{paper}, {places}" if found else ""


def disputes_of(store: ox.Store, fact: ox.NamedNode) -> list[Dispute]:
    """The discrepancies and conflicts on a side of which a fact stands, by name, without trifles."""
    sides = (ox.NamedNode(MKG + "sideA"), ox.NamedNode(MKG + "sideB"))
    quads = (quad for side in sides for quad in store.quads_for_pattern(None, side, fact, ox.DefaultGraph()))
    found = sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)})
    names = ("rule", "printedA", "printedB", "recomputed")
    disputes = [Dispute(fact.value, node, *(_value(store, node, MKG + name) for name in names)) for node in found]
    return [dispute for dispute in disputes if dispute.rule not in _TRIFLING]


def derived_of(store: ox.Store, fact: ox.NamedNode) -> list[Derived]:
    """The numbers of a fact that no passage prints."""
    names = ("derivedValueOf", "formula")
    nodes = _objects(store, fact, "derivation")
    return [Derived(fact.value, *(_value(store, node.value, MKG + name) for name in names)) for node in nodes]


def _objects(store: ox.Store, subject: ox.NamedNode, name: str) -> list[ox.NamedNode]:
    quads = store.quads_for_pattern(subject, ox.NamedNode(MKG + name), None, ox.DefaultGraph())
    return sorted((q.object for q in quads if isinstance(q.object, ox.NamedNode)), key=lambda node: node.value)


def _evidence(store: ox.Store, fact: str, passage: str) -> Evidence:
    predicates = (MKG + "reportedIn", MKG + "locator", _OA + "exact")
    return Evidence(fact, passage, *(_value(store, passage, predicate) for predicate in predicates))


def _value(store: ox.Store, node: str, predicate: str) -> str:
    quads = store.quads_for_pattern(ox.NamedNode(node), ox.NamedNode(predicate), None, ox.DefaultGraph())
    return next((getattr(quad.object, "value", "") for quad in quads), "")
