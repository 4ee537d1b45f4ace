"""The re-check of references without the text: an entry agrees with its groups, its source and the cells it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator

from marrowkg.issue import Issue
from marrowkg.naming import unnamed_source
from marrowkg.number import reference_numbers
from marrowkg.paper.entry import Entry, entries_of
from marrowkg.paper.paper import Paper

__all__ = ["check_agreement"]

_BRACKETS = re.compile(r"\[([\d, -]+)\]")


def check_agreement(paper: Paper) -> list[Issue]:
    """Complaints about entries that mix studies, or cite the row or column of something else."""
    return [*_check_studies(paper), *_check_rows(paper), *_check_mappings(paper)]


# ---- studies


def _check_studies(paper: Paper) -> Iterator[Issue]:
    """A result is of the study of its group; groups that are compared, or parts of one another, share a study."""
    cohorts, sources = paper.file.cohorts, paper.file.sources
    for entry in entries_of(paper):
        named = [("source", entry.source), *((field, cohorts[key].source) for field, key in entry.groups)]
        cites = [sources[key].cite if key else "the paper itself" for _, key in named]
        relayed = {cite for cite, (_, key) in zip(cites, named, strict=True) if key}
        bound = entry.path[0] == "cohorts" or len(entry.groups) > 1
        if len(relayed) > 1 or (bound and entry.groups and len({*cites}) > 1):
            said = ", ".join(f"{field!r} is of {cite}" for (field, _), cite in zip(named, cites, strict=True))
            text = f"the entry brings two studies together: {said}"
            yield Issue("studies-mixed", text, paper.where(*entry.path))


# ---- rows that name a source


def _check_rows(paper: Paper) -> Iterator[Issue]:
    """What cites the row of a source is relayed from it."""
    for entry in entries_of(paper):
        for label in dict.fromkeys(evidence.cell.row for evidence in entry.evidence if evidence.cell):
            named = _named_by_row(paper, label)
            if named or _names_elsewhere(paper, entry):
                yield from unnamed_source(paper, entry, entry.source, named or {None})


def _named_by_row(paper: Paper, label: str) -> set[str | None]:
    """The sources that the label of a row names, by author or reference number."""
    numbers = {number for mark in _BRACKETS.findall(label) for number in reference_numbers(mark)}
    sources = paper.file.sources.items()
    return {key for key, one in sources if one.reference in numbers or (one.author and one.author in label)}


def _names_elsewhere(paper: Paper, entry: Entry) -> bool:
    """Whether a table that the entry cites is one of sources, row by row."""
    tables = {evidence.cell.table for evidence in entry.evidence if evidence.cell}
    labels = [label for table in tables for label in paper.grids[paper.file.tables[table].file].rows]
    return any(_named_by_row(paper, label) for label in labels)


# ---- tables whose rows and columns have a meaning


def _check_mappings(paper: Paper) -> Iterator[Issue]:
    """What cites a cell for the group of its column is about the subject of its row, and the other way round."""
    for index, result in enumerate(paper.file.results):
        for cell in (evidence.cell for evidence in result.evidence if evidence.cell):
            table = paper.file.tables[cell.table]
            subject, group = table.rows.get(cell.row), table.columns.get(cell.column)
            if subject and group and (subject.iri == result.subject.iri) != (group == result.in_):
                own = f"{result.subject.label} in {result.in_!r}"
                text = f"the cell is on {subject.label} in {group!r}, the entry on {own}"
                yield Issue("cell-of-another", text, paper.where("results", index))
