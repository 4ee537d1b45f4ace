"""Closure: the CONSTRUCT files in ontology/rules, in number order, until nothing new follows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

__all__ = ["close"]


def close(triples: Iterable[ox.Triple], rules: Path) -> frozenset[ox.Triple]:
    """What follows from `triples` by the rules, without the triples themselves."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in triples)
    texts = [file.read_text(encoding="utf-8") for file in sorted(rules.glob("*.rq"))]
    inferred: set[ox.Triple] = set()
    grown = True
    while grown:
        grown = False
        for text in texts:
            constructed = store.query(text)
            assert isinstance(constructed, ox.QueryTriples)  # noqa: S101 - a rule is a CONSTRUCT, a test holds it
            new = {t for t in constructed if ox.Quad(*t) not in store}
            if new:
                grown = True
                inferred |= new
                store.extend(ox.Quad(*triple) for triple in new)
    return frozenset(inferred)
