"""First-hand frequencies of findings as whole numbers, with what else they can have been."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from marrowkg.audit.ledger import Entry, Ledger
from marrowkg.audit.model import FigureKey
from marrowkg.audit.partition import partitions
from marrowkg.audit.percent import fitting_counts
from marrowkg.audit.rounding import show
from marrowkg.audit.table import patient_rows
from marrowkg.paper.passage import Passage
from marrowkg.paper.result import Frequency
from marrowkg.stats import wilson_interval
from marrowkg.vocabulary import Term

__all__ = ["Count", "Share", "shares"]


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many; `why` says where it comes from, if it is not what the paper prints for the cohort."""

    events: int
    size: int
    why: str = ""

    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval, in percent."""
        low, high = wilson_interval(self.events, self.size)
        return 100 * low, 100 * high

    def __str__(self) -> str:
        return f"{self.events} of {self.size} ({show(Fraction(100 * self.events, self.size), 1)}%)"


@dataclass(frozen=True, slots=True)
class Share:
    """A first-hand frequency of a paper. `others` are counts that it can also have been, or that dispute it."""

    ledger: Ledger
    entry: Entry
    result: Frequency
    count: Count
    others: tuple[Count, ...]

    @property
    def condition(self) -> Term:
        """The condition of the cohort."""
        return self.ledger.cohort(self.entry.cohort).condition

    @property
    def whole(self) -> bool:
        """Whether the cohort is all patients with its condition, not a part of another that has the same."""
        cohort = self.ledger.cohort(self.entry.cohort)
        return all(self.ledger.cohort(parent).condition != cohort.condition for parent in cohort.part_of)

    @property
    def printed(self) -> str:
        """The words of the paper: of a passage that prints the count if there is one."""
        passages = [anchor.passage for anchor in self.entry.anchors]
        return max(passages, key=self._counted).exact

    def _counted(self, passage: Passage) -> bool:
        return self.count.events in passage.numbers()

    @property
    def keys(self) -> tuple[FigureKey, ...]:
        """The figures it was made from."""
        return tuple(self.entry.key(name) for name in ("events", "percent") if name in self.entry.numbers)


def shares(ledger: Ledger) -> Iterator[Share]:
    """The shares of a paper, one a finding, restriction and condition.

    Those of all patients with a condition come first. A finding that is counted only in parts of them stands with its
    largest part.
    """
    best: dict[tuple[Term, str | None, Term], Share] = {}
    for share in _all(ledger):
        key = share.entry.subject, share.result.qualifier, share.condition
        held = best.get(key)
        if held is None or (share.whole, share.count.size) > (held.whole, held.count.size):
            best[key] = share
    yield from best.values()


def _all(ledger: Ledger) -> Iterator[Share]:
    for entry, result in ledger.frequencies():
        own = ledger.source(entry) is None and result.status in (None, "present") and bool(entry.anchors)
        if own and ledger.vocabulary.is_under(entry.subject, "Finding"):
            counts = [count for count in _counts(ledger, entry, result) if count.events <= count.size]
            if counts:
                yield Share(ledger, entry, result, counts[0], (*counts[1:], *_together(ledger, entry)))


def _counts(ledger: Ledger, entry: Entry, result: Frequency) -> list[Count]:
    """The count first, then what it can also be."""
    base = ledger.count_base(entry, result)
    sizes = base.readings() if base else []
    events, percent = entry.plain("events"), entry.plain("percent")
    if not sizes:
        return _of_open_base(ledger, entry, result)
    size = int(sizes[0].value)
    if events:
        printed = [Count(int(r.value), size, "as printed elsewhere" if r is not events[0] else "") for r in events]
        return [*printed, *_summed(ledger, entry, size), *_in_rows(ledger, entry, result, size)]
    fits = fitting_counts(percent[0].value, size) if percent else []
    return [Count(fits[0], size)] if len(fits) == 1 else []


def _of_open_base(ledger: Ledger, entry: Entry, result: Frequency) -> list[Count]:
    """Of a percentage whose base is not printed, all counts in groups of up to the whole cohort, the largest first."""
    whole, percent = ledger.size(entry.cohort), entry.plain("percent")
    if result.denominator != "unknown" or whole is None or not percent or entry.plain("events"):
        return []
    why = f"of how many the {percent[0].value}% are is not printed"
    return [Count(k, n, why) for n in range(whole, 4, -1) for k in fitting_counts(percent[0].value, n)][:6]


def _summed(ledger: Ledger, entry: Entry, size: int) -> Iterator[Count]:
    """The sum over the groups of a table, where it is not the total."""
    for partition in partitions(ledger):
        if partition.parent == entry.cohort and partition.whole:
            parts = [e for e, _ in ledger.frequencies() if e.cohort in partition.parts and e.subject == entry.subject]
            total = int(sum(e.plain("events")[0].value for e in parts if e.plain("events")))
            if parts and total not in [r.value for r in entry.plain("events")] and total <= size:
                yield Count(total, size, "the sum of the groups of the table")


def _in_rows(ledger: Ledger, entry: Entry, result: Frequency, size: int) -> Iterator[Count]:
    rows = patient_rows(ledger)
    counted = rows.found(result.frequency) if rows and rows.cohort == entry.cohort and not result.qualifier else None
    if counted and counted.count not in [r.value for r in entry.plain("events")]:
        yield Count(counted.count, size, "the rows of the table of patients")


def _together(ledger: Ledger, entry: Entry) -> Iterator[Count]:
    """A part with the other parts in which the finding is counted, where together they are the whole cohort."""
    for parent in ledger.cohort(entry.cohort).part_of:
        family = ledger.children.get(parent, [])
        found = {e.cohort: e for e, _ in ledger.frequencies() if e.cohort in family and e.subject == entry.subject}
        events = [e.plain("events")[0].value for e in found.values() if e.plain("events")]
        size = sum(ledger.size(key) or 0 for key in found)
        if len(events) == len(found) > 1 and size == ledger.size(parent):
            names = [ledger.cohort(key).name for key in found if key != entry.cohort]
            yield Count(int(sum(events)), size, f"together with {' and '.join(names)}")
