"""The book that the rules read: every fact of a paper with its numbers, its base and its passages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from marrowkg.audit.model import Anchor, FigureKey, Side
from marrowkg.audit.reading import Reading, read_number
from marrowkg.issue import Where
from marrowkg.lower.graph import slugify
from marrowkg.paper.cohort import Cohort
from marrowkg.paper.fact import Facts, ResultFact
from marrowkg.paper.fields import Quantity
from marrowkg.paper.paper import Paper
from marrowkg.paper.passage import Passage, passages_of
from marrowkg.paper.result import Comparison, Frequency, Measurement, Result, Survival
from marrowkg.prefixes import MKG
from marrowkg.vocabulary import Term, Vocabulary

__all__ = ["Base", "Entry", "Ledger", "anchors_of"]

_COUNTED_ALL = (None, "all", "treated", "specimens")
"""Kinds of denominator for which the size of the cohort stands, where no denominator is printed."""

_ONE_OF = ("Characteristic", "DiseaseCourseFinding", "TreatmentResponse", "VitalStatus")
"""Roots below which disjoint classes exclude each other in a patient; of findings, a patient can have several."""

_UNITS = {"mo": "months", "a": "years", "wk": "weeks", "d": "days"}


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A fact with numbers: a result or the bounds of a cohort. `path` is `<paper>/result/<slug>`.

    `words` say what it is about, `label` also in whom.
    """

    paper: str
    path: str
    words: str
    label: str
    cohort: str
    numbers: Mapping[str, Quantity]
    derived: Mapping[str, str]
    anchors: tuple[Anchor, ...]
    where: Where
    result: Result | None = None

    @property
    def slug(self) -> str:
        """The last step of the path."""
        return self.path.rpartition("/")[2]

    @property
    def subject(self) -> Term:
        """What a result is about."""
        assert self.result is not None  # noqa: S101 - asked of results only
        return self.result.subject

    def key(self, name: str) -> FigureKey:
        """The stored number with this name."""
        return self.path, name

    def readings(self, name: str) -> list[Reading]:
        """The values that the passages print of a number, the stored one first; none where no passage prints it."""
        return read_number(name, self.numbers, self.anchors, derived=name in self.derived)

    def plain(self, name: str) -> list[Reading]:
        """The readings without comparator."""
        return [reading for reading in self.readings(name) if reading.plain]

    def side(self, printed: str, *readings: Reading) -> Side:
        """This fact as one side of a mismatch, with the passages of some readings (all its passages for none)."""
        anchors = dict.fromkeys(anchor for reading in readings for anchor in reading.anchors)
        return Side(printed, self.path, tuple(anchors) if readings else self.anchors)

    def shown(self, name: str, value: Decimal) -> str:
        """A value as a person reads it: with per cent, unit or sign."""
        text = format(value, "f")
        if name == "percent":
            return f"{text}%"
        unit = getattr(self.result, "unit", None) or ""
        return f"{text} {_UNITS.get(unit, unit)}".strip() if name in ("value", "low", "high") else text


@dataclass(frozen=True, slots=True)
class Base:
    """What a percentage is of: the fact that holds the number, and its name there."""

    entry: Entry
    name: str

    def readings(self) -> list[Reading]:
        """Its values as printed."""
        return [r for r in self.entry.plain(self.name) if r.value > 0]


@dataclass(eq=False)
class Ledger:
    """One paper, ready to be audited. `families` are the sets of classes that the ontology declares disjoint."""

    paper: Paper
    facts: Facts
    vocabulary: Vocabulary
    families: Sequence[frozenset[str]] = ()
    results: list[Entry] = field(default_factory=list)
    cohorts: dict[str, Entry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.results = [_of_result(self, fact) for fact in self.facts.results]
        self.cohorts = {key: _of_cohort(self.paper, key) for key in self.paper.file.cohorts}

    @property
    def slug(self) -> str:
        """The slug of the paper."""
        return self.paper.slug

    def name(self, term: Term, key: str) -> str:
        """What a thing is called in a cohort: by the synonym that names the cohort's condition, if there is one.

        So "marrow involvement at recurrence" in patients with necrosis is "bone marrow necrosis seen at relapse".
        """
        condition = self.cohort(key).condition.label
        return next((name for name in self._synonyms.get(term, ()) if name.startswith(f"{condition} ")), term.label)

    @cached_property
    def _synonyms(self) -> Mapping[Term, list[str]]:
        found: dict[Term, list[str]] = {}
        for name, term in self.vocabulary.names():
            found.setdefault(term, []).append(name)
        return found

    def cohort(self, key: str) -> Cohort:
        """A cohort as curated."""
        return self.paper.file.cohorts[key]

    def source(self, entry: Entry) -> str | None:
        """The key of the source from which a fact is relayed."""
        own = entry.result.source if entry.result else None
        return own or self.cohort(entry.cohort).source

    def frequencies(self) -> Iterator[tuple[Entry, Frequency]]:
        """The frequency results."""
        return ((e, e.result) for e in self.results if isinstance(e.result, Frequency))

    def estimates(self) -> Iterator[tuple[Entry, Measurement | Survival]]:
        """Measurements and survival estimates."""
        return ((e, e.result) for e in self.results if isinstance(e.result, Measurement | Survival))

    def comparisons(self) -> Iterator[tuple[Entry, Comparison]]:
        """Comparisons of two cohorts."""
        return ((e, e.result) for e in self.results if isinstance(e.result, Comparison))

    def base(self, entry: Entry, result: Frequency) -> Base | None:
        """What the percentage of a frequency is of; nothing where the paper leaves that open."""
        return self.whole(result.percent_of) if result.percent_of else self.count_base(entry, result)

    def count_base(self, entry: Entry, result: Frequency) -> Base | None:
        """Among how many the events of a frequency were counted."""
        if isinstance(result.denominator, Quantity):
            return Base(entry, "denominator")
        if result.denominator == "unknown" or result.denominator_of not in _COUNTED_ALL:
            return None
        return self.whole(entry.cohort)

    def whole(self, key: str) -> Base | None:
        """All members of a cohort; nothing if its size is not known."""
        cohort = self.cohorts[key]
        return Base(cohort, "size") if "size" in cohort.numbers else None

    def size(self, key: str) -> int | None:
        """The stored size of a cohort."""
        return self.cohort(key).size

    @cached_property
    def exclusive(self) -> Sequence[frozenset[str]]:
        """The disjoint families of which a patient can have one member only at a time."""
        return [family for family in self.families if any(self._all_below(family, root) for root in _ONE_OF)]

    def _all_below(self, family: frozenset[str], root: str) -> bool:
        top = MKG + root
        return all(iri != top and top in self.vocabulary.ancestors(iri) for iri in family)

    @cached_property
    def children(self) -> Mapping[str, list[str]]:
        """The cohorts that are part of each cohort."""
        found: dict[str, list[str]] = {}
        for key, cohort in self.paper.file.cohorts.items():
            for parent in cohort.part_of:
                found.setdefault(parent, []).append(key)
        return found


def anchors_of(paper: str, slug: str, passages: Sequence[Passage]) -> tuple[Anchor, ...]:
    """The passages of the thing with this slug, each with its path."""
    names = [slug if len(passages) == 1 else f"{slug}-{index}" for index in range(1, len(passages) + 1)]
    return tuple(Anchor(f"{paper}/passage/{name}", p) for name, p in zip(names, passages, strict=True))


_SHORT = 60
"""Longest qualifier, in characters, that helps to name a fact; a longer one is a sentence on the method."""


def _of_result(ledger: Ledger, fact: ResultFact) -> Entry:
    result, paper = fact.result, ledger.paper
    slug = result.id or f"{slugify(result.subject.label)}-in-{result.in_}"
    qualifier = (result.qualifier or "").partition(";")[0]
    extra = [text for text in (qualifier if len(qualifier) <= _SHORT else "", result.when) if text]
    words = f"{ledger.name(result.subject, result.in_)}{' (' + ', '.join(extra) + ')' if extra else ''}"
    group = paper.file.cohorts[result.in_].name
    if isinstance(result, Comparison):
        group += f", against {paper.file.cohorts[result.with_].name}"
    return Entry(
        paper.slug,
        f"{paper.slug}/result/{slug}",
        words,
        f"{words} in {group}",
        result.in_,
        result.numbers(),
        result.derived,
        anchors_of(paper.slug, slug, fact.passages),
        fact.where,
        result,
    )


def _of_cohort(paper: Paper, key: str) -> Entry:
    cohort = paper.file.cohorts[key]
    named = (("size", cohort.size), ("from year", cohort.from_year), ("to year", cohort.to_year))
    numbers = {name: Quantity(number=Decimal(value)) for name, value in named if value is not None}
    passages = passages_of(paper, cohort.evidence, ("cohorts", key))
    return Entry(
        paper.slug,
        f"{paper.slug}/cohort/{key}",
        cohort.name,
        cohort.name,
        key,
        numbers,
        {"size": cohort.size_derived} if cohort.size_derived else {},
        anchors_of(paper.slug, f"cohort-{key}", passages),
        paper.where("cohorts", key),
    )
