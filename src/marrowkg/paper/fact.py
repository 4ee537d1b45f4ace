"""What a paper states, in one form, whether an entry of the curated file or a cell of a table states it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from marrowkg.issue import Issue, Where
from marrowkg.paper.fields import Quantity
from marrowkg.paper.passage import Passage
from marrowkg.paper.patient import Response, TreatmentLine
from marrowkg.paper.result import Result
from marrowkg.paper.statement import Statement
from marrowkg.vocabulary import Term

__all__ = ["Facts", "LineFact", "PatientFact", "ResultFact", "StatementFact"]


@dataclass(frozen=True, slots=True)
class ResultFact:
    """A result with its resolved passages and its place."""

    result: Result
    passages: Sequence[Passage]
    where: Where


@dataclass(frozen=True, slots=True)
class PatientFact:
    """An observation of one patient with its resolved passages and its place."""

    patient: str
    subject: Term
    status: str
    passages: Sequence[Passage]
    where: Where
    id: str = ""
    numbers: Mapping[str, Quantity] = field(default_factory=dict)
    unit: str = ""
    scale: str = ""
    category: Term | None = None
    worded: str = ""
    when: str = ""
    qualifier: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LineFact:
    """A treatment line of one patient with its resolved passages, and what followed it."""

    patient: str
    line: TreatmentLine
    passages: Sequence[Passage]
    responses: Sequence[tuple[Response, Sequence[Passage], Where]]
    where: Where


@dataclass(frozen=True, slots=True)
class StatementFact:
    """A statement with its resolved passages and its place."""

    statement: Statement
    passages: Sequence[Passage]
    where: Where


@dataclass(slots=True)
class Facts:
    """What a paper states, and complaints about cells that could not be read."""

    results: list[ResultFact] = field(default_factory=list)
    observations: list[PatientFact] = field(default_factory=list)
    lines: list[LineFact] = field(default_factory=list)
    statements: list[StatementFact] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
