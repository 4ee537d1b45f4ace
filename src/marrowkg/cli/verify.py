"""`verify`: check a certified answer again and name what changed."""

from __future__ import annotations

import argparse
from pathlib import Path

from marrowkg.cli.console import open_graph, print_line, say

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The certificate."""
    parser.add_argument("file", type=Path, metavar="FILE", help="what query --certificate wrote")


def run(given: argparse.Namespace) -> int:
    """Changes to stdout; exit code 1 if rows or passages are no longer as certified."""
    from marrowkg.certificate import certificate, differences, read_certificate
    from marrowkg.paths import house
    from marrowkg.storedquery import find_query

    old = read_certificate(given.file)
    graph = open_graph()
    query = find_query(house().queries, old["query"])
    answer = graph.answer(query, old["parameters"])
    changes = differences(old, certificate(query, old["parameters"], answer, graph.store))
    for change in changes:
        print_line(f"{change.part}: {change.text}")
    grave = any(change.is_grave for change in changes)
    say("the answer has changed" if grave else "the answer is as certified")
    return int(grave)
