"""Answers as data frames."""

import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from marrowkg.answer import Answer, answer
from marrowkg.errors import MarrowError
from marrowkg.prefixes import KG
from marrowkg.storedquery import list_queries

XSD = "http://www.w3.org/2001/XMLSchema#"


def literal(text: str, kind: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


def test_columns_have_the_type_of_their_cells_and_unbound_is_missing() -> None:
    numbers = [literal("5", "integer"), literal("12.5", "decimal"), literal("3", "integer"), literal("true", "boolean")]
    found = Answer(
        ["fact", "events", "percent", "mixed", "yes", "nothing"],
        [
            [ox.NamedNode(KG + "a"), *numbers, None],
            [None, None, literal("40.0", "decimal"), ox.Literal("three"), None, None],
        ],
    )
    frame = found.to_pandas()
    assert list(frame.columns) == list(found.columns)
    assert [str(kind) for kind in frame.dtypes] == ["string", "Int64", "Float64", "string", "boolean", "string"]
    assert frame["events"].sum() == 5
    assert frame["percent"].mean() == 26.25
    assert frame["fact"].isna().tolist() == [False, True]
    assert frame["mixed"].tolist() == ["3", "three"]


def test_counts_and_fractions_in_one_column_are_numbers() -> None:
    found = Answer(["value"], [[literal("5", "integer")], [literal("2.5", "decimal")]])
    assert found.to_pandas()["value"].tolist() == [5.0, 2.5]


def test_an_answer_without_rows_keeps_its_columns() -> None:
    assert list(Answer(["a", "b"], []).to_pandas().columns) == ["a", "b"]


def test_every_stored_question_makes_a_frame_of_its_shape(store: ox.Store) -> None:
    for query in list_queries(Path(__file__).resolve().parent.parent / "queries"):
        found = answer(store, query, {}, with_evidence=False)
        assert found.to_pandas().shape == (len(found), len(found.columns)), query.name


def test_without_pandas_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MarrowError, match=r"pip install 'marrowkg\[pandas\]'"):
        Answer(["a"], []).to_pandas()
