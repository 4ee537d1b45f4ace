"""Answers as a notebook shows them."""

import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest

from marrowkg.answer import Answer
from marrowkg.evidence import Derived, Dispute, Evidence
from marrowkg.prefixes import KG

FACT = KG + "alpha2001/result/fever-in-all"
ANSWER = Answer(
    ["result", "events"],
    [[ox.NamedNode(FACT), ox.Literal("5 <b>")]],
    "How often & in whom?",
    (Evidence(FACT, "p", KG + "alpha2001/paper", "Results", "p < 0.05 in 5"),),
    ("result",),
    {"n": "{events}"},
    (Dispute(FACT, KG + "alpha2001/discrepancy/x", "rule", "5", "4", ""),),
    (Derived(FACT, "denominator", "size of the cohort"),),
)


def shown(answer: Answer) -> ET.Element:
    return ET.fromstring(f"<div>{answer._repr_html_()}</div>")


def test_rows_are_shown_as_a_person_reads_them_with_numbers_that_lead_to_the_evidence() -> None:
    page = shown(ANSWER)
    assert [cell.text for cell in page.iter("th")] == [None, "n"]
    assert [cell.text for cell in page.iter("td")] == ["1", "5 <b>"]
    assert page.findtext(".//caption") == "How often & in whom?"


def test_evidence_is_there_to_unfold_with_what_is_derived_and_disputed() -> None:
    item = shown(ANSWER).find("./details/ol/li")
    assert item is not None
    assert item.text == "alpha2001, Results: \u201cp < 0.05 in 5\u201d"
    assert [remark.text for remark in item.iter("em")] == [
        "denominator not printed: size of the cohort",
        "disputed: 5 against 4 (alpha2001/discrepancy/x)",
    ]


def test_an_empty_answer_says_that_it_is_empty() -> None:
    page = shown(Answer(["a", "b"], []))
    assert "not the same as absent" in (page.findtext(".//td") or "")
    assert page.find("./details") is None


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"&amp;"', "{{ 1 }}"])
def test_no_cell_is_read_as_markup(text: str) -> None:
    cells = [cell.text for cell in shown(Answer(["a"], [[ox.Literal(text)]])).iter("td")]
    assert cells == [text]
