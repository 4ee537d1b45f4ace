"""What cannot be a complaint about a curated file: unknown names, unreadable stores, failed builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marrowkg.issue import Issue

__all__ = [
    "BuildError",
    "CurationError",
    "MarrowError",
    "ParameterError",
    "QueryError",
    "StoreError",
    "UnknownNameError",
]


class MarrowError(Exception):
    """Root of the errors that the program raises on purpose; the text is for people."""


class CurationError(MarrowError):
    """A curated file could not be read; carries the complaints."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(str(issue) for issue in issues))


class BuildError(CurationError):
    """A build failed; the last good store is left as it was."""


class UnknownNameError(MarrowError):
    """A name that is not known, with the nearest valid ones."""

    def __init__(self, kind: str, name: str, hint: str = "") -> None:
        self.kind, self.name, self.hint = kind, name, hint
        super().__init__(f"no {kind} is called {name!r}{hint}")


class ParameterError(MarrowError):
    """A parameter of a stored query that is missing, unknown or has an unusable value."""


class QueryError(MarrowError):
    """A query that the engine refused."""


class StoreError(MarrowError):
    """A store that cannot be opened or written."""
