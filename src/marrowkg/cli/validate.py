"""`validate`: check curated files and say what is wrong, where, and what was expected."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marrowkg.cli.console import add_sources, check_files, print_json, print_line, progress, say, sources_of

if TYPE_CHECKING:
    from marrowkg.issue import Issue

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files, sources, depth and format."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="curated files (default: all papers)")
    add_sources(parser)
    parser.add_argument("--quick", action="store_true", help="stop before the shapes, for an editor on save")
    parser.add_argument("-f", "--format", choices=("text", "json"), default="text", help="default: text")


def run(given: argparse.Namespace) -> int:
    """Complaints to stdout, what ran and what was skipped to stderr."""
    from marrowkg.paths import house
    from marrowkg.validate import validate

    check_files(given.files)
    report = progress()
    found = validate(house(), given.files, sources=sources_of(given), quick=given.quick, report=report)
    report("")
    if given.format == "json":
        print_json([_issue_data(issue) for issue in found.issues])
    else:
        for issue in found.issues:
            print_line(str(issue))
    for note in found.notes:
        say(note)
    violations = sum(issue.severity == "violation" for issue in found.issues)
    say(f"{_counted(len(found.papers), 'paper')} read, {_counted(violations, 'violation')}")
    return 1 if found.failed else 0


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _issue_data(issue: Issue) -> dict[str, Any]:
    where = issue.where
    place = {"file": str(where.file), "line": where.line, "column": where.column} if where else {}
    return {"code": issue.code, "severity": str(issue.severity), "message": issue.message, **place}
