"""From a question in plain English to a stored question and its parameters: deterministic, rather silent than wrong.

A question is read in three steps. Names of the ontology (labels and synonyms) become candidates for parameters. What is
left is compared with the wording of every stored question. A word that is neither plain English nor known to any stored
question or term means that the question is about something else, and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log
from pathlib import Path

from marrowkg.errors import MarrowError
from marrowkg.prefixes import MKG, expand
from marrowkg.storedquery import Parameter, StoredQuery, list_queries
from marrowkg.vocabulary import Term, Vocabulary

__all__ = ["NotUnderstoodError", "Router", "Understood"]

_ENOUGH = 0.7
"""Least score of an answer: about one telling word of a stored question, or a parameter."""
_MARGIN = 0.02
"""How much better than the second the first must be."""


class NotUnderstoodError(MarrowError):
    """The question is out of scope, lacks a parameter or fits several stored questions; carries the closest."""

    def __init__(self, why: str, closest: Sequence[StoredQuery]) -> None:
        self.closest = tuple(closest)
        offered = "".join(f"\n  {query.name}: {query.question}" for query in closest)
        super().__init__(why + (f"; the closest questions are{offered}" if offered else ""))


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question was taken to mean."""

    query: StoredQuery
    words: Mapping[str, Sequence[str]]
    score: float

    def in_words(self) -> str:
        """The reading, for a person to check."""
        given = "".join(f", {name} = {' and '.join(values)}" for name, values in self.words.items())
        return f"understood as {self.query.name}{given}"


@dataclass(slots=True)
class _Reading:
    """A question taken apart: terms with the words they cover, numbers, paper names, and the other words."""

    terms: list[tuple[Term, tuple[str, ...]]] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    stems: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class Router:
    """Routes questions to the stored queries of one folder."""

    def __init__(self, folder: Path, vocabulary: Vocabulary) -> None:
        self._queries = list_queries(folder)
        self._vocabulary = vocabulary
        text = (folder / "common-words.txt").read_text(encoding="utf-8")
        lines = (line for line in text.splitlines() if not line.startswith("#"))
        self._common = {_stem(word) for line in lines for word in line.split()}

    def route(self, question: str) -> Understood:
        """The stored question that is meant, with its parameters.

        Raises:
            NotUnderstoodError: if no stored question fits well enough, or one fits but lacks a parameter.
        """
        reading = self._read(question)
        ranked = sorted(
            (self._score(query, reading) for query in self._queries), key=lambda u: (-u.score, u.query.name)
        )
        closest = [u.query for u in ranked[:3]]
        if reading.unknown:
            words = ", ".join(repr(word) for word in reading.unknown)
            raise NotUnderstoodError(f"nothing in the graph is about {words}", closest)
        best, second = ranked[0], ranked[1]
        if best.score < _ENOUGH:
            raise NotUnderstoodError("the question fits no stored question well", closest)
        missing = [p.name for p in best.query.parameters.values() if p.required and p.name not in best.words]
        if missing:
            needed = " and ".join(f"{name} ({best.query.parameters[name].help})" for name in missing)
            raise NotUnderstoodError(f"{best.query.name} needs {needed}", closest)
        if best.score - second.score < _MARGIN:
            raise NotUnderstoodError("the question fits more than one stored question", closest)
        return best

    # ---- reading

    def _read(self, question: str) -> _Reading:
        words = re.findall(r"[a-z0-9]+(?:[-/][a-z0-9]+)*", question.casefold().replace("\u2019", "'"))
        reading = _Reading()
        position = 0
        while position < len(words):
            position += self._take(words[position:], reading)
        return reading

    def _take(self, words: Sequence[str], reading: _Reading) -> int:
        """Read the longest name at the beginning, else one word; return how many words were read."""
        for length in range(min(len(words), self._longest), 0, -1):
            stems = tuple(_stem(word) for word in words[:length])
            found = self._names.get(" ".join(stems))
            if found and not (length == 1 and stems[0] in self._common):
                reading.terms.append((found, stems))
                return length
        word = words[0]
        if word.isdecimal():
            reading.numbers.append(word)
        elif re.fullmatch(r"[a-z]{2,}\d{4}", word):
            reading.papers.append(word)
        else:
            for part in [word] if self._is_known(_stem(word)) else re.split("[-/]", word):
                self._take_word(part, reading)
        return 1

    def _take_word(self, word: str, reading: _Reading) -> None:
        stem = _stem(word)
        if not self._is_known(stem):
            reading.unknown.append(word)
        else:
            reading.stems.append(stem)

    def _is_known(self, stem: str) -> bool:
        return stem in self._common or stem in self._weights or stem in self._words_of_terms or len(stem) == 1

    @cached_property
    def _names(self) -> Mapping[str, Term]:
        names: dict[str, Term] = {}
        for name, term in self._vocabulary.names():
            if self._vocabulary.is_under(term, "DomainEntity"):
                names.setdefault(" ".join(_stems(name)), term)
        return names

    @cached_property
    def _longest(self) -> int:
        return max(len(name.split()) for name in self._names)

    @cached_property
    def _words_of_terms(self) -> set[str]:
        return {stem for name in self._names for stem in name.split()}

    # ---- comparing

    @cached_property
    def _bags(self) -> Mapping[str, Mapping[str, float]]:
        """For each stored question the stems of its wording, those of its description counting little."""
        bags: dict[str, dict[str, float]] = {}
        for query in self._queries:
            wording = " ".join([query.question, query.asks, query.name.replace("-", " "), " ".join(query.tags)])
            bag = dict.fromkeys(_stems(query.description), 0.25)
            bag.update(dict.fromkeys(_stems(re.sub(r"\{\w+\}", " ", wording)), 1.0))
            bags[query.name] = bag
        return bags

    @cached_property
    def _weights(self) -> Mapping[str, float]:
        """How telling a stem is: the fewer stored questions use it, the more."""
        stems = {stem for bag in self._bags.values() for stem in bag}
        uses = {stem: sum(bag.get(stem, 0.0) for bag in self._bags.values()) for stem in stems}
        return {stem: log(1 + len(self._bags) / use) / log(1 + len(self._bags)) for stem, use in uses.items()}

    def _score(self, query: StoredQuery, reading: _Reading) -> Understood:
        bag = self._bags[query.name]
        words, left = self._assign(query, reading)
        hit = self._weight(reading.stems, bag) + self._weight(_covered(left), bag)
        taken = [entry for entry in reading.terms if entry not in left]
        broad = sum(1 for name in words if query.parameters[name].class_ == "mkg:DomainEntity")
        named = 0.7 * len(words) - 0.3 * broad + 0.5 * self._weight(_covered(taken), bag)
        missed = sum(1 for stem in dict.fromkeys(reading.stems) if stem not in bag and stem not in self._common)
        stray = sum(1 for _, covered in left if not any(stem in bag for stem in covered))
        asked = sum(1 for p in query.parameters.values() if p.required and p.name not in words)
        open_ = len(query.parameters) - len(words)
        every = {*reading.stems, *_covered(reading.terms)}
        called = 0.3 if set(_stems(query.name.replace("-", " "))) <= every else 0.0
        score = hit + called + named - 0.25 * missed - 0.7 * stray - 0.5 * asked - 0.1 * open_
        return Understood(query, words, score)

    def _weight(self, stems: Sequence[str], bag: Mapping[str, float]) -> float:
        return sum(self._weights[stem] * bag[stem] for stem in dict.fromkeys(stems) if stem in bag)

    def _assign(
        self, query: StoredQuery, reading: _Reading
    ) -> tuple[dict[str, list[str]], list[tuple[Term, tuple[str, ...]]]]:
        """Give each parameter the first name that it can take; return what is left over."""
        left = list(reading.terms)
        numbers, papers = list(reading.numbers), list(reading.papers)
        words: dict[str, list[str]] = {}
        for parameter in query.parameters.values():
            if parameter.class_ is not None:
                found = self._best(parameter, left, self._bags[query.name])
                if found is not None:
                    left.remove(found)
                    words[parameter.name] = [found[0].label]
            else:
                values = papers if parameter.name == "paper" else numbers
                if values:
                    words[parameter.name] = [values.pop(0)]
        return words, left

    def _best(
        self, parameter: Parameter, entries: Sequence[tuple[Term, tuple[str, ...]]], bag: Mapping[str, float]
    ) -> tuple[Term, tuple[str, ...]] | None:
        """The first name that fits; one that only repeats the question's own wording will do where one is required."""
        fitting = [entry for entry in entries if self._fits(parameter, entry[0])]
        telling = [entry for entry in fitting if not all(bag.get(stem, 0.0) == 1.0 for stem in entry[1])]
        return next(iter(telling or (fitting if parameter.required else [])), None)

    def _fits(self, parameter: Parameter, term: Term) -> bool:
        root = expand(parameter.class_ or "", self._vocabulary.prefixes).removeprefix(MKG)
        return self._vocabulary.is_under(term, root) and term.name != root


def _covered(entries: Sequence[tuple[Term, tuple[str, ...]]]) -> list[str]:
    return [stem for _, covered in entries for stem in covered]


def _stems(text: str) -> Iterator[str]:
    for word in re.findall(r"[a-z0-9]+(?:[-/][a-z0-9]+)*", text.casefold()):
        yield _stem(word)


_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ses", "s"), ("xes", "x"), ("ing", ""), ("ed", ""), ("s", ""))


def _stem(word: str) -> str:
    """A word without its plural or verb ending; short words and names with digits stay as they are."""
    if len(word) < 5 or word.endswith(("ss", "us", "is")) or any(c.isdigit() for c in word):
        return word.removesuffix("s") if len(word) == 4 and word.endswith("s") and not word.endswith("ss") else word
    for ending, replacement in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word.removesuffix(ending) + replacement
            return stem.removesuffix("e") if ending in ("ing", "ed", "s") else stem
    return word.removesuffix("e")
