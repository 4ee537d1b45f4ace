"""Which cohorts of a paper are known to share nobody, and whether together they make up a larger one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from marrowkg.audit.ledger import Ledger

__all__ = ["Partition", "partitions"]


@dataclass(frozen=True, slots=True)
class Partition:
    """Disjoint parts of a cohort: the columns of a table, or the two sides of a comparison.

    `whole` says that the paper means them to be everybody: the table has a column for the cohort itself.
    """

    parent: str
    parts: tuple[str, ...]
    whole: bool


def partitions(ledger: Ledger) -> list[Partition]:
    """The partitions that tables and comparisons of the paper show."""
    return list(dict.fromkeys((*_of_tables(ledger), *_of_comparisons(ledger))))


def _of_tables(ledger: Ledger) -> Iterator[Partition]:
    for table in ledger.paper.file.tables.values():
        cohorts = list(dict.fromkeys(table.columns.values()))
        parents = [set(ledger.cohort(key).part_of) for key in cohorts]
        for parent in dict.fromkeys(p for of in parents for p in sorted(of)):
            parts = tuple(key for key, of in zip(cohorts, parents, strict=True) if parent in of)
            headings = ledger.paper.grids[table.file].columns
            total = parent in cohorts or any(h.casefold() in ("total", "all", "overall") for h in headings)
            if len(parts) > 1:
                yield Partition(parent, parts, total and len(table.columns) >= len(parts))


def _of_comparisons(ledger: Ledger) -> Iterator[Partition]:
    for _, result in ledger.comparisons():
        pair = tuple(sorted((result.in_, result.with_)))
        shared = set(ledger.cohort(pair[0]).part_of) & set(ledger.cohort(pair[1]).part_of)
        apart = pair[0] not in ledger.cohort(pair[1]).overlaps and pair[1] not in ledger.cohort(pair[0]).overlaps
        for parent in sorted(shared) if apart else ():
            yield Partition(parent, pair, whole=False)
