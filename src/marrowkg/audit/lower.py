"""Discrepancies and conflicts to triples, in a graph of their own."""

from __future__ import annotations

import pyoxigraph as ox

from marrowkg.audit.model import Anchor, Conflict, Discrepancy, Side
from marrowkg.audit.run import Audit
from marrowkg.lower.graph import LABEL, TYPE, PaperGraph, mkg, paper_iri
from marrowkg.prefixes import KG

__all__ = ["DISCREPANCIES", "lower_audit"]

DISCREPANCIES = ox.NamedNode(KG + "graph/discrepancies")
"""Name of the graph."""

_OA = "http://www.w3.org/ns/oa#"
_NAMED_INDIVIDUAL = ox.NamedNode("http://www.w3.org/2002/07/owl#NamedIndividual")
_CLASS_OF_KIND = {"text": "TextPassage", "cell": "TableCell", "figure": "FigureLegend"}


def lower_audit(audit: Audit) -> frozenset[ox.Triple]:
    """The graph of the discrepancies; passages of the papers' own graphs are named, those entered by hand described."""
    graph = PaperGraph("graph")
    for discrepancy in audit.discrepancies:
        _lower(graph, discrepancy)
    return frozenset(graph.triples)


def _node(path: str) -> ox.NamedNode:
    return ox.NamedNode(KG + path)


def _lower(graph: PaperGraph, found: Discrepancy) -> None:
    node = _node(found.path)
    graph.add(node, TYPE, _NAMED_INDIVIDUAL)
    graph.add(node, TYPE, mkg("Conflict" if isinstance(found, Conflict) else "Discrepancy"))
    graph.add(node, LABEL, ox.Literal(f"{found.rule}: {found.subject} ({found.path})", language="en"))
    graph.add(node, "reportedIn", paper_iri(found.paper))
    graph.add(node, "rule", found.rule)
    graph.add(node, "verdict", found.verdict)
    graph.add(node, "disputedSubject", found.subject)
    graph.add(node, "recomputed", found.recomputed)
    graph.add(node, "explanation", found.note)
    graph.add(node, "note", found.remark)
    _lower_side(graph, node, found, "A", found.a)
    if found.b is not None:
        _lower_side(graph, node, found, "B", found.b)
    if isinstance(found, Conflict):
        _lower_conflict(graph, node, found)


def _lower_side(graph: PaperGraph, node: ox.NamedNode, found: Discrepancy, letter: str, side: Side) -> None:
    graph.add(node, f"printed{letter}", side.printed)
    graph.add(node, f"locator{letter}", side.locators)
    if side.fact:
        graph.add(node, f"side{letter}", _node(side.fact))
    for anchor in side.anchors:
        passage = _node(anchor.path)
        graph.add(node, f"passage{letter}", passage)
        if isinstance(found, Conflict) or anchor.path.startswith(f"{found.paper}/"):
            graph.add(node, "anchoredBy", passage)  # what anchors a discrepancy of one paper stands in that paper
        if f"/passage/discrepancy-{found.slug}-" in f"/{anchor.path}":
            _describe(graph, found.paper, passage, anchor)


def _describe(graph: PaperGraph, paper: str, node: ox.NamedNode, anchor: Anchor) -> None:
    passage = anchor.passage
    graph.add(node, TYPE, _NAMED_INDIVIDUAL)
    graph.add(node, TYPE, mkg(_CLASS_OF_KIND[passage.kind]))
    name = anchor.path.rpartition("/")[2]
    label = f"{passage.locator}: {passage.exact} ({paper}, {name})"
    graph.add(node, LABEL, ox.Literal(label, language="en"))
    graph.add(node, "reportedIn", paper_iri(paper))
    graph.add(node, "locator", passage.locator)
    graph.add(node, "note", passage.note)
    for part in ("exact", "prefix", "suffix"):
        graph.add(node, ox.NamedNode(_OA + part), getattr(passage, part))
    if passage.kind == "cell":
        for name, value in (("tableLabel", passage.table), ("rowLabel", passage.row), ("columnLabel", passage.column)):
            graph.add(node, name, value)


def _lower_conflict(graph: PaperGraph, node: ox.NamedNode, found: Conflict) -> None:
    graph.add(node, "reportedIn", paper_iri(found.other_paper))
    graph.add(node, "fisherP", found.p)
    graph.add(node, "intervalsOverlap", "yes" if found.overlap else "no")
    graph.add(node, "comparablePopulations", "yes" if found.comparable else "no")
    graph.add(node, "candidateCause", found.cause)
    graph.add(node, "conflictCondition", found.condition)
    graph.add(node, "conflictFinding", found.finding)
