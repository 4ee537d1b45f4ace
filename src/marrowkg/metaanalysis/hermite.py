"""Gauss-Hermite quadrature."""

from __future__ import annotations

from functools import cache
from math import pi, sqrt

__all__ = ["gauss_hermite"]

_STEP = 0.01


@cache
def gauss_hermite(count: int) -> tuple[tuple[float, float], ...]:
    """Nodes t and weights w with which the sum of w f(t) is the integral of exp(-t^2) f(t), by ascending node.

    Exact where f is a polynomial of a degree below 2 `count`. The nodes are the zeros of the orthonormal Hermite
    polynomial, found by bisection between its changes of sign; w = 2 / (derivative there)^2.
    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 25.4.46.

    Raises:
        ValueError: if `count` is not from 1 to 40.
    """
    if not 1 <= count <= 40:
        msg = f"expected 1 to 40 nodes, found {count}"
        raise ValueError(msg)
    steps = range(1, int(sqrt(2 * count + 1) / _STEP) + 1)
    positive = [_zero(count, step * _STEP) for step in steps if _turns(count, step)]
    nodes = [-node for node in reversed(positive)] + [0.0] * (count % 2) + positive
    return tuple((node, 1 / (count * _polynomial(count - 1, node) ** 2)) for node in nodes)


def _polynomial(degree: int, x: float) -> float:
    """The orthonormal Hermite polynomial: the integral of exp(-x^2) times its square is 1."""
    before, here = 0.0, 1 / sqrt(sqrt(pi))
    for j in range(degree):
        before, here = here, x * sqrt(2 / (j + 1)) * here - sqrt(j / (j + 1)) * before
    return here


def _turns(count: int, step: int) -> bool:
    """Whether there is a zero in the positive interval that begins with this step."""
    return _polynomial(count, step * _STEP) * _polynomial(count, (step + 1) * _STEP) < 0


def _zero(count: int, low: float) -> float:
    high, sign = low + _STEP, _polynomial(count, low)
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if _polynomial(count, middle) * sign > 0 else (low, middle)
    return high
