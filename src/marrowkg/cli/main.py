"""The parser, and the exit codes: 0 clean, 1 violations, 2 wrong use."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from marrowkg.cli import (
    ask,
    audit,
    build,
    coverage,
    explain,
    new,
    pool,
    publish,
    query,
    reason,
    serve,
    validate,
    verify,
)
from marrowkg.cli.console import print_issues, say
from marrowkg.errors import CurationError, MarrowError

__all__ = ["main"]

VERBS = (new, validate, audit, build, query, ask, pool, explain, coverage, reason, publish, serve, verify)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    given = _parser().parse_args(arguments)
    try:
        code: int = given.run(given)
        sys.stdout.flush()
    except CurationError as error:
        print_issues(error.issues)
        say("nothing was changed: what was built before is left as it was")
        return 1
    except MarrowError as error:
        say(str(error))
        return 2
    except BrokenPipeError:
        # the reader has seen enough; Python would complain once more when it closes stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="marrowkg",
        description="A knowledge graph of bone marrow involvement in which every number is anchored in its paper.",
        epilog="Data goes to stdout, talk to stderr. Exit codes: 0 clean, 1 violations, 2 wrong use.",
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    for verb in VERBS:
        summary = (verb.__doc__ or "").partition("\n")[0].removeprefix(f"`{verb.__name__.rpartition('.')[2]}`: ")
        told = verbs.add_parser(verb.__name__.rpartition(".")[2], help=summary.rstrip("."), description=summary)
        told.set_defaults(run=verb.run)
        verb.add_arguments(told)
    return parser
