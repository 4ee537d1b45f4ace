"""From any IRI of the graph to what it says: the fact, its passages with their surroundings, and the paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from marrowkg.errors import UnknownNameError
from marrowkg.prefixes import KG, MKG
from marrowkg.source import Source

__all__ = ["Explanation", "explain", "resolve_iri"]

_RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DOWN = ("anchoredBy", "hasObservation", "derivation", "reportedIn")
_HIDDEN = {"about", "evidenceText", "termLabel", "slug"}
_IN_ORDER = """
inCohort ofPatient ofFinding ofTreatment ofOutcome ofCharacteristic ofCondition ofProcedure statedSubject statedRelation
statedObject certainty status category events denominator denominatorKind computedPercent wilsonLow wilsonHigh
reportedPercent percentOf statistic value low high unit grade scale basis originalSource locator exact printed
"""
_ORDER = _IN_ORDER.split()
"""The order in which properties are told; others follow by name."""


@dataclass(slots=True)
class Explanation:
    """One thing of the graph in words, with the things that explain it in turn."""

    iri: str
    label: str
    kinds: Sequence[str]
    facts: Sequence[tuple[str, str]]
    around: tuple[str, str, str] | None = None
    parts: list[Explanation] = field(default_factory=list)

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The explanation as indented lines."""
        indent = "  " * depth
        kinds = f" ({', '.join(self.kinds)})" if self.kinds else ""
        yield f"{indent}{self.label}{kinds}"
        yield f"{indent}  <{self.iri}>"
        width = max((len(name) for name, _ in self.facts), default=0)
        for name, value in self.facts:
            yield f"{indent}  {name.ljust(width)}  {value}"
        if self.around:
            before, at, after = self.around
            yield f"{indent}  in the paper: \u2026{before} \u00ab{at}\u00bb {after}\u2026"
        for part in self.parts:
            yield from part.lines(depth + 1)

    def as_data(self) -> dict[str, Any]:
        """The explanation as plain data, for JSON."""
        data: dict[str, Any] = {"iri": self.iri, "label": self.label, "kinds": list(self.kinds)}
        data["facts"] = [{"property": name, "value": value} for name, value in self.facts]
        if self.around:
            data["surroundings"] = dict(zip(("before", "exact", "after"), self.around, strict=True))
        data["parts"] = [part.as_data() for part in self.parts]
        return data


def resolve_iri(store: ox.Store, name: str) -> ox.NamedNode:
    """The IRI that a person means: in full, in angle brackets, or short as `bmm2025/result/anemia-in-all`.

    Raises:
        UnknownNameError: if the graph says nothing about it, with the nearest that it knows.
    """
    name = name.strip().strip("<>")
    iri = MKG + name.removeprefix("mkg:") if name.startswith("mkg:") else name
    iri = iri if "://" in iri else KG + iri.removeprefix("kg:").lstrip("/")
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        raise UnknownNameError("thing of the graph", name) from None
    if next(store.quads_for_pattern(node, None, None, ox.DefaultGraph()), None) is None:
        raise UnknownNameError("thing of the graph", name, _near(store, iri))
    return node


def _near(store: ox.Store, iri: str) -> str:
    from marrowkg.suggest import did_you_mean

    quads = store.quads_for_pattern(None, ox.NamedNode(_RDFS_LABEL), None, ox.DefaultGraph())
    known = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    return did_you_mean(iri.removeprefix(KG), (k.removeprefix(KG) for k in known), list_all_below=0)


def explain(store: ox.Store, node: ox.NamedNode, sources: Path | None = None) -> Explanation:
    """Explain a thing down to its passages and the paper; with `sources`, show the text around each passage."""
    return _Explainer(store, sources).explain(node, depth=2)


class _Explainer:
    """Walks from a thing down to its passages and up to what a passage anchors; nothing is told twice."""

    def __init__(self, store: ox.Store, sources: Path | None) -> None:
        self._store = store
        self._sources = sources
        self._opened: dict[str, Source | None] = {}
        self._told: set[str] = set()

    def explain(self, node: ox.NamedNode, depth: int) -> Explanation:
        self._told.add(node.value)
        own = self._properties(node)
        told = [(p, v) for p, values in sorted(own.items(), key=lambda item: _rank(item[0])) for v in values]
        facts = [(self._label(ox.NamedNode(p)), self._show(v)) for p, v in told if not _is_hidden(p)]
        kinds = sorted(self._label(kind) for kind in own.get(_TYPE, []) if _is_ours(kind))
        explanation = Explanation(node.value, self._label(node), kinds, facts, self._around(own))
        if depth:
            parts = [part for part in self._parts(node, own) if part.value not in self._told]
            self._told.update(part.value for part in parts)
            explanation.parts = [self.explain(part, depth - 1) for part in parts]
        return explanation

    def _parts(self, node: ox.NamedNode, own: dict[str, list[Any]]) -> list[ox.NamedNode]:
        down = [value for name in _DOWN for value in own.get(MKG + name, []) if isinstance(value, ox.NamedNode)]
        anchored = ox.NamedNode(MKG + "anchoredBy")
        up = self._store.quads_for_pattern(None, anchored, node, ox.DefaultGraph())
        owners = sorted((q.subject for q in up if isinstance(q.subject, ox.NamedNode)), key=lambda n: n.value)
        return [*owners, *down]

    def _properties(self, node: ox.NamedNode) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for quad in self._store.quads_for_pattern(node, None, None, ox.DefaultGraph()):
            found.setdefault(quad.predicate.value, []).append(quad.object)
        return {p: sorted(values, key=str) for p, values in found.items()}

    def _label(self, node: Any) -> str:
        quads = self._store.quads_for_pattern(node, ox.NamedNode(_RDFS_LABEL), None, ox.DefaultGraph())
        labels = sorted(quad.object.value for quad in quads if isinstance(quad.object, ox.Literal))
        return labels[0] if labels else node.value.removeprefix(KG)

    def _show(self, value: Any) -> str:
        return value.value if isinstance(value, ox.Literal) else self._label(value)

    def _around(self, own: dict[str, list[Any]]) -> tuple[str, str, str] | None:
        exact = own.get("http://www.w3.org/ns/oa#exact")
        paper = own.get(MKG + "reportedIn")
        if not (self._sources and exact and paper):
            return None
        source = self._source(paper[0].value.removeprefix(KG).partition("/")[0])
        if source is None:
            return None
        texts = [own.get(f"http://www.w3.org/ns/oa#{name}") for name in ("exact", "prefix", "suffix")]
        fragment, before, after = (found[0].value if found else "" for found in texts)
        places = source.find(fragment, before, after)
        return source.surroundings(places[0], source.length(fragment)) if len(places) == 1 else None

    def _source(self, slug: str) -> Source | None:
        if slug not in self._opened:
            file = (self._sources or Path()) / f"{slug}.txt"
            self._opened[slug] = Source(file.read_text(encoding="utf-8")) if file.is_file() else None
        return self._opened[slug]


def _is_hidden(predicate: str) -> bool:
    """Whether a property is told otherwise: as label, kind or part, or only serves queries."""
    name = predicate.removeprefix(MKG)
    return predicate in (_TYPE, _RDFS_LABEL) or name in _DOWN or name in _HIDDEN


def _is_ours(kind: Any) -> bool:
    return isinstance(kind, ox.NamedNode) and kind.value.startswith(MKG)


def _rank(predicate: str) -> tuple[int, str]:
    name = predicate.rpartition("#")[2]
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), predicate)
