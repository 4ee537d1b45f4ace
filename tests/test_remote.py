"""Remote questions against a server of a few lines that misbehaves as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from marrowkg.errors import ParameterError
from marrowkg.remote import Endpoint, EndpointError, Login, as_stored, delay, query_endpoint
from marrowkg.storedquery import StoredQuery

QUERY = StoredQuery(
    "any",
    '#+ question: Which?\n#+ params: {thing: {datatype: string}}\n# delete\nSELECT ?thing ?n { VALUES ?thing { "x" } }',
)
TABLE = {
    "head": {"vars": ["thing", "n"]},
    "results": {
        "bindings": [
            {
                "thing": {"type": "uri", "value": "http://a/"},
                "n": {"type": "literal", "value": "1.50", "datatype": "http://www.w3.org/2001/XMLSchema#decimal"},
            },
            {"thing": {"type": "literal", "value": "é", "xml:lang": "fr"}},
        ]
    },
}


class Script:
    """What the server answers, one after the other, and what it was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str, dict[str, str]]] = []
        self.asked: list[dict[str, list[str]]] = []
        self.headers: list[Any] = []
        self.slow = 0.0
        self.url = ""

    def then(self, status: int, body: str = "", **headers: str) -> None:
        self.answers.append((status, body, {name.replace("_", "-"): value for name, value in headers.items()}))


@pytest.fixture
def script() -> Iterator[Script]:
    told = Script()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.asked.append(parse_qs(body))
            told.headers.append(self.headers)
            time.sleep(told.slow)
            status, text, headers = told.answers.pop(0)
            self.send_response(status)
            for name, value in {"Content-Type": "application/sparql-results+json", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}/sparql"
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_rows_are_as_the_embedded_store_would_give_them(script: Script) -> None:
    script.then(200, json.dumps(TABLE))
    found = query_endpoint(Endpoint(script.url, default_graphs=["http://g/"]), QUERY, {"thing": [ox.Literal('a" }')]})
    assert found.rows == [{"thing": "http://a/", "n": "1.5"}, {"thing": "é", "n": ""}]
    assert found.question == "Which?"
    assert script.asked[0]["default-graph-uri"] == ["http://g/"]
    assert '"a\\" }"' in script.asked[0]["query"][0]


def test_an_ask_has_one_row(script: Script) -> None:
    script.then(200, '{"head": {}, "boolean": true}')
    assert query_endpoint(Endpoint(script.url), QUERY, {}).rows == [{"answer": "true"}]


def test_a_failure_of_the_server_is_given_other_chances(script: Script) -> None:
    waited: list[float] = []
    script.then(503, "busy", Retry_After="7")
    script.then(500, "oops")
    script.then(200, json.dumps(TABLE))
    assert len(query_endpoint(Endpoint(script.url, wait=waited.append), QUERY, {})) == 2
    assert waited == [7.0, 1.0]


def test_but_not_without_end(script: Script) -> None:
    for _ in range(3):
        script.then(502, "no way through")
    with pytest.raises(EndpointError, match=r"failed 3 times: .*502.*no way through"):
        query_endpoint(Endpoint(script.url, wait=lambda _: None), QUERY, {})


@pytest.mark.parametrize(
    ("status", "said"),
    [(400, "line 3"), (401, "--user"), (403, "line 3"), (404, "NotFound|not possible"), (414, "414|long")],
)
def test_a_refusal_is_told_at_once(script: Script, status: int, said: str) -> None:
    script.then(status, "line 3: expected a brace")
    with pytest.raises(EndpointError, match=said):
        query_endpoint(Endpoint(script.url), QUERY, {})
    assert len(script.asked) == 1


def test_a_page_instead_of_rows_is_told(script: Script) -> None:
    script.then(200, "<html>log in</html>")
    with pytest.raises(EndpointError, match="did not answer in SPARQL results JSON"):
        query_endpoint(Endpoint(script.url), QUERY, {})


def test_a_server_that_takes_too_long(script: Script) -> None:
    script.slow = 1.0
    script.then(200, json.dumps(TABLE))
    with pytest.raises(EndpointError, match=r"within 0\.2 s"):
        query_endpoint(Endpoint(script.url, seconds=0.2), QUERY, {})
    time.sleep(1)


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(EndpointError, match="cannot be reached"):
        query_endpoint(Endpoint("http://127.0.0.1:9/sparql"), QUERY, {})


def test_a_password_is_sent_and_never_over_an_open_line(script: Script) -> None:
    script.then(200, json.dumps(TABLE))
    query_endpoint(Endpoint(script.url, Login("curator", "s3cret")), QUERY, {})
    assert script.headers[0]["Authorization"].startswith("Basic ")
    with pytest.raises(EndpointError, match="https"):
        Endpoint("http://example.org/sparql", Login("curator", "s3cret"))


@pytest.mark.parametrize("url", ["example.org", "file:///etc/passwd", "ftp://example.org/", "http://"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(EndpointError, match="expected a URL"):
        Endpoint(url)


def test_an_unknown_parameter_is_told_before_anybody_is_asked() -> None:
    with pytest.raises(ParameterError, match="thing"):
        query_endpoint(Endpoint("http://127.0.0.1:9/"), QUERY, {"thin": [ox.Literal("x")]})


def test_waiting_grows_and_has_an_end() -> None:
    assert [delay(n, None) for n in (0, 1, 2, 20)] == [0.5, 1.0, 2.0, 30.0]
    assert [delay(0, said) for said in ("3", "9999", "Wed, 21 Oct 2015")] == [3.0, 30.0, 0.5]


def test_literals_as_stored() -> None:
    decimal = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    same = {
        ox.Literal("1.50", datatype=decimal): "1.5",
        ox.Literal("1.50"): "1.50",
        ox.Literal("a", language="en"): "a",
    }
    assert {key: value.value for key, value in as_stored(same).items()} == same
