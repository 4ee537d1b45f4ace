"""Answer certificates: a question, its answer and its evidence in one JSON file that can be checked again later."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from marrowkg.answer import Answer
from marrowkg.errors import MarrowError
from marrowkg.storedquery import StoredQuery

__all__ = ["Change", "certificate", "data_digest", "differences", "read_certificate"]

_FORM = "marrowkg answer certificate 1"


@dataclass(frozen=True, slots=True)
class Change:
    """What is no longer as certified: the part (`query`, `data`, `rows`, `passages`), and how."""

    part: str
    text: str

    @property
    def is_grave(self) -> bool:
        """Whether the answer itself changed, not only what it was computed from."""
        return self.part in ("rows", "passages")


def data_digest(store: ox.Store) -> str:
    """SHA-256 over the sorted quads of the named graphs."""
    lines = sorted(str(quad) for quad in store if isinstance(quad.graph_name, ox.NamedNode))
    return "sha256:" + sha256("\n".join(lines).encode()).hexdigest()


def certificate(
    query: StoredQuery, words: Mapping[str, Sequence[str]], answer: Answer, store: ox.Store
) -> dict[str, Any]:
    """The certificate of an answer that was gathered with its evidence."""
    passages = [
        {"fact": e.fact, "passage": e.passage, "paper": e.paper, "locator": e.locator, "exact": e.exact}
        for e in answer.evidence
    ]
    return {
        "form": _FORM,
        "query": query.name,
        "question": query.question,
        "parameters": {name: list(values) for name, values in sorted(words.items())},
        "sparql": query.text,
        "data": data_digest(store),
        "columns": list(answer.columns),
        "rows": list(answer.texts()),
        "passages": passages,
    }


def read_certificate(file: Path) -> dict[str, Any]:
    """Read a certificate.

    Raises:
        MarrowError: if the file is none.
    """
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise MarrowError(f"{file} cannot be read as a certificate: {error}") from error
    needed = {"query", "parameters", "sparql", "data", "columns", "rows", "passages"}
    if not isinstance(data, dict) or data.get("form") != _FORM or needed - data.keys():
        raise MarrowError(f"{file} is not a {_FORM}")
    return data


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What differs between a certificate and the same question answered now; nothing if all is as it was."""
    changes: list[Change] = []
    if old["sparql"] != new["sparql"]:
        changes.append(Change("query", f"the text of {old['query']} is not the one that was certified"))
    if old["data"] != new["data"]:
        changes.append(Change("data", f"the data were {old['data']}, are {new['data']}"))
    if old["columns"] != new["columns"]:
        changes.append(Change("rows", f"the columns were {', '.join(old['columns'])}, are {', '.join(new['columns'])}"))
    changes += _moved("rows", [" | ".join(row) for row in old["rows"]], [" | ".join(row) for row in new["rows"]])
    changes += _moved("passages", _told(old["passages"]), _told(new["passages"]))
    return changes


def _told(passages: Sequence[Mapping[str, str]]) -> list[str]:
    return [f"{p['passage']}, {p['locator']}: {p['exact']}" for p in passages]


def _moved(part: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    yield from (Change(part, f"gone: {line}") for line in old if line not in set(new))
    yield from (Change(part, f"new: {line}") for line in new if line not in set(old))
