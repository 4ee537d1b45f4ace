"""`ask`: answer a question in plain English, or say that it is not understood and offer the closest."""

from __future__ import annotations

import argparse

from marrowkg.cli.console import FORMATS, open_graph, print_answer, say

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The question and the format."""
    parser.add_argument("question", nargs="+", metavar="QUESTION", help="in plain English, quoted or not")
    parser.add_argument("-f", "--format", choices=FORMATS, help="default: table")


def run(given: argparse.Namespace) -> int:
    """What was understood to stderr, the answer to stdout."""
    graph = open_graph()
    understood = graph.understand(" ".join(given.question))
    say(understood.in_words())
    for_people = given.format in (None, "table", "md")
    answer = graph.answer_understood(understood, with_evidence=for_people)
    print_answer(answer, given.format)
    if not len(answer):
        if understood.narrowings:
            say(f"without the choice of rows: {understood.command()}")
        say(f"the next closest question: {understood.second}")
    return 0
