"""Stored questions over REST, pages and descriptions, on a running server."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml

from marrowkg.answer import answer
from marrowkg.build import Built
from marrowkg.paths import House
from marrowkg.storedquery import find_query, list_queries
from marrowkg.web import app as app_module
from marrowkg.web.openapi import description
from marrowkg.web.site import Site
from serving import Client, serving

REPOSITORY = Path(__file__).resolve().parent.parent
WEB = Path(app_module.__file__).parent
NAME = "conditions-presenting-with"
RESULT = "/alpha2001/result/anemia-in-all"


@pytest.fixture(scope="module")
def client(mini: House, built: Built) -> Iterator[Client]:
    assert built.papers
    with serving(mini) as served:
        yield served


def test_the_rows_are_those_of_the_command_line(client: Client, store: ox.Store, mini: House) -> None:
    for query in list_queries(mini.queries):
        got = list(csv.reader(io.StringIO(client.answer(query.name, "text/csv").text)))
        ours = answer(store, query, {}, with_evidence=False)
        assert got[0] == list(ours.columns)
        assert sorted(got[1:]) == sorted(ours.texts()), query.name


def test_a_parameter_is_a_label_a_synonym_or_a_curie(client: Client) -> None:
    found = [client.answer(NAME, finding=said).body for said in ("bone pain", "Bone Pain", "mkg:BonePain")]
    assert len(set(found)) == 1
    assert client.answer(NAME, finding="anemia").body != found[0]
    assert client.answer(NAME, finding=["anemia", "bone pain"]).status == 200


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("csv", "text/csv"),
        ("tsv", "text/tab-separated-values"),
        ("json", "application/sparql-results+json"),
        ("xml", "application/sparql-results+xml"),
        ("html", "text/html"),
    ],
)
def test_the_format_is_named_in_the_address_or_in_the_header(client: Client, form: str, media_type: str) -> None:
    assert client.answer(NAME, format=form).media_type == media_type
    assert client.answer(NAME, media_type).media_type == media_type


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/answers/conditions-presenting", 404, "did you mean 'conditions-presenting-with'"),
        (f"/answers/{NAME}?findin=x", 400, "did you mean 'finding'"),
        (f"/answers/{NAME}?finding=bone+pan", 400, "bone pain"),
        (f"/answers/{NAME}?finding=", 400, "finding"),
        (f"/answers/{NAME}?format=pdf", 400, "csv"),
        (f"/answers/{NAME}?format=csv&format=json", 400, "csv"),
        (f"/answers/{NAME}?finding=%22%20%7D%20DROP%20ALL%20%23", 400, "finding"),
        (f"/answers/{NAME}?finding=%ff", 400, "UTF-8"),
    ],
)
def test_what_is_wrong_is_told_with_what_would_be_right(client: Client, path: str, status: int, said: str) -> None:
    response = client.get(path)
    assert (response.status, said in response.text) == (status, True), response.text


def test_a_wrong_word_on_the_page_is_told_on_the_page_and_escaped(client: Client) -> None:
    page = client.answer(NAME, "text/html", finding="<script>alert(1)</script>")
    assert page.status == 400
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


def test_a_page_shows_rows_as_the_command_line_does_and_leads_to_their_evidence(client: Client) -> None:
    page = client.answer(NAME, "text/html", finding="bone pain").text
    headings = re.findall(r'<th scope="col">([^<]*)</th>', page)
    assert headings == [*find_query(REPOSITORY / "queries", NAME).display, "evidence"]
    assert "18/40" in page
    assert '<a href="/alpha2001/result/bone-pain-in-all">Abstract: ' in page
    assert "Which conditions present with\n<i>bone pain</i>" in page.replace("with <i>", "with\n<i>")


def test_a_page_says_what_it_took_for_a_value_that_was_not_given(client: Client) -> None:
    page = client.get(f"/answers/{NAME}?finding=", "text/html")
    assert (page.status, "Nothing was said of finding: this is the answer for <i>bone pain</i>" in page.text) == (
        200,
        True,
    )
    assert "Nothing was said" not in client.answer(NAME, "text/html", finding="fever").text


def test_a_number_that_is_none_is_refused_with_what_was_expected(client: Client) -> None:
    response = client.answer("patients-with-marker-and-grade", grade="abc")
    assert (response.status, "grade: expected a whole number such as 3, found 'abc'" in response.text) == (400, True)
    assert client.answer("patients-with-marker-and-grade", grade="4").status == 200


def test_an_address_with_a_slash_too_many_leads_to_the_right_one(client: Client) -> None:
    response = client.get("/answers/?format=csv")
    assert (response.status, response.headers["location"]) == (308, f"{client.url}/answers?format=csv")
    for path in ("//example.org/", "/\\example.org/", "/%2F%2Fexample.org/"):
        assert client.get(path).headers.get("location", client.url + "/").startswith(client.url + "/"), path


def test_a_person_is_told_on_a_page_what_is_not_there_and_what_is(client: Client) -> None:
    page = client.get("/alpha2001", "text/html")
    assert (page.status, page.media_type, "/alpha2001/paper" in page.text) == (404, "text/html", True)
    assert client.get("/answers/nothing", "text/html").media_type == "text/html"
    assert client.get("/alpha2001/paper", "image/png").status == 406


def test_there_are_pages_of_the_interface_and_of_the_dataset(client: Client, mini: House) -> None:
    page = client.get("/api", "text/html").text
    assert all(f'href="/answers/{query.name}"' in page for query in list_queries(mini.queries))
    page = client.get("/void", "text/html").text
    assert "void:triples" in page


def test_the_list_has_what_a_program_needs(client: Client, mini: House) -> None:
    listed = client.get("/answers").json()
    assert [query["name"] for query in listed] == [query.name for query in list_queries(mini.queries)]
    one = next(query for query in listed if query["name"] == NAME)
    assert one["parameters"][0]["name"] == "finding"
    assert client.get("/answers", "text/html").text.count("<dt>") == len(listed)
    assert client.get("/answers", "image/png").status == 406


def test_every_iri_of_a_row_can_be_looked_up(client: Client, store: ox.Store, mini: House) -> None:
    rows = answer(store, find_query(mini.queries, NAME), {}, with_evidence=False)
    cells = {cell.value for row in rows.cells for cell in row if isinstance(cell, ox.NamedNode)}
    assert cells
    for iri in cells:
        path = iri.removeprefix("https://w3id.org/marrowkg")
        page, graph = client.get(path, "text/html"), client.get(path, "application/n-triples")
        assert (page.status, page.media_type) == (200, "text/html")
        assert iri in page.text
        triples = {quad.triple for quad in ox.parse(graph.body, format=ox.RdfFormat.N_TRIPLES)}
        known = store.quads_for_pattern(ox.NamedNode(iri), None, None, ox.DefaultGraph())
        assert {quad.triple for quad in known} <= triples


def test_a_thing_that_is_not_there(client: Client) -> None:
    for path in ("/nowhere", "/alpha2001/result/none", "/%3Ca%3E", "/alpha2001"):
        assert client.get(path).status == 404, path


def test_a_graph_is_had_whole(client: Client, built: Built) -> None:
    name = next(name for name in built.dataset.graphs if name.value.endswith("graph/alpha2001"))
    got = client.get("/graph/alpha2001", "application/n-triples")
    assert len(list(ox.parse(got.body, format=ox.RdfFormat.N_TRIPLES))) == len(built.dataset.graphs[name])


def test_the_ontology_has_a_place_for_each_term(client: Client) -> None:
    page = client.get("/ontology", "text/html").text
    assert 'id="BonePain"' in page
    assert len(client.get("/ontology", "text/turtle").body) > 10_000


def test_the_dataset_is_described_with_true_counts(client: Client, built: Built) -> None:
    for path in ("/void", "/.well-known/void"):
        body = client.get(path, "application/n-triples").body
        said = {
            (q.subject.value, q.predicate.value.rpartition("#")[2], q.object.value)
            for q in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)
            if isinstance(q.subject, ox.NamedNode) and not isinstance(q.object, ox.Triple)
        }
        total = str(len(built.dataset.triples()))
        assert ("https://w3id.org/marrowkg/dataset", "triples", total) in said
        for name, triples in built.dataset.graphs.items():
            assert (name.value, "triples", str(len(triples))) in said


def test_a_host_that_is_no_host(client: Client) -> None:
    assert client.get("/void", Host="<x> y").status in (200, 400)
    assert client.get("/sparql", Host='a" b').status in (200, 303, 400)


def test_health_and_figures(client: Client, built: Built) -> None:
    assert client.get("/health").json()["triples"] == len(built.dataset.triples())
    figures = client.get("/metrics").text
    assert 'marrowkg_responses_total{status="200"}' in figures
    assert "marrowkg_running 0" in figures


def test_what_a_browser_needs_to_be_safe(client: Client) -> None:
    for path in ("/", "/answers", "/sparql?query=ASK%7B%7D", "/nowhere", "/static/editor.js", "/static/none"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "unsafe-eval" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_browser_at_the_endpoint_is_shown_the_editor(client: Client) -> None:
    response = client.get("/sparql", "text/html,application/xhtml+xml,*/*;q=0.8")
    assert (response.status, response.headers["location"].rstrip("/")) == (303, client.url)


def test_a_new_build_shows_at_once(tmp_path: Path, mini: House, built: Built) -> None:
    import shutil

    from marrowkg.dataset import Dataset
    from marrowkg.store import current_store, write_store

    assert built.papers
    cache = tmp_path / "cache"
    shutil.copytree(mini.cache, cache)
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    with serving(House(mini.root, cache)) as client:
        before = client.query(count)
        a = ox.NamedNode("http://a/")
        write_store(Dataset({a: frozenset({ox.Triple(a, a, a)})}), cache / "store-new")
        (cache / "current").write_text("store-new", encoding="ascii")
        after = client.query(count)
        assert after.status == 200, after.text
        assert after.json()["results"]["bindings"][0]["n"]["value"] == "1"
        assert after.headers["etag"] != before.headers["etag"]
        assert client.get("/health").json() == {"status": "ok", "data": "new", "triples": 1}
    assert current_store(mini) != cache / "store-new"


# ---- the description of the interface, and what is shipped with it


def test_openapi_names_every_question(client: Client, mini: House) -> None:
    described = client.get("/openapi.json").json()
    assert {f"/answers/{query.name}" for query in list_queries(mini.queries)} <= set(described["paths"])
    assert json.dumps(description(Site(mini)), sort_keys=True) == json.dumps(described, sort_keys=True)


def test_openapi_names_every_route(mini: House) -> None:
    app = app_module.create_app(mini)
    routes = {getattr(route, "path", "") for route in app.routes}
    pages = {"/", "/api", "/answers/{name}", "/.well-known/void", "/openapi.json", "/static", "/{path:path}"}
    described = yaml.safe_load((WEB / "openapi.yaml").read_text(encoding="utf-8"))["paths"]
    assert routes - pages == set(described)


def test_what_is_vendored_is_what_was_fetched() -> None:
    folders = sorted((WEB / "static" / "vendor").iterdir())
    assert folders
    for folder in folders:
        for line in (folder / "SHA256SUMS").read_text(encoding="ascii").splitlines():
            digest, name = line.split()
            assert sha256((folder / name).read_bytes()).hexdigest() == digest, name
        assert folder.name.endswith((folder / "VERSION").read_text(encoding="ascii").strip())
        assert (folder / "LICENSE.txt").is_file()


def test_no_page_of_ours_names_another_host() -> None:
    own = [*(WEB / "templates").glob("*.html"), *(WEB / "static").glob("*.*")]
    for file in own:
        text = (
            file.read_text(encoding="utf-8")
            .replace("https://w3id.org/marrowkg/", "")
            .replace("http://www.w3.org/2000/svg", "")
        )
        assert "://" not in text, file
