"""Mutation test of the curated papers: `python tests/benchmarks/mutation.py [--sources DIR] [--minutes M] [N | all]`.

Makes wrong copies of the papers of the house, one fault of `faults.py` each: a changed digit, a flipped status, a
reference led elsewhere or misspelt. For each it asks which step complains first: reading, anchors (numbers
against fragments and, with `--sources`, fragments against the texts), lowering, audit, then shapes and rules.
A complaint counts only if the clean paper has fewer of its kind, a discrepancy only if both its facts and its prints
are new. A copy that gives the same graph as the clean paper is no fault, and is left out of the percentages.
N of all copies are drawn by a fixed seed (1000 without N). A run that `--minutes` ends tells of those it came to.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
from faults import Faults, Mutation, files_of, read_plain, written

from marrowkg.agreement import check_agreement
from marrowkg.anchor import check_numbers, check_passages, find_source, open_source
from marrowkg.audit.disjoint import read_disjoint
from marrowkg.audit.model import Discrepancy
from marrowkg.audit.run import Audit, audit
from marrowkg.dataset import paper_graph
from marrowkg.denial import check_statuses
from marrowkg.errors import CurationError
from marrowkg.issue import Issue
from marrowkg.lower import lower
from marrowkg.naming import check_naming
from marrowkg.paper.fact import Facts
from marrowkg.paper.facts import facts_of
from marrowkg.paper.paper import Paper
from marrowkg.paper.reading import paper_files, read_paper
from marrowkg.paths import House, house
from marrowkg.prefixes import prefix_map
from marrowkg.shapes import run_shapes
from marrowkg.source import Source
from marrowkg.validate import close_dataset
from marrowkg.verify import verify
from marrowkg.vocabulary import load_vocabulary

SEED = 20240229
SHOWN = 20
STEPS = ("reading", "anchors", "lowering", "audit", "shapes")
OUTCOMES = (*STEPS, "crashed", "missed", "no effect")

Keys = Counter[str]


# ---- who complains


class Judge:
    """Runs the steps of validation and audit on copies in a temporary folder, and compares with the clean papers."""

    def __init__(self, home: House, sources: Path | None, folder: Path) -> None:
        self._home = home
        self._folder = folder
        self._vocabulary = load_vocabulary(home.ontology)
        self._families = read_disjoint(home.ontology)
        self._prefixes = prefix_map(home.ontology / "prefixes.ttl")
        self.data = {p.stem: {f: read_plain(f) for f in files_of(p)} for p in paper_files(home.papers)}
        self._papers = {p.stem: self._read(p) for p in paper_files(home.papers)}
        self._sources = {slug: self._source(paper, sources) for slug, (paper, _) in self._papers.items()}
        self._known: set[str] = set()
        self._known = {key for found in self._audit({}).discrepancies for key in _keys_of(found)}
        self._graphs: dict[str, frozenset[ox.Triple]] = {}
        self._clean = {p.stem: dict(self._complaints(p)) for p in paper_files(home.papers)}
        self._graphs = {s: lower(*read, self._vocabulary).triples for s, read in self._papers.items()}
        for data in self.data.values():
            for file, plain in data.items():
                copied = self._copy(file)
                copied.parent.mkdir(exist_ok=True)
                copied.write_text(written(file, plain), encoding="utf-8")

    def outcome(self, slug: str, mutation: Mutation | None = None) -> str:
        """The first step that complains of a fault; without one, of the unchanged copy."""
        with self._faulty(slug, mutation):
            try:
                for step, found in self._complaints(self._folder / f"{slug}.yaml"):
                    if step == "no effect" or found - self._clean[slug].get(step, Counter()):
                        return step
            except Exception as error:  # any other error is a finding of its own
                sys.stderr.write(f"{mutation}: {error!r}\n")
                return "crashed"
        return "missed"

    @contextmanager
    def _faulty(self, slug: str, mutation: Mutation | None) -> Iterator[None]:
        if mutation is None:
            yield
            return
        plain, copied = self.data[slug][mutation.file], self._copy(mutation.file)
        copied.write_text(mutation.text(plain), encoding="utf-8")
        try:
            yield
        finally:
            copied.write_text(written(mutation.file, plain), encoding="utf-8")

    def _copy(self, file: Path) -> Path:
        return self._folder / file.relative_to(self._home.papers)

    def _complaints(self, file: Path) -> Iterator[tuple[str, Keys]]:
        """Each step with its complaints, run only as far as asked."""
        try:
            paper, facts = self._read(file)
        except CurationError as error:
            yield "reading", _codes(error.issues)
            return
        source = self._sources[paper.slug]
        passages = [*check_passages(paper, source)[0], *check_naming(paper, source)] if source else []
        stated = [*check_numbers(paper, facts), *check_statuses(facts), *check_agreement(paper)]
        yield "anchors", _codes([*stated, *passages])
        lowered = lower(paper, facts, self._vocabulary)
        yield "lowering", _codes([*facts.issues, *lowered.issues])
        audited = self._audit({paper.slug: (paper, facts)})
        new = (found for found in audited.discrepancies if not self._known.intersection(_keys_of(found)))
        yield "audit", _codes(audited.issues) + Counter(found.rule for found in new)
        if lowered.triples == self._graphs.get(paper.slug):
            yield "no effect", Counter()
        yield "shapes", self._shapes(paper.slug, lowered.triples)

    def _shapes(self, slug: str, triples: frozenset[ox.Triple]) -> Keys:
        merged = close_dataset(self._home, {paper_graph(slug): triples}).triples()
        results = run_shapes(merged, self._home.ontology / "shapes").results
        rules = verify(merged, self._home.queries / "verify", {}, self._prefixes)
        return Counter(f"{result.shape} {result.component}" for result in results) + _codes(rules)

    def _audit(self, changed: Mapping[str, tuple[Paper, Facts]]) -> Audit:
        return audit({**self._papers, **changed}.values(), self._vocabulary, self._families)

    def _read(self, file: Path) -> tuple[Paper, Facts]:
        paper = read_paper(file, self._vocabulary)
        return paper, facts_of(paper)

    def _source(self, paper: Paper, sources: Path | None) -> Source | None:
        file = find_source(sources, paper.slug) if sources else None
        return open_source(paper, file.read_text(encoding="utf-8"))[0] if file else None


def _codes(issues: Iterable[Issue]) -> Keys:
    return Counter(issue.code for issue in issues)


def _keys_of(found: Discrepancy) -> tuple[str, str]:
    """A discrepancy by its facts, and by its prints: one of them stays when a fault only moves or rewords it."""
    a, b = found.a, found.b
    head = f"{found.paper} {found.rule}"
    facts = f"{a.fact or found.subject} | {b.fact if b else ''}"
    return f"{head} facts {facts}", f"{head} prints {a.printed} | {b.printed if b else ''}"


# ---- the table


def table(outcomes: Sequence[tuple[Mutation, str]]) -> str:
    """Kinds of faults by the step that caught them."""
    kinds = {kind: Counter[str]() for kind in sorted({mutation.kind for mutation, _ in outcomes})}
    for mutation, outcome in outcomes:
        kinds[mutation.kind][outcome] += 1
    total = sum(kinds.values(), Counter[str]())
    head = f"{'':26}{'made':>6}" + "".join(f"{name:>10}" for name in OUTCOMES) + f"{'caught':>9}"
    return "\n".join([head, *(_row(kind, counts) for kind, counts in kinds.items()), _row("all", total)])


def _row(kind: str, counts: Mapping[str, int]) -> str:
    made = sum(counts.values())
    faults = made - counts.get("no effect", 0)
    caught = sum(counts.get(step, 0) for step in STEPS)
    cells = "".join(f"{counts.get(name, 0):10}" for name in OUTCOMES)
    return f"{kind:26}{made:6}{cells}{caught / faults if faults else 1:9.1%}"


def draw(judge: Judge, number: str) -> list[tuple[str, Mutation]]:
    """Faults of all papers, or N of them, in an order of their own that is the same in every run."""
    rng = random.Random(SEED)
    found = [(slug, fault) for slug, data in judge.data.items() for fault in Faults(data, rng).all()]
    return found if number == "all" else rng.sample(found, min(int(number), len(found)))


def run(judge: Judge, faults: Sequence[tuple[str, Mutation]], going: Callable[[], bool]) -> list[tuple[Mutation, str]]:
    """The outcome of each fault, as long as there is time."""
    outcomes = []
    for slug, fault in faults:
        if not going():
            break
        outcomes.append((fault, judge.outcome(slug, fault)))
    return outcomes


def main() -> int:
    """Make faults, judge them, print the table and the first that nobody caught."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", nargs="?", default="1000", metavar="N")
    parser.add_argument("--sources", type=Path)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    asked = parser.parse_args()
    end = time.monotonic() + 60 * asked.minutes
    folder = Path(tempfile.mkdtemp(prefix="mutation-"))
    try:
        judge = Judge(house(), asked.sources, folder)
        wrong = [slug for slug in judge.data if judge.outcome(slug) != "no effect"]
        if wrong:
            raise SystemExit(f"copies without a fault are complained of: {', '.join(wrong)}")
        faults = draw(judge, asked.number)
        outcomes = run(judge, faults, lambda: time.monotonic() < end)
    finally:
        shutil.rmtree(folder)
    missed = [str(mutation) for mutation, outcome in outcomes if outcome in ("missed", "crashed")]
    sys.stdout.write(f"{len(outcomes)} of {len(faults)} drawn faults tried\n{table(outcomes)}\n")
    sys.stdout.write("".join(f"{line}\n" for line in [f"\nmissed, {len(missed)} in all:", *missed[:SHOWN]]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
