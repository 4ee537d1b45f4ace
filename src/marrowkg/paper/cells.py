"""Cells of tables read as facts: counts in groups, and what columns say of patients."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from marrowkg.issue import Issue
from marrowkg.paper.fact import Facts, PatientFact, ResultFact
from marrowkg.paper.fields import Quantity
from marrowkg.paper.grid import Grid
from marrowkg.paper.paper import Paper
from marrowkg.paper.passage import Passage, passage_of_cell
from marrowkg.paper.patient import ColumnReading, PatientTable
from marrowkg.paper.result import Frequency
from marrowkg.paper.table import ResultTable
from marrowkg.vocabulary import Term

__all__ = ["read_patient_table", "read_result_table"]

_EVENTS_PERCENT = re.compile(r"(?P<events>\d+)(?: \((?P<percent>\d+(?:\.\d+)?)\))?")


# ---- tables of results


def read_result_table(
    paper: Paper, name: str, table: ResultTable, cited: set[tuple[str, str, str]], facts: Facts
) -> None:
    """Add a result for each cell of a table that is mapped, not empty, and cited by no entry."""
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


# ---- tables with a row a patient


def read_patient_table(paper: Paper, table: PatientTable, facts: Facts) -> None:
    """Add the observations of each cell of a table with a row a patient."""
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
