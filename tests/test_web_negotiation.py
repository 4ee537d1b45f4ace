from __future__ import annotations

import pytest

from marrowkg.web.negotiation import GRAPH_TYPES, SOLUTION_TYPES, choose

JSON, XML, CSV, TSV = SOLUTION_TYPES[:4]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("*", JSON),
        ("text/csv", CSV),
        ("TEXT/CSV", CSV),
        ("text/*", CSV),
        ("text/csv;q=0.5, application/sparql-results+xml", XML),
        ("text/csv;q=0.5, */*;q=0.1", CSV),
        ("application/sparql-results+json;q=0, */*", XML),
        ("text/csv; charset=utf-8; q=0.3, text/tab-separated-values;q=0.2", CSV),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml"),
        ("text/csv;q=nonsense, text/tab-separated-values;q=0.1", TSV),
        ("image/png", None),
        ("text/csv;q=0", None),
        (",,", None),
    ],
)
def test_the_most_specific_range_with_the_highest_weight_wins(accept: str, chosen: str | None) -> None:
    assert choose(accept, SOLUTION_TYPES) == chosen


def test_the_default_of_a_graph_is_turtle() -> None:
    assert choose("*/*", GRAPH_TYPES) == "text/turtle"
