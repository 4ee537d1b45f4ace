"""Passages resolved: what stands where, for a quote as for a cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from marrowkg.number import number_tokens
from marrowkg.paper.evidence import Evidence
from marrowkg.paper.fields import Quantity
from marrowkg.paper.paper import Paper
from marrowkg.yamlmap import Step

__all__ = ["Passage", "passage_of_cell", "passages_of", "printed_value", "row_text"]

Kind = Literal["text", "cell", "figure"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A fragment with its place. `path` leads to the line of the curated file (or `row` of a CSV) it comes from."""

    kind: Kind
    locator: str
    exact: str
    prefix: str = ""
    suffix: str = ""
    table: str = ""
    row: str = ""
    column: str = ""
    prints: Mapping[str, Quantity] = field(default_factory=dict)
    note: str = ""
    path: tuple[Step, ...] = ()

    def numbers(self) -> set[Decimal]:
        """The numbers that the fragment prints."""
        return {token.value for token in number_tokens(self.exact)}


def passages_of(paper: Paper, evidence: Iterable[Evidence], path: tuple[Step, ...]) -> list[Passage]:
    """The passages of an entry whose evidence stands at `path`."""
    found = []
    for index, item in enumerate(evidence):
        listed = (*path, "evidence", index)
        place = listed if listed in paper.places.values else (*path, "evidence")
        found.append(_passage(paper, item, place))
    return found


def _passage(paper: Paper, evidence: Evidence, path: tuple[Step, ...]) -> Passage:
    prints: dict[str, Quantity] = {str(name): number for name, number in evidence.prints.items()}
    if evidence.cell:
        cell = evidence.cell
        grid = paper.grids[paper.file.tables[cell.table].file]
        cells, index = grid.rows[cell.row], list(grid.columns).index(cell.column)
        whole = passage_of_cell((cell.table, cell.row, cell.column), cells, index)
        before, _, after = whole.exact.partition(cell.reads)
        prefix, suffix = row_text(whole.prefix, [before.strip()]), row_text(after.strip(), [whole.suffix])
        return replace(whole, exact=cell.reads, prefix=prefix, suffix=suffix, prints=prints, path=path)
    at = evidence.at or ""
    kind: Kind = "figure" if at.startswith("Fig") else "text"
    note = evidence.note or ""
    around = evidence.before or "", evidence.after or ""
    return Passage(kind, at, evidence.quote or "", *around, prints=prints, note=note, path=path)


def passage_of_cell(place: tuple[str, str, str], cells: Sequence[str], index: int) -> Passage:
    """The passage of cell `index` of a row; `place` is table, row label and column heading."""
    table, row, column = place
    locator = f"{table}, row {row}, column {column}"
    prefix, suffix = row_text(row, cells[:index]), row_text("", cells[index + 1 :])
    return Passage("cell", locator, cells[index], prefix, suffix, table, row, column)


def row_text(label: str, cells: Iterable[str]) -> str:
    """A row as it reads in the text: its label and cells, one after the other."""
    return " ".join(part for part in (label, *cells) if part)


def printed_value(passage: Passage, numbers: Mapping[str, Quantity]) -> str:
    """What the passage prints of the numbers of a fact: from the first of them to the last, with sign and per cent."""
    wanted = {number.number for number in {**numbers, **passage.prints}.values()}
    tokens = [token for token in number_tokens(passage.exact) if token.value in wanted]
    if not tokens:
        return ""
    start, end = tokens[0].start, tokens[-1].end
    text = passage.exact
    while start and text[start - 1] in "<>=[\\~\u2264\u2265":
        start -= 1
    if text[end : end + 1] == "%":
        end += 1
    elif text[end : end + 2] == " %":
        end += 2
    if text[start:end].count("(") > text[start:end].count(")") and text[end : end + 1] == ")":
        end += 1
    return text[start:end]
