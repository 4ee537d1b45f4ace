"""Years of cohorts: `cohort-facts`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from marrowkg.audit.ledger import Entry, Ledger
from marrowkg.audit.model import Anchor, Check, Discrepancy, Side, agreed, differs

__all__ = ["cohort_facts"]

RULE = "cohort-facts"
Period = tuple[Decimal, Decimal]


def _periods(entry: Entry) -> dict[Period, tuple[Anchor, ...]]:
    """The periods that the passages of a cohort print, the stored one first."""
    found: dict[Period, tuple[Anchor, ...]] = {}
    starts, ends = entry.readings("from year"), entry.readings("to year")
    for start in starts:
        for end in ends:
            shared = tuple(anchor for anchor in start.anchors if anchor in end.anchors)
            if shared:
                found[start.value, end.value] = shared
    if not found and len(starts) == 1 and len(ends) == 1:
        found[starts[0].value, ends[0].value] = (*starts[0].anchors, *ends[0].anchors)
    return found


def cohort_facts(ledger: Ledger) -> Iterator[Check]:
    """The years of a cohort are the same wherever printed, and lie within those of the cohorts it is part of.

    Two overlapping cohorts of one condition and one size are the same patients, so their years are the same. A cohort
    that is counted as a frequency of its condition in another cohort was drawn from it, so its years lie within.
    """
    for entry in ledger.cohorts.values():
        periods = list(_periods(entry).items())
        for other in periods[1:]:
            yield _differ((entry, *periods[0]), (entry, *other), "the years of one cohort, printed differently")
        if periods and not periods[1:]:
            yield agreed(RULE, entry.key("from year"), entry.key("to year"))
    yield from _same_patients(ledger)
    for part, whole in _drawn_from(ledger):
        yield from _within(part, whole)


def _same_patients(ledger: Ledger) -> Iterator[Check]:
    for one, other in combinations(ledger.cohorts, 2):
        first, second = ledger.cohort(one), ledger.cohort(other)
        overlap = other in first.overlaps or one in second.overlaps
        if overlap and first.size is not None and (first.size, first.condition) == (second.size, second.condition):
            yield from _compare(ledger.cohorts[one], ledger.cohorts[other])


def _compare(one: Entry, other: Entry) -> Iterator[Check]:
    for first, anchors in _periods(one).items():
        for second, other_anchors in _periods(other).items():
            if first == second:
                yield agreed(RULE, one.key("from year"), other.key("from year"))
            else:
                note = "the same number of patients with different years"
                yield _differ((one, first, anchors), (other, second, other_anchors), note)


def _drawn_from(ledger: Ledger) -> Iterator[tuple[Entry, Entry]]:
    pairs: dict[tuple[str, str], None] = {}
    for key in ledger.cohorts:
        pairs.update(((key, parent), None) for parent in ledger.cohort(key).part_of)
    for entry, result in ledger.frequencies():
        for key in ledger.cohorts:
            cohort = ledger.cohort(key)
            counted = any(r.value == cohort.size for r in entry.readings("events"))
            if key != entry.cohort and counted and cohort.condition == result.frequency and not cohort.part_of:
                pairs[key, entry.cohort] = None
    return ((ledger.cohorts[part], ledger.cohorts[whole]) for part, whole in pairs)


def _within(part: Entry, whole: Entry) -> Iterator[Check]:
    for inner, anchors in _periods(part).items():
        for outer, outer_anchors in _periods(whole).items():
            if outer[0] <= inner[0] and inner[1] <= outer[1]:
                yield agreed(RULE, part.key("from year"), whole.key("from year"))
            else:
                note = "the years of the patients do not lie within those of the group they were found in"
                yield _differ((part, inner, anchors), (whole, outer, outer_anchors), note)


def _differ(
    one: tuple[Entry, Period, tuple[Anchor, ...]], other: tuple[Entry, Period, tuple[Anchor, ...]], note: str
) -> Check:
    (first, period, anchors), (second, other_period, other_anchors) = one, other
    shown = [f"{start}-{end}" for start, end in (period, other_period)]
    found = Discrepancy(
        paper=first.paper,
        rule=RULE,
        slug=f"{RULE}-{first.slug}-{shown[0]}-{second.slug}-{shown[1]}",
        subject=f"years of {first.label}",
        a=Side(shown[0], first.path, anchors),
        b=Side(shown[1], second.path, other_anchors),
        note=note,
        where=first.where,
    )
    return differs(found, first.key("from year"), first.key("to year"), second.key("from year"), second.key("to year"))
