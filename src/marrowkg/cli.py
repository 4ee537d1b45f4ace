"""The command line: parse, call one function, print. Data goes to stdout, talk to stderr.

Exit codes: 0 clean, 1 violations, 2 wrong use.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marrowkg.errors import BuildError, MarrowError

if TYPE_CHECKING:
    from marrowkg.issue import Issue

__all__ = ["main"]

_FORMATS = ("table", "csv", "tsv", "json", "md")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        code: int = given.run(given)
        sys.stdout.flush()
    except BuildError as error:
        _print_issues(error.issues)
        _say("the build failed; what was built before is left as it was")
        return 1
    except MarrowError as error:
        _say(str(error))
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _say(text: str) -> None:
    print(f"marrowkg: {text}", file=sys.stderr)  # noqa: T201


def _print_issues(issues: Sequence[Issue]) -> None:
    for issue in issues:
        print(issue, file=sys.stderr)  # noqa: T201


def _progress() -> Callable[[str], None]:
    """Tell what is being done, on stderr when a person looks at it."""
    if not sys.stderr.isatty():
        return lambda _: None

    def report(text: str) -> None:
        sys.stderr.write(f"\r\033[K{text} \u2026" if text else "\r\033[K")
        sys.stderr.flush()

    return report


# ---- the verbs


def _validate(given: argparse.Namespace) -> int:
    from marrowkg.paths import house
    from marrowkg.validate import validate

    missing = [file for file in given.files if not file.is_file()]
    if missing:
        raise MarrowError(f"no file {missing[0]}{_near_file(missing[0])}")
    report = _progress()
    run = validate(house(), given.files, sources=_sources(given), quick=given.quick, report=report)
    report("")
    if given.format == "json":
        _print_json([_issue_data(issue) for issue in run.issues])
    else:
        for issue in run.issues:
            print(issue)  # noqa: T201
    for note in run.notes:
        _say(note)
    papers = f"{len(run.papers)} paper{'s' * (len(run.papers) != 1)} read"
    violations = sum(issue.severity == "violation" for issue in run.issues)
    _say(f"{papers}, {violations} violation{'s' * (violations != 1)}")
    return 1 if run.failed else 0


def _build(given: argparse.Namespace) -> int:
    from marrowkg.build import build
    from marrowkg.paths import house

    report = _progress()
    built = build(house(), given.output, sources=_sources(given), report=report)
    report("")
    _print_issues(built.issues)
    for note in built.notes:
        _say(note)
    quads = sum(len(triples) for triples in built.dataset.graphs.values())
    into = f" into {given.output}" if given.output else ""
    _say(f"built {len(built.papers)} papers, {quads} quads{into}")
    return 0


def _query(given: argparse.Namespace) -> int:
    from marrowkg.paths import house
    from marrowkg.storedquery import find_query, list_queries

    if given.list or not (given.name or given.file):
        return _list_queries(list_queries(house().queries))
    words = _parameters(given.param)
    query = None if given.file else find_query(house().queries, given.name)
    graph = _open()
    for_people = given.format in (None, "table", "md")
    answer = graph.answer(query, words, with_evidence=for_people) if query else graph.sparql(_read(given.file))
    _print_answer(answer, given.format)
    return 0


def _list_queries(queries: Sequence[Any]) -> int:
    for query in queries:
        parameters = " ".join(f"[{name}=...]" for name in query.parameters)
        print(f"{query.name} {parameters}".rstrip())  # noqa: T201
        print(f"    {query.question}")  # noqa: T201
    return 0


def _coverage(given: argparse.Namespace) -> int:
    from marrowkg.paths import house
    from marrowkg.validate import coverage_of

    sources = _sources(given)
    if sources is None:
        raise MarrowError("coverage needs the papers' texts: give --sources DIR or set MARROWKG_SOURCES")
    coverages = coverage_of(house(), given.files, sources)
    rows = [[u.paper, u.section, u.number, u.context] for c in coverages for u in c.uncovered]
    _print_answer(_table(["paper", "section", "number", "context"], rows), given.format)
    issues = [issue for c in coverages for issue in c.issues]
    _print_issues(issues)
    for c in coverages:
        share = f"{100 * c.listed / c.numbers:.1f} %" if c.numbers else "none"
        _say(
            f"{c.paper}: {c.numbers} numbers, {c.covered} in passages, {c.listed} listed as not curated ({share}), "
            f"{len(c.uncovered)} uncovered"
        )
    return 1 if rows or issues else 0


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    import pyoxigraph as ox

    from marrowkg.answer import Answer

    return Answer(columns, [[ox.Literal(cell) for cell in row] for row in rows])


def _explain(given: argparse.Namespace) -> int:
    sources = _sources(given)
    explanation = _open().explain(given.iri, sources)
    if given.format == "json":
        _print_json(explanation.as_data())
    else:
        print("\n".join(explanation.lines()))  # noqa: T201
    if sources is None:
        _say("give --sources DIR or set MARROWKG_SOURCES to see the text around each passage")
    return 0


# ---- what verbs share


def _open() -> Any:
    from marrowkg.api import open_graph

    report = _progress()

    def complain(error: MarrowError) -> None:
        report("")
        _print_issues(getattr(error, "issues", ()))
        _say("the files above have faults; the last good build answers")

    graph = open_graph(report=report, complain=complain)
    report("")
    return graph


def _print_answer(answer: Any, form: str | None) -> None:
    from marrowkg.render import render

    width = None
    if form is None and sys.stdout.isatty():
        import shutil

        width = shutil.get_terminal_size().columns
    sys.stdout.write(render(answer, form or "table", width=width))


def _print_json(data: Any) -> None:
    import json

    print(json.dumps(data, ensure_ascii=False, indent=1))  # noqa: T201


def _issue_data(issue: Issue) -> dict[str, Any]:
    where = issue.where
    place = {"file": str(where.file), "line": where.line, "column": where.column} if where else {}
    return {"code": issue.code, "severity": str(issue.severity), "message": issue.message, **place}


def _parameters(pairs: Sequence[str]) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not value.strip():
            raise MarrowError(f"expected a parameter such as finding='bone pain', found {pair!r}")
        words.setdefault(name, []).append(value)
    return words


def _sources(given: argparse.Namespace) -> Path | None:
    named = given.sources or os.environ.get("MARROWKG_SOURCES")
    if not named:
        return None
    folder = Path(named)
    if not folder.is_dir():
        raise MarrowError(f"no folder {folder} with the papers' texts")
    return folder


def _near_file(file: Path) -> str:
    from marrowkg.suggest import did_you_mean

    folder = file.parent if file.parent.is_dir() else Path()
    return did_you_mean(file.name, (f.name for f in folder.glob("*.yaml")))


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MarrowError(f"the query cannot be read: {error}") from error


# ---- the parser


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="marrowkg",
        description="A knowledge graph of bone marrow involvement in which every number is anchored in its paper.",
        epilog="Data goes to stdout, talk to stderr. Exit codes: 0 clean, 1 violations, 2 wrong use.",
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    _validate_parser(verbs)
    _build_parser(verbs)
    _query_parser(verbs)
    _explain_parser(verbs)
    _coverage_parser(verbs)
    return parser


def _verb(verbs: Any, name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    verb.set_defaults(run=run)
    return verb


def _add_sources(verb: argparse.ArgumentParser) -> None:
    text = "folder with the papers' texts, <slug>.txt (default: MARROWKG_SOURCES)"
    verb.add_argument("--sources", metavar="DIR", help=text)


def _validate_parser(verbs: Any) -> None:
    verb = _verb(
        verbs, "validate", _validate, "check curated files and say what is wrong, where, and what was expected"
    )
    verb.add_argument("files", nargs="*", type=Path, metavar="FILE", help="curated files (default: all papers)")
    _add_sources(verb)
    verb.add_argument("--quick", action="store_true", help="stop before the shapes, for an editor on save")
    verb.add_argument("-f", "--format", choices=("text", "json"), default="text", help="default: text")


def _build_parser(verbs: Any) -> None:
    verb = _verb(verbs, "build", _build, "make the graphs, the store and, with -o, a release")
    verb.add_argument("-o", "--output", metavar="DIR", type=Path, help="write a release to this folder")
    _add_sources(verb)


def _query_parser(verbs: Any) -> None:
    verb = _verb(verbs, "query", _query, "answer a stored query, or a SPARQL file")
    verb.add_argument("name", nargs="?", metavar="NAME", help="name of a stored query; without one, all are listed")
    text = "value of a parameter: a label, synonym or CURIE; may be given several times"
    verb.add_argument("-p", "--param", action="append", default=[], metavar="NAME=VALUE", help=text)
    verb.add_argument("--file", type=Path, metavar="FILE.rq", help="a SPARQL SELECT or ASK of your own; - reads stdin")
    verb.add_argument("--list", action="store_true", help="list the stored queries")
    verb.add_argument("-f", "--format", choices=_FORMATS, help="default: table")


def _explain_parser(verbs: Any) -> None:
    verb = _verb(verbs, "explain", _explain, "lead from an IRI to the fact, its passages and the paper")
    verb.add_argument("iri", metavar="IRI", help="in full, or short as bmm2025/result/anemia-in-all")
    _add_sources(verb)
    verb.add_argument("-f", "--format", choices=("text", "json"), default="text", help="default: text")


def _coverage_parser(verbs: Any) -> None:
    verb = _verb(verbs, "coverage", _coverage, "list the numbers of the papers' texts that lie in no passage")
    verb.add_argument("files", nargs="*", type=Path, metavar="FILE", help="curated files (default: all papers)")
    _add_sources(verb)
    verb.add_argument("-f", "--format", choices=_FORMATS, help="default: table")
