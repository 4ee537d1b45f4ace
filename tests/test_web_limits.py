"""Limits on a running server: what one client does, the others do not feel."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest

from marrowkg.build import Built
from marrowkg.paths import House
from marrowkg.web.limits import Limits
from serving import Client, Response, serving

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c ?a"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
ASK = "ASK { ?s ?p ?o }"
LIMITS = Limits(
    seconds=4,
    quick_seconds=0.3,
    long_queries=2,
    long_waiting=0,
    workers=2,
    waiting=8,
    worker_memory=200 << 20,
    result_bytes=1 << 20,
    request_bytes=32 << 10,
    client_seconds=1.5,
)


@pytest.fixture(scope="module")
def client(mini: House, built: Built) -> Iterator[Client]:
    assert built.papers
    with serving(mini, LIMITS) as served:
        yield served


def timed(client: Client, query: str) -> tuple[Response, float]:
    start = time.perf_counter()
    response = client.query(query)
    return response, time.perf_counter() - start


def test_a_runaway_query_is_stopped_while_others_are_answered(client: Client) -> None:
    with ThreadPoolExecutor(16) as threads:
        runaway = threads.submit(timed, client, RUNAWAY)
        time.sleep(0.2)
        others = list(threads.map(lambda _: timed(client, ASK), range(8)))
    response, seconds = runaway.result()
    assert (response.status, "limit of 4 s" in response.text) == (503, True)
    assert seconds < LIMITS.seconds + 2
    assert all(other.json()["boolean"] for other, _ in others)
    assert max(seconds for _, seconds in others) < 2


def test_more_long_queries_than_allowed_are_sent_away_and_quick_ones_are_not(client: Client) -> None:
    with ThreadPoolExecutor(16) as threads:
        runaways = [threads.submit(timed, client, RUNAWAY) for _ in range(4)]
        time.sleep(1.5)
        quick = list(threads.map(lambda _: timed(client, ASK), range(8)))
    assert [answer.status for answer, _ in quick] == [200] * 8
    texts = [future.result()[0] for future in runaways]
    assert {response.status for response in texts} == {503}
    busy = [response for response in texts if "long queries" in response.text]
    assert len(busy) == 2
    assert int(busy[0].headers["retry-after"]) > 0


def test_long_queries_that_end_are_all_answered_in_turn(mini: House, built: Built) -> None:
    assert built.papers
    some = "{ SELECT ?x { ?x ?p ?o } LIMIT 1500 }"
    query = f"SELECT (COUNT(*) AS ?n) {{ {some} {some.replace('?x', '?y')} FILTER(STR(?x) < STR(?y)) }}"
    with serving(mini, Limits(quick_seconds=0.05, workers=1, long_queries=1)) as other:
        with ThreadPoolExecutor(4) as threads:
            answered = list(threads.map(lambda _: other.query(query), range(4)))
        assert [response.status for response in answered] == [200] * 4
        assert int(other.get("/metrics").text.rpartition("marrowkg_workers_stopped_total ")[2].split()[0]) == 4


def test_a_query_that_eats_memory_dies_alone(client: Client) -> None:
    response = client.query(HUNGRY)
    assert response.status == 503
    assert client.query(ASK).json()["boolean"] is True


def test_a_result_that_is_too_large_is_refused_whole(client: Client) -> None:
    response = client.query(ENDLESS)
    assert (response.status, "LIMIT" in response.text) == (413, True)


def test_a_query_of_a_client_that_left_is_stopped(client: Client) -> None:
    connection = socket.create_connection((client.host, client.port))
    path = "/sparql?" + urlencode({"query": RUNAWAY})
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    time.sleep(0.2)
    connection.close()
    time.sleep(0.3)
    assert "marrowkg_running 0" in client.get("/metrics").text


@pytest.mark.parametrize("with_length", [True, False])
def test_a_request_that_is_too_large_is_refused(client: Client, with_length: bool) -> None:
    body = b"ASK {} #" + b"x" * (64 << 10)
    headers = {"Content-Type": "application/sparql-query"}
    if with_length:
        assert client.request("POST", "/sparql", body, headers).status == 413
        return
    connection = socket.create_connection((client.host, client.port))
    head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    head += "Transfer-Encoding: chunked\r\n\r\n"
    with connection:
        connection.sendall(head.encode() + f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")
        assert b" 413 " in connection.recv(100)


def test_a_slow_body_is_given_up(client: Client) -> None:
    with socket.create_connection((client.host, client.port)) as connection:
        connection.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 100\r\n\r\nASK"
        )
        connection.settimeout(10)
        assert b" 408 " in connection.recv(100)


def test_a_slow_head_is_given_up(client: Client) -> None:
    start = time.perf_counter()
    with socket.create_connection((client.host, client.port)) as connection:
        connection.sendall(b"GET /sparql HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        connection.settimeout(10)
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(100) == b""
    assert time.perf_counter() - start < LIMITS.client_seconds + 2


def test_a_client_that_does_not_read_is_given_up(client: Client) -> None:
    path = "/static/vendor/yasgui-4.6.2/yasgui.min.js"
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((client.host, client.port))
    with connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 8)
        time.sleep(LIMITS.client_seconds * 2 + 1)
        with pytest.raises(OSError):
            for _ in range(50):
                connection.sendall(b"GET / HTTP/1.1\r\n" * 1000)
                time.sleep(0.05)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2f..%2fstore.py",
        "/static//etc/passwd",
        "/answers/..%2f..%2fpyproject",
        "/../../../../etc/passwd",
        "/%00",
        "/%ff%fe",
        "/a b",
    ],
)
def test_no_path_leads_out(client: Client, path: str) -> None:
    with socket.create_connection((client.host, client.port)) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.split(b" ")[1] in (b"400", b"404"), answer[:200]
    assert b"root:" not in answer
    assert b"import" not in answer


def test_there_is_no_way_to_write(client: Client, mini: House) -> None:
    before = {file: file.stat().st_mtime_ns for file in mini.cache.rglob("*")}
    client.query("INSERT DATA { <a:a> <a:a> <a:a> }")
    client.request("PUT", "/store?default", b"<a:a> <a:a> <a:a> .", {"Content-Type": "text/turtle"})
    assert {file: file.stat().st_mtime_ns for file in mini.cache.rglob("*")} == before


def test_a_server_without_a_store_says_so(tmp_path: Path) -> None:
    from marrowkg.web.protocol import RefusedError
    from marrowkg.web.site import Site

    with pytest.raises(RefusedError, match="marrowkg build"):
        Site(House(tmp_path, tmp_path / "cache")).store()
