"""What a curator says: discrepancies entered by hand, and remarks on those that were found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from marrowkg.audit.ledger import Ledger, anchors_of
from marrowkg.audit.model import Anchor, Discrepancy, Side
from marrowkg.issue import Issue
from marrowkg.lower.graph import slugify
from marrowkg.lower.statements import statement_slug
from marrowkg.paper.discrepancy import Elsewhere, HandEntered, NoteOnDiscrepancy
from marrowkg.paper.passage import passages_of
from marrowkg.suggest import did_you_mean

__all__ = ["entered", "remarked", "unanswered"]


def entered(ledger: Ledger, others: Sequence[Ledger] = ()) -> Iterator[Discrepancy]:
    """The discrepancies that the curated file states; each is the paper's. `others` hold what stands `against`."""
    for index, entry in enumerate(ledger.paper.file.discrepancies):
        if isinstance(entry, HandEntered):
            slug = f"{entry.rule}-{entry.id or slugify(entry.subject)}"
            path = ("discrepancies", index)
            passages = passages_of(ledger.paper, entry.between, path)
            names = [f"{ledger.slug}/passage/discrepancy-{slug}-{side}" for side in ("a", "b")]
            anchors = [Anchor(name, replace(p, path=())) for name, p in zip(names, passages, strict=False)]
            sides: list[Side | None] = [_side(anchor) for anchor in anchors]
            if entry.against:
                sides.append(_elsewhere(entry.against, others))
            a, b = (*sides, None)[:2]
            assert a is not None  # noqa: S101 - the model asks for a passage
            yield Discrepancy(
                paper=ledger.slug,
                rule=entry.rule,
                slug=slug,
                subject=entry.subject,
                a=a,
                b=b,
                recomputed=entry.recomputed or "",
                note=entry.note,
                where=ledger.paper.where(*path),
            )


def _side(anchor: Anchor, paper: str = "") -> Side:
    return Side(anchor.passage.exact, "", (anchor,), paper)


def _elsewhere(wanted: Elsewhere, others: Sequence[Ledger]) -> Side | None:
    """The passage of another paper, as that paper's curated file has it; nothing if it has not."""
    found = (anchor for ledger in others if ledger.slug == wanted.paper for anchor in _anchors(ledger))
    same = (a for a in found if (a.passage.locator, a.passage.exact) == (wanted.at, wanted.quote))
    anchor = next(same, None)
    return _side(anchor, wanted.paper) if anchor else None


def _anchors(ledger: Ledger) -> Iterator[Anchor]:
    """The passages of the results, cohorts and statements of a paper, each with its path."""
    yield from (anchor for entry in (*ledger.cohorts.values(), *ledger.results) for anchor in entry.anchors)
    for fact in ledger.facts.statements:
        slug = statement_slug(fact.statement, fact.statement.object[0])
        yield from anchors_of(ledger.slug, slug, fact.passages)


def unanswered(ledger: Ledger, others: Sequence[Ledger]) -> list[Issue]:
    """Complaints about entries `against` a passage that no other paper has."""
    issues = []
    for index, entry in enumerate(ledger.paper.file.discrepancies):
        wanted = entry.against if isinstance(entry, HandEntered) else None
        if wanted and _elsewhere(wanted, others) is None:
            slugs = [other.slug for other in others if other is not ledger]
            quotes = [a.passage.exact for other in others if other.slug == wanted.paper for a in _anchors(other)]
            missing = f"no paper is called {wanted.paper!r}{did_you_mean(wanted.paper, slugs)}"
            if wanted.paper in slugs:
                near = did_you_mean(wanted.quote, quotes)
                missing = f"{wanted.paper} has no passage {wanted.quote!r} in {wanted.at!r}{near}"
            issues.append(Issue("unknown-passage", missing, ledger.paper.where("discrepancies", index, "against")))
    return issues


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
