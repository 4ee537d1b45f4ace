"""What all parts of the lowering share: subjects as individuals of the paper, and passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from marrowkg.issue import Where
from marrowkg.lower.graph import LABEL, NAMED_INDIVIDUAL, TYPE, PaperGraph, mkg, slugify
from marrowkg.paper.fields import Quantity
from marrowkg.paper.paper import Paper
from marrowkg.paper.passage import Passage, printed_value
from marrowkg.vocabulary import Term, Vocabulary

__all__ = ["Context"]

_OA = "http://www.w3.org/ns/oa#"
_CLASS_OF_KIND = {"text": "TextPassage", "cell": "TableCell", "figure": "FigureLegend"}
_ROOTS = {
    "Finding": ("finding", "ofFinding"),
    "Characteristic": ("characteristic", "ofCharacteristic"),
    "Treatment": ("treatment", "ofTreatment"),
    "Outcome": ("outcome", "ofOutcome"),
    "Condition": ("condition", "ofCondition"),
    "DiagnosticProcedure": ("procedure", "ofProcedure"),
    "AnatomicalEntity": ("anatomy", ""),
    "Specimen": ("specimen", ""),
    "Cell": ("cell", ""),
    "Molecule": ("molecule", ""),
    "Gene": ("gene", ""),
    "BiologicalProcess": ("process", ""),
    "StudyDesign": ("design", ""),
    "StatisticalTest": ("test", ""),
}
"""Roots of the domain: the kind in an IRI, and the property by which a fact is about one; only the first six can be."""


@dataclass(frozen=True, slots=True)
class Context:
    """One paper on its way into its graph."""

    paper: Paper
    vocabulary: Vocabulary
    graph: PaperGraph

    @property
    def paper_node(self) -> ox.NamedNode:
        """The paper itself."""
        return self.graph.iri("paper", self.paper.slug)

    def root(self, term: Term) -> str:
        """The root of the domain under which a term stands."""
        return next(root for root in _ROOTS if self.vocabulary.is_under(term, root))

    def subject(self, term: Term, worded: str = "") -> ox.NamedNode:
        """The individual that stands for what this paper calls by the term; made when first asked for."""
        kind, _ = _ROOTS[self.root(term)]
        node = self.graph.iri(kind, slugify(term.label))
        graph = self.graph
        graph.origins.setdefault(node.value, Where(self.paper.places.file))
        graph.add(node, TYPE, NAMED_INDIVIDUAL)
        graph.add(node, TYPE, ox.NamedNode(term.iri))
        graph.add(node, LABEL, ox.Literal(f"{term.label} ({self.paper.slug})", language="en"))
        graph.add(node, "termLabel", term.label)
        graph.add(node, "asWorded", worded)
        graph.add(node, "reportedIn", self.paper_node)
        return node

    def about(self, fact: ox.NamedNode, term: Term, worded: str = "") -> None:
        """Say what a fact is about."""
        _, property_ = _ROOTS[self.root(term)]
        self.graph.add(fact, property_, self.subject(term, worded))

    def anchor(
        self, owner: ox.NamedNode, slug: str, passages: Sequence[Passage], numbers: Mapping[str, Quantity], where: Where
    ) -> None:
        """Anchor a thing by its passages; each passage belongs to one thing."""
        for index, passage in enumerate(passages, start=1):
            name = slug if len(passages) == 1 else f"{slug}-{index}"
            place = self.paper.where(*passage.path) if passage.path else where
            label = f"{passage.locator}: {passage.exact} ({self.paper.slug}, {name})"
            node = self.graph.mint("passage", name, _CLASS_OF_KIND[passage.kind], label, place)
            self.graph.add(owner, "anchoredBy", node)
            self._describe(node, passage, numbers)

    def _describe(self, node: ox.NamedNode, passage: Passage, numbers: Mapping[str, Quantity]) -> None:
        graph = self.graph
        graph.add(node, "reportedIn", self.paper_node)
        graph.add(node, "locator", passage.locator)
        graph.add(node, "printed", printed_value(passage, numbers))
        graph.add(node, "note", passage.note)
        for name in ("exact", "prefix", "suffix"):
            graph.add(node, ox.NamedNode(_OA + name), getattr(passage, name))
        if passage.kind == "cell":
            graph.add(node, "tableLabel", passage.table)
            graph.add(node, "rowLabel", passage.row)
            graph.add(node, "columnLabel", passage.column)

    def basis(self, fact: ox.NamedNode, source: str | None, also: Sequence[str] = ()) -> None:
        """Say whether a fact is the paper's own, and from whom it is relayed if not; `also` are cited beside that."""
        self.graph.add(fact, "reportedIn", self.paper_node)
        self.graph.add(fact, "basis", mkg("Relayed" if source else "FirstHand"))
        if source:
            self.graph.add(fact, "originalSource", self.graph.iri("source", source))
        for other in also:
            self.graph.add(fact, "alsoCites", self.graph.iri("source", other))
