"""A graph in the making: deterministic IRIs, triples, and where each minted thing comes from."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal

import pyoxigraph as ox

from marrowkg.issue import Issue, Where
from marrowkg.prefixes import KG, MKG

__all__ = ["LABEL", "NAMED_INDIVIDUAL", "TYPE", "PaperGraph", "mkg", "paper_iri", "slugify", "status_of"]

TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_XSD = "http://www.w3.org/2001/XMLSchema#"
NAMED_INDIVIDUAL = ox.NamedNode("http://www.w3.org/2002/07/owl#NamedIndividual")

Value = ox.NamedNode | ox.Literal | str | int | Decimal | None


def mkg(name: str) -> ox.NamedNode:
    """A term of the ontology by its local name."""
    return ox.NamedNode(MKG + name)


def status_of(words: str) -> ox.NamedNode:
    """The status individual for the words of a curated file: `not assessed` is `mkg:NotAssessed`."""
    return mkg("".join(word.capitalize() for word in words.split()))


def paper_iri(slug: str) -> ox.NamedNode:
    """The IRI of a paper."""
    return ox.NamedNode(f"{KG}{slug}/paper")


def slugify(text: str) -> str:
    """Lower-case ASCII letters and digits, hyphens between."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "x"


def _literal(value: str | int | Decimal) -> ox.Literal:
    if isinstance(value, str):
        return ox.Literal(value)
    if isinstance(value, int):
        return ox.Literal(str(value), datatype=ox.NamedNode(_XSD + "integer"))
    text = format(value, "f")
    return ox.Literal(text if "." in text else text + ".0", datatype=ox.NamedNode(_XSD + "decimal"))


@dataclass(slots=True)
class PaperGraph:
    """The triples of one paper. IRIs are `https://w3id.org/marrowkg/<paper>/<kind>/<slug>`."""

    slug: str
    triples: set[ox.Triple] = field(default_factory=set)
    origins: dict[str, Where] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def iri(self, kind: str, slug: str) -> ox.NamedNode:
        """The IRI of a thing of this paper."""
        if kind == "paper":
            return paper_iri(self.slug)
        return ox.NamedNode(f"{KG}{self.slug}/{kind}/{slug}")

    def mint(self, kind: str, slug: str, type_: str, label: str, where: Where) -> ox.NamedNode:
        """Name a new thing, say what it is, and remember where it comes from; a name can be given once."""
        node = self.iri(kind, slug)
        if node.value in self.origins:
            first = self.origins[node.value]
            text = f"two entries are called {kind}/{slug} (the other at line {first.line}); give one an 'id' of its own"
            self.issues.append(Issue("id-twice", text, where))
        self.origins.setdefault(node.value, where)
        self.add(node, TYPE, NAMED_INDIVIDUAL)
        self.add(node, TYPE, mkg(type_))
        self.add(node, LABEL, ox.Literal(label, language="en"))
        return node

    def add(self, subject: ox.NamedNode, predicate: ox.NamedNode | str, value: Value) -> None:
        """Add one triple; nothing is added for `None` or an empty text. A plain name is a property of the ontology."""
        if value is None or value == "":
            return
        predicate = mkg(predicate) if isinstance(predicate, str) else predicate
        term = value if isinstance(value, ox.NamedNode | ox.Literal) else _literal(value)
        self.triples.add(ox.Triple(subject, predicate, term))
