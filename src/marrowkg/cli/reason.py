"""`reason`: check ontology and papers with HermiT and write what it concludes to graph/rdf/reasoned.ttl."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from marrowkg.cli.console import print_json, print_line, progress, say

if TYPE_CHECKING:
    from marrowkg.reasoning import Reasoned

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The format, and whether to write."""
    parser.add_argument("-n", "--dry-run", action="store_true", help="write nothing")
    parser.add_argument("-f", "--format", choices=("text", "json"), default="text", help="text (default) or json")


def run(given: argparse.Namespace) -> int:
    """What is wrong, or what is new, to stdout; exit code 1 if ontology and papers contradict each other."""
    from marrowkg.dataset import read_turtle
    from marrowkg.errors import BuildError
    from marrowkg.paths import house
    from marrowkg.reasoning import reason, write_reasoned
    from marrowkg.validate import validate

    home, report = house(), progress()
    checked = validate(home, quick=True, report=report)
    if checked.failed:
        report("")
        raise BuildError(checked.issues)
    papers = {slug: lowered.triples for slug, lowered in checked.papers.items()}
    reasoned = reason(read_turtle(home.ontology / "marrow.ttl"), papers, report)
    report("")
    if given.format == "json":
        print_json(_data(reasoned))
    else:
        _tell(reasoned)
    if reasoned.sound and not given.dry_run:
        say(f"{len(reasoned.types)} types written to {write_reasoned(home, reasoned, sorted(papers))}")
    return 0 if reasoned.sound else 1


def _tell(reasoned: Reasoned) -> None:
    if reasoned.conflict:
        print_line("The ontology and the papers contradict each other. Together these cannot hold:")
        _list(reasoned.conflict)
    for fault in reasoned.unsatisfiable:
        print_line(f"Nothing can be a {fault.label}, because:")
        _list(fault.because)
    for name, members in _members(reasoned).items():
        print_line(f"{name}: {len(members)}")


def _list(lines: tuple[str, ...]) -> None:
    for line in lines:
        print_line(f"  - {line}")


def _members(reasoned: Reasoned) -> dict[str, list[str]]:
    """The individuals that each class gained, by its local name."""
    members: dict[str, list[str]] = {}
    for triple in sorted(reasoned.types, key=str):
        members.setdefault(str(triple.object).strip("<>").rpartition("#")[2], []).append(
            str(triple.subject).strip("<>")
        )
    return dict(sorted(members.items()))


def _data(reasoned: Reasoned) -> dict[str, Any]:
    faults = [{"class": f.iri, "label": f.label, "because": list(f.because)} for f in reasoned.unsatisfiable]
    return {
        "consistent": not reasoned.conflict,
        "conflict": list(reasoned.conflict),
        "unsatisfiable": faults,
        "subclasses": sorted([str(t.subject).strip("<>"), str(t.object).strip("<>")] for t in reasoned.subclasses),
        "members": _members(reasoned),
    }
