"""A curated paper: everything its file says, and the tables beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from marrowkg.issue import Where
from marrowkg.paper.cohort import CitedSource, Cohort, ConditionBounds, FindingWording
from marrowkg.paper.discrepancy import StatedDiscrepancy
from marrowkg.paper.fields import Key, ListOf, Model, Text, Year, term_under
from marrowkg.paper.grid import Grid
from marrowkg.paper.patient import Patient, PatientTable
from marrowkg.paper.result import Result
from marrowkg.paper.statement import Statement
from marrowkg.paper.table import ResultTable
from marrowkg.vocabulary import Term
from marrowkg.yamlmap import Places, Step

__all__ = ["Bibliography", "NotCurated", "Paper", "PaperFile", "SourceText"]


class Bibliography(Model):
    """What a reader needs to find the paper."""

    title: Text
    authors: tuple[Text, ...]
    journal: Text
    year: Year
    citation: Text
    doi: Text | None = None
    pmid: Text | None = None
    pmcid: Text | None = None
    design: Annotated[tuple[Annotated[Term, term_under("StudyDesign")], ...], ListOf]


class SourceText(Model):
    """The text against which passages are checked: its digest, and where its sections begin.

    `sections` maps a section, as locators name it, to words that stand at its beginning (or at each of its pieces where
    the text is interrupted). `references` are words at the beginning of the reference list, which holds no passage;
    `citations` are regular expressions for the marks that cite references by number, and `furniture` for what else is
    no content: page headers, addresses, pointers to figures.
    """

    digest: Text
    sections: dict[str, Annotated[tuple[Text, ...], ListOf]]
    references: Text | None = None
    citations: Annotated[tuple[Text, ...], ListOf] = ()
    furniture: Annotated[tuple[Text, ...], ListOf] = ()


class NotCurated(Model):
    """Words of the text whose numbers are left out on purpose, and why."""

    words: Text
    at: Text | None = None
    reason: Text


class PaperFile(Model):
    """The curated file of one paper."""

    paper: Bibliography
    text: SourceText
    sources: dict[Key, CitedSource] = {}
    conditions: dict[str, ConditionBounds] = {}
    findings: dict[str, FindingWording] = {}
    cohorts: dict[Key, Cohort]
    patients: dict[Key, Patient] = {}
    patient_table: PatientTable | None = None
    tables: dict[str, ResultTable] = {}
    results: tuple[Result, ...] = ()
    statements: tuple[Statement, ...] = ()
    discrepancies: tuple[StatedDiscrepancy, ...] = ()
    not_curated: tuple[NotCurated, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A curated file that was read without complaint, its tables, and where everything stands in the files."""

    slug: str
    file: PaperFile
    grids: Mapping[str, Grid]
    places: Places

    def where(self, *path: Step) -> Where:
        """Place of the value at a path such as `("results", 3, "events")`."""
        return self.places.of_value(path)
