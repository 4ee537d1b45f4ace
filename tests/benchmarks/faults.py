"""Faults for the mutation test: every wrong copy that one curated paper can get, made on its files as plain data."""

from __future__ import annotations

import copy
import csv
import io
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

__all__ = ["Faults", "Mutation", "files_of", "read_plain", "written"]

RESULT_NUMBERS = (
    *("events", "denominator", "percent", "mean", "median", "value", "rate", "sensitivity", "correlation", "total"),
    *("test value", "p", "range", "confidence interval", "interquartile range"),
)
OBSERVED_NUMBERS = ("value", "range", "grade")
COHORT_NUMBERS = ("size", "from year", "to year")
FLIPPED = {"present": "absent", "absent": "present", "not assessed": "present", "indeterminate": "present"}
REFERRING = {
    "in": ("results", "statements"),
    "with": ("results",),
    "source": ("results", "statements", "cohorts"),
    "part of": ("cohorts",),
}
"""Keys that name a cohort or source, and the sections in whose entries they do."""

Step = str | int
Path_ = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Mutation:
    """One fault: the file and the path in it, what stood there and what stands there now."""

    kind: str
    file: Path
    path: Path_
    old: str
    new: str
    renames_key: bool = False

    def __str__(self) -> str:
        where = "/".join(str(step) for step in self.path)
        return f"{self.kind}: {self.file.parent.name}/{self.file.name} {where}: {self.old!r} -> {self.new!r}"

    def text(self, data: Any) -> str:
        """The file with the fault."""
        changed = copy.deepcopy(data)
        *way, last = self.path
        parent = changed
        for step in way:
            parent = parent[step]
        if self.renames_key:
            renamed = {self.new if key == last else key: value for key, value in parent.items()}
            parent.clear()
            parent.update(renamed)
        else:
            parent[last] = self.new
        return written(self.file, changed)


# ---- files as plain data


def read_plain(file: Path) -> Any:
    """A YAML or CSV file as lists and mappings of strings."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".csv":
        return list(csv.reader(io.StringIO(text)))
    return yaml.load(text, Loader=yaml.CBaseLoader)


def written(file: Path, data: Any) -> str:
    """Plain data as the text of a file of that name."""
    if file.suffix == ".csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(data)
        return out.getvalue()
    text: str = yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    return text


def files_of(paper: Path) -> list[Path]:
    """The files of a paper: the curated file, its pieces and its tables."""
    return [
        paper,
        *sorted((paper.parent / paper.stem).glob("*.yaml")),
        *sorted(paper.parent.glob(f"{paper.stem}.*.csv")),
    ]


# ---- faults


class Faults:
    """Every fault that one paper can get."""

    def __init__(self, data: Mapping[Path, Any], rng: random.Random) -> None:
        self._data = data
        self._rng = rng
        pieces = [piece for file, piece in data.items() if file.suffix == ".yaml"]
        self._names = {key: list(_merged(pieces, key)) for key in ("cohorts", "sources")}
        self._sections = list(_merged(pieces, "text").get("sections", {}))
        tables = {file.name: grid for file, grid in data.items() if file.suffix == ".csv"}
        self._grids = {name: tables[table["file"]] for name, table in _merged(pieces, "tables").items()}

    def all(self) -> Iterator[Mutation]:
        """The faults in the order of files and places."""
        for file, data in self._data.items():
            if file.suffix == ".csv":
                yield from self._cells(file, data)
            else:
                for path, entry in _mappings(data):
                    yield from self._numbers(file, path, entry)
                    yield from self._statuses(file, path, entry)
                    yield from self._references(file, path, entry)

    def _cells(self, file: Path, grid: Sequence[Sequence[str]]) -> Iterator[Mutation]:
        for row, cells in enumerate(grid[1:], start=1):
            for column, cell in enumerate(cells[1:], start=1):
                if re.search(r"\d", cell):
                    yield Mutation("digit of a table cell", file, (row, column), cell, self._digit(cell))

    def _numbers(self, file: Path, path: Path_, entry: Mapping[str, Any]) -> Iterator[Mutation]:
        kind, names = _stored(path, entry)
        for name in names:
            value = entry.get(name, "")
            listed = isinstance(value, list)
            for index, text in enumerate(value if listed else [value]):
                if re.search(r"\d", text):
                    place = (*path, name, index) if listed else (*path, name)
                    yield Mutation(f"digit of {kind}", file, place, text, self._digit(text))

    def _digit(self, text: str) -> str:
        """One digit changed, never into a leading zero."""
        match = self._rng.choice(list(re.finditer(r"\d", text)))
        leads = bool(re.match(r"\d\d", text[match.start() :])) and not text[: match.start()][-1:].isdigit()
        new = self._rng.choice([d for d in "0123456789"[int(leads) :] if d != match[0]])
        return text[: match.start()] + new + text[match.end() :]

    def _statuses(self, file: Path, path: Path_, entry: Mapping[str, Any]) -> Iterator[Mutation]:
        if path[-2:-1] in (("observations",), ("responses",)):
            for old in (status for status in FLIPPED if status in entry):
                yield Mutation(f"status of {_one(path)}", file, (*path, old), old, FLIPPED[old], renames_key=True)
        elif path[:1] == ("results",) and "occurrence" in entry:
            old = entry.get("status", "present")
            yield Mutation("status of occurrence", file, (*path, "status"), old, FLIPPED.get(old, "present"))

    def _references(self, file: Path, path: Path_, entry: Mapping[str, Any]) -> Iterator[Mutation]:
        if len(path) == 2:
            for name, sections in REFERRING.items():
                if path[0] in sections and name in entry:
                    known = self._names["sources" if name == "source" else "cohorts"]
                    yield from self._reference(file, (*path, name), entry[name], known)
        if "quote" in entry and "at" in entry:
            yield from self._reference(file, (*path, "at"), entry["at"], self._sections)
        if path[-1:] == ("cell",):
            grid = self._grids[entry["table"]]
            yield from self._reference(file, (*path, "row"), entry["row"], [row[0] for row in grid[1:]])
            yield from self._reference(file, (*path, "column"), entry["column"], grid[0][1:])

    def _reference(self, file: Path, path: Path_, value: Any, known: Iterable[str]) -> Iterator[Mutation]:
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from self._reference(file, (*path, index), item, known)
            return
        name = next(step for step in reversed(path) if isinstance(step, str))
        own = path[1] if path[0] == "cohorts" and name == "part of" else value
        others = [other for other in known if other not in (value, own)]
        if others:
            yield Mutation(f"{name} redirected", file, path, value, self._rng.choice(others))
        middle = self._rng.randrange(len(value))
        yield Mutation(f"{name} misspelt", file, path, value, value[:middle] + value[middle] + value[middle:])


def _merged(pieces: Iterable[Mapping[str, Any]], section: str) -> dict[str, Any]:
    return {name: value for piece in pieces for name, value in piece.get(section, {}).items()}


def _mappings(data: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Mapping[str, Any]]]:
    if isinstance(data, dict):
        yield path, data
    if isinstance(data, dict | list):
        for step, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _mappings(value, (*path, step))


def _stored(path: Path_, entry: Mapping[str, Any]) -> tuple[str, Iterable[str]]:
    """What the entry at a path is, and under which keys it holds numbers."""
    if path[-1:] == ("prints",):
        return "other print", entry
    if path[-2:-1] in (("observations",), ("responses",)):
        return _one(path), OBSERVED_NUMBERS
    if len(path) == 2 and path[0] in ("results", "cohorts"):
        return _one((*path,)), RESULT_NUMBERS if path[0] == "results" else COHORT_NUMBERS
    return "", ()


def _one(path: Path_) -> str:
    return str(path[-2]).removesuffix("s")
