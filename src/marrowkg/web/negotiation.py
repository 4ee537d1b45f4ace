"""Which of the offered media types answers an Accept header (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

__all__ = ["GRAPH_FORMATS", "GRAPH_TYPES", "SHORT_NAMES", "SOLUTION_FORMATS", "SOLUTION_TYPES", "choose", "listed"]

SOLUTION_FORMATS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
}
"""What a SELECT or ASK can be had as, the default first; the last three are second names."""

GRAPH_FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "application/json": ox.RdfFormat.JSON_LD,
    "application/xml": ox.RdfFormat.RDF_XML,
    "text/xml": ox.RdfFormat.RDF_XML,
}
"""What a CONSTRUCT or DESCRIBE can be had as, the default first; the last four are second names."""

SOLUTION_TYPES = tuple(SOLUTION_FORMATS)
GRAPH_TYPES = tuple(GRAPH_FORMATS)

SHORT_NAMES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "html": "text/html",
}
"""The values of the parameter `format` of a stored query."""


def choose(accept: str, offered: Sequence[str]) -> str | None:
    """The offered type that the header likes best; the first where all are equal, None where none will do."""
    ranges = list(_ranges(accept or "*/*"))
    best, best_quality = None, 0.0
    for media_type in offered:
        quality = _quality(media_type, ranges)
        if quality > best_quality:
            best, best_quality = media_type, quality
    return best


def listed(offered: Sequence[str]) -> str:
    """The offered types as a person reads them in an error."""
    return ", ".join(offered)


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name:
            yield ("*/*" if name == "*" else name), _weight(parameters)


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The weight of the most specific range that covers the type."""
    wide = media_type.partition("/")[0] + "/*"
    for wanted in (media_type, wide, "*/*"):
        weights = [weight for name, weight in ranges if name == wanted]
        if weights:
            return max(weights)
    return 0.0
