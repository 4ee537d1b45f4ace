"""What a curator says: discrepancies entered by hand, and remarks on those that were found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from marrowkg.audit.ledger import Ledger
from marrowkg.audit.model import Anchor, Discrepancy, Side
from marrowkg.issue import Issue
from marrowkg.lower.graph import slugify
from marrowkg.number import number_tokens
from marrowkg.paper.discrepancy import HandEntered, NoteOnDiscrepancy
from marrowkg.paper.passage import Passage, passages_of
from marrowkg.suggest import did_you_mean

__all__ = ["entered", "remarked"]


def entered(ledger: Ledger) -> Iterator[Discrepancy]:
    """The discrepancies that the curated file states; each is the paper's."""
    for index, entry in enumerate(ledger.paper.file.discrepancies):
        if isinstance(entry, HandEntered):
            slug = f"{entry.rule}-{entry.id or slugify(entry.subject)}"
            path = ("discrepancies", index)
            passages = passages_of(ledger.paper, entry.between, path)
            names = [f"discrepancy-{slug}-{side}" for side in ("a", "b")]
            sides = [_side(ledger, name, passage) for name, passage in zip(names, passages, strict=False)]
            yield Discrepancy(
                paper=ledger.slug,
                rule=entry.rule,
                slug=slug,
                subject=entry.subject,
                a=sides[0],
                b=sides[1] if len(sides) > 1 else None,
                recomputed=entry.recomputed or "",
                note=entry.note,
                where=ledger.paper.where(*path),
            )


def _side(ledger: Ledger, name: str, passage: Passage) -> Side:
    anchor = Anchor(f"{ledger.slug}/passage/{name}", replace(passage, path=()))
    tokens = list(number_tokens(passage.exact))
    exact = passage.exact
    shown = exact[tokens[0].start : tokens[0].end] if len(tokens) == 1 else exact
    return Side(shown, "", (anchor,))


def remarked(ledger: Ledger, found: Sequence[Discrepancy]) -> tuple[list[Discrepancy], list[Issue]]:
    """The discrepancies of a paper with the curator's remarks, and complaints about remarks on what is not there."""
    remarks: Mapping[str, str] = {
        entry.on: entry.note for entry in ledger.paper.file.discrepancies if isinstance(entry, NoteOnDiscrepancy)
    }
    known = {discrepancy.slug for discrepancy in found}
    issues = []
    for index, entry in enumerate(ledger.paper.file.discrepancies):
        if isinstance(entry, NoteOnDiscrepancy) and entry.on not in known:
            text = f"the audit finds no discrepancy called {entry.on!r}{did_you_mean(entry.on, known)}"
            issues.append(Issue("unknown-discrepancy", text, ledger.paper.where("discrepancies", index, "on")))
    return [replace(d, remark=remarks[d.slug]) if d.slug in remarks else d for d in found], issues
