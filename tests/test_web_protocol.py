from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marrowkg.web.federation import check_services, needs_network
from marrowkg.web.protocol import RefusedError, SparqlRequest, read_request

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"


def refused(method: str, query_string: bytes, content_type: str = "", body: bytes = b"") -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        read_request(method, query_string, content_type, body)
    return caught.value


def test_the_three_kinds_of_request_say_the_same() -> None:
    wanted = SparqlRequest("ASK { ?s ?p 'é' }", ("http://a/",), ("http://b/", "http://c/"))
    graphs = b"default-graph-uri=http%3A%2F%2Fa%2F&named-graph-uri=http://b/&named-graph-uri=http://c/"
    query = b"query=ASK+%7B%20?s%20?p%20'%C3%A9'+}"
    assert read_request("GET", query + b"&" + graphs, "", b"") == wanted
    assert read_request("POST", b"", FORM + "; charset=UTF-8", query + b"&" + graphs) == wanted
    assert read_request("POST", graphs, DIRECT, wanted.query.encode()) == wanted


def test_a_get_without_a_query_asks_for_the_description() -> None:
    assert read_request("GET", b"", "", b"") is None
    assert read_request("HEAD", b"", "", b"") is None


@pytest.mark.parametrize(
    ("refusal", "status", "said"),
    [
        (lambda: refused("GET", b"query=a&query=b"), 400, "found 2"),
        (lambda: refused("GET", b"quer=a"), 400, "found none"),
        (lambda: refused("GET", b"query=%FF"), 400, "UTF-8"),
        (lambda: refused("GET", "query=é".encode()), 400, "UTF-8"),
        (lambda: refused("GET", b"query=a&default-graph-uri=x%20y"), 400, "absolute IRI"),
        (lambda: refused("GET", b"update=CLEAR+ALL"), 403, "read-only"),
        (lambda: refused("POST", b"", FORM, b"update=CLEAR+ALL"), 403, "read-only"),
        (lambda: refused("POST", b"", "application/sparql-update", b"CLEAR ALL"), 403, "read-only"),
        (lambda: refused("POST", b"", "", b"ASK {}"), 415, "expected Content-Type"),
        (lambda: refused("POST", b"", "text/plain", b"ASK {}"), 415, "text/plain"),
        (lambda: refused("POST", b"", DIRECT + "; charset=utf-16", b"ASK {}"), 415, "utf-16"),
        (lambda: refused("POST", b"", DIRECT, b"ASK { \xff }"), 400, "byte 6 is 0xff"),
        (lambda: refused("POST", b"query=ASK{}", DIRECT, b"ASK {}"), 400, "no room"),
        (lambda: refused("POST", b"", FORM, b"&".join([b"a=1"] * 2000)), 400, "too many fields"),
    ],
)
def test_a_wrong_request_is_refused_with_its_reason(
    refusal: Callable[[], RefusedError], status: int, said: str
) -> None:
    error = refusal()
    assert (error.status, said in error.text) == (status, True), error.text


@given(st.binary(max_size=200), st.binary(max_size=200), st.sampled_from([FORM, DIRECT, "", "x"]))
def test_no_bytes_do_more_than_being_refused(query_string: bytes, body: bytes, content_type: str) -> None:
    try:
        read_request("POST", query_string, content_type, body)
    except RefusedError as error:
        assert 400 <= error.status < 500


@pytest.mark.parametrize(
    ("query", "repeatable"),
    [
        ("SELECT * { ?s ?p ?o }", True),
        ("SELECT (now() AS ?t) {}", False),
        ("SELECT * { BIND(RAND () AS ?x) }", False),
        ("SELECT * { SERVICE <http://x/> {} }", False),
        ("SELECT ?now { ?now ?p ?o }", True),
    ],
)
def test_what_changes_without_the_data_has_no_etag(query: str, repeatable: bool) -> None:
    assert SparqlRequest(query).is_repeatable is repeatable


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://x/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o .SERVICE ?o { } }",
        "SELECT * { \\u0053ERVICE <http://x/> { } }",
        "PREFIX ex: <http://x/> SELECT * { SERVICE ex:sparql { } }",
        "SELECT * { ?s ?p '#' SERVICE # comment\n <http://x/> { } }",
    ],
)
def test_a_service_is_found_however_it_is_written(query: str) -> None:
    assert needs_network(query)
    with pytest.raises(RefusedError, match="SERVICE"):
        check_services(query, ())


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service ?p ?o }",
        "SELECT * { ?s ?p 'SERVICE <http://x/>' }",
        'SELECT * { ?s ?p """say "SERVICE" <http://x/>""" }',
        "SELECT * { ?s ?p ?o } # SERVICE <http://x/>",
        "PREFIX service: <http://x/> SELECT * { ?s service:SERVICE <http://x/SERVICE> }",
    ],
)
def test_the_word_alone_is_no_service(query: str) -> None:
    assert not check_services(query, ())


UNITS = """
\\" \\' \\\""" \\''' \""" ''' " ' a- a. a: \\ < <a # ? :\\ ''\\ \"""'''\\"
""".split()  # noqa: SIM905
"""What a text can be made of to make a reader start again and again."""


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("start", ["", '"', '"""', "'''", '"""\\"""', "# "])
def test_no_text_takes_longer_than_its_length_allows(start: str, unit: str) -> None:
    text = "SERVICE " + start + unit * (250_000 // len(unit))
    began = time.process_time()
    with contextlib.suppress(RefusedError):
        check_services(text, ())
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "before", ['""', '"a\\""', '"""it"s"""', "'''it's'''", "'' ", "1.", "x:y\\-z ", "<http://x>", "#\n", "}", ";", "a-"]
)
def test_a_service_is_found_behind_any_token(before: str) -> None:
    assert check_services(f"SELECT * {{ {before}SERVICE <http://x/> {{}} }}", {"http://x/"})


@pytest.mark.parametrize(
    "hidden",
    [
        "SERVICEex:y {}",
        "SERVICESILENT<http://y/> {}",
        "?s ?p 1.SERVICE:y {}",
        "?s ?p '''x'SERVICE:y{}'''",
        "FILTER(?a<?b)SERVICE#>\n:y {}",
        'FILTER(?a<?b)#>"""\nSERVICE:y {}#"""',
        "\\u0053ERVICE:y {}",
    ],
)
def test_a_service_cannot_hide_behind_an_allowed_one(hidden: str) -> None:
    with pytest.raises(RefusedError, match="SERVICE"):
        check_services(f"SELECT * {{ SERVICE <http://x/service> {{}} {hidden} }}", {"http://x/service"})


def test_a_service_is_allowed_by_name_only() -> None:
    assert check_services("SELECT * { SERVICE <http://x/sparql> {} }", {"http://x/sparql"})
    with pytest.raises(RefusedError, match="http://x/sparql"):
        check_services("SELECT * { SERVICE <http://x/sparql> {} SERVICE <http://y/> {} }", {"http://x/sparql"})
