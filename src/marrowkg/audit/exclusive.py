"""Kinds of things in one cohort: `breakdown`, `exclusive-kinds`, `share-sum` and `kinds-against-whole`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from marrowkg.audit.ledger import Entry, Ledger
from marrowkg.audit.model import Anchor, Check, Discrepancy, Side, agreed, differs
from marrowkg.audit.parts import sum_side
from marrowkg.audit.reading import Reading
from marrowkg.audit.rounding import half_unit, show
from marrowkg.paper.fields import Quantity
from marrowkg.paper.result import Frequency

__all__ = ["breakdown", "exclusive_kinds", "kinds_against_whole", "share_sum"]

Counted = tuple[Entry, Reading]
_EVENT_WORD = re.compile(r"\bevents?\b", re.IGNORECASE)


def _groups(ledger: Ledger) -> dict[object, list[tuple[Entry, Frequency]]]:
    """Frequencies of one cohort at one time, under one restriction, on one denominator."""
    found: dict[object, list[tuple[Entry, Frequency]]] = {}
    for entry, result in ledger.frequencies():
        if result.status in (None, "present"):
            stated = result.denominator
            denominator = stated.number if isinstance(stated, Quantity) else stated
            key = entry.cohort, result.when, result.qualifier, denominator, result.denominator_of, result.source
            found.setdefault(key, []).append((entry, result))
    return found


def _parent_terms(ledger: Ledger, entry: Entry) -> frozenset[str]:
    return ledger.vocabulary.ancestors(entry.subject.iri)


# ---- a list of kinds that stands in one place


def breakdown(ledger: Ledger) -> Iterator[Check]:
    """Counts of conditions that one table cell lists for a cohort add up to the size of the cohort.

    A cell such as "145 hematologic malignancies 72 solid tumors 22 nonmalignant diseases" beside "240 cases" in the
    same table is read as a full account of the cases; a cell that lists fewer is a mismatch too.
    """
    rule = "breakdown"
    for (cohort, place), listed in _listed_in_cells(ledger).items():
        size = [r for r in ledger.cohorts[cohort].plain("size") if any(_in_table(a, place) for a in r.anchors)]
        if len(listed) < 2 or not size:
            continue
        value = sum(reading.value for _, reading in listed)
        keys = [ledger.cohorts[cohort].key("size"), *(entry.key("events") for entry, _ in listed)]
        if any(value == reading.value for reading in size):
            yield agreed(rule, *keys)
        else:
            yield differs(_not_all(rule, ledger.cohorts[cohort], size[0], listed), *keys)


def _listed_in_cells(ledger: Ledger) -> dict[tuple[str, str], list[Counted]]:
    found: dict[tuple[str, str], list[Counted]] = {}
    for entry, result in ledger.frequencies():
        if not ledger.vocabulary.is_under(entry.subject, "Condition") or result.status not in (None, "present"):
            continue
        for reading in entry.plain("events"):
            for place in {_table_place(anchor.passage) for anchor in reading.anchors} - {""}:
                found.setdefault((entry.cohort, place), []).append((entry, reading))
    return found


def _table_place(passage: object) -> str:
    """The cell that a count stands in, or the table of a quote."""
    locator: str = getattr(passage, "locator", "")
    return locator if locator.startswith("Table") else ""


def _in_table(anchor: Anchor, place: str) -> bool:
    return anchor.passage.locator.partition(",")[0] == place.partition(",")[0]


def _not_all(rule: str, cohort: Entry, size: Reading, listed: Sequence[Counted]) -> Discrepancy:
    value = sum(reading.value for _, reading in listed)
    off = size.value - value
    note = f"{off} of the {size.value} not accounted for" if off > 0 else f"{-off} more than there are"
    return Discrepancy(
        paper=cohort.paper,
        rule=rule,
        slug=f"{rule}-{cohort.slug}",
        subject=f"breakdown of {cohort.label}",
        a=cohort.side(str(size.value), size),
        b=sum_side(listed, listed[0][0].path),
        recomputed=f"{' + '.join(str(r.value) for _, r in listed)} = {value}",
        note=note,
        where=cohort.where,
    )


# ---- kinds that the ontology declares disjoint


def exclusive_kinds(ledger: Ledger) -> Iterator[Check]:
    """Counts, and percentages, of things that cannot be at once are together at most the whole cohort."""
    rule = "exclusive-kinds"
    for group in _groups(ledger).values():
        for family in ledger.exclusive:
            members = _one_of_each(ledger, group, family)
            if len(members) > 1 and _on_one_thing(members):
                yield from _at_most(ledger, rule, members)


def _one_of_each(
    ledger: Ledger, group: Sequence[tuple[Entry, Frequency]], family: frozenset[str]
) -> list[tuple[Entry, Frequency]]:
    """For each class of the family, the largest of the results on it or on what is below it."""
    chosen = []
    for iri in sorted(family):
        under = [
            (e, r) for e, r in group if iri in _parent_terms(ledger, e) and (e.plain("events") or e.plain("percent"))
        ]
        if under:
            chosen.append(max(under, key=lambda pair: _amount(pair[0])))
    return chosen if len({entry.path for entry, _ in chosen}) == len(chosen) else []


def _on_one_thing(members: Sequence[tuple[Entry, Frequency]]) -> bool:
    """Whether kinds such as `improvement of anemia` and `worsening of anemia` are of the same thing."""
    things = {entry.subject.label.partition(" of ")[2] for entry, _ in members}
    return len(things) == 1


def _amount(entry: Entry) -> tuple[Fraction, Fraction]:
    events, percent = entry.plain("events"), entry.plain("percent")
    return Fraction(events[0].value if events else 0), Fraction(percent[0].value if percent else 0)


def _at_most(ledger: Ledger, rule: str, members: Sequence[tuple[Entry, Frequency]]) -> Iterator[Check]:
    entries = [entry for entry, _ in members]
    if all(entry.plain("events") for entry in entries):
        base = ledger.count_base(*members[0])
        if base and base.readings():
            size = base.readings()[0]
            counts = [(entry, entry.plain("events")[0]) for entry in entries]
            keys = [base.entry.key(base.name), *(entry.key("events") for entry in entries)]
            over = sum(r.value for _, r in counts) > size.value
            side = base.entry.side(str(size.value), size)
            yield differs(_too_many(rule, counts, side), *keys) if over else agreed(rule, *keys)
    elif all(entry.plain("percent") for entry in entries):
        counts = [(entry, entry.plain("percent")[0]) for entry in entries]
        keys = [entry.key("percent") for entry in entries]
        over = sum((Fraction(r.value) - half_unit(r.value) for _, r in counts), Fraction(0)) > 100
        yield differs(_too_many(rule, counts, Side("100%")), *keys) if over else agreed(rule, *keys)


def _too_many(rule: str, counts: Sequence[Counted], whole: Side) -> Discrepancy:
    first = counts[0][0]
    return Discrepancy(
        paper=first.paper,
        rule=rule,
        slug=f"{rule}-{'-'.join(entry.slug for entry, _ in counts)}",
        subject=" and ".join(entry.label for entry, _ in counts),
        a=sum_side(counts, first.path),
        b=whole,
        recomputed=f"{' + '.join(str(r.value) for _, r in counts)} = {sum(r.value for _, r in counts)}",
        note="things that exclude each other add up to more than the whole",
        where=first.where,
    )


# ---- shares of kinds whose counts are everybody


def share_sum(ledger: Ledger) -> Iterator[Check]:
    """Where the counts of kindred things add up to exactly the denominator, their percentages add up to 100.

    Kindred are terms with the same parent. The allowance is half of the last printed place for each percentage.
    """
    rule = "share-sum"
    for group in _groups(ledger).values():
        for family in _kindred(ledger, group):
            base = ledger.count_base(*family[0])
            sizes = [r.value for r in base.readings()] if base else []
            entries = [entry for entry, _ in family]
            if sum(e.plain("events")[0].value for e in entries) not in sizes:
                continue
            shares = [(entry, entry.plain("percent")[0]) for entry in entries]
            slack = sum((half_unit(r.value) for _, r in shares), Fraction(0))
            keys = [entry.key("percent") for entry in entries]
            off = abs(sum((Fraction(r.value) for _, r in shares), Fraction(0)) - 100)
            yield agreed(rule, *keys) if off <= slack else differs(_not_hundred(rule, shares), *keys)


def _kindred(ledger: Ledger, group: Sequence[tuple[Entry, Frequency]]) -> Iterator[list[tuple[Entry, Frequency]]]:
    full = [(e, r) for e, r in group if e.plain("events") and e.plain("percent") and _of_the_counted(ledger, e, r)]
    by_parent: dict[frozenset[str], list[tuple[Entry, Frequency]]] = {}
    for entry, result in full:
        above = _parent_terms(ledger, entry) - {entry.subject.iri}
        by_parent.setdefault(above, []).append((entry, result))
    yield from (family for family in by_parent.values() if len({e.subject for e, _ in family}) == len(family) > 1)


def _of_the_counted(ledger: Ledger, entry: Entry, result: Frequency) -> bool:
    """Whether the percentage is of those among whom was counted."""
    share, count = ledger.base(entry, result), ledger.count_base(entry, result)
    return share is not None and share == count


def _not_hundred(rule: str, shares: Sequence[Counted]) -> Discrepancy:
    first = shares[0][0]
    total = sum((Fraction(r.value) for _, r in shares), Fraction(0))
    counts = [str(entry.plain("events")[0].value) for entry, _ in shares]
    return Discrepancy(
        paper=first.paper,
        rule=rule,
        slug=f"{rule}-{first.slug}",
        subject=f"{'; '.join(entry.words for entry, _ in shares)}{first.label.removeprefix(first.words)}",
        a=sum_side(shares, first.path),
        b=None,
        recomputed=f"{' + '.join(str(r.value) for _, r in shares)} = {show(total, 1)}%",
        note=f"the counts ({' + '.join(counts)}) are everybody, so the percentages should add up to 100",
        where=first.where,
    )


# ---- a kind against the whole above it


def kinds_against_whole(ledger: Ledger) -> Iterator[Check]:
    """A kind of something is not more frequent than the thing; kinds of events add up to at most the events.

    Patients can have several kinds, so kinds are added only where a passage counts "events". Then the kinds are those
    that `worded` names ("grade 3 or 4 events (febrile neutropenia, bleeding)"), of the grades that it names.
    """
    rule = "kinds-against-whole"
    for group in _groups(ledger).values():
        counted = [(entry, entry.plain("events")[0]) for entry, _ in group if entry.plain("events")]
        for whole, total in counted:
            kinds = [(e, r) for e, r in counted if e is not whole and whole.subject.iri in _parent_terms(ledger, e)]
            kinds = [(e, r) for e, r in kinds if e.subject != whole.subject]
            yield from (_kind_check(rule, (whole, total), [kind]) for kind in kinds)
            if any(_EVENT_WORD.search(a.passage.exact) for a in total.anchors):
                apart = _unrelated(ledger, _named_kinds(ledger, whole) or kinds)
                if len(apart) > 1:
                    yield _kind_check(rule, (whole, total), apart)


def _named_kinds(ledger: Ledger, whole: Entry) -> list[Counted]:
    """The results that the wording of a count of events names, in its cohort or parts of it."""
    wording = (whole.result.worded or "").casefold() if whole.result else ""
    family = {whole.cohort, *ledger.children.get(whole.cohort, [])}
    named: list[Counted] = []
    for entry, result in ledger.frequencies():
        label = entry.subject.label.casefold()
        said = re.sub(r"^grade \d+ | complication$", "", label)
        grades = set(re.findall(r"\d", label)) <= set(re.findall(r"\d", wording))
        counted = entry.cohort in family and entry is not whole and not result.qualifier and entry.plain("events")
        if counted and said in wording and grades and result.status in (None, "present"):
            named.append((entry, entry.plain("events")[0]))
    graded = [kind for kind in named if kind[0].subject.label.startswith("grade ")]
    wider = {iri for entry, _ in graded for iri in _parent_terms(ledger, entry) - {entry.subject.iri}}
    return [kind for kind in named if kind[0].subject.iri not in wider]


def _unrelated(ledger: Ledger, kinds: Sequence[Counted]) -> list[Counted]:
    """Kinds of which none is a kind of another."""
    nested = {
        one[0].path
        for one, other in combinations(sorted(kinds, key=lambda k: k[0].path), 2)
        if one[0].subject.iri in _parent_terms(ledger, other[0])
    }
    nested |= {
        other[0].path
        for one, other in combinations(sorted(kinds, key=lambda k: k[0].path), 2)
        if other[0].subject.iri in _parent_terms(ledger, one[0])
    }
    return [kind for kind in kinds if kind[0].path not in nested]


def _kind_check(rule: str, whole: Counted, kinds: Sequence[Counted]) -> Check:
    entry, total = whole
    keys = [entry.key("events"), *(kind.key("events") for kind, _ in kinds)]
    value = sum(reading.value for _, reading in kinds)
    if value <= total.value:
        return agreed(rule, *keys)
    found = Discrepancy(
        paper=entry.paper,
        rule=rule,
        slug=f"{rule}-{entry.slug}" + (f"-{kinds[0][0].slug}" if len(kinds) == 1 else ""),
        subject=entry.label,
        a=entry.side(str(total.value), total),
        b=sum_side(kinds, kinds[0][0].path),
        recomputed=f"{' + '.join(str(r.value) for _, r in kinds)} = {value}" if len(kinds) > 1 else "",
        note=f"{', '.join(f'{r.value} {k.subject.label}' for k, r in kinds)}: more than the {total.value} in all",
        where=entry.where,
    )
    return differs(found, *keys)
