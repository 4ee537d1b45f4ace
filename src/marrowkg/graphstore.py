"""Graphs on a server: read and replaced through the Graph Store Protocol, or through query and update."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path
from string import Template
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import (
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    OpenerDirector,
    Request,
    build_opener,
    parse_http_list,
    parse_keqv_list,
)

import pyoxigraph as ox

from marrowkg.prefixes import KG
from marrowkg.remote import Endpoint, EndpointError, delay
from marrowkg.storedquery import StoredQuery

__all__ = ["GraphStore", "ProtocolStore", "UpdateStore"]

_SPARQL = Path(__file__).parent / "sparql"
_STAGING = ox.NamedNode(KG + "graph/staging")
_CHUNK = 5000
"""Triples of one INSERT DATA."""
_ACCEPT = "application/n-triples, text/turtle;q=0.9, text/plain;q=0.5, application/rdf+xml;q=0.4"
_FORMATS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "text/rdf+n3": ox.RdfFormat.N3,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


class GraphStore(Protocol):
    """A place for graphs; None is the default graph."""

    def read(self, name: ox.NamedNode | None) -> frozenset[ox.Triple]:
        """The triples of a graph, none where there is no such graph."""

    def replace(self, name: ox.NamedNode | None, triples: Collection[ox.Triple]) -> None:
        """Replace a graph in one step: a reader sees the old one or the new one."""


class ProtocolStore:
    """A server with the SPARQL 1.1 Graph Store HTTP Protocol: one PUT a graph."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def read(self, name: ox.NamedNode | None) -> frozenset[ox.Triple]:
        """The triples of a graph, none where there is no such graph.

        Raises:
            EndpointError: if the server cannot be asked or its answer not be read.
        """
        request = Request(self._url(name), headers={"Accept": _ACCEPT})  # noqa: S310 - Endpoint checked the scheme
        return _read(self._endpoint, request)

    def replace(self, name: ox.NamedNode | None, triples: Collection[ox.Triple]) -> None:
        """Replace a graph in one step.

        Raises:
            EndpointError: if the server refuses.
        """
        body = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
        headers = {"Content-Type": "text/turtle; charset=utf-8"}
        request = Request(self._url(name), data=body, headers=headers, method="PUT")  # noqa: S310 - as above
        _send(self._endpoint, request)

    def _url(self, name: ox.NamedNode | None) -> str:
        joint = "&" if "?" in self._endpoint.url else "?"
        return f"{self._endpoint.url}{joint}{'default' if name is None else 'graph=' + quote(name.value, safe='')}"


class UpdateStore:
    """A server with SPARQL 1.1 Update: a graph is filled beside the old one, in pieces, and then takes its place."""

    def __init__(self, update: Endpoint, query: Endpoint) -> None:
        self._update, self._query = update, query

    def read(self, name: ox.NamedNode | None) -> frozenset[ox.Triple]:
        """The triples of a graph, none where there is no such graph.

        Raises:
            EndpointError: if the server cannot be asked or its answer not be read.
        """
        file = _SPARQL / ("read-default.rq" if name is None else "read-graph.rq")
        stored = StoredQuery(file.stem, file.read_text(encoding="utf-8"))
        text = stored.text if name is None else stored.bind({"graph": [name]})
        return _read(self._query, _form(self._query, {"query": text}, _ACCEPT))

    def replace(self, name: ox.NamedNode | None, triples: Collection[ox.Triple]) -> None:
        """Replace a graph in one step, once all of it is there.

        Raises:
            EndpointError: if the server refuses.
        """
        target = "DEFAULT" if name is None else f"GRAPH {name}"
        self._run("drop.ru", target=f"GRAPH {_STAGING}")
        if not triples:
            # many servers know no empty graphs, so that there would be nothing to move
            self._run("drop.ru", target=target)
            return
        for piece in _pieces(triples):
            text = (ox.serialize(piece, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
            self._run("insert.ru", graph=str(_STAGING), triples=text)
        self._run("move.ru", graph=str(_STAGING), target=target)

    def _run(self, file: str, **terms: str) -> None:
        text = Template((_SPARQL / file).read_text(encoding="utf-8")).substitute(terms)
        _send(self._update, _form(self._update, {"update": text}, "*/*"))


def _pieces(triples: Collection[ox.Triple]) -> Iterator[list[ox.Triple]]:
    """Pieces of the graph; all blank nodes in the first, because each request has blank nodes of its own."""
    blank = [t for t in triples if isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode)]
    if blank:
        yield blank
    rest = iter(set(triples) - set(blank))
    while piece := list(islice(rest, _CHUNK)):
        yield piece


def _form(endpoint: Endpoint, fields: dict[str, str], accept: str) -> Request:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
    return Request(endpoint.url, data=urlencode(fields).encode(), headers=headers)  # noqa: S310 - Endpoint checked it


def _read(endpoint: Endpoint, request: Request) -> frozenset[ox.Triple]:
    status, media_type, body = _send(endpoint, request)
    if status == 404 or not body:
        return frozenset()
    form = _FORMATS.get(media_type.partition(";")[0].strip().lower())
    if form is None:
        raise EndpointError(f"{endpoint.url} answered in {media_type or 'no named format'}; expected RDF")
    try:
        return frozenset(quad.triple for quad in ox.parse(body, format=form, base_iri=endpoint.url))
    except SyntaxError as error:
        raise EndpointError(f"{endpoint.url} answered what is not {media_type}: {error}") from error


def _send(endpoint: Endpoint, request: Request) -> tuple[int, str, bytes]:
    """Status, media type and body; 404 is an answer to a GET.

    Raises:
        EndpointError: if the server cannot be reached or refuses; a failure of its own is given other chances.
    """
    opener = _opener(endpoint, request)
    for attempt in range(endpoint.attempts):
        try:
            with opener.open(request, timeout=endpoint.seconds) as response:
                return response.status, response.headers.get("Content-Type", ""), response.read()
        except HTTPError as error:
            with error:
                if error.code == 404 and request.get_method() == "GET":
                    return 404, "", b""
                said = " ".join(error.read().decode(errors="replace").split())[:300]
                if error.code < 500 or attempt + 1 == endpoint.attempts:
                    raise EndpointError(_refusal(endpoint, error.code, said)) from error
                endpoint.wait(delay(attempt, error.headers.get("Retry-After")))
        except (URLError, OSError) as error:
            raise EndpointError(f"{endpoint.url} cannot be reached: {getattr(error, 'reason', error)}") from error
    raise EndpointError(f"{endpoint.url} was not asked: no attempt is allowed")


def _refusal(endpoint: Endpoint, code: int, said: str) -> str:
    hints = {
        401: "; give --user, and the password in MARROWKG_PASSWORD (--digest for Digest authentication)",
        403: "; the server is read-only for this user",
        404: "; is this the address of the graph store (see docs/serving.md for that of each server)?",
        405: "; is this the address of the graph store (see docs/serving.md for that of each server)?",
    }
    return f"{endpoint.url} refused: HTTP {code}: {said}{hints.get(code, '')}"


def _opener(endpoint: Endpoint, request: Request) -> OpenerDirector:
    """An opener that knows the login.

    The request is signed before it is sent: a server that has to ask for it first may hang up in the middle of a
    large body.
    """
    login = endpoint.login
    if login is None:
        return build_opener()
    if not login.digest:
        token = b64encode(f"{login.user}:{login.password}".encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {token}")
        return build_opener()
    passwords = HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, endpoint.url, login.user, login.password)
    handler = HTTPDigestAuthHandler(passwords)
    challenge = _challenge(endpoint, request.full_url) if request.data else None
    if challenge:
        signed = handler.get_authorization(request, challenge)
        request.add_unredirected_header("Authorization", f"Digest {signed}")
    return build_opener(handler)


def _challenge(endpoint: Endpoint, url: str) -> dict[str, str] | None:
    """What the server wants a digest of."""
    try:
        with build_opener().open(url, timeout=endpoint.seconds):
            return None
    except HTTPError as error:
        with error:
            scheme, _, rest = error.headers.get("WWW-Authenticate", "").partition(" ")
            return parse_keqv_list(parse_http_list(rest)) if scheme.lower() == "digest" else None
    except OSError as error:
        raise EndpointError(f"{endpoint.url} cannot be reached: {getattr(error, 'reason', error)}") from error
