"""CSV files beside a curated file: the cells of a table as printed, and the lines they stand on."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from marrowkg.errors import CurationError, UnknownNameError
from marrowkg.issue import Issue, Where
from marrowkg.suggest import did_you_mean

__all__ = ["Grid", "read_grid"]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: column headings (without that of the row labels), and the cells of each row by its label."""

    file: Path
    columns: Sequence[str]
    rows: Mapping[str, Sequence[str]]
    lines: Mapping[str, int]

    def cell(self, row: str, column: str) -> str:
        """The cell as printed.

        Raises:
            UnknownNameError: if there is no such row or column, with the nearest.
        """
        if row not in self.rows:
            raise UnknownNameError(f"row of {self.file.name}", row, did_you_mean(row, self.rows))
        if column not in self.columns:
            raise UnknownNameError(f"column of {self.file.name}", column, did_you_mean(column, self.columns))
        return self.rows[row][self.columns.index(column)]

    def where(self, row: str) -> Where:
        """The line of a row in the CSV."""
        return Where(self.file, self.lines.get(row, 0), 1)


def read_grid(file: Path) -> Grid:
    """Read a CSV whose first column holds the row labels.

    Raises:
        CurationError: if the file is missing, not UTF-8, ragged, or has a row label or heading twice.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CurationError([Issue("csv-unreadable", f"the table cannot be read: {error}", Where(file))]) from error
    reader = csv.reader(io.StringIO(text))
    header = next(reader, [])
    rows: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    issues = _doubles(header, file)
    for cells in reader:
        where = Where(file, reader.line_num, 1)
        if len(cells) != len(header):
            issues.append(Issue("csv-ragged", f"expected {len(header)} cells, found {len(cells)}", where))
            continue
        label = cells[0]
        if label in rows:
            issues.append(Issue("csv-row-twice", f"row {label!r} stands twice, first at line {lines[label]}", where))
            continue
        rows[label], lines[label] = cells[1:], reader.line_num
    if issues:
        raise CurationError(issues)
    return Grid(file, header[1:], rows, lines)


def _doubles(header: Sequence[str], file: Path) -> list[Issue]:
    doubled = sorted({h for h in header if header.count(h) > 1})
    return [Issue("csv-column-twice", f"column {h!r} stands twice", Where(file, 1, 1)) for h in doubled]
