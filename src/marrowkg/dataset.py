"""The dataset: named graphs, read and written deterministically."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from marrowkg.prefixes import KG

if TYPE_CHECKING:
    import rdflib

__all__ = [
    "DERIVED",
    "INFERRED",
    "ONTOLOGY",
    "Dataset",
    "canonical",
    "paper_graph",
    "read_turtle",
    "to_nquads_gz",
    "to_rdf_xml",
    "to_turtle",
]

ONTOLOGY = ox.NamedNode(KG + "ontology")
INFERRED = ox.NamedNode(KG + "graph/inferred")
DERIVED = ox.NamedNode(KG + "graph/derived")
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def paper_graph(slug: str) -> ox.NamedNode:
    """Name of the graph of a paper; also the IRI of its OWL module."""
    return ox.NamedNode(f"{KG}graph/{slug}")


@dataclass(slots=True)
class Dataset:
    """Named graphs in memory. What was asserted, inferred and derived stays in graphs of its own."""

    graphs: dict[ox.NamedNode, frozenset[ox.Triple]] = field(default_factory=dict)

    def quads(self) -> Iterator[ox.Quad]:
        """Every quad, in the order of graph names and terms."""
        for name in sorted(self.graphs, key=lambda n: n.value):
            for triple in _ordered(self.graphs[name]):
                yield ox.Quad(triple.subject, triple.predicate, triple.object, name)

    def triples(self) -> frozenset[ox.Triple]:
        """The merge of all graphs."""
        return frozenset().union(*self.graphs.values())

    def to_rdflib(self) -> rdflib.Dataset:
        """The same named graphs as an rdflib Dataset whose default graph is their union."""
        import rdflib

        dataset = rdflib.Dataset(default_union=True)
        text = ox.serialize(self.quads(), format=ox.RdfFormat.N_QUADS)
        return dataset.parse(data=text or b"", format="nquads")


def read_turtle(file: Path) -> frozenset[ox.Triple]:
    """The triples of a Turtle file, literals as written.

    Raises:
        SyntaxError: with the place, when the file is not Turtle.
    """
    with file.open("rb") as handle:
        return frozenset(q.triple for q in ox.parse(handle, format=ox.RdfFormat.TURTLE, base_iri=None))


def canonical(triples: Iterable[ox.Triple]) -> frozenset[ox.Triple]:
    """The same triples with blank nodes named by what is said of them (RDFC-1.0), not by chance."""
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(quad.triple for quad in dataset)


def to_turtle(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> str:
    """Turtle that is the same text for the same triples."""
    # A namespace inside another would leave it to chance which of the two a writer takes.
    spaces = set(prefixes.values())
    used = {p: n for p, n in prefixes.items() if not any(other != n and other.startswith(n) for other in spaces)}
    output = io.BytesIO()
    ox.serialize(_ordered(triples), output, format=ox.RdfFormat.TURTLE, prefixes=used)
    # not splitlines: a literal may hold characters that it takes for the end of a line
    lines = [line + "\n" for line in output.getvalue().decode().split("\n") if line]
    head = sorted(line for line in lines if line.startswith("@prefix "))
    body = [line if line[0] in "\t" else "\n" + line for line in lines if not line.startswith("@prefix ")]
    return "".join(head + body)


def to_rdf_xml(triples: Iterable[ox.Triple]) -> str:
    """RDF/XML that is the same text for the same triples: no prefix table, whose order the writer leaves to chance."""
    output = io.BytesIO()
    ox.serialize(_ordered(triples), output, format=ox.RdfFormat.RDF_XML)
    return output.getvalue().decode()


def to_nquads_gz(quads: Iterable[ox.Quad]) -> bytes:
    """Gzipped N-Quads without name or time stamp."""
    text = io.BytesIO()
    ox.serialize(quads, text, format=ox.RdfFormat.N_QUADS)
    return gzip.compress(text.getvalue(), compresslevel=9, mtime=0)


def _ordered(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    return sorted(triples, key=_order)


def _order(triple: ox.Triple) -> tuple[str, bool, str, str]:
    return (
        str(triple.subject),
        triple.predicate.value != _TYPE,
        triple.predicate.value,
        str(triple.object),
    )
