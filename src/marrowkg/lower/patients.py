"""Patients and what is observed of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from marrowkg.issue import Where
from marrowkg.lower.context import Context
from marrowkg.lower.graph import slugify, status_of
from marrowkg.paper.fact import LineFact, PatientFact
from marrowkg.paper.facts import numbers_of
from marrowkg.paper.fields import Quantity
from marrowkg.paper.passage import Passage
from marrowkg.paper.patient import Response

__all__ = ["lower_patients"]


def lower_patients(context: Context, facts: Sequence[PatientFact], lines: Sequence[LineFact]) -> None:
    """Every patient with cohort, every observation and treatment line with its passages."""
    file = context.paper.file
    for key, patient in file.patients.items():
        _lower_patient(context, key, patient.as_printed, patient.cohort, context.paper.where("patients", key))
    if file.patient_table:
        grid = context.paper.grids[file.patient_table.file]
        for row in grid.rows:
            _lower_patient(context, slugify(row), row, file.patient_table.cohort, grid.where(row))
    for fact in facts:
        _lower_observation(context, fact)
    for line in lines:
        _lower_line(context, line)


def _lower_patient(context: Context, key: str, printed: str, cohort: str, where: Where) -> None:
    graph = context.graph
    # a number is the patient of that number; words call the patient by themselves
    called = f"patient {printed}" if printed[:1].isdigit() else printed
    node = graph.mint("patient", key, "Patient", f"{called} ({context.paper.slug})", where)
    graph.add(node, "asPrinted", printed)
    graph.add(node, "termLabel", called)
    graph.add(node, "memberOf", graph.iri("cohort", cohort))
    graph.add(node, "reportedIn", context.paper_node)


def _lower_observation(context: Context, fact: PatientFact) -> None:
    graph = context.graph
    patient = slugify(fact.patient)
    slug = f"{patient}-{fact.id or slugify(fact.subject.label)}"
    label = f"{fact.subject.label} of patient {fact.patient}: {_in_words(fact)} ({context.paper.slug}, {slug})"
    node = graph.mint("observation", slug, "PatientObservation", label, fact.where)
    context.basis(node, None)
    context.about(node, fact.subject)
    graph.add(graph.iri("patient", patient), "hasObservation", node)
    graph.add(node, "ofPatient", graph.iri("patient", patient))
    graph.add(node, "status", status_of(fact.status))
    numbers = fact.numbers
    _lower_numbers(context, node, numbers)
    if "grade" in numbers:
        graph.add(node, "grade", int(numbers["grade"].number))
    if fact.category:
        graph.add(node, "category", context.subject(fact.category))
    graph.add(node, "unit", fact.unit)
    graph.add(node, "scale", fact.scale)
    graph.add(node, "timePoint", fact.when)
    graph.add(node, "asWorded", fact.worded)
    graph.add(node, "qualifier", fact.qualifier)
    graph.add(node, "note", fact.note)
    context.anchor(node, slug, fact.passages, numbers, fact.where)


def _lower_line(context: Context, fact: LineFact) -> None:
    graph, line = context.graph, fact.line
    slug = f"{slugify(fact.patient)}-line-{line.line}"
    names = " and ".join(term.label for term in line.treatment)
    label = f"treatment line {line.line} of patient {fact.patient}: {names} ({context.paper.slug})"
    node = graph.mint("line", slug, "TreatmentLine", label, fact.where)
    context.basis(node, None)
    patient = graph.iri("patient", slugify(fact.patient))
    graph.add(node, "ofPatient", patient)
    graph.add(patient, "hasLine", node)
    graph.add(node, "lineNumber", line.line)
    for term in line.treatment:
        context.about(node, term)
    if line.line > 1:
        graph.add(node, "follows", graph.iri("line", f"{slugify(fact.patient)}-line-{line.line - 1}"))
    graph.add(node, "intent", line.intent)
    graph.add(node, "timePoint", line.when)
    graph.add(node, "qualifier", line.because)
    graph.add(node, "note", line.note)
    context.anchor(node, slug, fact.passages, {}, fact.where)
    for response, passages, where in fact.responses:
        _lower_response(context, node, fact, response, passages, where)


def _lower_response(
    context: Context, line: ox.NamedNode, fact: LineFact, response: Response, passages: Sequence[Passage], where: Where
) -> None:
    graph = context.graph
    slug = f"{slugify(fact.patient)}-line-{fact.line.line}-{slugify(response.subject.label)}"
    what = f"{response.subject.label} after line {fact.line.line} of patient {fact.patient}"
    label = f"{what}: {response.status} ({context.paper.slug})"
    node = graph.mint("response", slug, "Response", label, where)
    context.basis(node, None)
    context.about(node, response.subject, response.worded or "")
    graph.add(node, "responseTo", line)
    graph.add(node, "ofPatient", graph.iri("patient", slugify(fact.patient)))
    graph.add(node, "status", status_of(response.status))
    for procedure in response.by:
        graph.add(node, "judgedBy", context.subject(procedure))
    numbers = numbers_of(response)
    _lower_numbers(context, node, numbers)
    graph.add(node, "unit", response.unit)
    graph.add(node, "timePoint", response.when)
    graph.add(node, "qualifier", response.qualifier)
    graph.add(node, "note", response.note)
    context.anchor(node, slug, passages, numbers, where)


def _lower_numbers(context: Context, node: ox.NamedNode, numbers: Mapping[str, Quantity]) -> None:
    for name in ("value", "low", "high"):
        if name in numbers:
            context.graph.add(node, name, numbers[name].number)
            context.graph.add(node, "comparator", numbers[name].comparator)


def _in_words(fact: PatientFact) -> str:
    if fact.category and fact.status == "recorded":
        return fact.category.label
    shown = "-".join(number.printed for number in fact.numbers.values())
    return f"{shown} {fact.unit or fact.scale}".strip() if shown else fact.status
