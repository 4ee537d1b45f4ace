"""The text of a paper: one documented normalisation, exact search, and the section in which a place stands.

Normalisation, the same for text and fragment:

0. letters with accents are single characters (Unicode NFC);
1. white space of any kind and length is one space;
2. every kind of dash and minus is a hyphen, every kind of quotation mark its plain form, a ligature its letters;
3. a line break after a hyphen is no space, and a hyphen between two letters is dropped, so that a word divided at the
   end of a line, one with a real hyphen there, and the same word written whole read alike.

Nothing else is changed and no match is fuzzy. What follows the beginning of the reference list holds no passage.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

from marrowkg.number import NumberToken, number_tokens

__all__ = ["Source", "normalise"]

_DASHES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212"
_PLAIN = {
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
}
_LETTER = r"[^\W\d_]"
_CHANGES = re.compile(
    rf"(?P<dropped>(?<={_LETTER})[{_DASHES}]\s*\n\s*(?={_LETTER})|(?<={_LETTER})[{_DASHES}](?={_LETTER}))"
    rf"|(?P<broken>[{_DASHES}]\s*\n\s*)"
    r"|(?P<space>\s+)"
    rf"|(?P<char>[{''.join(c for c in _PLAIN if c != '-')}])"
)
_SENTENCE_END = re.compile(
    r"(?<!\bet al)(?<!\bvs)(?<!\bFig)(?<!\be\.g)(?<!\bi\.e)[.!?](?:<sup>[^<]*</sup>|\d+)? (?=[\"'(\[<#*]*[A-Z])"
)


def _changed(match: re.Match[str]) -> str:
    if match["dropped"] is not None:
        return ""
    if match["broken"] is not None:
        return "-"
    return " " if match["space"] is not None else _PLAIN[match["char"]]


def normalise(text: str) -> str:
    """The text as it is compared and digested."""
    return _CHANGES.sub(_changed, unicodedata.normalize("NFC", text)).strip()


@dataclass(frozen=True, slots=True)
class _Aligned:
    """Normalised text, and for each of its characters the offset it had before."""

    text: str
    offsets: Sequence[int]


def _align(raw: str) -> _Aligned:
    parts: list[str] = []
    offsets: list[int] = []
    done = 0
    for match in _CHANGES.finditer(raw):
        new = _changed(match)
        parts += [raw[done : match.start()], new]
        offsets += [*range(done, match.start()), *([match.start()] * len(new))]
        done = match.end()
    parts.append(raw[done:])
    offsets += range(done, len(raw))
    return _Aligned("".join(parts), [*offsets, len(raw)])


class Source:
    """The text of one paper, ready to be searched."""

    def __init__(self, raw: str, *, references: str | None = None) -> None:
        self._raw = unicodedata.normalize("NFC", raw)
        self._aligned = _align(self._raw)
        self.digest = sha256(normalise(raw).encode()).hexdigest()
        end = self._aligned.text.find(normalise(references)) if references else -1
        self._end = end if end >= 0 else len(self._aligned.text)
        self.references_found = references is None or end >= 0
        self._starts: list[tuple[int, str]] = []

    def place_sections(self, sections: Mapping[str, Iterable[str]]) -> list[str]:
        """Learn where sections begin; return what is wrong with the words that should mark them."""
        faults: list[str] = []
        for name, openings in sections.items():
            for opening in openings:
                found = self.find(opening)
                if len(found) == 1:
                    self._starts.append((found[0], name))
                else:
                    faults.append(f"the opening {opening!r} of section {name!r} stands {len(found)} times in the text")
        self._starts.sort()
        return faults

    def find(self, exact: str, before: str = "", after: str = "") -> list[int]:
        """Offsets, in the normalised text, of every place where the fragment stands between its neighbours."""
        needle = normalise(" ".join(part for part in (before, exact, after) if part))
        lead = len(normalise(before)) + 1 if before else 0
        return [start + lead for start in self._occurrences(needle)]

    def length(self, fragment: str) -> int:
        """Length of a fragment in the normalised text."""
        return len(normalise(fragment))

    def _occurrences(self, needle: str) -> Iterable[int]:
        text, start = self._aligned.text, -1
        while needle and (start := text.find(needle, start + 1, self._end)) >= 0:
            if _whole_words(text, start, start + len(needle)):
                yield start

    def numbers(self) -> Iterator[NumberToken]:
        """The numbers that the text prints before its reference list; digits inside a name such as CD10 are none."""
        text = self._aligned.text
        for token in number_tokens(text[: self._end]):
            if not text[token.start - 1 : token.start].isalpha():
                yield token

    def matches(self, pattern: str) -> Iterator[tuple[int, int]]:
        """Spans of the normalised text that a regular expression matches."""
        for match in re.finditer(pattern, self._aligned.text[: self._end]):
            yield match.span()

    def text(self, start: int, end: int) -> str:
        """The normalised text of a span."""
        return self._aligned.text[start:end]

    def section_at(self, offset: int) -> str | None:
        """The section in which an offset stands."""
        index = bisect_right([start for start, _ in self._starts], offset) - 1
        return self._starts[index][1] if index >= 0 else None

    def sentence_at(self, offset: int, *, before: int = 0) -> tuple[int, int]:
        """The span of the sentence in which an offset stands, and of so many sentences before it in the section."""
        first, last = self._section_bounds(offset)
        ends = [match.end() for match in _SENTENCE_END.finditer(self._aligned.text, first, last)]
        here = bisect_right(ends, offset)
        return [first, *ends][max(0, here - before)], [*ends, last][here]

    def _section_bounds(self, offset: int) -> tuple[int, int]:
        index = bisect_right([start for start, _ in self._starts], offset)
        first = self._starts[index - 1][0] if index else 0
        return first, self._starts[index][0] if index < len(self._starts) else self._end

    def surroundings(self, offset: int, length: int, margin: int = 160) -> tuple[str, str, str]:
        """The readable text before, at and after a place, cut at words."""
        offsets, last = self._aligned.offsets, len(self._aligned.text)
        cuts = [max(0, offset - margin), offset, min(last, offset + length), min(last, offset + length + margin)]
        raw = [self._raw[offsets[a] : offsets[b]] for a, b in pairwise(cuts)]
        before, at, after = (" ".join(re.sub(rf"(?<={_LETTER})-\n", "", part).split()) for part in raw)
        before = before if cuts[0] == 0 else before.partition(" ")[2]
        after = after if cuts[3] == last else after.rpartition(" ")[0]
        return before, at, after


def _whole_words(text: str, start: int, end: int) -> bool:
    """Whether a place neither begins nor ends inside a word or number (`5` is no place in `15.5`)."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    cut_before = before[-1:].isalnum() and text[start].isalnum()
    cut_after = after[:1].isalnum() and text[end - 1].isalnum()
    decimal_before = bool(re.fullmatch(r"\d\.", before)) and text[start].isdigit()
    decimal_after = bool(re.fullmatch(r"\.\d", after)) and text[end - 1].isdigit()
    return not (cut_before or cut_after or decimal_before or decimal_after)
