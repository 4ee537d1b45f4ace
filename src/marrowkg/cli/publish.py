"""`publish`: put the graph onto a SPARQL 1.1 server, and check afterwards that it is there."""

from __future__ import annotations

import argparse
import os

from marrowkg.cli.console import print_line, progress
from marrowkg.errors import MarrowError

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The server, how graphs are kept there, and who writes."""
    parser.add_argument(
        "url", metavar="URL", help="the server's Graph Store address, such as http://localhost:7878/store"
    )
    text = "each graph under its name, instead of their merge as the default graph"
    parser.add_argument("--named-graphs", action="store_true", help=text)
    parser.add_argument("--user", metavar="NAME", help="the password is taken from MARROWKG_PASSWORD")
    parser.add_argument("--digest", action="store_true", help="HTTP Digest instead of Basic authentication")


def run(given: argparse.Namespace) -> int:
    """A line for each graph, when the server holds it and it was compared."""
    from marrowkg.build import assemble
    from marrowkg.graphstore import ProtocolStore
    from marrowkg.paths import house
    from marrowkg.publish import publish
    from marrowkg.remote import Endpoint, Login

    login = None
    if given.user:
        password = os.environ.get("MARROWKG_PASSWORD")
        if password is None:
            raise MarrowError("set MARROWKG_PASSWORD to the password")
        login = Login(given.user, password, given.digest)
    store = ProtocolStore(Endpoint(given.url, login))
    report = progress()
    dataset = assemble(house(), report=report).dataset
    for done in publish(dataset, store, named_graphs=given.named_graphs, report=report):
        report("")
        state = "written" if done.written else "was there already"
        print_line(f"{done.name}: {done.triples} triples, {state}, {done.digest}")
    return 0
