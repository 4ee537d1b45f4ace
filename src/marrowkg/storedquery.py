"""Stored queries: a SPARQL file with a `#+` header; parameters are VALUES lines, bound as RDF terms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from marrowkg.errors import ParameterError, QueryError, UnknownNameError
from marrowkg.suggest import did_you_mean

__all__ = ["Parameter", "StoredQuery", "find_query", "list_queries"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its allowed values are classes under `class_` (a CURIE), or literals of a datatype.

    `required` means that the default in the file is an example, which nobody who asks in words should be given.
    """

    name: str
    class_: str | None = None
    datatype: str = "string"
    help: str = ""
    required: bool = False


class StoredQuery:
    """A named question with its SPARQL. The header is read when it is first needed: a bare run needs none of it."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text

    @cached_property
    def header(self) -> Mapping[str, Any]:
        """The `#+` lines as data.

        Raises:
            QueryError: if they are not YAML or lack the question.
        """
        import yaml

        lines = [line[2:].removeprefix(" ") for line in self.text.splitlines() if line.startswith("#+")]
        try:
            header = yaml.load("\n".join(lines), Loader=yaml.CBaseLoader) or {}  # noqa: S506 - strings only
        except yaml.YAMLError as error:
            raise QueryError(f"the header of {self.name} is not YAML: {error}") from error
        if not isinstance(header, dict) or "question" not in header:
            raise QueryError(f"the header of {self.name} lacks 'question'")
        return header

    @property
    def question(self) -> str:
        """The question in words; parameters stand in braces."""
        return str(self.header["question"])

    @property
    def description(self) -> str:
        """What a row is, and what to mind."""
        return " ".join(str(self.header.get("description", "")).split())

    @property
    def asks(self) -> str:
        """Other words in which people ask it."""
        return str(self.header.get("asks", ""))

    @property
    def evidence(self) -> Sequence[str]:
        """The columns that hold facts or passages."""
        return tuple(self.header.get("evidence", ()))

    @property
    def tags(self) -> Sequence[str]:
        """The themes under which the question is filed."""
        return tuple(self.header.get("tags", ()))

    @property
    def display(self) -> Mapping[str, str]:
        """How a row reads in a table for people: heading to template."""
        return dict(self.header.get("display", {}))

    @cached_property
    def columns(self) -> frozenset[str]:
        """The names of the columns of an answer."""
        head = self.text.split("SELECT", 1)[-1].split("WHERE", 1)[0]
        named = re.sub(r"\(.*?\bAS\s+(\?\w+)\s*\)", r"\1", head, flags=re.DOTALL)
        return frozenset(re.findall(r"\?(\w+)", named))

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """The parameters by name.

        Raises:
            QueryError: if one has no VALUES line.
        """
        entries = self.header.get("params") or {}
        for name in entries:
            if not _values_line(name).search(self.text):
                raise QueryError(
                    f"{self.name} declares the parameter {name!r} but has no line VALUES ?{name} {{ ... }}"
                )
        return {name: _parameter(name, entry or {}) for name, entry in entries.items()}

    def defaults(self, name: str) -> tuple[str, ...]:
        """What stands in the VALUES of a parameter: what the question is about when nothing is given.

        `UNDEF` is no value: such a parameter restricts nothing until one is given.
        """
        match = _values_line(name).search(self.text)
        return (
            tuple(term for term in match[0].partition("{")[2].rstrip("}").split() if term != "UNDEF") if match else ()
        )

    def bind(self, values: Mapping[str, Sequence[ox.NamedNode | ox.Literal]]) -> str:
        """The text with the VALUES of each given parameter replaced by serialised terms.

        Raises:
            ParameterError: if a parameter is unknown or has no value.
        """
        for name, terms in values.items():
            if name not in self.parameters:
                raise ParameterError(f"{self.name} has no parameter {name!r}{did_you_mean(name, self.parameters)}")
            if not terms:
                raise ParameterError(f"parameter {name!r} of {self.name} has no value")

        def bound(match: re.Match[str]) -> str:
            return f"VALUES ?{match['name']} {{ {' '.join(str(term) for term in values[match['name']])} }}"

        # in one pass: what a value says is never searched for the next parameter
        return _values_line(*values).sub(bound, self.text) if values else self.text


def _values_line(*names: str) -> re.Pattern[str]:
    return re.compile(rf"VALUES\s+\?(?P<name>{'|'.join(map(re.escape, names))})\s*\{{[^}}]*\}}")


def _parameter(name: str, entry: Mapping[str, str]) -> Parameter:
    required = entry.get("required") in ("yes", "true")
    return Parameter(name, entry.get("class"), entry.get("datatype", "string"), entry.get("help", ""), required)


def find_query(folder: Path, name: str) -> StoredQuery:
    """The stored query with this name.

    Raises:
        UnknownNameError: if there is none, with the nearest.
    """
    file = folder / "answer" / f"{name}.rq"
    known = [f.stem for f in (folder / "answer").glob("*.rq")]
    if name not in known:
        raise UnknownNameError("stored query", name, did_you_mean(name, known))
    return StoredQuery(name, file.read_text(encoding="utf-8"))


def list_queries(folder: Path) -> list[StoredQuery]:
    """All stored queries, by name."""
    files = sorted((folder / "answer").glob("*.rq"))
    return [StoredQuery(file.stem, file.read_text(encoding="utf-8")) for file in files]
