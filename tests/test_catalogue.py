"""The stored questions as others find them."""

import pyoxigraph as ox

from marrowkg.answer import answer
from marrowkg.catalogue import queries_page, queries_turtle
from marrowkg.paths import House
from marrowkg.prefixes import prefix_map
from marrowkg.storedquery import list_queries

SH = "http://www.w3.org/ns/shacl#"


def test_every_question_is_an_executable_that_runs_as_it_stands(mini: House, store: ox.Store) -> None:
    queries = list_queries(mini.queries)
    text = queries_turtle(queries, prefix_map(mini.ontology / "prefixes.ttl"))
    triples = list(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE))
    selects = {q.subject: q.object.value for q in triples if q.predicate.value == SH + "select"}
    kinds = {q.subject for q in triples if q.object == ox.NamedNode(SH + "SPARQLSelectExecutable")}
    assert len(selects) == len(queries)
    assert set(selects) == kinds
    for select in selects.values():
        assert isinstance(store.query(select), ox.QuerySolutions)


def test_the_page_has_every_question_with_its_first_rows(mini: House, store: ox.Store) -> None:
    answered = [(query, answer(store, query, {})) for query in list_queries(mini.queries)]
    page = queries_page(answered, rows=1)
    for query, found in answered:
        assert f"### {query.name}\n" in page
        assert query.question in page
        if len(found) > 1:
            assert f"{len(found)} rows in all." in page
