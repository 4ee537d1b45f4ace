"""Which counts may be pooled, and why the others may not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from marrowkg.pooling.candidate import FIRST_HAND, Candidate, Populations

__all__ = ["LeftOut", "reason_against", "select"]

COUNTED_IN_COHORT = ("", "all members", "assessed", "evaluable")
"""Kinds of denominators that stand for the cohort; treated, biopsied and specimens do not."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A result that is not pooled, and why."""

    candidate: Candidate
    reason: str


def reason_against(candidate: Candidate, populations: Populations) -> str:
    """Why the result can never be pooled as a frequency of the finding, or nothing."""
    return _basis(candidate) or _count(candidate) or _kind(candidate, populations)


def _basis(candidate: Candidate) -> str:
    if candidate.basis != FIRST_HAND:
        return f"{candidate.basis} from {candidate.original}" if candidate.original else candidate.basis
    if candidate.narrower:
        return f"counts {candidate.finding_label}, a narrower finding, which is no count of the one asked for"
    return ""


def _count(candidate: Candidate) -> str:
    if candidate.events is not None and candidate.denominator is not None and not candidate.comparator:
        return ""
    if candidate.percent or candidate.comparator:
        printed = " ".join(filter(None, [candidate.comparator, candidate.percent]))
        return (
            f"only {printed} % is printed, no count" if candidate.percent else f"the count is only {printed} a number"
        )
    if candidate.events is not None:
        return "no denominator"
    return f"no count: {candidate.status}" if candidate.status else "told without a count"


def _kind(candidate: Candidate, populations: Populations) -> str:
    if candidate.denominator == 0:
        return "no members"
    if candidate.denominator_kind == "specimens":
        return "counts specimens, not patients"
    if candidate.denominator_kind not in COUNTED_IN_COHORT:
        return f"counts the {candidate.denominator_kind} members only"
    if populations.is_case_report(candidate.cohort):
        return "case report: patients were published for what they had, which is no frequency"
    return ""


def select(
    candidates: Sequence[Candidate], populations: Populations, in_scope: Callable[[str], bool]
) -> tuple[list[Candidate], list[LeftOut]]:
    """Of counts that may be pooled, those of whole cohorts that share no patients; one cohort a paper.

    `in_scope` tells of the IRI of a condition whether it is pooled. A cohort is whole if it is no part of a larger one
    whose condition is in scope as well. Of cohorts that share patients, or may, the one with more patients is kept.
    """
    left: list[LeftOut] = []
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=_preference):
        reason = _part(candidate, candidates, populations, in_scope) or _shared(candidate, kept, populations)
        if reason:
            left.append(LeftOut(candidate, reason))
        else:
            kept.append(candidate)
    return sorted(kept, key=lambda candidate: (candidate.paper, candidate.result)), left


def _preference(candidate: Candidate) -> tuple[int, bool, bool, str]:
    """The larger denominator first, then what is not qualified, then what is not at a point in time."""
    return -(candidate.denominator or 0), bool(candidate.qualifier), bool(candidate.when), candidate.result


def _part(
    candidate: Candidate, candidates: Sequence[Candidate], populations: Populations, in_scope: Callable[[str], bool]
) -> str:
    counted = {other.cohort for other in candidates}
    larger = [c for c in populations.larger(candidate.cohort) if any(in_scope(condition) for condition in c.conditions)]
    for cohort in larger:
        if cohort.iri in counted:
            return f"part of {cohort.population}, who are counted as a whole"
    return f"part of {larger[0].population}, of whom no count is printed" if larger else ""


def _shared(candidate: Candidate, kept: Sequence[Candidate], populations: Populations) -> str:
    for other in kept:
        if other.cohort == candidate.cohort:
            return f"the same patients are pooled with {other.events}/{other.denominator}{_told(other)}"
        if other.paper == candidate.paper:
            return f"one paper, one cohort: {other.population} are pooled, and may share patients with them"
        if populations.share(candidate.cohort, other.cohort):
            return f"shares patients, or may, with {other.population} ({other.paper}), who are pooled"
    return ""


def _told(candidate: Candidate) -> str:
    told = ", ".join(filter(None, [candidate.qualifier, candidate.when]))
    return f" ({told})" if told else ""
