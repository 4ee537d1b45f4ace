"""Answers as text: csv, tsv, json (SPARQL 1.1 Query Results JSON), and for people md and table.

For people a row is shown as the query's `display` says, and the evidence of each row follows as a numbered list.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

import pyoxigraph as ox

from marrowkg.answer import Answer, Cell

__all__ = ["FORMATS", "render"]

FORMATS = ("table", "csv", "tsv", "json", "md")
PLAIN_WIDTH = 120
"""Width of a table that is not for a terminal: a page, a log."""
LONGEST_WORD = 20
"""Words up to this length are not broken to make a table fit."""
NO_ROW = (
    "No row: the graph holds no such result. That is not the same as absent: the stored question `silence` tells "
    "what was counted, found, looked for or never mentioned."
)
"""What a person is told in place of an empty table."""
NARROWEST = 8
"""A table whose columns would be narrower is made wider than the page: too wide can be read, too narrow cannot."""


def render(answer: Answer, form: str, *, width: int | None = None) -> str:
    """The answer in one of FORMATS; `width` is that of the terminal, None where there is none."""
    if form == "json":
        return _json(answer)
    if form in ("csv", "tsv"):
        return _separated(answer, "," if form == "csv" else "\t")
    columns, rows = _numbered(answer)
    if form == "md":
        return _markdown(columns, rows) + "".join(f"\n{line}\n" for line in _told_below(answer))
    return _table(columns, rows, width) + "".join(f"{line}\n" for line in _told_below(answer))


def _told_below(answer: Answer) -> Iterator[str]:
    """The evidence of the rows, or that there are none."""
    return _evidence_lines(answer) if answer.cells else iter([NO_ROW])


# ---- for programs


def _separated(answer: Answer, delimiter: str) -> str:
    output = io.StringIO()
    writer = csv.writer(output, delimiter=delimiter, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(answer.texts())
    return output.getvalue()


def _json(answer: Answer) -> str:
    import json

    bindings = [
        {name: _binding(cell) for name, cell in zip(answer.columns, row, strict=True) if cell is not None}
        for row in answer.cells
    ]
    if answer.columns == ["answer"] and len(bindings) == 1 and bindings[0]["answer"].get("datatype") == _BOOLEAN:
        return json.dumps({"head": {}, "boolean": bindings[0]["answer"]["value"] == "true"}) + "\n"
    document = {"head": {"vars": list(answer.columns)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"


def _binding(cell: Cell) -> dict[str, Any]:
    if isinstance(cell, ox.NamedNode):
        return {"type": "uri", "value": cell.value}
    if isinstance(cell, ox.Literal):
        binding = {"type": "literal", "value": cell.value}
        if cell.language:
            binding["xml:lang"] = cell.language
        elif not cell.datatype.value.endswith("#string"):
            binding["datatype"] = cell.datatype.value
        return binding
    return {"type": "bnode", "value": cell.value if isinstance(cell, ox.BlankNode) else str(cell)}


# ---- for people


def _numbered(answer: Answer) -> tuple[list[str], list[list[str]]]:
    """What is displayed, with a number in front where evidence follows."""
    columns, rows = answer.displayed()
    if not _tells_evidence(answer):
        return columns, rows
    return ["", *columns], [[str(number), *row] for number, row in enumerate(rows, start=1)]


def _tells_evidence(answer: Answer) -> bool:
    """Whether the evidence is worth a list: not where each row is a passage itself."""
    return bool(answer.evidence) and "exact" not in answer.columns


def _evidence_lines(answer: Answer) -> Iterator[str]:
    if not _tells_evidence(answer):
        return
    yield "Evidence"
    for index in range(len(answer)):
        place, *remarks = answer.told_evidence(index)
        yield f"[{index + 1}] {place or 'no passage'}"
        yield from (f"    {remark}" for remark in remarks)


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join("| " + " | ".join(_escaped(row)) + " |\n" for row in lines)


def _escaped(row: Sequence[str]) -> list[str]:
    return [cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ") for cell in row]


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> str:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, row_styles=["", "dim"] if width else [])
    least, page = _least_widths(columns, rows, width)
    for column, narrow in zip(columns, least, strict=True):
        table.add_column(column, overflow="fold", min_width=narrow)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    output = io.StringIO()
    Console(file=output, width=page, force_terminal=width is not None).print(table)
    return "".join(f"{line.rstrip()}\n" for line in output.getvalue().splitlines())


def _least_widths(
    columns: Sequence[str], rows: Sequence[Sequence[str]], width: int | None
) -> tuple[list[int | None], int]:
    """Widths that break no word, or none where the table would then be wider than the terminal; and the page."""
    words = [[word for row in [columns, *rows] for word in row[index].split()] for index in range(len(columns))]
    least = [min(max((len(word) for word in found), default=1), LONGEST_WORD) for found in words]
    needed = sum(least) + 3 * len(least)
    if width is None:
        page = max(PLAIN_WIDTH, needed)
    else:
        page = max(width, needed) if width < NARROWEST * len(least) else width
    return [wide if needed <= page else None for wide in least], page
