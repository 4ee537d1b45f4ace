"""The SPARQL 1.1 Protocol without a server: what a request asks for, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import pyoxigraph as ox

__all__ = ["RefusedError", "SparqlRequest", "read_form", "read_request"]

_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_UPDATE = "application/sparql-update"
_READ_ONLY = "this endpoint is read-only: an update is refused\n"


class RefusedError(Exception):
    """A request that is refused, with the HTTP status and a text that helps."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        self.status, self.text, self.headers = status, text, dict(headers or {})
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class SparqlRequest:
    """A query with the dataset that the protocol parameters describe."""

    query: str
    default_graphs: Sequence[str] = field(default=())
    named_graphs: Sequence[str] = field(default=())

    @property
    def is_repeatable(self) -> bool:
        """Whether the same data give the same answer: no clock, no chance, no other endpoint."""
        return not _CHANGING.search(self.query)


_CHANGING = re.compile(r"\b(?:(?:NOW|RAND|UUID|STRUUID)\s*\(|SERVICE\b)", re.IGNORECASE)


def read_request(method: str, query_string: bytes, content_type: str, body: bytes) -> SparqlRequest | None:
    """The query that a GET, HEAD or POST asks; None for a request without one, which asks for the description.

    Raises:
        RefusedError: if the request is not one of the three kinds of the protocol, or is an update.
    """
    url = read_form(query_string, "the query string")
    if method != "POST":
        return _from_form(url) if url else None
    media_type, charset = _content_type(content_type)
    if media_type == _UPDATE:
        raise RefusedError(403, _READ_ONLY)
    if media_type == _FORM:
        return _from_form([*url, *read_form(body, "the form")])
    if media_type == _DIRECT:
        if charset not in ("", "utf-8", "utf8"):
            raise RefusedError(415, f"a query is sent as UTF-8, found charset {charset!r}\n")
        if any(name in ("query", "update") for name, _ in url):
            raise RefusedError(400, f"a query sent as {_DIRECT} leaves no room for another in the URL\n")
        return _request([*url, ("query", _text(body, "the query"))])
    raise RefusedError(415, f"expected Content-Type {_FORM} or {_DIRECT}, found {media_type or 'none'}\n")


def read_form(data: bytes, what: str) -> list[tuple[str, str]]:
    """The name-value pairs of a query string or form.

    Raises:
        RefusedError: if it is not percent-encoded UTF-8.
    """
    try:
        return parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=1000)
    except UnicodeDecodeError as error:
        raise RefusedError(400, f"{what} is not percent-encoded UTF-8\n") from error
    except ValueError as error:
        raise RefusedError(400, f"{what} has too many fields\n") from error


def _text(data: bytes, what: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(400, f"{what} is not UTF-8: byte {error.start} is {data[error.start]:#04x}\n") from error


def _content_type(header: str) -> tuple[str, str]:
    media_type, *parameters = (part.strip().lower() for part in header.split(";"))
    named = dict(parameter.partition("=")[::2] for parameter in parameters)
    return media_type, named.get("charset", "").strip('"')


def _from_form(pairs: Sequence[tuple[str, str]]) -> SparqlRequest:
    if any(name == "update" for name, _ in pairs):
        raise RefusedError(403, _READ_ONLY)
    return _request(pairs)


def _request(pairs: Sequence[tuple[str, str]]) -> SparqlRequest:
    queries = [value for name, value in pairs if name == "query"]
    if len(queries) != 1:
        raise RefusedError(400, f"expected one parameter 'query', found {len(queries) or 'none'}\n")
    return SparqlRequest(queries[0], _graphs(pairs, "default-graph-uri"), _graphs(pairs, "named-graph-uri"))


def _graphs(pairs: Sequence[tuple[str, str]], parameter: str) -> tuple[str, ...]:
    names = tuple(value for name, value in pairs if name == parameter)
    for name in names:
        try:
            ox.NamedNode(name)
        except ValueError as error:
            raise RefusedError(400, f"{parameter}: {name!r} is not an absolute IRI\n") from error
    return names
