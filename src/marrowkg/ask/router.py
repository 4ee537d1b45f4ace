"""Which stored question is meant, or why none is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from marrowkg.ask.certainty import certainty, laid, unknown_words, worth
from marrowkg.ask.features import Features
from marrowkg.ask.fit import Fit
from marrowkg.ask.fitting import Fitter
from marrowkg.ask.grounding import Answers, Grounder
from marrowkg.ask.item import Reading
from marrowkg.ask.learned import OUT_OF_SCOPE, Learned
from marrowkg.ask.narrowing import narrowed
from marrowkg.ask.phrasing import Phrasing, Phrasings
from marrowkg.ask.reading import Reader
from marrowkg.ask.register import Register
from marrowkg.ask.rows import Rows
from marrowkg.ask.slots import Slots
from marrowkg.ask.told import VALUES, arranged
from marrowkg.ask.understood import NotUnderstoodError, Understood
from marrowkg.ask.words import Words
from marrowkg.storedquery import list_queries
from marrowkg.vocabulary import Vocabulary

if TYPE_CHECKING:
    from marrowkg.answer import Answer

__all__ = ["Router"]

_ENOUGH = 0.05
"""Least certainty of an answer."""
_GOOD = -0.2
"""What an answer is worth beside which the record of a patient is not looked at."""
_NOT_WELL = "the question fits no stored question well"
_FITS = 0.62
"""Least score of a wording that fits by itself."""
_NEAR = 0.35
"""How much less than the best an answer may be worth that takes all that was asked."""
_LIKELY = 12
"""How many stored questions are tried, those first for which most that was learned speaks."""
_MARGIN = 0.1
"""How much better than the second the first must be for the second not to be named."""
_TRIED, _TRYING = 6, 0.6
"""How many answers are tried at most, and how much less than the best they may be worth."""
_BEYOND = 0.5
"""How much likelier no answer must be than any for none to be tried."""
_REWORDED = 3
"""How many other wordings are tried where the best has no row."""


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
        also = second.query.name if worth(best) - worth(second) < _MARGIN and not second.dropped else ""
        whole = next((fit for fit in ranked[1:] if not fit.dropped and not fit.missing), second)
        return replace(self._understood(best, reading), also=also, second=self._understood(whole, reading).command())

    def _understood(self, fit: Fit, reading: Reading) -> Understood:
        return Understood(
            fit.query,
            fit.words,
            fit.narrowings,
            [*(item.said for item in (*fit.aside, *fit.dropped, *fit.lost)), *unknown_words(fit, reading)],
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
            if known is None or laid(fit) > laid(known):
                best[fit.query.name] = fit
        fits = [replace(fit, learned=speaks.get(name, 0.0)) for name, fit in best.items()]
        return sorted(fits, key=lambda fit: (-worth(fit), -fit.matched, fit.query.name))

    def _tried(self, ranked: Sequence[Fit], reading: Reading, beyond: float) -> Sequence[Fit]:
        """The same, with the rows of the likeliest answers looked at; of none where hardly anything speaks for any."""
        if self._grounder is None or beyond - max(fit.learned for fit in ranked) > _BEYOND:
            return ranked
        near = [fit for fit in ranked if worth(fit) >= worth(ranked[0]) - _TRYING and not fit.missing][:_TRIED]
        tried = {fit.query.name: self._grounded(fit, reading, self._grounder) for fit in near}
        fits = [tried.get(fit.query.name, fit) for fit in ranked]
        return sorted(fits, key=lambda fit: -worth(fit))

    def _grounded(self, fit: Fit, reading: Reading, grounder: Grounder) -> Fit:
        """The fit with its rows; if there is none, or a name has no use, with names in another place.

        That is another name put first, another wording, or one name less that rows tell of.
        """
        found = grounder.grounded(fit, reading)
        if found.rows and not found.lost:
            return found
        for other in self._others(fit.phrasing, reading, reworded=not found.rows):
            again = grounder.grounded(replace(other, learned=fit.learned), reading)
            better = not found.rows or len(again.lost) < len(found.lost)
            if again.rows and better and not again.missing and len(again.dropped) <= len(found.dropped):
                return again
        return found

    def _others(self, phrasing: Phrasing, reading: Reading, *, reworded: bool) -> Iterator[Fit]:
        """Other ways to take a reading up, for the same stored question."""
        named = [item for item in reading.items if item.term is not None and not (item.excluded or item.loose)]
        yield from (self._fitter.fit(phrasing, reading, first=item) for item in named)
        if reworded:
            wordings = [p for p in self._phrasings.all if p.query.name == phrasing.query.name and p != phrasing]
            fits = (self._fitter.fit(p, reading) for p in wordings)
            yield from sorted(fits, key=laid, reverse=True)[:_REWORDED]
        yield from (self._fitter.fit(phrasing, reading, without=item) for item in named)

    def arranged(self, understood: Understood, answer: Answer) -> Answer:
        """The rows of an answer that are asked for, those first that tell of what was sought."""
        return arranged(narrowed(answer, understood.narrowings), understood.sought, self._words, understood.order)

    def _record_at_least(self, ranked: Sequence[Fit], reading: Reading) -> Sequence[Fit]:
        """The record of a patient answers what is asked of that patient alone, where no other question does."""
        record = next((fit for fit in ranked if {"patient", "paper"} <= fit.words.keys() and not fit.missing), None)
        best = ranked[0]
        if record is None or (worth(best) >= _GOOD and not best.dropped and not best.missing):
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
        if not best.elsewhere and certainty(best, reading, beyond) >= _ENOUGH:
            return ""
        if unknown := unknown_words(best, reading):
            return self._nothing_about(unknown)
        said = ", ".join(repr(item.said) for item in best.dropped)
        return f"no stored question takes {said} together with the rest" if said else _NOT_WELL

    def _nothing_about(self, unknown: Sequence[str]) -> str:
        text = "nothing in the graph is about " + ", ".join(map(repr, unknown))
        near = [label for word in unknown for label in self._reader.names.mentioning(self._words.stem(word))[:3]]
        return text + (f" as such (it has {', '.join(map(repr, near))})" if near else "")


def _refused(reading: Reading) -> str:
    """What the graph never answers."""
    asked = [token.strip("<!> ") for token in reading.tokens if token.startswith("<!")]
    return f"the graph holds what papers report and gives no {asked[0]}" if asked else ""


def _whole_first(ranked: Sequence[Fit]) -> Sequence[Fit]:
    """Before a question that drops something or lacks a parameter, one that is nearly as good and does not."""
    near = (fit for fit in ranked if worth(fit) >= worth(ranked[0]) - _NEAR)
    whole = next((fit for fit in near if not fit.dropped and not fit.missing), ranked[0])
    return [whole, *(fit for fit in ranked if fit is not whole)]


def _lacking(best: Fit) -> str:
    needed = " and ".join(f"{name} ({best.query.parameters[name].help})" for name in best.missing)
    return f"{best.query.name} needs {needed}" if needed else ""
