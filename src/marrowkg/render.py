"""Answers as text: csv, tsv, json (SPARQL 1.1 Query Results JSON), md, and tables for a terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox

from marrowkg.answer import Answer, Cell
from marrowkg.prefixes import KG, MKG

__all__ = ["FORMATS", "render"]

FORMATS = ("table", "csv", "tsv", "json", "md")


def render(answer: Answer, form: str, *, width: int | None = None) -> str:
    """The answer in one of FORMATS; `width` is that of the terminal, None where there is none."""
    if form == "json":
        return _json(answer)
    if form == "csv":
        return _separated(answer, ",")
    if form == "tsv":
        return _separated(answer, "\t")
    if form == "md":
        return _markdown(answer)
    return _plain_table(answer) if width is None else _rich_table(answer, width)


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
    document = {"head": {"vars": list(answer.columns)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


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


def _short(text: str) -> str:
    """An IRI of ours as a person types it to `explain`."""
    if text.startswith(MKG):
        return "mkg:" + text.removeprefix(MKG)
    return text.removeprefix(KG)


def _shown(answer: Answer) -> list[list[str]]:
    return [[_short(text) for text in row] for row in answer.texts()]


def _markdown(answer: Answer) -> str:
    rows = [list(answer.columns), ["---"] * len(answer.columns), *_shown(answer)]
    return "".join("| " + " | ".join(_escaped(row)) + " |\n" for row in rows)


def _escaped(row: Sequence[str]) -> list[str]:
    return [cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ") for cell in row]


def _plain_table(answer: Answer) -> str:
    rows = [list(answer.columns), *_shown(answer)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(answer.columns))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:]]) + "\n"


def _rich_table(answer: Answer, width: int) -> str:
    from rich.console import Console
    from rich.table import Table

    table = Table(row_styles=["", "dim"], expand=False)
    for column in answer.columns:
        table.add_column(column, overflow="fold")
    for row in _shown(answer):
        table.add_row(*row)
    output = io.StringIO()
    Console(file=output, width=width, force_terminal=True).print(table)
    return output.getvalue()
