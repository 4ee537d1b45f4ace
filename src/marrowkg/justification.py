"""Justifications: the few axioms among many that already bring about a fault (QuickXplain, Junker 2004)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

__all__ = ["justification"]

_A = TypeVar("_A")


def justification(axioms: Sequence[_A], fails: Callable[[Sequence[_A]], bool]) -> list[_A]:
    """A smallest set, no part of which could be left out, of `axioms` that still makes `fails` true.

    `fails` is asked about 2 k log2(n / k) times for k axioms out of n; it must be true of all and false of none.
    """
    return _explain([], False, axioms, fails)


def _explain(
    background: Sequence[_A], grown: bool, axioms: Sequence[_A], fails: Callable[[Sequence[_A]], bool]
) -> list[_A]:
    if grown and fails(background):
        return []
    if len(axioms) == 1:
        return list(axioms)
    half = len(axioms) // 2
    first, second = axioms[:half], axioms[half:]
    of_second = _explain([*background, *first], True, second, fails)
    of_first = _explain([*background, *of_second], bool(of_second), first, fails)
    return [*of_first, *of_second]
