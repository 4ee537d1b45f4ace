"""All facts of a paper gathered: entries of the curated file, then cells of its tables."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from marrowkg.paper.cells import read_patient_table, read_result_table
from marrowkg.paper.fact import Facts, LineFact, PatientFact, ResultFact, StatementFact
from marrowkg.paper.fields import Quantity
from marrowkg.paper.paper import Paper
from marrowkg.paper.passage import passages_of
from marrowkg.paper.patient import Found, Measured, Observation, Recorded, Response
from marrowkg.yamlmap import Step

__all__ = ["facts_of", "numbers_of"]


def facts_of(paper: Paper) -> Facts:
    """Gather the facts of a paper: entries first, then tables in their order."""
    facts = Facts()
    for index, result in enumerate(paper.file.results):
        path: tuple[Step, ...] = ("results", index)
        facts.results.append(ResultFact(result, passages_of(paper, result.evidence, path), paper.where(*path)))
    cited = _cited_cells(facts.results)
    for name, table in paper.file.tables.items():
        read_result_table(paper, name, table, cited, facts)
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
        read_patient_table(paper, paper.file.patient_table, facts)
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
