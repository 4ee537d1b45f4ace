"""Cohorts pooled: common effect, random effects, heterogeneity, prediction, and each cohort left out in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from marrowkg.metaanalysis.count import Count
from marrowkg.metaanalysis.glmm import Fit, fit_common, fit_random
from marrowkg.metaanalysis.heterogeneity import Heterogeneity, heterogeneity
from marrowkg.metaanalysis.likelihood import expit
from marrowkg.metaanalysis.tail import student_quantile
from marrowkg.stats import wilson_interval

__all__ = ["Analysis", "Pooled", "analyse", "prediction_interval"]

FEWEST_FOR_PREDICTION = 3
"""Cohorts below which the variance between them says too little to predict the next one."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled proportion with its 95 % interval, as fractions; logit, its standard error and tau^2 where modelled."""

    share: float
    low: float
    high: float
    logit: float | None = None
    se: float | None = None
    tau2: float | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """The cohorts as one: what is None could not be estimated, and `analyse` says when that is."""

    counts: tuple[Count, ...]
    common: Pooled
    random: Pooled | None
    heterogeneity: Heterogeneity | None
    prediction: tuple[float, float] | None
    without: tuple[Pooled | None, ...] = ()

    @property
    def best(self) -> Pooled:
        """The random-effects estimate, or else the common one."""
        return self.random or self.common


def analyse(counts: Sequence[Count]) -> Analysis:
    """Pool the cohorts.

    One cohort has its Wilson interval and nothing else. From two on there are both models and the heterogeneity, and
    from three on the prediction interval and the estimate without each cohort (of two, that would be the other one).
    `random` is None where the likelihood has no maximum (see `fit_random`), and then there is no prediction either.

    Raises:
        ValueError: if there is no cohort.
    """
    if not counts:
        msg = "expected at least one cohort, found none"
        raise ValueError(msg)
    common = _common(counts)
    if len(counts) == 1:
        return Analysis(tuple(counts), common, None, None, None)
    random = _random(counts)
    tests = heterogeneity(counts, random.tau2 or 0.0) if random and random.tau2 is not None else None
    if len(counts) < FEWEST_FOR_PREDICTION:
        return Analysis(tuple(counts), common, random, tests, None)
    left = tuple(_random([*counts[:place], *counts[place + 1 :]]) for place in range(len(counts)))
    further = prediction_interval(random, len(counts)) if random else None
    return Analysis(tuple(counts), common, random, tests, further, left)


def prediction_interval(pooled: Pooled, cohorts: int, confidence: float = 0.95) -> tuple[float, float]:
    """Where the true proportion of a further cohort is expected: logit ± t sqrt(tau^2 + se^2), as fractions.

    t is the quantile of Student's t with k - 1 degrees of freedom: the default of R's meta since version 8
    (method.predict = "V", after Veroniki et al., Res Synth Methods 2019;10:23-43), and metafor's with test = "t".

    Raises:
        ValueError: if there are fewer than three cohorts, or the proportion was not modelled.
    """
    if cohorts < FEWEST_FOR_PREDICTION or pooled.logit is None or pooled.se is None or pooled.tau2 is None:
        msg = f"expected a modelled proportion of three cohorts or more, found {pooled} of {cohorts}"
        raise ValueError(msg)
    half = student_quantile((1 + confidence) / 2, cohorts - 1) * sqrt(pooled.tau2 + pooled.se**2)
    return expit(pooled.logit - half), expit(pooled.logit + half)


def _common(counts: Sequence[Count]) -> Pooled:
    """All as one cohort: Wilson's interval for one cohort, or where the logit is infinite, and Wald's of the logit."""
    fit = fit_common(counts)
    if fit is not None and len(counts) > 1:
        return _pooled(fit)
    events, size = sum(count.events for count in counts), sum(count.size for count in counts)
    return Pooled(events / size, *wilson_interval(events, size))


def _random(counts: Sequence[Count]) -> Pooled | None:
    fit = fit_random(counts)
    return _pooled(fit) if fit else None


def _pooled(fit: Fit, confidence: float = 0.95) -> Pooled:
    half = NormalDist().inv_cdf((1 + confidence) / 2) * fit.se
    return Pooled(expit(fit.mu), expit(fit.mu - half), expit(fit.mu + half), fit.mu, fit.se, fit.tau2)
