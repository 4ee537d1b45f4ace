"""Every stored question gives the same rows on every engine, and publishing is the way there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

import pyoxigraph as ox
import pytest
from running import Server, fuseki, oxigraph

from marrowkg.answer import Answer, answer
from marrowkg.build import Built
from marrowkg.dataset import Dataset
from marrowkg.errors import MarrowError
from marrowkg.graphstore import GraphStore
from marrowkg.paths import House
from marrowkg.publish import publish, read_release
from marrowkg.remote import Endpoint, EndpointError, Login, query_endpoint
from marrowkg.storedquery import StoredQuery, list_queries
from marrowkg.web.limits import Limits
from serving import Client, serving

pytestmark = pytest.mark.servers


@pytest.fixture(scope="session")
def release(mini: House, built: Built) -> Dataset:
    """The release as it is on disk."""
    assert built.papers
    return read_release(mini.root / "release" / "marrowkg.nq.gz")


@pytest.fixture(scope="session")
def queries(mini: House) -> Sequence[StoredQuery]:
    return list_queries(mini.queries)


def rows(found: Answer) -> list[tuple[str, ...]]:
    """Rows as text, in a fixed order: only some questions order ties."""
    return sorted(tuple(row) for row in found.texts())


def differing(store: ox.Store, endpoint: Endpoint, queries: Sequence[StoredQuery]) -> dict[str, tuple[int, int]]:
    """The questions whose rows differ, with the number of rows here only and there only."""
    found: dict[str, tuple[int, int]] = {}
    for query in queries:
        ours = answer(store, query, {}, with_evidence=False)
        theirs = query_endpoint(endpoint, query, {})
        assert list(theirs.columns) == list(ours.columns), query.name
        here, there = rows(ours), rows(theirs)
        if here != there:
            found[query.name] = (len(set(here) - set(there)), len(set(there) - set(here)))
    return found


@pytest.fixture(scope="module")
def ours(mini: House, built: Built) -> Iterator[Client]:
    assert built.papers
    with serving(mini) as client:
        yield client


def test_our_endpoint(ours: Client, store: ox.Store, queries: Sequence[StoredQuery]) -> None:
    assert len(queries) > 5
    assert any(len(answer(store, query, {}, with_evidence=False)) for query in queries)
    assert not differing(store, Endpoint(ours.url + "/sparql"), queries)


def test_rdflib(store: ox.Store, queries: Sequence[StoredQuery]) -> None:
    import rdflib

    from marrowkg.remote import as_stored

    merged = (quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    text = ox.serialize(merged, format=ox.RdfFormat.N_TRIPLES)
    graph = rdflib.Graph().parse(data=text or b"", format="nt")
    differ = []
    for query in queries:
        result = graph.query(query.text)
        body = result.serialize(format="json") or b""
        solutions = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        assert isinstance(solutions, ox.QuerySolutions)
        cells = [list(solution) for solution in solutions]
        stored = as_stored(c for row in cells for c in row if isinstance(c, ox.Literal))
        theirs = Answer([v.value for v in solutions.variables], [[stored.get(c, c) for c in row] for row in cells])
        if rows(theirs) != rows(answer(store, query, {}, with_evidence=False)):
            differ.append(query.name)
    assert not differ


@pytest.mark.parametrize("way", ["protocol_store", "update_store"])
@pytest.mark.parametrize("fixture", ["an_oxigraph", "a_fuseki"])
def test_published_and_asked(
    fixture: str,
    way: str,
    request: pytest.FixtureRequest,
    release: Dataset,
    store: ox.Store,
    queries: Sequence[StoredQuery],
) -> None:
    server: Server = request.getfixturevalue(fixture)
    graphs: GraphStore = getattr(server, way)
    graphs.replace(None, [])
    done = list(publish(release, graphs))
    assert [(p.triples, p.written) for p in done] == [(len(release.triples()), True)]
    assert not differing(store, server.query, queries)
    again = list(publish(release, graphs))
    assert [(p.digest, p.written) for p in again] == [(done[0].digest, False)]


@pytest.mark.parametrize("way", ["protocol_store", "update_store"])
@pytest.mark.parametrize("fixture", ["an_oxigraph", "a_fuseki"])
def test_named_graphs_need_a_union_or_their_names(
    fixture: str,
    way: str,
    request: pytest.FixtureRequest,
    release: Dataset,
    store: ox.Store,
    queries: Sequence[StoredQuery],
) -> None:
    server: Server = request.getfixturevalue(fixture)
    graphs: GraphStore = getattr(server, way)
    for name in (None, *release.graphs):
        graphs.replace(name, [])
    done = list(publish(release, graphs, named_graphs=True))
    assert {p.name for p in done} == {name.value for name in release.graphs}
    names = sorted(name.value for name in release.graphs)
    asked = Endpoint(server.query.url, seconds=120, default_graphs=names)
    some = [query for query in queries if query.name in ("conditions-presenting-with", "papers", "passages")]
    assert not differing(store, asked, some)
    assert len(query_endpoint(server.query, some[0], {})) == 0


def test_a_run_that_was_cut_off_is_run_again(an_oxigraph: Server, release: Dataset) -> None:
    graphs = an_oxigraph.protocol_store
    for name in release.graphs:
        graphs.replace(name, [])
    cut_off = publish(release, graphs, named_graphs=True)
    first = next(cut_off)
    assert first.written
    cut_off.close()
    again = list(publish(release, graphs, named_graphs=True))
    assert [p.written for p in again] == [False] + [True] * (len(release.graphs) - 1)


def test_a_server_that_changes_what_it_is_given_is_found_out(an_oxigraph: Server, release: Dataset) -> None:
    class Forgetful:
        def read(self, name: ox.NamedNode | None) -> frozenset[ox.Triple]:
            return an_oxigraph.protocol_store.read(name)

        def replace(self, name: ox.NamedNode | None, triples: frozenset[ox.Triple]) -> None:
            an_oxigraph.protocol_store.replace(name, sorted(triples, key=str)[1:])

    an_oxigraph.protocol_store.replace(None, [])
    with pytest.raises(MarrowError, match="not there: "):
        list(publish(release, Forgetful()))  # type: ignore[arg-type]


@pytest.mark.parametrize("scheme", ["basic", "digest"])
def test_a_server_that_asks_who_it_is(scheme: str, folder: Path, release: Dataset) -> None:
    (folder / "passwords").write_text("curator: s3cret\n", encoding="ascii")
    small = Dataset({name: triples for name, triples in release.graphs.items() if len(triples) < 2000})
    login = Login("curator", "s3cret", digest=scheme == "digest")
    with fuseki(folder, "--passwd=passwords", f"--auth={scheme}", login=login) as server:
        assert all(p.written for p in publish(small, server.protocol_store, named_graphs=True))
        if scheme == "digest":
            return  # of servers with Digest, SPARQLWrapper can ask Virtuoso only
        query = StoredQuery("any", "#+ question: Any?\nSELECT ?g { GRAPH ?g { ?s ?p ?o } } LIMIT 1")
        assert len(query_endpoint(server.query, query, {})) == 1
        with pytest.raises(EndpointError, match="401"):
            query_endpoint(Endpoint(server.query.url), query, {})


def test_a_read_only_server_refuses(folder: Path, release: Dataset) -> None:
    with oxigraph(folder) as server, pytest.raises(EndpointError, match=r"40[0-9]"):
        list(publish(release, _elsewhere(server)))


def _elsewhere(server: Server) -> GraphStore:
    from marrowkg.graphstore import ProtocolStore

    return ProtocolStore(Endpoint(server.query.url.replace("/query", "/nowhere")))


def test_a_question_over_two_servers(an_oxigraph: Server, a_fuseki: Server, release: Dataset) -> None:
    """Half of the papers on each: SERVICE joins them."""
    alpha = next(name for name in release.graphs if name.value.endswith("/alpha2001"))
    beta = next(name for name in release.graphs if name.value.endswith("/beta2010"))
    for server, name in ((an_oxigraph, alpha), (a_fuseki, beta)):
        server.protocol_store.replace(None, release.graphs[name])
    query = f"""
        PREFIX mkg: <https://w3id.org/marrowkg/ontology#>
        SELECT ?here ?there {{
          ?a a mkg:Paper ; mkg:slug ?here .
          SERVICE <{a_fuseki.query.url}> {{ ?b a mkg:Paper ; mkg:slug ?there }}
        }}"""
    found = query_endpoint(an_oxigraph.query, StoredQuery("federated", "#+ question: Who?\n" + query), {})
    assert [tuple(row) for row in found.texts()] == [("alpha2001", "beta2010")]


def test_our_endpoint_asks_another_if_it_may(mini: House, a_fuseki: Server, release: Dataset) -> None:
    beta = next(name for name in release.graphs if name.value.endswith("/beta2010"))
    a_fuseki.protocol_store.replace(None, release.graphs[beta])
    query = f"""
        PREFIX mkg: <https://w3id.org/marrowkg/ontology#>
        SELECT ?slug {{ SERVICE <{a_fuseki.query.url}> {{ ?b mkg:slug ?slug }} ?paper a mkg:Paper ; mkg:slug ?slug }}"""
    with serving(mini, Limits(services=frozenset({a_fuseki.query.url}))) as client:
        assert client.rows(query) == [{"slug": "beta2010"}]
        other = client.query(query.replace(a_fuseki.query.url, "http://127.0.0.1:1/"))
        assert other.status == 403
        alone = f"http://127.0.0.1:{client.port}/void"
        with urlopen(Request(alone, headers={"Accept": "text/turtle"})) as response:
            assert quote("dataset") in response.read().decode()


def virtuoso_differs(page: Path) -> set[str]:
    """The questions that docs/serving.md says Virtuoso does not answer as the others do."""
    section = page.read_text(encoding="utf-8").partition("\n### Virtuoso\n")[2].partition("\n## ")[0]
    cells = [line.rpartition("| `")[2] for line in section.splitlines() if line.startswith("|")]
    return {name for cell in cells for name in re.findall(r"[a-z]+(?:-[a-z]+)*(?=`)", cell)}


@pytest.mark.virtuoso
def test_virtuoso(
    a_virtuoso: Server, release: Dataset, store: ox.Store, queries: Sequence[StoredQuery], repository: Path
) -> None:
    named = virtuoso_differs(repository / "docs" / "serving.md")
    assert named
    assert named <= {query.name for query in queries}
    for name, triples in release.graphs.items():
        a_virtuoso.protocol_store.replace(name, triples)
    assert not differing(store, a_virtuoso.query, [query for query in queries if query.name not in named])
