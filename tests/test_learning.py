"""What `ask` learns from example questions: features, the table of weights, and learning itself."""

import csv
import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from marrowkg.ask import Router, read_register
from marrowkg.ask.features import BUCKETS
from marrowkg.ask.learned import OUT_OF_SCOPE, Learned
from marrowkg.ask.learning import Example, digest, examples, learn
from marrowkg.errors import QueryError
from marrowkg.storedquery import list_queries
from marrowkg.vocabulary import Vocabulary

TAUGHT = [
    Example("papers", "Which articles are in the graph?", 1.0),
    Example("papers", "Show the bibliography please", 1.0),
    Example("conditions-presenting-with", "Which conditions present with bone pain?", 1.0),
    Example("conditions-presenting-with", "How frequent is anemia?", 1.0),
    Example(OUT_OF_SCOPE, "How do I boil an egg?", 1.0),
    Example(OUT_OF_SCOPE, "Who won the match?", 1.0),
]


@pytest.fixture(scope="module")
def router(repository: Path, vocabulary: Vocabulary) -> Router:
    return Router(repository / "queries", vocabulary, read_register(ox.Store(), repository / "queries"))


def features(router: Router, question: str) -> set[str]:
    return set(router.features.of(question, router.read(question)))


def test_a_name_counts_by_its_kind_and_a_word_by_itself_its_neighbour_and_its_pieces(router: Router) -> None:
    told = features(router, "Is bone pain common?")
    assert {"word #Finding", "word common", "pair #Finding common", "kinds #Finding", "piece _com"} <= told
    assert "word pain" not in told


def test_questions_that_differ_in_a_name_of_one_kind_differ_only_in_pieces_of_words(router: Router) -> None:
    one, other = features(router, "Is bone pain common?"), features(router, "Is anemia common?")
    assert {feature.split()[0] for feature in one ^ other} == {"piece"}


def test_buckets_are_sorted_distinct_and_the_same_every_time(router: Router) -> None:
    reading = router.read("Which conditions present with bone pain?")
    buckets = router.features.buckets("Which conditions present with bone pain?", reading)
    assert (
        buckets == sorted(set(buckets)) == router.features.buckets("Which conditions present with bone pain?", reading)
    )
    assert buckets[0] >= 0 and buckets[-1] < BUCKETS


def test_what_was_taught_is_recognised_in_other_words(router: Router, tmp_path: Path) -> None:
    learn(router, TAUGHT, tmp_path)
    learned = Learned(tmp_path)
    assert set(learned.questions) == {one.query for one in TAUGHT}
    for question, expected in (
        ("Which conditions present with fever?", "conditions-presenting-with"),
        ("articles in the graph", "papers"),
        ("Who boils the egg?", OUT_OF_SCOPE),
    ):
        scores = learned.scores(router.features.buckets(question, router.read(question)))
        assert max(scores, key=scores.__getitem__) == expected


def test_the_same_examples_give_the_same_bytes(router: Router, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        learn(router, TAUGHT, tmp_path / name)
    for file in ("learned.npy", "learned.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_an_example_speaks_neither_for_nor_against_a_question_that_answers_it_as_well(
    router: Router, tmp_path: Path
) -> None:
    scores = {}
    for query in ("papers", "papers|conditions-presenting-with"):
        learn(router, [*TAUGHT, Example(query, "Is fever in the bibliography?", 1.0)], tmp_path)
        buckets = router.features.buckets("fever", router.read("fever"))
        scores[query] = Learned(tmp_path).scores(buckets)
    alone, shared = scores.values()
    assert shared["conditions-presenting-with"] > alone["conditions-presenting-with"]
    assert shared["papers"] == pytest.approx(alone["papers"], abs=0.05)


def test_a_table_that_is_cut_short_is_refused(repository: Path, tmp_path: Path) -> None:
    for name in ("learned.npy", "learned.json"):
        shutil.copy(repository / "queries" / "ask" / name, tmp_path / name)
    (tmp_path / "learned.npy").write_bytes((tmp_path / "learned.npy").read_bytes()[:-1])
    with pytest.raises(QueryError, match="signed bytes"):
        Learned(tmp_path)


def test_what_is_committed_was_learned_from_the_examples_that_are_committed(repository: Path) -> None:
    tried = repository / "tests" / "data" / "paraphrases.tsv"
    told = list(examples(repository / "queries" / "ask", [tried]))
    again = "python -m marrowkg.ask.learning tests/data/paraphrases.tsv"
    assert Learned(repository / "queries" / "ask").examples == digest(told), f"learn again: {again}"


def test_every_stored_question_has_examples_and_no_example_is_there_twice(repository: Path) -> None:
    with (repository / "queries" / "ask" / "examples.tsv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    names = {query.name for query in list_queries(repository / "queries")}
    assert {name for row in rows for name in row["query"].split("|")} == names | {OUT_OF_SCOPE}
    asked = [row["question"] for row in rows]
    assert len(asked) == len(set(asked))
    told = json.loads((repository / "queries" / "ask" / "learned.json").read_text(encoding="utf-8"))
    assert set(told["questions"]) == names | {OUT_OF_SCOPE}
