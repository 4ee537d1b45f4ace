"""A table with a row a patient, ready for counting: who has a finding, and the values of a quantity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from marrowkg.audit.ledger import Ledger
from marrowkg.audit.model import Anchor
from marrowkg.lower.graph import slugify
from marrowkg.paper.fact import PatientFact
from marrowkg.paper.patient import ColumnReading
from marrowkg.vocabulary import Term

__all__ = ["Counted", "PatientRows", "patient_rows"]

_UNKNOWN = ("not available", "not assessed", "not reported", "indeterminate")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows have something, among how many that say so, and the cells that were counted."""

    count: int
    known: int
    anchors: tuple[Anchor, ...]


@dataclass(eq=False)
class PatientRows:
    """The observations of a cohort whose every patient has a row."""

    ledger: Ledger
    cohort: str
    patients: Sequence[str]
    facts: Sequence[PatientFact]

    @cached_property
    def _by_subject(self) -> Mapping[Term, list[PatientFact]]:
        found: dict[Term, list[PatientFact]] = {}
        for fact in self.facts:
            found.setdefault(fact.subject, []).append(fact)
        return found

    def _under(self, term: Term) -> list[PatientFact]:
        above = self.ledger.vocabulary
        return [f for s, facts in self._by_subject.items() if term.iri in above.ancestors(s.iri) for f in facts]

    def found(self, term: Term) -> Counted | None:
        """Rows in which a finding is present, or whose recorded category it is; nothing if no column tells."""
        return self._categories(term) or self._findings(term) or self._absences(term) or self._sites(term)

    def unknown(self, term: Term) -> Counted | None:
        """Rows in which a finding or characteristic is not known."""
        facts = self._under(term)
        silent = [fact for fact in facts if fact.status in _UNKNOWN]
        return self._counted(silent, len(self.patients)) if facts else None

    def _categories(self, term: Term) -> Counted | None:
        subjects = {column_subject for column_subject, values in self._recorded() if self._names(values, term)}
        facts = [fact for subject in subjects for fact in self._by_subject.get(subject, [])]
        above = self.ledger.vocabulary
        chosen = [f for f in facts if f.category and term.iri in above.ancestors(f.category.iri)]
        known = {fact.patient for fact in facts if fact.category}
        return self._counted(chosen, len(known)) if facts else None

    def _names(self, values: Sequence[Term], term: Term) -> bool:
        return any(term.iri in self.ledger.vocabulary.ancestors(value.iri) for value in values)

    def _recorded(self) -> Iterator[tuple[Term, Sequence[Term]]]:
        for reading in self._readings():
            if reading.recorded is not None:
                yield reading.recorded, list(reading.values.values())

    def _readings(self) -> Iterator[ColumnReading]:
        table = self.ledger.paper.file.patient_table
        for column in table.columns.values() if table else ():
            yield from column.readings

    def _findings(self, term: Term) -> Counted | None:
        facts = [fact for fact in self._under(term) if fact.status in ("present", "absent", *_UNKNOWN)]
        if not facts or self._is_site(term):
            return None
        known = {fact.patient for fact in facts if fact.status in ("present", "absent")}
        return self._counted([fact for fact in facts if fact.status == "present"], len(known))

    def _absences(self, term: Term) -> Counted | None:
        """Rows in which what excludes the term is absent: `negativity` is the absence of `expression`."""
        for family in self.ledger.families:
            if len(family) == 2 and term.iri in family:
                (opposite,) = family - {term.iri}
                facts = [f for s, found in self._by_subject.items() if s.iri == opposite for f in found]
                facts = [f for f in facts if f.status in ("present", "absent")]
                if facts:
                    known = {fact.patient for fact in facts}
                    return self._counted([fact for fact in facts if fact.status == "absent"], len(known))
        return None

    def _sites(self, term: Term) -> Counted | None:
        """Rows whose list of sites names the term; none if the list names only others of its kind."""
        if not self._is_site(term):
            return None
        chosen = [fact for fact in self._under(term) if fact.status == "present"]
        counted = self._counted(chosen, len(self.patients))
        return counted if chosen else replace(counted, anchors=self._whole_list(term))

    def _is_site(self, term: Term) -> bool:
        return bool(self._sites_like(term))

    def _sites_like(self, term: Term) -> list[Term]:
        """The sites of the list that would name the term, if any patient had it."""
        above = self.ledger.vocabulary
        for reading in self._readings():
            sites = list((reading.sites or {}).values())
            if sites:
                shared = frozenset.intersection(*(above.ancestors(site.iri) for site in sites))
                nearest = max(shared, key=lambda iri: len(above.ancestors(iri)))
                if nearest in above.ancestors(term.iri) and nearest != term.iri:
                    return sites
        return []

    def _whole_list(self, term: Term) -> tuple[Anchor, ...]:
        """The cells, one a patient, of a list that names a term nowhere."""
        cells: dict[str, Anchor] = {}
        for site in self._sites_like(term):
            for fact in self._by_subject.get(site, []):
                cells.setdefault(fact.patient, self._anchor(fact))
        return tuple(cells[patient] for patient in self.patients if patient in cells)

    def _counted(self, facts: Sequence[PatientFact], known: int) -> Counted:
        patients = {fact.patient for fact in facts}
        return Counted(len(patients), known, tuple(dict.fromkeys(self._anchor(fact) for fact in facts)))

    def _anchor(self, fact: PatientFact) -> Anchor:
        slug = f"{slugify(fact.patient)}-{fact.id or slugify(fact.subject.label)}"
        return Anchor(f"{self.ledger.slug}/passage/{slug}", fact.passages[0])

    def values(self, term: Term) -> list[tuple[Decimal, Anchor]]:
        """The single values of a quantity, one a patient at most; ranges are left out."""
        facts = [fact for fact in self._under(term) if "value" in fact.numbers]
        if len({fact.subject for fact in facts}) != 1 or len({fact.patient for fact in facts}) != len(facts):
            return []
        return [
            (fact.numbers["value"].number, self._anchor(fact)) for fact in facts if not fact.numbers["value"].comparator
        ]

    def quantities(self, *units: str) -> list[Term]:
        """The measured quantities in one of these units."""
        found = (
            s for s, facts in self._by_subject.items() if any("value" in f.numbers and f.unit in units for f in facts)
        )
        return list(found)


def patient_rows(ledger: Ledger) -> PatientRows | None:
    """The rows of the paper's patient table."""
    table = ledger.paper.file.patient_table
    if table is None:
        return None
    patients = list(ledger.paper.grids[table.file].rows)
    listed = set(ledger.paper.file.patients)
    facts = [fact for fact in ledger.facts.observations if fact.patient not in listed]
    return PatientRows(ledger, table.cohort, patients, facts)
