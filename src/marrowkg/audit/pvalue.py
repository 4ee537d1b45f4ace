"""Probabilities of tests: `p-from-statistic` and `p-from-counts`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from marrowkg.audit.ledger import Entry, Ledger
from marrowkg.audit.model import Anchor, Check, Discrepancy, FigureKey, Side, agreed, differs
from marrowkg.audit.percent import fitting_counts
from marrowkg.audit.reading import Reading
from marrowkg.audit.rounding import half_unit
from marrowkg.paper.result import Comparison
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
                note = "cut instead of rounded" if how == "truncated" else "not the p of this statistic"
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
    """One of two compared groups: the counts it can have had, and where they come from."""

    entry: Entry
    counts: Sequence[int]
    size: int
    shown: str
    anchors: tuple[Anchor, ...]
    keys: tuple[FigureKey, ...]


def p_from_counts(ledger: Ledger) -> Iterator[Check]:
    """The printed p of two compared frequencies is that of Fisher's exact test or of a chi-squared test of their counts.

    Where the paper gives only percentages, every count is tried that a percentage can stand for. The p is a mismatch
    only if no test (exact, chi-squared with or without Yates' correction) on any of these counts gives it.
    """
    rule = "p-from-counts"
    for entry, result in ledger.comparisons():
        groups = [_group(ledger, entry, result, key) for key in (result.in_, result.with_)]
        a, b = groups
        if a is None or b is None or not entry.readings("p"):
            continue
        if len(a.counts) * len(b.counts) > 400:
            continue
        tests = [_tests(k, a.size, m, b.size) for k in a.counts for m in b.counts]
        for p in entry.readings("p"):
            keys = [entry.key("p"), *a.keys, *b.keys]
            fits = any(_allows(p, value, value) != "no" for values in tests for value in values.values())
            yield agreed(rule, *keys) if fits else differs(_unlike(rule, (entry, p), (a, b), tests), *keys)


def _group(ledger: Ledger, comparison: Entry, result: Comparison, cohort: str) -> _Group | None:
    for entry, frequency in ledger.frequencies():
        alike = entry.subject == comparison.subject and frequency.when == result.when
        if not (entry.cohort == cohort and alike and frequency.qualifier == result.qualifier):
            continue
        base = ledger.count_base(entry, frequency)
        sizes = base.readings() if base else []
        if base is None or not sizes:
            continue
        size, events, percent = int(sizes[0].value), entry.plain("events"), entry.plain("percent")
        name = "events" if events else "percent"
        counts = [int(events[0].value)] if events else fitting_counts(percent[0].value, size) if percent else []
        if not counts:
            continue
        used = (events or percent)[0]
        shown = f"{used.value}{'' if events else '%'} of {size}"
        keys = (entry.key(name), base.entry.key(base.name))
        return _Group(entry, counts, size, shown, (*used.anchors, *sizes[0].anchors), keys)
    return None


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
    names = dict.fromkeys(name for values in tests for name in values)
    spans = ((name, [values[name] for values in tests if name in values]) for name in names)
    recomputed = "; ".join(f"{name} p = {_span(values)}" for name, values in spans)
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
