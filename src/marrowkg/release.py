"""Files that are generated: the Turtle of each paper, and releases. Each is written in one step."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from marrowkg.answer import answer
from marrowkg.catalogue import queries_page, queries_turtle
from marrowkg.dataset import ONTOLOGY, Dataset, paper_graph, to_nquads_gz, to_rdf_xml, to_turtle
from marrowkg.paths import House
from marrowkg.prefixes import KG, prefix_map
from marrowkg.reference import read_mappings, write_reference
from marrowkg.store import write_store
from marrowkg.storedquery import list_queries

__all__ = ["turtle_of_paper", "write_pages", "write_rdf", "write_release"]


def write_rdf(house: House, dataset: Dataset, slugs: Iterable[str]) -> None:
    """Write the graph of each paper to `graph/rdf/<slug>.ttl`."""
    for slug in slugs:
        _replace(house.rdf / f"{slug}.ttl", turtle_of_paper(house, dataset, slug).encode())


def turtle_of_paper(house: House, dataset: Dataset, slug: str) -> str:
    """The Turtle of one paper, with a prefix for each kind of thing it names."""
    triples, root = dataset.graphs[paper_graph(slug)], f"{KG}{slug}/"
    subjects = (t.subject.value for t in triples if isinstance(t.subject, ox.NamedNode))
    kinds = {iri.removeprefix(root).partition("/")[0] for iri in subjects if iri.startswith(root)}
    own = {kind: f"{root}{kind}/" for kind in kinds - {"paper"}}
    return to_turtle(triples, {**prefix_map(house.ontology / "prefixes.ttl"), **own})


def write_release(house: House, dataset: Dataset, output: Path) -> None:
    """Write `marrowkg.nq.gz`, `marrowkg.ttl`, `marrowkg.owl` (RDF/XML), `queries.ttl` and `store/` to `output`."""
    output.mkdir(parents=True, exist_ok=True)
    _replace(output / "marrowkg.nq.gz", to_nquads_gz(dataset.quads()))
    prefixes = prefix_map(house.ontology / "prefixes.ttl")
    _replace(output / "marrowkg.ttl", to_turtle(_merged(dataset), prefixes).encode())
    _replace(output / "marrowkg.owl", to_rdf_xml(_merged(dataset)).encode())
    _replace(output / "queries.ttl", queries_turtle(list_queries(house.queries), prefixes).encode())
    new = output / f"store-{os.getpid()}"
    shutil.rmtree(new, ignore_errors=True)
    write_store(dataset, new)
    shutil.rmtree(output / "store", ignore_errors=True)
    new.rename(output / "store")


def write_pages(house: House, dataset: Dataset, store: ox.Store) -> None:
    """Write the generated pages of a checkout that has `docs/`: the questions with answers, and the ontology."""
    docs = house.root / "docs"
    if docs.is_dir():
        answered = [(query, answer(store, query, {})) for query in list_queries(house.queries)]
        _replace(docs / "queries.md", queries_page(answered).encode())
        prefixes = prefix_map(house.ontology / "prefixes.ttl")
        write_reference(dataset.graphs[ONTOLOGY], read_mappings(house.ontology / "mappings"), prefixes, docs)


def _merged(dataset: Dataset) -> Iterable[ox.Triple]:
    """All graphs as one ontology: the modules' own headers would be imports of what is already inside."""
    modules = {name for name in dataset.graphs if name != ONTOLOGY}
    return (triple for triple in dataset.triples() if triple.subject not in modules)


def _replace(file: Path, content: bytes) -> None:
    """Write a file in one step."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(file)
