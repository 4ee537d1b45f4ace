"""What the ontology says cannot be at once: `owl:disjointWith` and `owl:AllDisjointClasses`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

__all__ = ["disjoint_families", "read_disjoint"]

_OWL = "http://www.w3.org/2002/07/owl#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

Family = frozenset[str]


def read_disjoint(ontology: Path) -> list[Family]:
    """The families of pairwise disjoint classes in `marrow.ttl` of the folder, as sets of IRIs."""
    return disjoint_families(ox.parse(path=str(ontology / "marrow.ttl"), format=ox.RdfFormat.TURTLE))


def disjoint_families(triples: Iterable[ox.Triple | ox.Quad]) -> list[Family]:
    """Families in the order of their members; a pair is a family of two."""
    values: dict[tuple[str, str], object] = {}
    families: set[Family] = set()
    heads = []
    for triple in triples:
        predicate = triple.predicate.value
        if predicate == _OWL + "disjointWith" and isinstance(triple.object, ox.NamedNode):
            families.add(frozenset((_key(triple.subject), triple.object.value)))
        elif predicate == _OWL + "members":
            heads.append(triple.object)
        elif predicate in (_RDF + "first", _RDF + "rest"):
            values[_key(triple.subject), predicate] = triple.object
    families |= {frozenset(_listed(head, values)) for head in heads}
    return sorted(families, key=sorted)


def _listed(head: object, values: Mapping[tuple[str, str], object]) -> list[str]:
    items = []
    while (first := values.get((_key(head), _RDF + "first"))) is not None:
        items.append(_key(first))
        head = values.get((_key(head), _RDF + "rest"))
    return items


def _key(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode | ox.BlankNode) else str(node)
