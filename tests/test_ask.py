"""From plain English to a stored question."""

import csv
from pathlib import Path

import pytest

from marrowkg.ask import NotUnderstoodError, Router
from marrowkg.vocabulary import Vocabulary

OUT_OF_SCOPE = "-"


@pytest.fixture(scope="module")
def router(repository: Path, vocabulary: Vocabulary) -> Router:
    return Router(repository / "queries", vocabulary)


def paraphrases() -> list[tuple[str, str, str]]:
    file = Path(__file__).parent / "data" / "paraphrases.tsv"
    with file.open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle, delimiter="\t")
        return [(row["question"], row["query"], row["parameters"] or "") for row in rows]


def understood(router: Router, question: str) -> tuple[str, set[str]]:
    try:
        found = router.route(question)
    except NotUnderstoodError:
        return OUT_OF_SCOPE, set()
    return found.query.name, {f"{name}={value}" for name, values in found.words.items() for value in values}


def test_nine_of_ten_paraphrases_are_understood(router: Router) -> None:
    asked = [row for row in paraphrases() if row[1] != OUT_OF_SCOPE]
    wrong = []
    for question, query, parameters in asked:
        name, words = understood(router, question)
        if name != query or not {p for p in parameters.split(";") if p} <= words:
            wrong.append(f"{question} -> {name} {sorted(words)}, expected {query} {parameters}")
    assert len(wrong) <= len(asked) // 10, "\n".join(wrong)


@pytest.mark.parametrize("question", [row[0] for row in paraphrases() if row[1] == OUT_OF_SCOPE])
def test_a_question_out_of_scope_is_refused(router: Router, question: str) -> None:
    with pytest.raises(NotUnderstoodError):
        router.route(question)


def test_a_refusal_names_the_unknown_word_and_offers_the_closest(router: Router) -> None:
    with pytest.raises(NotUnderstoodError, match="'asthma'") as refused:
        router.route("What is the incidence of asthma?")
    assert "incidence" in [query.name for query in refused.value.closest]


def test_a_missing_parameter_is_asked_for_and_never_guessed(router: Router) -> None:
    with pytest.raises(NotUnderstoodError, match="patient"):
        router.route("everything on one patient, single patient record")


def test_the_reading_is_told_in_words(router: Router) -> None:
    reading = router.route("Which conditions present with thrombopenia?")
    assert reading.in_words() == "understood as conditions-presenting-with, finding = thrombocytopenia"
