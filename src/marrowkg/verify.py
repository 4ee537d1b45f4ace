"""Rule queries: every file of `queries/verify` asks for what must not be; each row is a complaint.

The header of a file says what the rule is, what is wrong with what it finds, and how that is cured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from marrowkg.errors import QueryError
from marrowkg.issue import Issue, Severity, Where
from marrowkg.prefixes import compact

__all__ = ["Rule", "read_rules", "verify"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a SELECT with the column `?focus`, what is wrong, and maybe `?detail`."""

    name: str
    text: str
    summary: str
    problem: str
    solution: str
    severity: Severity


def read_rules(folder: Path) -> list[Rule]:
    """The rules in a folder, by name.

    Raises:
        QueryError: if a header is not YAML or lacks a key.
    """
    return [_read(file.stem, file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.rq"))]


def _read(name: str, text: str) -> Rule:
    import yaml

    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        header = yaml.load("\n".join(lines), Loader=yaml.CBaseLoader) or {}  # noqa: S506 - strings only
        words = (header["summary"], header["problem"], header["solution"])
        return Rule(name, text, *words, Severity(header["severity"]))
    except yaml.YAMLError as error:
        raise QueryError(f"the header of the rule {name} is not YAML: {error}") from error
    except KeyError as error:
        raise QueryError(f"the header of the rule {name} lacks {error}") from error
    except ValueError as error:
        raise QueryError(f"the rule {name}: {error}; expected violation, warning or info") from error


def verify(
    triples: Iterable[ox.Triple] | ox.Store, folder: Path, origins: Mapping[str, Where], prefixes: Mapping[str, str]
) -> list[Issue]:
    """Ask every rule of `folder` about the merged graph; complaints are placed where their focus comes from.

    Raises:
        QueryError: if a rule is not a SELECT of `?focus`.
    """
    store = triples if isinstance(triples, ox.Store) else _store(triples)
    return [issue for rule in read_rules(folder) for issue in _issues(store, rule, origins, prefixes)]


def _store(triples: Iterable[ox.Triple]) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in triples)
    return store


def _issues(store: ox.Store, rule: Rule, origins: Mapping[str, Where], prefixes: Mapping[str, str]) -> Iterator[Issue]:
    for focus, detail in sorted(_rows(store, rule)):
        found = f" ({_shortened(detail, prefixes)})" if detail else ""
        message = f"{compact(focus, prefixes)} {rule.problem}{found}; {rule.solution}"
        yield Issue(f"rule-{rule.name}", message, origins.get(focus), rule.severity)


def _rows(store: ox.Store, rule: Rule) -> Iterator[tuple[str, str]]:
    try:
        solutions = store.query(rule.text)
    except SyntaxError as error:
        raise QueryError(f"the rule {rule.name} is not SPARQL: {error}") from error
    if not isinstance(solutions, ox.QuerySolutions):
        raise QueryError(f"the rule {rule.name} is not a SELECT")
    names = [variable.value for variable in solutions.variables]
    if "focus" not in names:
        raise QueryError(f"the rule {rule.name} does not select ?focus")
    for solution in solutions:
        # An aggregate over nothing is one row without a value.
        if solution["focus"] is not None:
            yield _plain(solution["focus"]), _plain(solution["detail"]) if "detail" in names else ""


def _plain(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else "" if term is None else str(term)


def _shortened(detail: str, prefixes: Mapping[str, str]) -> str:
    return " ".join(compact(word, prefixes) if word.startswith("http") else word for word in detail.split(" "))
