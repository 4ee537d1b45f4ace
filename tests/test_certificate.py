"""Answers that can be checked again later."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from marrowkg.answer import answer
from marrowkg.certificate import certificate, data_digest, differences, read_certificate
from marrowkg.errors import MarrowError
from marrowkg.paths import House
from marrowkg.storedquery import StoredQuery, find_query


@pytest.fixture
def query(mini: House) -> StoredQuery:
    return find_query(mini.queries, "conditions-presenting-with")


@pytest.fixture
def certified(query: StoredQuery, store: ox.Store) -> dict[str, Any]:
    return certificate(query, {}, answer(store, query, {}), store)


def test_a_certificate_written_and_read_is_as_it_was(certified: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(certified), encoding="utf-8")
    assert read_certificate(file) == certified
    assert differences(read_certificate(file), certified) == []
    assert certified["rows"]
    assert certified["passages"]


def test_data_that_change_by_one_quad_have_another_digest(store: ox.Store) -> None:
    other = ox.Store()
    other.extend(store)
    assert data_digest(other) == data_digest(store)
    other.remove(next(quad for quad in other if isinstance(quad.graph_name, ox.NamedNode)))
    assert data_digest(other) != data_digest(store)


def lose_a_row(new: dict[str, Any]) -> None:
    new["rows"] = new["rows"][1:]


def reword_a_passage(new: dict[str, Any]) -> None:
    new["passages"] = [{**new["passages"][0], "exact": "other words"}, *new["passages"][1:]]


def rename_a_column(new: dict[str, Any]) -> None:
    new["columns"] = ["another", *new["columns"][1:]]


def other_data(new: dict[str, Any]) -> None:
    new["data"] = "sha256:0"


def other_query(new: dict[str, Any]) -> None:
    new["sparql"] += " "


@pytest.mark.parametrize(
    ("change", "part", "grave"),
    [
        (lose_a_row, "rows", True),
        (reword_a_passage, "passages", True),
        (rename_a_column, "rows", True),
        (other_data, "data", False),
        (other_query, "query", False),
    ],
)
def test_what_changed_is_named(
    certified: dict[str, Any], change: Callable[[dict[str, Any]], None], part: str, grave: bool
) -> None:
    new = dict(certified)
    change(new)
    found = differences(certified, new)
    assert {(c.part, c.is_grave) for c in found} == {(part, grave)}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"form": "something else"}'])
def test_another_file_is_no_certificate(text: str, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(MarrowError, match=r"x\.json"):
        read_certificate(file)
