"""`query`: answer a stored question, or a SPARQL file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from marrowkg.cli.console import FORMATS, open_graph, print_answer, print_line
from marrowkg.errors import MarrowError

if TYPE_CHECKING:
    from marrowkg.answer import Answer
    from marrowkg.api import Graph
    from marrowkg.storedquery import StoredQuery

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Name, parameters, format and certificate."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a stored question; without one, all are listed")
    text = "value of a parameter: a label, synonym or CURIE; may be given several times"
    parser.add_argument("-p", "--param", action="append", default=[], metavar="NAME=VALUE", help=text)
    parser.add_argument(
        "--file", type=Path, metavar="FILE.rq", help="a SPARQL SELECT or ASK of your own; - reads stdin"
    )
    parser.add_argument("--list", action="store_true", help="list the stored questions")
    parser.add_argument("-f", "--format", choices=FORMATS, help="default: table")
    text = "ask another SPARQL endpoint that holds the graph, instead of the embedded store"
    parser.add_argument("--endpoint", metavar="URL", help=text)
    text = "write the answer with its evidence, to be verified later"
    parser.add_argument("--certificate", type=Path, metavar="FILE", help=text)


def run(given: argparse.Namespace) -> int:
    """The answer to stdout."""
    from marrowkg.paths import house
    from marrowkg.storedquery import find_query, list_queries

    if given.list or not (given.name or given.file):
        _list(list_queries(house().queries))
        return 0
    words = _parameters(given.param)
    query = None if given.file else find_query(house().queries, given.name)
    if given.endpoint:
        print_answer(_ask_endpoint(given.endpoint, query, words), given.format)
        return 0
    graph = open_graph()
    # programs follow the columns that hold facts themselves; people and certificates want the passages at once
    with_evidence = given.format in (None, "table", "md") or given.certificate is not None
    answer = graph.answer(query, words, with_evidence=with_evidence) if query else graph.sparql(_read(given.file))
    if given.certificate is not None:
        _certify(graph, query, words, answer, given.certificate)
    print_answer(answer, given.format)
    return 0


def _ask_endpoint(url: str, query: StoredQuery | None, words: dict[str, list[str]]) -> Answer:
    from marrowkg.answer import bind_words
    from marrowkg.paths import house
    from marrowkg.remote import Endpoint, query_endpoint
    from marrowkg.vocabulary import load_vocabulary

    if query is None:
        raise MarrowError("only a stored question can be asked of another endpoint")
    return query_endpoint(Endpoint(url), query, bind_words(query, words, load_vocabulary(house().ontology)))


def _list(queries: Sequence[StoredQuery]) -> None:
    for query in queries:
        parameters = " ".join(f"[{name}=...]" for name in query.parameters)
        print_line(f"{query.name} {parameters}".rstrip())
        print_line(f"    {query.question}")


def _parameters(pairs: Sequence[str]) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not value.strip():
            raise MarrowError(f"expected a parameter such as finding='bone pain', found {pair!r}")
        words.setdefault(name, []).append(value)
    return words


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MarrowError(f"the query cannot be read: {error}") from error


def _certify(graph: Graph, query: StoredQuery | None, words: dict[str, list[str]], answer: Answer, file: Path) -> None:
    import json

    from marrowkg.certificate import certificate

    if query is None:
        raise MarrowError("only the answer to a stored question can be certified")
    text = json.dumps(certificate(query, words, answer, graph.store), ensure_ascii=False, indent=1)
    try:
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise MarrowError(f"the certificate cannot be written: {error}") from error
