"""What the service is (SPARQL 1.1 Service Description) and what the dataset is (VoID, DCAT)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response

from marrowkg.web.negotiation import GRAPH_FORMATS, GRAPH_TYPES, choose, listed
from marrowkg.web.protocol import RefusedError

if TYPE_CHECKING:
    from marrowkg.web.site import Site

__all__ = ["describe", "templates"]


@cache
def templates() -> jinja2.Environment:
    """The templates of pages and descriptions; what is put into HTML is escaped, and a missing value is an error."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
    return jinja2.Environment(
        loader=loader,
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


async def describe(request: Request, site: Site, template: str, accept: str) -> Response:
    """A description in RDF, with the address under which the client reached the server as base.

    Raises:
        RefusedError: if no accepted type can hold it, or the address is no IRI.
    """
    media_type = choose(accept, GRAPH_TYPES)
    if media_type is None:
        raise RefusedError(406, f"this description can be had as {listed(GRAPH_TYPES)}\n")
    text = templates().get_template(template).render(await _facts(site))
    try:
        quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=str(request.base_url)))
    except ValueError as error:
        raise RefusedError(400, "the Host header of the request makes no IRI\n") from error
    triples = [quad.triple for quad in quads]
    prefixes = {**site.prefixes, **_PREFIXES}
    body = ox.serialize(triples, format=GRAPH_FORMATS[media_type], prefixes=prefixes)
    headers = {"Vary": "Accept, Host", "Cache-Control": "no-cache"}
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Response(body, media_type=media_type + charset, headers=headers)


_PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "format": "http://www.w3.org/ns/formats/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
}


async def _facts(site: Site) -> dict[str, Any]:
    statistics = (await site.known_rows("statistics"))[0]
    return {
        "graphs": await site.known_rows("graphs"),
        "digest": site.digest,
        "has_services": bool(site.limits.services),
    } | {name: int(value) for name, value in statistics.items()}
