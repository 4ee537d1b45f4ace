"""Names of the ontology as people write them: plurals, abbreviations, shared heads, and conditions that are joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from marrowkg.ask.words import Words
from marrowkg.vocabulary import Term, Vocabulary

__all__ = ["Found", "Names"]

_JOINED = (",", "/", "and", "or")
_SHORTENED = ("Condition", "Finding", "Outcome")
_LINKS = ("in", "with", "of", "from", "to")


@dataclass(frozen=True, slots=True)
class Found:
    """A term of the ontology in a question: which words it covers, from `start` to before `end`."""

    term: Term
    start: int
    end: int


class Names:
    """Finds terms in the words of a question, the longest name first; `also` has more names, each with a label."""

    def __init__(self, vocabulary: Vocabulary, words: Words, also: Mapping[str, str]) -> None:
        self._vocabulary = vocabulary
        self._words = words
        self._terms: dict[tuple[str, ...], Term] = {}
        self._abbreviations: dict[str, Term] = {}
        for name, label in also.items():
            if label:
                self._add(name, vocabulary.term(label))
        for name, term in vocabulary.names():
            if vocabulary.is_under(term, "DomainEntity") and not vocabulary.is_direct(term, "DomainEntity"):
                self._add(name, term)
        self._add_beginnings()
        self._longest = max(map(len, self._terms), default=1)
        self.stems = {stem for name in self._terms for stem in name}
        """Every word of every name."""

    def _add(self, name: str, term: Term) -> None:
        stems = tuple(self._words.stems(name))
        if len(stems) == 1 and self._words.is_common(stems[0]):
            if name.isupper():
                self._abbreviations.setdefault(name, term)
        elif stems not in self._words.empty_names:
            self._terms.setdefault(stems, term)

    def _add_beginnings(self) -> None:
        """`invasive lobular` for `invasive lobular breast carcinoma`, where no other term begins so."""
        begun: dict[tuple[str, ...], set[Term]] = {}
        for name, term in self._terms.items():
            for length in range(2, len(name)):
                begun.setdefault(name[:length], set()).add(term)
        for start, terms in begun.items():
            telling = start[-1] not in _LINKS and not self._words.is_common(start[-1])
            if (
                len(terms) == 1
                and telling
                and any(self._vocabulary.is_under(t, k) for t in terms for k in _SHORTENED)
                and start not in self._words.empty_names
            ):
                self._terms.setdefault(start, next(iter(terms)))

    def find(self, written: Sequence[str]) -> list[Found]:
        """The terms named by the words of a question, in order; words that name two at once are told twice."""
        stems = [self._words.stem(word) for word in written]
        found: list[Found] = []
        position = 0
        while position < len(stems):
            empty = self._words.empty_at(stems, position)
            known = (
                self._turned(stems, position)
                or self._shared_head(stems, position)
                or self._at(written, stems, position, longer_than=empty)
            )
            found += known
            position = known[-1].end if known else position + (empty or 1)
            if known and (more := self._shared_beginning(stems, known[-1])) is not None:
                found.append(more)
                position = more.end
        return found

    def _at(self, written: Sequence[str], stems: Sequence[str], start: int, longer_than: int) -> list[Found]:
        found = self._headed(stems, start, least=longer_than + 1)
        term = self._abbreviations.get(written[start])
        return found or ([] if term is None else [Found(term, start, start + 1)])

    def _turned(self, stems: Sequence[str], start: int) -> list[Found]:
        """`pain in the bones`, `metastases to the brain`: the name whose last word stands first here."""
        place = start + 1
        if next(iter(stems[place : place + 1]), "") not in _LINKS:
            return []
        place += 1 + (stems[place + 1 : place + 2] == ["the"])
        longer = [*self._headed(stems, start), *self._headed(stems, place, least=1)]
        for end in (place + 2, place + 1):
            term = self._terms.get((*stems[place:end], stems[start]))
            if term is not None and end <= len(stems) and self._is_clinical(term):
                return [] if any(one.end > end or one.start == start for one in longer) else [Found(term, start, end)]
        return []

    def _is_clinical(self, term: Term) -> bool:
        return any(self._vocabulary.is_under(term, root) for root in ("Finding", "Condition"))

    def _shared_head(self, stems: Sequence[str], start: int) -> list[Found]:
        """`liver, bone and brain metastases`: the terms of all, where the last word belongs to each."""
        ends = [place for place in range(start + 1, min(start + 4, len(stems))) if stems[place] in _JOINED]
        if not ends:
            return []
        first, last = tuple(stems[start : ends[0]]), ends[0] + 1
        while last < len(stems) and stems[last] in _JOINED:
            last += 1
        rest = self._shared_head(stems, last) or self._headed(stems, last)
        for head in self._heads(stems, rest):
            term = self._terms.get((*first, *head))
            if term is not None and term != rest[0].term:
                return [Found(term, start, ends[0]), *rest]
        return []

    def _shared_beginning(self, stems: Sequence[str], first: Found) -> Found | None:
        """`bone marrow necrosis or carcinomatosis`: the second term, where the first words belong to both."""
        start = first.end + 1
        if stems[first.end : start] not in (["and"], ["or"]):
            return None
        alone = self._headed(stems, start, least=1)
        if alone and self._is_condition(alone[0].term) == self._is_condition(first.term):
            return None
        for length in range(first.end - first.start - 1, 0, -1):
            beginning = tuple(stems[first.start : first.start + length])
            for end in (start + 2, start + 1):
                term = self._terms.get(beginning + tuple(stems[start:end]))
                if term is not None and end <= len(stems) and (not alone or self._is_condition(term)):
                    return Found(term, start, end)
        return None

    def _is_condition(self, term: Term) -> bool:
        return self._vocabulary.is_under(term, "Condition")

    def _headed(self, stems: Sequence[str], start: int, least: int = 2) -> list[Found]:
        for length in range(min(self._longest, len(stems) - start), least - 1, -1):
            term = self._terms.get(tuple(stems[start : start + length]))
            if term is not None:
                return [Found(term, start, start + length)]
        return []

    def _heads(self, stems: Sequence[str], rest: Sequence[Found]) -> Iterator[tuple[str, ...]]:
        if rest:
            last = rest[-1]
            yield from (tuple(stems[place : last.end]) for place in range(last.start + 1, last.end))

    # ---- terms that belong together

    @cached_property
    def _joined(self) -> Mapping[frozenset[Term], Term]:
        """Conditions that are named after two others: `bone marrow necrosis in acute myeloid leukemia`."""
        joined: dict[frozenset[Term], Term] = {}
        for stems, term in self._terms.items():
            for place, link in enumerate(stems):
                if link in _LINKS:
                    left, right = self._terms.get(stems[:place]), self._terms.get(stems[place + 1 :])
                    named = left is not None and right is not None and self._is_condition(term)
                    if named and left and right and term not in (left, right):
                        joined.setdefault(frozenset((left, right)), term)
        return joined

    def joined(self, one: Term, other: Term) -> Term | None:
        """The term that is named after both."""
        return self._joined.get(frozenset((one, other)))

    def wholes(self, term: Term) -> list[str]:
        """Labels of the conditions that are named after a term, but for kinds of it."""
        named = {whole for pair, whole in self._joined.items() if self._any_under(pair, term)}
        return sorted(whole.label for whole in named if not self._vocabulary.is_under(whole, term.name))

    def covered(self, term: Term) -> set[str]:
        """Labels of the classes under a term and under the conditions that are named after it."""
        near = [term.name, *(self._vocabulary.classes[label].name for label in self.wholes(term))]
        return set(self._vocabulary.labels_under(near))

    def _any_under(self, terms: frozenset[Term], root: Term) -> bool:
        return any(self._vocabulary.is_under(term, root.name) for term in terms)

    def named_after(self, term: Term, root: str) -> Term | None:
        """The one term under `root` that is named after `term`: `platelet count` after `platelet`."""
        named = [set(name) for name, one in self._terms.items() if one == term]
        found = {
            other
            for label, other in self._vocabulary.classes.items()
            if self._vocabulary.is_under(other, root) and any(stems < set(self._words.stems(label)) for stems in named)
        }
        tops = [one for one in found if all(self._vocabulary.is_under(each, one.name) for each in found)]
        return tops[0] if len(tops) == 1 else None

    def written(self, term: Term) -> frozenset[str]:
        """The names of a term, folded."""
        return self._written.get(term, frozenset())

    @cached_property
    def _written(self) -> Mapping[Term, frozenset[str]]:
        written: dict[Term, set[str]] = {}
        for name, term in self._vocabulary.names():
            written.setdefault(term, set()).add(name.casefold())
        return {term: frozenset(names) for term, names in written.items()}

    def mentioning(self, stem: str) -> list[str]:
        """Labels of terms that have the word in a name, to be offered."""
        return sorted({term.label for name, term in self._terms.items() if stem in name}, key=lambda s: (len(s), s))
