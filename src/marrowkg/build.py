"""The pipe: curated files to graphs, in order; the only module that knows the order of the steps."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from marrowkg.anchor import check_numbers, check_passages, find_source, open_source
from marrowkg.closure import close
from marrowkg.coverage import Coverage, cover
from marrowkg.dataset import (
    DERIVED,
    INFERRED,
    ONTOLOGY,
    Dataset,
    paper_graph,
    read_turtle,
    to_nquads_gz,
    to_turtle,
)
from marrowkg.errors import BuildError, CurationError
from marrowkg.issue import Issue, Severity, Where, errors_in, sort_issues
from marrowkg.lower import Lowered, lower
from marrowkg.paper.facts import facts_of
from marrowkg.paper.paper import Paper
from marrowkg.paper.reading import paper_files, read_paper
from marrowkg.paths import House
from marrowkg.prefixes import KG, prefix_map
from marrowkg.shapes import check_shapes
from marrowkg.store import install_store, write_store
from marrowkg.synthesis import synthesise
from marrowkg.vocabulary import Vocabulary, load_vocabulary

__all__ = ["Built", "Validation", "assemble", "build", "coverage_of", "validate", "write_release"]

Report = Callable[[str], None]
"""Told what is being done; for a person who waits."""

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_OWL = "http://www.w3.org/2002/07/owl#"
_TITLE = ox.NamedNode("http://purl.org/dc/terms/title")
_DESCRIPTION = ox.NamedNode("http://purl.org/dc/terms/description")
_LICENSE = ox.NamedNode("http://purl.org/dc/terms/license")
_CC_BY = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")


def _silent(_: str) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Validation:
    """What a validation run found, and what it did: notes on what ran and what was skipped."""

    issues: list[Issue] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    papers: dict[str, Lowered] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether there is a violation."""
        return bool(errors_in(self.issues))


@dataclass(frozen=True, slots=True)
class Built:
    """A dataset that passed, with the complaints that do not fail it."""

    dataset: Dataset
    papers: dict[str, Lowered]
    issues: list[Issue]
    notes: list[str]


def validate(
    house: House,
    files: Sequence[Path] = (),
    *,
    sources: Path | None = None,
    quick: bool = False,
    report: Report = _silent,
) -> Validation:
    """Check curated files: form, references, numbers against fragments, fragments against texts, then shapes.

    Without `files`, all papers of the house. Without `sources`, fragments are not re-checked, and a note says so.
    `quick` stops before the shapes.
    """
    run = Validation()
    vocabulary = load_vocabulary(house.ontology)
    files = files or paper_files(house.papers)
    passages = 0
    for file in files:
        report(f"reading {file.name}")
        passages += _validate_paper(file, vocabulary, sources, run)
    _note_sources(run, sources, passages)
    if quick:
        run.notes.append("shapes: skipped, because a quick run was asked for")
    elif run.papers:
        report("checking shapes")
        graphs = {paper_graph(slug): lowered.triples for slug, lowered in run.papers.items()}
        _check_shapes(house, _closed(house, graphs), run)
    run.issues = sort_issues(run.issues)
    return run


def _validate_paper(file: Path, vocabulary: Vocabulary, sources: Path | None, run: Validation) -> int:
    """Add to `run` what is wrong with one paper, and its graph; return how many passages were looked up."""
    try:
        paper = read_paper(file, vocabulary)
    except CurationError as error:
        run.issues.extend(error.issues)
        return 0
    facts = facts_of(paper)
    run.issues += facts.issues
    run.issues += check_numbers(paper, facts)
    lowered = lower(paper, facts, vocabulary)
    run.issues += lowered.issues
    run.papers[paper.slug] = lowered
    return _check_source(paper, sources, run) if sources else 0


def _check_source(paper: Paper, sources: Path, run: Validation) -> int:
    file = find_source(sources, paper.slug)
    if file is None:
        run.notes.append(f"passages of {paper.slug}: NOT RE-CHECKED, {sources} holds no {paper.slug}.txt")
        return 0
    source, issues = open_source(paper, file.read_text(encoding="utf-8"))
    found, looked_up = check_passages(paper, source)
    run.issues += [*issues, *found]
    return looked_up


def _note_sources(run: Validation, sources: Path | None, passages: int) -> None:
    if sources is None:
        run.notes.append(
            "passages: NOT RE-CHECKED against the papers' texts; give --sources DIR or set MARROWKG_SOURCES"
        )
    elif passages:
        run.notes.append(f"passages: {passages} looked up in the papers' texts in {sources}")


def _check_shapes(house: House, dataset: Dataset, run: Validation) -> None:
    origins = {iri: where for lowered in run.papers.values() for iri, where in lowered.origins.items()}
    prefixes = prefix_map(house.ontology / "prefixes.ttl")
    run.issues += check_shapes(dataset.triples(), house.ontology / "shapes", origins, prefixes)
    run.notes.append("shapes: checked")


def _closed(house: House, papers: dict[ox.NamedNode, frozenset[ox.Triple]]) -> Dataset:
    """The dataset of some papers with the ontology, and what follows from both."""
    dataset = Dataset({ONTOLOGY: read_turtle(house.ontology / "marrow.ttl"), **papers})
    dataset.graphs[INFERRED] = close(dataset.triples(), house.ontology / "rules")
    return dataset


def coverage_of(house: House, files: Sequence[Path], sources: Path) -> list[Coverage]:
    """Hold the numbers of each paper's text against its passages; a paper without a text is left out.

    Raises:
        CurationError: if a curated file cannot be read.
    """
    vocabulary = load_vocabulary(house.ontology)
    coverages = []
    for file in files or paper_files(house.papers):
        paper = read_paper(file, vocabulary)
        text = find_source(sources, paper.slug)
        if text is not None:
            source, issues = open_source(paper, text.read_text(encoding="utf-8"))
            coverage = cover(paper, source)
            coverage.issues = sort_issues([*issues, *check_passages(paper, source)[0], *coverage.issues])
            coverages.append(coverage)
    return coverages


def assemble(house: House, *, sources: Path | None = None, report: Report = _silent) -> Built:
    """Run every step in memory.

    Raises:
        BuildError: if there is a violation; nothing has been written.
    """
    run = validate(house, sources=sources, report=report)
    if run.failed:
        raise BuildError(run.issues)
    modules = {paper_graph(slug): _module(slug, lowered) for slug, lowered in run.papers.items()}
    report("drawing conclusions")
    dataset = _closed(house, modules)
    dataset.graphs[DERIVED] = synthesise(dataset.triples(), house.ontology / "synthesis")
    return Built(dataset, run.papers, run.issues, run.notes)


def _module(slug: str, lowered: Lowered) -> frozenset[ox.Triple]:
    """The graph of a paper with the header that makes it an OWL module which Protégé can open alone."""
    name = paper_graph(slug)
    header = {
        ox.Triple(name, _TYPE, ox.NamedNode(_OWL + "Ontology")),
        ox.Triple(name, ox.NamedNode(_OWL + "imports"), ONTOLOGY),
        ox.Triple(name, _TITLE, ox.Literal(f"marrowkg: results of {slug}", language="en")),
        ox.Triple(name, _DESCRIPTION, ox.Literal(f"Generated from graph/papers/{slug}.yaml.", language="en")),
        ox.Triple(name, _LICENSE, _CC_BY),
    }
    return lowered.triples | header


def build(house: House, output: Path | None = None, *, sources: Path | None = None, report: Report = _silent) -> Built:
    """Run every step, write `graph/rdf/`, install the store, and write a release to `output` if it is given.

    Raises:
        BuildError: if there is a violation; the last good store and files are left as they were.
    """
    built = assemble(house, sources=sources, report=report)
    report("writing")
    if os.access(house.rdf, os.W_OK):
        write_rdf(house, built)
    install_store(house, built.dataset)
    if output is not None:
        write_release(house, built, output)
    return built


def write_rdf(house: House, built: Built) -> None:
    """Write the graph of each paper to `graph/rdf/<slug>.ttl`."""
    for slug in built.papers:
        _replace(house.rdf / f"{slug}.ttl", turtle_of_paper(house, built, slug).encode())


def turtle_of_paper(house: House, built: Built, slug: str) -> str:
    """The Turtle of one paper, with a prefix for each kind of thing it names."""
    kinds = sorted({iri.removeprefix(f"{KG}{slug}/").partition("/")[0] for iri in built.papers[slug].origins})
    own = {kind: f"{KG}{slug}/{kind}/" for kind in kinds if kind != "paper"}
    prefixes = {**prefix_map(house.ontology / "prefixes.ttl"), **own}
    return to_turtle(built.dataset.graphs[paper_graph(slug)], prefixes)


def write_release(house: House, built: Built, output: Path) -> None:
    """Write `marrowkg.nq.gz`, `marrowkg.ttl` and `store/` to the folder `output`."""
    import shutil

    output.mkdir(parents=True, exist_ok=True)
    _replace(output / "marrowkg.nq.gz", to_nquads_gz(built.dataset.quads()))
    prefixes = prefix_map(house.ontology / "prefixes.ttl")
    _replace(output / "marrowkg.ttl", to_turtle(_merged(built.dataset), prefixes).encode())
    new = output / f"store-{os.getpid()}"
    shutil.rmtree(new, ignore_errors=True)
    write_store(built.dataset, new)
    shutil.rmtree(output / "store", ignore_errors=True)
    new.rename(output / "store")


def _merged(dataset: Dataset) -> Iterable[ox.Triple]:
    """All graphs as one ontology: the modules' own headers would be imports of what is already inside."""
    modules = {name for name in dataset.graphs if name != ONTOLOGY}
    return (triple for triple in dataset.triples() if triple.subject not in modules)


def _replace(file: Path, content: bytes) -> None:
    """Write a file in one step."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(file)


__all__ += ["turtle_of_paper", "write_rdf"]
_ = (Severity, Where)
