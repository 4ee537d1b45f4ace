"""What the rows of an answer tell of: words of a question that no parameter takes may stand in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marrowkg.ask.fitting import ASIDE, DROPPED, NARROWS
from marrowkg.ask.item import NUMBERS
from marrowkg.ask.narrowing import narrowed
from marrowkg.ask.told import Sought, Told

if TYPE_CHECKING:
    from marrowkg.answer import Answer
    from marrowkg.ask.fit import Fit
    from marrowkg.ask.item import Item, Reading
    from marrowkg.ask.names import Names
    from marrowkg.ask.phrasing import Phrasings
    from marrowkg.ask.words import Words
    from marrowkg.storedquery import StoredQuery
    from marrowkg.vocabulary import Vocabulary

__all__ = ["Answers", "Grounder"]

Answers = Callable[["StoredQuery", Mapping[str, Sequence[str]]], "Answer"]
"""Answers a stored question with what is given for its parameters."""
_REMEMBERED: Final = 500
"""How many answers are remembered."""


class Grounder:
    """Tries answers, and tells what of a question stands in their rows."""

    def __init__(
        self, answers: Answers, words: Words, phrasings: Phrasings, names: Names, vocabulary: Vocabulary
    ) -> None:
        self._answers = answers
        self._words = words
        self._phrasings = phrasings
        self._names = names
        self._vocabulary = vocabulary
        self._tried: dict[object, Told] = {}

    def grounded(self, fit: Fit, reading: Reading) -> Fit:
        """The same fit with what its rows tell of: that is neither dropped nor left over."""
        told = self._told(fit)
        found = replace(fit, rows=len(told), dropped=[], aside=[], sought=[], lost=[])
        for item in fit.dropped:
            if self._is_told(item, told, found):
                found.left -= DROPPED - ASIDE
                found.matched += NARROWS
            else:
                found.dropped.append(item)
        for item in fit.aside:
            if item.excluded or not self._is_told(item, told, found):
                found.aside.append(item)
        for token in dict.fromkeys(reading.tokens):
            if not token.startswith("<"):
                sought = Sought(reading.said[token], frozenset({(token,)}))
                is_told = self._found(told, sought)
                found.sought += is_told
                found.left -= self._phrasings.weight(token) if is_told and token in fit.unmet else 0.0
        self._rest(fit, reading, told, found)
        return found

    def _rest(self, fit: Fit, reading: Reading, told: Told, found: Fit) -> None:
        """Names that the wording says anyway, and plain words where no share ranks the rows, order rows as well."""
        used = {value for values in fit.words.values() for value in values}
        used |= {said for narrowing in fit.narrowings for said in narrowing.said} | {one.said for one in found.sought}
        unused = [item for item in reading.items if item.term is not None and item.said not in used]
        for item in unused:
            if item not in (*fit.dropped, *fit.aside) and not self._is_told(item, told, found):
                found.lost.append(item)
        ranked = "percent" in fit.query.columns
        for stem, written in reading.rest.items():
            if (stem in self._words.sexed or not ranked) and written not in used:
                sought = Sought(written, frozenset((form,) for form in self._sexed(stem)))
                found.sought += self._found(told, sought)

    def _found(self, told: Told, *sought: Sought) -> list[Sought]:
        """Those that rows tell of."""
        rows = ((one, len(told.rows(one))) for one in sought)
        return [replace(one, orders=count < len(told)) for one, count in rows if count]

    def _sexed(self, stem: str) -> set[str]:
        """A word, or all for the same sex."""
        return next((self._words.nouns[sex] for sex in ("male", "female") if stem in self._words.nouns[sex]), {stem})

    def _told(self, fit: Fit) -> Told:
        """What the rows of a fit tell of; of the last ones it is remembered."""
        given = tuple((name, tuple(values)) for name, values in sorted(fit.words.items()))
        key = (fit.query.name, given, tuple(fit.narrowings))
        if key not in self._tried:
            if len(self._tried) >= _REMEMBERED:
                self._tried.clear()
            self._tried[key] = Told(narrowed(self._answers(fit.query, fit.words), fit.narrowings), self._words)
        return self._tried[key]

    def _is_told(self, item: Item, told: Told, fit: Fit) -> bool:
        """Whether rows tell of a name, or of what is narrower; those that tell of itself come first."""
        found = self._found(told, *self._named(item))
        fit.sought += found
        return bool(found)

    def _named(self, item: Item) -> Iterator[Sought]:
        if item.term is not None:
            yield Sought(item.said, self._ways(self._names.written(item.term)))
            yield Sought(item.said, self._ways(self._vocabulary.labels_under([item.term.name])))
        elif item.kind in (*NUMBERS, "source", "paper"):
            yield Sought(item.said, self._ways(item.values))

    def _ways(self, texts: Iterable[str]) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(self._words.stems(text)) for text in texts)
