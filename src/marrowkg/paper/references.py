"""References inside one paper: every cohort, source, section, table and cell that is named must be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from marrowkg.errors import UnknownNameError
from marrowkg.issue import Issue
from marrowkg.paper.discrepancy import HandEntered
from marrowkg.paper.evidence import CellReference, Evidence
from marrowkg.paper.grid import Grid
from marrowkg.paper.paper import Paper
from marrowkg.paper.patient import Patient, PatientTable
from marrowkg.paper.result import Comparison, Frequency, Result
from marrowkg.paper.statement import Statement
from marrowkg.source import Source
from marrowkg.suggest import did_you_mean
from marrowkg.vocabulary import Vocabulary
from marrowkg.yamlmap import Step

__all__ = ["check_references", "evidence_of"]

Path = tuple[Step, ...]


def evidence_of(paper: Paper) -> Iterator[tuple[Path, Evidence]]:
    """Every passage that the curated file writes out, with its path."""
    file = paper.file
    named: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("sources", file.sources),
        ("conditions", file.conditions),
        ("findings", file.findings),
        ("cohorts", file.cohorts),
    )
    for section, entries in named:
        for key, entry in entries.items():
            yield from _listed((section, key), getattr(entry, "evidence", ()), paper)
    for index, result in enumerate(file.results):
        yield from _listed(("results", index), result.evidence, paper)
    for index, statement in enumerate(file.statements):
        yield from _listed(("statements", index), statement.evidence, paper)
    for key, patient in file.patients.items():
        yield from _of_patient(("patients", key), patient, paper)
    for index, entry in enumerate(file.discrepancies):
        if isinstance(entry, HandEntered):
            yield from ((("discrepancies", index, "between", n), item) for n, item in enumerate(entry.between))


def _of_patient(path: Path, patient: Patient, paper: Paper) -> Iterator[tuple[Path, Evidence]]:
    for index, observation in enumerate(patient.observations):
        yield from _listed((*path, "observations", index), observation.evidence, paper)
    for index, line in enumerate(patient.lines):
        yield from _listed((*path, "lines", index), line.evidence, paper)
        for number, response in enumerate(line.responses):
            yield from _listed((*path, "lines", index, "responses", number), response.evidence, paper)


def _listed(path: Path, evidence: Iterable[Evidence], paper: Paper) -> Iterator[tuple[Path, Evidence]]:
    for index, item in enumerate(evidence):
        listed = (*path, "evidence", index)
        yield (listed if listed in paper.places.values else (*path, "evidence")), item


def check_references(paper: Paper, vocabulary: Vocabulary) -> list[Issue]:
    """Complaints about names that nothing in the paper, its tables or the ontology bears."""
    return [
        *_check_cohorts(paper),
        *_check_results(paper),
        *_check_patients(paper),
        *_check_terms(paper, vocabulary),
        *_check_evidence(paper),
        *_check_tables(paper),
    ]


def _known(paper: Paper, kind: str, name: str | None, known: Iterable[str], path: Path) -> Iterator[Issue]:
    known = list(known)
    if name is not None and name not in known:
        text = f"no {kind} is called {name!r}{did_you_mean(name, known)}"
        yield Issue(f"unknown-{kind.split(maxsplit=1)[0]}", text, paper.where(*path))


def _check_cohorts(paper: Paper) -> Iterator[Issue]:
    cohorts, sources = paper.file.cohorts, paper.file.sources
    for key, cohort in cohorts.items():
        for field, others in (("part of", cohort.part_of), ("overlaps", cohort.overlaps)):
            for other in others:
                yield from _known(paper, "cohort", other, set(cohorts) - {key}, ("cohorts", key, field))
        yield from _known(paper, "source", cohort.source, sources, ("cohorts", key, "source"))


def _check_results(paper: Paper) -> Iterator[Issue]:
    cohorts = paper.file.cohorts
    for index, result in enumerate(paper.file.results):
        path = ("results", index)
        yield from _known(paper, "cohort", result.in_, cohorts, (*path, "in"))
        yield from _check_cited(paper, result, path)
        if isinstance(result, Frequency):
            yield from _known(paper, "cohort", result.percent_of, cohorts, (*path, "percent of"))
        if isinstance(result, Comparison):
            yield from _known(paper, "cohort", result.with_, cohorts, (*path, "with"))
    for index, statement in enumerate(paper.file.statements):
        yield from _known(paper, "cohort", statement.in_, cohorts, ("statements", index, "in"))
        yield from _check_cited(paper, statement, ("statements", index))


def _check_cited(paper: Paper, entry: Result | Statement, path: Path) -> Iterator[Issue]:
    yield from _known(paper, "source", entry.source, paper.file.sources, (*path, "source"))
    for other in entry.also_cites:
        if other == entry.source:
            text = f"{other!r} is the source already; 'also cites' names further ones"
            yield Issue("source-twice", text, paper.where(*path, "also cites"))
        yield from _known(paper, "source", other, paper.file.sources, (*path, "also cites"))


def _check_patients(paper: Paper) -> Iterator[Issue]:
    cohorts = paper.file.cohorts
    for key, patient in paper.file.patients.items():
        yield from _known(paper, "cohort", patient.cohort, cohorts, ("patients", key, "cohort"))
    table = paper.file.patient_table
    if table:
        yield from _known(paper, "cohort", table.cohort, cohorts, ("patient table", "cohort"))


def _check_terms(paper: Paper, vocabulary: Vocabulary) -> Iterator[Issue]:
    for section, names in (("conditions", paper.file.conditions), ("findings", paper.file.findings)):
        for name in names:
            try:
                vocabulary.term(name)
            except UnknownNameError as error:
                yield Issue("unknown-term", str(error), paper.places.of_key((section, name)))


def _check_evidence(paper: Paper) -> Iterator[Issue]:
    for index, entry in enumerate(paper.file.not_curated):
        yield from _known(paper, "section", entry.at, paper.file.text.sections, ("not curated", index, "at"))
    for path, evidence in evidence_of(paper):
        yield from _known(paper, "section", evidence.at, paper.file.text.sections, (*path, "at"))
        if evidence.cell:
            table = paper.file.tables.get(evidence.cell.table)
            yield from _known(paper, "table", evidence.cell.table, paper.file.tables, (*path, "cell", "table"))
            if table and table.file in paper.grids:
                yield from _check_cell(paper, paper.grids[table.file], evidence.cell, (*path, "cell"))


def _check_cell(paper: Paper, grid: Grid, cell: CellReference, path: Path) -> Iterator[Issue]:
    try:
        text = grid.cell(cell.row, cell.column)
    except UnknownNameError as error:
        yield Issue("unknown-cell", str(error), paper.where(*path))
        return
    if not Source(text).find(cell.reads):
        message = f"the cell of row {cell.row!r}, column {cell.column!r} reads {text!r}, not {cell.reads!r}"
        yield Issue("cell-reads", message, paper.where(*path, "reads"))


def _check_tables(paper: Paper) -> Iterator[Issue]:
    for name, table in paper.file.tables.items():
        grid = paper.grids.get(table.file)
        for cohort in table.columns.values():
            yield from _known(paper, "cohort", cohort, paper.file.cohorts, ("tables", name, "columns"))
        if grid:
            for row in table.rows:
                yield from _known(paper, f"row of {table.file}", row, grid.rows, ("tables", name, "rows", row))
            for column in table.columns:
                path = ("tables", name, "columns", column)
                yield from _known(paper, f"column of {table.file}", column, grid.columns, path)
    if paper.file.patient_table:
        yield from _check_patient_table(paper, paper.file.patient_table)


def _check_patient_table(paper: Paper, table: PatientTable) -> Iterator[Issue]:
    grid = paper.grids.get(table.file)
    if grid is None:
        return
    for column in table.columns:
        yield from _known(paper, f"column of {table.file}", column, grid.columns, ("patient table", "columns", column))
    for column in grid.columns:
        if column not in table.columns:
            text = f"column {column!r} of {table.file} is not read; name it under 'columns'"
            yield Issue("unread-column", text, paper.where("patient table", "columns"))
