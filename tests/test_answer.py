"""Answers: golden rows, evidence behind every row, the same rows from another engine."""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.query import ResultRow

from marrowkg.answer import Answer, answer, run_sparql
from marrowkg.build import Built
from marrowkg.errors import QueryError
from marrowkg.evidence import evidence_of
from marrowkg.prefixes import KG, MKG
from marrowkg.storedquery import list_queries

TESTS = Path(__file__).resolve().parent
QUERIES = {query.name: query for query in list_queries(TESTS.parent / "queries")}
GOLDEN = sorted((TESTS / "answers").glob("*.tsv"))
WITH_ROWS = [file.stem for file in GOLDEN if len(file.read_text(encoding="utf-8").splitlines()) > 1]
"""Questions to which the invented papers have an answer."""


@pytest.fixture(scope="module")
def graph(built: Built) -> rdflib.Dataset:
    """The invented papers as rdflib holds them."""
    return built.dataset.to_rdflib()


@pytest.mark.parametrize("name", [file.stem for file in GOLDEN])
def test_a_stored_question_gives_the_rows_that_were_read_by_hand(name: str, store: ox.Store) -> None:
    with (TESTS / "answers" / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        header, *expected = list(csv.reader(file, delimiter="\t"))
    found = answer(store, QUERIES[name], {})
    places = [found.columns.index(column) for column in header]
    shown = [[text.removeprefix(KG) for text in texts] for texts in found.texts()]
    assert [[texts[place] for place in places] for texts in shown] == expected


@pytest.mark.parametrize("name", [name for name, query in QUERIES.items() if query.evidence])
def test_every_row_leads_to_a_passage_of_its_paper(name: str, store: ox.Store) -> None:
    found = answer(store, QUERIES[name], {})
    for index, row in enumerate(found.rows):
        if row.get("says") == "not mentioned":
            continue  # silence is no fact
        evidence = found.evidence_of_row(index)
        assert evidence, f"row {index} of {name} has no evidence"
        assert all(item.locator and item.exact and item.paper.endswith("/paper") for item in evidence)
        if row.get("exact"):
            assert row["exact"] in {item.exact for item in evidence}


def rows_without(fact: str, name: str, built: Built) -> list[list[str]]:
    """The rows of a question on the invented papers if the graph did not hold what it says of one fact."""
    mutant = ox.Store()
    mutant.bulk_extend(ox.Quad(*triple) for triple in built.dataset.triples() if str(triple.subject) != f"<{fact}>")
    return list(run_sparql(mutant, QUERIES[name].text).texts())


@pytest.mark.parametrize("name", WITH_ROWS)
def test_the_rows_of_a_question_hang_on_the_facts_that_they_name(name: str, store: ox.Store, built: Built) -> None:
    found = answer(store, QUERIES[name], {})
    places = [found.columns.index(column) for column in found.evidence_columns]
    facts = [text for texts in found.texts() for place in places if (text := texts[place])]
    assert facts
    for fact in (facts[0], facts[-1]):
        assert rows_without(fact, name, built) != list(found.texts()), f"the rows stay the same without {fact}"


NUMBER = re.compile(r"\d+(?:\.\d+)?(?:E[+-]?\d+)?")
SHOWS_NUMBERS = re.compile(rf"[<>=~-]*{NUMBER.pattern}(?:-{NUMBER.pattern})?")


def comparable(term: Any) -> str:
    """A cell as both engines must agree on it: 45, 45.0 and 4.5E1 are one number, also in a range such as 2-3."""
    if term is None:
        return ""
    text = str(term.value if isinstance(term, ox.NamedNode | ox.Literal) else term)
    if SHOWS_NUMBERS.fullmatch(text):
        return NUMBER.sub(lambda match: f"{Decimal(match[0]):.9f}", text)
    return text


def counted(rows: Iterable[Iterable[Any]]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(comparable(cell) for cell in row) for row in rows)


@pytest.mark.parametrize("name", QUERIES)
def test_another_engine_gives_the_same_rows(name: str, store: ox.Store, graph: rdflib.Dataset) -> None:
    found = run_sparql(store, QUERIES[name].text)
    other = graph.query(QUERIES[name].text)
    assert [str(variable) for variable in other.vars or ()] == list(found.columns)
    assert counted(row for row in other if isinstance(row, ResultRow)) == counted(found.cells)


def test_the_order_of_rows_is_the_same_every_time(store: ox.Store, built: Built) -> None:
    shuffled = ox.Store()
    shuffled.bulk_extend(ox.Quad(*triple) for triple in sorted(built.dataset.triples(), key=str, reverse=True))
    for query in QUERIES.values():
        assert list(run_sparql(shuffled, query.text).texts()) == list(run_sparql(store, query.text).texts()), query.name


def test_a_default_may_be_replaced(store: ox.Store) -> None:
    query = QUERIES["conditions-presenting-with"]
    found = answer(store, query, {"finding": [ox.NamedNode(MKG + "Fever")]})
    assert [row["result"] for row in found.rows] == [KG + "alpha2001/result/fever-in-all"]
    assert answer(store, query, {"finding": [ox.NamedNode(MKG + "Hemorrhage")]}).rows == []


def test_evidence_is_gathered_only_when_asked_for(store: ox.Store) -> None:
    query = QUERIES["results"]
    bare = answer(store, query, {}, with_evidence=False)
    assert (bare.evidence, bare.evidence_columns) == ((), ())
    assert bare.rows == answer(store, query, {}).rows


def test_the_evidence_of_a_fact_is_its_passages_and_of_a_passage_itself(store: ox.Store) -> None:
    fact = ox.NamedNode(KG + "alpha2001/result/bone-pain-in-all")
    assert [(item.locator, item.exact) for item in evidence_of(store, fact)] == [
        ("Abstract", "18 patients (45.0%)"),
        ("Results", "18 of 40 patients (44%)"),
        ("Table 1, row Bone pain, column Total", "18 (45)"),
    ]
    passage = ox.NamedNode(KG + "alpha2001/passage/fever-in-all")
    assert [item.exact for item in evidence_of(store, passage)] == ["noted in 5 (12.5%)"]


def test_a_derived_fact_rests_on_the_passages_of_what_it_is_derived_from(store: ox.Store) -> None:
    found = evidence_of(store, ox.NamedNode(KG + "alpha2001/cohort/untreated"))
    assert [item.exact for item in found] == ["Forty patients with marrow metastasis", "between 1990 and 1999"]


def test_what_is_neither_anchored_nor_derived_has_no_evidence(store: ox.Store) -> None:
    assert evidence_of(store, ox.NamedNode(KG + "alpha2001/paper")) == []


def test_rows_are_text_by_column_and_what_is_unbound_is_empty(store: ox.Store) -> None:
    found = run_sparql(store, 'SELECT ?a ?b WHERE { VALUES (?a ?b) { ("x" UNDEF) } }')
    assert found.rows == [{"a": "x", "b": ""}]
    assert len(found) == 1


@pytest.mark.parametrize(("text", "expected"), [("ASK { ?s ?p ?o }", "true"), ("ASK { ?s ?p 'nowhere' }", "false")])
def test_an_ask_is_an_answer_of_one_cell(text: str, expected: str, store: ox.Store) -> None:
    assert run_sparql(store, text).rows == [{"answer": expected}]


@pytest.mark.parametrize(
    "text",
    ["SELEKT * {}", "SELECT ?x { ?x }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "DESCRIBE <http://x.org/>", "",
     "DELETE WHERE { ?s ?p ?o }"],
)  # fmt: skip
def test_what_is_no_select_or_ask_is_refused(text: str, store: ox.Store) -> None:
    with pytest.raises(QueryError):
        run_sparql(store, text)


def test_an_answer_without_rows_has_no_evidence() -> None:
    assert Answer(["a"], []).rows == []
    assert len(Answer(["a"], [])) == 0
