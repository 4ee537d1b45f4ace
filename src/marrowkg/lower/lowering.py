"""A paper to triples: bibliography, populations, then facts."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from marrowkg.issue import Issue, Where
from marrowkg.lower.bibliography import lower_bibliography
from marrowkg.lower.context import Context
from marrowkg.lower.graph import PaperGraph
from marrowkg.lower.patients import lower_patients
from marrowkg.lower.populations import lower_populations
from marrowkg.lower.results import lower_results
from marrowkg.lower.statements import lower_statements
from marrowkg.paper.fact import Facts
from marrowkg.paper.paper import Paper
from marrowkg.vocabulary import Vocabulary

__all__ = ["Lowered", "lower"]


@dataclass(frozen=True, slots=True)
class Lowered:
    """The graph of one paper, the place in the curated files of each IRI in it, and complaints."""

    slug: str
    triples: frozenset[ox.Triple]
    origins: dict[str, Where]
    issues: list[Issue]


def lower(paper: Paper, facts: Facts, vocabulary: Vocabulary) -> Lowered:
    """Turn a curated paper into its graph. Same paper, same triples."""
    graph = PaperGraph(paper.slug)
    context = Context(paper, vocabulary, graph)
    lower_bibliography(context)
    lower_populations(context)
    lower_results(context, facts.results)
    lower_patients(context, facts.observations, facts.lines)
    lower_statements(context, facts.statements)
    return Lowered(paper.slug, frozenset(graph.triples), graph.origins, graph.issues)
