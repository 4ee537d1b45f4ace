"""Numbers as papers print them."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marrowkg.number import number_tokens


def values(text: str) -> list[str]:
    return [str(token.value) for token in number_tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18 patients (45.0%)", ["18", "45.0"]),
        ("8.30-9.31", ["8.30", "9.31"]),
        ("12,970 patients", ["12970"]),
        ("1,234,567", ["1234567"]),
        ("2, 3, 4", ["2", "3", "4"]),
        ("grades 1,2", ["1", "2"]),
        ("66 9 109/L", ["66", "9", "109"]),
        ("p<0.05", ["0.05"]),
        ("CD10 and CD117", ["10", "117"]),
        ("Sixteen patients", ["16"]),
        ("twenty-two and ninety nine", ["22", "90", "9"]),
        ("half of them", ["0.5"]),
        ("none, someone, often, tenfold, weighty", []),
        ("version 1.2.3", ["1.2"]),
        ("", []),
    ],
)
def test_a_text_prints_these_numbers(text: str, expected: list[str]) -> None:
    assert values(text) == expected


def test_a_token_knows_where_it_stands() -> None:
    text = "found in Twenty-two (33.3%)"
    assert [text[token.start : token.end] for token in number_tokens(text)] == ["Twenty-two", "33.3"]


@given(st.decimals(min_value=0, max_value=10**9, places=2).map(abs))
def test_any_printed_decimal_is_read_as_itself(number: Decimal) -> None:
    assert [token.value for token in number_tokens(f"found in {number} of them")] == [number]


@given(st.integers(min_value=0, max_value=10**12))
def test_thousands_apart_by_commas_change_nothing(number: int) -> None:
    assert [token.value for token in number_tokens(f"({number:,})")] == [number]


@given(st.text())
def test_any_text_has_tokens_in_order_without_overlap(text: str) -> None:
    tokens = list(number_tokens(text))
    assert all(a.end <= b.start for a, b in pairwise(tokens))
    assert all(token.start < token.end <= len(text) for token in tokens)
