"""Percentages against counts: `percent-of-counts`, `percent-truncated` and `grim`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from marrowkg.audit.ledger import Base, Entry, Ledger
from marrowkg.audit.model import Check, Discrepancy, FigureKey, agreed, differs
from marrowkg.audit.partition import partitions
from marrowkg.audit.reading import Reading
from marrowkg.audit.rounding import Agreement, agreement, best, digits, show

__all__ = ["fitting_counts", "grim", "percent_of_counts", "percent_truncated"]

Trial = tuple[Entry, Base, Reading, Agreement, Fraction]


def _trials(ledger: Ledger) -> Iterator[Trial]:
    """Every printed percentage that has a count and a base, with how it relates to their quotient."""
    for entry, result in ledger.frequencies():
        base, events = ledger.base(entry, result), entry.plain("events")
        sizes = base.readings() if base else []
        if base is None or not events or not sizes:
            continue
        quotients = [Fraction(k.value) * 100 / Fraction(n.value) for k in events for n in sizes]
        for percent in _printed(entry):
            found = best([agreement(percent.value, quotient) for quotient in quotients])
            yield entry, base, percent, found, quotients[0]


def _printed(entry: Entry) -> list[Reading]:
    """The percentages that passages print; one that a curator derived is a matter of its formula."""
    return [reading for reading in entry.plain("percent") if reading.anchors]


def percent_of_counts(ledger: Ledger) -> Iterator[Check]:
    """A percentage is its count over its base, rounded as far as the print shows.

    The base is the cohort named by `percent of`, else the denominator, else the size of the cohort. A percentage that
    is cut instead of rounded is left to `percent-truncated`.
    """
    rule = "percent-of-counts"
    for entry, base, percent, found, exact in _trials(ledger):
        keys = (entry.key("percent"), entry.key("events"), base.entry.key(base.name))
        if found != "no":
            yield agreed(rule, *keys)
        else:
            note = _summed(ledger, entry, percent.value) or _fits_note(percent.value, int(base.readings()[0].value))
            yield differs(_mismatch(rule, (entry, base, percent), exact, note), *keys)


def percent_truncated(ledger: Ledger) -> Iterator[Check]:
    """A percentage is rounded, not cut after the last place that is printed."""
    rule = "percent-truncated"
    cut: dict[tuple[Decimal, Decimal, Decimal], list[Trial]] = {}
    for trial in _trials(ledger):
        entry, base, percent, found, _ = trial
        if found == "rounded":
            yield agreed(rule, *_keys(trial))
        elif found == "truncated":
            same = percent.value, entry.plain("events")[0].value, base.readings()[0].value
            cut.setdefault(same, []).append(trial)
    for trials in cut.values():
        yield differs(_cut(rule, trials), *(key for trial in trials for key in _keys(trial)))


def _keys(trial: Trial) -> tuple[FigureKey, ...]:
    entry, base = trial[0], trial[1]
    return entry.key("percent"), entry.key("events"), base.entry.key(base.name)


def _cut(rule: str, trials: list[Trial]) -> Discrepancy:
    """One discrepancy for all places in which the same count is cut to the same percentage."""
    entry, base, percent, _, exact = trials[0]
    note = f"cut after {_places(percent.value)} instead of rounded"
    one = _mismatch(rule, (entry, base, percent), exact, note)
    if len(trials) == 1:
        return one
    anchors = dict.fromkeys(anchor for trial in trials for anchor in trial[2].anchors)
    names = ", ".join(trial[0].label for trial in trials[:3]) + (", ..." if len(trials) > 3 else "")
    return replace(one, subject=f"{len(trials)} results: {names}", a=replace(one.a, anchors=tuple(anchors)))


def _mismatch(rule: str, trial: tuple[Entry, Base, Reading], exact: Fraction, note: str) -> Discrepancy:
    entry, base, percent = trial
    events, size = entry.plain("events")[0], base.readings()[0]
    places = digits(percent.value)
    quotient = f"{show(exact, places)}%"
    if places == 0 and exact.denominator != 1:
        quotient += f" ({show(exact, 1)}%)"
    counts = f"{events.value} of {size.value}"
    b = entry.side(counts, events)
    otherwise = {anchor for reading in entry.plain("events")[1:] for anchor in reading.anchors}
    sized = tuple(anchor for anchor in size.anchors if anchor not in otherwise)
    b = base.entry.side(counts, size) if not b.anchors else type(b)(counts, entry.path, (*b.anchors, *sized))
    return Discrepancy(
        paper=entry.paper,
        rule=rule,
        slug=f"{rule}-{entry.slug}-{str(percent.value).replace('.', '-')}",
        subject=entry.label,
        a=entry.side(entry.shown("percent", percent.value), percent),
        b=b,
        recomputed=f"{counts} = {quotient}",
        note=note,
        where=entry.where,
    )


def _summed(ledger: Ledger, whole: Entry, value: Decimal) -> str:
    """That the percentage is the sum of those printed for the parts, if it is."""
    for partition in partitions(ledger):
        if partition.parent == whole.cohort:
            parts = [
                entry.plain("percent")[0].value
                for entry, _ in ledger.frequencies()
                if entry.cohort in partition.parts and entry.subject == whole.subject and entry.plain("percent")
            ]
            if len(parts) > 1 and sum(parts) == value:
                return f"{value} is the sum of the percentages printed for the parts: {' + '.join(map(str, parts))}"
    return ""


def _places(value: Decimal) -> str:
    return {0: "the point", 1: "the first decimal"}.get(digits(value), f"{digits(value)} decimals")


def _fits_note(percent: Decimal, size: int) -> str:
    counts = fitting_counts(percent, size)
    if counts:
        return f"{percent}% of {size} would be {_listed(counts)}"
    return f"no count among {size} gives {percent}%"


def fitting_counts(percent: Decimal, size: int) -> list[int]:
    """The counts of `size` whose percentage is printed as `percent`, rounded or, failing that, cut."""
    near = int(Fraction(percent) * size / 100)
    tried = {k: agreement(percent, Fraction(100 * k, size)) for k in range(max(0, near - 60), min(size, near + 61) + 1)}
    rounded = [k for k, found in tried.items() if found == "rounded"]
    return rounded or [k for k, found in tried.items() if found == "truncated"]


def _listed(counts: list[int]) -> str:
    return str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"


def grim(ledger: Ledger) -> Iterator[Check]:
    """A percentage without a count must be that of some whole number over its base, at the precision of the print.

    Where the paper leaves the base open ("80.5% of patients"), the cohort is tried; smaller bases that fit are named.
    Source: Brown NJL, Heathers JAJ, Soc Psychol Personal Sci 2017;8:363-369, for means; the same holds for shares.
    """
    rule = "grim"
    for entry, result in ledger.frequencies():
        base = ledger.base(entry, result) or (ledger.whole(entry.cohort) if result.denominator == "unknown" else None)
        sizes = base.readings() if base else []
        if base is None or not sizes or entry.plain("events"):
            continue
        for percent in _printed(entry):
            keys = (entry.key("percent"), base.entry.key(base.name))
            if any(fitting_counts(percent.value, int(size.value)) for size in sizes):
                yield agreed(rule, *keys)
            else:
                yield differs(_impossible(ledger, entry, base, percent), *keys)


def _impossible(ledger: Ledger, entry: Entry, base: Base, percent: Reading) -> Discrepancy:
    rule, p = "grim", percent.value
    sizes = sorted((int(size.value) for size in base.readings()), reverse=True)
    tried = " or ".join(map(str, sizes))
    near = [f"{k}/{n} = {show(Fraction(100 * k, n), max(1, digits(p)))}%" for n in sizes for k in _around(p, n)]
    return Discrepancy(
        paper=entry.paper,
        rule=rule,
        slug=f"{rule}-{entry.slug}-{str(p).replace('.', '-')}",
        subject=entry.label,
        a=entry.side(entry.shown("percent", p), percent),
        b=base.entry.side(f"{tried} patients", *base.readings()),
        recomputed="; ".join(near),
        note=f"no count among {tried} gives {p}%; {_fitting(ledger, p, sizes[0])}",
        where=entry.where,
    )


def _around(percent: Decimal, size: int) -> list[int]:
    """The counts of `size` whose percentages lie on both sides of a print."""
    below = int(Fraction(percent) * size / 100)
    return [k for k in (below, below + 1) if k <= size]


def _fitting(ledger: Ledger, percent: Decimal, size: int) -> str:
    """What smaller groups the percentage fits; cut as well as rounded, where the paper cuts other percentages."""
    found = [(k, n) for n in range(size - 1, 1, -1) for k in fitting_counts(percent, n)]
    rounded = [f"{k}/{n}" for k, n in found if agreement(percent, Fraction(100 * k, n)) == "rounded"]
    cut = [f"{k}/{n}" for k, n in found if agreement(percent, Fraction(100 * k, n)) == "truncated"]
    told = [f"fits {_some(rounded)}"] if rounded else []
    if cut and any(trial[3] == "truncated" for trial in _trials(ledger)):
        told.append(f"cut instead of rounded, as elsewhere in the paper, fits {_some(cut)}")
    return f"it {', and '.join(told)}" if told else "nor does any smaller group"


def _some(fits: list[str]) -> str:
    return ", ".join(fits[:6]) + (" ..." if len(fits) > 6 else "")
