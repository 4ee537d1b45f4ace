"""Cytopenias counted by lineage against those counted by how many lineages are low: `lineages`."""

from __future__ import annotations

from collections.abc import Iterator

from marrowkg.audit.ledger import Entry, Ledger
from marrowkg.audit.model import Check, Discrepancy, agreed, differs
from marrowkg.audit.parts import sum_side
from marrowkg.audit.percent import fitting_counts
from marrowkg.audit.reading import Reading
from marrowkg.paper.result import Frequency

__all__ = ["lineages"]

_BY_NUMBER = {"SingleLineageCytopenia": 1, "BilineageCytopenia": 2, "Pancytopenia": 3}
_BY_LINEAGE = ("Anemia", "Thrombocytopenia", "Leukopenia")

Counted = tuple[Entry, Reading, int]


def lineages(ledger: Ledger) -> Iterator[Check]:
    """Low lineages are as many when counted by lineage as when counted by patient.

    Patients with one, two and three low lineages, times 1, 2 and 3, make as many as the patients with anemia, with
    thrombocytopenia and with leukopenia together. A percentage counts where one whole number only can stand behind it.
    """
    rule = "lineages"
    for cohort in ledger.cohorts:
        found = {
            e.subject.name: counted for e, r in ledger.frequencies() if (counted := _counted(ledger, cohort, e, r))
        }
        numbers = [found[name] for name in _BY_NUMBER if name in found]
        kinds = [found[name] for name in _BY_LINEAGE if name in found]
        if len(numbers) < len(_BY_NUMBER) or len(kinds) < len(_BY_LINEAGE):
            continue
        low = sum(count * _BY_NUMBER[entry.subject.name] for entry, _, count in numbers)
        keys = [entry.key("events" if "events" in entry.numbers else "percent") for entry, _, _ in (*numbers, *kinds)]
        if low == sum(count for _, _, count in kinds):
            yield agreed(rule, *keys)
        else:
            yield differs(_unequal(rule, ledger, numbers, kinds), *keys)


def _counted(ledger: Ledger, cohort: str, entry: Entry, result: Frequency) -> Counted | None:
    if entry.cohort != cohort or result.qualifier or result.status not in (None, "present"):
        return None
    events, percent = entry.plain("events"), entry.plain("percent")
    base = ledger.base(entry, result)
    if events:
        return entry, events[0], int(events[0].value)
    if not (percent and base and base.readings()):
        return None
    counts = fitting_counts(percent[0].value, int(base.readings()[0].value))
    return (entry, percent[0], counts[0]) if len(counts) == 1 else None


def _unequal(rule: str, ledger: Ledger, numbers: list[Counted], kinds: list[Counted]) -> Discrepancy:
    cohort = numbers[0][0].cohort
    low = " + ".join(f"{_BY_NUMBER[entry.subject.name]} x {count}" for entry, _, count in numbers)
    high = " + ".join(str(count) for _, _, count in kinds)
    total = sum(count * _BY_NUMBER[entry.subject.name] for entry, _, count in numbers)
    kinds_total = sum(count for _, _, count in kinds)
    patients = " + ".join(str(count) for _, _, count in numbers)
    return Discrepancy(
        paper=ledger.slug,
        rule=rule,
        slug=f"{rule}-{cohort}",
        subject=f"cytopenias in {ledger.cohort(cohort).name}",
        a=sum_side([(entry, reading) for entry, reading, _ in kinds], kinds[0][0].path),
        b=sum_side([(entry, reading) for entry, reading, _ in numbers], numbers[0][0].path),
        recomputed=f"{low} = {total}, but {high} = {kinds_total}",
        note=f"the {patients} patients with one, two and three low lineages make {total} low counts;"
        f" anemia, thrombocytopenia and leukopenia together are {kinds_total}",
        where=numbers[0][0].where,
    )
