"""`validate`: check curated files and say what is wrong, where, and what was expected."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from marrowkg.cli.console import add_sources, papers_of, print_issues, progress, say, sources_of
from marrowkg.errors import MarrowError

if TYPE_CHECKING:
    from marrowkg.validate import Validation

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files, sources, depth and format."""
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="curated files, folders of them, or Turtle (default: all papers)",
    )
    add_sources(parser)
    parser.add_argument("--quick", action="store_true", help="stop before the shapes, for an editor on save")
    forms = ("text", "json", "sarif", "junit", "shacl")
    parser.add_argument("-f", "--format", choices=forms, default="text", help="default: text")
    text = "SHACL engine; pyshacl is the reference (default: pyshifty, which gives the same report sooner)"
    parser.add_argument("--engine", choices=("pyshifty", "pyshacl"), help=text)


def run(given: argparse.Namespace) -> int:
    """Complaints to stdout, what ran and what was skipped to stderr."""
    from marrowkg.paths import house
    from marrowkg.validate import validate

    files = papers_of(given.files)
    report = progress()
    sources = sources_of(given)
    found = validate(house(), files, sources=sources, quick=given.quick, engine=given.engine, report=report)
    report("")
    _print_report(found, given.format)
    for note in found.notes:
        say(note)
    violations = sum(issue.severity == "violation" for issue in found.issues)
    say(f"{_counted(len(found.papers), 'paper')} read, {_counted(violations, 'violation')}")
    return 1 if found.failed else 0


def _print_report(found: Validation, form: str) -> None:
    from marrowkg.paths import house
    from marrowkg.prefixes import prefix_map
    from marrowkg.report import report_on

    if form == "shacl":
        if found.shapes is None:
            raise MarrowError("no SHACL report: the shapes did not run (--quick, or no paper could be read)")
        sys.stdout.write(found.shapes.turtle(prefix_map(house().ontology / "prefixes.ttl")))
        print_issues(found.issues)
    else:
        # as text the notes go to stderr, so that stdout holds complaints only
        notes = () if form == "text" else found.notes
        sys.stdout.write(report_on(found.issues, notes, form, root=Path.cwd()))


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
