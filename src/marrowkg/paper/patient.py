"""Patients on whom a paper reports one by one: case reports, and tables with a row a patient."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Discriminator, Tag, model_validator

from marrowkg.paper.cohort import Subject
from marrowkg.paper.evidence import EvidenceList
from marrowkg.paper.fields import Count, Key, ListOf, Model, PrintedNumber, Slug, Text, fault, term_under
from marrowkg.paper.result import Interval
from marrowkg.vocabulary import Term

__all__ = ["ColumnReading", "Observation", "Patient", "PatientTable", "Response", "TableColumn", "TreatmentLine"]

Missing = Literal["not available", "not reported", "not assessed"]
FoundStatus = Literal["present", "absent", "not assessed", "indeterminate"]
STATUSES: tuple[FoundStatus, ...] = ("present", "absent", "not assessed", "indeterminate")


class _Observation(Model):
    id: Slug | None = None
    worded: Text | None = None
    when: Text | None = None
    qualifier: Text | None = None
    note: Text | None = None
    evidence: EvidenceList

    @model_validator(mode="after")
    def _has_evidence(self) -> Self:
        if not self.evidence:
            raise fault("no-evidence", "expected at least one passage under 'evidence'")
        return self


class Found(_Observation):
    """A finding that was present, absent, not assessed or unclear: the key is the status."""

    present: Subject | None = None
    absent: Subject | None = None
    not_assessed: Subject | None = None
    indeterminate: Subject | None = None
    value: PrintedNumber | None = None
    range: Interval | None = None
    unit: Text | None = None
    grade: Count | None = None
    scale: Text | None = None
    as_: Subject | None = None

    @property
    def status(self) -> FoundStatus:
        """The status under whose key the finding stands."""
        return next(s for s in STATUSES if getattr(self, s.replace(" ", "_")) is not None)

    @property
    def subject(self) -> Term:
        """The finding."""
        term: Term = getattr(self, self.status.replace(" ", "_"))
        return term

    @model_validator(mode="after")
    def _one_status(self) -> Self:
        given = [s for s in STATUSES if getattr(self, s.replace(" ", "_")) is not None]
        if len(given) != 1:
            raise fault("observation-kind", f"expected one status, found {' and '.join(given)}")
        return self


class Measured(_Observation):
    """A measured quantity: `measured: platelet count`, `value`, `unit`."""

    measured: Annotated[Term, term_under("Characteristic", "Outcome")]
    value: PrintedNumber | None = None
    range: Interval | None = None
    unit: Text | None = None
    scale: Text | None = None

    @model_validator(mode="after")
    def _has_value(self) -> Self:
        if self.value is None and self.range is None:
            raise fault("empty-observation", "expected 'value' or 'range'")
        return self


class Recorded(_Observation):
    """A characteristic that has a kind, not a number: `recorded: histology`, `as: invasive lobular carcinoma`."""

    recorded: Annotated[Term, term_under("Characteristic")]
    as_: Subject
    scale: Text | None = None


def _observation_kind(value: Any) -> str | None:
    if isinstance(value, Measured | Recorded | Found):
        return f"{type(value).__name__.lower()} observation"
    if isinstance(value, dict):
        for key in ("measured", "recorded"):
            if key in value:
                return f"{key} observation"
        return "found observation" if any(s in value for s in STATUSES) else None
    return None


def _has_kind(value: Any) -> Any:
    if _observation_kind(value) is None:
        raise fault("observation-kind", f"expected one of the keys {', '.join(STATUSES)}, measured, recorded")
    return value


Observation = Annotated[
    Annotated[Found, Tag("found observation")]
    | Annotated[Measured, Tag("measured observation")]
    | Annotated[Recorded, Tag("recorded observation")],
    Discriminator(_observation_kind),
    BeforeValidator(_has_kind),
]
"""What is reported of one patient, told by its first key."""


class Response(Model):
    """What followed a treatment line: `present: complete remission`, or `absent`, with when and how it was judged."""

    present: Annotated[Term, term_under("Outcome", "Finding")] | None = None
    absent: Annotated[Term, term_under("Outcome", "Finding")] | None = None
    not_assessed: Annotated[Term, term_under("Outcome", "Finding")] | None = None
    by: Annotated[tuple[Annotated[Term, term_under("DiagnosticProcedure")], ...], ListOf] = ()
    value: PrintedNumber | None = None
    range: Interval | None = None
    unit: Text | None = None
    when: Text | None = None
    worded: Text | None = None
    qualifier: Text | None = None
    note: Text | None = None
    evidence: EvidenceList

    statuses: ClassVar = ("present", "absent", "not assessed")

    @property
    def status(self) -> str:
        """The status under whose key the outcome stands."""
        return next(s for s in self.statuses if getattr(self, s.replace(" ", "_")) is not None)

    @property
    def subject(self) -> Term:
        """The outcome."""
        term: Term = getattr(self, self.status.replace(" ", "_"))
        return term

    @model_validator(mode="after")
    def _one_status(self) -> Self:
        given = [s for s in self.statuses if getattr(self, s.replace(" ", "_")) is not None]
        if len(given) != 1 or not self.evidence:
            raise fault("response", f"expected exactly one of {', '.join(self.statuses)}, and 'evidence'")
        return self


class TreatmentLine(Model):
    """One of the successive treatments of a patient; `line` counts from 1 without gaps."""

    line: Count
    treatment: Annotated[tuple[Annotated[Term, term_under("Treatment")], ...], ListOf]
    intent: Text | None = None
    when: Text | None = None
    because: Text | None = None
    note: Text | None = None
    evidence: EvidenceList
    responses: tuple[Response, ...] = ()


class Patient(Model):
    """One patient of a case report."""

    as_printed: Text
    cohort: Key
    observations: tuple[Observation, ...] = ()
    lines: tuple[TreatmentLine, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        numbers = [line.line for line in self.lines]
        if numbers != list(range(1, len(numbers) + 1)):
            raise fault("line-order", f"expected treatment lines 1, 2, 3 ... in order, found {numbers}")
        return self


class ColumnReading(Model):
    """How the cells of a column are read: exactly one of the first four keys.

    `measured` reads numbers and ranges such as 2-3; `recorded` and `found` read words by `values`; `graded` reads
    grades, 0 being absent; `sites` reads a list of words, each of which stands for a finding that is present.
    """

    kinds: ClassVar = ("measured", "recorded", "found", "graded", "sites")
    measured: Annotated[Term, term_under("Characteristic")] | None = None
    recorded: Annotated[Term, term_under("Characteristic")] | None = None
    found: Subject | None = None
    graded: Annotated[Term, term_under("Finding")] | None = None
    sites: dict[str, Subject] | None = None
    values: dict[str, Subject] = {}
    present: Text | None = None
    absent: Text | None = None
    unit: Text | None = None
    scale: Text | None = None
    when: Text | None = None

    @property
    def kind(self) -> str:
        """Which of the keys is given."""
        return next(k for k in self.kinds if getattr(self, k) is not None)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [k for k in self.kinds if getattr(self, k) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            raise fault("column", f"expected exactly one of the keys {', '.join(self.kinds)}; found {found}")
        return self


class TableColumn(Model):
    """A column of a patient table: the table it is printed in, and how it is read, `split` if it holds two things."""

    table: Text
    reads: ColumnReading | None = None
    split: str | None = None
    parts: tuple[ColumnReading, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.reads is None) == (not self.parts):
            raise fault("column", "expected either 'reads', or 'split' with 'parts'")
        if self.parts and not self.split:
            raise fault("column", "'parts' need 'split': the characters between them")
        return self

    @property
    def readings(self) -> tuple[ColumnReading, ...]:
        """The one reading, or those of the parts in order."""
        return self.parts or ((self.reads,) if self.reads else ())


class PatientTable(Model):
    """A CSV with a row a patient, cells as printed, and how each column is read."""

    file: Text
    cohort: Key
    patient: Text
    missing: dict[str, Missing] = {}
    columns: dict[str, TableColumn]
