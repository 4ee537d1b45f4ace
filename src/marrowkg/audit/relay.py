"""Figures on their way from paper to paper: `reference-number`, `relayed-against-original` and `two-relays`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from marrowkg.audit.ledger import Entry, Ledger
from marrowkg.audit.model import Anchor, Check, Discrepancy, Side, agreed, differs
from marrowkg.audit.reading import Reading
from marrowkg.audit.rounding import agreement, compatible
from marrowkg.lower.graph import slugify
from marrowkg.paper.cohort import CitedSource
from marrowkg.paper.passage import passages_of
from marrowkg.paper.result import Result

__all__ = ["reference_number", "relayed_against_original", "two_relays"]

_BRACKETS = re.compile(r"\[(\d+(?:\s*[,\u2013-]\s*\d+)*)\]")
_NAME = re.compile(r"[^\W\d_][\w'\u2019-]+")


def _author(source: CitedSource) -> str:
    """The first author; empty for a source known by number only, or for several sources at once."""
    if ";" in source.cite or source.cite.casefold().startswith(("reference", "published", "ref")):
        return ""
    match = _NAME.search(source.cite)
    return match[0].casefold() if match else ""


# ---- numbers of references


def reference_number(ledger: Ledger) -> Iterator[Check]:
    """One reference number stands for one source, and a source has one number, in its entry and beside its name.

    Read are the numbers of the entries under `sources`, and those in brackets beside the first author in passages of
    what is relayed from the source. Entries that cite in the same words, of no two different years, are one source.
    """
    numbers = _numbers(ledger)
    rule = "reference-number"
    for author, found in numbers.items():
        key = (f"{ledger.slug}/source/{slugify(author)}", "reference")
        if len(found) == 1:
            yield agreed(rule, key)
        for one, other in combinations(sorted(found), 2):
            note = "one source under two reference numbers"
            yield differs(_misnumbered(ledger, author, (one, found[one]), (other, found[other]), note), key)
    by_number: dict[int, list[str]] = {}
    for author, found in numbers.items():
        for number in found:
            by_number.setdefault(number, []).append(author)
    for number, authors in sorted(by_number.items()):
        for work, second in combinations(authors, 2):
            sides = (number, numbers[work][number]), (number, numbers[second][number])
            note = f"one reference number for two sources, {work} and {second}"
            yield differs(
                _misnumbered(ledger, f"{work}-{second}", *sides, note),
                (f"{ledger.slug}/source/{slugify(work)}", "reference"),
            )


Numbered = tuple[int, tuple[Side, ...]]


def _numbers(ledger: Ledger) -> dict[str, dict[int, tuple[Side, ...]]]:
    """For each source by its citation, the numbers under which the paper cites it, each with where."""
    found: dict[str, dict[int, tuple[Side, ...]]] = {}
    for key, source in ledger.paper.file.sources.items():
        author = _author(source)
        if not author:
            continue
        path = f"{ledger.slug}/source/{key}"
        passages = passages_of(ledger.paper, source.evidence, ("sources", key))
        names = [f"source-{key}" if len(passages) == 1 else f"source-{key}-{i}" for i in range(1, len(passages) + 1)]
        anchors = [Anchor(f"{ledger.slug}/passage/{n}", p) for n, p in zip(names, passages, strict=True)]
        numbers = found.setdefault(_work(source), {})
        if source.reference is not None:
            said = tuple(a for a in anchors if source.reference in a.passage.numbers()) or tuple(anchors)
            said = said or _first_use(ledger, key)
            numbers.setdefault(source.reference, (Side(f"{source.cite} [{source.reference}]", path, said),))
        _beside_name(numbers, author, [*anchors, *_cells_naming(ledger, key, author)], path)
    return found


def _first_use(ledger: Ledger, key: str) -> tuple[Anchor, ...]:
    """The first passage of anything that is relayed from a source."""
    entries = (entry for entry in (*ledger.cohorts.values(), *ledger.results) if ledger.source(entry) == key)
    anchors = [anchor for entry in entries for anchor in entry.anchors]
    plain = [a for a in anchors if not _BRACKETS.search(f"{a.passage.exact} {a.passage.row}")]
    return tuple((plain or anchors)[:1])


def _work(source: CitedSource) -> str:
    """What two entries for one source have in common."""
    words = " ".join(_BRACKETS.sub("", source.cite).split())
    return f"{words} {source.year}" if source.year else words


def _cells_naming(ledger: Ledger, key: str, author: str) -> list[Anchor]:
    entries = (entry for entry in (*ledger.cohorts.values(), *ledger.results) if ledger.source(entry) == key)
    anchors = dict.fromkeys(anchor for entry in entries for anchor in entry.anchors)
    return [a for a in anchors if author in f"{a.passage.exact} {a.passage.row}".casefold()]


def _beside_name(numbers: dict[int, tuple[Side, ...]], author: str, anchors: Sequence[Anchor], path: str) -> None:
    for anchor in anchors:
        for text in (anchor.passage.exact, anchor.passage.row):
            match = _BRACKETS.search(text)
            if match and match[1].isdecimal() and _only_name(text, author):
                numbers.setdefault(int(match[1]), (Side(text, path, (anchor,)),))


def _only_name(text: str, author: str) -> bool:
    """Whether the author is named shortly before the number in brackets."""
    match = _BRACKETS.search(text)
    return bool(match) and author in text[: match.start() if match else 0].casefold()


def _misnumbered(ledger: Ledger, name: str, one: Numbered, other: Numbered, note: str) -> Discrepancy:
    rule = "reference-number"
    return Discrepancy(
        paper=ledger.slug,
        rule=rule,
        slug=slugify(f"{rule} {name} {one[0]} {other[0] if other[0] != one[0] else ''}"),
        subject=f"reference {one[0]}" + (f" and {other[0]}" if other[0] != one[0] else ""),
        a=one[1][0],
        b=other[1][0],
        note=note,
        where=ledger.paper.where("sources"),
    )


# ---- the same figure in two papers


def relayed_against_original(ledgers: Sequence[Ledger]) -> Iterator[Check]:
    """A figure relayed from a paper of the graph is what that paper prints, first-hand, on the same subject."""
    originals = {ledger.slug: ledger for ledger in ledgers}
    for ledger in ledgers:
        for entry in ledger.results:
            source = ledger.paper.file.sources.get(ledger.source(entry) or "")
            original = originals.get(source.same_as or "") if source else None
            for other in original.results if original else ():
                if original and original.source(other) is None and _same_kind(entry, other):
                    condition = original.cohort(other.cohort).condition == ledger.cohort(entry.cohort).condition
                    yield from _compare("relayed-against-original", entry, other) if condition else ()


def two_relays(ledgers: Sequence[Ledger]) -> Iterator[Check]:
    """Two papers that relay a figure of one source relay the same figure."""
    for one, other in combinations(ledgers, 2):
        works: dict[tuple[int | None, str], str] = {
            (s.year, _author(s)): key for key, s in one.paper.file.sources.items() if _author(s) and s.year
        }
        for key, source in other.paper.file.sources.items():
            own = works.get((source.year, _author(source)))
            if own is not None:
                yield from _of_one_work(one, own, other, key)


def _of_one_work(one: Ledger, own: str, other: Ledger, key: str) -> Iterator[Check]:
    for entry in one.results:
        for second in other.results:
            if one.source(entry) == own and other.source(second) == key and _same_kind(entry, second):
                yield from _compare("two-relays", entry, second)


def _same_kind(one: Entry, other: Entry) -> bool:
    first, second = one.result, other.result
    if first is None or second is None:
        return False
    return _identity(first) == _identity(second)


def _identity(result: Result) -> tuple[object, ...]:
    central = getattr(result, "central", lambda: None)()
    return result.subject_field, result.subject, result.qualifier, result.when, central[0] if central else ""


def _compare(rule: str, entry: Entry, other: Entry) -> Iterator[Check]:
    for name in entry.numbers:
        one, two = entry.plain(name), other.plain(name)
        if one and two:
            keys = (entry.key(name), other.key(name))
            same = any(compatible(a.value, b.value) for a in one for b in two)
            yield agreed(rule, *keys) if same else differs(_unlike(rule, (entry, one[0]), (other, two[0]), name), *keys)
        elif name == "percent" and one and other.plain("events") and "denominator" in other.numbers:
            share = Fraction(other.plain("events")[0].value) * 100 / Fraction(other.numbers["denominator"].number)
            if agreement(one[0].value, share) != "no":
                yield agreed(rule, entry.key(name), other.key("events"))


def _unlike(rule: str, one: tuple[Entry, Reading], other: tuple[Entry, Reading], name: str) -> Discrepancy:
    (entry, value), (second, original) = one, other
    return Discrepancy(
        paper=entry.paper,
        rule=rule,
        slug=f"{rule}-{entry.slug}-{name}-{second.paper}",
        subject=entry.label,
        a=entry.side(entry.shown(name, value.value), value),
        b=second.side(second.shown(name, original.value), original),
        note=f"{second.paper} prints another figure",
        where=entry.where,
    )
