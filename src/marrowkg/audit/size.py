"""Sizes of groups that are printed differently, against the percentages of the group: `size-by-percent`."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from marrowkg.audit.ledger import Entry, Ledger
from marrowkg.audit.model import Check, Discrepancy, Side, agreed, differs
from marrowkg.audit.percent import fitting_counts
from marrowkg.audit.reading import Reading
from marrowkg.audit.rounding import agreement, digits, show

__all__ = ["size_by_percent", "sizes_allowed"]

RULE = "size-by-percent"

Told = tuple[Entry, Reading, str]
"""A percentage that speaks against a size: its fact, the reading, and what it would be of."""


def size_by_percent(ledger: Ledger) -> Iterator[Check]:
    """Where the size of a group is printed differently, the percentages of the group tell which size can be right.

    A percentage is that of its count, or of some whole number, over the size of its group. If it is so for one printed
    size and not for another, it speaks against the other. All that speak against one size make one discrepancy.
    """
    for key, cohort in ledger.cohorts.items():
        sizes = [reading for reading in cohort.plain("size") if reading.anchors]
        for size in sizes if len(sizes) > 1 else ():
            against = [told for other in sizes if other is not size for told in _against(ledger, key, size, other)]
            keys = [cohort.key("size"), *(entry.key("percent") for entry, _, _ in against)]
            yield differs(_wrong_size(cohort, size, against), *keys) if against else agreed(RULE, *keys)


def sizes_allowed(ledger: Ledger, key: str) -> list[int]:
    """Those of the printed sizes of a cohort that no percentage speaks against."""
    sizes = [reading for reading in ledger.cohorts[key].plain("size") if reading.anchors]
    refuted = {one.value for one in sizes for other in sizes if one is not other and _against(ledger, key, one, other)}
    return [int(size.value) for size in sizes if size.value not in refuted]


def _against(ledger: Ledger, key: str, size: Reading, other: Reading) -> list[Told]:
    """Percentages of a group that fit the other size, and not this one."""
    told: list[Told] = []
    for entry, result in ledger.frequencies():
        base = ledger.base(entry, result)
        if base is None or (base.entry, base.name) != (ledger.cohorts[key], "size"):
            continue
        for percent in entry.plain("percent"):
            if percent.anchors and not _fits(entry, percent, int(size.value)):
                fits = _fits(entry, percent, int(other.value))
                told += [(entry, percent, f"{fits[0]}/{other.value}")] if fits else []
    return told


def _fits(entry: Entry, percent: Reading, size: int) -> list[int]:
    """The counts of `size` that are printed as this percentage; if counts are printed, those of them."""
    printed = [int(reading.value) for reading in entry.plain("events")]
    counts = printed or fitting_counts(percent.value, size)
    return [k for k in counts if k <= size and agreement(percent.value, Fraction(100 * k, size)) == "rounded"]


def _wrong_size(cohort: Entry, size: Reading, against: list[Told]) -> Discrepancy:
    anchors = dict.fromkeys(anchor for _, percent, _ in against for anchor in percent.anchors)
    n = int(size.value)
    right = dict.fromkeys(fits.partition("/")[2] for _, _, fits in against)
    return Discrepancy(
        paper=cohort.paper,
        rule=RULE,
        slug=f"{RULE}-{cohort.slug}-{n}",
        subject=f"size of {cohort.label}",
        a=cohort.side(str(n), size),
        b=Side(", ".join(f"{percent.value}%" for _, percent, _ in against), against[0][0].path, tuple(anchors)),
        recomputed="; ".join(dict.fromkeys(_both(entry, percent, fits, n) for entry, percent, fits in against)),
        note=f"{_named(against)} can be of {' or '.join(right)} patients, the size printed elsewhere, and not of {n}",
        where=cohort.where,
    )


def _both(entry: Entry, percent: Reading, fits: str, size: int) -> str:
    near = int(percent.value * size / 100)
    printed = [int(reading.value) for reading in entry.plain("events")]
    tried = [
        f"{k}/{size} = {show(Fraction(100 * k, size), digits(percent.value))}%" for k in printed or (near, near + 1)
    ]
    return f"{fits} = {percent.value}%, but {' and '.join(tried)}"


def _named(against: list[Told]) -> str:
    return ", ".join(f"{percent.value}% ({entry.subject.label})" for entry, percent, _ in against)
