"""The prefix table `ontology/prefixes.ttl`: CURIEs to IRIs and back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from marrowkg.errors import UnknownNameError
from marrowkg.suggest import did_you_mean

__all__ = ["KG", "MKG", "compact", "expand", "prefix_map"]

MKG = "https://w3id.org/marrowkg/ontology#"
"""Namespace of the ontology."""
KG = "https://w3id.org/marrowkg/"
"""Root of every IRI that the graph mints."""

_SH = "http://www.w3.org/ns/shacl#"


@cache
def prefix_map(file: Path) -> Mapping[str, str]:
    """The prefixes declared in `file` (sh:declare), by name."""
    found: dict[ox.NamedNode | ox.BlankNode | ox.Triple, dict[str, str]] = {}
    for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE):
        if isinstance(quad.object, ox.Literal) and quad.predicate.value.startswith(_SH):
            found.setdefault(quad.subject, {})[quad.predicate.value.removeprefix(_SH)] = quad.object.value
    return dict(sorted((entry["prefix"], entry["namespace"]) for entry in found.values()))


def expand(curie: str, prefixes: Mapping[str, str]) -> str:
    """The IRI of a CURIE such as `mkg:BonePain`.

    Raises:
        UnknownNameError: if the prefix is not declared.
    """
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in prefixes:
        raise UnknownNameError("prefix", prefix, did_you_mean(prefix, prefixes))
    return prefixes[prefix] + local


def compact(iri: str, prefixes: Mapping[str, str]) -> str:
    """The shortest reading of an IRI: `mkg:BonePain`, `bmm2025/result/anemia-in-all`, or the IRI itself."""
    if iri.startswith(KG) and not iri.startswith(MKG):
        return iri.removeprefix(KG)
    best = max((ns for ns in prefixes.values() if iri.startswith(ns)), key=len, default="")
    if not best:
        return iri
    name = next(prefix for prefix, namespace in prefixes.items() if namespace == best)
    return f"{name}:{iri.removeprefix(best)}"
