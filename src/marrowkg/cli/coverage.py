"""`coverage`: list the numbers of the papers' texts that lie in no passage."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from marrowkg.cli.console import FORMATS, add_sources, papers_of, print_answer, print_issues, say, sources_of
from marrowkg.errors import MarrowError

if TYPE_CHECKING:
    from marrowkg.answer import Answer

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files, sources and format."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="curated files (default: all papers)")
    add_sources(parser)
    parser.add_argument("-f", "--format", choices=FORMATS, help="default: table")


def run(given: argparse.Namespace) -> int:
    """Uncovered numbers to stdout, a summary of each paper to stderr."""
    from marrowkg.paths import house
    from marrowkg.validate import coverage_of

    files = papers_of(given.files)
    sources = sources_of(given)
    if sources is None:
        raise MarrowError("coverage needs the papers' texts: give --sources DIR or set MARROWKG_SOURCES")
    coverages = coverage_of(house(), files, sources)
    rows = [[u.paper, u.section, u.number, u.context] for c in coverages for u in c.uncovered]
    print_answer(_table(["paper", "section", "number", "context"], rows), given.format)
    issues = [issue for c in coverages for issue in c.issues]
    print_issues(issues)
    for c in coverages:
        share = f"{100 * c.listed / c.numbers:.1f} %" if c.numbers else "none"
        listed = f"{c.listed} listed as not curated ({share})"
        say(f"{c.paper}: {c.numbers} numbers, {c.covered} in passages, {listed}, {len(c.uncovered)} uncovered")
    return 1 if rows or issues else 0


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Answer:
    import pyoxigraph as ox

    from marrowkg.answer import Answer

    return Answer(columns, [[ox.Literal(cell) for cell in row] for row in rows])
