"""Pooling a finding: from the graph to pooled frequencies, with what was left out and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from marrowkg.answer import Answer, answer
from marrowkg.evidence import Evidence
from marrowkg.metaanalysis.analysis import Analysis, analyse
from marrowkg.pooling.candidate import Candidate, Populations
from marrowkg.pooling.eligibility import LeftOut, reason_against, select
from marrowkg.pooling.notes import notes_on
from marrowkg.storedquery import StoredQuery

if TYPE_CHECKING:
    from marrowkg.vocabulary import Term, Vocabulary

__all__ = ["Pool", "Pooling", "pool"]


@dataclass(frozen=True, slots=True)
class Pool:
    """Counts pooled under one condition; `conditions` are those of the cohorts, in their order."""

    condition: str
    cohorts: Sequence[Candidate]
    conditions: Sequence[str]
    analysis: Analysis
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Pooling:
    """How often a finding was there: a pool for the condition asked for, or one for each condition that has a count.

    `single_patients` are the patients told of one by one, by paper; `wider` names conditions that would pool more.
    """

    finding: str
    condition: str | None
    pools: Sequence[Pool]
    left_out: Sequence[LeftOut]
    single_patients: Mapping[str, int] = field(default_factory=dict)
    wider: Mapping[str, int] = field(default_factory=dict)
    evidence: Sequence[Evidence] = ()

    @property
    def rows(self) -> list[dict[str, str]]:
        """A row for each cohort, estimate and result left out, as `-f csv` writes them."""
        from marrowkg.pooling.table import rows

        return rows(self)

    def render(self, form: str, *, width: int | None = None) -> str:
        """As `table`, which `width` fits to a terminal, `csv`, `tsv`, `json`, `md`, or `svg`: the forest plot.

        Raises:
            MarrowError: if there is no count to draw.
        """
        from marrowkg.pooling.output import output

        return output(self, form, width)


def pool(store: ox.Store, queries: Path, vocabulary: Vocabulary, finding: str, condition: str | None = None) -> Pooling:
    """Pool the first-hand counts of a finding over whole cohorts that share no patients; `queries` finds them.

    With a condition, all cohorts of it and of narrower conditions are one pool. Without one, only cohorts of one and
    the same condition are: what else is comparable is for the reader to say.

    Raises:
        UnknownNameError: if the finding or the condition is not known, with the nearest name.
    """
    wanted = vocabulary.resolve(finding, ["Finding"])
    asked = vocabulary.resolve(condition, ["Condition"]) if condition is not None else None
    found, patients = (_ask(store, queries / f"{name}.rq", wanted) for name in ("candidates", "observations"))
    populations = Populations.of_rows(
        *(_ask(store, queries / f"{name}.rq").rows for name in ("populations", "case-reports"))
    )
    search = _Search([Candidate.of_row(row) for row in found.rows], populations, vocabulary)
    pools, left = search.under(asked) if asked else search.apart()
    return Pooling(
        finding=wanted.label,
        condition=asked.label if asked else None,
        pools=pools,
        left_out=sorted([*search.refused, *left], key=lambda one: (one.candidate.paper, one.candidate.result)),
        single_patients={row["paper"]: int(row["patients"]) for row in patients.rows},
        wider={} if asked else dict(search.wider()),
        evidence=found.evidence,
    )


def _ask(store: ox.Store, file: Path, finding: Term | None = None) -> Answer:
    query = StoredQuery(file.stem, file.read_text(encoding="utf-8"))
    return answer(store, query, {"finding": [ox.NamedNode(finding.iri)]} if finding else {})


class _Search:
    """The counts that may be pooled, and what becomes of them under a condition."""

    def __init__(self, candidates: Sequence[Candidate], populations: Populations, vocabulary: Vocabulary) -> None:
        self._populations = populations
        self._vocabulary = vocabulary
        self._labels = {term.iri: term.label for term in vocabulary.classes.values()}
        reasons = [reason_against(candidate, populations) for candidate in candidates]
        self.refused = [LeftOut(c, reason) for c, reason in zip(candidates, reasons, strict=True) if reason]
        self._counts = [c for c, reason in zip(candidates, reasons, strict=True) if not reason]

    def under(self, condition: Term) -> tuple[list[Pool], list[LeftOut]]:
        """One pool of all that is under the condition."""

        def in_scope(iri: str) -> bool:
            return condition.iri in self._vocabulary.ancestors(iri)

        within = [count for count in self._counts if any(map(in_scope, self._conditions(count)))]
        kept, left = select(within, self._populations, in_scope)
        left += [
            LeftOut(count, f"other condition: {self._named(count)}") for count in self._counts if count not in within
        ]
        return [self._pool(condition.label, kept)] if kept else [], left

    def apart(self) -> tuple[list[Pool], list[LeftOut]]:
        """One pool for each condition that a cohort has, by label."""
        pools: list[Pool] = []
        left: list[LeftOut] = []
        for label, iri in sorted(
            (self._labels[iri], iri) for iri in {i for c in self._counts for i in self._conditions(c)}
        ):
            within = [count for count in self._counts if iri in self._conditions(count)]
            kept, parts = select(within, self._populations, iri.__eq__)
            left += parts
            pools += [self._pool(label, kept)] if kept else []
        return pools, left

    def wider(self) -> Iterator[tuple[str, int]]:
        """The narrowest conditions that bring two cohorts or more together, and how many, by label."""
        ancestors = {iri for count in self._counts for own in self._conditions(count) for iri in self._above(own)}
        sizes: dict[str, int] = {}
        for iri in ancestors:
            pools, _ = self.under(self._vocabulary.term(self._labels[iri]))
            if pools and len(pools[0].cohorts) > 1:
                sizes[iri] = len(pools[0].cohorts)
        narrowest = [iri for iri in sizes if not any(iri in self._above(o) and o != iri for o in sizes)]
        yield from sorted((self._labels[iri], sizes[iri]) for iri in narrowest)

    def _above(self, iri: str) -> set[str]:
        """The condition and the conditions above it."""
        return {
            above
            for above in self._vocabulary.ancestors(iri)
            if above in self._labels
            and self._vocabulary.is_under(self._vocabulary.term(self._labels[above]), "Condition")
        }

    def _conditions(self, candidate: Candidate) -> set[str]:
        return self._populations[candidate.cohort].conditions

    def _named(self, candidate: Candidate) -> str:
        return " and ".join(sorted(self._labels.get(iri, iri) for iri in self._conditions(candidate)))

    def _pool(self, condition: str, kept: Sequence[Candidate]) -> Pool:
        analysis = analyse([candidate.count for candidate in kept])
        conditions = [self._named(candidate) for candidate in kept]
        return Pool(condition, kept, conditions, analysis, notes_on(kept, conditions, analysis))
