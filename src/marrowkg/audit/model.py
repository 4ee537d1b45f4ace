"""What an audit says: checks that were made, and the discrepancies that came out of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from marrowkg.paper.passage import Passage

if TYPE_CHECKING:
    from marrowkg.audit.ledger import Ledger
    from marrowkg.issue import Where

__all__ = [
    "Anchor",
    "Check",
    "Conflict",
    "CrossRule",
    "Discrepancy",
    "FigureKey",
    "Rule",
    "Side",
    "Verdict",
    "agreed",
    "differs",
]

Verdict = Literal["paper", "curation"]
"""Whose error a mismatch is: the paper prints both sides, or one of them is only in our file."""

FigureKey = tuple[str, str]
"""A stored number: the path of its fact, such as `bmm2025/result/anemia-in-all`, and its name, such as `percent`."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A passage with its own path, such as `bmm2025/passage/anemia-in-all-2`; hand-entered ones have a path to be."""

    path: str
    passage: Passage = field(compare=False)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a mismatch: what is printed, in which passages, and of which fact (its path; empty for none).

    `paper` is given where the side is in another paper than the discrepancy.
    """

    printed: str
    fact: str = ""
    anchors: tuple[Anchor, ...] = ()
    paper: str = ""

    @property
    def places(self) -> list[str]:
        """Where it is printed, in order without doubles; cells of one column of a table together."""
        columns: dict[tuple[str, str], list[str]] = {}
        for passage in (anchor.passage for anchor in self.anchors):
            key = (passage.table, passage.column) if passage.kind == "cell" else (passage.locator, "")
            columns.setdefault(key, []).append(passage.row)
        shown = [_place(where, column, list(dict.fromkeys(rows))) for (where, column), rows in columns.items()]
        return [f"{self.paper}, {place}" for place in shown] if self.paper else shown

    @property
    def locators(self) -> str:
        """The places as one text."""
        return "; ".join(self.places)


def _place(where: str, column: str, rows: Sequence[str]) -> str:
    if not column:
        return where
    if len(rows) == 1:
        return f"{where}, row {rows[0]}, column {column}"
    return f"{where}, rows {_spans(rows)}, column {column}"


def _spans(rows: Sequence[str]) -> str:
    """Rows in few words: "1 to 4, 7" where they are numbered, else one after the other."""
    if not all(row.isdecimal() for row in rows):
        return ", ".join(rows)
    spans: list[list[int]] = []
    for row in sorted(map(int, rows)):
        if spans and row == spans[-1][-1] + 1:
            spans[-1].append(row)
        else:
            spans.append([row])
    return ", ".join(f"{s[0]} to {s[-1]}" if len(s) > 2 else ", ".join(map(str, s)) for s in spans)


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A mismatch between two printed numbers, or between one and what is recomputed from others.

    `slug` is unique in its paper; `b` is absent where a number disagrees with arithmetic alone. `note` is the rule's
    word on it, `remark` the curator's.
    """

    paper: str
    rule: str
    slug: str
    subject: str
    a: Side
    b: Side | None
    recomputed: str = ""
    verdict: Verdict = "paper"
    note: str = ""
    where: Where | None = None
    remark: str = ""

    @property
    def path(self) -> str:
        """Its IRI without the root: `bmm2025/discrepancy/<slug>`."""
        return f"{self.paper}/discrepancy/{self.slug}"


@dataclass(frozen=True, slots=True)
class Conflict(Discrepancy):
    """Two papers that report unlike frequencies of one finding, with the tests that say so and why it may be.

    `p` is that of Fisher's exact test; `overlap` tells whether the 95 % Wilson intervals overlap; `comparable` whether
    the populations are of the same condition at the same time.
    """

    other_paper: str = ""
    p: Decimal = Decimal(1)
    overlap: bool = False
    comparable: bool = False
    cause: str = ""
    condition: str = ""
    finding: str = ""

    @property
    def path(self) -> str:
        """Its IRI without the root: `conflict/<slug>`."""
        return f"conflict/{self.slug}"


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison that a rule could make, the figures it looked at, and the mismatch if there is one."""

    rule: str
    figures: frozenset[FigureKey]
    found: Discrepancy | None = None


Rule = Callable[["Ledger"], Iterator[Check]]
"""A rule over one paper."""

CrossRule = Callable[[Sequence["Ledger"]], Iterator[Check]]
"""A rule over several papers."""


def agreed(rule: str, *figures: FigureKey) -> Check:
    """A check without a mismatch."""
    return Check(rule, frozenset(figures))


def differs(found: Discrepancy, *figures: FigureKey) -> Check:
    """A check that ended in a mismatch."""
    return Check(found.rule, frozenset(figures), found)
