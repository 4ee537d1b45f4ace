"""Answers as text, for programs and for people."""

import csv
import io
import json
from dataclasses import replace

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marrowkg.answer import Answer
from marrowkg.cli import console
from marrowkg.evidence import Dispute, Evidence
from marrowkg.prefixes import KG, MKG
from marrowkg.render import FORMATS, render

XSD = "http://www.w3.org/2001/XMLSchema#"
FACT = KG + "alpha2001/result/fever-in-all"
ANSWER = Answer(
    ["who", "number", "comment"],
    [
        [ox.NamedNode(FACT), ox.Literal("12.5", datatype=ox.NamedNode(XSD + "decimal")), ox.Literal("a | b, \"c\"\nd")],
        [ox.NamedNode(MKG + "Fever"), None, ox.Literal("Fieber", language="de")],
        [ox.BlankNode("x"), ox.Literal("3", datatype=ox.NamedNode(XSD + "integer")), ox.Literal("plain")],
    ],
)  # fmt: skip
WITH_EVIDENCE = Answer(
    ["result", "events", "denominator", "percent"],
    [[ox.NamedNode(FACT), ox.Literal("5"), ox.Literal("40"), ox.Literal("12.5")],
     [ox.NamedNode(KG + "b/result/x"), ox.Literal("7"), None, None]],
    "Q?",
    (Evidence(FACT, "p", KG + "alpha2001/paper", "Results", "noted in 5"),
     Evidence(FACT, "q", KG + "alpha2001/paper", "Table 1", "5 (12.5)"),
     Evidence(KG + "b/result/x", "r", KG + "b/paper", "Abstract", "seven")),
    ("result",),
    {"n/N": "{events}[/{denominator}]", "%": "{percent:.1f} %", "fact": "[from {result}]"},
)  # fmt: skip


def test_csv_holds_whole_iris_and_quotes_what_needs_it() -> None:
    rows = list(csv.reader(io.StringIO(render(ANSWER, "csv"))))
    assert rows == [
        ["who", "number", "comment"],
        [FACT, "12.5", 'a | b, "c"\nd'],
        [MKG + "Fever", "", "Fieber"],
        ["x", "3", "plain"],
    ]
    assert render(Answer(["a"], []), "csv") == "a\n"


# the csv module leaves a lone carriage return without quotation marks; no text of the graph holds one
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"))


@given(st.lists(st.lists(texts, min_size=2, max_size=2), max_size=5))
def test_csv_and_tsv_are_read_back_as_written(cells: list[list[str]]) -> None:
    answer = Answer(["a", "b"], [[ox.Literal(cell) for cell in row] for row in cells])
    for form, delimiter in (("csv", ","), ("tsv", "\t")):
        text = render(answer, form)
        assert list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)) == [["a", "b"], *cells]


def test_json_is_that_of_sparql_1_1() -> None:
    document = json.loads(render(ANSWER, "json"))
    assert document["head"] == {"vars": ["who", "number", "comment"]}
    assert document["results"]["bindings"] == [
        {
            "who": {"type": "uri", "value": FACT},
            "number": {"type": "literal", "value": "12.5", "datatype": XSD + "decimal"},
            "comment": {"type": "literal", "value": 'a | b, "c"\nd'},
        },
        {
            "who": {"type": "uri", "value": MKG + "Fever"},
            "comment": {"type": "literal", "value": "Fieber", "xml:lang": "de"},
        },
        {
            "who": {"type": "bnode", "value": "x"},
            "number": {"type": "literal", "value": "3", "datatype": XSD + "integer"},
            "comment": {"type": "literal", "value": "plain"},
        },
    ]


def test_json_is_read_by_a_program_that_knows_the_standard() -> None:
    found = ox.parse_query_results(render(ANSWER, "json").encode(), format=ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    assert [solution["number"] for solution in found] == [row[1] for row in ANSWER.cells]


def test_json_of_an_ask_is_a_boolean() -> None:
    yes = Answer(["answer"], [[ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))]])
    assert json.loads(render(yes, "json")) == {"head": {}, "boolean": True}


def test_markdown_escapes_what_would_break_a_row() -> None:
    lines = render(ANSWER, "md").splitlines()
    assert lines[0] == "| who | number | comment |"
    assert lines[2] == '| alpha2001/result/fever-in-all | 12.5 | a \\| b, "c" d |'
    assert len(lines) == 5


def test_people_read_short_names() -> None:
    text = render(ANSWER, "table")
    assert "alpha2001/result/fever-in-all" in text and "mkg:Fever" in text
    assert KG not in text


def test_a_row_reads_as_the_question_says_and_pieces_without_a_value_fall_away() -> None:
    lines = render(WITH_EVIDENCE, "md").splitlines()
    assert lines[0] == "|  | n/N | % | fact |"
    assert lines[2] == "| 1 | 5/40 | 12.5 % | from alpha2001/result/fever-in-all |"
    assert lines[3] == "| 2 | 7 |  | from b/result/x |"


@pytest.mark.parametrize("form", ["table", "md"])
def test_the_evidence_of_each_row_follows_under_its_number(form: str) -> None:
    lines = [line for line in render(WITH_EVIDENCE, form).splitlines() if line]
    assert lines[-3:] == [
        "Evidence",
        "[1] alpha2001, Results: \u201cnoted in 5\u201d; Table 1: \u201c5 (12.5)\u201d",
        "[2] b, Abstract: \u201cseven\u201d",
    ]


def test_a_figure_that_the_audit_disputes_is_marked_below_its_evidence() -> None:
    dispute = Dispute(FACT, KG + "alpha2001/discrepancy/x", "printed-differently", "5", "4", "4 of 40 rows")
    lines = render(replace(WITH_EVIDENCE, disputes=(dispute,)), "md").splitlines()
    told = lines.index("    disputed: 5 against 4; 4 of 40 rows (alpha2001/discrepancy/x)")
    assert [line for line in lines[:told] if line][-1].startswith("[1] alpha2001")
    assert sum("disputed" in line for line in lines) == 1


@pytest.mark.parametrize("form", ["csv", "tsv", "json"])
def test_programs_get_the_columns_of_the_query_and_no_display(form: str) -> None:
    text = render(WITH_EVIDENCE, form)
    assert "n/N" not in text and "Evidence" not in text
    assert "denominator" in text


def test_rows_that_are_passages_themselves_are_not_told_twice() -> None:
    evidence = (Evidence(FACT, FACT, KG + "a/paper", "Results", "noted"),)
    answer = Answer(["fact", "exact"], [[ox.NamedNode(FACT), ox.Literal("noted")]], "Q?", evidence, ("fact",))
    assert "Evidence" not in render(answer, "md")


@pytest.mark.parametrize("value", ["{events}", "[red]x[/red]", "{", "[", "\\", "100 %", "{0}{x:.1f}"])
def test_a_cell_is_never_read_as_a_template_or_as_markup(value: str) -> None:
    answer = Answer(["a"], [[ox.Literal(value)]], display={"seen": "{a}[ ({a})]"})
    assert f"{value} ({value})" in render(answer, "table")
    assert f"{value} ({value})" in render(answer, "table", width=80)


@pytest.mark.parametrize("form", FORMATS)
def test_an_answer_without_rows_can_be_written(form: str) -> None:
    assert "who" in render(Answer(["who"], []), form)


def test_a_table_for_a_terminal_fits_it() -> None:
    wide = Answer(["a", "b"], [[ox.Literal("word " * 30), ox.Literal("other " * 30)]])
    text = render(wide, "table", width=60)
    assert max(len(line) for line in text.splitlines()) <= 60 + len("\x1b[1m\x1b[0m") * 4
    assert text.count("word") == 30


@pytest.mark.parametrize("width", [None, 80])
def test_a_table_of_many_columns_loses_nothing(width: int | None) -> None:
    names = [f"column{n}" for n in range(30)]
    answer = Answer(names, [[ox.Literal(f"value{n}") for n in range(30)]])
    text = render(answer, "table", width=width)
    assert all(f"column{n}" in text and f"value{n}" in text for n in range(30))


def test_the_command_line_offers_exactly_these_formats() -> None:
    assert console.FORMATS == FORMATS
