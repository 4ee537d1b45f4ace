"""Whether cohorts differ by more than chance, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from marrowkg.metaanalysis.count import Count
from marrowkg.metaanalysis.likelihood import logit
from marrowkg.metaanalysis.tail import chi_squared_tail

__all__ = ["Heterogeneity", "Test", "heterogeneity", "i_squared", "likelihood_ratio", "wald"]


@dataclass(frozen=True, slots=True)
class Test:
    """A chi-squared statistic and the probability of one at least as great where all cohorts have one proportion."""

    __test__ = False

    statistic: float
    freedom: int
    p: float


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """The two tests that metafor's rma.glmm prints, and I^2 in percent.

    `wald` is None where none or all of a cohort had the event, for its logit is infinite.
    """

    ratio: Test
    wald: Test | None
    i2: float


def heterogeneity(counts: Sequence[Count], tau2: float) -> Heterogeneity:
    """The tests of two or more cohorts, and I^2 for the estimated variance between them."""
    return Heterogeneity(likelihood_ratio(counts), wald(counts), i_squared(counts, tau2))


def likelihood_ratio(counts: Sequence[Count]) -> Test:
    """Twice the log-likelihood that a proportion for each cohort gains over one for all.

    Source: documentation of metafor's rma.glmm, "Tests for (Residual) Heterogeneity" (LRT); the statistic is G^2 of the
    table of cohorts by event.

    Raises:
        ValueError: if there are fewer than two cohorts.
    """
    events, size = sum(count.events for count in counts), sum(count.size for count in counts)
    cells = [(count.events, count.size * events / size) for count in counts]
    cells += [(count.size - count.events, count.size * (size - events) / size) for count in counts]
    statistic = 2 * sum(sorted(observed * log(observed / expected) for observed, expected in cells if observed))
    return _test(max(0.0, statistic), len(counts))


def wald(counts: Sequence[Count]) -> Test | None:
    """The logits of the cohorts against their mean, weighted by n p (1 - p); None where a logit is infinite.

    Source: documentation of metafor's rma.glmm, "Tests for (Residual) Heterogeneity" (Wld): the Wald test of the
    coefficients that tell the cohorts apart in the saturated model.

    Raises:
        ValueError: if there are fewer than two cohorts.
    """
    if any(count.is_extreme for count in counts):
        return None
    ordered = sorted(counts, key=lambda count: (count.size, count.events))
    weights = [count.size * count.share * (1 - count.share) for count in ordered]
    logits = [logit(count.share) for count in ordered]
    mean = sum(w * y for w, y in zip(weights, logits, strict=True)) / sum(weights)
    return _test(sum(w * (y - mean) ** 2 for w, y in zip(weights, logits, strict=True)), len(counts))


def i_squared(counts: Sequence[Count], tau2: float) -> float:
    """100 tau^2 / (tau^2 + v), where v is the variance within a typical cohort.

    v is (k - 1) S1 / (S1^2 - S2) with the sums S1 of the weights and S2 of their squares; a weight is the inverse of
    the variance of a cohort's logit, 1 / events + 1 / (size - events), with 1/2 added to both where one is 0.
    Source: Higgins and Thompson, Stat Med 2002;21:1539-1558, as in the documentation of metafor's print.rma.

    Raises:
        ValueError: if there are fewer than two cohorts.
    """
    weights = sorted(1 / _logit_variance(count) for count in counts)
    if len(weights) < 2:
        msg = f"expected two cohorts or more, found {len(weights)}"
        raise ValueError(msg)
    first, second = sum(weights), sum(weight * weight for weight in weights)
    typical = (len(weights) - 1) * first / (first * first - second)
    return 100 * tau2 / (tau2 + typical)


def _logit_variance(count: Count) -> float:
    added = 0.5 if count.is_extreme else 0.0
    return 1 / (count.events + added) + 1 / (count.size - count.events + added)


def _test(statistic: float, cohorts: int) -> Test:
    return Test(statistic, cohorts - 1, chi_squared_tail(statistic, cohorts - 1))
