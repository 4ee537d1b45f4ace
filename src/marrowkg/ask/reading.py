"""A question taken apart: what it names, and the words that are left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from marrowkg.ask.grade import grades
from marrowkg.ask.item import Item, Kind, Reading
from marrowkg.ask.mention import Mention, Mentions
from marrowkg.ask.names import Found, Names
from marrowkg.ask.phrasing import Phrasings
from marrowkg.ask.register import Person, Register
from marrowkg.ask.spelling import Speller
from marrowkg.ask.words import Words, split
from marrowkg.vocabulary import Term, Vocabulary

__all__ = ["Reader"]

_CONJUNCTIONS = ("and", "or", ",", "/", "nor", "vs", "versu", "versus", "than", "compar")
_ASKING = ("which", "what", "each", "every")
_APART = (*_CONJUNCTIONS, *_ASKING, "without")
_BETWEEN = ("in", "with", "of", "the", "for")
"""What may stand between a conjunction and what it joins."""
_LINKING = ("than", "to", "the")
_BOTH, _EACH_PAPER = "<both>", "<each paper>"
_WHICH_PATIENTS = "<which patients>"
_WHICH = ("which", "list", "name", "nam")
_APART_AT_MOST = 6
"""Words from `which` to the noun that it asks for."""
_CITED = ("cit", "quot", "referenc")
_LONG_NAME = 3
_ORDERS = ("highest", "lowest")
_NAME = "|"
"""In phrases of intent: the question ends with a name here."""


class Reader:
    """Reads questions with the names of an ontology and of a graph."""

    def __init__(self, vocabulary: Vocabulary, register: Register, words: Words, phrasings: Phrasings) -> None:
        self._vocabulary = vocabulary
        self._words = words
        self._phrasings = phrasings
        self.names = Names(vocabulary, words, words.names)
        self.mentions = Mentions(register, self.names, words, vocabulary)
        named = (word for name, _ in vocabulary.names() for word in split(name))
        self._speller = Speller(chain(words.written, phrasings.written), named)

    def read(self, question: str) -> Reading:
        """Take a question apart; what is read as one thing is read as nothing else."""
        reading = Reading()
        written = ["^", *self._merged([self._spelled(word, reading) for word in split(question)])]
        stems = reading.stems = [self._words.stem(word) for word in written]
        terms = self.names.find(written)
        items: list[Item] = []
        for paper in self.mentions.papers(written, stems):
            items += _free([paper], items)
        long = [found for found in terms if found.end - found.start >= _LONG_NAME]
        for grade in grades(written, stems):
            items += _free([grade], [*items, *long])
        items += _free(self.mentions.sources(written), items)
        mentions = [m for m in self.mentions.patients(written, stems, terms) if not _overlaps(m, items)]
        apart: list[Item | Found | Mention] = [*items, *mentions]
        terms = [found for found in terms if not _overlaps(found, apart)]
        items += self._patients(mentions, items, terms, reading)
        items += self._terms(self._joined(terms, stems), stems, items)
        items += _free(self._numbers(written, stems), [*apart, *items])
        reading.places = list(self.mentions.sections(written, stems))
        missing = (place.said for place in reading.places if not self.mentions.is_printed(place))
        reading.ambiguous += [f"the graph holds nothing from {said}" for said in missing]
        items = [replace(item, cited=item.kind == "paper" and _is_cited(stems, item)) for item in items]
        items = self._compared(items, stems)
        reading.items = sorted((self._told(item, stems) for item in items), key=lambda item: item.start)
        reading.order = next((name for name in _ORDERS if self._words.nouns[name] & set(stems)), "")
        self._read_words(written, stems, [*apart, *terms, *items], reading)
        reading.unknown = [token for token in dict.fromkeys(reading.tokens) if not self._phrasings.knows(token)]
        if sum(self._is_finding(item) for item in items) < 2:
            reading.tokens = [token for token in reading.tokens if token != _BOTH]
        if _WHICH_PATIENTS not in reading.tokens and self._asks_for_patients(stems):
            reading.tokens.append(_WHICH_PATIENTS)
        if sum(item.kind == "paper" for item in items) > 1:
            reading.tokens.append(_EACH_PAPER)
        return reading

    def _compared(self, items: Sequence[Item], stems: Sequence[str]) -> list[Item]:
        """Of a comparison neither side shuts the other out: a paper that is named alone, a tumor beside a paper."""
        papers = {item.value for item in items if item.kind == "paper"}
        sides = "with" in stems and "without" in stems
        compared = self._words.nouns["comparing"] & set(stems) or {"mor", "or"} <= set(stems)
        if not sides and not (compared and papers):
            return list(items)
        return [
            replace(item, loose=(item.kind == "paper" and len(papers) == 1) or self._is_side(item, sides))
            for item in items
        ]

    def _is_side(self, item: Item, sides: bool) -> bool:
        """Whether a condition says who is compared."""
        if item.term is None or not self._vocabulary.is_under(item.term, "Condition"):
            return False
        return sides or not self._vocabulary.is_under(item.term, "BoneMarrowDisorder")

    def _asks_for_patients(self, stems: Sequence[str]) -> bool:
        """`Which HER2-positive patients`: the noun stands apart."""
        start = next((place for place, stem in enumerate(stems) if stem in _WHICH), len(stems))
        return bool(self._words.people & set(stems[start : start + _APART_AT_MOST]))

    def _spelled(self, word: str, reading: Reading) -> str:
        """A word, or the one that was meant where nobody knows it."""
        meant = "" if self._is_known(word) else self._speller.meant(word)
        if meant:
            reading.corrected[word] = meant
        return meant or word

    def _merged(self, written: list[str]) -> list[str]:
        """Words that together name what the graph does not know become one: `blood pressure` is no blood."""
        stems = [self._words.stem(word) for word in written]
        for name in reversed(self._words.foreign):
            for start in range(len(stems) - len(name), -1, -1):
                if tuple(stems[start : start + len(name)]) == name:
                    written[start : start + len(name)] = [" ".join(written[start : start + len(name)])]
                    stems[start : start + len(name)] = [" ".join(name)]
        return written

    def _is_known(self, word: str) -> bool:
        stem = self._words.stem(word)
        named = stem in self.names.stems or word.casefold() in self.mentions.words
        return named or self._phrasings.knows(stem) or self._words.is_ordinary(word)

    def is_recorded(self, item: Item, people: Sequence[Person]) -> bool:
        """Whether the record of one of these patients tells of a term: it was looked for, given, or came about."""
        if item.term is None:
            return False
        course = any(self._vocabulary.is_under(item.term, root) for root in ("Treatment", "Outcome"))
        return course or any(
            item.term.iri in self._vocabulary.ancestors(iri) for person in people for iri in person.observed
        )

    def _is_finding(self, item: Item) -> bool:
        return item.term is not None and self._vocabulary.is_under(item.term, "Finding")

    def _patients(
        self, mentions: Iterable[Mention], items: Sequence[Item], terms: Sequence[Found], reading: Reading
    ) -> Iterator[Item]:
        """The patient each mention means, by the paper or the conditions named beside it; or why it is not clear."""
        papers = {item.value for item in items if item.kind == "paper"}
        for mention in mentions:
            people = [p for p in mention.people if not papers or p.paper in papers]
            fitting = Counter(person for found in terms for person in self._with(found.term, people))
            beside = [p for p in people if fitting[p] and fitting[p] == max(fitting.values())]
            near = people if len(people) == 1 else beside or people
            if len(near) == 1:
                values = (near[0].printed, near[0].paper)
                yield Item("patient", near[0].in_words(), values, mention.start, mention.end, people=(near[0],))
            elif near and mention.sure:
                named = ", ".join(person.in_words() for person in near)
                reading.ambiguous.append(f"{mention.said} may be {named}")
            elif mention.sure:
                reading.ambiguous.append(f"the graph holds no {mention.said}" + "".join(f" of {p}" for p in papers))

    def _with(self, term: Term, people: Sequence[Person]) -> set[Person]:
        """Those who have what a term says, or a condition that is named after it."""
        having = {person for person in people if self.mentions.has(person, term.iri)}
        if self._vocabulary.is_under(term, "Condition"):
            having |= set(self.mentions.those_with(self.names.covered(term))) & set(people)
        return having

    def _joined(self, terms: Sequence[Found], stems: Sequence[str]) -> list[Found]:
        """Two conditions that make one, such as `AML patients with BMN`."""
        joined: list[Found] = []
        base: Term | None = None
        for found in terms:
            last = joined[-1] if joined else None
            whole = self.names.joined(last.term, found.term) if last else None
            also = self.names.joined(base, found.term) if base and last else None
            if last and whole and self._belong(stems, last, found):
                base = last.term
                joined[-1] = Found(whole, last.start, last.end)
            elif last and also and set(stems[last.end : found.start]) & {"and", "or", "vs", "versu"}:
                joined.append(Found(also, found.start, found.end))
            else:
                joined.append(found)
        return joined

    def _belong(self, stems: Sequence[str], one: Found, other: Found) -> bool:
        """Whether nothing between two names keeps them apart, and neither is asked for."""
        before, between = stems[one.start - 1], stems[one.end : other.start]
        if before == "with" and between == ["and"]:
            return True
        if before in _ASKING or any(stem in _APART for stem in between):
            return False
        if "among" in between and not self._vocabulary.is_under(one.term, "BoneMarrowDisorder"):
            return False
        return not list(self._words.meant([stem for stem in between if stem not in self.mentions.words]))

    def _terms(self, terms: Sequence[Found], stems: Sequence[str], items: Sequence[Item]) -> Iterator[Item]:
        """Each term once, unless it only says which patient is meant."""
        people = [person for item in items for person in item.people]
        seen = set()
        end = 0
        for found in terms:
            linked = any(stem in _CONJUNCTIONS for stem in stems[end : found.start]) and end > 0
            end = found.end
            told = any(self.mentions.has(person, found.term.iri) for person in people)
            if found.term not in seen and not told:
                before = [stem for stem in stems[max(0, found.start - 3) : found.start] if stem not in _BETWEEN]
                joined = before[-1] if before and before[-1] in _CONJUNCTIONS else ""
                item = Item("term", found.term.label, (found.term.label,), found.start, found.end, term=found.term)
                yield replace(item, joined=joined, linked=linked, excluded=self._words.excludes(stems[: found.start]))
            seen.add(found.term)

    def _numbers(self, written: Sequence[str], stems: Sequence[str]) -> Iterator[Item]:
        """Other numbers; one before `patients` or `cases`, or as in `of the 22`, only says how many there are."""
        for place, word in enumerate(written):
            if word[0].isdigit():
                after, before = next(iter(stems[place + 1 : place + 2]), ""), stems[max(0, place - 2) : place]
                counts = (
                    before == ["of", "the"]
                    or before[-1:] == ["per"]
                    or self._words.people & set(stems[place + 1 : place + 4])
                )
                kind: Kind = "count" if counts else "time" if after in self._words.nouns["time"] else "number"
                bound = self._bound([stem for stem in stems[max(0, place - 2) : place] if stem not in _LINKING])
                yield Item(bound or kind, word, (word,), place, place + 1)

    def _bound(self, before: Sequence[str]) -> Kind | None:
        """Whether what stands before a number makes it the least, or the most, that is asked for."""
        if before[-1:] and before[-1] in self._words.nouns["least"]:
            return "least"
        return "most" if before[-1:] and before[-1] in self._words.nouns["most"] else None

    def _told(self, item: Item, stems: Sequence[str]) -> Item:
        if item.term is None:
            return item
        texts = (stems[item.start : item.end], self._words.stems(item.term.label))
        return replace(item, wordings=tuple(frozenset(token for token, _ in self._words.meant(text)) for text in texts))

    def _read_words(
        self, written: Sequence[str], stems: Sequence[str], taken: Sequence[Item | Found | Mention], reading: Reading
    ) -> None:
        """The telling words: every run of words that nothing has taken."""
        free = [not any(one.start <= place < one.end for one in taken) for place in range(len(stems))]
        for place, stem in enumerate(stems):
            if free[place] and stem.isalpha() and (stem in self._words.sexed or not self._words.is_common(stem)):
                reading.rest.setdefault(stem, written[place])
        start = 0
        while start < len(stems):
            end = start
            while end < len(stems) and free[end]:
                end += 1
            named = [_NAME] if end < len(stems) and not any(free[end:]) else []
            for token, place in self._words.meant([*stems[start:end], *named]):
                if self._phrasings.knows(token) or not self._words.is_ordinary(written[start + place]):
                    reading.tokens.append(token)
                    reading.said.setdefault(token, written[start + place])
            start = end + 1


def _is_cited(stems: Sequence[str], item: Item) -> bool:
    """`is the breast series cited by another`, `by which paper is the breast series cited`: who cites is asked for."""
    after = stems[item.end :]
    by = "by" in stems[: item.start]
    return any(stem in _CITED and (by or after[place + 1 : place + 2] == ["by"]) for place, stem in enumerate(after))


def _overlaps(one: Item | Found | Mention, others: Iterable[Item | Found | Mention]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


def _free(items: Iterable[Item], taken: Iterable[Item | Found | Mention]) -> list[Item]:
    return [item for item in items if not _overlaps(item, taken)]
