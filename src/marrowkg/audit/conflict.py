"""Papers against each other: `conflict`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product

from marrowkg.audit.ledger import Entry, Ledger
from marrowkg.audit.model import Anchor, Check, Conflict, FigureKey, agreed, differs
from marrowkg.audit.percent import fitting_counts
from marrowkg.audit.rounding import show
from marrowkg.paper.result import Frequency
from marrowkg.stats import fisher_exact, wilson_interval

__all__ = ["conflicts"]

RULE = "conflict"
_LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class _Share:
    """A first-hand frequency of a paper as whole numbers."""

    ledger: Ledger
    entry: Entry
    result: Frequency
    events: int
    size: int
    anchors: tuple[Anchor, ...]

    @property
    def condition(self) -> str:
        """IRI of the condition of the cohort."""
        return self.ledger.cohort(self.entry.cohort).condition.iri

    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval, in percent."""
        low, high = wilson_interval(self.events, self.size)
        return 100 * low, 100 * high

    @property
    def keys(self) -> tuple[FigureKey, ...]:
        """The figures it was made from."""
        return tuple(self.entry.key(name) for name in ("events", "percent") if name in self.entry.numbers)


def conflicts(ledgers: Sequence[Ledger]) -> Iterator[Check]:
    """Two papers report a finding in patients of the same condition, or of one condition within the other, alike.

    Only first-hand frequencies are compared, and cohorts that one condition bounds most nearly. They are in conflict if
    Fisher's exact test of the counts gives p < 0.05, or their 95 % Wilson intervals do not overlap.
    """
    for one, other in combinations(ledgers, 2):
        shares = [list(_shares(ledger)) for ledger in (one, other)]
        for first, second in product(*shares):
            if first.entry.subject == second.entry.subject and first.result.qualifier == second.result.qualifier:
                yield from _compare(first, second)


def _shares(ledger: Ledger) -> Iterator[_Share]:
    for entry, result in ledger.frequencies():
        base = ledger.count_base(entry, result)
        sizes = base.readings() if base else []
        first_hand = (
            ledger.source(entry) is None and result.status in (None, "present") and _bounds(ledger, entry.cohort)
        )
        if not (first_hand and sizes and ledger.vocabulary.is_under(entry.subject, "Finding")):
            continue
        size, events, percent = int(sizes[0].value), entry.plain("events"), entry.plain("percent")
        counts = [int(events[0].value)] if events else fitting_counts(percent[0].value, size) if percent else []
        if len(counts) == 1 and counts[0] <= size:
            used = (events or percent)[0]
            yield _Share(ledger, entry, result, counts[0], size, used.anchors)


def _bounds(ledger: Ledger, key: str) -> bool:
    """Whether a cohort is all patients with its condition, not a part of another that has the same."""
    cohort = ledger.cohort(key)
    return all(ledger.cohort(parent).condition != cohort.condition for parent in cohort.part_of)


def _compare(first: _Share, second: _Share) -> Iterator[Check]:
    above = first.ledger.vocabulary
    nested = second.condition in above.ancestors(first.condition) or first.condition in above.ancestors(
        second.condition
    )
    if not nested:
        return
    keys = (*first.keys, *second.keys)
    table = (first.events, first.size - first.events, second.events, second.size - second.events)
    p = fisher_exact(*table)
    (low, high), (other_low, other_high) = first.interval(), second.interval()
    overlap = low <= other_high and other_low <= high
    if p >= _LEVEL and overlap:
        yield agreed(RULE, *keys)
    else:
        yield differs(_conflict(first, second, p, overlap=overlap), *keys)


def _conflict(first: _Share, second: _Share, p: float, *, overlap: bool) -> Conflict:
    causes = list(_causes(first, second))
    intervals = [f"{low:.1f} to {high:.1f}%" for low, high in (first.interval(), second.interval())]
    finding = first.entry.subject.label
    conditions = [share.ledger.cohort(share.entry.cohort).condition.label for share in (first, second)]
    return Conflict(
        paper=first.ledger.slug,
        rule=RULE,
        slug=f"{first.ledger.slug}-{first.entry.slug}-{second.ledger.slug}-{second.entry.slug}",
        subject=f"{finding} in {' and '.join(dict.fromkeys(conditions))}",
        a=first.entry.side(_shown(first)),
        b=second.entry.side(_shown(second)),
        recomputed=f"Fisher p = {p:.2g}; 95% Wilson intervals {' and '.join(intervals)}",
        note=f"the intervals {'overlap' if overlap else 'do not overlap'}",
        where=first.entry.where,
        other_paper=second.ledger.slug,
        p=Decimal(f"{p:.6f}"),
        overlap=overlap,
        comparable=conditions[0] == conditions[1] and first.result.when == second.result.when,
        cause="; ".join(causes) or "none that the papers show",
        condition=" / ".join(dict.fromkeys(conditions)),
        finding=finding,
    )


def _shown(share: _Share) -> str:
    percent = show(Fraction(100 * share.events, share.size), 1)
    return f"{share.events} of {share.size} ({percent}%) in {share.ledger.slug}"


def _causes(first: _Share, second: _Share) -> Iterator[str]:
    cohorts = [share.ledger.cohort(share.entry.cohort) for share in (first, second)]
    if cohorts[0].condition != cohorts[1].condition:
        yield f"population: {cohorts[0].condition.label} against {cohorts[1].condition.label}"
    bounds = [share.ledger.paper.file.conditions for share in (first, second)]
    if any(cohort.condition.label in known for cohort, known in zip(cohorts, bounds, strict=True)):
        yield "case definition: a paper bounds the condition by criteria of its own"
    wordings = [share.ledger.paper.file.findings.get(share.entry.subject.label) for share in (first, second)]
    criteria = [wording.criteria if wording else None for wording in wordings]
    if criteria[0] != criteria[1]:
        yield f"definition of the finding: {criteria[0] or 'not stated'} against {criteria[1] or 'not stated'}"
    if first.result.when != second.result.when:
        yield f"time point: {first.result.when or 'not stated'} against {second.result.when or 'not stated'}"
    if first.result.denominator_of != second.result.denominator_of:
        yield "denominator: not the same kind of patients was counted"
