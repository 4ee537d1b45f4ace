"""Named graphs, read and written the same way every time."""

import gzip
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marrowkg.build import Built
from marrowkg.dataset import Dataset, canonical, paper_graph, read_turtle, to_nquads_gz, to_turtle

PREFIXES = {"x": "http://example.org/x#", "base": "http://example.org/", "xsd": "http://www.w3.org/2001/XMLSchema#"}
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode("http://example.org/x#" + name)


def decimal(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + "decimal"))


TRIPLES = [
    ox.Triple(node("b"), node("p"), decimal("1.50")),
    ox.Triple(node("b"), node("p"), decimal("007.0")),
    ox.Triple(node("b"), TYPE, node("Kind")),
    ox.Triple(node("a"), node("p"), ox.Literal('two\nlines, "quotes" and \\', language="en")),
    ox.Triple(node("a"), node("z"), ox.Literal("Grünwald \u2013 66 \u00d7 10")),
    ox.Triple(node("a"), node("p"), node("b")),
]


def test_turtle_is_the_same_text_for_the_same_triples() -> None:
    expected = to_turtle(TRIPLES, PREFIXES)
    for seed in range(20):
        shuffled = list(TRIPLES)
        Random(seed).shuffle(shuffled)
        prefixes = dict(Random(seed).sample(list(PREFIXES.items()), len(PREFIXES)))
        assert to_turtle(shuffled, prefixes) == expected


def test_turtle_is_sorted_with_the_kind_first() -> None:
    lines = to_turtle(TRIPLES, PREFIXES).splitlines()
    assert [line.partition(" ")[0] for line in lines if line.startswith("x:")] == ["x:a", "x:b"]
    assert "x:b a x:Kind" in "\n".join(lines)


def test_turtle_keeps_literals_as_written(tmp_path: Path) -> None:
    file = tmp_path / "x.ttl"
    file.write_text(to_turtle(TRIPLES, PREFIXES), encoding="utf-8")
    assert "1.50" in file.read_text(encoding="utf-8") and "007.0" in file.read_text(encoding="utf-8")
    assert read_turtle(file) == frozenset(TRIPLES)


literals = st.builds(ox.Literal, st.text(st.characters(exclude_categories=["Cs"]))) | st.builds(
    decimal, st.from_regex(r"[0-9]{1,4}\.[0-9]{1,4}", fullmatch=True)
)


@given(triples=st.sets(st.builds(ox.Triple, st.sampled_from([node("a"), node("b")]), st.just(node("p")), literals)))
def test_whatever_is_written_as_turtle_is_read_back(
    triples: set[ox.Triple], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.ttl"
    file.write_bytes(to_turtle(triples, PREFIXES).encode())
    assert read_turtle(file) == triples


SCRIPT = """
import sys
from pathlib import Path
from marrowkg.dataset import read_turtle, to_nquads_gz, to_turtle
import pyoxigraph as ox
triples = read_turtle(Path(sys.argv[1]))
sys.stdout.buffer.write(to_turtle(triples, {"x": "http://example.org/x#"}).encode())
sys.stdout.buffer.write(to_nquads_gz(sorted((ox.Quad(*t) for t in triples), key=str)))
"""


def test_another_process_with_another_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    file = tmp_path / "x.ttl"
    file.write_text(to_turtle(TRIPLES, PREFIXES), encoding="utf-8")
    written = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(file)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "42")
    }
    assert len(written) == 1


def test_what_is_not_turtle_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "x.ttl"
    file.write_text("@prefix x: <http://example.org/x#> .\nx:a x:b .", encoding="utf-8")
    with pytest.raises(SyntaxError) as caught:
        read_turtle(file)
    assert caught.value.lineno == 2


def test_gzipped_quads_carry_no_time_and_are_read_back(built: Built) -> None:
    first, second = to_nquads_gz(built.dataset.quads()), to_nquads_gz(built.dataset.quads())
    assert first == second
    assert first[4:8] == b"\0\0\0\0"
    assert set(ox.parse(gzip.decompress(first), format=ox.RdfFormat.N_QUADS)) == set(built.dataset.quads())


ANONYMOUS = "@prefix x: <http://example.org/x#> . x:a x:p [ x:q [ x:r 1.50 ] ] , [ x:q x:b ] , ( x:c x:d ) ."


def test_blank_nodes_are_named_by_what_is_said_of_them(tmp_path: Path) -> None:
    file = tmp_path / "x.ttl"
    file.write_text(ANONYMOUS, encoding="utf-8")
    first, second = read_turtle(file), read_turtle(file)
    assert first != second
    assert canonical(first) == canonical(second)
    assert len(canonical(first)) == len(first)
    assert to_turtle(canonical(first), PREFIXES) == to_turtle(canonical(second), PREFIXES)


def test_naming_blank_nodes_changes_nothing_else() -> None:
    assert canonical(TRIPLES) == frozenset(TRIPLES)


def test_each_triple_stays_in_its_graph() -> None:
    one, other = paper_graph("one"), paper_graph("other")
    dataset = Dataset({other: frozenset(TRIPLES[:2]), one: frozenset(TRIPLES[1:3])})
    assert [quad.graph_name for quad in dataset.quads()] == [one, one, other, other]
    assert dataset.triples() == frozenset(TRIPLES[:3])
    assert Dataset().triples() == frozenset()


def test_rdflib_sees_the_same_named_graphs_and_their_union(built: Built) -> None:
    dataset = built.dataset.to_rdflib()
    for name, triples in built.dataset.graphs.items():
        assert len(dataset.graph(str(name.value))) == len(triples)
    assert len(dataset) == len(built.dataset.triples())
