"""Statements: assertions without a number, as subject, relation and object."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ValidationInfo, model_validator

from marrowkg.paper.evidence import EvidenceList
from marrowkg.paper.fields import Key, ListOf, Model, Slug, Text, fault, term_under
from marrowkg.suggest import did_you_mean
from marrowkg.vocabulary import Term, Vocabulary

__all__ = ["Certainty", "Statement"]

Certainty = Literal["stated", "usual", "occasional", "possible", "suggested", "uncertain", "denied"]
"""How sure the paper is, or how regular it says that something is."""

Entity = Annotated[Term, term_under("DomainEntity")]


def _relation(value: Any, info: ValidationInfo) -> Term:
    if isinstance(value, Term):
        return value
    vocabulary: Vocabulary = (info.context or {})["vocabulary"]
    known = vocabulary.individuals("Relation")
    if value not in known:
        hint = did_you_mean(str(value), known, list_all_below=40)
        raise fault("unknown-relation", f"no relation is called {value!r}{hint}")
    return known[value]


class Statement(Model):
    """One assertion; several objects make as many statements on the same passages."""

    id: Slug | None = None
    statement: Entity
    relation: Annotated[Term, BeforeValidator(_relation)]
    object: Annotated[tuple[Entity, ...], ListOf]
    certainty: Certainty = "stated"
    in_: Key | None = None
    source: Key | None = None
    also_cites: Annotated[tuple[Key, ...], ListOf] = ()
    qualifier: Text | None = None
    note: Text | None = None
    evidence: EvidenceList

    @model_validator(mode="after")
    def _has_evidence(self) -> Self:
        if not self.evidence:
            raise fault("no-evidence", "expected at least one passage under 'evidence'")
        return self
