"""The forest plot: where everything stands is computed here, and drawn by the template forest.svg.j2."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from marrowkg.errors import MarrowError
from marrowkg.pooling.wording import estimate, heterogeneity, interval, opening, remarks, title
from marrowkg.stats import wilson_interval

if TYPE_CHECKING:
    from marrowkg.metaanalysis.analysis import Pooled
    from marrowkg.pooling.candidate import Candidate
    from marrowkg.pooling.pooling import Pool, Pooling

__all__ = ["forest"]

WIDTH = 1000
LEFT, RIGHT = 450, 790
"""Where 0 % and 100 % stand."""
LABEL, PROSE = 46, 145
"""Characters that fit into the column of labels, and into a line of prose, in a wide typeface."""
LARGEST = 18
"""Side of the square of the largest cohort; areas are in proportion to patients, for the model weights none."""
METHOD = (
    "Cohorts: proportion with 95 % Wilson interval; the area of a square is in proportion to the patients. "
    "Random effects: random-intercept logistic model, maximum likelihood; common effect: all events among all. "
    "Prediction interval: where the frequency in a further cohort is expected."
)


def forest(pooling: Pooling) -> str:
    """The pooling as an SVG that stands alone.

    Raises:
        MarrowError: if there is no count to draw.
    """
    if not pooling.pools:
        raise MarrowError(
            f"no forest plot: there is no count of {pooling.finding!r} that may be pooled; -f table says why"
        )
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("forest.svg.j2").render(_drawing(pooling))


def _drawing(pooling: Pooling) -> dict[str, Any]:
    column = _Column()
    largest = max(cohort.count.size for pool in pooling.pools for cohort in pool.cohorts)
    for pool in pooling.pools:
        _pool(column, pool, largest, named=pooling.condition is None)
    plot_end = column.y + 4
    column.skip(46)
    _notes(column, pooling)
    _left_out(column, pooling)
    column.skip(8)
    for remark in (*remarks(pooling.wider, pooling.single_patients), opening(pooling), METHOD):
        column.prose(remark)
    return {
        "width": WIDTH,
        "height": column.y + 8,
        "left": LEFT,
        "right": RIGHT,
        "plot_end": plot_end,
        "ticks": [(_x(share / 100), share) for share in range(0, 101, 20)],
        "items": column.items,
        "title": title(pooling),
        "description": " ".join([opening(pooling), *map(_spoken, pooling.pools)]),
    }


class _Column:
    """What is drawn, from top to bottom."""

    def __init__(self) -> None:
        self.y = 64.0
        self.items: list[dict[str, Any]] = []

    def add(self, kind: str, height: float, **values: Any) -> None:
        self.items.append({"kind": kind, "y": self.y, "middle": self.y + height / 2, **values})
        self.y += height

    def skip(self, height: float) -> None:
        self.y += height

    def prose(self, words: str) -> None:
        for number, line in enumerate(wrap(words, PROSE)):
            self.add("prose", 16, text=line, indent=14 * (number > 0))


def _pool(column: _Column, pool: Pool, largest: int, *, named: bool) -> None:
    if named:
        column.skip(8)
        for line in wrap(pool.condition, LABEL + 4):
            column.add("heading", 20, text=line)
    for cohort, condition in zip(pool.cohorts, pool.conditions, strict=True):
        _cohort(column, cohort, "" if condition == pool.condition else condition, largest)
    analysis = pool.analysis
    if analysis.random is not None:
        _diamond(column, "random effects", analysis.random, "solid")
    if len(pool.cohorts) > 1:
        _diamond(column, "common effect", analysis.common, "hollow")
    if analysis.prediction is not None:
        low, high = analysis.prediction
        column.add("prediction", 24, low=_x(low), high=_x(high), text=interval(low, high))


def _cohort(column: _Column, cohort: Candidate, condition: str, largest: int) -> None:
    low, high = wilson_interval(cohort.count.events, cohort.count.size)
    side = max(5.0, LARGEST * sqrt(cohort.count.size / largest))
    told = "; ".join(filter(None, [cohort.paper, condition, cohort.when, cohort.qualifier]))
    lines = [(line, "") for line in wrap(cohort.population, LABEL)] + [
        (line, "muted") for line in wrap(told, LABEL + 4)
    ]
    values = {"side": side, "share": _x(cohort.count.share), "low": _x(low), "high": _x(high)}
    count = f"{cohort.events}/{cohort.denominator}"
    column.add("cohort", 15 * len(lines) + 10, lines=lines, count=count, text=_text(cohort), **values)


def _text(cohort: Candidate) -> str:
    from marrowkg.metaanalysis.analysis import analyse

    return estimate(analyse([cohort.count]).common)


def _diamond(column: _Column, name: str, pooled: Pooled, look: str) -> None:
    values = {"low": _x(pooled.low), "share": _x(pooled.share), "high": _x(pooled.high)}
    column.add("diamond", 24, name=name, look=look, text=estimate(pooled), **values)


def _notes(column: _Column, pooling: Pooling) -> None:
    """Heterogeneity and notes, each once; by condition where there are several."""
    notes: dict[str, list[str]] = {}
    for pool in pooling.pools:
        found = "; ".join(f"{name}: {value}" for name, value in heterogeneity(pool.analysis))
        for note in filter(None, [found, *pool.notes]):
            notes.setdefault(note, []).append(pool.condition)
    column.add("heading", 24, text="Notes")
    for note, conditions in notes.items():
        whose = f"{conditions[0]}: " if len(pooling.pools) > 1 and len(conditions) == 1 else ""
        column.prose(f"{whose}{note}")
    column.skip(8)


def _left_out(column: _Column, pooling: Pooling) -> None:
    if pooling.left_out:
        column.add("heading", 24, text=f"Left out ({len(pooling.left_out)})")
    for left in pooling.left_out:
        candidate = left.candidate
        count = f" {candidate.events}/{candidate.denominator}" if candidate.denominator else ""
        column.prose(f"{candidate.paper}, {candidate.population}{count}: {left.reason}")


def _spoken(pool: Pool) -> str:
    cohorts = ", ".join(f"{c.paper} {c.events} of {c.denominator}" for c in pool.cohorts)
    pooled = f"; pooled {estimate(pool.analysis.best)} %" if len(pool.cohorts) > 1 else ""
    return f"{pool.condition}: {cohorts}{pooled}."


def _x(share: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * share, 1)
