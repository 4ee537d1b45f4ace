"""Discrepancies that a curator enters: what no rule can see, and notes on what the rules found."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Tag

from marrowkg.paper.evidence import Evidence
from marrowkg.paper.fields import Model, Slug, Text, fault

__all__ = ["Elsewhere", "HandEntered", "NoteOnDiscrepancy", "StatedDiscrepancy"]

HandRule = Literal["wording", "citation", "definition", "number", "time", "claim", "omission", "table"]
"""What kind of mismatch a curator saw; `number` is arithmetic that no rule of the audit does yet."""


class Elsewhere(Model):
    """A passage of another paper of the graph, which that paper's own curated file must have: its section and quote."""

    paper: Slug
    at: Text
    quote: Text


class HandEntered(Model):
    """A mismatch between two places of the paper, in one place, or between one place and `against`, another paper's."""

    rule: HandRule
    id: Slug | None = None
    subject: Text
    between: tuple[Evidence, ...]
    against: Elsewhere | None = None
    recomputed: Text | None = None
    note: Text


class NoteOnDiscrepancy(Model):
    """A curator's note on a discrepancy that the audit finds; `on` is its slug as the audit prints it."""

    on: Slug
    note: Text


def _kind(value: Any) -> str:
    if isinstance(value, NoteOnDiscrepancy) or (isinstance(value, dict) and "on" in value):
        return "note on discrepancy"
    return "hand-entered discrepancy"


def _has_sides(value: Any) -> Any:
    sides = value.get("between", ()) if isinstance(value, dict) and "on" not in value else None
    most = 1 if isinstance(value, dict) and "against" in value else 2
    if sides is not None and (not isinstance(sides, list | tuple) or not 1 <= len(sides) <= most):
        told = "one passage beside 'against'" if most == 1 else "two passages (one for a mismatch in one place)"
        raise fault("discrepancy", f"expected 'between' with a list of {told}")
    return value


StatedDiscrepancy = Annotated[
    Annotated[HandEntered, Tag("hand-entered discrepancy")] | Annotated[NoteOnDiscrepancy, Tag("note on discrepancy")],
    Discriminator(_kind),
    BeforeValidator(_has_sides),
]
"""An entry under `discrepancies`: a note has `on`, anything else is a mismatch of its own."""
