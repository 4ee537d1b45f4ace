"""Pages for people: the editor, the ontology, and one for every IRI of the graph, which programs get as RDF."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from marrowkg.prefixes import KG, MKG, compact
from marrowkg.web.description import templates
from marrowkg.web.endpoint import answer_sparql, site_of
from marrowkg.web.negotiation import GRAPH_TYPES, choose, listed
from marrowkg.web.protocol import RefusedError, SparqlRequest
from marrowkg.web.site import Site, page_query

__all__ = ["as_page", "editor", "ontology", "prefixes", "refusal", "thing", "vocabulary", "wants_page"]

_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def as_page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page from a template."""
    text = templates().get_template(template).render(values | {"local": local_link})
    return HTMLResponse(text, status, headers={"Vary": "Accept", "Cache-Control": "no-cache"})


def local_link(iri: str) -> str:
    """Where this server tells about an IRI of the graph; other IRIs lead where they lead."""
    return "/" + iri.removeprefix(KG) if iri.startswith(KG) else iri


async def editor(request: Request) -> Response:
    """The SPARQL editor."""
    return as_page("editor.html")


async def prefixes(request: Request) -> Response:
    """The prefix table, for editors."""
    return JSONResponse(dict(site_of(request).prefixes))


async def vocabulary(request: Request) -> Response:
    """The terms of the ontology with labels and synonyms, for editors that complete."""
    site = site_of(request)
    rows = await site.known_rows("vocabulary")
    terms = [
        {
            "curie": compact(row["term"], site.prefixes),
            "kind": row["kind"],
            "label": row["label"],
            "synonyms": row["synonyms"],
        }
        for row in rows
    ]
    return JSONResponse(terms, headers={"Cache-Control": "no-cache"})


async def ontology(request: Request) -> Response:
    """The ontology: a page with an anchor for each term, or RDF."""
    site = site_of(request)
    if not wants_page(request):
        return await _as_rdf(request, page_query("whole-graph", KG + "ontology"))
    rows = await site.known_rows("vocabulary")
    return as_page("ontology.html", terms=[row | {"name": row["term"].removeprefix(MKG)} for row in rows])


async def thing(request: Request) -> Response:
    """What the graph says of the IRI that this path stands for.

    Raises:
        RefusedError: if it says nothing.
    """
    site = site_of(request)
    path = request.path_params["path"]
    if path.endswith("/"):
        return RedirectResponse(request.url.replace(path="/" + path.strip("/")), 308)
    iri = KG + path
    rows = await _rows(site, iri)
    if not rows:
        hint = f"; of the paper it does: {local_link(iri)}/paper" if await _rows(site, iri + "/paper") else ""
        raise RefusedError(404, f"the graph says nothing of <{iri}>{hint}\n")
    if not wants_page(request):
        is_graph = any(row["graph"] == iri for row in await site.known_rows("graphs"))
        return await _as_rdf(request, page_query("whole-graph" if is_graph else "thing-graph", iri))
    return as_page("thing.html", **_told(site, iri, rows))


async def _rows(site: Site, iri: str) -> list[dict[str, str]]:
    try:
        ox.NamedNode(iri)
    except ValueError:
        return []
    return await site.rows("thing", iri)


def refusal(error: RefusedError) -> HTMLResponse:
    """The page that tells a person what is wrong with the address."""
    return as_page("refusal.html", error.status, text=error.text)


def wants_page(request: Request) -> bool:
    """Whether a person asks with a browser, and not a program."""
    return choose(request.headers.get("accept", ""), (*GRAPH_TYPES, "text/html")) == "text/html"


async def _as_rdf(request: Request, query: str) -> Response:
    accept = request.headers.get("accept", "")
    if choose(accept, GRAPH_TYPES) is None:
        raise RefusedError(406, f"this can be had as text/html, {listed(GRAPH_TYPES)}\n")
    return await answer_sparql(request, SparqlRequest(query), accept)


def _told(site: Site, iri: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    """The rows for the page: a short name for what has no label, each value once."""
    told: dict[str, list[dict[str, str]]] = {"out": [], "in": []}
    for row in rows:
        named = {
            "property": row["property"],
            "name": row["name"] or compact(row["property"], site.prefixes),
            "value": row["value"],
            "label": row["label"] or compact(row["value"], site.prefixes),
        }
        if named not in told[row["direction"]]:
            told[row["direction"]].append(named)
    label = next((row["value"] for row in told["out"] if row["property"] == _LABEL), compact(iri, site.prefixes))
    facts = [row for row in told["out"] if row["property"] != _LABEL]
    return {"iri": iri, "label": label, "facts": facts, "mentions": told["in"]}
