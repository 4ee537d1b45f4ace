"""Stored queries on somebody else's SPARQL 1.1 endpoint, with the rows that the embedded store would give."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import pyoxigraph as ox

from marrowkg.answer import Answer
from marrowkg.errors import MarrowError

if TYPE_CHECKING:
    from marrowkg.answer import Cell
    from marrowkg.storedquery import StoredQuery

__all__ = ["Endpoint", "EndpointError", "Login", "as_stored", "delay", "query_endpoint"]

_BOOLEAN = ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class EndpointError(MarrowError):
    """A server that cannot be reached, refuses, or answers what cannot be read; the text says which."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks; `digest` where the server wants HTTP Digest instead of Basic authentication."""

    user: str
    password: str
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server and how patient to be with it; `default_graphs` are merged into the default graph of each query.

    Raises:
        EndpointError: if the URL is none, or a password would go over an open line.
    """

    url: str
    login: Login | None = None
    seconds: float = 60.0
    attempts: int = 3
    default_graphs: Sequence[str] = ()
    wait: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise EndpointError(f"expected a URL such as https://example.org/sparql, found {self.url!r}")
        if self.login and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise EndpointError(f"a password does not go over an open line: use https instead of {self.url}")


def query_endpoint(
    endpoint: Endpoint, query: StoredQuery, values: Mapping[str, Sequence[ox.NamedNode | ox.Literal]]
) -> Answer:
    """The answer of the endpoint to a stored query with bound parameters; without evidence, which its columns name.

    Raises:
        EndpointError: if there is none.
        ParameterError: if a parameter is unknown or empty.
    """
    body = _ask(endpoint, query.bind(values))
    try:
        columns, cells = _table(body)
    except (ValueError, SyntaxError, KeyError, TypeError) as error:
        raise EndpointError(f"{endpoint.url} did not answer in SPARQL results JSON: {error}") from error
    return Answer(columns, cells, query.question, display=query.display)


def delay(attempt: int, retry_after: str | None) -> float:
    """Seconds to wait before the next attempt: what the server says, or longer each time; never more than 30."""
    if retry_after is not None and retry_after.isdigit():
        return min(float(retry_after), 30.0)
    return min(0.5 * 2.0**attempt, 30.0)


# ---- asking


def _ask(endpoint: Endpoint, text: str) -> bytes:
    for attempt in range(endpoint.attempts):
        try:
            return _ask_once(endpoint, text)
        except _PassingError as again:
            if attempt + 1 == endpoint.attempts:
                raise EndpointError(f"{endpoint.url} failed {endpoint.attempts} times: {again}") from again
            endpoint.wait(delay(attempt, again.retry_after))
    raise EndpointError(f"{endpoint.url} was not asked: no attempt is allowed")


class _PassingError(Exception):
    """A failure that may pass."""

    def __init__(self, text: str, retry_after: str | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(text)


def _ask_once(endpoint: Endpoint, text: str) -> bytes:
    from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, SPARQLWrapperException, Unauthorized

    try:
        response = _wrapper(endpoint, text).query().response
        with response:
            body: bytes = response.read()
    except EndPointInternalError as error:
        raise _PassingError(_shortened(error.msg)) from error
    except SPARQLWrapperException as error:
        said = f"HTTP 401{_login_hint(endpoint)}" if isinstance(error, Unauthorized) else _shortened(error.args)
        raise EndpointError(f"{endpoint.url} refused: {said}") from error
    except HTTPError as error:
        with error:
            raise _http_error(endpoint, error) from error
    except OSError as error:
        raise _unreached(endpoint, error) from error
    return body


def _unreached(endpoint: Endpoint, error: OSError) -> Exception:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return EndpointError(f"{endpoint.url} did not answer within {endpoint.seconds:g} s")
    if isinstance(error, URLError):
        return EndpointError(f"{endpoint.url} cannot be reached: {reason}")
    return _PassingError(str(error))


def _http_error(endpoint: Endpoint, error: HTTPError) -> Exception:
    said = f"HTTP {error.code} {error.reason}: {_shortened(error.read())}"
    if error.code >= 500:
        return _PassingError(said, error.headers.get("Retry-After"))
    return EndpointError(f"{endpoint.url} refused: {said}")


def _login_hint(endpoint: Endpoint) -> str:
    if endpoint.login is None:
        return ": give --user, and the password in MARROWKG_PASSWORD"
    if endpoint.login.digest:
        return ": user and password are wrong, or the server is not Virtuoso, the only one asked with Digest here"
    return ": user and password are wrong"


def _shortened(said: Any) -> str:
    """The first words of an error that a server sent."""
    if isinstance(said, tuple):
        said = " ".join(str(part) for part in said)
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:300]


def _wrapper(endpoint: Endpoint, text: str) -> Any:
    from SPARQLWrapper import BASIC, DIGEST, JSON, POST, SELECT, SPARQLWrapper

    wrapper: Any = SPARQLWrapper(endpoint.url, returnFormat=JSON, agent="marrowkg")
    # the header of a stored query is for us; words in it can make SPARQLWrapper take the query for an update
    wrapper.setQuery("\n".join(line for line in text.splitlines() if not line.startswith("#")))
    wrapper.queryType = SELECT
    wrapper.setMethod(POST)
    wrapper.timeout = endpoint.seconds  # setTimeout would cut off the fraction
    for graph in endpoint.default_graphs:
        wrapper.addParameter("default-graph-uri", graph)
    if endpoint.login:
        wrapper.setHTTPAuth(DIGEST if endpoint.login.digest else BASIC)
        wrapper.setCredentials(endpoint.login.user, endpoint.login.password)
    return wrapper


# ---- reading


def _table(body: bytes) -> tuple[list[str], list[list[Cell]]]:
    results = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(results, ox.QuerySolutions):
        columns = [variable.value for variable in results.variables]
        rows = [list(solution) for solution in results]
        stored = as_stored(cell for row in rows for cell in row if isinstance(cell, ox.Literal))
        return columns, [[stored.get(cell, cell) for cell in row] for row in rows]
    return ["answer"], [[ox.Literal("true" if bool(results) else "false", datatype=_BOOLEAN)]]


def as_stored(literals: Iterable[ox.Literal]) -> dict[Any, ox.Literal]:
    """Each literal as the embedded store would give it back: `1.50` is 1.5 there, and elsewhere `1.50`."""
    store, place = ox.Store(), ox.NamedNode("x:")
    distinct = list(dict.fromkeys(literals))
    store.bulk_extend(ox.Quad(ox.NamedNode(f"x:{number}"), place, literal) for number, literal in enumerate(distinct))
    found: dict[Any, ox.Literal] = {}
    for quad in store.quads_for_pattern(None, place, None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
            found[distinct[int(quad.subject.value[2:])]] = quad.object
    return found
