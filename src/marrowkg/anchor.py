"""The re-check: every stored number is a token of its passage, and every passage stands in the paper exactly once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from marrowkg.issue import Issue, Severity, Where
from marrowkg.number import number_tokens
from marrowkg.paper.fact import Facts
from marrowkg.paper.facts import numbers_of
from marrowkg.paper.fields import Quantity
from marrowkg.paper.paper import Paper
from marrowkg.paper.passage import Passage, passages_of, row_text
from marrowkg.paper.references import evidence_of
from marrowkg.source import Source

__all__ = ["check_numbers", "check_passages", "find_source", "open_source", "quoted_spans"]


# ---- numbers against fragments; needs no text


def check_numbers(paper: Paper, facts: Facts) -> list[Issue]:
    """Complaints about stored numbers that no passage of their fact prints."""
    issues: list[Issue] = []
    for result in facts.results:
        stored = {n: q for n, q in result.result.numbers().items() if n not in result.result.derived}
        issues += _unprinted(stored, result.passages, result.where, paper)
    for observation in facts.observations:
        issues += _unprinted(observation.numbers, observation.passages, observation.where, paper)
    for line in facts.lines:
        for response, passages, where in line.responses:
            issues += _unprinted(numbers_of(response), passages, where, paper)
    for key in paper.file.cohorts:
        issues += _check_cohort(paper, key)
    return issues


def _check_cohort(paper: Paper, key: str) -> Iterator[Issue]:
    cohort, path = paper.file.cohorts[key], ("cohorts", key)
    # a size without any passage is a complaint of the lowering, which knows the cure
    no_passage_for_size = bool(cohort.size_derived) or not cohort.evidence
    stored = {
        name: Quantity(number=Decimal(number))
        for name, number in (("from year", cohort.from_year), ("to year", cohort.to_year), ("size", cohort.size))
        if number is not None and not (name == "size" and no_passage_for_size)
    }
    yield from _unprinted(stored, passages_of(paper, cohort.evidence, path), paper.where(*path), paper)


def _unprinted(
    stored: Mapping[str, Quantity], passages: Sequence[Passage], where: Where, paper: Paper
) -> Iterator[Issue]:
    printed = set().union(*(p.numbers() for p in passages))
    for name, quantity in stored.items():
        if quantity.number not in printed:
            shown = " | ".join(p.exact for p in passages) or "no passage"
            text = f"{name} {quantity.number} is printed by none of its passages: {shown}"
            yield Issue("number-not-printed", text, where)
    for passage in passages:
        for name, quantity in passage.prints.items():
            if quantity.number not in passage.numbers():
                text = f"'prints' says {name} {quantity.number}, but the passage reads {passage.exact!r}"
                yield Issue("number-not-printed", text, paper.where(*passage.path))


# ---- passages against the text


def find_source(folder: Path, slug: str) -> Path | None:
    """The text of a paper in the user's folder of sources."""
    file = folder / f"{slug}.txt"
    return file if file.is_file() else None


def open_source(paper: Paper, text: str) -> tuple[Source, list[Issue]]:
    """The text made ready, and complaints about its digest, its sections and its reference list."""
    about = paper.file.text
    source = Source(text, references=about.references)
    issues: list[Issue] = []
    if source.digest != about.digest:
        message = f"the text is not the one that was curated: its digest is {source.digest}"
        issues.append(Issue("source-digest", message, paper.where("text", "digest"), Severity.WARNING))
    if not source.references_found:
        message = f"the reference list does not begin with {about.references!r}"
        issues.append(Issue("section-not-found", message, paper.where("text", "references")))
    faults = source.place_sections(about.sections)
    issues += [Issue("section-not-found", fault, paper.where("text", "sections")) for fault in faults]
    return source, issues


def check_passages(paper: Paper, source: Source) -> tuple[list[Issue], int]:
    """Complaints about passages that are not in the text exactly once, and how many passages were looked up."""
    issues: list[Issue] = []
    looked_up = 0
    for path, evidence in evidence_of(paper):
        if evidence.quote is not None:
            looked_up += 1
            where = paper.where(*path)
            found = source.find(evidence.quote, evidence.before or "", evidence.after or "")
            issues += _placed(source, evidence.quote, found, evidence.at or "", where)
    for row in _rows(paper):
        looked_up += row.cells
        found = source.find(row.text)
        if len(found) != 1:
            text = f"row {row.text!r} stands {_times(found)} in the text, expected once"
            issues.append(Issue("row-not-found", text, row.where))
    return issues, looked_up


def quoted_spans(paper: Paper, source: Source) -> Iterator[tuple[int, int]]:
    """Where the quotes and table rows of a curated file stand in the normalised text."""
    for _, evidence in evidence_of(paper):
        if evidence.quote is not None:
            for start in source.find(evidence.quote, evidence.before or "", evidence.after or ""):
                yield start, start + source.length(evidence.quote)
    for row in _rows(paper):
        for start in source.find(row.text):
            yield start, start + source.length(row.text)


def _placed(source: Source, quote: str, found: Sequence[int], section: str, where: Where) -> Iterator[Issue]:
    if not found:
        numbers = ", ".join(str(t.value) for t in number_tokens(quote))
        hint = f" (numbers in it: {numbers})" if numbers else ""
        yield Issue("quote-not-found", f"{quote!r} does not stand in the text{hint}", where)
    elif len(found) > 1:
        text = f"{quote!r} stands {_times(found)} in the text; add 'before' or 'after', or a longer quote"
        yield Issue("quote-ambiguous", text, where)
    elif (actual := source.section_at(found[0])) != section:
        yield Issue("wrong-section", f"{quote!r} stands in {actual!r}, not in {section!r}", where)


def _times(found: Sequence[int]) -> str:
    return {0: "nowhere", 1: "once", 2: "twice"}.get(len(found), f"{len(found)} times")


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    where: Where
    cells: int


def _rows(paper: Paper) -> Iterator[_Row]:
    for table in paper.file.tables.values():
        grid = paper.grids[table.file]
        for label, cells in grid.rows.items():
            yield _Row(row_text(label, cells), grid.where(label), len(cells))
    table_of_patients = paper.file.patient_table
    if table_of_patients:
        grid = paper.grids[table_of_patients.file]
        columns = table_of_patients.columns
        for printed in dict.fromkeys(column.table for column in columns.values()):
            names = [c for c in grid.columns if columns[c].table == printed]
            for patient in grid.rows:
                text = row_text(patient, [grid.cell(patient, c) for c in names])
                yield _Row(text, grid.where(patient), len(names))
