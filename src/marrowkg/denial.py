"""The re-check of statuses: what is absent or not assessed is denied by its passage, what is present is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from marrowkg.issue import Issue, Where
from marrowkg.paper.fact import Facts
from marrowkg.paper.passage import Passage
from marrowkg.paper.result import Frequency, Occurrence

__all__ = ["check_statuses", "denies"]

_DENIAL = re.compile(
    r"\b(?:no|not|none|nor|neither|without|absence|absent|lack|lacked|lacking|negative|negativity|cannot)\b"
    r"|n't\b"
    r"|^\W*(?:ND|NA|NR|-|_|\u2013|\u2212)\W*$"  # the whole of a cell
    r"|(?<=\w)[-\u2013\u2212](?![\w/])",  # CD34-
    re.IGNORECASE,
)


def denies(words: str) -> bool:
    """Whether words of a paper deny something: "no", "without", "negative", "CD34-", or a cell that reads "ND"."""
    return _DENIAL.search(words) is not None


def check_statuses(facts: Facts) -> list[Issue]:
    """Complaints about a status that its passages do not bear out; cells that a table reads by itself are not asked."""
    return [issue for stated in _stated(facts) for issue in _borne_out(*stated)]


_Stated = tuple[str, str, Sequence[Passage], Where]


def _stated(facts: Facts) -> Iterator[_Stated]:
    """Each status with the words for its subject, its passages and its place."""
    for result in facts.results:
        one = result.result
        if isinstance(one, Occurrence) or (isinstance(one, Frequency) and one.status and one.events is None):
            yield one.status or "", one.worded or "", result.passages, result.where
    for observation in facts.observations:
        if observation.status != "recorded":
            yield observation.status, observation.worded, observation.passages, observation.where
    for line in facts.lines:
        yield from (
            (response.status, response.worded or "", passages, where) for response, passages, where in line.responses
        )
    for statement in facts.statements:
        if statement.statement.certainty == "denied":
            yield "denied", "", statement.passages, statement.where


def _borne_out(status: str, worded: str, passages: Sequence[Passage], where: Where) -> Iterator[Issue]:
    written = [passage for passage in passages if passage.path]
    denying = [passage for passage in written if denies(passage.exact)]
    if status == "present" and denying and not denies(worded):
        text = f"it is said to be present, but the passage denies something: {denying[0].exact!r}"
        yield Issue("status-denied", text, where)
    elif status not in ("present", "indeterminate") and written and not denying:
        shown = " | ".join(passage.exact for passage in written)
        yield Issue("status-not-denied", f"it is said to be {status}, but no passage denies anything: {shown}", where)
    if status == "absent" and written and denies(worded):
        text = f"'worded' holds the words for what is absent, without the denial: {worded!r}"
        yield Issue("worded-denies", text, where)
