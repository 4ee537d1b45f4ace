"""Estimates in words: what text and forest plot both print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marrowkg.metaanalysis.analysis import Analysis, Pooled
    from marrowkg.metaanalysis.heterogeneity import Test
    from marrowkg.pooling.pooling import Pooling

__all__ = ["estimate", "heterogeneity", "interval", "opening", "percent", "remarks", "title"]


def percent(share: float) -> str:
    """A fraction in percent, to one decimal, halves up, as the percentages of the graph are."""
    return format((Decimal(repr(share)) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP), "f")


def interval(low: float, high: float) -> str:
    """Two fractions as an interval in percent."""
    return f"{percent(low)}–{percent(high)}"


def estimate(pooled: Pooled) -> str:
    """A share with its interval."""
    return f"{percent(pooled.share)} ({interval(pooled.low, pooled.high)})"


def title(pooling: Pooling) -> str:
    """What was pooled."""
    return f"Frequency of {pooling.finding} {f'in {pooling.condition}' if pooling.condition else 'by condition'}"


def opening(pooling: Pooling) -> str:
    """What was asked, and how it was taken."""
    if not pooling.pools:
        return "There is no count that may be pooled."
    if pooling.condition:
        return f"First-hand counts of whole cohorts with {pooling.condition}, narrower conditions included."
    return "No condition was named, so each is pooled by itself; patients may be counted under more than one condition."


def heterogeneity(analysis: Analysis) -> Iterator[tuple[str, str]]:
    """Names and values of what tells whether the cohorts differ."""
    found = analysis.heterogeneity
    if found is None or analysis.random is None:
        return
    yield "tau²", f"{analysis.random.tau2:.3f}"
    yield "I²", f"{found.i2:.0f} %"
    yield "likelihood ratio", _test(found.ratio)
    yield "Wald", _test(found.wald) if found.wald else "not defined: none or all of a cohort had it"


def _test(test: Test) -> str:
    p = "p < 0.001" if test.p < 0.001 else f"p = {test.p:.3f}"
    return f"χ² = {test.statistic:.2f}, df = {test.freedom}, {p}"


def remarks(wider: Mapping[str, int], single_patients: Mapping[str, int]) -> Sequence[str]:
    """What else there is: conditions that would pool more, and patients told of one by one."""
    more = [f"{cohorts} cohorts can be pooled under {name!r}" for name, cohorts in wider.items()]
    singles = [
        f"{paper} also tells of {count} single patient{'s' * (count != 1)}, who are no count of a cohort"
        for paper, count in single_patients.items()
    ]
    return [*more, *singles]
