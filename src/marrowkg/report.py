"""Complaints and notes of a run as text, JSON, SARIF 2.1.0 or JUnit XML, for people, editors and build servers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from marrowkg.errors import UnknownNameError
from marrowkg.issue import Issue, Severity
from marrowkg.suggest import did_you_mean

__all__ = ["FORMATS", "as_json", "as_junit", "as_sarif", "as_text", "report_on", "tally"]

_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_HELP = "https://w3id.org/marrowkg/errors#"


def report_on(issues: Sequence[Issue], notes: Sequence[str], form: str, *, root: Path | None = None) -> str:
    """The report in one of `FORMATS`; files below `root` are named from there.

    Raises:
        UnknownNameError: if there is no such format.
    """
    if form not in FORMATS:
        raise UnknownNameError("report format", form, did_you_mean(form, FORMATS))
    return FORMATS[form](issues, notes, root)


def tally(issues: Sequence[Issue]) -> str:
    """How many complaints of each severity: `2 violations, 1 warning`."""
    counts = Counter(issue.severity for issue in issues)
    shown = {severity: counts[severity] for severity in Severity if counts[severity] or severity is Severity.VIOLATION}
    return ", ".join(f"{count} {severity}{'s' * (count != 1)}" for severity, count in shown.items())


def as_text(issues: Sequence[Issue], notes: Sequence[str], root: Path | None = None) -> str:
    """A line for each complaint, `file:line:column: severity: message [code]`, then the notes."""
    lines = [str(_below(issue, root)) for issue in issues]
    return "".join(f"{line}\n" for line in [*lines, *(f"note: {note}" for note in notes)])


def as_json(issues: Sequence[Issue], notes: Sequence[str], root: Path | None = None) -> str:
    """A list of objects with code, severity, message, and file, line and column where there is a place.

    The notes are left out: a program that counts objects would take them for complaints.
    """
    del notes
    return _json([_issue_data(_below(issue, root)) for issue in issues])


def as_sarif(issues: Sequence[Issue], notes: Sequence[str], root: Path | None = None) -> str:
    """SARIF 2.1.0, for editors and the code scanning of forges: a rule for each code, notes as notifications."""
    codes = sorted({issue.code for issue in issues})
    index = {code: number for number, code in enumerate(codes)}
    run = {
        "tool": {
            "driver": {"name": "marrowkg", "informationUri": "https://w3id.org/marrowkg", "rules": [*map(_rule, codes)]}
        },
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [{"level": "note", "message": {"text": note}} for note in notes],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(_below(issue, root), index[issue.code]) for issue in issues],
    }
    return _json({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]})


def as_junit(issues: Sequence[Issue], notes: Sequence[str], root: Path | None = None) -> str:
    """JUnit XML: a test case for each code that has complaints, failed where one of them is a violation.

    A run without complaints has one case that passed, because servers take a report without cases for a mistake.
    """
    from xml.etree import ElementTree as ET

    by_code: dict[str, list[Issue]] = {}
    for issue in issues:
        by_code.setdefault(issue.code, []).append(_below(issue, root))
    failed = sum(_fails(found) for found in by_code.values())
    counts = {"tests": str(len(by_code) or 1), "failures": str(failed), "errors": "0", "skipped": "0"}
    suites = ET.Element("testsuites", {"name": "marrowkg validate", **counts})
    suite = ET.SubElement(suites, "testsuite", {"name": "validate", **counts})
    for code, found in sorted(by_code.items()):
        _add_case(suite, code, found)
    if not by_code:
        ET.SubElement(suite, "testcase", {"classname": "marrowkg", "name": "no complaints"})
    if notes:
        ET.SubElement(suite, "system-out").text = _printable("\n".join(notes))
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


Form = Callable[[Sequence[Issue], Sequence[str], Path | None], str]
FORMATS: Mapping[str, Form] = {"text": as_text, "json": as_json, "sarif": as_sarif, "junit": as_junit}


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _below(issue: Issue, root: Path | None) -> Issue:
    """The complaint with its file named from `root`, if it lies there."""
    from dataclasses import replace

    if issue.where is None or root is None or not issue.where.file.is_relative_to(root):
        return issue
    return replace(issue, where=replace(issue.where, file=issue.where.file.relative_to(root)))


def _issue_data(issue: Issue) -> dict[str, Any]:
    where = issue.where
    place = {"file": str(where.file), "line": where.line, "column": where.column} if where else {}
    return {"code": issue.code, "severity": str(issue.severity), "message": issue.message, **place}


def _rule(code: str) -> dict[str, Any]:
    return {"id": code, "helpUri": _HELP + code}


def _sarif_result(issue: Issue, rule: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": issue.code,
        "ruleIndex": rule,
        "level": _LEVELS[issue.severity],
        "message": {"text": issue.message},
    }
    if issue.where:
        place: dict[str, Any] = {"artifactLocation": {"uri": _uri(issue.where.file)}}
        if issue.where.line:
            # SARIF counts both from 1; a place without a column is the line.
            column = {"startColumn": issue.where.column} if issue.where.column else {}
            place["region"] = {"startLine": issue.where.line, **column}
        result["locations"] = [{"physicalLocation": place}]
    return result


def _uri(file: Path) -> str:
    from urllib.parse import quote

    return file.as_uri() if file.is_absolute() else quote(file.as_posix())


def _fails(issues: Sequence[Issue]) -> bool:
    return any(issue.severity is Severity.VIOLATION for issue in issues)


def _add_case(suite: Any, code: str, issues: Sequence[Issue]) -> None:
    from xml.etree import ElementTree as ET

    case = ET.SubElement(suite, "testcase", {"classname": "marrowkg", "name": code})
    text = _printable("\n".join(map(str, issues)))
    if _fails(issues):
        ET.SubElement(case, "failure", {"message": tally(issues), "type": code}).text = text
    else:
        ET.SubElement(case, "system-out").text = text


def _printable(text: str) -> str:
    """Without the control characters that XML 1.0 cannot hold."""
    return "".join(c if c in "\t\n" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
