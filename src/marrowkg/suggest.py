"""The nearest valid name to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["did_you_mean", "nearest"]


def nearest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Up to `limit` known names that resemble `name`, best first; case does not count."""
    from difflib import get_close_matches

    by_folded: dict[str, str] = {}
    for candidate in sorted(known):
        by_folded.setdefault(candidate.casefold(), candidate)
    return [by_folded[m] for m in get_close_matches(name.casefold(), by_folded, n=limit, cutoff=0.6)]


def did_you_mean(name: str, known: Iterable[str], *, list_all_below: int = 12) -> str:
    """Text to append to an error: `; did you mean ...?`, the whole list when it is short, or nothing."""
    known = sorted(set(known))
    near = nearest(name, known)
    if near:
        return "; did you mean " + " or ".join(repr(n) for n in near) + "?"
    if 0 < len(known) <= list_all_below:
        return "; expected one of " + ", ".join(repr(n) for n in known)
    return ""
