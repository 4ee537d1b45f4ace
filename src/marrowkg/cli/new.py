"""`new`: begin a curated file for a paper."""

from __future__ import annotations

import argparse

from marrowkg.cli.console import add_sources, print_line, say, sources_of

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The name of the paper and where its text is."""
    parser.add_argument("slug", metavar="SLUG", help="short name of the paper, such as bmn2017")
    add_sources(parser)


def run(given: argparse.Namespace) -> int:
    """The path of the new file to stdout."""
    from marrowkg.paths import house
    from marrowkg.scaffold import new_paper

    sources = sources_of(given)
    text = sources / f"{given.slug}.txt" if sources else None
    if text is not None and not text.is_file():
        say(f"{sources} holds no {given.slug}.txt: the digest is left to be filled in")
        text = None
    print_line(str(new_paper(house().papers, given.slug, text)))
    return 0
