"""Stored questions: headers, parameters, and values that mean harm."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery

from marrowkg.answer import bind_words
from marrowkg.errors import ParameterError, QueryError, UnknownNameError
from marrowkg.storedquery import StoredQuery, find_query, list_queries
from marrowkg.vocabulary import Vocabulary

QUERIES = {query.name: query for query in list_queries(Path(__file__).resolve().parent.parent / "queries")}
TEXT = """#+ question: What is {word} of {other}?
#+ params:
#+   word: {datatype: string}
#+   other: {datatype: string}
#+ evidence: [word]
SELECT ?word ?other WHERE { VALUES ?word { "default" } VALUES ?other { "other" } }
"""
HOSTILE = [
    'quote " quote',
    "apostrophe ' apostrophe",
    "braces } { }",
    "} DELETE WHERE { ?s ?p ?o } #",
    '" } UNION { ?word ?p ?other } #',
    "back\\slash \\1 \\g<0> \\n",
    "new\nline\r\ttab",
    'VALUES ?other { "caught" }',
    'VALUES ?word { "caught" }',
    "<http://example.org/> ?word $other # comment",
    "\u2028\x00\x1f\u202e",
    "",
]


def rows(text: str) -> list[list[str]]:
    found = ox.Store().query(text)
    assert isinstance(found, ox.QuerySolutions)
    return [[term.value if isinstance(term, ox.Literal) else "" for term in solution] for solution in found]


@pytest.mark.parametrize("name", QUERIES)
def test_a_stored_question_is_plain_sparql_for_both_engines(name: str) -> None:
    query = QUERIES[name]
    assert isinstance(ox.Store().query(query.text), ox.QuerySolutions)
    prepareQuery(query.text)


@pytest.mark.parametrize("name", QUERIES)
def test_a_header_says_all_that_is_needed(name: str) -> None:
    query = QUERIES[name]
    found = ox.Store().query(query.text)
    assert isinstance(found, ox.QuerySolutions)
    columns = {variable.value for variable in found.variables}
    assert query.question.endswith("?")
    assert query.description
    assert query.tags
    assert set(query.evidence) <= columns
    assert query.evidence
    assert set(re.findall(r"\{(\w+)}", query.question)) <= set(query.parameters)
    assert all(parameter.help for parameter in query.parameters.values())
    shown = {name for template in query.display.values() for name in re.findall(r"\{(\w+)[:}]", template)}
    assert shown <= columns


@pytest.mark.parametrize("name", [name for name, query in QUERIES.items() if query.parameters])
def test_a_parameter_takes_what_the_ontology_has_under_its_class(name: str, vocabulary: Vocabulary) -> None:
    query = QUERIES[name]
    for parameter in query.parameters.values():
        default = re.search(rf"VALUES \?{parameter.name} {{ *([^}}]*?) *}}", query.text)
        assert default, f"{parameter.name} has no default"
        words = default[1].replace('"', "").split()
        if words == ["UNDEF"] and parameter.datatype != "string":
            words = ["1"]  # a number has no word for nothing
        bound = query.bind(bind_words(query, {parameter.name: words}, vocabulary))
        assert isinstance(ox.Store().query(bound), ox.QuerySolutions)
        if parameter.class_:
            assert vocabulary.resolve(parameter.class_).iri in vocabulary.ancestors(vocabulary.resolve(words[0]).iri)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["word", "other"])
def test_a_hostile_value_is_a_value(name: str, value: str) -> None:
    query = StoredQuery("q", TEXT)
    others = {"word": "default", "other": "other"}
    bound = query.bind({name: [ox.Literal(value)]})
    assert rows(bound) == [[value if column == name else others[column] for column in ("word", "other")]]
    prepareQuery(bound)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_two_texts_survive_binding(word: str, other: str) -> None:
    bound = StoredQuery("q", TEXT).bind({"word": [ox.Literal(word)], "other": [ox.Literal(other)]})
    assert rows(bound) == [[word, other]]


def test_several_values_of_a_parameter_are_several_rows() -> None:
    bound = StoredQuery("q", TEXT).bind({"word": [ox.Literal("a"), ox.Literal("b")]})
    assert rows(bound) == [["a", "other"], ["b", "other"]]


def test_what_is_not_bound_keeps_its_default() -> None:
    assert StoredQuery("q", TEXT).bind({}) == TEXT


@pytest.mark.parametrize(
    "value",
    [
        "https://w3id.org/marrowkg/ontology#BonePain> } DELETE { ?s ?p ?o",
        "<https://w3id.org/x>y>",
        "mkg:Bone Pain",
        "bone pian",
        "",
    ],
)
def test_what_is_no_term_of_the_ontology_is_refused(value: str, vocabulary: Vocabulary) -> None:
    with pytest.raises(ParameterError, match="finding: no "):
        bind_words(QUERIES["conditions-presenting-with"], {"finding": [value]}, vocabulary)


@pytest.mark.parametrize("value", ["bone pain", "Bone Pain", "osteodynia", "mkg:BonePain"])
def test_a_person_may_type_a_label_a_synonym_or_a_curie(value: str, vocabulary: Vocabulary) -> None:
    bound = bind_words(QUERIES["conditions-presenting-with"], {"finding": [value]}, vocabulary)
    assert bound == {"finding": [ox.NamedNode("https://w3id.org/marrowkg/ontology#BonePain")]}


def test_a_term_of_another_kind_is_refused(vocabulary: Vocabulary) -> None:
    with pytest.raises(ParameterError, match="not as finding"):
        bind_words(QUERIES["conditions-presenting-with"], {"finding": ["overall survival"]}, vocabulary)


GRADE = StoredQuery(
    "q",
    "#+ question: Q?\n#+ params:\n#+   grade: {datatype: integer, help: the lowest}\nSELECT * { VALUES ?grade { 4 } }",
)


@pytest.mark.parametrize("value", ["abc", "", "4.0", "4 OR 5", "IV", "\u0664", "9" * 30])
def test_what_is_no_number_is_refused_with_what_was_expected(value: str, vocabulary: Vocabulary) -> None:
    with pytest.raises(ParameterError, match=r"grade: expected a whole number such as 3, found .*\(the lowest\)"):
        bind_words(GRADE, {"grade": [value]}, vocabulary)


@pytest.mark.parametrize("value", ["3", " 3 ", "+3", "03"])
def test_a_number_is_bound_as_a_number(value: str, vocabulary: Vocabulary) -> None:
    assert "3" in GRADE.bind(bind_words(GRADE, {"grade": [value]}, vocabulary))
    (term,) = bind_words(GRADE, {"grade": [value]}, vocabulary)["grade"]
    assert isinstance(term, ox.Literal) and term.datatype.value.endswith("#integer")


@pytest.mark.parametrize(
    ("datatype", "good", "bad"), [("decimal", "2.5", "2,5"), ("boolean", "true", "yes"), ("string", "", None)]
)
def test_other_datatypes_are_checked_too(datatype: str, good: str, bad: str | None, vocabulary: Vocabulary) -> None:
    query = StoredQuery("q", GRADE.text.replace("integer", datatype))
    assert bind_words(query, {"grade": [good]}, vocabulary)["grade"][0].value == good
    if bad is not None:
        with pytest.raises(ParameterError, match=f"found '{bad}'"):
            bind_words(query, {"grade": [bad]}, vocabulary)


def test_a_wrong_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(ParameterError, match="no parameter 'wrod'; did you mean 'word'"):
        StoredQuery("q", TEXT).bind({"wrod": [ox.Literal("x")]})
    with pytest.raises(ParameterError, match="has no value"):
        StoredQuery("q", TEXT).bind({"word": []})


def test_a_stored_question_is_found_by_its_exact_name(repository: Path) -> None:
    assert find_query(repository / "queries", "results").name == "results"
    with pytest.raises(UnknownNameError, match="did you mean 'results'"):
        find_query(repository / "queries", "result")
    for name in ("../answer/results", "", "answer/results", "results.rq"):
        with pytest.raises(UnknownNameError):
            find_query(repository / "queries", name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * {}", "lacks 'question'"),
        ("#+ tags: [a]\nSELECT * {}", "lacks 'question'"),
        ("#+ words\nSELECT * {}", "lacks 'question'"),
        ("#+ question: [a\nSELECT * {}", "is not YAML"),
    ],
)
def test_a_header_that_cannot_be_read_is_told(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        _ = StoredQuery("q", text).question


def test_a_parameter_without_a_values_line_is_told() -> None:
    query = StoredQuery("q", "#+ question: Q?\n#+ params:\n#+   word: {}\nSELECT ?word {}")
    with pytest.raises(QueryError, match="no line VALUES"):
        query.bind({"word": [ox.Literal("x")]})
