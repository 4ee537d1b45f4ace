"""Results: what a paper reports about a cohort. The first key of an entry says its kind."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Discriminator, Tag, model_validator

from marrowkg.paper.cohort import Subject
from marrowkg.paper.evidence import EvidenceList
from marrowkg.paper.fields import (
    Key,
    ListOf,
    Model,
    Number,
    PrintedNumber,
    Quantity,
    Slug,
    Text,
    fault,
    shown,
    term_under,
)
from marrowkg.suggest import did_you_mean
from marrowkg.vocabulary import Term

__all__ = [
    "Comparison",
    "Frequency",
    "Interval",
    "Measurement",
    "Occurrence",
    "Result",
    "Survival",
]

ResultStatus = Literal["present", "absent", "not assessed", "not available", "not reported", "indeterminate"]
DenominatorOf = Literal["all", "assessed", "evaluable", "treated", "biopsied", "specimens"]


class Interval(Model):
    """Two ends of an interval, as `[low, high]`."""

    low: Number
    high: Number

    @model_validator(mode="before")
    @classmethod
    def _from_pair(cls, value: Any) -> Any:
        if isinstance(value, list):
            if len(value) != 2:
                raise fault("interval", f"expected two numbers, [low, high], found {len(value)}")
            return {"low": value[0], "high": value[1]}
        if not isinstance(value, dict | Interval):
            raise fault("interval", f"expected two numbers, [low, high], found {shown(value)}")
        return value

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise fault("interval", f"the lower end {self.low} is above the upper end {self.high}")
        return self


class _Result(Model):
    """What all results share. `derived` gives a formula for each number that no passage prints."""

    subject_field: ClassVar[str]
    id: Slug | None = None
    in_: Key
    source: Key | None = None
    also_cites: Annotated[tuple[Key, ...], ListOf] = ()
    when: Text | None = None
    qualifier: Text | None = None
    worded: Text | None = None
    derived: dict[str, Text] = {}
    note: Text | None = None
    evidence: EvidenceList

    @property
    def subject(self) -> Term:
        """What the result is about."""
        term: Term = getattr(self, self.subject_field)
        return term

    def numbers(self) -> dict[str, Quantity]:
        """The stored numbers by name (`events`, `percent`, ...)."""
        return {}

    @model_validator(mode="after")
    def _has_evidence(self) -> Self:
        if not self.evidence:
            raise fault("no-evidence", "expected at least one passage under 'evidence'")
        unknown = [name for name in self.derived if name not in self.numbers()]
        if unknown:
            raise fault("derived", f"'derived' names {unknown[0]!r}, which the entry does not give")
        return self


def _present(**numbers: Quantity | None) -> dict[str, Quantity]:
    return {name.replace("_", " "): number for name, number in numbers.items() if number is not None}


def _plain(number: Number | None) -> Quantity | None:
    return None if number is None else Quantity(number=number)


class Frequency(_Result):
    """How many of a cohort had something. Without `denominator` the size of the cohort is taken, and marked derived."""

    subject_field: ClassVar[str] = "frequency"
    frequency: Subject
    status: ResultStatus | None = None
    events: PrintedNumber | None = None
    denominator: PrintedNumber | Literal["unknown"] | None = None
    denominator_of: DenominatorOf | None = None
    percent: PrintedNumber | None = None
    percent_of: Key | None = None

    def numbers(self) -> dict[str, Quantity]:
        """Events, denominator and percentage, as far as given."""
        denominator = self.denominator if isinstance(self.denominator, Quantity) else None
        return _present(events=self.events, denominator=denominator, percent=self.percent)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.numbers() and self.status is None:
            raise fault("empty-result", "expected events, percent or status")
        for name in ("events", "denominator"):
            number = self.numbers().get(name)
            if number is not None and (number.number < 0 or number.number % 1):
                raise fault("count", f"expected a whole number for {name}, found {number.printed}")
        return self

    @model_validator(mode="after")
    def _possible(self) -> Self:
        numbers = self.numbers()
        events, denominator = numbers.get("events"), numbers.get("denominator")
        if events and denominator and events.number > denominator.number:
            text = f"events {events.printed} exceed the denominator {denominator.printed}; one of the two is misread"
            raise fault("events-exceed-denominator", text)
        percent = numbers.get("percent")
        if percent and not 0 <= percent.number <= 100:
            raise fault("percent", f"expected a percentage between 0 and 100, found {percent.printed}")
        return self


class Occurrence(_Result):
    """That something occurs in a cohort, or does not, without a count."""

    subject_field: ClassVar[str] = "occurrence"
    occurrence: Subject
    status: ResultStatus = "present"


_Spread = {"range": "min-max", "confidence interval": "95% CI", "interquartile range": "IQR"}


class _Estimate(_Result):
    """A central value, an interval, or both."""

    mean: PrintedNumber | None = None
    median: PrintedNumber | None = None
    range: Interval | None = None
    confidence_interval: Interval | None = None
    interquartile_range: Interval | None = None
    unit: Text | None = None

    def interval(self) -> tuple[str, Interval] | None:
        """The interval and its kind: `range`, `confidence interval` or `interquartile range`."""
        for name in _Spread:
            found = getattr(self, name.replace(" ", "_"))
            if found is not None:
                return name, found
        return None

    def central(self) -> tuple[str, Quantity] | None:
        """The central value and the statistic it is."""
        for name in ("mean", "median", "value", "rate", "sensitivity", "correlation", "total"):
            found = getattr(self, name, None)
            if found is not None:
                return name, found
        return None

    def numbers(self) -> dict[str, Quantity]:
        """Value and interval ends."""
        central, interval = self.central(), self.interval()
        return _present(
            value=central[1] if central else None,
            low=_plain(interval[1].low) if interval else None,
            high=_plain(interval[1].high) if interval else None,
        )

    @model_validator(mode="after")
    def _one_estimate(self) -> Self:
        given = [n for n in _Spread if getattr(self, n.replace(" ", "_")) is not None]
        if len(given) > 1:
            raise fault("estimate", f"expected one interval, found {' and '.join(given)}")
        if not self.numbers():
            raise fault("empty-result", "expected a value (mean, median, ...) or an interval (range, ...)")
        return self


class Measurement(_Estimate):
    """A summary statistic of a quantity in a cohort."""

    subject_field: ClassVar[str] = "measurement"
    measurement: Subject
    value: PrintedNumber | None = None
    rate: PrintedNumber | None = None
    sensitivity: PrintedNumber | None = None
    correlation: PrintedNumber | None = None
    total: PrintedNumber | None = None


class Survival(_Estimate):
    """An estimate of a time-to-event outcome in a cohort; `from` is time zero."""

    subject_field: ClassVar[str] = "survival"
    survival: Annotated[Term, term_under("Outcome")]
    from_: Text | None = None
    value: PrintedNumber | None = None
    rate: PrintedNumber | None = None


class Comparison(_Result):
    """A comparison of two cohorts, usually with a test and its p."""

    subject_field: ClassVar[str] = "comparison"
    comparison: Subject
    with_: Key
    test: Text | None = None
    test_value: Number | None = None
    p: PrintedNumber | None = None
    direction: Literal["higher", "lower", "no difference", "different"] | None = None

    def numbers(self) -> dict[str, Quantity]:
        """The test statistic and p."""
        return _present(test_value=_plain(self.test_value), p=self.p)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.p is None and self.direction is None:
            raise fault("empty-result", "expected 'p' or 'direction'")
        if self.p is not None and not 0 <= self.p.number <= 1:
            raise fault("p", f"expected a p value between 0 and 1, found {self.p.printed}")
        if self.with_ == self.in_:
            raise fault("comparison", f"{self.in_!r} is compared with itself")
        return self


KINDS = ("frequency", "occurrence", "measurement", "survival", "comparison")


def _kind(value: Any) -> str | None:
    if isinstance(value, _Result):
        return f"{value.subject_field} result"
    if isinstance(value, dict):
        return next((f"{kind} result" for kind in KINDS if kind in value), None)
    return None


def _has_kind(value: Any) -> Any:
    if _kind(value) is None:
        keys = list(value) if isinstance(value, dict) else []
        hint = did_you_mean(str(keys[0]), KINDS, list_all_below=0) if keys else ""
        raise fault("result-kind", f"expected one of the keys {', '.join(KINDS)}, which says what kind it is{hint}")
    return value


Result = Annotated[
    Annotated[Frequency, Tag("frequency result")]
    | Annotated[Occurrence, Tag("occurrence result")]
    | Annotated[Measurement, Tag("measurement result")]
    | Annotated[Survival, Tag("survival result")]
    | Annotated[Comparison, Tag("comparison result")],
    Discriminator(_kind),
    BeforeValidator(_has_kind),
]
"""Any result, told by its first key."""
