"""Which stored question is meant, or why none is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from shlex import quote

from marrowkg.ask.features import Features
from marrowkg.ask.fitting import Fit, Fitter
from marrowkg.ask.item import Reading
from marrowkg.ask.learned import OUT_OF_SCOPE, Learned
from marrowkg.ask.narrowing import Narrowing
from marrowkg.ask.phrasing import Phrasings
from marrowkg.ask.reading import Reader
from marrowkg.ask.register import Register
from marrowkg.ask.rows import Rows
from marrowkg.ask.slots import Slots
from marrowkg.ask.words import Words
from marrowkg.errors import MarrowError
from marrowkg.storedquery import StoredQuery, list_queries
from marrowkg.vocabulary import Vocabulary

__all__ = ["NotUnderstoodError", "Router", "Understood"]

_ENOUGH = -0.2
"""Least worth of an answer."""
_SURE = 0.0
"""How much what was learned must speak for an answer that leaves out something that was recognised."""
_FITS = 0.62
"""Least score of a wording that fits by itself."""
_NEAR = 0.35
"""How much less than the best an answer may be worth that takes all that was asked."""
_LIKELY = 20
"""How many stored questions are tried, those first for which most that was learned speaks."""
_MARGIN = 0.1
"""How much better than the second the first must be for the second not to be named."""
_INCOMPLETE = 0.2
"""What it costs to lack a parameter, or to leave out something that was recognised."""
_FULL = 1.1
"""What a wording that fits is worth at most."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question was taken to mean."""

    query: StoredQuery
    words: Mapping[str, Sequence[str]]
    narrowings: Sequence[Narrowing] = ()
    aside: Sequence[str] = ()
    corrected: Mapping[str, str] = field(default_factory=dict)
    also: str = ""
    """Another stored question that fits as well."""
    second: str = ""
    """The command of the next best question that takes all that was asked."""

    def in_words(self) -> str:
        """The reading, for a person to check."""
        given = "".join(f", {name} = {' and '.join(values)}" for name, values in self.words.items())
        kept = "; rows with " + ", ".join(n.in_words() for n in self.narrowings) if self.narrowings else ""
        aside = f" ({', '.join(self.aside)} plays no part)" if self.aside else ""
        read = "".join(f"; {word!r} read as {meant!r}" for word, meant in self.corrected.items())
        also = f"; {self.also} may be meant as well" if self.also else ""
        return f"understood as {self.query.name}{given}{kept}{aside}{read}{also}"

    def command(self) -> str:
        """The command that asks it by name; what is still to be named stands in capitals."""
        words = dict(self.words)
        for name, parameter in self.query.parameters.items():
            if parameter.required:
                words.setdefault(name, [name.upper()])
        given = "".join(f" -p {quote(f'{name}={value}')}" for name, values in words.items() for value in values)
        return f"marrowkg query {self.query.name}{given}"


class NotUnderstoodError(MarrowError):
    """The question is out of scope, lacks a parameter or fits several stored questions; carries the closest."""

    def __init__(self, why: str, closest: Sequence[Understood]) -> None:
        self.closest = tuple(one.query for one in closest)
        offered = "".join(f"\n  {one.command()}\n      {one.query.question}" for one in closest)
        super().__init__(why + (f"; the closest questions are{offered}" if offered else ""))


class Router:
    """Routes questions to the stored queries of one folder."""

    def __init__(self, folder: Path, vocabulary: Vocabulary, register: Register | None = None) -> None:
        words = Words(folder)
        queries = list_queries(folder)
        self._folder = folder / "ask"
        self._phrasings = Phrasings(folder, queries, words)
        self._reader = Reader(vocabulary, register or Register(), words, self._phrasings)
        names = self._reader.names
        self._fitter = Fitter(self._phrasings, Slots(vocabulary, names), Rows(vocabulary, names, self._reader.mentions))
        self.features = Features(queries, vocabulary)

    @cached_property
    def learned(self) -> Learned:
        """What example questions taught."""
        return Learned(self._folder)

    def read(self, question: str) -> Reading:
        """A question taken apart."""
        return self._reader.read(question)

    def route(self, question: str) -> Understood:
        """The stored question that is meant, with its parameters.

        Raises:
            NotUnderstoodError: if no stored question fits well enough, or one fits but lacks a parameter.
        """
        reading = self.read(question)
        speaks = self.learned.scores(self.features.buckets(question, reading))
        ranked = self._record_at_least(_whole_first(self._ranked(reading, speaks)), reading)
        best, second = ranked[:2]
        closest = [self._understood(fit, reading) for fit in ranked[:3] if fit.matched]
        for why in (
            _refused(reading),
            self._unknown(reading),
            "; ".join(reading.ambiguous),
            _unfit(best, speaks[OUT_OF_SCOPE]),
            _lacking(best),
        ):
            if why:
                raise NotUnderstoodError(why, closest)
        also = second.query.name if _worth(best) - _worth(second) < _MARGIN and not second.dropped else ""
        whole = next((fit for fit in ranked[1:] if not fit.dropped and not fit.missing), second)
        return replace(self._understood(best, reading), also=also, second=self._understood(whole, reading).command())

    def unexplained(self, reading: Reading) -> list[str]:
        """Words that neither plain English nor a stored question nor the ontology explains."""
        return [token for token in dict.fromkeys(reading.tokens) if not self._phrasings.knows(token)]

    def _understood(self, fit: Fit, reading: Reading) -> Understood:
        return Understood(
            fit.query,
            fit.words,
            fit.narrowings,
            [item.said for item in (*fit.aside, *fit.dropped)],
            reading.corrected,
        )

    def _ranked(self, reading: Reading, speaks: Mapping[str, float]) -> list[Fit]:
        """The best fit of each stored question, best first by what was learned and by the wordings together."""
        best: dict[str, Fit] = {}
        likely = set(sorted(speaks, key=speaks.__getitem__, reverse=True)[:_LIKELY])
        for phrasing in self._phrasings.all:
            if phrasing.query.name not in likely:
                continue
            fit = self._fitter.fit(phrasing, reading)
            known = best.get(fit.query.name)
            if known is None or (fit.score, fit.matched) > (known.score, known.matched):
                best[fit.query.name] = fit
        fits = [replace(fit, learned=speaks.get(name, 0.0)) for name, fit in best.items()]
        return sorted(fits, key=lambda fit: (-_worth(fit), -fit.matched, fit.query.name))

    def _record_at_least(self, ranked: Sequence[Fit], reading: Reading) -> Sequence[Fit]:
        """The record of a patient answers what is asked of that patient alone, where no other question does."""
        record = next((fit for fit in ranked if {"patient", "paper"} <= fit.words.keys() and not fit.missing), None)
        best = ranked[0]
        if record is None or (_worth(best) >= _ENOUGH and not best.dropped and not best.missing):
            return ranked
        people = [person for item in reading.items for person in item.people]
        others = [item for item in reading.items if item.kind not in ("patient", "paper")]
        if not all(self._reader.is_recorded(item, people) for item in others):
            return ranked
        return [
            replace(record, dropped=[], aside=[], score_at_least=_FITS, learned=max(record.learned, 0.0)),
            *(fit for fit in ranked if fit is not record),
        ]

    def _unknown(self, reading: Reading) -> str:
        """Words that nothing explains, not even an example."""
        unknown = [token for token in self.unexplained(reading) if token not in self.learned.words]
        if not unknown:
            return ""
        text = "nothing in the graph is about " + ", ".join(repr(reading.said[token]) for token in unknown)
        near = [label for token in unknown for label in self._reader.names.mentioning(token)[:3]]
        return text + (f" as such (it has {', '.join(map(repr, near))})" if near else "")


def _refused(reading: Reading) -> str:
    """What the graph never answers."""
    asked = [token.strip("<!> ") for token in reading.tokens if token.startswith("<!")]
    return f"the graph holds what papers report and gives no {asked[0]}" if asked else ""


def _worth(fit: Fit) -> float:
    """How good a stored question is as an answer."""
    incomplete = min(len(fit.dropped), 2) + bool(fit.missing)
    return fit.learned + min(fit.score, _FULL) - _INCOMPLETE * incomplete


def _whole_first(ranked: Sequence[Fit]) -> Sequence[Fit]:
    """Before a question that drops something or lacks a parameter, one that is nearly as good and does not."""
    near = (fit for fit in ranked if _worth(fit) >= _worth(ranked[0]) - _NEAR)
    whole = next((fit for fit in near if not fit.dropped and not fit.missing), ranked[0])
    return [whole, *(fit for fit in ranked if fit is not whole)]


def _unfit(best: Fit, beyond: float) -> str:
    """Why the best answer is none; `beyond` is how much speaks for a question that nothing here answers."""
    if best.dropped and (best.learned < _SURE or best.elsewhere):
        said = ", ".join(repr(item.said) for item in best.dropped)
        return f"no stored question takes {said} together with the rest"
    no_answer = best.elsewhere or beyond > best.learned or _worth(best) < _ENOUGH
    return "the question fits no stored question well" if no_answer else ""


def _lacking(best: Fit) -> str:
    needed = " and ".join(f"{name} ({best.query.parameters[name].help})" for name in best.missing)
    return f"{best.query.name} needs {needed}" if needed else ""
