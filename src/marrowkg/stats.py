"""Intervals for proportions, and tests of two of them: pure numbers, no RDF."""

from __future__ import annotations

from math import comb, erfc, sqrt
from statistics import NormalDist

__all__ = ["chi_squared", "chi_squared_tail", "fisher_exact", "wilson_interval"]


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


def fisher_exact(a: int, b: int, c: int, d: int) -> float:
    """Two-sided p of Fisher's exact test for the table [[a, b], [c, d]].

    The sum of the probabilities of all tables with these margins that are not more probable than the one observed.
    Source: Fisher RA, J R Stat Soc 1922;85:87-94; two-sided after Freeman and Halton, Biometrika 1951;38:141-149.

    Raises:
        ValueError: if a cell is negative.
    """
    if min(a, b, c, d) < 0:
        msg = f"expected counts of at least 0, found {a}, {b}, {c}, {d}"
        raise ValueError(msg)
    row, column, total = a + b, a + c, a + b + c + d

    def weight(k: int) -> int:
        return comb(row, k) * comb(total - row, column - k)

    observed = weight(a)
    tables = (weight(k) for k in range(max(0, column - (total - row)), min(row, column) + 1))
    # The integers are exact, so that equally probable tables count as such without a tolerance.
    return sum(w for w in tables if w <= observed) / comb(total, column)


def chi_squared(a: int, b: int, c: int, d: int, *, corrected: bool = False) -> float:
    """Pearson's chi-squared statistic of the table [[a, b], [c, d]], 1 degree of freedom; Yates-corrected on demand.

    Raises:
        ValueError: if a margin of the table is 0.
    """
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins <= 0:
        msg = f"expected positive margins, found the table {a}, {b}, {c}, {d}"
        raise ValueError(msg)
    total = a + b + c + d
    off = float(abs(a * d - b * c))
    if corrected:
        off = max(0.0, off - total / 2)
    return total * off * off / margins


def chi_squared_tail(statistic: float) -> float:
    """Probability of at least this chi-squared value with 1 degree of freedom: erfc(sqrt(x / 2)).

    Raises:
        ValueError: if the statistic is negative.
    """
    if statistic < 0:
        msg = f"expected a statistic of at least 0, found {statistic}"
        raise ValueError(msg)
    return erfc(sqrt(statistic / 2))
