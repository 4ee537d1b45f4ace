"""Parts against their whole, cohort by cohort: `parts-against-total`, `part-exceeds-whole` and `cohort-sizes`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from marrowkg.audit.ledger import Entry, Ledger
from marrowkg.audit.model import Check, Discrepancy, FigureKey, Side, agreed, differs
from marrowkg.audit.partition import Partition, partitions
from marrowkg.audit.reading import Reading
from marrowkg.paper.result import Frequency

__all__ = ["cohort_sizes", "part_exceeds_whole", "parts_against_total", "sum_side"]


@dataclass(frozen=True, slots=True)
class _Count:
    entry: Entry
    reading: Reading


def sum_side(counts: Sequence[tuple[Entry, Reading]], fact: str = "") -> Side:
    """Several counts as one side: `13 + 13 + 3`, with the passages of each."""
    anchors = dict.fromkeys(anchor for _, reading in counts for anchor in reading.anchors)
    return Side(" + ".join(str(reading.value) for _, reading in counts), fact, tuple(anchors))


def _same_fact(one: Frequency, other: Frequency) -> bool:
    present = (None, "present")
    alike = (one.frequency, one.qualifier, one.when) == (other.frequency, other.qualifier, other.when)
    return alike and one.status in present and other.status in present


def parts_against_total(ledger: Ledger) -> Iterator[Check]:
    """What is counted in each of some disjoint groups that make up a cohort adds up to the count in the cohort.

    The groups are the columns of a table that has a column for the whole, or two compared groups whose sizes add up to
    their cohort. A group without a number counts as none, as far as that can be.
    """
    for partition in partitions(ledger):
        sizes = [ledger.size(part) for part in partition.parts]
        covered = all(sizes) and sum(s or 0 for s in sizes) == ledger.size(partition.parent)
        if not (partition.whole or covered):
            continue
        for entry, result in ledger.frequencies():
            total = entry.plain("events")
            if entry.cohort == partition.parent and total and result.status in (None, "present"):
                yield from _add_up(ledger, partition, entry, result)


def _add_up(ledger: Ledger, partition: Partition, whole: Entry, result: Frequency) -> Iterator[Check]:
    rule = "parts-against-total"
    found = {
        entry.cohort: (entry, entry.plain("events")[0])
        for entry, other in ledger.frequencies()
        if entry.cohort in partition.parts and entry.plain("events") and _same_fact(result, other)
    }
    if len(found) < 2:
        return
    counts = [found[part] for part in partition.parts if part in found]
    missing = [part for part in partition.parts if part not in found]
    low = int(sum(reading.value for _, reading in counts))
    high = low + sum(_most(ledger, part, result) for part in missing)
    keys = [entry.key("events") for entry in (whole, *(entry for entry, _ in counts))]
    for total in whole.plain("events"):
        if total.value == low:
            yield agreed(rule, *keys)
        elif not low <= total.value <= high:
            yield differs(_wrong_sum(rule, whole, total, counts), *keys)


def _most(ledger: Ledger, part: str, result: Frequency) -> int:
    """How many of a group without a number can have it: its size, less those who have what excludes it."""
    size = ledger.size(part)
    if size is None:
        return 10**9
    excluded = [0]
    for entry, _ in ledger.frequencies():
        pair = {entry.subject.iri, result.frequency.iri}
        if entry.cohort == part and len(pair) == 2 and any(pair <= family for family in ledger.exclusive):
            excluded += [int(r.value) for r in entry.plain("events")]
    return size - max(excluded)


def _wrong_sum(rule: str, whole: Entry, total: Reading, counts: Sequence[tuple[Entry, Reading]]) -> Discrepancy:
    value = sum(reading.value for _, reading in counts)
    return Discrepancy(
        paper=whole.paper,
        rule=rule,
        slug=f"{rule}-{whole.slug}-{total.value}",
        subject=whole.label,
        a=whole.side(str(total.value), total),
        b=sum_side(counts, counts[0][0].path),
        recomputed=f"{' + '.join(str(r.value) for _, r in counts)} = {value}",
        note="the groups that make up the cohort do not add up to its count",
        where=whole.where,
    )


def part_exceeds_whole(ledger: Ledger) -> Iterator[Check]:
    """No more members of a part of a cohort have something than of the cohort itself."""
    rule = "part-exceeds-whole"
    frequencies = list(ledger.frequencies())
    for entry, result in frequencies:
        for other, wider in frequencies:
            if other.cohort in ledger.cohort(entry.cohort).part_of and _same_fact(result, wider):
                part, whole = entry.plain("events"), other.plain("events")
                if part and whole:
                    yield _against_whole(rule, (entry, part[0]), (other, whole))


def _against_whole(rule: str, part: tuple[Entry, Reading], whole: tuple[Entry, Sequence[Reading]]) -> Check:
    (entry, count), (other, totals) = part, whole
    keys: tuple[FigureKey, ...] = (entry.key("events"), other.key("events"))
    if count.value <= max(total.value for total in totals):
        return agreed(rule, *keys)
    found = Discrepancy(
        paper=entry.paper,
        rule=rule,
        slug=f"{rule}-{entry.slug}",
        subject=entry.label,
        a=entry.side(str(count.value), count),
        b=other.side(str(totals[0].value), *totals),
        note="more in a part of the cohort than in the cohort",
        where=entry.where,
    )
    return differs(found, *keys)


# ---- sizes


def cohort_sizes(ledger: Ledger) -> Iterator[Check]:
    """A part is not larger than its cohort; disjoint parts are not larger together, and add up where they are all.

    Parts that one passage counts together with their whole ("23 cases (20 adults and three children)") are all.
    """
    for key, cohort in ledger.cohorts.items():
        for parent in ledger.cohort(key).part_of:
            yield from _not_larger(cohort, ledger.cohorts[parent])
    for partition in (*partitions(ledger), *_counted_together(ledger)):
        yield from _sizes_add_up(ledger, partition)


def _not_larger(part: Entry, whole: Entry) -> Iterator[Check]:
    rule = "cohort-sizes"
    small, large = part.plain("size"), whole.plain("size")
    if not (small and large):
        return
    keys = (part.key("size"), whole.key("size"))
    if small[0].value <= large[0].value:
        yield agreed(rule, *keys)
        return
    found = Discrepancy(
        paper=part.paper,
        rule=rule,
        slug=f"{rule}-{part.slug}-in-{whole.slug}",
        subject=part.label,
        a=part.side(str(small[0].value), small[0]),
        b=whole.side(str(large[0].value), large[0]),
        note="a part of the cohort is larger than the cohort",
        where=part.where,
    )
    yield differs(found, *keys)


def _counted_together(ledger: Ledger) -> Iterator[Partition]:
    """Parts of a cohort whose sizes one fragment prints together with that of the cohort."""
    for parent, children in ledger.children.items():
        whole = ledger.size(parent)
        for anchor in ledger.cohorts[parent].anchors:
            numbers = anchor.passage.numbers()
            together = [c for c in children if _shares(ledger, c, anchor.passage.exact)]
            sizes = {Decimal(ledger.size(c) or 0) for c in together}
            if whole is not None and Decimal(whole) in numbers and len(together) > 1 and sizes <= numbers:
                yield Partition(parent, tuple(together), whole=True)


def _shares(ledger: Ledger, key: str, exact: str) -> bool:
    return any(anchor.passage.exact == exact for anchor in ledger.cohorts[key].anchors)


def _sizes_add_up(ledger: Ledger, partition: Partition) -> Iterator[Check]:
    rule = "cohort-sizes"
    parent, parts = ledger.cohorts[partition.parent], [ledger.cohorts[part] for part in partition.parts]
    total, sizes = parent.plain("size"), [part.plain("size") for part in parts]
    if not total or not all(sizes):
        return
    counts = [(part, size[0]) for part, size in zip(parts, sizes, strict=True)]
    keys = [entry.key("size") for entry in (parent, *parts)]
    value = sum(reading.value for _, reading in counts)
    if value == total[0].value:
        yield agreed(rule, *keys)
    elif partition.whole or value > total[0].value:
        yield differs(_wrong_sum(rule, parent, total[0], counts), *keys)
