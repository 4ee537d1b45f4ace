"""Stored queries: a SPARQL file with a `#+` header; parameters are VALUES lines, bound as RDF terms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from marrowkg.errors import ParameterError, QueryError, UnknownNameError
from marrowkg.suggest import did_you_mean

__all__ = ["Parameter", "StoredQuery", "find_query", "list_queries", "parse_query"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its allowed values are classes under `class_` (a CURIE), or literals of a datatype."""

    name: str
    class_: str | None = None
    datatype: str = "string"
    help: str = ""


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A named question with its SPARQL.

    `evidence` names the columns that hold facts or passages; `display` is how a row reads in a table for people.
    """

    name: str
    text: str
    question: str
    description: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    evidence: Sequence[str] = ()
    tags: Sequence[str] = ()
    display: Mapping[str, str] = field(default_factory=dict)

    def bind(self, values: Mapping[str, Sequence[ox.NamedNode | ox.Literal]]) -> str:
        """The text with the VALUES of each given parameter replaced by serialised terms.

        Raises:
            ParameterError: if a parameter is unknown or has no value.
        """
        text = self.text
        for name, terms in values.items():
            if name not in self.parameters:
                raise ParameterError(f"{self.name} has no parameter {name!r}{did_you_mean(name, self.parameters)}")
            if not terms:
                raise ParameterError(f"parameter {name!r} of {self.name} has no value")
            replacement = f"VALUES ?{name} {{ {' '.join(str(term) for term in terms)} }}"
            text = _values_line(name).sub(lambda _, new=replacement: new, text)
        return text


def _values_line(name: str) -> re.Pattern[str]:
    return re.compile(rf"VALUES\s+\?{re.escape(name)}\s*\{{[^}}]*\}}")


def parse_query(name: str, text: str) -> StoredQuery:
    """Read a query file.

    Raises:
        QueryError: if the header is not YAML, lacks the question, or a parameter has no VALUES line.
    """
    import yaml

    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        header = yaml.load("\n".join(lines), Loader=yaml.CBaseLoader) or {}  # noqa: S506 - strings only
    except yaml.YAMLError as error:
        raise QueryError(f"the header of {name} is not YAML: {error}") from error
    if "question" not in header:
        raise QueryError(f"the header of {name} lacks 'question'")
    parameters = {key: _parameter(key, entry or {}) for key, entry in (header.get("params") or {}).items()}
    for key in parameters:
        if not _values_line(key).search(text):
            raise QueryError(f"{name} declares the parameter {key!r} but has no line VALUES ?{key} {{ ... }}")
    return StoredQuery(
        name,
        text,
        header["question"],
        header.get("description", ""),
        parameters,
        tuple(header.get("evidence", ())),
        tuple(header.get("tags", ())),
        header.get("display", {}),
    )


def _parameter(name: str, entry: Mapping[str, str]) -> Parameter:
    return Parameter(name, entry.get("class"), entry.get("datatype", "string"), entry.get("help", ""))


def find_query(folder: Path, name: str) -> StoredQuery:
    """The stored query with this name.

    Raises:
        UnknownNameError: if there is none, with the nearest.
    """
    file = folder / "answer" / f"{name}.rq"
    known = [f.stem for f in (folder / "answer").glob("*.rq")]
    if name not in known:
        raise UnknownNameError("stored query", name, did_you_mean(name, known))
    return parse_query(name, file.read_text(encoding="utf-8"))


def list_queries(folder: Path) -> list[StoredQuery]:
    """All stored queries, by name."""
    files = sorted((folder / "answer").glob("*.rq"))
    return [parse_query(file.stem, file.read_text(encoding="utf-8")) for file in files]
