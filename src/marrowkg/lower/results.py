"""Results of cohorts."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from marrowkg.issue import Issue
from marrowkg.lower.context import Context
from marrowkg.lower.graph import mkg, slugify, status_of
from marrowkg.paper.fact import ResultFact
from marrowkg.paper.fields import Quantity
from marrowkg.paper.result import Comparison, Frequency, Measurement, Occurrence, Result, Survival

__all__ = ["lower_results"]

_CLASSES: dict[type, str] = {
    Frequency: "FrequencyResult",
    Occurrence: "OccurrenceResult",
    Measurement: "MeasurementResult",
    Survival: "SurvivalEstimate",
    Comparison: "ComparisonResult",
}
_DENOMINATORS = {
    "all": "AllMembers",
    "assessed": "Assessed",
    "evaluable": "Evaluable",
    "treated": "Treated",
    "biopsied": "Biopsied",
    "specimens": "Specimens",
}
_STATISTICS = {
    "mean": "Mean",
    "median": "Median",
    "value": "Single",
    "rate": "Rate",
    "sensitivity": "Sensitivity",
    "correlation": "CorrelationCoefficient",
    "total": "Total",
}
_INTERVALS = {
    "range": "MinMax",
    "confidence interval": "ConfidenceInterval95",
    "interquartile range": "InterquartileRange",
}


def lower_results(context: Context, facts: Sequence[ResultFact]) -> None:
    """Every result with its passages."""
    for fact in facts:
        _lower_result(context, fact)


def _lower_result(context: Context, fact: ResultFact) -> None:
    result, graph = fact.result, context.graph
    slug = result.id or f"{slugify(result.subject.label)}-in-{result.in_}"
    label = f"{_in_words(context, result)} ({context.paper.slug}, {slug})"
    node = graph.mint("result", slug, _CLASSES[type(result)], label, fact.where)
    cohort = context.paper.file.cohorts[result.in_]
    context.basis(node, result.source or cohort.source, result.also_cites)
    context.about(node, result.subject, result.worded or "")
    graph.add(node, "inCohort", graph.iri("cohort", result.in_))
    graph.add(node, "timePoint", result.when)
    graph.add(node, "qualifier", result.qualifier)
    graph.add(node, "note", result.note)
    for name, formula in result.derived.items():
        _derive(context, node, (slug, name), formula, None)
    _lower_numbers(context, node, slug, fact)
    context.anchor(node, slug, fact.passages, result.numbers(), fact.where)


def _lower_numbers(context: Context, node: ox.NamedNode, slug: str, fact: ResultFact) -> None:
    result = fact.result
    if isinstance(result, Frequency):
        _lower_frequency(context, node, slug, result)
    elif isinstance(result, Occurrence):
        context.graph.add(node, "status", status_of(result.status))
    elif isinstance(result, Comparison):
        _lower_comparison(context, node, result)
    else:
        _lower_estimate(context, node, result)


def _lower_frequency(context: Context, node: ox.NamedNode, slug: str, result: Frequency) -> None:
    graph, numbers = context.graph, result.numbers()
    events, percent = numbers.get("events"), numbers.get("percent")
    if result.status:
        graph.add(node, "status", status_of(result.status))
    if events:
        graph.add(node, "events", int(events.number))
    if percent:
        graph.add(node, "reportedPercent", percent.number)
    graph.add(node, "comparator", _comparator(events, percent))
    if result.percent_of:
        graph.add(node, "percentOf", graph.iri("cohort", result.percent_of))
    _lower_denominator(context, node, slug, result)


def _lower_denominator(context: Context, node: ox.NamedNode, slug: str, result: Frequency) -> None:
    graph, cohort = context.graph, context.paper.file.cohorts[result.in_]
    kind = result.denominator_of
    if isinstance(result.denominator, Quantity):
        graph.add(node, "denominator", int(result.denominator.number))
        graph.add(node, "denominatorKind", mkg(_DENOMINATORS[kind or "all"]))
    elif result.denominator is None and result.events is not None and cohort.size is not None:
        if result.events.number > cohort.size:
            text = f"events {result.events.number} exceed the size {cohort.size} of cohort {result.in_!r}"
            graph.issues.append(Issue("events-exceed-denominator", text, graph.origins[node.value]))
        graph.add(node, "denominator", cohort.size)
        graph.add(node, "denominatorKind", mkg(_DENOMINATORS[kind or "all"]))
        source = graph.iri("cohort", result.in_)
        _derive(context, node, (slug, "denominator"), f"size of the cohort, {cohort.name}", source)


def _lower_estimate(context: Context, node: ox.NamedNode, result: Measurement | Survival) -> None:
    graph = context.graph
    central, interval = result.central(), result.interval()
    if central:
        name, quantity = central
        graph.add(node, "statistic", mkg(_STATISTICS[name]))
        graph.add(node, "value", quantity.number)
        graph.add(node, "comparator", quantity.comparator)
    else:
        graph.add(node, "statistic", mkg("Range"))
    if interval:
        kind, ends = interval
        graph.add(node, "intervalKind", mkg(_INTERVALS[kind]))
        graph.add(node, "low", ends.low)
        graph.add(node, "high", ends.high)
    graph.add(node, "unit", result.unit)
    if isinstance(result, Survival):
        graph.add(node, "timeZero", result.from_)


def _lower_comparison(context: Context, node: ox.NamedNode, result: Comparison) -> None:
    graph = context.graph
    graph.add(node, "groupA", graph.iri("cohort", result.in_))
    graph.add(node, "groupB", graph.iri("cohort", result.with_))
    graph.add(node, "testName", result.test)
    graph.add(node, "testStatistic", result.test_value)
    graph.add(node, "comparisonDirection", result.direction)
    if result.p:
        graph.add(node, "pValue", result.p.number)
        graph.add(node, "pComparator", result.p.comparator or "=")


def _derive(
    context: Context, node: ox.NamedNode, name: tuple[str, str], formula: str, source: ox.NamedNode | None
) -> None:
    slug, number = name
    graph, where = context.graph, context.graph.origins[node.value]
    label = f"{number} of {slug}: {formula} ({context.paper.slug})"
    derivation = graph.mint("derivation", f"{slug}-{slugify(number)}", "Derivation", label, where)
    graph.add(derivation, "derivedValueOf", number)
    graph.add(derivation, "formula", formula)
    graph.add(derivation, "derivedFrom", source)
    graph.add(node, "derivation", derivation)


def _comparator(*quantities: Quantity | None) -> str:
    return next((q.comparator for q in quantities if q and q.comparator), "")


def _in_words(context: Context, result: Result) -> str:
    cohort = context.paper.file.cohorts[result.in_]
    what = f"{result.subject.label} in {cohort.name}"
    if isinstance(result, Comparison):
        return f"{what} against {context.paper.file.cohorts[result.with_].name}"
    if isinstance(result, Frequency):
        events, percent = result.numbers().get("events"), result.numbers().get("percent")
        shown = f"{events.printed} events" if events else f"{percent.printed} %" if percent else result.status
        return f"{what}: {shown}"
    return what
