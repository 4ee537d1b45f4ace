"""The cases of the W3C's SPARQL 1.1 Protocol test suite that apply to a read-only endpoint, on our own data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from marrowkg.build import Built
from marrowkg.paths import House
from serving import Client, serving

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
ALPHA = "https://w3id.org/marrowkg/graph/alpha2001"
BETA = "https://w3id.org/marrowkg/graph/beta2010"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNT_NAMED = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
ASK = "ASK { ?s ?p ?o }"


@pytest.fixture(scope="module")
def client(mini: House, built: Built) -> Iterator[Client]:
    assert built.papers
    with serving(mini) as served:
        yield served


def post(client: Client, content_type: str, body: str | bytes, query_string: str = "") -> int:
    return client.request("POST", "/sparql" + query_string, body, {"Content-Type": content_type}).status


def size(built: Built, *names: str) -> int:
    return len(frozenset().union(*(built.dataset.graphs[ox.NamedNode(name)] for name in names)))


# ---- query_get, query_post_form, query_post_direct


def test_query_by_get(client: Client) -> None:
    response = client.query(ASK)
    assert (response.status, response.json()) == (200, {"head": {}, "boolean": True})


def test_query_by_form(client: Client) -> None:
    assert post(client, FORM, urlencode({"query": ASK})) == 200
    assert post(client, FORM + "; charset=utf-8", urlencode({"query": ASK})) == 200


def test_query_by_body(client: Client) -> None:
    assert post(client, DIRECT, ASK) == 200
    assert post(client, DIRECT + "; charset=UTF-8", ASK) == 200


def test_head_has_the_headers_of_get_and_no_body(client: Client) -> None:
    got = client.query(ASK)
    head = client.request("HEAD", "/sparql?" + urlencode({"query": ASK}))
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", got.headers["etag"])


# ---- query_dataset_*


def test_default_graph_by_get_and_by_both_kinds_of_post(client: Client, built: Built) -> None:
    wanted = [{"n": str(size(built, ALPHA))}]
    parameters = urlencode({"default-graph-uri": ALPHA})
    assert client.rows(COUNT, **{"default-graph-uri": ALPHA}) == wanted
    direct = client.request("POST", "/sparql?" + parameters, COUNT, {"Content-Type": DIRECT})
    form = client.request("POST", "/sparql", urlencode({"query": COUNT}) + "&" + parameters, {"Content-Type": FORM})
    counts = [r.json()["results"]["bindings"][0]["n"]["value"] for r in (direct, form)]
    assert counts == [wanted[0]["n"]] * 2


def test_several_default_graphs_are_merged(client: Client, built: Built) -> None:
    assert client.rows(COUNT, **{"default-graph-uri": [ALPHA, BETA]}) == [{"n": str(size(built, ALPHA, BETA))}]


def test_named_graphs_are_those_named_and_the_default_graph_is_then_empty(client: Client, built: Built) -> None:
    named = {"named-graph-uri": [ALPHA, BETA]}
    rows = client.rows(COUNT_NAMED, **named)
    assert rows == [{"g": name, "n": str(size(built, name))} for name in (ALPHA, BETA)]
    assert client.rows(COUNT, **named) == [{"n": "0"}]


def test_a_full_dataset(client: Client, built: Built) -> None:
    dataset: dict[str, str | list[str]] = {"default-graph-uri": ALPHA, "named-graph-uri": [BETA]}
    assert client.rows(COUNT, **dataset) == [{"n": str(size(built, ALPHA))}]
    assert client.rows(COUNT_NAMED, **dataset) == [{"g": BETA, "n": str(size(built, BETA))}]


def test_the_dataset_of_the_protocol_wins_over_that_of_the_query(client: Client, built: Built) -> None:
    query = COUNT.replace("{", f"FROM <{BETA}> {{", 1)
    assert client.rows(query) == [{"n": str(size(built, BETA))}]
    assert client.rows(query, **{"default-graph-uri": ALPHA}) == [{"n": str(size(built, ALPHA))}]


def test_without_a_dataset_the_default_graph_is_the_merge(client: Client, built: Built) -> None:
    assert client.rows(COUNT) == [{"n": str(len(built.dataset.triples()))}]
    assert len(client.rows(COUNT_NAMED)) == len(built.dataset.graphs)


# ---- query_content_type_*


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/sparql-results+json"),
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/tab-separated-values;q=0.2, application/sparql-results+xml;q=0.3", "application/sparql-results+xml"),
        ("text/turtle, */*;q=0.1", "application/sparql-results+json"),
    ],
)
def test_content_type_of_select_and_ask(client: Client, accept: str | None, media_type: str) -> None:
    for query in (COUNT, ASK):
        response = client.query(query, accept)
        assert (response.status, response.media_type) == (200, media_type)


@pytest.mark.parametrize(
    "query", [f"DESCRIBE <{ALPHA}>", f"CONSTRUCT {{ <{ALPHA}> ?p ?o }} WHERE {{ <{ALPHA}> ?p ?o }}"]
)
@pytest.mark.parametrize(
    ("accept", "media_type", "form"),
    [
        (None, "text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", "application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", "application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json", "application/ld+json", ox.RdfFormat.JSON_LD),
    ],
)
def test_content_type_of_graphs(
    client: Client, query: str, accept: str | None, media_type: str, form: ox.RdfFormat
) -> None:
    response = client.query(query, accept)
    assert (response.status, response.media_type) == (200, media_type)
    triples = {quad.triple for quad in ox.parse(response.body, format=form)}
    assert ALPHA in {triple.subject.value for triple in triples if isinstance(triple.subject, ox.NamedNode)}


# ---- bad_*


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_bad_method(client: Client, method: str) -> None:
    response = client.request(method, "/sparql?" + urlencode({"query": ASK}))
    assert response.status == 405
    assert "GET" in response.headers["allow"]


def test_bad_several_queries(client: Client) -> None:
    assert client.get("/sparql?" + urlencode([("query", ASK), ("query", COUNT)])).status == 400


def test_bad_media_type(client: Client) -> None:
    assert post(client, "text/plain", ASK) == 415
    assert client.request("POST", "/sparql", urlencode({"query": ASK})).status == 415


def test_bad_charset(client: Client) -> None:
    assert post(client, DIRECT + "; charset=UTF-16", ASK.encode("utf-16")) == 415
    assert post(client, DIRECT, "ASK { ?s ?p 'é' }".encode("latin-1")) == 400


def test_bad_syntax_is_told_with_its_place(client: Client) -> None:
    response = client.query("SELECT * WHERE { ?s ?p }")
    assert (response.status, response.media_type) == (400, "text/plain")
    assert "1:" in response.text


def test_updates_are_refused(client: Client) -> None:
    update = "CLEAR ALL"
    assert post(client, FORM, urlencode({"update": update})) == 403
    assert post(client, "application/sparql-update", update) == 403
    assert client.get("/sparql?" + urlencode({"update": update})).status == 403
    assert client.query(update).status == 400
    assert client.query(ASK).json()["boolean"] is True


# ---- what the suite leaves open


def test_a_type_that_cannot_be_had_is_said_and_what_can(client: Client) -> None:
    response = client.query(COUNT, "image/png")
    assert response.status == 406
    assert "text/csv" in response.text
    assert client.query(COUNT, "text/turtle").status == 406
    assert client.query(f"DESCRIBE <{ALPHA}>", "text/csv").status == 406


def test_a_description_of_the_service(client: Client, built: Built) -> None:
    response = client.get("/sparql", "application/n-triples")
    assert response.status == 200
    quads = list(ox.parse(response.body, format=ox.RdfFormat.N_TRIPLES))
    sd = "http://www.w3.org/ns/sparql-service-description#"
    said = {(q.predicate.value.removeprefix(sd), q.object.value) for q in quads if not isinstance(q.object, ox.Triple)}
    assert ("endpoint", f"{client.url}/sparql") in said
    assert {name for predicate, name in said if predicate == "name"} == {name.value for name in built.dataset.graphs}


def test_a_file_is_no_graph(client: Client) -> None:
    for iri in ("file:///etc/passwd", "http://127.0.0.1:1/"):
        assert client.rows(COUNT.replace("{", f"FROM <{iri}> {{", 1)) == [{"n": "0"}]
        assert client.rows(COUNT, **{"default-graph-uri": iri}) == [{"n": "0"}]


def test_another_endpoint_is_not_asked(client: Client) -> None:
    response = client.query("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    assert response.status == 403
    assert "--allow-service" in response.text


def test_what_has_not_changed_is_not_sent_again(client: Client) -> None:
    first = client.query(COUNT)
    again = client.get("/sparql?" + urlencode({"query": COUNT}), If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    other = client.query(COUNT, "text/csv")
    assert other.headers["etag"] != first.headers["etag"]
    assert "etag" not in client.query("SELECT (NOW() AS ?t) {}").headers


def test_gzip_for_those_who_take_it(client: Client) -> None:
    import gzip

    path = "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 200"})
    plain, packed = client.get(path), client.get(path, Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert "Accept-Encoding" in packed.headers["vary"]


def test_other_sites_may_ask(client: Client) -> None:
    allowed = client.get("/sparql?" + urlencode({"query": ASK}), Origin="https://example.org")
    assert allowed.headers["access-control-allow-origin"] == "*"
    preflight = client.request(
        "OPTIONS",
        "/sparql",
        headers={
            "Origin": "https://example.org",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert preflight.status == 200
    assert "POST" in preflight.headers["access-control-allow-methods"]


def test_rdflib_and_sparqlwrapper_are_answered(client: Client, built: Built) -> None:
    from SPARQLWrapper import CSV, JSON, N3, SPARQLWrapper

    wrapper: Any = SPARQLWrapper(client.url + "/sparql", returnFormat=JSON)
    wrapper.setQuery(COUNT)
    bindings = wrapper.queryAndConvert()["results"]["bindings"]
    assert bindings[0]["n"]["value"] == str(len(built.dataset.triples()))
    wrapper.setReturnFormat(CSV)
    assert wrapper.queryAndConvert().startswith(b"n")
    wrapper.setQuery(f"CONSTRUCT WHERE {{ <{ALPHA}> ?p ?o }}")
    wrapper.setReturnFormat(N3)
    assert ALPHA.encode() in wrapper.queryAndConvert() or b"alpha2001" in wrapper.queryAndConvert()
