"""SHACL: a report on a graph, as complaints placed where the focus node comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from marrowkg.dataset import read_turtle
from marrowkg.issue import Issue, Severity, Where
from marrowkg.prefixes import compact

if TYPE_CHECKING:
    import rdflib

__all__ = ["check_shapes"]

_SEVERITIES = {"Violation": Severity.VIOLATION, "Warning": Severity.WARNING, "Info": Severity.INFO}


def check_shapes(
    triples: Iterable[ox.Triple], shapes: Path, origins: Mapping[str, Where], prefixes: Mapping[str, str]
) -> list[Issue]:
    """Validate the merged graph against every file in the folder `shapes`."""
    import pyshacl

    data = _rdflib(triples)
    rules = _rdflib(triple for file in sorted(shapes.glob("*.ttl")) for triple in read_turtle(file))
    _, report, _ = pyshacl.validate(data, shacl_graph=rules, advanced=False, inplace=True, meta_shacl=False)
    return list(_issues(report, rules, origins, prefixes))


def _rdflib(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    import rdflib

    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return rdflib.Graph().parse(data=text, format="nt")


def _issues(report: Any, shapes: Any, origins: Mapping[str, Where], prefixes: Mapping[str, str]) -> Iterator[Issue]:
    from rdflib import RDF, SH

    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus = str(report.value(result, SH.focusNode))
        path = report.value(result, SH.resultPath)
        value = report.value(result, SH.value)
        message = " ".join(sorted(str(m) for m in report.objects(result, SH.resultMessage)))
        component = str(report.value(result, SH.sourceConstraintComponent)).rpartition("#")[2]
        severity = str(report.value(result, SH.resultSeverity)).rpartition("#")[2]
        about = compact(focus, prefixes)
        shown = f" (found {value})" if value is not None and str(value) != focus else ""
        on = f" {compact(str(path), prefixes)}:" if path is not None else ""
        code = "shape-" + "".join("-" + c.lower() if c.isupper() else c for c in component).strip("-")
        code = code.removesuffix("-constraint-component")
        yield Issue(code, f"{about}:{on} {message}{shown}", origins.get(focus), _SEVERITIES[severity])
