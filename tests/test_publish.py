"""Publishing to a server that lives in a dictionary. Real servers: tests/servers."""

from __future__ import annotations

import gzip
from collections.abc import Collection
from pathlib import Path

import pyoxigraph as ox
import pytest

from marrowkg.dataset import Dataset
from marrowkg.errors import MarrowError
from marrowkg.publish import digest_of, publish, read_release

A, B = ox.NamedNode("http://g/a"), ox.NamedNode("http://g/b")
P = ox.NamedNode("http://p/")
DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")


def number(text: str) -> ox.Triple:
    return ox.Triple(A, P, ox.Literal(text, datatype=DECIMAL))


DATASET = Dataset(
    {
        A: frozenset({number("54.0"), ox.Triple(A, P, ox.BlankNode("x")), ox.Triple(ox.BlankNode("x"), P, B)}),
        B: frozenset({ox.Triple(B, P, A)}),
    }
)


class Server:
    """A graph store that may forget, and that counts what is sent to it."""

    def __init__(self, forget: int = 0, fail_at: ox.NamedNode | None = None) -> None:
        self.graphs: dict[ox.NamedNode | None, frozenset[ox.Triple]] = {}
        self.sent = 0
        self._forget = forget
        self.fail_at = fail_at

    def read(self, name: ox.NamedNode | None) -> frozenset[ox.Triple]:
        return self.graphs.get(name, frozenset())

    def replace(self, name: ox.NamedNode | None, triples: Collection[ox.Triple]) -> None:
        if name is not None and name == self.fail_at:
            raise MarrowError("the line is cut")
        self.sent += 1
        self.graphs[name] = frozenset(sorted(triples, key=str)[self._forget :])


def test_the_merge_goes_into_the_default_graph() -> None:
    server = Server()
    done = list(publish(DATASET, server))
    assert [(p.name, p.triples, p.written) for p in done] == [("the default graph", 4, True)]
    assert set(server.graphs) == {None}


def test_numbers_are_sent_as_a_store_holds_them() -> None:
    server = Server()
    list(publish(DATASET, server))
    assert number("54") in server.graphs[None]
    assert number("54.0") not in server.graphs[None]


def test_each_graph_under_its_name() -> None:
    server = Server()
    assert [p.name for p in publish(DATASET, server, named_graphs=True)] == [A.value, B.value]
    assert set(server.graphs) == {A, B}


def test_what_is_there_already_is_left_alone() -> None:
    server = Server()
    list(publish(DATASET, server, named_graphs=True))
    server.graphs[A] = frozenset(
        ox.Triple(
            *(
                ox.BlankNode("renamed") if isinstance(term, ox.BlankNode) else term
                for term in (t.subject, t.predicate, t.object)
            )  # type: ignore[arg-type]
        )
        for t in server.graphs[A]
    )
    assert [p.written for p in publish(DATASET, server, named_graphs=True)] == [False, False]
    assert server.sent == 2


def test_a_run_that_was_cut_off_goes_on_where_it_was() -> None:
    server = Server(fail_at=B)
    with pytest.raises(MarrowError, match="line is cut"):
        list(publish(DATASET, server, named_graphs=True))
    server.fail_at = None
    assert [p.written for p in publish(DATASET, server, named_graphs=True)] == [False, True]


def test_a_server_that_forgets_is_found_out() -> None:
    with pytest.raises(MarrowError, match=r"sent 4 triples, the server holds 3(?s:.*)not there: "):
        list(publish(DATASET, Server(forget=1)))


def test_progress_is_told() -> None:
    said: list[str] = []
    list(publish(DATASET, Server(), named_graphs=True, report=said.append))
    assert said[:3] == [f"1/2 {A.value}: looking", f"1/2 {A.value}: sending 3 triples", f"1/2 {A.value}: comparing"]


def test_the_digest_is_of_values_and_not_of_names_of_blank_nodes() -> None:
    one = {number("1.50"), ox.Triple(ox.BlankNode("a"), P, B)}
    other = {number("1.5"), ox.Triple(ox.BlankNode("b"), P, B)}
    assert digest_of(one) == digest_of(other)
    assert digest_of(one) != digest_of({number("1.51"), ox.Triple(ox.BlankNode("b"), P, B)})


def test_a_release_is_read_as_written(tmp_path: Path) -> None:
    file = tmp_path / "marrowkg.nq.gz"
    file.write_bytes(
        gzip.compress(b'<http://g/a> <http://p/> "54.0"^^<http://www.w3.org/2001/XMLSchema#decimal> <http://g/a> .\n')
    )
    assert read_release(file).graphs == {A: frozenset({number("54.0")})}


@pytest.mark.parametrize("content", [b"", b"no gzip", gzip.compress(b"no quads")])
def test_what_is_no_release_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "marrowkg.nq.gz"
    file.write_bytes(content)
    if not content:
        file.unlink()
    with pytest.raises(MarrowError, match="no release"):
        read_release(file)
