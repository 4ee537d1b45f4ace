"""Aggregates of the text against the rows of a patient table: `patient-rows`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from statistics import median

from marrowkg.audit.ledger import Entry, Ledger
from marrowkg.audit.model import Anchor, Check, Discrepancy, Side, agreed, differs
from marrowkg.audit.reading import Reading
from marrowkg.audit.rounding import agreement, digits, show
from marrowkg.audit.table import Counted, PatientRows, patient_rows
from marrowkg.paper.result import Frequency, Measurement

__all__ = ["patient_rows_rule"]

RULE = "patient-rows"
_LATER = re.compile(r"\b(after|following|during|under|treatment|course|response|last|cycle)\b", re.IGNORECASE)
_SPAN = re.compile(
    r"(?P<below>less than|under|below|<|within)?(?P<above>more than|over|above|longer than|>)?"
    r"\s*(?P<number>\d+)[\s-]*(?P<unit>months?|years?)",
    re.IGNORECASE,
)
_ONSET = re.compile(r"interval|onset|diagnosis|developed", re.IGNORECASE)
_COURSE = re.compile(r"alive|surviv|follow", re.IGNORECASE)


def patient_rows_rule(ledger: Ledger) -> Iterator[Check]:
    """Counts, medians, means and ranges of the text are those of the rows of the patient table.

    Counted are results on the table's cohort at the time of the table and without a restriction, cohorts and results
    bounded by an interval ("less than 36 months"), and how many are not known. A row without the value is left out of
    medians and means. Where the text counts metastases at a site and the table's list of sites never names it, the rows
    count none.
    """
    rows = patient_rows(ledger)
    if rows is None:
        return
    for entry, result in ledger.frequencies():
        if entry.cohort == rows.cohort:
            yield from _frequency(rows, entry, result)
    for entry, estimate in ledger.estimates():
        if entry.cohort == rows.cohort and isinstance(estimate, Measurement) and not estimate.qualifier:
            yield from _estimate(rows, entry, estimate)
    yield from _sizes(ledger, rows)


# ---- counts


def _frequency(rows: PatientRows, entry: Entry, result: Frequency) -> Iterator[Check]:
    text = f"{result.qualifier or ''} {' '.join(anchor.passage.exact for anchor in entry.anchors)}"
    spanned = _spanned(rows, text) if _spannable(rows, result) else None
    if spanned is not None:
        yield from _count(entry, "events", spanned)
        return
    if result.qualifier or _LATER.search(result.when or ""):
        return
    if result.status in (None, "present"):
        counted = rows.found(result.frequency)
    elif result.status in ("not available", "not assessed", "not reported"):
        counted = rows.unknown(result.frequency)
    else:
        return
    if counted is None:
        return
    yield from _count(entry, "events", counted)
    if not entry.plain("events") and counted.known:
        yield from _share(entry, counted)


def _count(entry: Entry, name: str, counted: Counted) -> Iterator[Check]:
    for reading in entry.plain(name):
        if reading.value == counted.count:
            yield agreed(RULE, entry.key(name))
        else:
            shown = f"{counted.count} of {counted.known} rows"
            yield _differ((entry, name, reading), (shown, str(counted.count)), counted.anchors, f"{counted.count} rows")


def _share(entry: Entry, counted: Counted) -> Iterator[Check]:
    share = Fraction(100 * counted.count, counted.known)
    for reading in entry.plain("percent"):
        if not reading.anchors:
            continue  # "half of the patients" is no percentage that the paper prints
        if agreement(reading.value, share) != "no":
            yield agreed(RULE, entry.key("percent"))
        else:
            shown = f"{counted.count} of {counted.known} rows"
            exact = f"{show(share, max(1, digits(reading.value)))}%"
            yield _differ((entry, "percent", reading), (shown, exact), counted.anchors, f"{exact} of the rows")


def _differ(
    stated: tuple[Entry, str, Reading], counted: tuple[str, str], anchors: Sequence[Anchor], have: str
) -> Check:
    """A mismatch; `counted` is what the rows show and what it comes to, `have` is that in a sentence."""
    (entry, name, reading), (shown, exact) = stated, counted
    printed = entry.shown(name, reading.value)
    found = Discrepancy(
        paper=entry.paper,
        rule=RULE,
        slug=f"{RULE}-{entry.slug}-{name.replace(' ', '-')}-{str(reading.value).replace('.', '-')}",
        subject=entry.label,
        a=entry.side(printed, reading),
        b=Side(shown, "", tuple(anchors)),
        recomputed=exact,
        note=f"{entry.words}: {printed} in the text, {have} in the table of patients",
        where=entry.where,
    )
    return differs(found, entry.key(name))


# ---- groups bounded by an interval


def _spannable(rows: PatientRows, result: Frequency) -> bool:
    above = rows.ledger.vocabulary
    return any(above.is_under(result.frequency, root) for root in ("Condition", "TimeInterval"))


def _spanned(rows: PatientRows, text: str) -> Counted | None:
    """The rows whose interval is as the text bounds it; nothing unless text and table leave no choice."""
    spans = {(m["below"] or "", m["above"] or "", m["number"], m["unit"]) for m in _SPAN.finditer(text)}
    spans = {span for span in spans if span[0] or span[1]}
    quantities = [q for q in rows.quantities("mo", "a") if not rows.ledger.vocabulary.is_under(q, "Age")]
    if len(spans) != 1 or len(quantities) != 1 or not _ONSET.search(text) or _COURSE.search(text):
        return None
    ((below, _, number, unit),) = spans
    bound = Decimal(number) * (12 if unit.lower().startswith("year") else 1)
    factor = 12 if rows.quantities("a") == quantities else 1
    values = [(value * factor, anchor) for value, anchor in rows.values(quantities[0])]
    inside = [anchor for value, anchor in values if (value < bound if below else value > bound)]
    return Counted(len(inside), len(values), tuple(inside))


def _sizes(ledger: Ledger, rows: PatientRows) -> Iterator[Check]:
    whole = ledger.cohorts[rows.cohort]
    yield from _count(whole, "size", Counted(len(rows.patients), len(rows.patients), ()))
    for key in ledger.children.get(rows.cohort, []):
        entry, cohort = ledger.cohorts[key], ledger.cohort(key)
        spanned = _spanned(rows, f"{cohort.name} {' '.join(anchor.passage.exact for anchor in entry.anchors)}")
        if spanned is not None:
            yield from _count(entry, "size", spanned)


# ---- values


def _estimate(rows: PatientRows, entry: Entry, result: Measurement) -> Iterator[Check]:
    values = rows.values(result.measurement)
    if len(values) < 2 or _LATER.search(result.when or ""):
        return
    numbers = [Fraction(value) for value, _ in values]
    central, interval = result.central(), result.interval()
    wanted: dict[str, tuple[str, Fraction]] = {}
    if central and central[0] in ("median", "mean", "total"):
        summary = {"median": median(numbers), "mean": sum(numbers) / len(numbers), "total": sum(numbers)}[central[0]]
        wanted["value"] = (central[0], Fraction(summary))
    if interval and interval[0] == "range":
        wanted |= {"low": ("lowest", min(numbers)), "high": ("highest", max(numbers))}
    for name, (what, exact) in wanted.items():
        yield from _value((rows, entry, name), (what, exact), values)


def _value(
    stated: tuple[PatientRows, Entry, str], recomputed: tuple[str, Fraction], values: Sequence[tuple[Decimal, Anchor]]
) -> Iterator[Check]:
    (rows, entry, name), (what, exact) = stated, recomputed
    for reading in entry.plain(name):
        if agreement(reading.value, exact) != "no":
            yield agreed(RULE, entry.key(name))
        else:
            shown = show(exact, 0 if exact.denominator == 1 else 1)
            rest = len(rows.patients) - len(values)
            of = f"{what} of {len(values)} rows" + (f", {rest} without a value" if rest else "")
            extreme = what in ("lowest", "highest")
            anchors = [anchor for value, anchor in values if value == exact or not extreme]
            yield _differ((entry, name, reading), (f"{shown} ({of})", shown), anchors, f"{shown} ({of})")
