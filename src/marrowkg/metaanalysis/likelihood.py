"""The binomial-normal likelihood: logits that are normal across cohorts, counts that are binomial in each.

Source of the model: Stijnen, Hamza, Özdemir, Stat Med 2010;29:3046-3067; of the quadrature: Pinheiro and Bates,
J Comput Graph Stat 1995;4:12-35.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, exp, log, log1p, pi, sqrt

from marrowkg.metaanalysis.count import Count
from marrowkg.metaanalysis.hermite import gauss_hermite

__all__ = ["Likelihood", "cohort_likelihood", "expit", "likelihood", "logit"]

NODES = 25
"""Nodes of the quadrature: the log-likelihood is right to 5 digits up to tau = 4. metafor takes 7 by default."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Log-likelihood of counts at (mu, tau), with its first and second derivatives."""

    value: float = 0.0
    mu: float = 0.0
    tau: float = 0.0
    mu_mu: float = 0.0
    mu_tau: float = 0.0
    tau_tau: float = 0.0

    def __add__(self, other: Likelihood) -> Likelihood:
        return Likelihood(
            self.value + other.value,
            self.mu + other.mu,
            self.tau + other.tau,
            self.mu_mu + other.mu_mu,
            self.mu_tau + other.mu_tau,
            self.tau_tau + other.tau_tau,
        )


def logit(share: float) -> float:
    """Log odds of a proportion between 0 and 1."""
    return log(share / (1 - share))


def expit(value: float) -> float:
    """The proportion with these log odds."""
    return 1 / (1 + exp(-value)) if value >= 0 else exp(value) / (1 + exp(value))


def likelihood(counts: tuple[Count, ...], mu: float, tau: float) -> Likelihood:
    """The log-likelihood of independent cohorts with mean logit `mu` and standard deviation `tau` of the logits."""
    return sum((cohort_likelihood(count, mu, tau) for count in counts), Likelihood())


def cohort_likelihood(count: Count, mu: float, tau: float) -> Likelihood:
    """The log of the integral of Binomial(events; size, expit(mu + tau z)) times the standard normal density of z.

    Adaptive Gauss-Hermite quadrature: nodes around the mode of the integrand, scaled by its curvature there. The
    derivatives follow from expectations over z given the events (Louis TA, J R Stat Soc B 1982;44:226-233).
    """
    mode, spread = _mode(count, mu, tau)
    points, logs = [], []
    for node, weight in gauss_hermite(NODES):
        z = mode + sqrt(2) * spread * node
        points.append((z, expit(mu + tau * z)))
        logs.append(_log_binomial(count, mu + tau * z) - z * z / 2 + node * node + log(weight))
    top = max(logs)
    weights = [exp(value - top) for value in logs]
    total = sum(weights)
    constant = log(comb(count.size, count.events)) + log(spread / sqrt(pi))
    return _with_derivatives(count, points, [weight / total for weight in weights], constant + top + log(total))


def _with_derivatives(
    count: Count, points: list[tuple[float, float]], weights: list[float], value: float
) -> Likelihood:
    moments = [0.0] * 5
    for (z, share), weight in zip(points, weights, strict=True):
        rest = count.events - count.size * share
        bend = rest * rest - count.size * share * (1 - share)
        for place, term in enumerate((rest, rest * z, bend, bend * z, bend * z * z)):
            moments[place] += weight * term
    mu, tau, mu_mu, mu_tau, tau_tau = moments
    return Likelihood(value, mu, tau, mu_mu - mu * mu, mu_tau - mu * tau, tau_tau - tau * tau)


def _log_binomial(count: Count, eta: float) -> float:
    """Without the binomial coefficient."""
    softplus = eta + log1p(exp(-eta)) if eta > 0 else log1p(exp(eta))
    return count.events * eta - count.size * softplus


def _mode(count: Count, mu: float, tau: float) -> tuple[float, float]:
    """Where the integrand is greatest, and the standard deviation of the normal curve that touches it there.

    The slope of its logarithm falls all the way and changes sign between the two bounds, so Newton's step is taken
    where it stays between them and half the way where it does not.
    """
    low, high = tau * (count.events - count.size), tau * count.events
    z = min(max(0.0, low), high)
    for _ in range(100):
        share = expit(mu + tau * z)
        slope = tau * (count.events - count.size * share) - z
        curvature = count.size * tau * tau * share * (1 - share) + 1
        low, high = (z, high) if slope > 0 else (low, z)
        step = z + slope / curvature
        step = step if low <= step <= high else (low + high) / 2
        if abs(step - z) <= 1e-12 * (1 + abs(z)):
            break
        z = step
    return z, 1 / sqrt(curvature)
