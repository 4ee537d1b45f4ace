"""What the rows of an answer tell of, and what `ask` makes of it."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from marrowkg.answer import Answer
from marrowkg.api import Graph
from marrowkg.ask import NotUnderstoodError
from marrowkg.ask.told import Sought, Told, arranged
from marrowkg.ask.words import Words
from marrowkg.paths import House


@pytest.fixture(scope="module")
def words(repository: Path) -> Words:
    return Words(repository / "queries")


@pytest.fixture(scope="module")
def graph(corpus_store: ox.Store, corpus_house: House) -> Graph:
    return Graph(corpus_store, corpus_house)


def answer(*rows: str) -> Answer:
    return Answer(["text", "fact"], [[ox.Literal(row), ox.NamedNode("https://example.org/colon")] for row in rows])


def sought(words: Words, *names: str) -> Sought:
    return Sought(names[0], frozenset(tuple(words.stems(name)) for name in names))


def test_a_row_tells_of_a_name_if_all_its_words_stand_in_it_in_any_form(words: Words) -> None:
    told = Told(answer("bones and liver", "bone of the marrow", "marrow"), words)
    assert told.rows(sought(words, "bone marrow")) == {1}
    assert told.rows(sought(words, "bone marrow", "liver")) == {0, 1}
    assert told.rows(sought(words, "spleen")) == frozenset()


def test_a_word_is_told_by_one_that_is_made_of_it_and_an_identifier_tells_nothing(words: Words) -> None:
    told = Told(answer("colon carcinoma", "a liver"), words)
    assert told.rows(sought(words, "colonic")) == {0}
    assert told.rows(sought(words, "live")) == frozenset()


def test_rows_that_tell_of_more_come_first_and_what_few_tell_of_counts_more(words: Words) -> None:
    found = arranged(
        answer("anemia", "anemia liver", "anemia", "spleen"), [sought(words, "anemia"), sought(words, "liver")], words
    )
    assert [row["text"] for row in found.rows] == ["anemia liver", "anemia", "anemia", "spleen"]


def test_rows_stay_in_order_where_nothing_is_sought(words: Words) -> None:
    assert arranged(answer("b", "a"), [], words).rows == answer("b", "a").rows


@pytest.mark.parametrize(("order", "first"), [("highest", "9.5"), ("lowest", "3"), ("", "4")])
def test_an_order_puts_the_row_with_the_highest_or_lowest_value_first(words: Words, order: str, first: str) -> None:
    values = [[ox.Literal(value)] for value in ("4", "9.5", "3")] + [[None]]
    assert arranged(Answer(["value"], values), [], words, order).rows[0]["value"] == first


def test_an_order_without_a_column_of_values_changes_nothing(words: Words) -> None:
    assert arranged(answer("b", "a"), [], words, "highest").rows == answer("b", "a").rows


def test_neither_side_of_a_comparison_shuts_the_other_out(graph: Graph) -> None:
    understood = graph.understand("Complete remission rates in AML with necrosis and without it?")
    assert not understood.narrowings
    assert {"acute myeloid leukemia"} < {row["condition"] for row in graph.answer_understood(understood).rows}


def test_what_no_parameter_takes_puts_the_rows_that_tell_of_it_first(graph: Graph) -> None:
    understood = graph.understand(
        "Who proposed that the marrow is the primary soil of bone metastasis in breast cancer?"
    )
    assert "'soil'" in understood.in_words()
    assert "Kamby" in graph.answer_understood(understood).rows[0]["original"]


def test_a_name_without_rows_gives_way_to_another_of_the_question(graph: Graph) -> None:
    understood = graph.understand("What percentage of reticulocytes counted as reticulocytosis?")
    assert understood.words == {"condition": ["reticulocytosis"]}
    assert len(graph.answer_understood(understood))


def test_an_unknown_word_that_no_row_tells_of_is_named(graph: Graph) -> None:
    with pytest.raises(NotUnderstoodError, match="nothing in the graph is about 'ferritin'"):
        graph.understand("What was the ferritin in bone marrow necrosis?")


def test_what_stands_after_besides_is_not_asked_for(graph: Graph) -> None:
    understood = graph.understand("Which symptoms besides bone pain occur in bone marrow metastasis?")
    assert understood.query.name == "findings-of-condition"
    assert understood.words == {"condition": ["bone marrow metastasis"]}
    assert "bone pain" in understood.aside


def test_a_part_that_no_paper_has_is_not_answered_from_another(graph: Graph) -> None:
    with pytest.raises(NotUnderstoodError, match="the graph holds nothing from Table 7"):
        graph.understand("Which p-values stand in Table 7?")
