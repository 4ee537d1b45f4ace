"""What verbs share: options, talk, progress, and the printing of answers."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marrowkg.errors import MarrowError

if TYPE_CHECKING:
    from marrowkg.answer import Answer
    from marrowkg.api import Graph
    from marrowkg.issue import Issue

__all__ = [
    "FORMATS",
    "add_sources",
    "open_graph",
    "papers_of",
    "print_answer",
    "print_issues",
    "print_json",
    "print_line",
    "progress",
    "say",
    "sources_of",
]

FORMATS = ("table", "csv", "tsv", "json", "md")
"""The formats of marrowkg.render, named here so that help need not load it; a test holds the two equal."""


def say(text: str) -> None:
    """Tell a person something, on stderr."""
    sys.stderr.write(f"marrowkg: {text}\n")


def print_line(text: str) -> None:
    """Write a line of data to stdout."""
    sys.stdout.write(f"{text}\n")


def print_issues(issues: Iterable[Issue]) -> None:
    """Complain on stderr, a line a complaint."""
    for issue in issues:
        sys.stderr.write(f"{issue}\n")


def print_json(data: Any) -> None:
    """Write data as JSON to stdout."""
    import json

    print_line(json.dumps(data, ensure_ascii=False, indent=1))


def progress() -> Callable[[str], None]:
    """Tell what is being done, on stderr, when a person looks at it; an empty text wipes the line."""
    if not sys.stderr.isatty():
        return lambda _: None

    def report(text: str) -> None:
        sys.stderr.write(f"\r\033[K{text} \u2026" if text else "\r\033[K")
        sys.stderr.flush()

    return report


def papers_of(files: Iterable[Path]) -> list[Path]:
    """The files that are meant: all papers of a folder, and for a piece of a paper the paper.

    Raises:
        MarrowError: if a file is not there, with the nearest name beside it.
    """
    meant: list[Path] = []
    for file in files:
        folder = file.parent if file.parent.name else file.resolve().parent
        whole = folder.parent / f"{folder.name}.yaml"
        if file.is_dir():
            meant += sorted(file.glob("*.yaml"))
        elif not file.is_file():
            raise MarrowError(f"no file {file}{_near_file(file)}")
        else:
            meant.append(whole if file.suffix == ".yaml" and whole.is_file() else file)
    return list(dict.fromkeys(meant))


def _near_file(file: Path) -> str:
    from marrowkg.suggest import did_you_mean

    folder = file.parent if file.parent.is_dir() else Path()
    return did_you_mean(file.name, (f.name for f in folder.glob("*.*")))


def add_sources(parser: argparse.ArgumentParser) -> None:
    """The option that names the folder of the papers' texts."""
    text = "folder with the papers' texts, <slug>.txt (default: MARROWKG_SOURCES)"
    parser.add_argument("--sources", metavar="DIR", help=text)


def sources_of(given: argparse.Namespace) -> Path | None:
    """The folder of the papers' texts, if one is named.

    Raises:
        MarrowError: if it does not exist.
    """
    named = given.sources or os.environ.get("MARROWKG_SOURCES")
    if not named:
        return None
    folder = Path(named)
    if not folder.is_dir():
        raise MarrowError(f"no folder {folder} with the papers' texts")
    return folder


def open_graph() -> Graph:
    """The built graph; built anew first when files have changed, and the last good one when they have faults."""
    from marrowkg.api import open_graph as open_it

    report = progress()

    def complain(error: MarrowError) -> None:
        report("")
        print_issues(getattr(error, "issues", ()))
        say("the files above have faults; the last good build answers")

    graph = open_it(report=report, complain=complain)
    report("")
    return graph


def print_answer(answer: Answer, form: str | None) -> None:
    """Write an answer to stdout in the format asked for; a table fits the terminal."""
    from marrowkg.render import render

    width = None
    if form in (None, "table") and sys.stdout.isatty():
        import shutil

        width = shutil.get_terminal_size().columns
    sys.stdout.write(render(answer, form or "table", width=width))
