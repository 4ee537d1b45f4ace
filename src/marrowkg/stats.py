"""Intervals for proportions: pure numbers, no RDF."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

__all__ = ["wilson_interval"]


def wilson_interval(events: int, denominator: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson score interval of a proportion, as fractions in [0, 1].

    Source: Wilson EB, J Am Stat Assoc 1927;22:209-212, without continuity correction.

    Raises:
        ValueError: if not 0 <= events <= denominator, denominator is 0, or confidence is not in (0, 1).
    """
    if denominator <= 0 or not 0 <= events <= denominator:
        msg = f"expected 0 <= events <= denominator and denominator > 0, found {events} of {denominator}"
        raise ValueError(msg)
    if not 0 < confidence < 1:
        msg = f"expected a confidence between 0 and 1, found {confidence}"
        raise ValueError(msg)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, z2n = events / denominator, z * z / denominator
    centre = (share + z2n / 2) / (1 + z2n)
    half = z / (1 + z2n) * sqrt(share * (1 - share) / denominator + z2n / (4 * denominator))
    low = 0.0 if events == 0 else max(0.0, centre - half)
    high = 1.0 if events == denominator else min(1.0, centre + half)
    return low, high
