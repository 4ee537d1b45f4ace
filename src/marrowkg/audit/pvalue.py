"""Probabilities of tests: `p-from-statistic` and `p-from-counts`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from marrowkg.audit.ledger import Entry, Ledger
from marrowkg.audit.model import Anchor, Check, Discrepancy, FigureKey, Side, agreed, differs
from marrowkg.audit.percent import fitting_counts
from marrowkg.audit.reading import Reading
from marrowkg.audit.rounding import digits, half_unit
from marrowkg.paper.result import Comparison, Frequency
from marrowkg.stats import chi_squared, chi_squared_tail, fisher_exact

__all__ = ["p_from_counts", "p_from_statistic"]

_CHI_SQUARED = re.compile(r"log-?rank|chi|\u03c7", re.IGNORECASE)


def _allows(p: Reading, low: float, high: float) -> str:
    """How a printed p relates to an exact one in [low, high]: `rounded`, `truncated`, or `no`."""
    printed, half = float(p.value), float(half_unit(p.value))
    if p.comparator:
        fits = {"<": low < printed, "<=": low <= printed, ">": high > printed, ">=": high >= printed}
        return "rounded" if fits.get(p.comparator, True) else "no"
    tiny = 1e-12
    if low - half - tiny <= printed <= high + half + tiny:
        return "rounded"
    return "truncated" if low - 2 * half < printed <= high else "no"


def p_from_statistic(ledger: Ledger) -> Iterator[Check]:
    """The printed p is the tail of the chi-squared distribution (1 degree of freedom) beyond the printed statistic.

    For log-rank and chi-squared tests of two groups. The statistic may be any that rounds to the print.
    """
    rule = "p-from-statistic"
    for entry, result in ledger.comparisons():
        statistic, ps = entry.plain("test value"), entry.readings("p")
        if not (statistic and ps and _CHI_SQUARED.search(result.test or "")):
            continue
        value = statistic[0].value
        half = float(half_unit(value))
        low, high = (chi_squared_tail(max(0.0, float(value) + off)) for off in (half, -half))
        keys = [entry.key("p"), entry.key("test value")]
        for p in ps:
            how = _allows(p, low, high)
            if how == "rounded":
                yield agreed(rule, *keys)
            else:
                exact = chi_squared_tail(float(value))
                note = f"{p.value} is not the p of this statistic, {exact:.4f}"
                if how == "truncated":
                    note = f"{exact:.4f} is cut to {p.value}; rounded it is {round(exact, digits(p.value))}"
                yield differs(_other_p(rule, (entry, p, statistic[0]), chi_squared_tail(float(value)), note), *keys)


def _other_p(rule: str, stated: tuple[Entry, Reading, Reading], exact: float, note: str) -> Discrepancy:
    entry, p, statistic = stated
    return Discrepancy(
        paper=entry.paper,
        rule=rule,
        slug=f"{rule}-{entry.slug}",
        subject=entry.label,
        a=entry.side(f"p {p.comparator or '='} {p.value}", p),
        b=entry.side(f"chi-squared {statistic.value}", statistic),
        recomputed=f"p = {exact:.4f}",
        note=note,
        where=entry.where,
    )


# ---- from two frequencies


@dataclass(frozen=True, slots=True)
class _Group:
    """One of two compared groups: the counts and sizes it can have had (a few of many), and where they come from."""

    entry: Entry
    tables: Sequence[tuple[int, int]]
    shown: str
    anchors: tuple[Anchor, ...]
    keys: tuple[FigureKey, ...]


def p_from_counts(ledger: Ledger) -> Iterator[Check]:
    """The printed p of two compared frequencies is that of Fisher's exact or of a chi-squared test of their counts.

    Where the paper gives only percentages, the counts are tried that they can stand for; where it does not give the
    size of a group, the sizes that a count with its percentage implies. The p is a mismatch only if it lies outside
    what every test (exact, chi-squared with or without Yates' correction) gives over all of these.
    """
    rule = "p-from-counts"
    for entry, result in ledger.comparisons():
        groups = [_group(ledger, entry, result, key) for key in (result.in_, result.with_)]
        a, b = groups
        if a is None or b is None or not entry.readings("p"):
            continue
        tests = [_tests(*one, *other) for one in a.tables for other in b.tables]
        for p in entry.readings("p"):
            keys = [entry.key("p"), *a.keys, *b.keys]
            fits = any(_allows(p, min(values), max(values)) != "no" for values in _by_test(tests).values())
            yield agreed(rule, *keys) if fits else differs(_unlike(rule, (entry, p), (a, b), tests), *keys)


def _group(ledger: Ledger, comparison: Entry, result: Comparison, cohort: str) -> _Group | None:
    for entry, frequency in ledger.frequencies():
        alike = entry.subject == comparison.subject and frequency.when == result.when
        if not (entry.cohort == cohort and alike and frequency.qualifier == result.qualifier):
            continue
        sizes = _sizes(ledger, entry, frequency)
        events, percent = entry.plain("events"), entry.plain("percent")
        if not sizes or not (events or percent):
            continue
        used, name = (events or percent)[0], "events" if events else "percent"
        tables = [(k, n) for n in sizes for k in ([int(used.value)] if events else fitting_counts(used.value, n))]
        if tables:
            span = str(sizes[0]) if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
            shown = f"{used.value}{'' if events else '%'} of {span}"
            return _Group(entry, _few(tables), shown, used.anchors, (entry.key(name),))
    return None


def _few(tables: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The first and the last, and some between."""
    step = max(1, len(tables) // 12)
    return list(dict.fromkeys((*tables[::step], tables[-1])))


def _sizes(ledger: Ledger, entry: Entry, frequency: Frequency) -> list[int]:
    """The sizes that a group can have: as printed, else as counts with percentages in the cohort imply."""
    base = ledger.count_base(entry, frequency)
    if base and base.readings():
        return [int(base.readings()[0].value)]
    for other, _ in ledger.frequencies():
        events, percent = other.plain("events"), other.plain("percent")
        if other.cohort == entry.cohort and events and percent and percent[0].value and not frequency.percent_of:
            share, half = Fraction(percent[0].value), half_unit(percent[0].value)
            low, high = (100 * Fraction(events[0].value) / (share + off) for off in (half, -half))
            return list(range(ceil(low), int(high) + 1))
    return []


def _by_test(tests: Sequence[dict[str, float]]) -> dict[str, list[float]]:
    names = dict.fromkeys(name for values in tests for name in values)
    return {name: [values[name] for values in tests if name in values] for name in names}


def _tests(k: int, n: int, m: int, o: int) -> dict[str, float]:
    table = (k, n - k, m, o - m)
    found = {"Fisher": fisher_exact(*table)}
    if 0 < k + m < n + o:
        found["chi-squared"] = chi_squared_tail(chi_squared(*table))
        found["Yates"] = chi_squared_tail(chi_squared(*table, corrected=True))
    return found


def _unlike(
    rule: str, stated: tuple[Entry, Reading], groups: tuple[_Group, _Group], tests: Sequence[dict[str, float]]
) -> Discrepancy:
    entry, p = stated
    one, other = groups
    recomputed = "; ".join(f"{name} p = {_span(values)}" for name, values in _by_test(tests).items())
    return Discrepancy(
        paper=entry.paper,
        rule=rule,
        slug=f"{rule}-{entry.slug}",
        subject=entry.label,
        a=entry.side(f"p {p.comparator or '='} {p.value}", p),
        b=Side(
            f"{one.shown} against {other.shown}", one.entry.path, tuple(dict.fromkeys((*one.anchors, *other.anchors)))
        ),
        recomputed=recomputed,
        note="no usual test of these counts gives the printed p",
        where=entry.where,
    )


def _span(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    return f"{low:.3g}" if f"{low:.3g}" == f"{high:.3g}" else f"{low:.3g} to {high:.3g}"
