"""What a question is learned by: its words, pairs of words, pieces of words, and the kinds of what it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final
from zlib import crc32

from marrowkg.ask.item import Item, Reading
from marrowkg.prefixes import MKG
from marrowkg.storedquery import StoredQuery
from marrowkg.vocabulary import Vocabulary

__all__ = ["BUCKETS", "Features"]

BUCKETS: Final = 1 << 15
"""How many rows the table of weights has; two features may share one."""
_PIECE: Final = 4
"""Letters of a piece of a word; `_` stands for its ends."""
_MANY: Final = 4
"""How many unknown words are told apart."""
_WORD = re.compile(r"[a-z]+|\d+")


class Features:
    """Tells the features of a question that was read."""

    def __init__(self, queries: Sequence[StoredQuery], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        classes = {p.class_.removeprefix("mkg:") for q in queries for p in q.parameters.values() if p.class_}
        # the narrowest first
        self._classes = sorted(classes, key=lambda name: (-len(vocabulary.ancestors(MKG + name)), name))

    def buckets(self, question: str, reading: Reading) -> list[int]:
        """The rows of the table of weights that speak for a question, each once, in order."""
        return sorted({crc32(feature.encode()) % BUCKETS for feature in self.of(question, reading)})

    def of(self, question: str, reading: Reading) -> Iterator[str]:
        """The features of a question: each begins with what it is."""
        words = list(self._words(reading))
        yield from (f"word {word}" for word in words)
        yield from (f"pair {one} {other}" for one, other in pairwise(["^", *words]))
        yield from (f"intent {token}" for token in reading.tokens if token.startswith("<"))
        yield from (f"unknown {number}" for number, _ in enumerate(reading.unknown[:_MANY]))
        yield "kinds " + " ".join(sorted({word for word in words if word.startswith("#")}))
        for word in _WORD.findall(question.lower()):
            ended = f"_{word}_"
            yield from (f"piece {ended[place : place + _PIECE]}" for place in range(len(ended) - _PIECE + 1))

    def _words(self, reading: Reading) -> Iterator[str]:
        """The stems in order, with the kind of a name in its place."""
        named = {item.start: item for item in reading.items}
        place = 1
        while place < len(reading.stems):
            item = named.get(place)
            if item is not None:
                yield self._kind(item)
            elif reading.stems[place] not in (",", "/"):
                yield reading.stems[place]
            place = max(item.end if item else 0, place + 1)

    def _kind(self, item: Item) -> str:
        if item.term is None:
            return f"#{item.kind}"
        above = self._vocabulary.ancestors(item.term.iri)
        return "#" + next((name for name in self._classes if MKG + name in above), item.kind)
