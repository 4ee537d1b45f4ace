"""The pipe: curated files to graphs, in order; the only module that knows the order of the steps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from marrowkg.audit import audit
from marrowkg.audit.disjoint import read_disjoint
from marrowkg.audit.lower import DISCREPANCIES, lower_audit
from marrowkg.dataset import DERIVED, ONTOLOGY, Dataset, paper_graph
from marrowkg.errors import BuildError
from marrowkg.issue import Issue, sort_issues
from marrowkg.lower import Lowered
from marrowkg.paths import House
from marrowkg.prefixes import MKG
from marrowkg.release import write_pages, write_rdf, write_release
from marrowkg.store import input_digest, install_store, open_store
from marrowkg.synthesis import synthesise
from marrowkg.validate import Report, check_graph, close_dataset, read_all, silent
from marrowkg.vocabulary import load_vocabulary

__all__ = ["Built", "assemble", "build"]

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_OWL = "http://www.w3.org/2002/07/owl#"
_NAMED_INDIVIDUAL = ox.NamedNode(_OWL + "NamedIndividual")
_SAME_WORK_AS = ox.NamedNode(MKG + "sameWorkAs")
_TITLE = ox.NamedNode("http://purl.org/dc/terms/title")
_DESCRIPTION = ox.NamedNode("http://purl.org/dc/terms/description")
_LICENSE = ox.NamedNode("http://purl.org/dc/terms/license")
_CC_BY = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")


@dataclass(frozen=True, slots=True)
class Built:
    """A dataset that passed, with the complaints that do not fail it."""

    dataset: Dataset
    papers: dict[str, Lowered]
    issues: list[Issue]
    notes: list[str]


def assemble(house: House, *, sources: Path | None = None, report: Report = silent) -> Built:
    """Run every step in memory.

    Raises:
        BuildError: if there is a violation; nothing has been written.
    """
    run = read_all(house, sources=sources, report=report)
    if run.failed:
        raise BuildError(run.issues)
    report("auditing")
    audited = audit(run.read, load_vocabulary(house.ontology), read_disjoint(house.ontology))
    if audited.failed:
        raise BuildError([*run.issues, *audited.issues])
    report("drawing conclusions")
    modules = {paper_graph(slug): _module(slug, lowered) for slug, lowered in run.papers.items()}
    dataset = close_dataset(house, modules)
    dataset.graphs[DISCREPANCIES] = lower_audit(audited)
    dataset.graphs[DERIVED] = synthesise(dataset.triples(), house.ontology / "synthesis")
    check_graph(house, dataset, run, report=report)
    if run.failed:
        raise BuildError(sort_issues(run.issues))
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
    # what lies in another module is declared here too, as OWL wants it
    others = {triple.object for triple in lowered.triples if triple.predicate == _SAME_WORK_AS}
    declared = {ox.Triple(o, _TYPE, _NAMED_INDIVIDUAL) for o in others if isinstance(o, ox.NamedNode)}
    return lowered.triples | header | declared


def build(house: House, output: Path | None = None, *, sources: Path | None = None, report: Report = silent) -> Built:
    """Run every step, write `graph/rdf/`, install the store, and write a release to `output` if it is given.

    Raises:
        BuildError: if there is a violation; the last good store and files are left as they were.
    """
    digest = input_digest(house)
    built = assemble(house, sources=sources, report=report)
    report("writing")
    if house.is_checkout:
        write_rdf(house, built.dataset, built.papers)
    folder = install_store(house, built.dataset, digest)
    if house.is_checkout:
        report("answering")
        write_pages(house, built.dataset, open_store(folder))
    if output is not None:
        write_release(house, built.dataset, output)
    return built
