"""The audit of some papers: every rule, then what the curators say themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from marrowkg.audit.byhand import entered, remarked, unanswered
from marrowkg.audit.conflict import conflicts
from marrowkg.audit.estimate import interval_position, pooled_survival, sensitivity
from marrowkg.audit.exclusive import breakdown, exclusive_kinds, kinds_against_whole, share_sum
from marrowkg.audit.ledger import Ledger
from marrowkg.audit.lineage import lineages
from marrowkg.audit.model import Check, Conflict, CrossRule, Discrepancy, FigureKey, Rule
from marrowkg.audit.parts import cohort_sizes, part_exceeds_whole, parts_against_total
from marrowkg.audit.percent import grim, percent_of_counts, percent_truncated
from marrowkg.audit.printed import derived_formula, group_size, printed_differently
from marrowkg.audit.pvalue import p_from_counts, p_from_statistic
from marrowkg.audit.relay import reference_number, relayed_against_original, two_relays
from marrowkg.audit.rows import patient_rows_rule
from marrowkg.audit.size import size_by_percent
from marrowkg.audit.years import cohort_facts
from marrowkg.issue import Issue, Severity
from marrowkg.paper.fact import Facts
from marrowkg.paper.paper import Paper
from marrowkg.vocabulary import Vocabulary

__all__ = ["CROSS_RULES", "RULES", "Audit", "audit"]

RULES: Mapping[str, Rule] = {
    "percent-of-counts": percent_of_counts,
    "percent-truncated": percent_truncated,
    "grim": grim,
    "size-by-percent": size_by_percent,
    "printed-differently": printed_differently,
    "group-size": group_size,
    "derived-formula": derived_formula,
    "parts-against-total": parts_against_total,
    "part-exceeds-whole": part_exceeds_whole,
    "cohort-sizes": cohort_sizes,
    "breakdown": breakdown,
    "exclusive-kinds": exclusive_kinds,
    "share-sum": share_sum,
    "kinds-against-whole": kinds_against_whole,
    "lineages": lineages,
    "patient-rows": patient_rows_rule,
    "interval-position": interval_position,
    "pooled-survival": pooled_survival,
    "sensitivity": sensitivity,
    "p-from-statistic": p_from_statistic,
    "p-from-counts": p_from_counts,
    "cohort-facts": cohort_facts,
    "reference-number": reference_number,
}
"""The rules over one paper, by name; each has a section in docs/audit.md."""

CROSS_RULES: Mapping[str, CrossRule] = {
    "relayed-against-original": relayed_against_original,
    "two-relays": two_relays,
    "conflict": conflicts,
}
"""The rules over several papers."""


@dataclass(slots=True)
class Audit:
    """What an audit did and found, ordered by paper, rule and slug."""

    ledgers: Sequence[Ledger]
    checks: list[Check] = field(default_factory=list)
    discrepancies: list[Discrepancy] = field(default_factory=list)
    complaints: dict[str, list[Issue]] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether something is wrong with our own curation."""
        return bool(self.issues)

    def of(self, paper: str) -> list[Discrepancy]:
        """The discrepancies of one paper."""
        return [d for d in self.discrepancies if d.paper == paper and not isinstance(d, Conflict)]

    def narrowed(self, papers: Collection[str]) -> Audit:
        """The same audit, told of these papers only; a conflict belongs to both of its papers."""

        def told(found: Discrepancy) -> bool:
            return found.paper in papers or (isinstance(found, Conflict) and found.other_paper in papers)

        ledgers = [ledger for ledger in self.ledgers if ledger.slug in papers]
        found = [d for d in self.discrepancies if told(d)]
        complaints = {paper: issues for paper, issues in self.complaints.items() if paper in papers}
        return Audit(ledgers, self.checks, found, complaints)

    @property
    def issues(self) -> list[Issue]:
        """What is wrong with our own curation."""
        return [issue for issues in self.complaints.values() for issue in issues]

    @property
    def conflicts(self) -> list[Conflict]:
        """The conflicts between papers."""
        return [d for d in self.discrepancies if isinstance(d, Conflict)]

    def figures(self, paper: str) -> set[FigureKey]:
        """Every stored number of a paper's results and cohorts."""
        ledger = next(ledger for ledger in self.ledgers if ledger.slug == paper)
        entries = (*ledger.cohorts.values(), *ledger.results)
        return {entry.key(name) for entry in entries for name in entry.numbers}

    def checked(self, paper: str) -> set[FigureKey]:
        """The figures of a paper that some rule over one paper could check."""
        own = self.figures(paper)
        return {key for check in self.checks if check.rule != "conflict" for key in check.figures if key in own}

    def disputed(self, paper: str) -> set[FigureKey]:
        """The figures of a paper that take part in some discrepancy."""
        own = self.figures(paper)
        found = (check for check in self.checks if check.found and check.rule != "conflict")
        return {key for check in found for key in check.figures if key in own}


def audit(
    papers: Iterable[tuple[Paper, Facts]], vocabulary: Vocabulary, families: Sequence[frozenset[str]] = ()
) -> Audit:
    """Run every rule on every paper, then the rules over several papers; `families` are sets of disjoint classes."""
    ledgers = [Ledger(paper, facts, vocabulary, families) for paper, facts in papers]
    run = Audit(ledgers)
    for ledger in ledgers:
        run.checks += [check for rule in RULES.values() for check in rule(ledger)]
    run.checks += [check for rule in CROSS_RULES.values() for check in rule(ledgers)]
    found = [check.found for check in run.checks if check.found]
    found += [discrepancy for ledger in ledgers for discrepancy in entered(ledger, ledgers)]
    found = _named_apart(found)
    for ledger in ledgers:
        own = [d for d in found if d.paper == ledger.slug and not isinstance(d, Conflict)]
        own, issues = remarked(ledger, own)
        run.discrepancies += own
        issues += unanswered(ledger, ledgers)
        run.complaints[ledger.slug] = [*issues, *(_complaint(d) for d in own if d.verdict == "curation")]
    run.discrepancies += [d for d in found if isinstance(d, Conflict)]
    return run


def _complaint(found: Discrepancy) -> Issue:
    other = f", {found.b.printed}" if found.b else ""
    text = f"{found.subject}: {found.a.printed}{other}; {found.note} ({found.recomputed})"
    return Issue(f"audit-{found.rule}", text, found.where, Severity.VIOLATION)


def _named_apart(found: Sequence[Discrepancy]) -> list[Discrepancy]:
    """In order, each once, with a number on the slugs of those that would be called alike."""
    ordered = sorted(
        dict.fromkeys(found), key=lambda d: (isinstance(d, Conflict), d.paper, d.rule, d.slug, d.a.printed)
    )
    taken: dict[str, int] = {}
    apart = []
    told: set[object] = set()
    for discrepancy in ordered:
        if discrepancy.rule == "printed-differently":
            places = frozenset((s.printed, s.locators) for s in (discrepancy.a, discrepancy.b) if s)
            if (discrepancy.paper, places) in told:
                continue  # one pair of prints, of several facts that rest on them
            told.add((discrepancy.paper, places))
        taken[discrepancy.path] = count = taken.get(discrepancy.path, 0) + 1
        apart.append(replace(discrepancy, slug=f"{discrepancy.slug}-{count}") if count > 1 else discrepancy)
    return apart
