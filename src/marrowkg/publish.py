"""The release onto a SPARQL 1.1 server: graph by graph, each in one step, each compared with what was sent.

A graph that the server already holds is left alone, so a run that was cut off is simply run again. Numbers are sent in
their canonical form, as the embedded store holds them: a server that keeps `54.0` as it is written would answer with
other text.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from marrowkg.dataset import Dataset
from marrowkg.errors import MarrowError
from marrowkg.graphstore import GraphStore

__all__ = ["Published", "digest_of", "publish", "read_release"]

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Published:
    """A graph on the server, compared with ours."""

    name: str
    triples: int
    digest: str
    written: bool


def read_release(file: Path) -> Dataset:
    """The dataset of a release, `marrowkg.nq.gz`, literals as written.

    Raises:
        MarrowError: if it cannot be read.
    """
    graphs: dict[ox.NamedNode, set[ox.Triple]] = {}
    try:
        with gzip.open(file) as handle:
            for quad in ox.parse(handle.read(), format=ox.RdfFormat.N_QUADS):
                if isinstance(quad.graph_name, ox.NamedNode):
                    graphs.setdefault(quad.graph_name, set()).add(quad.triple)
    except (OSError, SyntaxError, EOFError) as error:
        raise MarrowError(f"{file} is no release: {error}; 'marrowkg build -o release' makes one") from error
    return Dataset({name: frozenset(triples) for name, triples in graphs.items()})


def publish(
    dataset: Dataset, store: GraphStore, *, named_graphs: bool = False, report: Report = lambda _: None
) -> Generator[Published, None, None]:
    """Put the merge of all graphs into the default graph, or each graph under its own name; yield what is done.

    Raises:
        EndpointError: if the server refuses.
        MarrowError: if afterwards it holds something else than was sent.
    """
    graphs = _graphs(dataset, named_graphs=named_graphs)
    for number, (name, triples) in enumerate(graphs, start=1):
        shown = "the default graph" if name is None else name.value
        place = f"{number}/{len(graphs)} {shown}"
        report(f"{place}: looking")
        wanted = _lines(triples)
        found = _lines(store.read(name))
        written = found != wanted
        if written:
            report(f"{place}: sending {len(triples)} triples")
            store.replace(name, triples)
            report(f"{place}: comparing")
            found = _lines(store.read(name))
        if found != wanted:
            raise MarrowError(_difference(shown, wanted, found))
        yield Published(shown, len(found), _digest(found), written)


def _graphs(dataset: Dataset, *, named_graphs: bool) -> list[tuple[ox.NamedNode | None, frozenset[ox.Triple]]]:
    if not named_graphs:
        return [(None, _as_stored(dataset.triples()))]
    return [(name, _as_stored(dataset.graphs[name])) for name in sorted(dataset.graphs, key=lambda name: name.value)]


def _as_stored(triples: Iterable[ox.Triple]) -> frozenset[ox.Triple]:
    store = ox.Store()
    store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return frozenset(quad.triple for quad in store)


def digest_of(triples: Iterable[ox.Triple]) -> str:
    """SHA-256 of the canonical N-Triples of a graph (RDFC-1.0), numbers by value and not as written."""
    return _digest(_lines(triples))


def _digest(lines: frozenset[str]) -> str:
    return sha256("".join(f"{line} .\n" for line in sorted(lines)).encode()).hexdigest()


def _lines(triples: Iterable[ox.Triple]) -> frozenset[str]:
    """Canonical N-Triples: numbers as stored, blank nodes named by what is said of them."""
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in _as_stored(triples))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(str(quad.triple) for quad in dataset)


def _difference(shown: str, wanted: frozenset[str], found: frozenset[str]) -> str:
    missing, extra = sorted(wanted - found), sorted(found - wanted)
    told = [f"{shown}: sent {len(wanted)} triples, the server holds {len(found)}"]
    told += [f"  not there: {line}" for line in missing[:3]] + [f"  not ours:  {line}" for line in extra[:3]]
    told.append(
        "the server changes what it is given, or somebody else writes to it; try --named-graphs, or another server"
    )
    return "\n".join(told)
