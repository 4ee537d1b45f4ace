"""Mappings: valid, the same in the table and in the ontology, and each identifier seen in its vocabulary."""

import csv
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from marrowkg.dataset import read_turtle
from marrowkg.prefixes import MKG
from marrowkg.reference import read_mappings

REPOSITORY = Path(__file__).resolve().parent.parent
TABLE = REPOSITORY / "ontology" / "mappings" / "marrow.sssom.tsv"
VERIFIED = REPOSITORY.parent / "shared" / "terms" / "external_terms.tsv"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
SKOS = "http://www.w3.org/2004/02/skos/core#"
MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch")

ROWS = [row for rows in read_mappings(TABLE.parent).values() for row in rows]


@pytest.fixture(scope="module")
def ontology() -> frozenset[ox.Triple]:
    return read_turtle(REPOSITORY / "ontology" / "marrow.ttl")


def curie_map() -> dict[str, str]:
    lines = [line[1:] for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("#   ")]
    return {prefix: namespace for prefix, _, namespace in (line.strip().partition(": ") for line in lines)}


def expanded(curie: str, prefixes: dict[str, str]) -> str:
    prefix, _, local = curie.partition(":")
    return prefixes[prefix] + local


def test_rows_are_sorted_and_none_is_twice() -> None:
    keys = [(row["subject_id"], row["object_id"]) for row in ROWS]
    assert keys == sorted(set(keys))


def test_subjects_are_terms_of_the_ontology_with_their_labels(ontology: frozenset[ox.Triple]) -> None:
    labels = {t.subject.value: t.object.value for t in ontology if t.predicate.value == LABEL}  # type: ignore[union-attr]
    for row in ROWS:
        assert labels[row["subject_id"].replace("mkg:", MKG)] == row["subject_label"]


def test_table_and_ontology_say_the_same(ontology: frozenset[ox.Triple]) -> None:
    prefixes = curie_map()
    table = {tuple(expanded(row[key], prefixes) for key in ("subject_id", "predicate_id", "object_id")) for row in ROWS}
    wanted = {SKOS + match for match in MATCHES}
    stated = {
        (t.subject.value, t.predicate.value, t.object.value)  # type: ignore[union-attr]
        for t in ontology
        if t.predicate.value in wanted
    }
    assert table == stated


def test_no_two_terms_are_exact_matches_of_one_identifier() -> None:
    exact = Counter(row["object_id"] for row in ROWS if row["predicate_id"] == "skos:exactMatch")
    assert [identifier for identifier, count in exact.items() if count > 1] == []


@pytest.mark.skipif(not VERIFIED.is_file(), reason="NOT CHECKED: the table of verified terms is not here")
def test_every_identifier_and_label_was_seen_in_its_vocabulary() -> None:
    with VERIFIED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    seen = {(row["curie"], row["label"]) for row in rows}
    iris = {row["curie"]: row["iri"] for row in rows}
    prefixes = curie_map()
    assert [row for row in ROWS if (row["object_id"], row["object_label"]) not in seen] == []
    assert [row for row in ROWS if expanded(row["object_id"], prefixes) != iris[row["object_id"]]] == []


@pytest.mark.skipif(not VERIFIED.is_file(), reason="NOT CHECKED: the table of verified terms is not here")
def test_a_match_is_exact_only_where_the_verified_table_has_an_exact_one() -> None:
    with VERIFIED.open(encoding="utf-8", newline="") as file:
        exact = {
            r["curie"] for r in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if r["match"] == "exact"
        }
    assert [row for row in ROWS if row["predicate_id"] == "skos:exactMatch" and row["object_id"] not in exact] == []
