"""Statements without a number."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from marrowkg.lower.context import Context
from marrowkg.lower.graph import slugify
from marrowkg.paper.fact import StatementFact
from marrowkg.vocabulary import Term

__all__ = ["lower_statements"]


def lower_statements(context: Context, facts: Sequence[StatementFact]) -> None:
    """Every statement, one for each object, with its passages."""
    for fact in facts:
        for object_ in fact.statement.object:
            _lower_statement(context, fact, object_)


def _lower_statement(context: Context, fact: StatementFact, object_: Term) -> None:
    statement, graph = fact.statement, context.graph
    words = f"{statement.statement.label} {statement.relation.label} {object_.label}"
    slug = statement.id if statement.id and len(statement.object) == 1 else slugify(f"{statement.id or ''} {words}")
    node = graph.mint("statement", slug, "Statement", f"{words} ({context.paper.slug}, {slug})", fact.where)
    cohort = context.paper.file.cohorts[statement.in_] if statement.in_ else None
    context.basis(node, statement.source or (cohort.source if cohort else None), statement.also_cites)
    graph.add(node, "statedSubject", context.subject(statement.statement))
    graph.add(node, "statedRelation", ox.NamedNode(statement.relation.iri))
    graph.add(node, "statedObject", context.subject(object_))
    graph.add(node, "certainty", statement.certainty)
    graph.add(node, "qualifier", statement.qualifier)
    graph.add(node, "note", statement.note)
    if statement.in_:
        graph.add(node, "inCohort", graph.iri("cohort", statement.in_))
    context.anchor(node, slug, fact.passages, {}, fact.where)
