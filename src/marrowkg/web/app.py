"""The application: which path leads to which handler."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from marrowkg.paths import House
from marrowkg.web.answers import answer, answers
from marrowkg.web.description import describe
from marrowkg.web.endpoint import site_of, sparql
from marrowkg.web.envelope import Envelope, Figures
from marrowkg.web.limits import Limits
from marrowkg.web.openapi import api, openapi
from marrowkg.web.pages import as_page, editor, ontology, prefixes, refusal, thing, vocabulary, wants_page
from marrowkg.web.protocol import RefusedError
from marrowkg.web.site import Site

__all__ = ["create_app"]

_STATIC = Path(__file__).parent / "static"


def create_app(home: House, limits: Limits | None = None) -> Starlette:
    """The application that serves the graph of a house."""
    figures = Figures()
    app = Starlette(
        routes=[
            Route("/", editor, name="editor"),
            Route("/sparql", sparql, methods=["GET", "POST"]),
            Route("/answers", answers),
            Route("/answers/{name}", answer),
            Route("/void", dataset),
            Route("/.well-known/void", dataset),
            Route("/openapi.json", openapi),
            Route("/api", api),
            Route("/prefixes.json", prefixes),
            Route("/vocabulary.json", vocabulary),
            Route("/health", health),
            Route("/metrics", metrics),
            Mount("/static", StaticFiles(directory=_STATIC), name="static"),
            Route("/ontology", ontology),
            Route("/{path:path}", thing),
        ],
        middleware=[
            Middleware(Envelope, figures=figures),
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "HEAD", "POST"],
                allow_headers=["*"],
                expose_headers=["ETag", "Retry-After"],
            ),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=6),
        ],
        exception_handlers={RefusedError: _refused, HTTPException: _not_served},
        lifespan=_lifespan,
    )
    app.state.site = Site(home, limits)
    app.state.figures = figures
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    site: Site = app.state.site
    await site.pool.open()
    try:
        yield
    finally:
        await site.pool.close()


async def dataset(request: Request) -> Response:
    """What the dataset is: VoID and DCAT."""
    if wants_page(request):
        described = await describe(request, site_of(request), "dataset.ttl", "text/turtle")
        return as_page("description.html", text=bytes(described.body).decode())
    return await describe(request, site_of(request), "dataset.ttl", request.headers.get("accept", ""))


async def health(request: Request) -> Response:
    """Whether the store answers, and which data it holds."""
    site = site_of(request)
    statistics = (await site.known_rows("statistics"))[0]
    return JSONResponse({"status": "ok", "data": site.digest, "triples": int(statistics["triples"])})


async def metrics(request: Request) -> Response:
    """Figures in the text format that Prometheus reads."""
    pool = site_of(request).pool
    gauges = {"running": pool.running, "waiting": pool.waiting, "standing": pool.standing}
    counters = {"workers_started_total": pool.started, "workers_stopped_total": pool.killed}
    figures: Figures = request.app.state.figures
    lines = figures.lines()
    for kind, values in (("gauge", gauges), ("counter", counters)):
        for name, value in values.items():
            lines += [f"# TYPE marrowkg_{name} {kind}", f"marrowkg_{name} {value}"]
    return PlainTextResponse("\n".join([*lines, ""]), media_type="text/plain; version=0.0.4")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)  # noqa: S101 - it is registered for this class
    if error.status == 404 and wants_page(request):
        return refusal(error)
    return PlainTextResponse(error.text, error.status, error.headers)


async def _not_served(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for this class
    allowed = (error.headers or {}).get("Allow")
    hint = f"; this address takes {allowed}" if allowed else ""
    return PlainTextResponse(f"{error.detail}{hint}\n", error.status_code, error.headers)
