"""OWL axioms out of triples, and in words: what a reasoner's complaint is explained with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

__all__ = ["Axiom", "Wording", "around", "axioms_of", "declarations_of", "properties_in_definitions"]

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_TYPE = ox.NamedNode(_RDF + "type")
_LABEL = ox.NamedNode(_RDFS + "label")

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_TIES = (_RDFS + "subPropertyOf", _OWL + "propertyChainAxiom", _OWL + "inverseOf", _OWL + "equivalentProperty")
_DECLARED = {
    _OWL + kind
    for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual", "Ontology")
}
_RELATIONS = {
    _RDFS + "subClassOf": "is a kind of",
    _RDFS + "subPropertyOf": "is a kind of",
    _RDFS + "domain": "is said only of a",
    _RDFS + "range": "leads only to a",
    _OWL + "equivalentClass": "is the same as",
    _OWL + "disjointWith": "excludes",
    _OWL + "inverseOf": "is the inverse of",
    _OWL + "propertyChainAxiom": "follows from the chain",
    _TYPE.value: "is a",
}
_CHARACTERISTICS = {
    _OWL + "FunctionalProperty": "has at most one value",
    _OWL + "TransitiveProperty": "is transitive",
    _OWL + "SymmetricProperty": "is symmetric",
}


@dataclass(frozen=True, slots=True)
class Axiom:
    """One axiom: the triple that names it, and all its triples with those of the blank nodes below."""

    head: ox.Triple
    triples: frozenset[ox.Triple]


def _index(triples: Iterable[ox.Triple]) -> dict[Node, list[ox.Triple]]:
    index: dict[Node, list[ox.Triple]] = {}
    for triple in triples:
        index.setdefault(triple.subject, []).append(triple)
    return index


def declarations_of(triples: Iterable[ox.Triple]) -> frozenset[ox.Triple]:
    """The triples that only say which kind of thing a name stands for."""
    return frozenset(t for t in triples if t.predicate == _TYPE and _is_declared(t))


def _is_declared(triple: ox.Triple) -> bool:
    kind = triple.object
    return isinstance(triple.subject, ox.NamedNode) and isinstance(kind, ox.NamedNode) and kind.value in _DECLARED


def axioms_of(triples: Sequence[ox.Triple]) -> list[Axiom]:
    """The logical axioms among `triples`, in a fixed order; annotations and declarations are left out."""
    declared = declarations_of(triples)
    annotations = {t.subject for t in declared if t.object == ox.NamedNode(_OWL + "AnnotationProperty")}
    silent = {*annotations, _LABEL}
    index = _index(triples)
    below = {t.object for t in triples if isinstance(t.object, ox.BlankNode)}
    axioms = []
    for triple in triples:
        if triple in declared or triple.predicate in silent or triple.subject in below:
            continue
        if isinstance(triple.subject, ox.NamedNode):
            axioms.append(Axiom(triple, frozenset({triple, *_closure(triple.object, index)})))
        elif triple.predicate == _TYPE:
            axioms.append(Axiom(triple, frozenset(_closure(triple.subject, index))))
    return sorted(axioms, key=lambda axiom: str(axiom.head))


def _closure(node: Node, index: Mapping[Node, list[ox.Triple]]) -> Iterable[ox.Triple]:
    if isinstance(node, ox.BlankNode):
        for triple in index.get(node, ()):
            yield triple
            yield from _closure(triple.object, index)


def around(name: ox.NamedNode, axioms: Sequence[Axiom]) -> Iterator[list[Axiom]]:
    """Growing sets of axioms: those on `name`, with those on what they mention, and so on; last, all of them."""
    reached: set[Node] = {name}
    near: list[Axiom] = []
    while True:
        nearer = [axiom for axiom in axioms if axiom.head.subject in reached or _is_between(axiom, reached)]
        if len(nearer) == len(near):
            break
        near = nearer
        yield near
        reached |= {term for axiom in near for triple in axiom.triples for term in (triple.predicate, triple.object)}
    yield list(axioms)


def _is_between(axiom: Axiom, reached: set[Node]) -> bool:
    """Whether an axiom on several things, such as that they exclude each other, is on two that are reached."""
    if isinstance(axiom.head.subject, ox.NamedNode):
        return False
    return sum(triple.object in reached and isinstance(triple.object, ox.NamedNode) for triple in axiom.triples) > 1


def properties_in_definitions(axioms: Iterable[Axiom]) -> frozenset[ox.NamedNode]:
    """The properties on which it can turn whether something falls under a defined class.

    They occur in a definition, or an axiom ties them to one that does: as its part, its chain or its inverse.
    """
    definitions = [axiom for axiom in axioms if axiom.head.predicate.value == _OWL + "equivalentClass"]
    found = {name for axiom in definitions for name in _properties(axiom)}
    ties = [_properties(axiom) | {axiom.head.subject} for axiom in axioms if axiom.head.predicate.value in _TIES]
    grown = True
    while grown:
        new = {name for tied in ties if tied & found for name in tied} - found
        grown = bool(new)
        found |= new
    return frozenset(name for name in found if isinstance(name, ox.NamedNode))


def _properties(axiom: Axiom) -> set[Node]:
    """What stands in an axiom where a property stands."""
    tied = axiom.head.predicate.value in _TIES
    places = {_OWL + "onProperty", _OWL + "inverseOf", *((_RDF + "first", *_TIES) if tied else ())}
    return {triple.object for triple in axiom.triples if triple.predicate.value in places}


class Wording:
    """Axioms and class expressions in words, with labels for names."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._index = _index(triples)

    def name(self, node: Node) -> str:
        """The label of a thing, or what stands for it."""
        for triple in self._index.get(node, ()):
            if triple.predicate == _LABEL and isinstance(triple.object, ox.Literal):
                return triple.object.value
        value = node.value if isinstance(node, ox.NamedNode | ox.Literal) else str(node)
        return value.rpartition("#")[2].rpartition("/")[2] if isinstance(node, ox.NamedNode) else value

    def axiom(self, axiom: Axiom) -> str:
        """An axiom as a sentence without its full stop."""
        subject, predicate, object_ = axiom.head.subject, axiom.head.predicate, axiom.head.object
        if isinstance(subject, ox.BlankNode):
            members = self._parts(subject, "members")
            relation = "these exclude each other" if members else "these are all different"
            return f"{relation}: {', '.join(map(self.name, members or self._parts(subject, 'distinctMembers')))}"
        if isinstance(object_, ox.NamedNode) and object_.value in _CHARACTERISTICS:
            return f"{self.name(subject)} {_CHARACTERISTICS[object_.value]}"
        relation = _RELATIONS.get(predicate.value) or self.name(predicate)
        if predicate.value == _OWL + "propertyChainAxiom":
            return f"{self.name(subject)} {relation} {' then '.join(map(self.expression, self._list(object_)))}"
        return f"{self.name(subject)} {relation} {self.expression(object_)}"

    def expression(self, node: Node) -> str:
        """A class expression the way Protégé writes it, with labels."""
        if not isinstance(node, ox.BlankNode):
            return self.name(node)
        for word, writer in self._writers().items():
            value = self._value(node, word)
            if value is not None:
                return writer(node, value)
        return "something"

    def _writers(self) -> dict[str, Callable[[Node, Node], str]]:
        return {
            "intersectionOf": lambda _, value: self._joined(value, " and "),
            "unionOf": lambda _, value: self._joined(value, " or "),
            "complementOf": lambda _, value: f"not {self.expression(value)}",
            "inverseOf": lambda _, value: f"inverse of {self.name(value)}",
            "onDatatype": self._datatype,
            "someValuesFrom": lambda node, value: self._restriction(node, "some", value),
            "allValuesFrom": lambda node, value: self._restriction(node, "only", value),
            "hasValue": lambda node, value: self._restriction(node, "value", value),
        }

    def _joined(self, node: Node, word: str) -> str:
        return f"({word.join(self.expression(part) for part in self._list(node))})"

    def _restriction(self, node: Node, word: str, value: Node) -> str:
        property_ = self._value(node, "onProperty")
        assert property_ is not None  # noqa: S101 - else it is no restriction
        return f"({self.expression(property_)} {word} {self.expression(value)})"

    def _datatype(self, node: Node, value: Node) -> str:
        facets = self._value(node, "withRestrictions")
        bounds = [t for facet in self._list(facets) for t in self._index.get(facet, ())] if facets else []
        return f"{self.name(value)}[{', '.join(f'{self.name(b.predicate)} {self.name(b.object)}' for b in bounds)}]"

    def _value(self, node: Node, word: str) -> Node | None:
        wanted = ox.NamedNode(_OWL + word)
        return next((t.object for t in self._index.get(node, ()) if t.predicate == wanted), None)

    def _parts(self, node: Node, word: str) -> list[Node]:
        value = self._value(node, word)
        return [] if value is None else self._list(value)

    def _list(self, node: Node) -> list[Node]:
        parts: list[Node] = []
        while isinstance(node, ox.BlankNode):
            cell = {t.predicate.value.removeprefix(_RDF): t.object for t in self._index.get(node, ())}
            parts.append(cell["first"])
            node = cell["rest"]
        return parts
