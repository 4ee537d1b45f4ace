"""The paper as a document, and the sources from which it relays."""

from __future__ import annotations

import pyoxigraph as ox

from marrowkg.lower.context import Context
from marrowkg.lower.graph import paper_iri, slugify
from marrowkg.paper.passage import passages_of

__all__ = ["lower_bibliography"]

_DCTERMS = "http://purl.org/dc/terms/"


def lower_bibliography(context: Context) -> None:
    """The paper with its citation, and each cited source."""
    graph, paper = context.graph, context.paper
    entry = paper.file.paper
    node = graph.mint(
        "paper", paper.slug, "Paper", f"{_first_author(entry.authors)} {entry.year}", paper.where("paper")
    )
    graph.add(node, ox.NamedNode(_DCTERMS + "title"), entry.title)
    graph.add(node, ox.NamedNode(_DCTERMS + "bibliographicCitation"), entry.citation)
    graph.add(node, "slug", paper.slug)
    graph.add(node, "authors", ", ".join(entry.authors))
    graph.add(node, "year", entry.year)
    for name in ("doi", "pmid", "pmcid"):
        graph.add(node, name, getattr(entry, name))
    graph.add(node, "sourceDigest", f"sha256:{paper.file.text.digest}")
    for design in entry.design:
        label = f"{design.label} ({paper.slug})"
        individual = graph.mint("design", slugify(design.label), design.name, label, paper.where("paper", "design"))
        graph.add(node, "studyDesign", individual)
    _lower_sources(context, node)


def _first_author(authors: tuple[str, ...]) -> str:
    surname = authors[0].rpartition(" ")[0] or authors[0]
    return surname if len(authors) == 1 else f"{surname} et al."


def _lower_sources(context: Context, paper_node: ox.NamedNode) -> None:
    graph, paper = context.graph, context.paper
    for key, source in paper.file.sources.items():
        where = paper.where("sources", key)
        number = f" [{source.reference}]" if source.reference is not None else ""
        node = graph.mint("source", key, "CitedSource", f"{source.cite}{number}", where)
        graph.add(paper_node, "cites", node)
        graph.add(node, "reportedIn", paper_node)
        graph.add(node, "authors", source.cite)
        graph.add(node, "referenceNumber", source.reference)
        graph.add(node, "year", source.year)
        graph.add(node, "note", source.note)
        if source.same_as:
            graph.add(node, "sameWorkAs", paper_iri(source.same_as))
        context.anchor(node, f"source-{key}", passages_of(paper, source.evidence, ("sources", key)), {}, where)
