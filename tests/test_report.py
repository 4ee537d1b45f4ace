"""Complaints as text, JSON, SARIF and JUnit."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from marrowkg.errors import UnknownNameError
from marrowkg.issue import Issue, Severity, Where
from marrowkg.report import FORMATS, as_json, as_junit, as_sarif, as_text, report_on, tally

FILE = Path("/home/me/papers/a paper.yaml")
BROKEN = Issue("unknown-term", "no term is called 'bone pian'", Where(FILE, 7, 16))
ODD = Issue("shape-disjoint", "subject \u2260 object <here>", None, Severity.WARNING)
WHOLE = Issue("unknown-term", "no text", Where(FILE))
NOTES = ["passages: 3 looked up"]


def test_text_has_a_line_for_each_complaint_and_note() -> None:
    assert as_text([BROKEN, ODD], NOTES).splitlines() == [
        f"{FILE}:7:16: violation: no term is called 'bone pian' [unknown-term]",
        "warning: subject \u2260 object <here> [shape-disjoint]",
        "note: passages: 3 looked up",
    ]


def test_text_of_nothing_is_empty() -> None:
    assert as_text([], []) == ""


def test_files_are_named_from_the_root() -> None:
    assert as_text([BROKEN], [], Path("/home/me")).startswith("papers/a paper.yaml:7:16: ")
    assert as_text([BROKEN], [], Path("/elsewhere")).startswith(f"{FILE}:7:16: ")


def test_json_is_a_list_of_complaints() -> None:
    assert json.loads(as_json([BROKEN, ODD], NOTES)) == [
        {
            "code": "unknown-term",
            "severity": "violation",
            "message": "no term is called 'bone pian'",
            "file": str(FILE),
            "line": 7,
            "column": 16,
        },
        {"code": "shape-disjoint", "severity": "warning", "message": "subject \u2260 object <here>"},
    ]


def test_sarif_places_each_complaint_under_its_rule() -> None:
    log = json.loads(as_sarif([BROKEN, ODD, WHOLE], NOTES, Path("/home/me")))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["shape-disjoint", "unknown-term"]
    first, second, third = run["results"]
    assert (first["ruleId"], first["ruleIndex"], first["level"]) == ("unknown-term", 1, "error")
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "papers/a%20paper.yaml"},
                "region": {"startLine": 7, "startColumn": 16},
            }
        }
    ]
    assert second["level"] == "warning"
    assert "locations" not in second
    assert "region" not in third["locations"][0]["physicalLocation"]
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == NOTES[0]


def test_sarif_names_files_outside_the_root_by_address() -> None:
    log = json.loads(as_sarif([BROKEN], []))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "file:///home/me/papers/a%20paper.yaml"


def test_junit_has_a_case_for_each_code_and_fails_on_violations() -> None:
    suites = ET.fromstring(as_junit([BROKEN, ODD, WHOLE], NOTES).encode())
    assert (suites.get("tests"), suites.get("failures")) == ("2", "1")
    odd, broken = suites.iter("testcase")
    assert odd.get("name") == "shape-disjoint"
    assert odd.find("failure") is None
    failure = broken.find("failure")
    assert failure is not None
    assert failure.get("message") == "2 violations"
    assert (failure.text or "").splitlines() == [str(BROKEN), str(WHOLE)]
    assert suites.findtext("testsuite/system-out") == NOTES[0]


def test_junit_of_a_clean_run_has_a_case_that_passed() -> None:
    suites = ET.fromstring(as_junit([], []).encode())
    assert (suites.get("tests"), suites.get("failures")) == ("1", "0")
    (case,) = suites.iter("testcase")
    assert list(case) == []


def test_junit_survives_control_characters() -> None:
    suites = ET.fromstring(as_junit([Issue("text", "a\x00b\x1bc")], ["\x07"]).encode())
    assert "a\ufffdb\ufffdc" in (suites.findtext("testsuite/testcase/failure") or "")


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_same_complaints_give_the_same_text(form: str) -> None:
    first, second = (report_on([BROKEN, ODD, WHOLE], NOTES, form) for _ in range(2))
    assert first == second
    assert first.endswith("\n")


def test_an_unknown_format_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'sarif'"):
        report_on([], [], "sarf")


def test_tally_counts_by_severity() -> None:
    assert tally([BROKEN, ODD, WHOLE]) == "2 violations, 1 warning"
    assert tally([]) == "0 violations"
