"""The ontology as curators and askers see it: terms by label, synonym or CURIE, and their ancestors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from marrowkg.errors import MarrowError, UnknownNameError
from marrowkg.prefixes import MKG, compact, expand, prefix_map
from marrowkg.suggest import did_you_mean

__all__ = ["Term", "Vocabulary", "load_vocabulary"]

_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_OWL = "http://www.w3.org/2002/07/owl#"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """A class or named individual of the ontology."""

    label: str
    iri: str

    def __hash__(self) -> int:
        """By the IRI alone: terms are looked up a lot."""
        return hash(self.iri)

    @property
    def name(self) -> str:
        """Local name, such as `BonePain`."""
        return self.iri.removeprefix(MKG)


class Vocabulary:
    """Look-up of the terms of one ontology."""

    def __init__(self, triples: Iterable[ox.Triple | ox.Quad], prefixes: Mapping[str, str]) -> None:
        self.prefixes = prefixes
        self._labels: dict[str, str] = {}
        self._synonyms: dict[str, list[str]] = {}
        self._parents: dict[str, set[str]] = {}
        self._kinds: dict[str, set[str]] = {}
        self._above: dict[str, frozenset[str]] = {}
        for triple in triples:
            if isinstance(triple.subject, ox.NamedNode):
                self._read(triple.subject.value, triple.predicate.value, triple.object)

    def _read(self, subject: str, predicate: str, value: object) -> None:
        if isinstance(value, ox.Literal):
            if predicate == _RDFS + "label":
                self._labels[subject] = value.value
            elif predicate == _SKOS + "altLabel":
                self._synonyms.setdefault(subject, []).append(value.value)
        elif isinstance(value, ox.NamedNode):
            if predicate == _RDFS + "subClassOf":
                self._parents.setdefault(subject, set()).add(value.value)
            elif predicate == _RDF_TYPE:
                self._kinds.setdefault(subject, set()).add(value.value)

    @cached_property
    def classes(self) -> Mapping[str, Term]:
        """The classes of the domain and of the data model, by label."""
        iris = [iri for iri, kinds in self._kinds.items() if _OWL + "Class" in kinds and iri.startswith(MKG)]
        return {self._labels[iri]: Term(self._labels[iri], iri) for iri in sorted(iris) if iri in self._labels}

    def individuals(self, of: str) -> Mapping[str, Term]:
        """The named individuals of the class with local name `of`, by label."""
        iris = [iri for iri, kinds in self._kinds.items() if MKG + of in kinds]
        return {self._labels[iri]: Term(self._labels[iri], iri) for iri in sorted(iris)}

    def ancestors(self, iri: str) -> frozenset[str]:
        """The class and all classes above it."""
        if iri not in self._above:
            self._above[iri] = self._all_above(iri)
        return self._above[iri]

    def _all_above(self, iri: str) -> frozenset[str]:
        seen: set[str] = set()
        todo = [iri]
        while todo:
            current = todo.pop()
            if current not in seen:
                seen.add(current)
                todo.extend(self._parents.get(current, ()))
        return frozenset(seen)

    def is_under(self, term: Term, root: str) -> bool:
        """Whether `term` is the class with local name `root` or below it."""
        return MKG + root in self.ancestors(term.iri)

    def is_direct(self, term: Term, root: str) -> bool:
        """Whether `term` is the class with local name `root` or stands directly below it."""
        return term.name == root or MKG + root in self._parents.get(term.iri, ())

    def labels_under(self, roots: Iterable[str]) -> list[str]:
        """Labels of all classes that are under one of the classes with the given local names."""
        wanted = {MKG + root for root in roots}
        return [label for label, term in self.classes.items() if wanted & self.ancestors(term.iri)]

    def term(self, name: str, roots: Iterable[str] = ()) -> Term:
        """The class with this label or CURIE; under one of `roots` (local names), if any are given.

        Raises:
            UnknownNameError: if there is none, with the nearest valid label.
        """
        roots = tuple(roots)
        kind = " or ".join(_spoken(root) for root in roots) or "term"
        found = self.classes.get(name) or self._by_curie(name)
        if found is None:
            near = did_you_mean(name, self.labels_under(roots) if roots else self.classes, list_all_below=0)
            raise UnknownNameError(kind, name, near or self._by_synonym_hint(name))
        if roots and not any(self.is_under(found, root) for root in roots):
            near = did_you_mean(name, self.labels_under(roots), list_all_below=0)
            raise UnknownNameError(kind, name, f" (the ontology has it, but not as {kind}){near}")
        return found

    def resolve(self, name: str, roots: Iterable[str] = ()) -> Term:
        """Like `term`, but takes synonyms and any case: what an asker types.

        Raises:
            UnknownNameError: if nothing fits, with the nearest valid label.
        """
        folded = name.strip().casefold()
        roots = tuple(roots)
        for label, term in self.classes.items():
            if label.casefold() == folded and (not roots or any(self.is_under(term, root) for root in roots)):
                return term
        for iri in self._synonym_index.get(folded, ()):
            term = Term(self._labels[iri], iri)
            if not roots or any(self.is_under(term, root) for root in roots):
                return term
        return self.term(name, roots)

    def names(self) -> Iterator[tuple[str, Term]]:
        """Every label with its class, then every synonym."""
        yield from self.classes.items()
        for iri, synonyms in sorted(self._synonyms.items()):
            if iri in self._labels and _OWL + "Class" in self._kinds.get(iri, ()):
                yield from ((synonym, Term(self._labels[iri], iri)) for synonym in sorted(synonyms))

    @cached_property
    def _synonym_index(self) -> Mapping[str, list[str]]:
        index: dict[str, list[str]] = {}
        for iri, synonyms in sorted(self._synonyms.items()):
            for synonym in synonyms:
                index.setdefault(synonym.casefold(), []).append(iri)
        return index

    def _by_curie(self, name: str) -> Term | None:
        if ":" not in name:
            return None
        iri = name.strip("<>") if name.startswith(("http", "<http")) else expand(name, self.prefixes)
        if iri in self._labels and _OWL + "Class" in self._kinds.get(iri, ()):
            return Term(self._labels[iri], iri)
        return None

    def _by_synonym_hint(self, name: str) -> str:
        for iri in self._synonym_index.get(name.casefold(), ()):
            return f"; {name!r} is a synonym of {self._labels[iri]!r}, write that"
        return ""

    def curie(self, term: Term) -> str:
        """The CURIE of a term."""
        return compact(term.iri, self.prefixes)


def _spoken(root: str) -> str:
    return "".join(" " + c.lower() if c.isupper() else c for c in root).strip()


def load_vocabulary(ontology: Path) -> Vocabulary:
    """Read the vocabulary in the folder `ontology` (`marrow.ttl` and `prefixes.ttl`).

    Raises:
        MarrowError: if there is none.
    """
    file = ontology / "marrow.ttl"
    if not file.is_file():
        raise MarrowError(f"there is no ontology {file}; does MARROWKG_HOME name the folder that holds ontology/?")
    triples = ox.parse(path=str(file), format=ox.RdfFormat.TURTLE)
    return Vocabulary(triples, prefix_map(ontology / "prefixes.ttl"))
