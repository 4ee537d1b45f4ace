"""Complaints, and the promise that every code is explained and shown to be raised."""

import ast
import re
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from marrowkg.issue import Issue, Severity, Where, errors_in, sort_issues
from marrowkg.paper.reading import _EXPECTED

TESTS = Path(__file__).resolve().parent
SOURCES = TESTS.parent / "src" / "marrowkg"
ELSEWHERE = {"audit", "reasoning.py", "shapes.py", "verify.py", "discrepancy.py"}
"""Modules whose complaints are held by tests of their own."""

FIRST = Issue("b", "m", Where(Path("a.yaml"), 2, 1))
SECOND = Issue("a", "m", Where(Path("a.yaml"), 10, 1), Severity.WARNING)
THIRD = Issue("a", "m", Where(Path("b.yaml")))
NOWHERE = Issue("a", "m", None, Severity.INFO)


def test_a_complaint_reads_as_editors_expect_it() -> None:
    assert str(FIRST) == "a.yaml:2:1: violation: m [b]"
    assert str(THIRD) == "b.yaml: violation: m [a]"
    assert str(NOWHERE) == "info: m [a]"


@pytest.mark.parametrize("order", list(permutations([FIRST, SECOND, THIRD, NOWHERE])))
def test_complaints_are_told_by_place_and_once(order: tuple[Issue, ...]) -> None:
    assert sort_issues([*order, FIRST]) == [FIRST, SECOND, THIRD, NOWHERE]


def test_only_violations_are_errors() -> None:
    assert errors_in([FIRST, SECOND, NOWHERE]) == [FIRST]


def raised(module: Path) -> Iterator[str]:
    """The codes with which a module complains; the part that is computed is written `...`."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            code = node.args[1] if node.func.id == "_known" else node.args[0]
            if node.func.id in ("Issue", "fault"):
                yield from _spoken(code)
            elif node.func.id == "_known":
                yield from (f"unknown-{kind.partition(' ')[0]}" for kind in _spoken(code))


def _spoken(code: ast.expr) -> Iterator[str]:
    if isinstance(code, ast.Constant):
        yield str(code.value)
    elif isinstance(code, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "..." for part in code.values)


def codes(*, everywhere: bool) -> set[str]:
    modules = [m for m in SOURCES.rglob("*.py") if everywhere or not ELSEWHERE & set(m.relative_to(SOURCES).parts)]
    found = {code for module in modules for code in raised(module)} | {code for code, _ in _EXPECTED.values()}
    return found - {"unknown-..."}  # composed from the kinds that are collected where `_known` is called


def test_every_code_is_explained_in_the_documentation_and_no_other() -> None:
    text = (TESTS.parent / "docs" / "errors.md").read_text(encoding="utf-8")
    explained = re.findall(r"^### (\S+)$", text, re.MULTILINE)
    assert len(explained) == len(set(explained))
    assert set(explained) - {"shape-..."} == codes(everywhere=True) - {"shape-..."}


def test_every_code_of_reading_and_anchoring_is_raised_by_a_test() -> None:
    bad = {code for file in (TESTS / "data" / "bad").glob("*.yaml") for code in _expected(file)}
    tested = "\n".join(file.read_text(encoding="utf-8") for file in TESTS.glob("test_*.py"))
    assert {code for code in codes(everywhere=False) - bad if f'"{code}"' not in tested} == set()


def _expected(file: Path) -> list[str]:
    return re.findall(r"^# expect: \S+ (\S+)$", file.read_bytes().decode("latin-1"), re.MULTILINE)
