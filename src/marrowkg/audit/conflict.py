"""Papers against each other: `conflict`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, product

from marrowkg.audit.ledger import Ledger
from marrowkg.audit.model import Check, Conflict, agreed, differs
from marrowkg.audit.share import Count, Share, shares
from marrowkg.stats import fisher_exact

__all__ = ["conflicts"]

RULE = "conflict"
_LEVEL = 0.05


def conflicts(ledgers: Sequence[Ledger]) -> Iterator[Check]:
    """Two papers report a finding in patients of the same condition, or of one condition within the other, alike.

    Like is compared with like: of all pairs of groups in which two papers count a finding, the pair with the nearest
    conditions. Only first-hand frequencies are compared. They are in conflict if Fisher's exact test of the counts
    gives p < 0.05, or their 95 % Wilson intervals do not overlap.
    """
    for one, other in combinations(ledgers, 2):
        nearest: dict[object, tuple[int, list[tuple[Share, Share]]]] = {}
        for first, second in product(list(shares(one)), list(shares(other))):
            key = first.entry.subject, first.result.qualifier
            far = _distance(first, second) if key == (second.entry.subject, second.result.qualifier) else None
            if far is not None and far <= nearest.get(key, (far, []))[0]:
                held = nearest.get(key, (far, []))
                nearest[key] = (far, [*(held[1] if held[0] == far else []), (first, second)])
        for _, pairs in nearest.values():
            yield from (_compare(first, second) for first, second in pairs)


def _distance(first: Share, second: Share) -> int | None:
    """How many classes lie between two conditions of which one is the other or within it; nothing for any others."""
    one, other = (share.ledger.vocabulary.ancestors(share.condition.iri) for share in (first, second))
    if second.condition.iri in one or first.condition.iri in other:
        return abs(len(one) - len(other))
    return None


def _test(one: Count, other: Count) -> tuple[float, bool]:
    """Fisher's p, and whether the Wilson intervals overlap."""
    p = fisher_exact(one.events, one.size - one.events, other.events, other.size - other.events)
    (low, high), (other_low, other_high) = one.interval(), other.interval()
    return p, low <= other_high and other_low <= high


def _compare(first: Share, second: Share) -> Check:
    keys = (*first.keys, *second.keys)
    p, overlap = _test(first.count, second.count)
    if p >= _LEVEL and overlap:
        return agreed(RULE, *keys)
    return differs(_conflict(first, second, p, overlap=overlap), *keys)


def _conflict(first: Share, second: Share, p: float, *, overlap: bool) -> Conflict:
    pair = (first, second)
    intervals = [f"{low:.1f} to {high:.1f}%" for low, high in (share.count.interval() for share in pair)]
    counts = [f"{share.ledger.slug} {share.count}" for share in pair]
    finding = first.entry.subject.label
    conditions = [share.condition.label for share in pair]
    meant = f"the intervals {'overlap' if overlap else 'do not overlap'}"
    return Conflict(
        paper=first.ledger.slug,
        rule=RULE,
        slug=f"{first.ledger.slug}-{first.entry.slug}-{second.ledger.slug}-{second.entry.slug}",
        subject=f"{finding} in {' and '.join(dict.fromkeys(conditions))}",
        a=first.entry.side(first.printed),
        b=second.entry.side(second.printed),
        recomputed=f"{', '.join(counts)}: Fisher p = {p:.2g}; 95% Wilson intervals {' and '.join(intervals)}",
        note="; ".join((meant, *_disputed(first, second))),
        where=first.entry.where,
        other_paper=second.ledger.slug,
        p=Decimal(f"{p:.6f}"),
        overlap=overlap,
        comparable=conditions[0] == conditions[1] and first.result.when == second.result.when,
        cause="; ".join(_causes(first, second)) or "none that the papers show",
        condition=" / ".join(dict.fromkeys(conditions)),
        finding=finding,
    )


def _disputed(first: Share, second: Share) -> Iterator[str]:
    """What comes of it with other counts that a side can have been, or that dispute it."""
    for share, other in ((first, second), (second, first)):
        if share.count.why:
            yield f"{share.ledger.slug}: {share.count.why}, {share.count} is the largest group that it fits"
        for count in share.others:
            p, _ = _test(count, other.count)
            why = f" ({count.why})" if count.why != share.count.why else ""
            yield f"for {count} in {share.ledger.slug}{why} p = {p:.2g}"


def _causes(first: Share, second: Share) -> Iterator[str]:
    pair = (first, second)
    if first.condition != second.condition:
        above = [share.ledger.vocabulary.ancestors(share.condition.iri) for share in (second, first)]
        wider = [" (the wider)" if share.condition.iri in up else "" for share, up in zip(pair, above, strict=True)]
        yield _told("population", pair, [share.condition.label + more for share, more in zip(pair, wider, strict=True)])
    criteria = [share.ledger.paper.file.conditions.get(share.condition.label) for share in pair]
    if any(criteria):
        yield _told("case definition", pair, [bounds.criteria if bounds else "not stated" for bounds in criteria])
    for share in pair:
        if not share.whole:
            yield f"part of the patients: {share.ledger.slug} counts {share.ledger.cohort(share.entry.cohort).name}"
    wordings = [share.ledger.paper.file.findings.get(share.entry.subject.label) for share in pair]
    bounds = [wording.criteria if wording and wording.criteria else "not stated" for wording in wordings]
    if bounds[0] != bounds[1]:
        yield _told("definition of the finding", pair, bounds)
    if first.result.when != second.result.when:
        yield _told("time point", pair, [share.result.when or "not stated" for share in pair])
    if first.result.denominator_of != second.result.denominator_of:
        yield _told("denominator", pair, [f"of {share.result.denominator_of or 'all'} patients" for share in pair])


def _told(what: str, pair: Sequence[Share], said: Sequence[str]) -> str:
    return f"{what}: " + ", ".join(f"{share.ledger.slug} {words}" for share, words in zip(pair, said, strict=True))
