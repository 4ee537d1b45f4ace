"""A pooling as text for people: a table on a terminal, or Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import pyoxigraph as ox

from marrowkg.answer import Answer, Cell
from marrowkg.evidence import Evidence
from marrowkg.pooling.wording import estimate, heterogeneity, interval, opening, percent, remarks, title
from marrowkg.render import PLAIN_WIDTH, render
from marrowkg.stats import wilson_interval

if TYPE_CHECKING:
    from marrowkg.pooling.candidate import Candidate
    from marrowkg.pooling.pooling import Pool, Pooling

__all__ = ["text"]

_COHORTS = {
    "paper": "{paper}",
    "in whom": "{population}",
    "condition": "{condition}",
    "when": "{when}",
    "n/N": "{count}",
    "% (95 % CI)": "{share}",
}
_LEFT_OUT = {"paper": "{paper}", "in whom": "{population}", "n/N": "{count}", "why it is left out": "{reason}"}


def text(pooling: Pooling, form: str, width: int | None = None) -> str:
    """The pooling as `table`, which `width` fits to a terminal, or as `md`."""
    page = _Page(pooling, form, width)
    blocks = [page.heading(title(pooling), 1), f"{opening(pooling)}\n"]
    for pool in pooling.pools:
        if len(pool.cohorts) > 1:
            blocks += [page.heading(_named(pool), 2), page.cohorts([pool]), page.lines([*_estimates(pool)])]
    alone = [pool for pool in pooling.pools if len(pool.cohorts) == 1]
    if alone:
        blocks += [page.heading("One cohort for the condition", 2), page.cohorts(alone)]
        blocks.append(page.lines([("note", note) for note in dict.fromkeys(note for p in alone for note in p.notes)]))
    if pooling.left_out:
        blocks += [page.heading("Left out", 2), page.left_out()]
    blocks.append(page.lines([("", remark) for remark in remarks(pooling.wider, pooling.single_patients)]))
    return "\n".join(block for block in blocks if block)


def _named(pool: Pool) -> str:
    patients = sum(cohort.count.size for cohort in pool.cohorts)
    return f"{pool.condition}: {len(pool.cohorts)} cohorts, {patients} patients"


class _Page:
    """Blocks of text in one form."""

    def __init__(self, pooling: Pooling, form: str, width: int | None) -> None:
        self._pooling, self._form, self._width = pooling, form, width

    def heading(self, words: str, level: int) -> str:
        return f"{'#' * level} {words}\n" if self._form == "md" else f"{words}\n"

    def cohorts(self, pools: Sequence[Pool]) -> str:
        pairs = [pair for pool in pools for pair in zip(pool.cohorts, pool.conditions, strict=True)]
        lines = [{**_told(cohort), **_measured(cohort), "condition": condition} for cohort, condition in pairs]
        shown = {head: cell for head, cell in _COHORTS.items() if any(line[cell.strip("{}")] for line in lines)}
        return self._table(lines, shown, self._pooling.evidence)

    def left_out(self) -> str:
        lines = [{**_told(left.candidate), "reason": left.reason} for left in self._pooling.left_out]
        return self._table(lines, _LEFT_OUT, ())

    def lines(self, pairs: Sequence[tuple[str, str]]) -> str:
        wide = max((len(name) for name, _ in pairs), default=0)
        return "".join(self._line(name, value, wide) for name, value in pairs)

    def _line(self, name: str, value: str, wide: int) -> str:
        if self._form == "md":
            return f"- {name}: {value}\n" if name else f"- {value}\n"
        indent = " " * (wide + 2) if wide else ""
        return (
            fill(value, self._width or PLAIN_WIDTH, initial_indent=f"{name:<{len(indent)}}", subsequent_indent=indent)
            + "\n"
        )

    def _table(self, lines: Sequence[dict[str, str]], display: Mapping[str, str], evidence: Sequence[Evidence]) -> str:
        """As answers to questions are told, with the evidence of each line."""
        cells: list[list[Cell]] = [[ox.Literal(cell) for cell in line.values()] for line in lines]
        answer = Answer(list(lines[0]), cells, "", evidence, ("result",) if evidence else (), display)
        return render(answer, self._form, width=self._width).strip("\n") + "\n"


def _told(candidate: Candidate) -> dict[str, str]:
    denominator = "" if candidate.denominator is None else f"/{candidate.denominator}"
    count = "" if candidate.events is None else f"{candidate.events}{denominator}"
    told = {"paper": candidate.paper, "population": candidate.population, "count": count, "when": candidate.when}
    return {**told, "result": candidate.result}


def _measured(cohort: Candidate) -> dict[str, str]:
    limits = wilson_interval(cohort.count.events, cohort.count.size)
    return {"share": f"{percent(cohort.count.share)} ({interval(*limits)})"}


def _estimates(pool: Pool) -> Iterator[tuple[str, str]]:
    analysis = pool.analysis
    if len(pool.cohorts) > 1:
        yield "common effect", f"{estimate(analysis.common)} %"
    if analysis.random is not None:
        yield "random effects", f"{estimate(analysis.random)} %"
    if analysis.prediction is not None:
        yield "prediction interval", f"{interval(*analysis.prediction)} %"
    yield from heterogeneity(analysis)
    for cohort, without in zip(pool.cohorts, analysis.without, strict=False):
        yield f"without {cohort.paper}", f"{estimate(without)} %" if without else "no random-effects estimate"
    yield from (("note", note) for note in pool.notes)
