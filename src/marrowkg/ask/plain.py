"""Plain English that names no subject: base words from a file, and the forms that follow from them by rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

__all__ = ["PlainWords"]

_VERBS, _ADJECTIVES = "verbs", "adjectives"
_ENDINGS = {
    _VERBS: ("er", "or", "able", "ible", "ment", "ion", "ation", "ive", "ative", "ance", "ence", "ability", "ings"),
    _ADJECTIVES: ("ly", "ally", "ness", "ity", "er", "est", "ment"),
}
"""What makes another word of a verb or an adjective."""
_PREFIXES = ("un", "non", "mis", "over", "under")
_SHORTEST = 4
"""Letters that a word has at least before anything is added: `should` makes no `shoulder`."""


class PlainWords:
    """The words of `plain-words.txt`; `stem` takes the ending off a word."""

    def __init__(self, file: Path, stem: Callable[[str], str]) -> None:
        self._stem = stem
        self._kinds: dict[str, set[str]] = {}
        self._words: set[str] = set()
        kind = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("="):
                kind = line.strip("= ")
            elif not line.startswith("#"):
                self._words.update(line.split())
                self._kinds.setdefault(kind, set()).update(map(stem, line.split()))

    def has(self, word: str) -> bool:
        """Whether a word, as written, is plain, or is made of a plain one."""
        folded = word.casefold()
        if word.isupper() and len(word) > 1:  # an acronym, or a word that is stressed
            return folded in self._words
        if self._is_base(folded) or any(self._is_derived(form) for form in (folded, folded.removesuffix("s"))):
            return True
        stripped = (folded.removeprefix(prefix) for prefix in _PREFIXES if folded.startswith(prefix))
        return any(len(rest) >= _SHORTEST and (self._is_base(rest) or self._is_derived(rest)) for rest in stripped)

    def _is_base(self, word: str) -> bool:
        stem = self._stem(word)
        return any(stem in words for words in self._kinds.values())

    def _is_derived(self, word: str) -> bool:
        for kind, endings in _ENDINGS.items():
            known = self._kinds.get(kind, set())
            for ending in endings:
                if word.endswith(ending) and any(self._stem(base) in known for base in _bases(word, ending)):
                    return True
        return False


def _bases(word: str, ending: str) -> Iterator[str]:
    """What a word may have been before the ending: `reliable` before `reliably`."""
    rest = word.removesuffix(ending)
    if len(rest) < _SHORTEST:
        return
    yield from (rest, rest + "e")
    if rest.endswith("i"):
        yield rest[:-1] + "y"
    if rest.endswith("ific"):
        yield rest[:-2] + "y"
    if ending == "ly":
        yield rest + "le"
    if rest[-1] == rest[-2]:
        yield rest[:-1]
