"""What a reader must know of a pool before using its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from marrowkg.metaanalysis.analysis import FEWEST_FOR_PREDICTION, Analysis
from marrowkg.pooling.candidate import Candidate

__all__ = ["notes_on"]

FEW = 5
"""Cohorts below which the variance between them is poorly estimated."""


def notes_on(cohorts: Sequence[Candidate], conditions: Sequence[str], analysis: Analysis) -> list[str]:
    """Notes in plain words, the weightiest first."""
    return [*_on_number(len(cohorts)), *_on_estimate(analysis), *_on_likeness(cohorts, conditions)]


def _on_number(cohorts: int) -> Iterator[str]:
    if cohorts == 1:
        yield "k = 1: nothing to pool; this is the one cohort with its Wilson interval"
    elif cohorts < FEWEST_FOR_PREDICTION:
        yield (
            f"k = {cohorts}: the heterogeneity is hardly estimable, so the random-effects interval is rather too "
            "narrow; no prediction interval, and leaving one out leaves the other"
        )
    elif cohorts < FEW:
        yield f"k = {cohorts}: the variance between cohorts is poorly estimated; the intervals are rather too narrow"


def _on_estimate(analysis: Analysis) -> Iterator[str]:
    if len(analysis.counts) > 1 and analysis.random is None:
        if analysis.common.logit is None:
            yield "nobody or everybody had it: there is no model, only all patients together with Wilson's interval"
        else:
            yield "the cohorts lie so far apart that the likelihood has no maximum: no random-effects estimate"
    elif analysis.random is not None and analysis.random.tau2 == 0:
        yield "the variance between cohorts is estimated as 0, so both models agree; that does not prove likeness"


def _on_likeness(cohorts: Sequence[Candidate], conditions: Sequence[str]) -> Iterator[str]:
    told = (
        ("the cohorts are of different conditions", list(conditions)),
        ("the time points differ", [cohort.when or "not stated" for cohort in cohorts]),
        ("the counts are qualified differently", [cohort.qualifier or "not qualified" for cohort in cohorts]),
        ("the denominators count different members", [cohort.denominator_kind or "not stated" for cohort in cohorts]),
    )
    for heading, values in told:
        if len(set(values)) > 1:
            yield f"{heading}: {'; '.join(dict.fromkeys(values))}"
