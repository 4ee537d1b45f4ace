"""How people word the stored questions: the headers of the `.rq` files, and `queries/ask/phrasings.txt`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import Path
from typing import Final

from marrowkg.ask.words import Words, split
from marrowkg.errors import QueryError
from marrowkg.storedquery import StoredQuery
from marrowkg.suggest import did_you_mean

__all__ = ["ABOUT", "Phrasing", "Phrasings"]

ABOUT = "about"
"""In place of a class: what the stored question is about when nothing is given."""
_TELLING: Final = 0.4
"""How telling the words of a wording without a place for a name must be together."""
_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One wording of a stored question: its telling words, its parameters in order, and what it fixes by itself."""

    query: StoredQuery
    tokens: frozenset[str]
    slots: Mapping[str, str]
    """Each place for a name, with the class that it is narrowed to, if it is."""
    given: Mapping[str, str]


class Phrasings:
    """All wordings of the stored questions of a folder, and how telling each word is."""

    def __init__(self, folder: Path, queries: Sequence[StoredQuery], words: Words) -> None:
        self._words = words
        self.written: set[str] = set()
        """The words of all wordings, as written."""
        by_name = {query.name: query for query in queries}
        self.all = [p for query in queries for p in self._of_header(query)]
        self.all += self._read(folder / "ask" / "phrasings.txt", by_name)
        self.all = [phrasing for phrasing in self.all if phrasing.tokens or phrasing.slots]
        uses: dict[str, set[str]] = {}
        for phrasing in self.all:
            for token in phrasing.tokens:
                uses.setdefault(token, set()).add(phrasing.query.name)
        whole = log(1 + len(by_name))
        self._weights = {token: log(1 + len(by_name) / len(names)) / whole for token, names in uses.items()}
        self.all = [phrasing for phrasing in self.all if phrasing.slots or self._tells(phrasing)]

    def _tells(self, phrasing: Phrasing) -> bool:
        """Whether the words of a wording are more than `how often`."""
        return sum(map(self.weight, sorted(phrasing.tokens))) >= _TELLING

    def weight(self, token: str) -> float:
        """How telling a word is, from 0 to 1: the fewer stored questions it belongs to, the more."""
        return self._weights.get(token, 1.0)

    def is_decisive(self, token: str) -> bool:
        """Whether a word turns a question into another."""
        return token in self._words.decisive

    def knows(self, token: str) -> bool:
        """Whether some stored question is worded so."""
        return token in self._weights or token.startswith("<")

    def _of_header(self, query: StoredQuery) -> Iterator[Phrasing]:
        title = self._phrasing(query, query.question, {})
        yield replace(title, slots=dict.fromkeys(title.slots, ABOUT))
        for asked in query.asks.split(","):
            if asked.strip():
                yield self._phrasing(query, asked, {})

    def _phrasing(self, query: StoredQuery, text: str, given: Mapping[str, str]) -> Phrasing:
        slots = dict(_SLOT.findall(text))
        spoken = split(_SLOT.sub(" , ", text))
        self.written.update(spoken)
        stems = list(map(self._words.stem, spoken))
        return Phrasing(query, frozenset(token for token, _ in self._words.meant(stems)), slots, given)

    def _read(self, file: Path, queries: Mapping[str, StoredQuery]) -> Iterator[Phrasing]:
        """Lines `[question]`, and below it a wording a line.

        `{parameter:Class}` takes names of a class only, `wording => parameter = value` fixes a parameter.

        Raises:
            QueryError: if a line names no stored question, or no parameter of it.
        """
        query: StoredQuery | None = None
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            text = line.partition("#")[0].strip()
            if text.startswith("["):
                name = text.strip("[]")
                if name not in queries:
                    raise QueryError(f"{file}:{number}: no stored question {name!r}{did_you_mean(name, queries)}")
                query = queries[name]
            elif text and query is not None:
                wording, _, fixed = text.partition("=>")
                given = {key.strip(): value.strip() for key, _, value in (f.partition("=") for f in _split(fixed))}
                phrasing = self._phrasing(query, wording, given)
                for parameter in (*phrasing.slots, *given):
                    if parameter not in query.parameters:
                        raise QueryError(f"{file}:{number}: {query.name} has no parameter {parameter!r}")
                yield phrasing


def _split(fixed: str) -> list[str]:
    return [part for part in fixed.split(";") if part.strip()]
