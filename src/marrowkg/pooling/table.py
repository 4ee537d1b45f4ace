"""A pooling as rows for a spreadsheet, and as nested data for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from marrowkg.pooling.wording import percent
from marrowkg.stats import wilson_interval

if TYPE_CHECKING:
    from marrowkg.metaanalysis.analysis import Pooled
    from marrowkg.pooling.candidate import Candidate
    from marrowkg.pooling.pooling import Pool, Pooling

__all__ = ["COLUMNS", "data", "rows"]

COLUMNS = (
    *("pool", "role", "paper", "population", "condition", "when", "events", "denominator"),
    *("percent", "low", "high", "tau2", "reason", "result"),
)


def rows(pooling: Pooling) -> list[dict[str, str]]:
    """Rows in the columns of COLUMNS; percentages and their limits to one decimal."""
    found = [row for pool in pooling.pools for row in _pool_rows(pool)]
    for left in pooling.left_out:
        found.append({"role": "left out", "reason": left.reason, **_told(left.candidate)})
    return [{column: row.get(column, "") for column in COLUMNS} for row in found]


def _pool_rows(pool: Pool) -> Iterator[dict[str, str]]:
    analysis, head = pool.analysis, {"pool": pool.condition}
    for cohort, condition in zip(pool.cohorts, pool.conditions, strict=True):
        share, limits = cohort.count.share, wilson_interval(cohort.count.events, cohort.count.size)
        yield {**head, "role": "cohort", "condition": condition, **_told(cohort), **_shares(share, *limits)}
    if len(pool.cohorts) > 1:
        yield {**head, "role": "common effect", **_estimate(analysis.common)}
    if analysis.random is not None:
        yield {**head, "role": "random effects", **_estimate(analysis.random)}
    if analysis.prediction is not None:
        yield {**head, "role": "prediction interval", **_shares(None, *analysis.prediction)}
    for cohort, without in zip(pool.cohorts, analysis.without, strict=False):
        estimate = _estimate(without) if without else {"reason": "no random-effects estimate"}
        yield {**head, "role": "random effects without", **_told(cohort), "events": "", "denominator": "", **estimate}


def _told(candidate: Candidate) -> dict[str, str]:
    return {
        "paper": candidate.paper,
        "population": candidate.population,
        "when": candidate.when,
        "events": "" if candidate.events is None else str(candidate.events),
        "denominator": "" if candidate.denominator is None else str(candidate.denominator),
        "result": candidate.result,
    }


def _estimate(pooled: Pooled) -> dict[str, str]:
    tau2 = {} if pooled.tau2 is None else {"tau2": f"{pooled.tau2:.4f}"}
    return {**_shares(pooled.share, pooled.low, pooled.high), **tau2}


def _shares(share: float | None, low: float, high: float) -> dict[str, str]:
    shown = {} if share is None else {"percent": percent(share)}
    return {**shown, "low": percent(low), "high": percent(high)}


def data(pooling: Pooling) -> dict[str, Any]:
    """Nested, with fractions and logits as they were computed, to 6 significant digits."""
    return {
        "finding": pooling.finding,
        "condition": pooling.condition,
        "pools": [_pool_data(pool) for pool in pooling.pools],
        "left_out": [{**asdict(left.candidate), "reason": left.reason} for left in pooling.left_out],
        "single_patients": dict(pooling.single_patients),
        "wider": dict(pooling.wider),
    }


def _pool_data(pool: Pool) -> dict[str, Any]:
    analysis = asdict(pool.analysis)
    del analysis["counts"], analysis["without"]
    cohorts = [
        {**asdict(cohort), "condition": condition, "wilson": wilson_interval(cohort.count.events, cohort.count.size)}
        for cohort, condition in zip(pool.cohorts, pool.conditions, strict=True)
    ]
    without = [
        {"result": cohort.result, "random": estimate and asdict(estimate)}
        for cohort, estimate in zip(pool.cohorts, pool.analysis.without, strict=False)
    ]
    whole = {"condition": pool.condition, "cohorts": cohorts, **analysis, "leave_one_out": without}
    rounded: dict[str, Any] = _rounded({**whole, "notes": list(pool.notes)})
    return rounded


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list | tuple) else value
