"""What is generated from the results: intervals, evidence on one line, propositions and their evidence lines."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pyoxigraph as ox

from marrowkg.prefixes import MKG
from marrowkg.stats import wilson_interval

__all__ = ["synthesise"]

_DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
_OA_EXACT = ox.NamedNode("http://www.w3.org/ns/oa#exact")


def synthesise(triples: Iterable[ox.Triple], rules: Path) -> frozenset[ox.Triple]:
    """The derived graph; `rules` holds the CONSTRUCT files for propositions."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in triples)
    derived = _intervals(store) | _evidence_texts(store)
    for file in sorted(rules.glob("*.rq")):
        constructed = store.query(file.read_text(encoding="utf-8"))
        assert isinstance(constructed, ox.QueryTriples)  # noqa: S101 - a rule is a CONSTRUCT, a test holds it
        derived |= set(constructed)
    return frozenset(derived)


def _mkg(name: str) -> ox.NamedNode:
    return ox.NamedNode(MKG + name)


def _values(store: ox.Store, property_: ox.NamedNode) -> dict[ox.NamedNode, str]:
    quads = store.quads_for_pattern(None, property_, None, None)
    return {q.subject: q.object.value for q in quads if isinstance(q.subject, ox.NamedNode)}  # type: ignore[union-attr]


def _percent(fraction: float) -> ox.Literal:
    rounded = (Decimal(repr(fraction)) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return ox.Literal(format(rounded, "f"), datatype=_DECIMAL)


def _intervals(store: ox.Store) -> set[ox.Triple]:
    denominators = _values(store, _mkg("denominator"))
    derived: set[ox.Triple] = set()
    for result, events in _values(store, _mkg("events")).items():
        k, n = int(events), int(denominators.get(result, 0))
        if n and k <= n:
            low, high = wilson_interval(k, n)
            for name, fraction in (("computedPercent", k / n), ("wilsonLow", low), ("wilsonHigh", high)):
                derived.add(ox.Triple(result, _mkg(name), _percent(fraction)))
    return derived


def _evidence_texts(store: ox.Store) -> set[ox.Triple]:
    exacts, locators = _values(store, _OA_EXACT), _values(store, _mkg("locator"))
    texts: dict[ox.NamedNode, list[str]] = {}
    for quad in store.quads_for_pattern(None, _mkg("anchoredBy"), None, None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            passage = quad.object
            texts.setdefault(quad.subject, []).append(f"{locators[passage]}: \u201c{exacts[passage]}\u201d")
    return {ox.Triple(s, _mkg("evidenceText"), ox.Literal("; ".join(sorted(t)))) for s, t in texts.items()}
