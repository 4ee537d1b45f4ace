"""Tables of results: a CSV with the cells as printed, and what rows and columns mean."""

from __future__ import annotations

from typing import Literal

from marrowkg.paper.cohort import Subject
from marrowkg.paper.fields import Key, Model, Text

__all__ = ["ResultTable"]


class ResultTable(Model):
    """A table of `events (percent)` cells: rows are what was counted, columns are cohorts.

    A row or column that is not mapped gives no results of its own, but its cells can be cited as evidence. So can the
    cells that some entry of the paper cites: those belong to that entry.
    """

    file: Text
    cells: Literal["events (percent)", "as printed"] = "as printed"
    percent_of: Key | None = None
    heading: Text | None = None
    rows: dict[str, Subject] = {}
    columns: dict[str, Key] = {}
    missing: dict[str, Literal["not available", "not reported", "not assessed"]] = {}
