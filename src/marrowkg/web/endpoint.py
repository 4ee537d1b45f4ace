"""The handler of `/sparql`, and what every answer shares: negotiation, ETag, compression, a client that leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from hashlib import sha256
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from marrowkg.web.description import describe
from marrowkg.web.negotiation import GRAPH_TYPES, SOLUTION_TYPES, choose, listed
from marrowkg.web.protocol import RefusedError, SparqlRequest, read_request
from marrowkg.web.site import Site

__all__ = ["answer_sparql", "site_of", "sparql", "validator"]

_T = TypeVar("_T")


def site_of(request: Request) -> Site:
    """The site that the request was sent to."""
    site: Site = request.app.state.site
    return site


async def sparql(request: Request) -> Response:
    """SPARQL 1.1 Protocol: a query, or without one the service description."""
    site = site_of(request)
    body = await _body(request, site)
    content_type = request.headers.get("content-type", "")
    asked = read_request(request.method, request.scope["query_string"], content_type, body)
    accept = request.headers.get("accept", "")
    if asked is None:
        if choose(accept, (*GRAPH_TYPES, "text/html")) == "text/html":
            return RedirectResponse(request.url_for("editor"), 303)
        return await describe(request, site, "service.ttl", accept)
    return await answer_sparql(request, asked, accept)


async def answer_sparql(request: Request, asked: SparqlRequest, accept: str) -> Response:
    """The answer to a query in the type that `accept` likes best.

    Raises:
        RefusedError: with the status and the reason why there is none.
    """
    site = site_of(request)
    solution_type, graph_type = choose(accept, SOLUTION_TYPES), choose(accept, GRAPH_TYPES)
    if solution_type is None and graph_type is None:
        offered = f"tables as {listed(SOLUTION_TYPES)}; graphs as {listed(GRAPH_TYPES)}"
        raise RefusedError(406, f"nothing that is accepted can be had. Offered: {offered}\n")
    headers = {"Vary": "Accept, Accept-Encoding"}
    if asked.is_repeatable:
        headers |= {"ETag": validator(site, asked, solution_type, graph_type), "Cache-Control": "no-cache"}
        if _is_known(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
    else:
        headers["Cache-Control"] = "no-store"
    gzip = "gzip" in request.headers.get("accept-encoding", "")
    work = site.ask(asked, solution_type=solution_type, graph_type=graph_type, gzip=gzip)
    reply = await _unless_gone(request, work)
    if reply.encoding:
        headers["Content-Encoding"] = reply.encoding
    return Response(reply.body, media_type=_with_charset(reply.media_type), headers=headers)


def validator(site: Site, *parts: object) -> str:
    """A weak ETag of the data and of what is asked of them."""
    return f'W/"{sha256(repr((site.digest, parts)).encode()).hexdigest()[:24]}"'


def _is_known(request: Request, tag: str) -> bool:
    known = request.headers.get("if-none-match", "")
    return tag in [part.strip() for part in known.split(",")] or known.strip() == "*"


def _with_charset(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


async def _body(request: Request, site: Site) -> bytes:
    """The body of the request, of limited size and in limited time.

    Raises:
        RefusedError: if it is too large or comes too slowly.
    """
    limits = site.limits
    too_large = RefusedError(413, f"a request holds at most {limits.request_bytes >> 10} KiB\n")
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > limits.request_bytes:
        raise too_large
    pieces = bytearray()
    try:
        async with asyncio.timeout(limits.client_seconds):
            async for piece in request.stream():
                pieces += piece
                if len(pieces) > limits.request_bytes:
                    raise too_large
    except TimeoutError as error:
        raise RefusedError(408, f"the request did not arrive within {limits.client_seconds:g} s\n") from error
    return bytes(pieces)


async def _unless_gone(request: Request, work: Coroutine[Any, Any, _T]) -> _T:
    """Do the work, but stop it when the client leaves."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise RefusedError(499, "the client left\n")
        return task.result()
    finally:
        gone.cancel()
        task.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
