"""All facts of a paper in one form, whether an entry of the curated file or a cell of a table states them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial

from marrowkg.issue import Issue, Where
from marrowkg.paper.fields import Quantity
from marrowkg.paper.grid import Grid
from marrowkg.paper.paper import Paper
from marrowkg.paper.passage import Passage, passage_of_cell, passages_of
from marrowkg.paper.patient import (
    ColumnReading,
    Found,
    Measured,
    Observation,
    PatientTable,
    Recorded,
    Response,
    TreatmentLine,
)
from marrowkg.paper.result import Frequency, Result
from marrowkg.paper.statement import Statement
from marrowkg.paper.table import ResultTable
from marrowkg.vocabulary import Term
from marrowkg.yamlmap import Step

__all__ = ["Facts", "LineFact", "PatientFact", "ResultFact", "StatementFact", "facts_of", "numbers_of"]

_EVENTS_PERCENT = re.compile(r"(?P<events>\d+)(?: \((?P<percent>\d+(?:\.\d+)?)\))?")


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


def facts_of(paper: Paper) -> Facts:
    """Gather the facts of a paper: entries first, then tables in their order."""
    facts = Facts()
    for index, result in enumerate(paper.file.results):
        path: tuple[Step, ...] = ("results", index)
        facts.results.append(ResultFact(result, passages_of(paper, result.evidence, path), paper.where(*path)))
    cited = _cited_cells(facts.results)
    for name, table in paper.file.tables.items():
        _read_result_table(paper, name, table, cited, facts)
    for key, patient in paper.file.patients.items():
        for index, observation in enumerate(patient.observations):
            path = ("patients", key, "observations", index)
            facts.observations.append(_observed(paper, key, observation, path))
        facts.lines += [_line(paper, key, index) for index in range(len(patient.lines))]
    for index, statement in enumerate(paper.file.statements):
        path = ("statements", index)
        facts.statements.append(
            StatementFact(statement, passages_of(paper, statement.evidence, path), paper.where(*path))
        )
    if paper.file.patient_table:
        _read_patient_table(paper, paper.file.patient_table, facts)
    return facts


def _line(paper: Paper, patient: str, index: int) -> LineFact:
    line = paper.file.patients[patient].lines[index]
    path: tuple[Step, ...] = ("patients", patient, "lines", index)
    responses = []
    for number, response in enumerate(line.responses):
        place = (*path, "responses", number)
        responses.append((response, passages_of(paper, response.evidence, place), paper.where(*place)))
    return LineFact(patient, line, passages_of(paper, line.evidence, path), responses, paper.where(*path))


def _cited_cells(results: Sequence[ResultFact]) -> set[tuple[str, str, str]]:
    cells = (p for fact in results for p in fact.passages if p.kind == "cell")
    return {(p.table, p.row, p.column) for p in cells}


# ---- tables of results


def _read_result_table(
    paper: Paper, name: str, table: ResultTable, cited: set[tuple[str, str, str]], facts: Facts
) -> None:
    grid = paper.grids[table.file]
    for row, subject in table.rows.items():
        cells = grid.rows[row]
        for index, column in enumerate(grid.columns):
            if column not in table.columns or (name, row, column) in cited or not cells[index]:
                continue
            passage = passage_of_cell((name, row, column), cells, index)
            result = _frequency(table, subject, table.columns[column], passage)
            if isinstance(result, str):
                facts.issues.append(Issue("cell", f"{passage.locator}: {result}", grid.where(row)))
            else:
                facts.results.append(ResultFact(result, [passage], grid.where(row)))


def _frequency(table: ResultTable, subject: Term, cohort: str, passage: Passage) -> Frequency | str:
    make = partial(Frequency.model_construct, frequency=subject, in_=cohort, evidence=())
    if passage.exact in table.missing:
        return make(status=table.missing[passage.exact])
    match = _EVENTS_PERCENT.fullmatch(passage.exact)
    if match is None:
        return f"expected a cell such as '13 (24)', found {passage.exact!r}; name it under 'missing' if it is a mark"
    percent = Quantity(number=Decimal(match["percent"])) if match["percent"] else None
    percent_of = table.percent_of if percent and table.percent_of != cohort else None
    return make(events=Quantity(number=Decimal(match["events"])), percent=percent, percent_of=percent_of)


# ---- observations written out


def _observed(paper: Paper, patient: str, observation: Observation, path: tuple[Step, ...]) -> PatientFact:
    common = partial(
        PatientFact,
        patient=patient,
        passages=passages_of(paper, observation.evidence, path),
        where=paper.where(*path),
        id=observation.id or "",
        worded=observation.worded or "",
        when=observation.when or "",
        qualifier=observation.qualifier or "",
        note=observation.note or "",
    )
    if isinstance(observation, Recorded):
        scale, category = observation.scale or "", observation.as_
        return common(subject=observation.recorded, status="recorded", category=category, scale=scale)
    numbers = numbers_of(observation)
    unit, scale = observation.unit or "", observation.scale or ""
    if isinstance(observation, Measured):
        return common(subject=observation.measured, status="recorded", numbers=numbers, unit=unit, scale=scale)
    return common(
        subject=observation.subject,
        status=observation.status,
        numbers=numbers,
        unit=unit,
        scale=scale,
        category=observation.as_,
    )


def numbers_of(observation: Found | Measured | Response) -> dict[str, Quantity]:
    """The numbers that an observation or response stores, by name."""
    numbers: dict[str, Quantity] = {}
    if observation.value is not None:
        numbers["value"] = observation.value
    if observation.range is not None:
        numbers["low"] = Quantity(number=observation.range.low)
        numbers["high"] = Quantity(number=observation.range.high)
    if isinstance(observation, Found) and observation.grade is not None:
        numbers["grade"] = Quantity(number=Decimal(observation.grade))
    return numbers


# ---- tables with a row a patient


def _read_patient_table(paper: Paper, table: PatientTable, facts: Facts) -> None:
    grid = paper.grids[table.file]
    for patient, cells in grid.rows.items():
        for column, how in table.columns.items():
            passage = _patient_cell(grid, table, patient, column)
            cell = cells[grid.columns.index(column)]
            parts = [part.strip() for part in cell.split(how.split)] if how.split else [cell]
            if len(parts) != len(how.readings):
                text = (
                    f"{passage.locator}: expected {len(how.readings)} parts with {how.split!r} between, found {cell!r}"
                )
                facts.issues.append(Issue("cell", text, grid.where(patient)))
                continue
            for part, reading in zip(parts, how.readings, strict=True):
                for fact in _read_cell(
                    part, reading, table, PatientFact(patient, _ANY, "", [passage], grid.where(patient))
                ):
                    if isinstance(fact, str):
                        facts.issues.append(Issue("cell", f"{passage.locator}: {fact}", grid.where(patient)))
                    else:
                        facts.observations.append(fact)


_ANY = Term("", "")


def _patient_cell(grid: Grid, table: PatientTable, patient: str, column: str) -> Passage:
    """The passage of a cell within the columns of the printed table that it belongs to."""
    printed = table.columns[column].table
    columns = [c for c in grid.columns if table.columns[c].table == printed]
    cells = [grid.cell(patient, c) for c in columns]
    return passage_of_cell((printed, patient, column), cells, columns.index(column))


def _read_cell(text: str, how: ColumnReading, table: PatientTable, blank: PatientFact) -> Iterator[PatientFact | str]:
    make = partial(_filled, blank, how)
    if text in table.missing:
        subjects = _subjects(how)
        yield from (make(subject=subject, status=table.missing[text]) for subject in subjects)
    elif how.kind == "measured":
        yield _measured(text, how, make)
    elif how.kind == "graded":
        yield _graded(text, how, make)
    elif how.kind == "sites":
        yield from _sites(text, how, make)
    else:
        yield _worded(text, how, make)


def _filled(blank: PatientFact, how: ColumnReading, **fields: object) -> PatientFact:
    given = {"unit": how.unit or "", "scale": how.scale or "", "when": how.when or "", **fields}
    return replace(blank, **given)  # type: ignore[arg-type]


def _subjects(how: ColumnReading) -> list[Term]:
    subject = getattr(how, how.kind)
    return list(dict.fromkeys(subject.values())) if isinstance(subject, dict) else [subject]


def _measured(text: str, how: ColumnReading, make: partial[PatientFact]) -> PatientFact | str:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?", text)
    if match is None:
        return f"expected a number or a range such as 2-3, found {text!r}"
    first, second = (Quantity(number=Decimal(g)) if g else None for g in match.groups())
    numbers = {"low": first, "high": second} if second else {"value": first}
    return make(subject=how.measured, status="recorded", numbers=numbers)


def _graded(text: str, how: ColumnReading, make: partial[PatientFact]) -> PatientFact | str:
    if not text.isdecimal():
        return f"expected a grade such as 0 or 3, found {text!r}"
    grade = Quantity(number=Decimal(text))
    status = "present" if grade.number else "absent"
    return make(subject=how.graded, status=status, numbers={"grade": grade})


def _sites(text: str, how: ColumnReading, make: partial[PatientFact]) -> Iterator[PatientFact | str]:
    known = {word.casefold(): subject for word, subject in (how.sites or {}).items()}
    for word in text.split(","):
        subject = known.get(word.strip().casefold())
        yield make(subject=subject, status="present", worded=word.strip()) if subject else _unknown(word, known)


def _worded(text: str, how: ColumnReading, make: partial[PatientFact]) -> PatientFact | str:
    folded = text.casefold()
    if how.found is not None:
        for status in ("present", "absent"):
            if (getattr(how, status) or "").casefold() == folded:
                return make(subject=how.found, status=status, worded=text)
        return _unknown(text, [how.present or "", how.absent or ""])
    known = {word.casefold(): subject for word, subject in how.values.items()}
    if folded not in known:
        return _unknown(text, known)
    return make(subject=how.recorded, status="recorded", category=known[folded], worded=text)


def _unknown(word: str, known: Sequence[str] | Mapping[str, Term]) -> str:
    return f"no reading for {word.strip()!r}; the column knows {', '.join(sorted(known))}"
