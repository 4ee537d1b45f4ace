"""Words of a question: folded spelling, stems, words that carry no content, and words that mean the same intent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from marrowkg.ask.plain import PlainWords

__all__ = ["SHADE", "Words", "split"]

SHADE = "<+"
"""What begins so narrows an intent, and is worth nothing to a wording without it."""

_TOKEN = re.compile(r"\{\w+\}|\d+(?:\.\d+)?|[^\W\d_]+(?:\d+[^\W_]*)?|\u2265|>=|>|,|/|\^|\|")
_LETTERS = str.maketrans({"\u2019": "'", "\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue", "\u00df": "ss"})
_SIGNS = (
    (re.compile(r"\b[Gg]rades? [01](?:(?:[,\s\u2013-]|to|and|through)+[1-5])+\b"), "each grade"),
    (re.compile(r"\b([A-Z][A-Z0-9][A-Za-z0-9]*)\+(?!\w)"), r"\1 positive "),
    (re.compile(r"\b([A-Z][A-Z0-9][A-Za-z0-9]*)[-\u2013\u2212](?=[\s,;/.?!)]|$)"), r"\1 negative "),
)
"""`ER+ PR-`, and `grade 1, 2, 3 and 4`, in words."""
_NON = re.compile(r"\bnon[- ](?=[a-z])", re.IGNORECASE)
"""`non-malignant` and `non malignant` are `nonmalignant`."""


def split(text: str) -> list[str]:
    """The words, numbers, commas and signs of a text, as written but without accents."""
    for pattern, replacement in _SIGNS:
        text = pattern.sub(replacement, text)
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return _TOKEN.findall(_NON.sub("non", "".join(c for c in plain if not unicodedata.combining(c))))


class Words:
    """The house's knowledge of plain English: `common-words.txt`, and the `.txt` files of `ask/` but the phrasings."""

    def __init__(self, folder: Path) -> None:
        self._spelling = [
            (re.compile(line.split()[0]), line.split()[1]) for line in _lines(folder / "ask" / "spelling.txt")
        ]
        common = [entry for line in _lines(folder / "common-words.txt") for entry in line.split()]
        self._stems: dict[str, str] = {}
        self.plain = PlainWords(folder / "ask" / "plain-words.txt", self.stem)
        self._common = {self.stem(word) for word in common if "_" not in word}
        self.empty_names = {tuple(map(self.stem, entry.split("_"))) for entry in common if "_" in entry}
        self.nouns: dict[str, set[str]] = {}
        """Stems of the words for a thing, such as a paper, by what it is."""
        self.written: set[str] = set()
        """The words of all intents, as written."""
        self.decisive: set[str] = set()
        """Intents that a wording and a question have both, or neither."""
        self._excluding: list[tuple[str, ...]] = []
        """Phrases after which stands what is not asked for."""
        self._shades: dict[tuple[str, ...], str] = {}
        self._intents = self._read_intents(folder / "ask" / "intent-words.txt")
        self.sexed = self.nouns["male"] | self.nouns["female"]
        """Stems of the words for people of one sex."""
        self.people = self.sexed | self.nouns["patient"]
        """Stems of the words for the people of a study."""
        self.names = {
            name.strip(): label.strip() for name, _, label in map(_halves, _lines(folder / "ask" / "names.txt"))
        }
        """What askers call terms of the ontology, beside its own names."""
        self.foreign = sorted((tuple(self.stems(name)) for name, label in self.names.items() if not label), key=len)
        """Names of other things that are made of known words, such as `blood pressure`."""
        self._longest = max(map(len, self._intents), default=1)
        self.intended = {stem for phrase in self._intents for stem in phrase}.union(*self.nouns.values())
        """Every stem of an intent or of a word for a thing."""

    def _read_intents(self, file: Path) -> Mapping[tuple[str, ...], str]:
        intents: dict[tuple[str, ...], str] = {}
        for line in _lines(file):
            head, _, phrases = line.partition(":")
            self.written.update(split(phrases))
            if head.startswith("-"):
                self._excluding = [tuple(self.stems(phrase)) for phrase in phrases.split(",")]
                continue
            if head.startswith("="):
                self.nouns[head[1:].strip()] = set(self.stems(phrases)) - {","}
                continue
            if head.startswith("+"):
                self._shades.update((tuple(self.stems(phrase)), f"<{head}>") for phrase in phrases.split(","))
                continue
            intent = f"<{head.strip('* ')}>"
            if head.startswith("*"):
                self.decisive.add(intent)
            intents.update((tuple(self.stems(phrase)), intent) for phrase in phrases.split(","))
        return intents

    def stem(self, word: str) -> str:
        """A word in one spelling and without its ending."""
        folded = word.casefold()
        known = self._stems.get(folded)
        if known is None:
            known = folded
            for pattern, replacement in self._spelling:
                known = pattern.sub(replacement, known)
            known = self._stems[folded] = _stem(known)
        return known

    def stems(self, text: str) -> list[str]:
        """The stems of the words of a text; signs and placeholders stay as they are."""
        return [self.stem(token) for token in split(text)]

    def is_common(self, stem: str) -> bool:
        """Whether the word carries no content of its own."""
        return stem in self._common or (len(stem) == 1 and not stem.isdigit())

    def is_ordinary(self, word: str) -> bool:
        """Whether a word, as written, is plain English or part of an intent."""
        stem = self.stem(word)
        adverb = word.endswith("ly") and self.is_common(self.stem(word[:-2]))
        return adverb or self.is_common(stem) or stem in self.intended or self.plain.has(word)

    def excludes(self, stems: Sequence[str]) -> bool:
        """Whether words say that something else is asked for than what follows: `besides`, `other than`."""
        return any(tuple(stems[-len(phrase) :]) == phrase for phrase in self._excluding)

    def meant(self, stems: Sequence[str]) -> Iterator[tuple[str, int]]:
        """What the words say: each intent or content word with the place where it begins; the rest is left out."""
        position = 0
        while position < len(stems):
            yield from ((shade, position) for shade in self._shades_at(stems, position))
            empty = self.empty_at(stems, position)
            length, intent = (empty, None) if empty else self._intent_at(stems, position)
            if intent is not None:
                yield intent, position
            elif not empty and not self.is_common(stems[position]):
                yield stems[position], position
            position += length

    def _shades_at(self, stems: Sequence[str], position: int) -> list[str]:
        said = (tuple(stems[position : position + length]) for length in range(1, self._longest + 1))
        return [self._shades[phrase] for phrase in said if phrase in self._shades][:1]

    def empty_at(self, stems: Sequence[str], position: int) -> int:
        """How many words here are a phrase without content, such as `bone marrow`."""
        return max((len(e) for e in self.empty_names if tuple(stems[position : position + len(e)]) == e), default=0)

    def _intent_at(self, stems: Sequence[str], position: int) -> tuple[int, str | None]:
        for length in range(min(self._longest, len(stems) - position), 0, -1):
            intent = self._intents.get(tuple(stems[position : position + length]))
            if intent is not None:
                return length, intent
        return 1, None


def _lines(file: Path) -> Iterator[str]:
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def _halves(line: str) -> tuple[str, str, str]:
    return line.partition("=")


_ENDINGS = (
    ("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ses", "s"), ("sis", "s"), ("xes", "x"),
    ("ing", ""), ("ed", ""), ("s", ""), ("e", ""), ("a", ""),
)  # fmt: skip
_ADJECTIVES = ("penic", "emic")
"""`anemic` is what `anemia` is without its ending."""
_KEPT = ("ss", "us", "is")


def _stem(word: str) -> str:
    """Without a plural, verb or adjective ending; short words and names with digits stay as they are."""
    if any(c.isdigit() for c in word):
        return word
    if len(word) < 5:
        short = len(word) == 4 and (word[-1] == "e" or (word[-1] == "s" and not word.endswith(_KEPT)))
        return word[:-1] if short else word
    if word.endswith(_ADJECTIVES):
        return word[:-1]
    for ending, replacement in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not (ending == "s" and word.endswith(_KEPT)):
            return _trimmed(word.removesuffix(ending) + replacement, ending)
    return word


def _trimmed(stem: str, ending: str) -> str:
    if ending in ("ing", "ed") and len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "ls":
        return stem[:-1]
    if ending == "s" and len(stem) > 4:
        return stem.removesuffix("e").removesuffix("a")
    return stem.removesuffix("e") if ending in ("ing", "ed", "s") and len(stem) > 3 else stem
