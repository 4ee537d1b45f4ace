"""What could be pooled: the results on a finding, and the cohorts they are on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from marrowkg.metaanalysis.count import Count

__all__ = ["Candidate", "Cohort", "Populations"]

FIRST_HAND = "first-hand"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A result that says how often a cohort had the finding, or only that it did; what is not told is empty."""

    result: str
    paper: str
    cohort: str
    population: str = ""
    finding_label: str = ""
    narrower: bool = False
    basis: str = FIRST_HAND
    original: str = ""
    status: str = ""
    events: int | None = None
    denominator: int | None = None
    denominator_kind: str = ""
    percent: str = ""
    comparator: str = ""
    when: str = ""
    qualifier: str = ""

    @classmethod
    def of_row(cls, row: Mapping[str, str]) -> Candidate:
        """From a row of the query `candidates`."""
        texts = {name: row[name] for name in cls.__dataclass_fields__ if name in row}
        numbers = {name: int(row[name]) if row[name] else None for name in ("events", "denominator")}
        return cls(**{**texts, **numbers, "narrower": row["narrower"] == "true"})  # type: ignore[arg-type]

    @property
    def count(self) -> Count:
        """Events among the members.

        Raises:
            ValueError: if the result has no count.
        """
        if self.events is None or self.denominator is None:
            msg = f"{self.result} has no count"
            raise ValueError(msg)
        return Count(self.events, self.denominator)


@dataclass(slots=True)
class Cohort:
    """A cohort: its condition, by IRI, and the cohorts with which it shares patients."""

    iri: str
    paper: str
    population: str = ""
    conditions: set[str] = field(default_factory=set)
    part_of: set[str] = field(default_factory=set)
    overlaps: set[str] = field(default_factory=set)
    quoted: set[str] = field(default_factory=set)
    """Slugs of the papers from which the cohort is quoted."""


class Populations:
    """All cohorts of the graph, and what they share."""

    def __init__(self, cohorts: Iterable[Cohort], case_reports: Iterable[str] = ()) -> None:
        self._cohorts = {cohort.iri: cohort for cohort in cohorts}
        self._case_reports = frozenset(case_reports)

    @classmethod
    def of_rows(cls, rows: Iterable[Mapping[str, str]], case_reports: Iterable[Mapping[str, str]]) -> Populations:
        """From the rows of the queries `populations` and `case-reports`."""
        cohorts: dict[str, Cohort] = {}
        for row in rows:
            cohort = cohorts.setdefault(row["cohort"], Cohort(row["cohort"], row["paper"], row["population"]))
            for name, values in (
                ("condition", cohort.conditions),
                ("part_of", cohort.part_of),
                ("overlaps", cohort.overlaps),
                ("quoted", cohort.quoted),
            ):
                values.update({row[name]} if row[name] else ())
        return cls(cohorts.values(), [row["paper"] for row in case_reports])

    def __getitem__(self, iri: str) -> Cohort:
        return self._cohorts[iri]

    def is_case_report(self, iri: str) -> bool:
        """Whether its paper reports cases, and is no series or cohort study."""
        return self[iri].paper in self._case_reports

    def larger(self, iri: str) -> list[Cohort]:
        """The cohorts of which it is a part, at any remove, by IRI."""
        seen: set[str] = set()
        todo = list(self[iri].part_of)
        while todo:
            here = todo.pop()
            if here not in seen:
                seen.add(here)
                todo.extend(self[here].part_of)
        return [self[larger] for larger in sorted(seen)]

    def share(self, one: str, other: str) -> bool:
        """Whether two cohorts share patients, or may: the papers say so of them, of a whole or of a part of theirs."""
        ones, others = self._related(one), self._related(other)
        return other in ones or self._reaches(ones, others) or self._reaches(others, ones)

    def _related(self, iri: str) -> dict[str, Cohort]:
        """The cohort, those of which it is a part, and those that are parts of it."""
        parts = [cohort for cohort in self._cohorts.values() if self[iri] in self.larger(cohort.iri)]
        return {cohort.iri: cohort for cohort in (self[iri], *self.larger(iri), *parts)}

    def _reaches(self, ones: Mapping[str, Cohort], others: Mapping[str, Cohort]) -> bool:
        papers = {cohort.paper for cohort in others.values()}
        reached = {iri for cohort in ones.values() for iri in cohort.overlaps}
        return bool(reached & others.keys()) or any(
            self[iri].quoted & papers for iri in reached if iri in self._cohorts
        )
