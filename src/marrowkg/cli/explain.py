"""`explain`: lead from an IRI to the fact, its passages and the paper."""

from __future__ import annotations

import argparse

from marrowkg.cli.console import add_sources, open_graph, print_json, print_line, say, sources_of

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to explain, sources and format."""
    parser.add_argument("iri", metavar="IRI", help="in full, or short as bmm2025/result/anemia-in-all")
    add_sources(parser)
    parser.add_argument("-f", "--format", choices=("text", "json"), default="text", help="default: text")


def run(given: argparse.Namespace) -> int:
    """The explanation to stdout."""
    sources = sources_of(given)
    explanation = open_graph().explain(given.iri, sources)
    if given.format == "json":
        print_json(explanation.as_data())
    else:
        for line in explanation.lines():
            print_line(line)
    if sources is None:
        say("give --sources DIR or set MARROWKG_SOURCES to see the text around each passage")
    return 0
