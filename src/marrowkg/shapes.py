"""SHACL: what the shapes in a folder say of a graph, by either of two engines, in our own words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from marrowkg.dataset import read_turtle, to_turtle
from marrowkg.engines import Engine, default_engine, run_engine
from marrowkg.issue import Issue, Severity, Where
from marrowkg.prefixes import compact
from marrowkg.suggest import did_you_mean

__all__ = ["ShapeResult", "ShapesReport", "check_shapes", "run_shapes", "shacl_report"]

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_SH = "http://www.w3.org/ns/shacl#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE = ox.NamedNode(_RDF + "type")
_SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
_BOOLEAN = ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SH + name)


_TARGETS = _CLASS, _SUBJECTS, _OBJECTS = "targetClass", "targetSubjectsOf", "targetObjectsOf"
_SEVERITIES = {_sh(s.name.capitalize()): s for s in Severity}


class _Triples:
    """Triples by subject and property, for reading a few values."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._objects: dict[tuple[Node, Node], list[Node]] = {}
        self._subject: dict[Node, list[ox.Triple]] = {}
        for triple in triples:
            self._objects.setdefault((triple.subject, triple.predicate), []).append(triple.object)
            self._subject.setdefault(triple.subject, []).append(triple)

    def all(self, subject: Node, name: str) -> list[Node]:
        return self._objects.get((subject, _sh(name)), [])

    def one(self, subject: Node, name: str) -> Node | None:
        return next(iter(self.all(subject, name)), None)

    def of(self, subject: Node) -> list[ox.Triple]:
        return self._subject.get(subject, [])

    def instances(self, class_: ox.NamedNode) -> list[Node]:
        return [
            subject for (subject, property_), types in self._objects.items() if property_ == _TYPE and class_ in types
        ]


@dataclass(frozen=True, slots=True)
class ShapeResult:
    """One validation result: which node breaks which constraint of which shape; `path` is a node of the shapes."""

    focus: Node
    shape: Node
    component: str
    severity: Severity
    path: Node | None = None
    value: Node | None = None
    message: str = ""

    def key(self) -> tuple[str, ...]:
        """What two engines must agree on, and the order of results. Names of blank nodes say nothing."""
        path = self.path if isinstance(self.path, ox.NamedNode) else None
        terms = (
            "_:" if isinstance(t, ox.BlankNode) else str(t or "") for t in (self.focus, self.shape, path, self.value)
        )
        return (*terms, self.component, str(self.severity))


@dataclass(frozen=True, slots=True)
class ShapesReport:
    """The results of a run, with the shapes that it used: `looked_at` counts the focus nodes of each node shape."""

    engine: Engine
    results: list[ShapeResult]
    rules: _Triples = field(repr=False)
    looked_at: Mapping[ox.NamedNode, int] = field(repr=False)

    def summary(self) -> str:
        """How many shapes ran, held, failed and had nothing to look at."""
        idle = sorted(shape.value.rpartition("#")[2] for shape, count in self.looked_at.items() if not count)
        failed = len({result.shape for result in self.results})
        nodes, ran = sum(self.looked_at.values()), len(self.looked_at) - len(idle)
        text = f"shapes: {ran} ran by {self.engine} on {nodes} focus nodes, {_counted(len(self.results), 'result')}"
        text += f" from {_counted(failed, 'shape')}" if failed else ""
        return text + (f"; {len(idle)} skipped, no such node: {', '.join(idle)}" if idle else "")

    def issues(self, origins: Mapping[str, Where], prefixes: Mapping[str, str]) -> list[Issue]:
        """Each result as a complaint, placed where its focus node comes from."""
        return [self._issue(result, origins, prefixes) for result in self.results]

    def _issue(self, result: ShapeResult, origins: Mapping[str, Where], prefixes: Mapping[str, str]) -> Issue:
        focus, value = _plain(result.focus, prefixes), _plain(result.value, prefixes)
        shown = f" (found {value})" if result.value is not None and result.value != result.focus else ""
        on = _plain(result.path, prefixes) if isinstance(result.path, ox.NamedNode) else self._name(result.shape)
        near = self._near(result, prefixes)
        where = origins.get(getattr(result.focus, "value", ""))
        text = f"{focus}: {on}: {result.message}{shown}{near}"
        return Issue(_code(result.component), text, where, result.severity)

    def _name(self, shape: Node) -> str:
        return _plain(self.rules.one(shape, "name") or shape, {})

    def _near(self, result: ShapeResult, prefixes: Mapping[str, str]) -> str:
        """For a property that a closed shape does not know: the nearest that it does."""
        if result.component != "ClosedConstraintComponent" or result.path is None:
            return ""
        allowed = (self.rules.one(shape, "path") for shape in self.rules.all(result.shape, "property"))
        names = {_plain(path, prefixes) for path in allowed if isinstance(path, ox.NamedNode)}
        return did_you_mean(_plain(result.path, prefixes), names)

    def turtle(self, prefixes: Mapping[str, str]) -> str:
        """The standard SHACL validation report in Turtle; the same results give the same text."""
        report = ox.BlankNode("report")
        conforms = ox.Literal("false" if self.results else "true", datatype=_BOOLEAN)
        triples = [ox.Triple(report, _TYPE, _sh("ValidationReport")), ox.Triple(report, _sh("conforms"), conforms)]
        for number, result in enumerate(self.results, start=1):
            node = ox.BlankNode(f"result{number:05d}")
            triples.append(ox.Triple(report, _sh("result"), node))
            triples += self._described(node, result)
        return to_turtle(triples, prefixes)

    def _described(self, node: ox.BlankNode, result: ShapeResult) -> Iterator[ox.Triple]:
        yield ox.Triple(node, _TYPE, _sh("ValidationResult"))
        yield ox.Triple(node, _sh("focusNode"), _renamed(result.focus, f"{node.value}focus"))
        yield ox.Triple(node, _sh("sourceShape"), result.shape)
        yield ox.Triple(node, _sh("sourceConstraintComponent"), _sh(result.component))
        yield ox.Triple(node, _sh("resultSeverity"), _sh(result.severity.name.capitalize()))
        yield ox.Triple(node, _sh("resultMessage"), ox.Literal(result.message))
        if result.value is not None:
            yield ox.Triple(node, _sh("value"), _renamed(result.value, f"{node.value}value"))
        if result.path is not None:
            yield from _copied(self.rules, node, _sh("resultPath"), result.path, f"{node.value}path")


def check_shapes(
    triples: Iterable[ox.Triple],
    shapes: Path,
    origins: Mapping[str, Where],
    prefixes: Mapping[str, str],
    *,
    engine: Engine | None = None,
) -> list[Issue]:
    """Validate the merged graph against every file in the folder `shapes`; complaints placed by `origins`."""
    return run_shapes(triples, shapes, engine=engine).issues(origins, prefixes)


def shacl_report(
    triples: Iterable[ox.Triple], shapes: Path, prefixes: Mapping[str, str], *, engine: Engine | None = None
) -> str:
    """Validate the merged graph and return the standard SHACL report in Turtle."""
    return run_shapes(triples, shapes, engine=engine).turtle(prefixes)


def run_shapes(triples: Iterable[ox.Triple], shapes: Path, *, engine: Engine | None = None) -> ShapesReport:
    """Validate the merged graph (data, ontology and closure) against every file in the folder `shapes`.

    Queries in shapes take their prefixes from `prefixes.ttl` beside the folder. Without `engine`, the fastest there is.

    Raises:
        UnknownNameError: if there is no such engine.
        SyntaxError: if a shapes file is not Turtle.
    """
    engine = engine or default_engine()
    data = triples if isinstance(triples, Collection) else frozenset(triples)
    files = [file for file in (shapes.parent / "prefixes.ttl", *sorted(shapes.glob("*.ttl"))) if file.is_file()]
    rules = frozenset(triple for file in files for triple in read_turtle(file))
    known = _Triples(rules)
    # An engine may take a graph without shapes for a mistake.
    report = _Triples(run_engine(engine, data, rules) if known.instances(_sh("NodeShape")) else ())
    results = [
        _result(report, node, known)
        for root in report.instances(_sh("ValidationReport"))
        for node in report.all(root, "result")
    ]
    return ShapesReport(engine, sorted(results, key=ShapeResult.key), known, _looked_at(data, known))


# ---- reading reports and shapes


def _result(report: _Triples, node: Node, rules: _Triples) -> ShapeResult:
    """A result with the words and the path of our shape; engines word their messages in ways of their own."""
    shape = report.one(node, "sourceShape") or node
    own, path = rules.one(shape, "message"), rules.one(shape, "path")
    message = own or report.one(node, "resultMessage")
    severity = report.one(node, "resultSeverity")
    return ShapeResult(
        focus=report.one(node, "focusNode") or node,
        shape=shape,
        component=_plain(report.one(node, "sourceConstraintComponent"), {}).rpartition("#")[2],
        severity=next((s for iri, s in _SEVERITIES.items() if iri == severity), Severity.VIOLATION),
        path=path if path is not None else report.one(node, "resultPath"),
        value=report.one(node, "value"),
        message=_plain(message, {}),
    )


def _looked_at(data: Iterable[ox.Triple], rules: _Triples) -> dict[ox.NamedNode, int]:
    """How many focus nodes each node shape has."""
    shapes = [shape for shape in rules.instances(_sh("NodeShape")) if isinstance(shape, ox.NamedNode)]
    index = {kind: {node for shape in shapes for node in rules.all(shape, kind)} for kind in _TARGETS}
    found: dict[tuple[str, Node], set[Node]] = {}
    below: dict[Node, set[Node]] = {}
    for subject, property_, object_ in data:
        if property_ == _TYPE:
            found.setdefault((_CLASS, object_), set()).add(subject)
        elif property_ == _SUBCLASS:
            below.setdefault(object_, set()).add(subject)
        if property_ in index[_SUBJECTS]:
            found.setdefault((_SUBJECTS, property_), set()).add(subject)
        if property_ in index[_OBJECTS]:
            found.setdefault((_OBJECTS, property_), set()).add(object_)
    return {shape: len(_focus_nodes(shape, rules, found, below)) for shape in shapes}


def _focus_nodes(
    shape: Node, rules: _Triples, found: Mapping[tuple[str, Node], set[Node]], below: Mapping[Node, set[Node]]
) -> set[Node]:
    nodes: set[Node] = set()
    for kind in _TARGETS:
        for target in rules.all(shape, kind):
            names = _closure(target, below) if kind == _CLASS else {target}
            nodes = nodes.union(*(found.get((kind, name), ()) for name in names))
    return nodes


def _closure(class_: Node, below: Mapping[Node, set[Node]]) -> set[Node]:
    """A class and all below it."""
    found, new = {class_}, [class_]
    while new:
        fresh = below.get(new.pop(), set()) - found
        found |= fresh
        new += fresh
    return found


def _renamed(node: Node, name: str) -> Node:
    """The node, or one of a name that does not change from run to run if it has no IRI."""
    return ox.BlankNode(name) if isinstance(node, ox.BlankNode) else node


def _copied(
    rules: _Triples, subject: ox.BlankNode, property_: ox.NamedNode, path: Node, name: str
) -> Iterator[ox.Triple]:
    """A path of a shape, told again in the report with blank nodes named in order."""
    if not isinstance(path, ox.BlankNode):
        yield ox.Triple(subject, property_, path)
        return
    copy = ox.BlankNode(name)
    yield ox.Triple(subject, property_, copy)
    for index, triple in enumerate(sorted(rules.of(path), key=lambda t: t.predicate.value)):
        yield from _copied(rules, copy, triple.predicate, triple.object, f"{name}x{index}")


def _plain(node: Node | None, prefixes: Mapping[str, str]) -> str:
    """A node as a person reads it."""
    if isinstance(node, ox.NamedNode):
        return compact(node.value, prefixes) if prefixes else node.value
    if isinstance(node, ox.BlankNode):
        return "a node without an IRI"
    return node.value if isinstance(node, ox.Literal) else "" if node is None else str(node)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"


def _code(component: str) -> str:
    words = "".join("-" + c.lower() if c.isupper() else c for c in component).strip("-")
    return f"shape-{words.removesuffix('-constraint-component')}"
