"""Strict reading of curated files: every fault with its file, line and column, and the nearest valid name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from marrowkg.errors import CurationError
from marrowkg.issue import Issue, Where, sort_issues
from marrowkg.paper.fields import Model, shown
from marrowkg.paper.grid import Grid, read_grid
from marrowkg.paper.paper import Paper, PaperFile
from marrowkg.paper.references import check_references
from marrowkg.suggest import did_you_mean
from marrowkg.vocabulary import Vocabulary
from marrowkg.yamlmap import Places, Plain, Step, read_yaml

__all__ = ["paper_files", "read_paper"]

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def paper_files(folder: Path) -> list[Path]:
    """The curated files in a folder, by name."""
    return sorted(folder.glob("*.yaml"))


def read_paper(file: Path, vocabulary: Vocabulary) -> Paper:
    """Read `<slug>.yaml`, the pieces in the folder `<slug>/` beside it, and the tables they name.

    Raises:
        CurationError: with every complaint that could be found.
    """
    slug = file.stem
    if not _SLUG.fullmatch(slug):
        text = f"expected a file name such as bmn2017.yaml, found {file.name}"
        raise CurationError([Issue("file-name", text, Where(file))])
    data, places = _read_pieces(file)
    try:
        content = PaperFile.model_validate(data, context={"vocabulary": vocabulary})
    except ValidationError as error:
        raise CurationError(sort_issues(list(_issues(error, data, places)))) from error
    grids, issues = _read_grids(content, file.parent, places)
    paper = Paper(slug, content, grids, places)
    issues += check_references(paper, vocabulary)
    if issues:
        raise CurationError(sort_issues(issues))
    return paper


def _read_pieces(file: Path) -> tuple[dict[str, Plain], Places]:
    merged: dict[str, Plain] = {}
    places = Places(file)
    for piece in [file, *sorted((file.parent / file.stem).glob("*.yaml"))]:
        data, piece_places = read_yaml(_text(piece), piece)
        if not isinstance(data, dict):
            raise CurationError([Issue("sections", "expected sections such as 'paper:' and 'results:'", Where(piece))])
        shifts = {key: _merge(merged, key, value, piece_places) for key, value in data.items()}
        for table, target in ((piece_places.values, places.values), (piece_places.keys, places.keys)):
            for path, where in table.items():
                target.setdefault(_shifted(path, shifts), where)
    return merged, places


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CurationError([Issue("file-unreadable", f"the file cannot be read: {error}", Where(file))]) from error


def _merge(merged: dict[str, Plain], key: str, value: Plain, places: Places) -> int:
    """Add a section of a piece to what is there; return by how much its list indices shift."""
    have = merged.get(key)
    if have is None:
        merged[key] = value
        return 0
    if isinstance(have, list) and isinstance(value, list):
        shift = len(have)
        have.extend(value)
        return shift
    if isinstance(have, dict) and isinstance(value, dict) and not have.keys() & value.keys():
        have.update(value)
        return 0
    text = f"section {key!r}, or a name in it, stands in more than one file of the paper"
    raise CurationError([Issue("section-twice", text, places.of_key((key,)))])


def _shifted(path: tuple[Step, ...], shifts: dict[str, int]) -> tuple[Step, ...]:
    if len(path) > 1 and isinstance(path[0], str) and isinstance(path[1], int):
        return (path[0], path[1] + shifts.get(path[0], 0), *path[2:])
    return path


def _read_grids(content: PaperFile, folder: Path, places: Places) -> tuple[dict[str, Grid], list[Issue]]:
    named: dict[str, tuple[Step, ...]] = {t.file: ("tables", name, "file") for name, t in content.tables.items()}
    if content.patient_table:
        named[content.patient_table.file] = ("patient table", "file")
    grids: dict[str, Grid] = {}
    issues: list[Issue] = []
    for name, path in named.items():
        if not (folder / name).is_file():
            hint = did_you_mean(name, (f.name for f in folder.glob("*.csv")))
            issues.append(
                Issue("csv-missing", f"no file {name!r} beside the curated file{hint}", places.of_value(path))
            )
            continue
        try:
            grids[name] = read_grid(folder / name)
        except CurationError as error:
            issues.extend(error.issues)
    return grids, issues


def _issues(error: ValidationError, data: Plain, places: Places) -> Iterator[Issue]:
    for fault in error.errors(include_url=False):
        path = _path(fault["loc"], data)
        kind, last = fault["type"], fault["loc"][-1] if fault["loc"] else ""
        place = places.of_key if last == "[key]" else places.of_value
        if kind == "extra_forbidden":
            hint = did_you_mean(str(last), _expected_keys(data, path[:-1]), list_all_below=10)
            yield Issue("unknown-key", f"unknown key {str(last)!r}{hint}", places.of_key(path))
        elif kind == "missing":
            yield Issue("missing-key", f"missing key {str(last)!r}", places.of_value(path))
        else:
            code, expected = _EXPECTED.get(kind, (kind, ""))
            yield Issue(code, _message(fault, path, expected), place(path))


_EXPECTED = {
    "tuple_type": ("list", "a list (entries that begin with a dash)"),
    "dict_type": ("mapping", "keys with values"),
    "model_type": ("mapping", "keys with values"),
    "string_type": ("text", "words"),
    "literal_error": ("unknown-value", ""),
}
"""What pydantic calls its own complaints, as our code and what was expected."""


def _message(fault: Any, path: tuple[Step, ...], expected: str) -> str:
    field = next((f"{step}: " for step in reversed(path) if isinstance(step, str)), "")
    if expected:
        return f"{field}expected {expected}, found {shown(fault['input'])}"
    if fault["type"] == "literal_error":
        known = re.findall(r"'([^']*)'", fault["ctx"]["expected"])
        return f"{field}unknown value {shown(fault['input'])}{did_you_mean(str(fault['input']), known)}"
    return field + str(fault["msg"])


def _path(loc: Iterable[Step], data: Plain) -> tuple[Step, ...]:
    """The steps of a pydantic location that exist in the data; tags of unions do not."""
    path: list[Step] = []
    current: Any = data
    for step in loc:
        in_mapping = isinstance(current, dict) and step in current
        if in_mapping or (isinstance(current, list) and isinstance(step, int) and step < len(current)):
            current = _at(current, step)
            path.append(step)
    return tuple(path)


def _at(data: Any, step: Step) -> Any:
    """What a step that exists leads to."""
    return data[step]


def _expected_keys(data: Plain, path: tuple[Step, ...]) -> set[str]:
    """Keys of the model that shares most keys with the mapping at `path`."""
    current: Any = data
    for step in path:
        current = _at(current, step)
    have: set[str] = set(current)
    models = sorted(_models(Model), key=lambda m: m.__name__)
    return max((_keys(m) for m in models), key=lambda keys: (len(keys & have), -len(keys)), default=set()) - have


def _models(root: type[Model]) -> Iterator[type[Model]]:
    for child in root.__subclasses__():
        yield child
        yield from _models(child)


def _keys(model: type[Model]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}
