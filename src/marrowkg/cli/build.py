"""`build`: make the graphs, the store and, with -o, a release."""

from __future__ import annotations

import argparse
from pathlib import Path

from marrowkg.cli.console import add_sources, print_issues, progress, say, sources_of

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where a release goes, and sources."""
    parser.add_argument("-o", "--output", metavar="DIR", type=Path, help="write a release to this folder")
    add_sources(parser)


def run(given: argparse.Namespace) -> int:
    """Build everything; a fault leaves the last good build as it was."""
    from marrowkg.build import build
    from marrowkg.paths import house

    report = progress()
    built = build(house(), given.output, sources=sources_of(given), report=report)
    report("")
    print_issues(built.issues)
    for note in built.notes:
        say(note)
    quads = sum(len(triples) for triples in built.dataset.graphs.values())
    into = f" into {given.output}" if given.output else ""
    say(f"built {len(built.papers)} papers, {quads} quads{into}")
    return 0
