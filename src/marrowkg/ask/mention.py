"""Papers, cited sources, parts of papers and patients in the words of a question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from marrowkg.ask.grade import is_roman
from marrowkg.ask.item import Item
from marrowkg.ask.names import Found, Names
from marrowkg.ask.register import Person, Register
from marrowkg.ask.words import Words, split
from marrowkg.vocabulary import Vocabulary

__all__ = ["Mention", "Mentions"]

_POINTERS = ("the", "thi", "this", "that", "only")
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5"}
_EACH = ("each", "every", "per", "which", "all", "two", "three", "both")
_BEFORE_NUMBER = (["no"], ["number"], ["numb"], ["report"])
_PLURAL = ("en", "s")
_PREPOSITIONS = ("in", "of", "with", "for", "among")
_LONGEST_PHRASE = 7


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name a single patient, and all patients they fit."""

    start: int
    end: int
    said: str
    people: tuple[Person, ...]
    sure: bool = True
    """Whether one patient must be meant: `the man` may be any."""


class Mentions:
    """Finds what the register knows in the words of a question."""

    def __init__(self, register: Register, names: Names, words: Words, vocabulary: Vocabulary) -> None:
        self._register = register
        self._names = names
        self._words = words
        self._vocabulary = vocabulary
        self._papers = {surname: paper for paper, text in register.authors.items() for surname in _authors(text)}
        self._sources: dict[str, list[str]] = {}
        for label, text in register.sources.items():
            for surname in _surnames(text):
                self._sources.setdefault(surname, []).append(label)
        self.words = {
            word.casefold() for text in (*self._papers, *self._sources, *register.titles) for word in split(text)
        }
        """The words of authors and slugs."""
        self._conditions = {paper: set(self._own(pairs)) for paper, pairs in register.conditions.items()}
        self._places = self._unique_places()
        self.words |= self._places.keys()
        self._bags = {paper: self._bag(paper) for paper in register.titles}

    def _own(self, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
        """The conditions that are not only those of a part of a larger cohort with a broader one."""
        condition = self._vocabulary.classes["condition"].iri
        for name, broader in pairs:
            is_told = not broader or condition in self._vocabulary.ancestors(broader)
            if is_told and (broader == name or broader not in self._vocabulary.ancestors(name)):
                yield name

    def _bag(self, paper: str) -> set[str]:
        """The words by which a paper can be described: title, places, and the names of what its own patients have."""
        conditions = self._conditions.get(paper, set())
        labels = [name for name, term in self._vocabulary.names() if term.iri in conditions]
        places = (word for word in split(self._register.settings.get(paper, "")) if word[0].isupper())
        texts = (self._register.titles[paper], *labels, *places)
        return {stem for text in texts for stem in self._words.stems(text)}

    def _unique_places(self) -> dict[str, str]:
        """Names of places where the patients of one paper only were seen."""
        papers: dict[str, set[str]] = {}
        for paper, setting in self._register.settings.items():
            for word in (*split(setting), *_acronyms(setting)):
                if word[0].isupper() and not self._words.is_ordinary(word):
                    papers.setdefault(word.casefold(), set()).add(paper)
        return {word: min(where) for word, where in papers.items() if len(where) == 1}

    # ---- papers and sources

    def papers(self, written: Sequence[str], stems: Sequence[str]) -> Iterator[Item]:
        """Papers by slug, by author, and as `the necrosis paper`."""
        for place, word in enumerate(written):
            slug = word.casefold()
            slug = slug.removesuffix("n") if slug.removesuffix("n") in self._places else slug
            if slug in self._register.titles:
                yield Item("paper", slug, (slug,), place, place + 1)
            elif word[0].isupper() and slug in self._papers:
                paper = self._papers[slug]
                end = self._after_author(written, place + 1, self._register.years.get(paper, ""))
                yield Item("paper", paper, (paper,), place, end)
            elif word[0].isupper() and slug in self._places:
                end = place + 1 + (self._is_noun(stems[place + 1], "team") if place + 1 < len(stems) else 0)
                yield Item("paper", self._places[slug], (self._places[slug],), place, end)
            elif self._is_noun(stems[place], "paper"):
                yield from self._described(stems, place)

    def _described(self, stems: Sequence[str], end: int) -> Iterator[Item]:
        """The paper that the words before its noun describe, if they describe one only."""
        for start in range(end - 1, max(0, end - _LONGEST_PHRASE) - 1, -1):
            if stems[start] not in _POINTERS:
                continue
            if any(stem in _EACH for stem in stems[start:end]):
                continue
            telling = [s for s in stems[start + 1 : end] if not self._words.is_common(s) or s.isdigit()]
            fits = [
                p for p, bag in self._bags.items() if all(s in bag or s == self._register.years[p] for s in telling)
            ]
            if telling and len(fits) == 1:
                yield Item("paper", fits[0], (fits[0],), start, end + 1)
                return

    def sources(self, written: Sequence[str]) -> Iterator[Item]:
        """Cited sources by author, all of them where one author has several."""
        for place, word in enumerate(written):
            labels = self._sources.get(word.casefold(), [])
            if labels and word[0].isupper() and word.casefold() not in self._papers:
                end = self._after_author(written, place + 1, "")
                others = [w for w in written[place + 1 : end] if w.casefold() in self._sources]
                both = [label for label in labels if all(label in self._sources[w.casefold()] for w in others)]
                yield Item("source", word, tuple(both or labels), place, end)

    def _after_author(self, written: Sequence[str], end: int, year: str) -> int:
        """Where the name of a source ends: after co-authors, `et al.` and the year."""
        while end < len(written) and (
            written[end].casefold() in ("et", "al", "colleagues", "coworkers")
            or written[end] == year
            or (written[end] == "and" and self._is_author(written[end + 1 : end + 2]))
            or (written[end - 1] == "and" and self._is_author(written[end : end + 1]))
        ):
            end += 1
        return end

    def _is_author(self, words: Sequence[str]) -> bool:
        return bool(words) and (
            words[0].casefold() in self._sources or words[0].casefold() in ("colleagues", "coworkers")
        )

    def sections(self, written: Sequence[str], stems: Sequence[str]) -> Iterator[Item]:
        """Parts of a paper: `the Discussion`, `the results section`, `Table 1`."""
        for place, stem in enumerate(stems):
            end = place + 1
            numbered = written[end : end + 1] and (written[end].isdigit() or is_roman(written[end]))
            headed = written[place][:1].isupper() or stems[end : end + 1] == ["section"]
            if place > 1 and (
                (numbered and self._is_noun(stem, "float")) or (headed and self._is_noun(stem, "section"))
            ):
                end += bool(numbered)
                said = " ".join(written[place:end])
                said = said[0].upper() + said[1:]
                yield Item("section", said, (said,), place, end)

    def is_printed(self, section: Item) -> bool:
        """Whether some passage stands in a part of a paper; a number after it is no beginning of a longer one."""
        said = re.compile(rf"{re.escape(section.said.casefold())}(?!\w)")
        return any(said.search(known) for known in self._register.sections) or not self._register.sections

    # ---- patients

    def patients(self, written: Sequence[str], stems: Sequence[str], terms: Sequence[Found]) -> Iterator[Mention]:
        """Single patients named by number, by age, or as `the AML case`, with all that fit."""
        for place, stem in enumerate(stems):
            if self._is_noun(stem, "patient"):
                yield from self._numbered(written, stems, place)
                yield from self._counted(stems, place, terms)
                if not written[place].endswith("s"):
                    yield from self._described_patient(stems, place, terms)
            elif self._sex(stem) and not written[place].casefold().endswith(_PLURAL):
                yield from self._only_one(stems, place)
            elif stem == "year" and place and written[place - 1].isdigit() and stems[place + 1 : place + 2] == ["old"]:
                yield self._aged(written, stems, place - 1)

    def _numbered(self, written: Sequence[str], stems: Sequence[str], start: int) -> Iterator[Mention]:
        place = start + 1 + (stems[start + 1 : start + 2] in _BEFORE_NUMBER)
        while place < len(written) and written[place].isdigit():
            number = written[place]
            yield Mention(start, place + 1, f"patient {number}", self._with_number(number, stems[start]))
            start = place + 1
            place = start + (written[start : start + 1] in (["and"], [","], ["or"]))

    def _counted(self, stems: Sequence[str], place: int, terms: Sequence[Found]) -> Iterator[Mention]:
        """`the second patient`, `the third leukemia case`."""
        start = next((found.start for found in terms if found.end == place), place) - 1
        if start > 0 and stems[start - 1] in _POINTERS and stems[start] in _ORDINALS:
            number = _ORDINALS[stems[start]]
            yield Mention(start - 1, place + 1, f"patient {number}", self._with_number(number, stems[place]))

    def _with_number(self, number: str, noun: str) -> tuple[Person, ...]:
        """The patients of a number; where the noun is `case`, those of case reports if there are any."""
        people = tuple(p for p in self._people if p.printed == number)
        report = self._vocabulary.classes["case report"].iri
        cases = tuple(p for p in people if self._is_noun(noun, "case") and self.has(p, report))
        return cases or people

    def _aged(self, written: Sequence[str], stems: Sequence[str], start: int) -> Mention:
        end = start + 3
        sex = self._sex(stems[end]) if end < len(stems) else ""
        near = (p for p in self._people if written[start] in p.ages and (not sex or sex in p.traits))
        end += bool(sex) or (end < len(stems) and self._is_noun(stems[end], "patient"))
        return Mention(start, end, f"{written[start]}-year-old patient", tuple(near))

    def _described_patient(self, stems: Sequence[str], end: int, terms: Sequence[Found]) -> Iterator[Mention]:
        """One patient who alone has all that stands between the article and the noun; else nobody."""
        before: list[str] = []
        start = end
        while start > 0 and (step := self._trait(stems, start, terms)) is not None:
            start, trait = step
            before.append(trait)
        near = [p for p in self._people if all(self.has(p, trait) for trait in before)]
        if before and start > 0 and stems[start - 1] in _POINTERS and len(near) == 1:
            yield Mention(start - 1, end + 1, near[0].in_words(), tuple(near))

    def _only_one(self, stems: Sequence[str], place: int) -> Iterator[Mention]:
        """`the man`, `the only man`, `the young man`: all of that sex."""
        near = (place - 2, place - 1) if stems[place - 1] not in _PREPOSITIONS else ()
        start = next((p for p in near if p > 0 and stems[p] in _POINTERS), place)
        if start < place:
            people = tuple(p for p in self._people if self._sex(stems[place]) in p.traits)
            yield Mention(start, place + 1, " ".join(stems[start : place + 1]), people, sure=False)

    def _trait(self, stems: Sequence[str], end: int, terms: Sequence[Found]) -> tuple[int, str] | None:
        for found in terms:
            if found.end == end:
                return found.start, found.term.iri
        sex = self._sex(stems[end - 1])
        return (end - 1, sex) if sex else None

    def has(self, person: Person, trait: str) -> bool:
        """Whether a patient has what a class (an IRI) says, or a kind of it."""
        return any(trait in self._vocabulary.ancestors(iri) for iri in person.traits)

    def _sex(self, stem: str) -> str:
        named = [sex for sex in ("male", "female") if self._is_noun(stem, sex)]
        return self._vocabulary.classes[f"{named[0]} sex"].iri if named else ""

    @property
    def _people(self) -> Iterable[Person]:
        return self._register.people.values()

    def those_with(self, labels: Iterable[str]) -> Iterator[Person]:
        """The patients who have something of these labels."""
        wanted = {self._vocabulary.classes[label].iri for label in labels}
        yield from (person for person in self._people if wanted & person.traits)

    def papers_on(self, labels: Iterable[str]) -> Iterator[str]:
        """The papers whose own patients have something of these labels."""
        wanted = {self._vocabulary.classes[label].iri for label in labels}
        yield from (paper for paper, iris in sorted(self._conditions.items()) if wanted & iris)

    def _is_noun(self, stem: str, kind: str) -> bool:
        return stem in self._words.nouns.get(kind, ())


def _acronyms(text: str) -> Iterator[str]:
    """Short forms of long names: of `University of California San Diego` its initials."""
    for name in re.findall(r"(?:[A-Z]\w+(?: of)?,? ?){3,}", text):
        yield "".join(word[0] for word in split(name) if word[0].isupper())


def _authors(text: str) -> Iterator[str]:
    """Surnames of a list such as `Kopp HG, Krauss K, et al.`."""
    for author in text.split(","):
        words = split(author)
        if words and words[0] != "et":
            yield words[0].casefold()


def _surnames(text: str) -> Iterator[str]:
    """Surnames of a phrase such as `Niebrugge and Benjamin`; nothing where it names nobody."""
    if text[:1].isupper():
        yield from (
            word.casefold() for word in split(text) if len(word) > 2 and word[0].isupper() and not word.isupper()
        )
