"""YAML to plain data with places."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from marrowkg.errors import CurationError
from marrowkg.issue import Where
from marrowkg.yamlmap import read_yaml

FILE = Path("paper.yaml")


def test_every_scalar_stays_what_was_typed() -> None:
    data, _ = read_yaml("{a: NO, b: 1e3, c: 0012, d: 2001-01-01, e: 45.0, f: , g: ~}", FILE)
    assert data == {"a": "NO", "b": "1e3", "c": "0012", "d": "2001-01-01", "e": "45.0", "f": "", "g": "~"}


def test_every_key_and_value_knows_its_line_and_column() -> None:
    _, places = read_yaml("results:\n  - frequency: fever\n    events: 3\n", FILE)
    assert places.of_key(("results", 0, "events")) == Where(FILE, 3, 5)
    assert places.of_value(("results", 0, "events")) == Where(FILE, 3, 13)
    assert places.of_value(("results", 0)) == Where(FILE, 2, 5)


def test_what_is_not_there_is_placed_at_what_encloses_it() -> None:
    _, places = read_yaml("results:\n  - frequency: fever\n", FILE)
    assert places.of_value(("results", 0, "evidence", 2)) == Where(FILE, 2, 5)
    assert places.of_key(("results", 0, "evidence")) == Where(FILE, 2, 5)


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\nb: }", "yaml-syntax", 2, 4),
        ("a: \x01", "yaml-syntax", 0, 0),
        ("a: 1\na: 2", "yaml-duplicate", 2, 1),
        ("a: {b: 1, b: 2}", "yaml-duplicate", 1, 11),
        ("a: &x 1", "yaml-trick", 1, 4),
        ("a: &x 1\nb: *x", "yaml-trick", 1, 4),
        ("a: !!python/object/apply:os.getcwd []", "yaml-trick", 1, 4),
        ("[a]: 1", "yaml-key", 1, 1),
        ("a: 1\n---\nb: 2", "yaml-documents", 0, 0),
        ("", "yaml-documents", 0, 0),
        ("# only a comment", "yaml-documents", 0, 0),
    ],
)
def test_a_fault_is_refused_where_it_stands(text: str, code: str, line: int, column: int) -> None:
    with pytest.raises(CurationError) as caught:
        read_yaml(text, FILE)
    assert [(issue.code, issue.where) for issue in caught.value.issues] == [(code, Where(FILE, line, column))]


def test_all_duplicates_are_told_at_once() -> None:
    with pytest.raises(CurationError) as caught:
        read_yaml("a: 1\na: 2\nb: {c: 1, c: 2}", FILE)
    assert len(caught.value.issues) == 2


plain = st.recursive(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc xyz", min_size=1), inner),
    max_leaves=8,
)


@given(plain)
def test_written_as_yaml_and_read_it_is_the_same(data: object) -> None:
    text = yaml.safe_dump({"data": data}, allow_unicode=True, default_style='"')
    assert read_yaml(text, FILE)[0] == {"data": data}


@given(st.text())
def test_any_text_is_read_or_refused_with_an_issue(text: str) -> None:
    try:
        _, places = read_yaml(text, FILE)
        assert () in places.values
    except CurationError as error:
        assert error.issues
