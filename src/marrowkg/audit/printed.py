"""One fact in several places: `printed-differently`, `group-size` and `derived-formula`."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator
from fractions import Fraction

from marrowkg.audit.ledger import Entry, Ledger
from marrowkg.audit.model import Anchor, Check, Discrepancy, Side, agreed, differs
from marrowkg.audit.reading import Reading
from marrowkg.audit.rounding import compatible
from marrowkg.audit.support import support
from marrowkg.number import number_tokens
from marrowkg.paper.result import Frequency

__all__ = ["derived_formula", "evaluate", "group_size", "printed_differently"]


def printed_differently(ledger: Ledger) -> Iterator[Check]:
    """The same number of the same fact reads alike wherever it is printed, or one print is the rounding of the other.

    Results that were entered twice, on the same subject, cohort, time and restriction, count as the same fact.
    """
    for entry in (*ledger.cohorts.values(), *ledger.results):
        for name in (*entry.numbers, *_only_printed(entry)):
            if not name.endswith("year"):
                yield from _in_passages(ledger, entry, name)
    yield from _entered_twice(ledger)


def _only_printed(entry: Entry) -> list[str]:
    found = (name for anchor in entry.anchors for name in anchor.passage.prints if name not in entry.numbers)
    return list(dict.fromkeys(found))


def _in_passages(ledger: Ledger, entry: Entry, name: str) -> Iterator[Check]:
    readings = [r for r in entry.readings(name) if r.anchors]
    if sum(len(r.anchors) for r in readings) < 2:
        return
    first = readings[0]
    others = [r for r in readings[1:] if not compatible(first.value, r.value)]
    for other in others:
        yield differs(_two_prints(ledger, (entry, name, first), (entry, name, other)), entry.key(name))
    if not others:
        yield agreed("printed-differently", entry.key(name))


def _two_prints(ledger: Ledger, one: tuple[Entry, str, Reading], other: tuple[Entry, str, Reading]) -> Discrepancy:
    rule = "printed-differently"
    (entry, name, first), (second_entry, _, second) = one, other
    shown = entry.shown(name, first.value), second_entry.shown(name, second.value)
    about = f"{name} of " if name in ("size", "denominator") else ""
    return Discrepancy(
        paper=entry.paper,
        rule=rule,
        slug=f"{rule}-{entry.slug}-{name.replace(' ', '-')}-{str(second.value).replace('.', '-')}",
        subject=f"{name} of {entry.label}" if name in ("size", "events", "denominator") else entry.label,
        a=entry.side(shown[0], first),
        b=second_entry.side(shown[1], second),
        note=f"{about}{entry.words}: {shown[0]} in one place and {shown[1]} in another;"
        f" {support(ledger, entry, name, (first.value, second.value))}",
        where=entry.where,
    )


def _entered_twice(ledger: Ledger) -> Iterator[Check]:
    seen: dict[object, Entry] = {}
    for entry in ledger.results:
        result = entry.result
        if result is None or result.subject_field in ("comparison", "occurrence"):
            continue
        kind = getattr(result, "central", lambda: None)()
        same = (result.subject_field, result.subject, result.in_, result.when, result.qualifier, result.source)
        status = getattr(result, "status", None), kind[0] if kind else "", getattr(result, "from_", None)
        base = str(getattr(result, "denominator_of", "")), str(getattr(result, "percent_of", ""))
        first = seen.setdefault((same, status, base), entry)
        if first is not entry:
            yield from _compared(ledger, first, entry)


def _compared(ledger: Ledger, first: Entry, second: Entry) -> Iterator[Check]:
    for name in first.numbers.keys() & second.numbers.keys():
        one, other = first.plain(name), second.plain(name)
        if not (one and other and one[0].anchors and other[0].anchors):
            continue
        keys = (first.key(name), second.key(name))
        if compatible(one[0].value, other[0].value):
            yield agreed("printed-differently", *keys)
        else:
            yield differs(_two_prints(ledger, (first, name, one[0]), (second, name, other[0])), *keys)


# ---- groups named for a finding


_WHOLE = re.compile(r"\b(?:all|of|the|among)\s+$", re.IGNORECASE)


def group_size(ledger: Ledger) -> Iterator[Check]:
    """A group that the paper names for a finding ("14 anemic patients") is as large as the count of that finding."""
    for entry, result in ledger.frequencies():
        counts = entry.plain("events")
        if not counts or result.qualifier or result.status not in (None, "present") or " " in entry.subject.label:
            continue
        seen: set[Fraction] = set()
        for other, anchor, number in _named_groups(ledger, entry):
            keys = (entry.key("events"), other.key("size"))
            if any(count.value == number for count in counts):
                yield agreed("group-size", *keys)
            elif number not in seen:
                seen.add(number)
                yield differs(_other_size(entry, counts[0], other, anchor), *keys)


def _named_groups(ledger: Ledger, entry: Entry) -> Iterator[tuple[Entry, Anchor, Fraction]]:
    """Passages in the cohort of a finding or its parts that count patients by the finding's name."""
    family, todo = {entry.cohort}, [entry.cohort]
    while todo:
        new = [child for child in ledger.children.get(todo.pop(), []) if child not in family]
        family.update(new)
        todo += new
    for other in (*ledger.cohorts.values(), *ledger.results):
        if other is not entry and other.cohort in family and ledger.source(other) == ledger.source(entry):
            for anchor in other.anchors:
                number = _counted(anchor.passage.exact, entry.subject.label, named=other.result is None)
                if number is not None:
                    yield other, anchor, number


def _counted(text: str, label: str, *, named: bool) -> Fraction | None:
    """The number of patients in a group that the text names for a finding.

    A cohort is such a group; in the passage of a result, "ten patients with anemia" may be ten of them, and only words
    such as "all" and "of" before the number tell that they are meant as a whole.
    """
    stem = re.escape(label[:-1] if label.endswith("a") else label)
    group = re.compile(
        rf"\s(?:{stem}\w*\s(?:patients|cases)|(?:patients|cases)\s(?:presenting\s)?with\s{stem}\w*)", re.I
    )
    tokens = (t for t in number_tokens(text) if group.match(text, t.end))
    return next((Fraction(t.value) for t in tokens if named or _WHOLE.search(text[: t.start])), None)


def _other_size(entry: Entry, count: Reading, other: Entry, anchor: Anchor) -> Discrepancy:
    rule = "group-size"
    number = _counted(anchor.passage.exact, entry.subject.label, named=other.result is None)
    return Discrepancy(
        paper=entry.paper,
        rule=rule,
        slug=f"{rule}-{entry.slug}-{number}",
        subject=entry.label,
        a=entry.side(str(count.value), count),
        b=Side(str(number), other.path, (anchor,)),
        note="the paper gives two sizes for the group with this finding",
        where=other.where,
    )


# ---- numbers that the curator derived

_OPERATORS: dict[type, Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluate(formula: str) -> Fraction | None:
    """The value of a formula of whole numbers, decimals, + - * / and brackets; nothing for any other text."""
    try:
        return _value(ast.parse(formula.replace("\u00d7", "*"), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError):
        return None


def _value(node: ast.expr) -> Fraction:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Fraction(repr(node.value))
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_value(node.left), _value(node.right))
    msg = "not a sum"
    raise ValueError(msg)


def derived_formula(ledger: Ledger) -> Iterator[Check]:
    """A number that a curator derived is the value of its formula; if not, the curated file is wrong.

    Read are sums, alone or after a comma, and words: "none", "all ..." and "both ..." (everybody in the cohort), or a
    number with "of" behind it ("one of the two cases", "half of the patients"). Other words are left alone.
    """
    rule = "derived-formula"
    for entry in (*ledger.cohorts.values(), *ledger.results):
        for name in entry.derived:
            value, stored = _formula_value(ledger, entry, name), entry.numbers.get(name)
            if value is None or stored is None:
                continue
            if abs(value - Fraction(stored.number)) <= Fraction(1, 10 ** max(1, _places(stored.printed))):
                yield agreed(rule, entry.key(name))
            else:
                yield differs(_wrong_formula(rule, entry, name, value), entry.key(name))


def _formula_value(ledger: Ledger, entry: Entry, name: str) -> Fraction | None:
    formula = entry.derived[name]
    pieces = [formula, *formula.split(",")]
    value = next((found for piece in pieces if (found := evaluate(piece.strip())) is not None), None)
    word = formula.split(maxsplit=1)[0].strip(",").casefold()
    if value is not None or entry.result is None:
        return value
    if word == "none":
        return Fraction(0)
    if word in ("all", "both"):
        return _everybody(ledger, entry)
    first = next(number_tokens(formula), None)
    counted = first and first.start == 0 and formula[first.end :].startswith(" of ")
    share = 100 if name == "percent" else 1
    return Fraction(first.value) * share if first and counted else None


def _everybody(ledger: Ledger, entry: Entry) -> Fraction | None:
    base = ledger.count_base(entry, entry.result) if isinstance(entry.result, Frequency) else None
    sizes = base.readings() if base else []
    return Fraction(sizes[0].value) if sizes else None


def _places(text: str) -> int:
    return len(text.partition(".")[2])


def _wrong_formula(rule: str, entry: Entry, name: str, value: Fraction) -> Discrepancy:
    return Discrepancy(
        paper=entry.paper,
        rule=rule,
        slug=f"{rule}-{entry.slug}-{name.replace(' ', '-')}",
        subject=entry.label,
        a=entry.side(entry.numbers[name].printed),
        b=None,
        recomputed=f"{entry.derived[name]} = {float(value):g}",
        verdict="curation",
        note=f"the {name} is not the value of the formula it was derived by",
        where=entry.where,
    )
