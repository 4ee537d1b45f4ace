"""The random-intercept logistic model, fitted by maximum likelihood: what metafor calls rma.glmm(measure = "PLO")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from marrowkg.metaanalysis.count import Count
from marrowkg.metaanalysis.likelihood import Likelihood, likelihood, logit

__all__ = ["Fit", "fit_common", "fit_random"]

_GRID = tuple(0.02 * 2**i for i in range(9))
"""Standard deviations at which the profile of the likelihood is looked at first: 0.02 to 5.12 logits.

With a standard deviation of 5 logits one cohort has next to none and the next has next to all: no longer one frequency.
"""


@dataclass(frozen=True, slots=True)
class Fit:
    """Estimates on the scale of the logit; `tau2` is the variance between cohorts, 0 in the common-effect model."""

    mu: float
    se: float
    tau2: float
    log_likelihood: float


def fit_common(counts: Sequence[Count]) -> Fit | None:
    """One proportion for all cohorts: the logit of all events among all members, whose variance is 1 / (N p (1 - p)).

    None if nobody or everybody had the event, for the logit is infinite then.
    """
    whole = Count(sum(count.events for count in counts), sum(count.size for count in counts))
    if whole.is_extreme:
        return None
    mu = logit(whole.share)
    se = 1 / sqrt(whole.size * whole.share * (1 - whole.share))
    return Fit(mu, se, 0.0, likelihood(_ordered(counts), mu, 0.0).value)


def fit_random(counts: Sequence[Count]) -> Fit | None:
    """The mean logit and the variance of the logits between cohorts with the greatest likelihood.

    The standard error of the mean is from the inverse of the observed information of mean and standard deviation,
    as R's lme4 and so metafor have it; where the variance is 0, it is that of the common effect.

    None if the likelihood has no maximum: nobody or everybody had the event, or it grows with the variance to the
    end of what is looked at, as with 0 of 10 beside 10 of 10.
    """
    common = fit_common(counts)
    if common is None:
        return None
    ordered = _ordered(counts)
    best, place, slope, mu = common, -1, 0.0, common.mu
    for index, tau in enumerate(_GRID):
        mu, here = _profile(ordered, mu, tau)
        if here.value > best.log_likelihood:
            best, place, slope = Fit(mu, 0.0, tau * tau, here.value), index, here.tau
    if place == len(_GRID) - 1:
        return None
    # above 0 at tau = 0 means that the likelihood grows as soon as the cohorts may differ
    if place < 0 and likelihood(ordered, common.mu, 0.0).tau_tau <= 0:
        return common
    # there may be a maximum at 0 and another one: the best of the grid and its slope tell where the higher one is
    first = place if slope > 0 else max(place, 0) - 1
    return _refined(ordered, best.mu, _GRID[first] if first >= 0 else 0.0, _GRID[first + 1])


def _ordered(counts: Sequence[Count]) -> tuple[Count, ...]:
    """By size and events, so that sums of floats do not depend on the order given."""
    return tuple(sorted(counts, key=lambda count: (count.size, count.events)))


def _profile(counts: tuple[Count, ...], mu: float, tau: float) -> tuple[float, Likelihood]:
    """The best mean for this standard deviation: Newton's method on what is concave, since both factors are."""
    for _ in range(100):
        here = likelihood(counts, mu, tau)
        step = max(-2.0, min(2.0, -here.mu / here.mu_mu))
        if abs(step) <= 1e-11 * (1 + abs(mu)):
            break
        mu += step
    return mu, here


def _refined(counts: tuple[Count, ...], mu: float, low: float, high: float) -> Fit:
    """Where the profile is level between two standard deviations; its slope is that of tau alone.

    The false position (Illinois) between the two, and half the way where that would move one end only.
    """
    at_low, at_high = _slope(counts, mu, low), _slope(counts, mu, high)
    for _ in range(100):
        tau = (low * at_high - high * at_low) / (at_high - at_low) if low else (low + high) / 2
        mu, here = _profile(counts, mu, tau)
        if here.tau > 0:
            low, at_low, at_high = tau, here.tau, at_high / 2
        else:
            high, at_high, at_low = tau, here.tau, at_low / 2
        if high - low <= 1e-9 * (1 + high) or abs(here.tau) <= 1e-12:
            break
    information = here.mu_mu * here.tau_tau - here.mu_tau**2
    return Fit(mu, sqrt(-here.tau_tau / information), tau * tau, here.value)


def _slope(counts: tuple[Count, ...], mu: float, tau: float) -> float:
    return _profile(counts, mu, tau)[1].tau
