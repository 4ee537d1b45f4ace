"""Which stored question is meant, or why none is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from marrowkg.ask.features import Features
from marrowkg.ask.fitting import Fit, Fitter
from marrowkg.ask.grounding import VALUES, Answers, Grounder, Sought, arranged
from marrowkg.ask.item import Reading
from marrowkg.ask.learned import OUT_OF_SCOPE, Learned
from marrowkg.ask.narrowing import Narrowing, narrowed
from marrowkg.ask.phrasing import Phrasings
from marrowkg.ask.reading import Reader
from marrowkg.ask.register import Register
from marrowkg.ask.rows import Rows
from marrowkg.ask.slots import Slots
from marrowkg.ask.words import Words
from marrowkg.errors import MarrowError
from marrowkg.storedquery import StoredQuery, list_queries
from marrowkg.vocabulary import Vocabulary

if TYPE_CHECKING:
    from marrowkg.answer import Answer

__all__ = ["NotUnderstoodError", "Router", "Understood"]

_ENOUGH = 0.05
"""Least certainty of an answer."""
_GOOD = -0.2
"""What an answer is worth beside which the record of a patient is not looked at."""
_BONUS = 0.2
"""How much more an answer must be worth than it must be likelier than no answer."""
_UNKNOWN, _UNKNOWN_NAME = 0.2, 0.4
"""How much less certain an answer is for a word that nothing knows and no row tells of; a name counts more."""
_UNTOLD = 0.06
"""How much less certain it is for any other word of the question that no row tells of, or that it leaves out."""
_NOT_WELL = "the question fits no stored question well"
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
_EMPTY = 0.5
"""What it costs to have no row."""
_TRIED, _TRYING = 6, 0.6
"""How many answers are tried at most, and how much less than the best they may be worth."""
_BEYOND = 0.5
"""How much likelier no answer must be than any for none to be tried."""
_REWORDED = 3
"""How many other wordings are tried where the best has no row."""
_SHOWN = 3
"""How many values of a parameter are told one by one."""
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
    sought: Sequence[Sought] = ()
    """What no parameter takes: rows that tell of it come first."""
    order: str = ""
    """Which value comes first: the `highest` or the `lowest`."""
    also: str = ""
    """Another stored question that fits as well."""
    second: str = ""
    """The command of the next best question that takes all that was asked."""

    def in_words(self) -> str:
        """The reading, for a person to check."""
        given = "".join(f", {name} = {_listed(values)}" for name, values in self.words.items())
        kept = "; rows with " + ", ".join(n.in_words() for n in self.narrowings) if self.narrowings else ""
        kept += f"; {self.order} first" if self.order else ""
        first = ", ".join(dict.fromkeys(repr(sought.said) for sought in self.sought if sought.orders))
        kept += f"; rows that tell of {first} first" if first else ""
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

    def __init__(
        self,
        folder: Path,
        vocabulary: Vocabulary,
        register: Register | None = None,
        answers: Answers | None = None,
    ) -> None:
        words = self._words = Words(folder)
        queries = list_queries(folder)
        self._folder = folder / "ask"
        self._phrasings = Phrasings(folder, queries, words)
        self._reader = Reader(vocabulary, register or Register(), words, self._phrasings)
        names = self._reader.names
        self._fitter = Fitter(self._phrasings, Slots(vocabulary, names), Rows(vocabulary, names, self._reader.mentions))
        self._grounder = Grounder(answers, words, self._phrasings, names, vocabulary) if answers else None
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
        tried = self._tried(self._ranked(reading, speaks), reading, speaks[OUT_OF_SCOPE])
        ranked = self._record_at_least(_whole_first(tried), reading)
        best, second = ranked[:2]
        closest = [self._understood(fit, reading) for fit in ranked[:3] if fit.matched]
        for why in (
            _refused(reading),
            "; ".join(reading.ambiguous),
            self._unfit(best, reading, speaks[OUT_OF_SCOPE]),
            _lacking(best),
        ):
            if why:
                raise NotUnderstoodError(why, closest)
        also = second.query.name if _worth(best) - _worth(second) < _MARGIN and not second.dropped else ""
        whole = next((fit for fit in ranked[1:] if not fit.dropped and not fit.missing), second)
        return replace(self._understood(best, reading), also=also, second=self._understood(whole, reading).command())

    def _understood(self, fit: Fit, reading: Reading) -> Understood:
        return Understood(
            fit.query,
            fit.words,
            fit.narrowings,
            [*(item.said for item in (*fit.aside, *fit.dropped)), *_unknown(fit, reading)],
            reading.corrected,
            sought=fit.sought,
            order=reading.order if fit.query.columns.intersection(VALUES) else "",
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
            if known is None or _laid(fit) > _laid(known):
                best[fit.query.name] = fit
        fits = [replace(fit, learned=speaks.get(name, 0.0)) for name, fit in best.items()]
        return sorted(fits, key=lambda fit: (-_worth(fit), -fit.matched, fit.query.name))

    def _tried(self, ranked: Sequence[Fit], reading: Reading, beyond: float) -> Sequence[Fit]:
        """The same, with the rows of the likeliest answers looked at; of none where hardly anything speaks for any."""
        if self._grounder is None or beyond - max(fit.learned for fit in ranked) > _BEYOND:
            return ranked
        near = [fit for fit in ranked if _worth(fit) >= _worth(ranked[0]) - _TRYING and not fit.missing][:_TRIED]
        tried = {fit.query.name: self._grounded(fit, reading, self._grounder) for fit in near}
        fits = [tried.get(fit.query.name, fit) for fit in ranked]
        return sorted(fits, key=lambda fit: -_worth(fit))

    def _grounded(self, fit: Fit, reading: Reading, grounder: Grounder) -> Fit:
        """The fit with its rows; if there is none, with another name put first, or with one that rows tell of."""
        found = grounder.grounded(fit, reading)
        if found.rows or fit.phrasing is None:
            return found
        named = [item for item in reading.items if item.term is not None and not (item.excluded or item.loose)]
        wordings = [p for p in self._phrasings.all if p.query.name == fit.query.name and p != fit.phrasing]
        others = [self._fitter.fit(fit.phrasing, reading, first=item) for item in named]
        others += sorted((self._fitter.fit(p, reading) for p in wordings), key=_laid, reverse=True)[:_REWORDED]
        others += [self._fitter.fit(fit.phrasing, reading, without=item) for item in named]
        for other in others:
            again = grounder.grounded(replace(other, learned=fit.learned), reading)
            if again.rows and not again.missing and len(again.dropped) <= len(found.dropped):
                return again
        return found

    def arranged(self, understood: Understood, answer: Answer) -> Answer:
        """The rows of an answer that are asked for, those first that tell of what was sought."""
        return arranged(narrowed(answer, understood.narrowings), understood.sought, self._words, understood.order)

    def _record_at_least(self, ranked: Sequence[Fit], reading: Reading) -> Sequence[Fit]:
        """The record of a patient answers what is asked of that patient alone, where no other question does."""
        record = next((fit for fit in ranked if {"patient", "paper"} <= fit.words.keys() and not fit.missing), None)
        best = ranked[0]
        if record is None or (_worth(best) >= _GOOD and not best.dropped and not best.missing):
            return ranked
        people = [person for item in reading.items for person in item.people]
        others = [item for item in reading.items if item.kind not in ("patient", "paper")]
        if not all(self._reader.is_recorded(item, people) for item in others):
            return ranked
        return [
            replace(record, dropped=[], aside=[], score_at_least=_FITS, learned=max(record.learned, 0.0)),
            *(fit for fit in ranked if fit is not record),
        ]

    def _unfit(self, best: Fit, reading: Reading, beyond: float) -> str:
        """Why the best answer is none; `beyond` is how much speaks for a question that nothing here answers."""
        untold, unknown = _untold(best, reading), _unknown(best, reading)
        names = sum(not word.islower() for word in unknown)
        doubts = (
            _UNKNOWN * len(unknown) + (_UNKNOWN_NAME - _UNKNOWN) * names + _UNTOLD * (len(untold) + len(best.aside))
        )
        if not best.elsewhere and min(_worth(best) + _BONUS, best.learned - beyond) - doubts >= _ENOUGH:
            return ""
        if unknown:
            return self._nothing_about(unknown)
        said = ", ".join(repr(item.said) for item in best.dropped)
        return f"no stored question takes {said} together with the rest" if said else _NOT_WELL

    def _nothing_about(self, unknown: Sequence[str]) -> str:
        text = "nothing in the graph is about " + ", ".join(map(repr, unknown))
        near = [label for word in unknown for label in self._reader.names.mentioning(self._words.stem(word))[:3]]
        return text + (f" as such (it has {', '.join(map(repr, near))})" if near else "")


def _listed(values: Sequence[str]) -> str:
    """The values, but of many only the first."""
    shown = values if len(values) <= _SHOWN else [*values[:1], f"{len(values) - 1} that are named after it"]
    return " and ".join(shown)


def _refused(reading: Reading) -> str:
    """What the graph never answers."""
    asked = [token.strip("<!> ") for token in reading.tokens if token.startswith("<!")]
    return f"the graph holds what papers report and gives no {asked[0]}" if asked else ""


def _laid(fit: Fit) -> tuple[float, float]:
    """How well a wording is laid over a question."""
    return fit.score - _INCOMPLETE * bool(fit.missing), fit.matched


def _untold(fit: Fit, reading: Reading) -> list[str]:
    """Words that no row of the answer tells of; where it was not tried, those that nothing knows."""
    words = reading.unknown if fit.rows is None else [token for token in reading.tokens if not token.startswith("<")]
    return [token for token in dict.fromkeys(words) if reading.said[token] not in fit.told]


def _unknown(fit: Fit, reading: Reading) -> list[str]:
    """Words, as written, that neither stored questions nor the ontology nor a row of the answer knows."""
    return [reading.said[token] for token in _untold(fit, reading) if token in reading.unknown]


def _worth(fit: Fit) -> float:
    """How good a stored question is as an answer."""
    incomplete = min(len(fit.dropped), 2) + bool(fit.missing)
    empty = _EMPTY if fit.rows == 0 else 0.0
    return fit.learned + min(fit.score, _FULL) - _INCOMPLETE * incomplete - empty


def _whole_first(ranked: Sequence[Fit]) -> Sequence[Fit]:
    """Before a question that drops something or lacks a parameter, one that is nearly as good and does not."""
    near = (fit for fit in ranked if _worth(fit) >= _worth(ranked[0]) - _NEAR)
    whole = next((fit for fit in near if not fit.dropped and not fit.missing), ranked[0])
    return [whole, *(fit for fit in ranked if fit is not whole)]


def _lacking(best: Fit) -> str:
    needed = " and ".join(f"{name} ({best.query.parameters[name].help})" for name in best.missing)
    return f"{best.query.name} needs {needed}" if needed else ""
