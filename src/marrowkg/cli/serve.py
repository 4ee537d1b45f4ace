"""`serve`: a SPARQL endpoint with an editor page, on this machine only unless told otherwise."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from marrowkg.cli.console import open_graph, say

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Address, port, time limit and the endpoints that SERVICE may name."""
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1")
    parser.add_argument("--port", type=_between(0, 65535), default=7878, help="0 takes a free one (default: 7878)")
    parser.add_argument("--seconds", type=_between(1, 3600), default=30, help="time limit of a query (default: 30)")
    parser.add_argument("--workers", type=_between(1, 64), default=4, help="queries that run at once (default: 4)")
    text = "an endpoint that a SERVICE clause may name; may be given several times (default: none)"
    parser.add_argument("--allow-service", action="append", default=[], metavar="URL", help=text)


def _between(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers in a range, which argparse names in its complaint."""

    def whole_number(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} to {most}, found {text!r}")
        return int(text)

    return whole_number


def run(given: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from marrowkg.paths import house
    from marrowkg.web.limits import Limits
    from marrowkg.web.server import serve

    open_graph()  # builds what is stale; the server opens the store for itself
    limits = Limits(seconds=given.seconds, workers=given.workers, services=frozenset(given.allow_service))
    try:
        serve(house(), host=given.host, port=given.port, limits=limits, report=lambda url: say(f"serving {url}"))
    except KeyboardInterrupt:
        say("stopped")
    return 0
