"""Every stored question on a graph of invented papers: against the best hand-written form, and against rdflib.

Run: python tests/benchmarks/questions.py [-n PAPERS] [--times X] FOLDER [QUESTION ...]

FOLDER keeps the graph of `generate.py` as store and N-Triples for the next run. A question is asked with its defaults,
or with an invented paper where the default names a real one. Told are milliseconds of CPU, medians of several runs: as
we answer it from the store on disk (binding, running, reading every cell), with evidence gathered too, as raw
pyoxigraph answers the best form that we know, and as we answer from a store in memory. Then how many times that rdflib
takes on the same triples, which it holds in memory; it is stopped after X times our time. The best form is the stored
one, unless `handwritten/` holds another that gives the same rows. Exits 1 if a question takes more than twice the best
form, or rdflib, memory against memory, less than 20 times ours.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import pyoxigraph as ox
from generate import generate
from inventing import slug_of

from marrowkg.answer import answer
from marrowkg.paths import house
from marrowkg.store import open_store, write_store
from marrowkg.storedquery import StoredQuery, list_queries

if TYPE_CHECKING:
    import rdflib

HAND = Path(__file__).resolve().parent / "handwritten"
DEAREST = 2.0
"""How many times the best form a question may take."""
SLOWEST = 20.0
"""How many times our time rdflib is to take at least."""

Cells = Sequence[Sequence[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None]]
Stores = tuple[ox.Store, ox.Store]
"""The same triples on disk, as a build makes them, and in memory."""
Values = Mapping[str, Sequence[ox.NamedNode | ox.Literal]]

EXAMPLES: Mapping[str, Values] = {
    "claims-of-paper": {"paper": [ox.Literal(slug_of(1))]},
    "patient": {"paper": [ox.Literal(slug_of(0))], "patient": [ox.Literal("1")]},
}
"""Values in place of defaults that name a real paper."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of CPU for one question; `rdflib` is the time after which it was stopped, if it was."""

    name: str
    rows: int
    ours: float
    memory: float
    evidence: float
    hand: float
    rdflib: float
    stopped: bool

    @property
    def good(self) -> bool:
        """Whether both ratios are as they should be."""
        return self.ours / self.hand <= DEAREST and self.rdflib / self.memory >= SLOWEST

    def __str__(self) -> str:
        figures = "".join(f"{1000 * seconds:9.1f}" for seconds in (self.ours, self.evidence, self.hand, self.memory))
        more = ">" if self.stopped else ""
        ratios = "".join(f"{more}{self.rdflib / seconds:.0f}".rjust(9) for seconds in (self.ours, self.memory))
        return f"{self.name:36}{self.rows:6}{figures}{self.ours / self.hand:7.2f}{ratios}{'' if self.good else '  !'}"


HEAD = (
    f"{'ms of CPU':36}{'rows':>6}{'ours':>9}{'evidence':>9}{'by hand':>9}{'memory':>9}"
    f"{'ours/hand':>10}{'rdflib/ours':>12}{'/memory':>9}"
)


# ---- the graph


def prepared(folder: Path, papers: int) -> tuple[ox.Store, Path]:
    """The store on disk, and the N-Triples of the merge; made once for each number of papers."""
    store, triples = folder / f"store-{papers}", folder / f"merge-{papers}.nt"
    if not triples.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        dataset = generate(house(), papers)
        write_store(dataset, store)
        ox.serialize((ox.Quad(*t) for t in dataset.triples()), triples, format=ox.RdfFormat.N_TRIPLES)
    return open_store(store), triples


# ---- what is timed


def medians(runs: Sequence[Callable[[], object]]) -> list[float]:
    """Median CPU seconds of each, run in turn after one round that warms the caches."""
    seconds: list[list[float]] = [[] for _ in runs]
    begun = time.process_time()
    for number in range(8):
        for run, measured in zip(runs, seconds, strict=True):
            start = time.process_time()
            run()
            if number:
                measured.append(time.process_time() - start)
        if number >= 3 and time.process_time() - begun > 6:
            break
    return [median(measured) for measured in seconds]


def raw(store: ox.Store, text: str) -> Cells:
    """All cells of all rows."""
    solutions = store.query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    return [list(solution) for solution in solutions]


def loaded(triples: Path) -> ox.Store:
    """A store in memory."""
    store = ox.Store()
    store.bulk_load(path=triples, format=ox.RdfFormat.N_TRIPLES)
    return store


def timed(stores: Stores, graph: rdflib.Graph | None, query: StoredQuery, times: float) -> Timing:
    """One question, every way."""
    values = EXAMPLES.get(query.name, {})
    store, memory = stores
    cells = answer(store, query, values, with_evidence=False).cells
    text = best_form(store, query, values, cells)
    ours, in_memory, evidence, hand = medians([
        lambda: answer(store, query, values, with_evidence=False),
        lambda: answer(memory, query, values, with_evidence=False),
        lambda: answer(store, query, values),
        lambda: raw(store, text),
    ])  # fmt: skip
    limit = max(times * ours, 1.0)
    theirs = in_rdflib(graph, query.bind(values), limit, len(cells)) if graph is not None else None
    return Timing(query.name, len(cells), ours, in_memory, evidence, hand, theirs or limit, theirs is None)


def best_form(store: ox.Store, query: StoredQuery, values: Values, cells: Cells) -> str:
    """The hand-written form if there is one that gives the same rows, else the stored one."""
    file = HAND / f"{query.name}.rq"
    if not file.is_file():
        return query.bind(values)
    text = StoredQuery(query.name, file.read_text(encoding="utf-8")).bind(values)
    if Counter(map(str, raw(store, text))) != Counter(str(list(row)) for row in cells):
        sys.stderr.write(f"out of date: {file} gives other rows than the stored query\n")
        return query.bind(values)
    return text


def in_rdflib(graph: rdflib.Graph, text: str, limit: float, rows: int) -> float | None:
    """CPU seconds, in a process of its own that ends after `limit` of them; then none.

    Raises:
        SystemExit: if it gives another number of rows.
    """
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    child = fork.Process(target=_answer_in_rdflib, args=(graph, text, limit, sender))
    child.start()
    sender.close()
    try:
        seconds, found = receiver.recv()
    except EOFError:
        return None
    finally:
        child.join()
    if found != rows:
        raise SystemExit(f"rdflib gives {found} rows where we give {rows}: {text}")
    return float(seconds)


def _answer_in_rdflib(graph: rdflib.Graph, text: str, limit: float, sender: Connection) -> None:
    signal.setitimer(signal.ITIMER_PROF, limit)
    start = time.process_time()
    found = len(list(graph.query(text)))
    sender.send((time.process_time() - start, found))


def asked(names: Sequence[str]) -> Iterator[StoredQuery]:
    """The questions of these names, or all."""
    return (query for query in list_queries(house().queries) if not names or query.name in names)


def main() -> int:
    """Time every question and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=1000, metavar="PAPERS", dest="papers")
    parser.add_argument(
        "--times", type=float, default=25.0, metavar="X", help="how long rdflib may take; 0 for without"
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("questions", nargs="*")
    given = parser.parse_args()
    store, triples = prepared(given.folder, given.papers)
    stores = store, loaded(triples)
    graph = None
    if given.times:
        import rdflib

        graph = rdflib.Graph().parse(triples, format="nt")
        gc.freeze()  # a collection in a forked process would copy the graph
    sys.stdout.write(HEAD + "\n")
    bad = 0
    for query in asked(given.questions):
        timing = timed(stores, graph, query, given.times)
        bad += not timing.good
        sys.stdout.write(f"{timing}\n")
        sys.stdout.flush()
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
