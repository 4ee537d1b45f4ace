"""A graph of invented papers, as large as asked for.

Run: python tests/benchmarks/generate.py [-n PAPERS] [--seed N] FILE.nq

The papers of `inventing.py` go the way of real ones: written as YAML, read strictly, lowered, closed, audited and
synthesised. Only the shapes are left out, and the audit holds papers against each other in groups, for pairs grow with
the square. A thousand papers are about 1.4 million triples. Same number and seed, same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
from inventing import Terms, drawable, invent_paper, slug_of

from marrowkg.audit import audit
from marrowkg.audit.disjoint import read_disjoint
from marrowkg.audit.lower import DISCREPANCIES, lower_audit
from marrowkg.dataset import DERIVED, Dataset, paper_graph
from marrowkg.lower import lower
from marrowkg.paper.fact import Facts
from marrowkg.paper.facts import facts_of
from marrowkg.paper.paper import Paper
from marrowkg.paper.reading import read_paper
from marrowkg.paths import House, house
from marrowkg.synthesis import synthesise
from marrowkg.validate import close_dataset
from marrowkg.vocabulary import Vocabulary, load_vocabulary

__all__ = ["generate"]

GROUP = 20
"""How many papers the audit holds against each other."""


def generate(home: House, papers: int, seed: int = 0) -> Dataset:
    """The dataset of that many invented papers, with everything that a build adds."""
    vocabulary = load_vocabulary(home.ontology)
    families = read_disjoint(home.ontology)
    terms = drawable(vocabulary)
    modules: dict[ox.NamedNode, frozenset[ox.Triple]] = {}
    disputed: frozenset[ox.Triple] = frozenset()
    for start in range(0, papers, GROUP):
        group = list(_read(vocabulary, terms, range(start, min(start + GROUP, papers)), seed))
        modules |= {paper_graph(paper.slug): lower(paper, facts, vocabulary).triples for paper, facts in group}
        disputed |= lower_audit(audit(group, vocabulary, families))
    dataset = close_dataset(home, modules)
    dataset.graphs[DISCREPANCIES] = disputed
    dataset.graphs[DERIVED] = synthesise(dataset.triples(), home.ontology / "synthesis")
    return dataset


def _read(vocabulary: Vocabulary, terms: Terms, numbers: range, seed: int) -> Iterator[tuple[Paper, Facts]]:
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            file = Path(folder) / f"{slug_of(number)}.yaml"
            # JSON is YAML, without the aliases that a YAML writer would use for what stands twice
            file.write_text(json.dumps(invent_paper(terms, number, seed), indent=1), encoding="utf-8")
            paper = read_paper(file, vocabulary)
            yield paper, facts_of(paper)


def main() -> int:
    """Generate and write N-Quads."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=1000, metavar="PAPERS", dest="papers")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("file", type=Path)
    asked = parser.parse_args()
    dataset = generate(house(), asked.papers, asked.seed)
    ox.serialize(dataset.quads(), asked.file, format=ox.RdfFormat.N_QUADS)
    sys.stdout.write(f"{len(dataset.graphs)} graphs, {len(dataset.triples())} triples\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
