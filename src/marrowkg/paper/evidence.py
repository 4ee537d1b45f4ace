"""Passages as a curator writes them: a fragment of the text with its section, or a cell of a table."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import model_validator

from marrowkg.paper.fields import ListOf, Model, PrintedNumber, Text, fault

__all__ = ["MAX_WORDS", "CellReference", "Evidence", "EvidenceList", "Printed"]

MAX_WORDS = 12
"""Longest fragment: figures carry over from papers, sentences do not."""

Printed = Literal["events", "denominator", "percent", "value", "low", "high", "size", "p", "test value"]
"""The numbers of a fact that a passage can print otherwise than the fact is recorded."""


class CellReference(Model):
    """A cell of a table that the paper's `tables` describe: row and column as headed there, and what it reads.

    `reads` is the cell, or the words of it that print the fact; it tells when a row or column is the wrong one.
    """

    table: Text
    row: Text
    column: Text
    reads: Text


class Evidence(Model):
    """One place of the paper that prints a fact.

    Either `at` (a section) and `quote`, or `cell`. `before` and `after` are words around the quote, given where the
    quote alone stands more than once. `prints` holds numbers that this place prints differently from the fact.
    """

    at: Text | None = None
    quote: Text | None = None
    before: Text | None = None
    after: Text | None = None
    cell: CellReference | None = None
    prints: dict[Printed, PrintedNumber] = {}
    note: Text | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.cell is None) == (self.quote is None):
            raise fault("evidence", "expected either 'at' with 'quote', or 'cell'")
        if (self.at is None) != (self.quote is None):
            raise fault("evidence", "a quote needs 'at': the section in which it stands")
        return self

    @model_validator(mode="after")
    def _short(self) -> Self:
        words = len((self.quote or "").split())
        if words > MAX_WORDS:
            raise fault("long-quote", f"a quote has at most {MAX_WORDS} words, this one has {words}")
        return self


EvidenceList = Annotated[tuple[Evidence, ...], ListOf]
"""One or more passages; a single one may be written without a dash."""
