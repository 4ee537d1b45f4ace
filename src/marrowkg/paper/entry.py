"""Entries that refer: results, statements and cohorts, each with the groups and the source that it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from marrowkg.paper.evidence import Evidence
from marrowkg.paper.paper import Paper
from marrowkg.paper.result import Comparison
from marrowkg.yamlmap import Step

__all__ = ["Entry", "entries_of"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A result, statement or cohort: the groups it refers to with the key that names them, its source, its passages."""

    path: tuple[Step, ...]
    groups: Sequence[tuple[str, str]]
    source: str | None
    evidence: Sequence[Evidence]
    also: Sequence[str] = ()


def entries_of(paper: Paper) -> Iterator[Entry]:
    """The entries of a paper; what is reported of a relayed group is relayed from the source of the group."""
    cohorts = paper.file.cohorts
    for index, result in enumerate(paper.file.results):
        groups = [("in", result.in_)]
        groups += [("with", result.with_)] if isinstance(result, Comparison) else []
        source = result.source or cohorts[result.in_].source
        yield Entry(("results", index), groups, source, result.evidence, result.also_cites)
    for index, statement in enumerate(paper.file.statements):
        groups = [("in", statement.in_)] if statement.in_ else []
        source = statement.source or (cohorts[statement.in_].source if statement.in_ else None)
        yield Entry(("statements", index), groups, source, statement.evidence, statement.also_cites)
    for key, cohort in cohorts.items():
        groups = [("part of", whole) for whole in cohort.part_of]
        yield Entry(("cohorts", key), groups, cohort.source, cohort.evidence)
