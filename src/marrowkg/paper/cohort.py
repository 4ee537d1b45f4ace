"""Populations of a paper: cohorts, the conditions that bound them, and the sources it relays."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import model_validator

from marrowkg.paper.evidence import EvidenceList
from marrowkg.paper.fields import COMPARATORS, Count, Key, ListOf, Model, Text, Year, term_under
from marrowkg.vocabulary import Term

__all__ = ["CitedSource", "Cohort", "ConditionBounds", "FindingWording", "Subject"]

_AUTHOR = re.compile(r"([^\W\d_][\w' -]*?)(?: et al\.| and .*)?")

Subject = Annotated[
    Term, term_under("Finding", "Characteristic", "Outcome", "Treatment", "Condition", "DiagnosticProcedure")
]
"""What a fact can be about."""


class CitedSource(Model):
    """A publication from which the paper relays results."""

    cite: Text
    reference: Count | None = None
    year: Year | None = None
    same_as: Key | None = None
    note: Text | None = None
    evidence: EvidenceList = ()

    @property
    def author(self) -> str:
        """The first author as a text names the source; empty if it is known by number only."""
        match = _AUTHOR.fullmatch(self.cite.split(";")[0])
        return match[1] if match and match[1][0].isupper() and len(match[1].split()) < 4 else ""


class Cohort(Model):
    """A group of patients; its size, like any number, stands in its evidence or is derived.

    `called` holds the words by which the text calls the group: what is reported of it has to stand beside one of them.
    """

    name: Text
    called: Annotated[tuple[Text, ...], ListOf] = ()
    condition: Annotated[Term, term_under("Condition")]
    underlying: Annotated[tuple[Annotated[Term, term_under("Condition")], ...], ListOf] = ()
    size: Count | None = None
    size_comparator: Text | None = None
    size_derived: Text | None = None
    part_of: Annotated[tuple[Key, ...], ListOf] = ()
    overlaps: Annotated[tuple[Key, ...], ListOf] = ()
    as_printed: Text | None = None
    setting: Text | None = None
    from_year: Year | None = None
    to_year: Year | None = None
    source: Key | None = None
    note: Text | None = None
    evidence: EvidenceList = ()

    @model_validator(mode="before")
    @classmethod
    def _compared(cls, value: Any) -> Any:
        """Take `size: over 1000` as a size with a comparator."""
        size = value.get("size") if isinstance(value, dict) else None
        for word, sign in COMPARATORS.items():
            if isinstance(size, str) and size.startswith(word + " "):
                return {**value, "size": size.removeprefix(word + " "), "size comparator": sign}
        return value


class ConditionBounds(Model):
    """How the paper bounds a condition, in our words."""

    criteria: Text
    evidence: EvidenceList = ()


class FindingWording(Model):
    """How the paper words, bounds or understands a finding, where that is more than the label of the term."""

    worded: Text | None = None
    criteria: Text | None = None
    also: Annotated[tuple[Subject, ...], ListOf] = ()
    because: Text | None = None
    evidence: EvidenceList = ()
