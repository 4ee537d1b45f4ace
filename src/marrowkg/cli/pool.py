"""`pool`: pool how often papers report a finding, first-hand and no patient twice, and tell what was left out."""

from __future__ import annotations

import argparse
import sys

from marrowkg.cli.console import open_graph

__all__ = ["FORMATS", "add_arguments", "run"]

FORMATS = ("table", "csv", "tsv", "json", "md", "svg")
"""The formats of marrowkg.pooling.output, named here so that help need not load it; a test holds the two equal."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Finding, condition and format."""
    parser.add_argument("finding", nargs="+", metavar="FINDING", help="a label, synonym or CURIE, such as anemia")
    text = "pool all cohorts of this condition and of narrower ones (default: each condition by itself)"
    parser.add_argument("--condition", metavar="CONDITION", help=text)
    parser.add_argument("-f", "--format", choices=FORMATS, default="table", help="default: table; svg is a forest plot")


def run(given: argparse.Namespace) -> int:
    """The pooled frequencies to stdout."""
    pooling = open_graph().pool(" ".join(given.finding), condition=given.condition)
    width = None
    if given.format == "table" and sys.stdout.isatty():
        import shutil

        width = shutil.get_terminal_size().columns
    sys.stdout.write(pooling.render(given.format, width=width))
    return 0
