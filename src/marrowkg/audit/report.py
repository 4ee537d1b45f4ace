"""The audit as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from marrowkg.audit.model import Conflict, Discrepancy, Side
from marrowkg.audit.run import Audit

__all__ = ["lines", "rows"]

COLUMNS = (
    "discrepancy", "paper", "rule", "verdict", "subject", "printed_a", "locator_a", "printed_b", "locator_b",
    "recomputed", "note",
)  # fmt: skip
"""Columns of the tabular report, as those of the stored query `discrepancies`."""


def lines(audit: Audit) -> Iterator[str]:
    """One paragraph for each discrepancy, paper by paper; then conflicts, then what could be checked."""
    for ledger in audit.ledgers:
        found = audit.of(ledger.slug)
        yield f"{ledger.slug}: {_many(len(found), 'discrepancy', 'discrepancies')}"
        yield ""
        for discrepancy in found:
            yield from _paragraph(discrepancy)
    if audit.conflicts:
        yield f"between papers: {_many(len(audit.conflicts), 'conflict', 'conflicts')}"
        yield ""
        for conflict in audit.conflicts:
            yield from _paragraph(conflict)
    for ledger in audit.ledgers:
        yield _summary(audit, ledger.slug)


def _paragraph(found: Discrepancy) -> Iterator[str]:
    head = "OUR CURATION: " if found.verdict == "curation" else ""
    yield f"{head}{found.subject}. {_sides(found)} [{found.rule}]"
    if found.recomputed:
        yield f"    recomputed: {found.recomputed}"
    for text in (found.note, f"cause? {found.cause}" if isinstance(found, Conflict) else "", found.remark):
        if text:
            yield f"    {text}"
    if found.verdict == "curation" and found.where:
        yield f"    {found.where}"
    yield f"    {found.path}"
    yield ""


def _sides(found: Discrepancy) -> str:
    shown = [_side(side) for side in (found.a, found.b) if side is not None]
    return " against ".join(shown)


def _side(side: Side) -> str:
    places = side.places
    if len(places) > 3:
        places = [places[0], f"{len(places) - 1} more places"]
    return f"{side.printed} ({'; '.join(places)})" if places else side.printed


def _summary(audit: Audit, paper: str) -> str:
    figures, checked, disputed = audit.figures(paper), audit.checked(paper), audit.disputed(paper)
    rules = {check.rule for check in audit.checks if any(key in figures for key in check.figures)}
    by = _many(len(rules), "rule", "rules")
    return (
        f"{paper}: {len(figures)} figures stored, {len(checked)} could be checked by {by}, "
        f"{len(checked - disputed)} of them agreed with everything they were held against"
    )


def _many(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def rows(audit: Audit) -> Iterator[list[str]]:
    """The discrepancies as rows under `COLUMNS`, conflicts last."""
    for d in audit.discrepancies:
        b = d.b or Side("")
        note = "; ".join(text for text in (d.note, d.remark) if text)
        yield [
            d.path, d.paper, d.rule, d.verdict, d.subject, d.a.printed, d.a.locators, b.printed, b.locators,
            d.recomputed, note,
        ]  # fmt: skip
