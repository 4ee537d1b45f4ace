"""Validation: form, references, numbers against fragments, fragments against texts, then shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from marrowkg.agreement import check_agreement
from marrowkg.anchor import check_numbers, check_passages, find_source, open_source
from marrowkg.closure import close
from marrowkg.coverage import Coverage, cover
from marrowkg.dataset import INFERRED, ONTOLOGY, Dataset, canonical, paper_graph, read_turtle
from marrowkg.denial import check_statuses
from marrowkg.engines import Engine
from marrowkg.errors import CurationError
from marrowkg.issue import Issue, Where, errors_in, sort_issues
from marrowkg.lower import Lowered, lower
from marrowkg.naming import check_naming
from marrowkg.paper.fact import Facts
from marrowkg.paper.facts import facts_of
from marrowkg.paper.paper import Paper
from marrowkg.paper.reading import paper_files, read_paper
from marrowkg.paths import House
from marrowkg.prefixes import prefix_map
from marrowkg.shapes import ShapesReport, run_shapes
from marrowkg.verify import verify
from marrowkg.vocabulary import Vocabulary, load_vocabulary

__all__ = ["Report", "Validation", "check_graph", "close_dataset", "coverage_of", "read_all", "silent", "validate"]

Report = Callable[[str], None]
"""Told what is being done; for a person who waits."""


def silent(_: str) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Validation:
    """What a validation run found, and what it did: notes on what ran and what was skipped."""

    issues: list[Issue] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    papers: dict[str, Lowered] = field(default_factory=dict)
    shapes: ShapesReport | None = None
    read: list[tuple[Paper, Facts]] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether there is a violation."""
        return bool(errors_in(self.issues))


def validate(
    house: House,
    files: Sequence[Path] = (),
    *,
    sources: Path | None = None,
    quick: bool = False,
    engine: Engine | None = None,
    report: Report = silent,
) -> Validation:
    """Check curated files: form, references, numbers against fragments, fragments against texts, shapes, then rules.

    `files` are curated files, or Turtle in our vocabulary, which goes to shapes and rules at once; without any, all
    papers of the house are checked. Without `sources`, fragments are not re-checked, and a note says so.
    `quick` stops before the shapes.
    """
    turtle = [file for file in files if file.suffix == ".ttl"]
    curated = [file for file in files if file.suffix != ".ttl"]
    run = read_all(house, curated, sources=sources, report=report) if curated or not turtle else Validation()
    graphs = {paper_graph(slug): lowered.triples for slug, lowered in run.papers.items()}
    graphs |= {ox.NamedNode(file.resolve().as_uri()): _read_turtle(file, run) for file in turtle}
    if quick:
        run.notes.append("shapes and rules: skipped, because a quick run was asked for")
    elif graphs:
        check_graph(house, close_dataset(house, graphs), run, engine=engine, report=report)
    run.issues = sort_issues(run.issues)
    return run


def _read_turtle(file: Path, run: Validation) -> frozenset[ox.Triple]:
    try:
        return read_turtle(file)
    except SyntaxError as error:
        where = Where(file, error.lineno or 0, error.offset or 0)
        run.issues.append(Issue("turtle-syntax", f"not readable as Turtle: {error.msg}", where))
        return frozenset()


def read_all(
    house: House, files: Sequence[Path] = (), *, sources: Path | None = None, report: Report = silent
) -> Validation:
    """Everything that can be said of curated files one by one: all but shapes and rules."""
    run = Validation()
    vocabulary = load_vocabulary(house.ontology)
    passages = 0
    for file in files or paper_files(house.papers):
        report(f"reading {file.name}")
        passages += _validate_paper(file, vocabulary, sources, run)
    _note_sources(run, sources, passages)
    run.issues = sort_issues(run.issues)
    return run


def check_graph(
    house: House, dataset: Dataset, run: Validation, *, engine: Engine | None = None, report: Report = silent
) -> None:
    """Hold a dataset against the shapes and the rules; add the complaints to `run`, placed in the curated files."""
    report("checking shapes")
    origins = {iri: where for lowered in run.papers.values() for iri, where in lowered.origins.items()}
    prefixes = prefix_map(house.ontology / "prefixes.ttl")
    run.shapes = run_shapes(dataset.triples(), house.ontology / "shapes", engine=engine)
    run.issues += run.shapes.issues(origins, prefixes)
    run.notes.append(run.shapes.summary())
    report("checking rules")
    rules = house.queries / "verify"
    run.issues += verify(dataset.triples(), rules, origins, prefixes)
    run.notes.append(f"rules: {len(list(rules.glob('*.rq')))} ran")


def _validate_paper(file: Path, vocabulary: Vocabulary, sources: Path | None, run: Validation) -> int:
    """Add to `run` what is wrong with one paper, and its graph; return how many passages were looked up."""
    try:
        paper = read_paper(file, vocabulary)
    except CurationError as error:
        run.issues.extend(error.issues)
        return 0
    facts = facts_of(paper)
    run.issues += facts.issues
    run.issues += [*check_numbers(paper, facts), *check_statuses(facts), *check_agreement(paper)]
    lowered = lower(paper, facts, vocabulary)
    run.issues += lowered.issues
    run.papers[paper.slug] = lowered
    run.read.append((paper, facts))
    return _check_source(paper, sources, run) if sources else 0


def _check_source(paper: Paper, sources: Path, run: Validation) -> int:
    file = find_source(sources, paper.slug)
    if file is None:
        run.notes.append(f"passages of {paper.slug}: NOT RE-CHECKED, {sources} holds no {paper.slug}.txt")
        return 0
    source, issues = open_source(paper, file.read_text(encoding="utf-8"))
    found, looked_up = check_passages(paper, source)
    run.issues += [*issues, *found, *check_naming(paper, source)]
    return looked_up


def _note_sources(run: Validation, sources: Path | None, passages: int) -> None:
    if sources is None:
        run.notes.append(
            "passages: NOT RE-CHECKED against the papers' texts; give --sources DIR or set MARROWKG_SOURCES"
        )
    elif passages:
        run.notes.append(f"passages: {passages} looked up in the papers' texts in {sources}")


def close_dataset(house: House, papers: Mapping[ox.NamedNode, frozenset[ox.Triple]]) -> Dataset:
    """The dataset of some papers with the ontology, and what follows from both."""
    dataset = Dataset({ONTOLOGY: canonical(read_turtle(house.ontology / "marrow.ttl")), **papers})
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
