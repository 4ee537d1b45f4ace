"""A pooling in the formats of the command line."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from marrowkg.pooling.table import COLUMNS, data, rows

if TYPE_CHECKING:
    from marrowkg.pooling.pooling import Pooling

__all__ = ["FORMATS", "output"]

FORMATS = ("table", "csv", "tsv", "json", "md", "svg")


def output(pooling: Pooling, form: str, width: int | None = None) -> str:
    """The pooling in one of FORMATS; `width` is that of the terminal, None where there is none.

    Raises:
        MarrowError: if there is no count to draw.
    """
    if form == "svg":
        from marrowkg.pooling.forest import forest

        return forest(pooling)
    if form == "json":
        import json

        return json.dumps(data(pooling), ensure_ascii=False, indent=1) + "\n"
    if form in ("csv", "tsv"):
        return _separated(pooling, "," if form == "csv" else "\t")
    from marrowkg.pooling.text import text

    return text(pooling, form, width)


def _separated(pooling: Pooling, delimiter: str) -> str:
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(pooling))
    return written.getvalue()
