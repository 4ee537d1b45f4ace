"""Whether a printed number can be the rounding of an exact one, at the precision of the print."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

__all__ = ["Agreement", "agreement", "best", "compatible", "digits", "half_unit", "show"]

Agreement = Literal["rounded", "truncated", "no"]


def digits(printed: Decimal) -> int:
    """Decimal places that the print shows."""
    exponent = printed.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def half_unit(printed: Decimal) -> Fraction:
    """Half of the last place that the print shows."""
    return Fraction(1, 2 * 10 ** digits(printed))


def agreement(printed: Decimal, exact: Fraction) -> Agreement:
    """How the print relates to the exact value; a tie may be rounded either way."""
    off = exact - Fraction(printed)
    if abs(off) <= half_unit(printed):
        return "rounded"
    return "truncated" if 0 < off < 2 * half_unit(printed) else "no"


def best(found: list[Agreement]) -> Agreement:
    """The best of several agreements."""
    return next((kind for kind in ("rounded", "truncated") if kind in found), "no")


def compatible(one: Decimal, other: Decimal) -> bool:
    """Whether two prints can stand for the same value: the coarser is the rounding of the finer."""
    coarse, fine = sorted((one, other), key=digits)
    return agreement(coarse, Fraction(fine)) == "rounded"


def show(exact: Fraction, places: int) -> str:
    """The exact value in decimals, half rounded up."""
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    return format(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), "f")
