"""Estimates and their intervals: `interval-position`, `pooled-survival` and `sensitivity`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from marrowkg.audit.ledger import Entry, Ledger
from marrowkg.audit.model import Check, Discrepancy, Side, agreed, differs
from marrowkg.audit.partition import Partition, partitions
from marrowkg.audit.percent import fitting_counts
from marrowkg.audit.reading import Reading
from marrowkg.audit.rounding import agreement, half_unit, show
from marrowkg.paper.result import Measurement, Survival

__all__ = ["interval_position", "pooled_survival", "sensitivity"]

Estimate = Measurement | Survival


def interval_position(ledger: Ledger) -> Iterator[Check]:
    """An estimate lies in its interval, and a mean in the middle of its confidence interval.

    A confidence interval of a mean is taken as symmetric, as it is from a t or normal distribution; a mean off the
    middle by more than the rounding of all three numbers allows does not belong to the interval.
    """
    rule = "interval-position"
    for entry, result in ledger.estimates():
        interval, central = result.interval(), result.central()
        ends = [entry.plain("low"), entry.plain("high")]
        if interval is None or central is None or not all(ends):
            continue
        low, high = ends[0][0], ends[1][0]
        keys = [entry.key(name) for name in ("value", "low", "high")]
        for value in entry.plain("value"):
            fault = _fault((value, low, high), mean=central[0] == "mean" and interval[0] == "confidence interval")
            yield differs(_outside(rule, entry, (value, low, high), fault), *keys) if fault else agreed(rule, *keys)


def _fault(numbers: tuple[Reading, Reading, Reading], *, mean: bool) -> str:
    value, low, high = (Fraction(r.value) for r in numbers)
    if not low <= value <= high:
        return "the interval does not hold its estimate"
    slack = half_unit(numbers[0].value) + (half_unit(numbers[1].value) + half_unit(numbers[2].value)) / 2
    middle = (low + high) / 2
    if mean and abs(middle - value) > slack:
        return f"the mean is not in the middle of its confidence interval, {show(middle, 2)}"
    return ""


def _outside(rule: str, entry: Entry, numbers: tuple[Reading, Reading, Reading], fault: str) -> Discrepancy:
    value, low, high = numbers
    return Discrepancy(
        paper=entry.paper,
        rule=rule,
        slug=f"{rule}-{entry.slug}-{str(value.value).replace('.', '-')}",
        subject=entry.label,
        a=entry.side(entry.shown("value", value.value), value),
        b=entry.side(f"{low.value} to {high.value}", low, high),
        recomputed=f"middle {show((Fraction(low.value) + Fraction(high.value)) / 2, 2)}",
        note=fault,
        where=entry.where,
    )


# ---- a group against its parts


def pooled_survival(ledger: Ledger) -> Iterator[Check]:
    """The median or mean of a cohort lies between those of the parts that make it up, as a rule.

    Of values that are all known this is certain: at the larger of the parts' medians at least half of each part, so of
    the whole, has had the event; the same from below. A Kaplan-Meier median can lie outside if censoring differs
    strongly between the parts. The parts are compared groups or columns of a table, and their sizes add up to the
    cohort.
    """
    for partition in partitions(ledger):
        sizes = [ledger.size(part) for part in partition.parts]
        if not all(sizes) or sum(s or 0 for s in sizes) != ledger.size(partition.parent):
            continue
        for entry, result in ledger.estimates():
            central = result.central()
            if entry.cohort == partition.parent and central and central[0] in ("median", "mean"):
                yield from _between(ledger, partition, entry, result)


def _between(ledger: Ledger, partition: Partition, whole: Entry, result: Estimate) -> Iterator[Check]:
    rule = "pooled-survival"
    found = {
        entry.cohort: (entry, entry.plain("value")[0])
        for entry, other in ledger.estimates()
        if entry.cohort in partition.parts and entry.plain("value") and _same_estimate(result, other)
    }
    if len(found) != len(partition.parts):
        return
    parts = [found[part] for part in partition.parts]
    low = min(Fraction(r.value) - half_unit(r.value) for _, r in parts)
    high = max(Fraction(r.value) + half_unit(r.value) for _, r in parts)
    keys = [entry.key("value") for entry in (whole, *(entry for entry, _ in parts))]
    for value in whole.plain("value"):
        inside = (
            low <= Fraction(value.value) + half_unit(value.value)
            and Fraction(value.value) - half_unit(value.value) <= high
        )
        yield agreed(rule, *keys) if inside else differs(_not_between(rule, whole, value, parts), *keys)


def _same_estimate(one: Estimate, other: Estimate) -> bool:
    kinds = [r.central() for r in (one, other)]
    statistic = bool(kinds[0] and kinds[1] and kinds[0][0] == kinds[1][0])
    start = [getattr(r, "from_", None) for r in (one, other)]
    alike = (one.subject, one.unit, one.qualifier) == (other.subject, other.unit, other.qualifier)
    return statistic and alike and (start[0] == start[1] or None in start)


def _not_between(rule: str, whole: Entry, value: Reading, parts: Sequence[tuple[Entry, Reading]]) -> Discrepancy:
    anchors = dict.fromkeys(anchor for _, reading in parts for anchor in reading.anchors)
    shown = [parts[0][0].shown("value", r.value) for _, r in parts]
    numbers = sorted(reading.value for _, reading in parts)
    beyond = "above" if value.value > numbers[-1] else "below"
    kind = (whole.result.central() or ("value",))[0] if isinstance(whole.result, Measurement | Survival) else "value"
    group = f"both {kind}s" if len(numbers) == 2 else f"all {kind}s"
    note = f"{beyond} {group} of its parts, {' and '.join(map(str, numbers))}; this cannot be"
    if isinstance(whole.result, Survival):
        note += ", unless censoring differs strongly between the groups"
    return Discrepancy(
        paper=whole.paper,
        rule=rule,
        slug=f"{rule}-{whole.slug}-{str(value.value).replace('.', '-')}",
        subject=whole.label,
        a=whole.side(whole.shown("value", value.value), value),
        b=Side(" and ".join(shown), parts[0][0].path, tuple(anchors)),
        recomputed=f"between {numbers[0]} and {numbers[-1]}",
        note=note,
        where=whole.where,
    )


# ---- sensitivity


def sensitivity(ledger: Ledger) -> Iterator[Check]:
    """A printed sensitivity is the share of those found among those who have it, where the paper counts both.

    The count is a frequency of the same thing in the same cohort, or in a part of it.
    """
    rule = "sensitivity"
    for entry, result in ledger.estimates():
        if not (isinstance(result, Measurement) and result.sensitivity and entry.plain("value")):
            continue
        value = entry.plain("value")[0]
        shares = list(_shares(ledger, entry))
        keys = [entry.key("value"), *(other.key("events") for other, _, _ in shares)]
        if any(agreement(value.value, share) == "rounded" for _, _, share in shares):
            yield agreed(rule, *keys)
        elif shares:
            yield differs(_other_share(rule, (entry, value), shares[0]), *keys)


def _shares(ledger: Ledger, entry: Entry) -> Iterator[tuple[Entry, str, Fraction]]:
    cohorts = {entry.cohort, *ledger.children.get(entry.cohort, [])}
    for other, result in ledger.frequencies():
        base = ledger.count_base(other, result)
        if other.cohort in cohorts and other.subject == entry.subject and base and base.readings():
            for events in other.plain("events"):
                n = base.readings()[0].value
                yield other, f"{events.value} of {n}", Fraction(events.value) * 100 / Fraction(n)


def _other_share(rule: str, stated: tuple[Entry, Reading], counted: tuple[Entry, str, Fraction]) -> Discrepancy:
    (entry, value), (other, counts, share) = stated, counted
    return Discrepancy(
        paper=entry.paper,
        rule=rule,
        slug=f"{rule}-{entry.slug}",
        subject=f"sensitivity of {other.label}",
        a=entry.side(f"{value.value}%", value),
        b=other.side(counts, *other.plain("events")),
        recomputed=f"{counts} = {show(share, 1)}%",
        note=f"{counts} is {show(share, 1)}%; {_near(value, counts)}",
        where=entry.where,
    )


def _near(value: Reading, counts: str) -> str:
    """The counts that would give the printed share: of the same base, or else those with the base nearest to it."""
    events, size = (int(Decimal(number)) for number in counts.split(" of "))
    bases = sorted(range(1, 2 * size), key=lambda n: (abs(n - size), n))
    fits = ((k, n) for n in bases for k in (events, *fitting_counts(value.value, n)) if k <= n)
    found = next(((k, n) for k, n in fits if agreement(value.value, Fraction(100 * k, n)) == "rounded"), None)
    return f"{value.value}% would be {found[0]} of {found[1]}" if found else f"nothing near gives {value.value}%"
