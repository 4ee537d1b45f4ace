"""Which of two prints of one number arithmetic supports, in words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from marrowkg.audit.ledger import Entry, Ledger
from marrowkg.audit.percent import fitting_counts
from marrowkg.audit.rounding import agreement, digits, show
from marrowkg.audit.size import sizes_allowed
from marrowkg.audit.table import patient_rows
from marrowkg.paper.result import Frequency

__all__ = ["support"]

_OPEN = "the other figures of the paper do not tell which is right"


def support(ledger: Ledger, entry: Entry, name: str, prints: Sequence[Decimal]) -> str:
    """What other figures of the paper say on two prints of one number of a fact."""
    result = entry.result
    if name == "percent" and isinstance(result, Frequency):
        told = _of_percent(ledger, entry, result, prints)
    elif name == "events" and isinstance(result, Frequency):
        told = _of_events(ledger, entry, result, prints)
    elif name == "size":
        told = _of_size(ledger, entry.cohort, prints)
    elif name == "value":
        told = _of_estimate(entry, prints)
    else:
        told = ""
    return told or _OPEN


def _of_percent(ledger: Ledger, entry: Entry, result: Frequency, prints: Sequence[Decimal]) -> str:
    base, events = ledger.base(entry, result), entry.plain("events")
    if base is None or not events or not base.readings():
        return ""
    k, n = events[0].value, base.readings()[0].value
    exact = Fraction(k) * 100 / Fraction(n)
    shown = f"{k} of {n} is {show(exact, max(1, *map(digits, prints)))}%"
    for how, words in (("rounded", ""), ("truncated", ", cut instead of rounded")):
        fits = [value for value in prints if agreement(value, exact) == how]
        if fits:
            return f"{shown}, which supports {fits[0]}%{words}"
    return f"{shown}, which supports neither"


def _of_events(ledger: Ledger, entry: Entry, result: Frequency, prints: Sequence[Decimal]) -> str:
    return (
        _by_rows(ledger, entry, result, prints)
        or _by_share(ledger, entry, result, prints)
        or _by_group(ledger, entry, prints)
    )


def _by_rows(ledger: Ledger, entry: Entry, result: Frequency, prints: Sequence[Decimal]) -> str:
    rows = patient_rows(ledger)
    if rows is None or rows.cohort != entry.cohort or result.qualifier:
        return ""
    counted = rows.found(result.frequency)
    return f"{counted.count} rows of the table have it, {_supported(counted.count, prints)}" if counted else ""


def _by_share(ledger: Ledger, entry: Entry, result: Frequency, prints: Sequence[Decimal]) -> str:
    base, percents = ledger.base(entry, result), [r for r in entry.plain("percent") if r.anchors]
    if base is None or not percents or not base.readings():
        return ""
    percent, n = percents[0].value, int(base.readings()[0].value)
    fits = fitting_counts(percent, n)
    inside = [value for value in prints if value in fits]
    shown = " or ".join(map(str, fits[:3]))
    return f"{percent}% of {n} would be {shown}, {_supported(inside[0] if inside else None, prints)}" if fits else ""


def _by_group(ledger: Ledger, entry: Entry, prints: Sequence[Decimal]) -> str:
    """By the percentages of the group that the same passages count."""
    places = {(anchor.passage.locator, anchor.passage.exact) for anchor in entry.anchors}
    for key in ledger.children.get(entry.cohort, []):
        same = {(anchor.passage.locator, anchor.passage.exact) for anchor in ledger.cohorts[key].anchors}
        if places & same:
            return _of_size(ledger, key, prints)
    return ""


def _of_size(ledger: Ledger, key: str, prints: Sequence[Decimal]) -> str:
    allowed = [value for value in prints if value in sizes_allowed(ledger, key)]
    if len(allowed) != 1 or len(prints) < 2:
        return ""
    return (
        f"the percentages printed for this group can be of {allowed[0]} patients only, {_supported(allowed[0], prints)}"
    )


def _of_estimate(entry: Entry, prints: Sequence[Decimal]) -> str:
    """By the middle of the confidence interval, where one of the prints is it."""
    ends = [entry.plain(name) for name in ("low", "high")]
    if not getattr(entry.result, "confidence_interval", None) or not all(ends):
        return ""
    middle = sum((Fraction(end[0].value) for end in ends), Fraction(0)) / 2
    fits = [value for value in prints if agreement(value, middle) == "rounded"]
    return f"the middle of its confidence interval is {fits[0]}" if len(fits) == 1 else ""


def _supported(value: Decimal | int | None, prints: Sequence[Decimal]) -> str:
    return f"which supports {value}" if value in prints else "which supports neither"
