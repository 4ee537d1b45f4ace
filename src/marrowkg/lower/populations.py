"""Conditions as the paper bounds them, findings as it words them, and its cohorts."""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox

from marrowkg.issue import Issue
from marrowkg.lower.context import Context
from marrowkg.lower.graph import TYPE, mkg, slugify
from marrowkg.paper.fields import Quantity
from marrowkg.paper.passage import passages_of
from marrowkg.vocabulary import Term

__all__ = ["lower_populations"]


def lower_populations(context: Context) -> None:
    """Bounds, wordings and cohorts of a paper."""
    _lower_bounds(context)
    _lower_wordings(context)
    for key in context.paper.file.cohorts:
        _lower_cohort(context, key)


def _lower_bounds(context: Context) -> None:
    paper = context.paper
    for name, bounds in paper.file.conditions.items():
        term = context.vocabulary.term(name)
        node = _case_definition(context, term)
        context.graph.origins[node.value] = paper.where("conditions", name)
        context.graph.add(node, "criteria", bounds.criteria)
        passages = passages_of(paper, bounds.evidence, ("conditions", name))
        context.anchor(node, f"condition-{slugify(name)}", passages, {}, paper.where("conditions", name))


def _case_definition(context: Context, term: Term) -> ox.NamedNode:
    node = context.subject(term)
    context.graph.add(node, TYPE, mkg("CaseDefinition"))
    return node


def _lower_wordings(context: Context) -> None:
    paper, graph = context.paper, context.graph
    for name, wording in paper.file.findings.items():
        node = context.subject(context.vocabulary.term(name), wording.worded or "")
        graph.origins[node.value] = paper.where("findings", name)
        for also in wording.also:
            graph.add(node, TYPE, ox.NamedNode(also.iri))
        notes = [wording.criteria, wording.because]
        graph.add(node, "note", "; ".join(note for note in notes if note))
        passages = passages_of(paper, wording.evidence, ("findings", name))
        context.anchor(node, f"finding-{slugify(name)}", passages, {}, paper.where("findings", name))


def _lower_cohort(context: Context, key: str) -> None:
    paper, graph = context.paper, context.graph
    cohort, where = paper.file.cohorts[key], paper.where("cohorts", key)
    node = graph.mint("cohort", key, "Cohort", f"{cohort.name} ({paper.slug})", where)
    graph.add(node, "termLabel", cohort.name)
    graph.add(node, "reportedIn", context.paper_node)
    graph.add(node, "hasCaseDefinition", _case_definition(context, cohort.condition))
    for disease in cohort.underlying:
        graph.add(node, "hasUnderlyingDisease", context.subject(disease))
    graph.add(node, "cohortSize", cohort.size)
    graph.add(node, "comparator", cohort.size_comparator)
    for other in cohort.part_of:
        graph.add(node, "subsetOf", graph.iri("cohort", other))
    for other in cohort.overlaps:
        graph.add(node, "overlapsWith", graph.iri("cohort", other))
    graph.add(node, "asPrinted", cohort.as_printed)
    graph.add(node, "setting", cohort.setting)
    graph.add(node, "fromYear", cohort.from_year)
    graph.add(node, "toYear", cohort.to_year)
    graph.add(node, "note", cohort.note)
    if cohort.source:
        graph.add(node, "originalSource", graph.iri("source", cohort.source))
    if cohort.size_derived and cohort.size is not None:
        _derived_size(context, key, node, cohort.size_derived)
    numbers = {"size": Quantity(number=Decimal(cohort.size))} if cohort.size is not None else {}
    context.anchor(node, f"cohort-{key}", passages_of(paper, cohort.evidence, ("cohorts", key)), numbers, where)
    if not cohort.evidence and not cohort.size_derived and cohort.size is not None:
        graph.issues.append(Issue("no-evidence", "a size needs 'evidence', or 'size derived' with a formula", where))


def _derived_size(context: Context, key: str, node: ox.NamedNode, formula: str) -> None:
    graph, where = context.graph, context.paper.where("cohorts", key, "size derived")
    label = f"size of cohort {key}: {formula} ({context.paper.slug})"
    derivation = graph.mint("derivation", f"cohort-{key}-size", "Derivation", label, where)
    graph.add(derivation, "derivedValueOf", "cohortSize")
    graph.add(derivation, "formula", formula)
    graph.add(node, "derivation", derivation)
    for other in context.paper.file.cohorts[key].part_of:
        graph.add(derivation, "derivedFrom", graph.iri("cohort", other))
