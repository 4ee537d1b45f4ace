"""Complaints: what is wrong, where, and what was expected."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

__all__ = ["Issue", "Severity", "Where", "errors_in", "sort_issues"]


class Severity(StrEnum):
    """How grave a complaint is; only a violation makes a run fail."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A place in a file; line and column count from 1, 0 means the whole file."""

    file: Path
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        here = Path.cwd()
        place = str(self.file.relative_to(here) if self.file.is_relative_to(here) else self.file)
        if self.line:
            place += f":{self.line}:{self.column}"
        return place


@dataclass(frozen=True, slots=True)
class Issue:
    """One complaint, to be read by a person: `code` names the page in docs/errors.md that tells cause and cure."""

    code: str
    message: str
    where: Where | None = None
    severity: Severity = Severity.VIOLATION

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.severity}: {self.message} [{self.code}]"


def errors_in(issues: list[Issue]) -> list[Issue]:
    """Those of `issues` that are violations."""
    return [issue for issue in issues if issue.severity is Severity.VIOLATION]


def sort_issues(issues: list[Issue]) -> list[Issue]:
    """Order by place, then code and message, without doubles."""
    unique = dict.fromkeys(issues)
    return sorted(unique, key=lambda i: (i.where is None, i.where or Where(Path()), i.code, i.message))
