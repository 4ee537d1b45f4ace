"""Learns from example questions which stored question is meant: a linear support vector machine, one against the rest.

Run: python -m marrowkg.ask.learning tests/data/paraphrases.tsv

Reads `queries/ask/examples.tsv` and the files named, with the columns `query` and `question`, and writes
`queries/ask/learned.npy` and `learned.json`. Needs scikit-learn (the group `dev`), which the answers do not.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from marrowkg.ask.features import BUCKETS
from marrowkg.ask.router import Router

__all__ = ["Example", "digest", "examples", "learn"]

_COST = 0.5
"""How much an example on the wrong side costs; chosen by cross-validation."""
_TRIED = 3.0
"""What a question counts that was asked to try the answers: people ask so, where examples seek the unusual."""


class Example(NamedTuple):
    """A question, the stored questions that answer it, best first and joined by `|`, and how much it counts."""

    query: str
    question: str
    weight: float

    @property
    def queries(self) -> list[str]:
        """The stored questions that answer it."""
        return self.query.split("|")


def examples(folder: Path, tried: Sequence[Path]) -> Iterator[Example]:
    """The examples of the folder, and the questions of other files."""
    for file in (folder / "examples.tsv", *tried):
        with file.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle, delimiter="\t"):
                yield Example(row["query"], row["question"], _TRIED if file in tried else 1.0)


def digest(told: Sequence[Example]) -> str:
    """What changes when an example does."""
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


def learn(router: Router, told: Sequence[Example], folder: Path) -> None:
    """Write the table of weights, in steps of a 127th of the largest, and what its columns mean."""
    import numpy as np
    from sklearn.preprocessing import normalize

    readings = [router.read(one.question) for one in told]
    rows = [router.features.buckets(one.question, reading) for one, reading in zip(told, readings, strict=True)]
    questions = sorted({one.queries[0] for one in told})
    matrix = normalize(_matrix(rows))
    planes = [_plane(matrix, told, question) for question in questions]
    weights = np.stack([weight for weight, _ in planes], axis=1)
    scale = float(np.abs(weights).max()) / 127
    np.save(folder / "learned.npy", np.rint(weights / scale).astype(np.int8), allow_pickle=False)
    data = {
        "examples": digest(told),
        "scale": scale,
        "questions": questions,
        "bias": [round(bias, 6) for _, bias in planes],
    }
    (folder / "learned.json").write_text(json.dumps(data, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _plane(matrix: Any, told: Sequence[Example], question: str) -> tuple[Any, float]:
    """What speaks for one stored question against all others: weights of the buckets, and the bias.

    An example that it answers as well, though not best, speaks neither for nor against it.
    """
    import numpy as np
    from sklearn.svm import LinearSVC

    best = np.array([one.queries[0] == question for one in told])
    counts = [0.0 if question in one.queries[1:] else one.weight for one in told]
    machine = LinearSVC(C=_COST, random_state=0, max_iter=5000).fit(matrix, best, counts)
    return machine.coef_[0], float(machine.intercept_[0])


def _matrix(rows: Sequence[Sequence[int]]) -> Any:
    """One row an example, one column a bucket, 1 where it has the feature."""
    import numpy as np
    from scipy.sparse import csr_matrix

    ends = np.cumsum([0, *map(len, rows)])
    places = [bucket for row in rows for bucket in row]
    return csr_matrix((np.ones(len(places)), places, ends), shape=(len(rows), BUCKETS))


def main(arguments: Sequence[str]) -> int:
    """Learn from the examples of the house and of the files named."""
    from marrowkg.ask.register import read_register
    from marrowkg.paths import house
    from marrowkg.store import current_store, open_store
    from marrowkg.vocabulary import load_vocabulary

    home = house()
    folder = home.queries / "ask"
    told = list(examples(folder, [Path(argument) for argument in arguments]))
    store = current_store(home)
    if store is None:
        raise SystemExit("there is no built graph to read the names of papers and patients from; run marrowkg build")
    register = read_register(open_store(store), home.queries)
    learn(Router(home.queries, load_vocabulary(home.ontology), register), told, folder)
    sys.stderr.write(f"learned from {len(told)} examples\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
