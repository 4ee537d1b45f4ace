"""`audit`: recompute what arithmetic allows, and say where papers disagree with themselves and with each other."""

from __future__ import annotations

import argparse
from pathlib import Path

from marrowkg.cli.console import papers_of, print_issues, print_json, print_line, say

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files and format."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="curated files (default: all papers)")
    parser.add_argument("-f", "--format", choices=("text", "json"), default="text", help="default: text")


def run(given: argparse.Namespace) -> int:
    """Discrepancies to stdout, our own errors and a summary to stderr; 1 only if something of ours is wrong."""
    from marrowkg.audit.report import COLUMNS, lines, rows
    from marrowkg.audit.screening import screen
    from marrowkg.paths import house

    files = papers_of(given.files)
    audit = screen(house(), files)
    if given.format == "json":
        print_json([dict(zip(COLUMNS, row, strict=True)) for row in rows(audit)])
    else:
        for line in lines(audit):
            print_line(line)
    print_issues(audit.issues)
    say(f"{len(audit.discrepancies)} discrepancies, {len(audit.issues)} of our own making")
    return 1 if audit.failed else 0
