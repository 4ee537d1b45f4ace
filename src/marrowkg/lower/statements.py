"""Statements without a number."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from marrowkg.lower.context import Context
from marrowkg.lower.graph import slugify
from marrowkg.paper.fact import StatementFact
from marrowkg.paper.statement import Statement
from marrowkg.vocabulary import Term

__all__ = ["lower_statements", "statement_slug"]


def lower_statements(context: Context, facts: Sequence[StatementFact]) -> None:
    """Every statement, one for each object, with its passages."""
    for fact in facts:
        for object_ in fact.statement.object:
            _lower_statement(context, fact, object_)


def _lower_statement(context: Context, fact: StatementFact, object_: Term) -> None:
    statement, graph = fact.statement, context.graph
    words, slug = _words(statement, object_), statement_slug(statement, object_)
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


def statement_slug(statement: Statement, object_: Term) -> str:
    """The last step of the IRI of a statement with one of its objects; that of its passages begins with it."""
    if statement.id and len(statement.object) == 1:
        return statement.id
    return slugify(f"{statement.id or ''} {_words(statement, object_)}")


def _words(statement: Statement, object_: Term) -> str:
    return f"{statement.statement.label} {statement.relation.label} {object_.label}"
