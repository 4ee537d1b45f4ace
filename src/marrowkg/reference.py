"""The readable reference of the ontology, docs/ontology.md: class tree, relations and values."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from marrowkg.axiom import Wording, axioms_of
from marrowkg.classtree import ClassTree, picture
from marrowkg.prefixes import MKG, compact

__all__ = ["read_mappings", "reference", "write_reference"]

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_OBO = "http://purl.obolibrary.org/obo/"
_SIGNS = {"skos:exactMatch": "=", "skos:closeMatch": "\u2248", "skos:broadMatch": "<", "skos:narrowMatch": ">"}

_HEAD = """\
# Reference of the ontology

Generated from `ontology/marrow.ttl` and `ontology/mappings/` by `marrowkg build`; do not edit.

{description}

Version {version}: {classes} classes, {properties} properties, {individuals} named values, {mappings} mappings to other
vocabularies. [The terms of the domain](#the-terms-of-the-domain) are what papers report on;
[the data model](#the-data-model) is how a report is recorded.

![The upper levels of the class tree](ontology.svg)

How to read an entry: **label** (`name`, *synonyms*): definition. After "is:" stands the logical definition by which
the reasoner classifies. After "matches:" stand identifiers of other vocabularies: `=` exact, `{close}` close, `<` the
other term is broader, `>` narrower. A class with several parents is told under the first; elsewhere a link leads there.
"""

Mappings = Mapping[str, Sequence[Mapping[str, str]]]


def read_mappings(folder: Path) -> Mappings:
    """The rows of the SSSOM tables in a folder, by subject CURIE."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for file in sorted(folder.glob("*.sssom.tsv")):
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            found.setdefault(row["subject_id"], []).append(row)
    return found


def reference(ontology: Iterable[ox.Triple], mappings: Mappings, prefixes: Mapping[str, str]) -> str:
    """The page as Markdown."""
    return "".join(f"{line}\n" for line in _Page(list(ontology), mappings, prefixes).lines())


def write_reference(ontology: Iterable[ox.Triple], mappings: Mappings, prefixes: Mapping[str, str], docs: Path) -> None:
    """Write `ontology.md` and its picture `ontology.svg` to the folder `docs`."""
    triples = list(ontology)
    (docs / "ontology.md").write_text(reference(triples, mappings, prefixes), encoding="utf-8")
    (docs / "ontology.svg").write_text(picture(triples), encoding="utf-8")


class _Page:
    """What the entries of the page are made from."""

    def __init__(self, triples: Sequence[ox.Triple], mappings: Mappings, prefixes: Mapping[str, str]) -> None:
        self._triples, self._mappings, self._prefixes = triples, mappings, prefixes
        self._tree = ClassTree.of(triples)
        self._wording = Wording(triples)
        self._told: set[str] = set()
        self._values: dict[tuple[str, str], list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]] = {}
        for t in triples:
            if isinstance(t.subject, ox.NamedNode):
                self._values.setdefault((t.subject.value, t.predicate.value), []).append(t.object)
        self._definitions = {
            axiom.head.subject.value: self._wording.expression(axiom.head.object)
            for axiom in axioms_of(sorted(triples, key=str))
            if axiom.head.predicate.value == _OWL + "equivalentClass" and isinstance(axiom.head.subject, ox.NamedNode)
        }

    def lines(self) -> Iterator[str]:
        domain = MKG + "DomainEntity"
        yield self._head()
        yield "## The terms of the domain\n"
        for root in self._tree.children[domain]:
            yield f"### {self._label(root).capitalize()}\n"
            yield from self._branch(root, 0)
            yield ""
        yield "## The data model\n"
        yield "### Classes\n"
        for root in self._tops():
            yield from self._branch(root, 0) if root != domain else [f"- {self._entry(root)}"]
        yield "\n### Values\n"
        yield from self._individuals()
        for title, kind in (("Relations between things", "ObjectProperty"), ("Values of things", "DatatypeProperty")):
            yield f"\n### {title}\n"
            yield from self._properties(kind)

    def _head(self) -> str:
        properties = len(self._of_kind("ObjectProperty")) + len(self._of_kind("DatatypeProperty"))
        header = next(t.subject.value for t in self._triples if t.object == ox.NamedNode(_OWL + "Ontology"))  # type: ignore[union-attr]
        return _HEAD.format(
            close=_SIGNS["skos:closeMatch"],
            description=self._text(header, "http://purl.org/dc/terms/description"),
            version=self._text(header, _OWL + "versionInfo"),
            classes=len(self._tree.labels),
            properties=properties,
            individuals=len(self._of_kind("NamedIndividual")),
            mappings=sum(map(len, self._mappings.values())),
        )

    def _of_kind(self, kind: str) -> list[str]:
        node = ox.NamedNode(_OWL + kind)
        found = [s for (s, p), values in self._values.items() if p == _RDF + "type" and node in values]
        return sorted(found, key=lambda iri: self._label(iri).casefold())

    def _label(self, iri: str) -> str:
        return self._wording.name(ox.NamedNode(iri))

    def _text(self, iri: str, predicate: str) -> str:
        return next((v.value for v in self._values.get((iri, predicate), ()) if isinstance(v, ox.Literal)), "")

    def _tops(self) -> list[str]:
        """The classes without a named class above them."""
        below = {child for children in self._tree.children.values() for child in children}
        return sorted(set(self._tree.labels) - below, key=lambda iri: self._label(iri).casefold())

    def _branch(self, iri: str, depth: int) -> Iterator[str]:
        margin = "  " * depth
        if iri in self._told:
            yield f"{margin}- [{self._label(iri)}](#{_anchor(iri)})"
            return
        self._told.add(iri)
        yield f"{margin}- {self._entry(iri)}"
        for child in self._tree.children.get(iri, ()):
            yield from self._branch(child, depth + 1)

    def _entry(self, iri: str) -> str:
        synonyms = sorted((v.value for v in self._values.get((iri, _SKOS + "altLabel"), ())), key=str.casefold)  # type: ignore[union-attr]
        also = f", *{'; '.join(synonyms)}*" if synonyms else ""
        parts = [
            f'<a id="{_anchor(iri)}"></a>**{self._label(iri)}** (`{compact(iri, self._prefixes)}`{also}):',
            self._text(iri, _OBO + "IAO_0000115"),
        ]
        if iri in self._definitions:
            parts.append(f"is: {self._definitions[iri]}.")
        if matches := self._matches(iri):
            parts.append(f"matches: {matches}.")
        return " ".join(parts)

    def _matches(self, iri: str) -> str:
        rows = self._mappings.get(compact(iri, self._prefixes), ())
        ordered = sorted(rows, key=lambda row: (list(_SIGNS).index(row["predicate_id"]), row["object_id"]))
        return ", ".join(f"{_SIGNS[row['predicate_id']]}\u00a0{row['object_id']}" for row in ordered)

    def _individuals(self) -> Iterator[str]:
        by_class: dict[str, list[str]] = {}
        for iri in self._of_kind("NamedIndividual"):
            for kind in self._values[iri, _RDF + "type"]:
                if isinstance(kind, ox.NamedNode) and kind.value.startswith(MKG):
                    by_class.setdefault(kind.value, []).append(iri)
        for class_ in sorted(by_class, key=self._label):
            yield f"- **{self._label(class_)}**"
            for iri in by_class[class_]:
                yield f"  - {self._entry(iri)}"

    def _properties(self, kind: str) -> Iterator[str]:
        yield "| name | said of | leads to | definition |"
        yield "|---|---|---|---|"
        for iri in self._of_kind(kind):
            ends = [self._ends(iri, _RDFS + word) for word in ("domain", "range")]
            matches = self._matches(iri)
            told = self._text(iri, _OBO + "IAO_0000115") + (f" matches: {matches}." if matches else "")
            yield f"| **{self._label(iri)}** `{compact(iri, self._prefixes)}` | {' | '.join(ends)} | {told} |"

    def _ends(self, iri: str, predicate: str) -> str:
        return ", ".join(sorted(self._wording.name(value) for value in self._values.get((iri, predicate), ())))


def _anchor(iri: str) -> str:
    return iri.rpartition("#")[2].lower()
