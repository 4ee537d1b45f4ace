"""Tails and quantiles of the distributions that a meta-analysis needs, for whole degrees of freedom."""

from __future__ import annotations

from functools import cache
from math import atan, cos, erfc, exp, pi, sin, sqrt

__all__ = ["chi_squared_tail", "student_quantile", "student_tail"]


def chi_squared_tail(statistic: float, freedom: int) -> float:
    """Probability of at least this chi-squared value.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.4.4 (odd) and 26.4.5 (even degrees).

    Raises:
        ValueError: if the statistic is negative or there is no degree of freedom.
    """
    if statistic < 0 or freedom < 1:
        msg = f"expected a statistic of at least 0 and a degree of freedom, found {statistic} and {freedom}"
        raise ValueError(msg)
    half = statistic / 2
    if freedom % 2:
        tail, term, power = erfc(sqrt(half)), 2 * exp(-half) * sqrt(half / pi), 1.5
    else:
        tail, term, power = 0.0, exp(-half), 1.0
    for _ in range(freedom // 2):
        tail, term, power = tail + term, term * half / power, power + 1
    return min(1.0, tail)


def student_tail(value: float, freedom: int) -> float:
    """Probability of a value of Student's t that is at least this great.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 (odd) and 26.7.4 (even degrees).

    Raises:
        ValueError: if there is no degree of freedom.
    """
    if freedom < 1:
        msg = f"expected a degree of freedom, found {freedom}"
        raise ValueError(msg)
    angle = atan(value / sqrt(freedom))
    cosine = cos(angle)
    if freedom % 2:
        total, term, step = 0.0, cosine, 2
    else:
        total, term, step = 0.0, 1.0, 1
    for _ in range(freedom // 2):
        total, term, step = total + term, term * cosine * cosine * step / (step + 1), step + 2
    within = 2 / pi * (angle + sin(angle) * total) if freedom % 2 else sin(angle) * total
    return (1 - within) / 2


@cache
def student_quantile(probability: float, freedom: int) -> float:
    """The value that Student's t exceeds with probability 1 - `probability`: `student_tail` inverted by bisection.

    Raises:
        ValueError: if the probability is not between 0.5 and 1, or there is no degree of freedom.
    """
    if not 0.5 <= probability < 1:
        msg = f"expected a probability from 0.5 to below 1, found {probability}"
        raise ValueError(msg)
    low, high = 0.0, 1.0
    while student_tail(high, freedom) > 1 - probability:
        low, high = high, 2 * high
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if student_tail(middle, freedom) > 1 - probability else (low, middle)
    return high
