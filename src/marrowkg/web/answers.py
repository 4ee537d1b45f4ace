"""The stored queries as REST: `/answers`, and `/answers/<name>?finding=bone+pain`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from marrowkg.answer import Answer, Cell, bind_words
from marrowkg.errors import MarrowError
from marrowkg.storedquery import StoredQuery
from marrowkg.suggest import did_you_mean
from marrowkg.web.endpoint import answer_sparql, site_of, validator
from marrowkg.web.negotiation import SHORT_NAMES, SOLUTION_FORMATS, SOLUTION_TYPES, choose, listed
from marrowkg.web.pages import as_page
from marrowkg.web.protocol import RefusedError, SparqlRequest, read_form
from marrowkg.web.site import Site

__all__ = ["answer", "answers", "query_data"]

_FORMAT = "format"


async def answers(request: Request) -> Response:
    """The stored queries: what they ask, and which parameters they take."""
    site = site_of(request)
    listing = [query_data(query) for query in site.queries.values()]
    accept = _accept(request, _pairs(request))
    if choose(accept, ("application/json", "text/html")) == "text/html":
        return as_page("answers.html", queries=listing)
    if choose(accept, ("application/json",)) is None:
        raise RefusedError(406, "the list of stored queries can be had as application/json, text/html\n")
    return JSONResponse(listing, headers={"Vary": "Accept"})


def query_data(query: StoredQuery) -> dict[str, Any]:
    """A stored query as plain data."""
    parameters = [
        {"name": p.name, "class": p.class_, "datatype": None if p.class_ else p.datatype, "help": p.help}
        for p in query.parameters.values()
    ]
    return {
        "name": query.name,
        "question": query.question,
        "description": query.description,
        "parameters": parameters,
        "tags": list(query.tags),
        "sparql": query.text,
    }


async def answer(request: Request) -> Response:
    """The answer of one stored query, with the parameters of the URL bound as RDF terms.

    Raises:
        RefusedError: if the query, a parameter or a value is not known, or the answer ran into a limit.
    """
    site = site_of(request)
    query = _query(site, request.path_params["name"])
    pairs = _pairs(request)
    words: dict[str, list[str]] = {}
    for name, value in pairs:
        if name != _FORMAT:
            words.setdefault(name, []).append(value)
    accept = _accept(request, pairs)
    if choose(accept, (*SOLUTION_TYPES, "text/html")) == "text/html":
        return await _page(request, site, query, words)
    return await answer_sparql(request, _bound(site, query, words), accept)


def _query(site: Site, name: str) -> StoredQuery:
    if name not in site.queries:
        raise RefusedError(
            404, f"no stored query is called {name!r}{did_you_mean(name, site.queries)}; /answers lists all\n"
        )
    return site.queries[name]


def _pairs(request: Request) -> list[tuple[str, str]]:
    return read_form(request.scope["query_string"], "the query string")


def _accept(request: Request, pairs: Sequence[tuple[str, str]]) -> str:
    """What the client accepts: the parameter `format`, or else the header."""
    named = [value for name, value in pairs if name == _FORMAT]
    if not named:
        return request.headers.get("accept", "")
    if len(named) > 1 or named[0] not in SHORT_NAMES:
        raise RefusedError(400, f"format is one of {listed(list(SHORT_NAMES))}, found {', '.join(map(repr, named))}\n")
    return SHORT_NAMES[named[0]]


def _bound(site: Site, query: StoredQuery, words: Mapping[str, Sequence[str]]) -> SparqlRequest:
    try:
        return SparqlRequest(query.bind(bind_words(query, words, site.vocabulary)) if words else query.text)
    except MarrowError as error:
        raise RefusedError(400, f"{error}\n") from error
    except ValueError as error:
        raise RefusedError(400, f"a value cannot be an RDF term: {error}\n") from error


async def _page(request: Request, site: Site, query: StoredQuery, words: Mapping[str, Sequence[str]]) -> Response:
    """The answer as a page, or what was wrong with the parameters on the same page."""
    # a form sends the fields that nobody filled in, too
    words = {name: given for name, typed in words.items() if (given := [word for word in typed if word.strip()])}
    problem, table, status = "", None, 200
    try:
        reply = await site.ask(_bound(site, query, words), solution_type=SOLUTION_TYPES[0], graph_type=None)
        table = _table(query, reply.body)
    except RefusedError as error:
        problem, status = error.text, error.status
    asked = {
        name: ", ".join(words[name]) if name in words else _default(site, query, name) for name in query.parameters
    }
    # a parameter that restricts nothing until it is given is not worth a word
    unsaid = [name for name, said in asked.items() if said and name not in words]
    values = {"query": query_data(query), "words": words, "asked": asked, "unsaid": unsaid, "table": table}
    page = as_page("answer.html", status, problem=problem, **values)
    if status == 200:
        page.headers["ETag"] = validator(site, query.name, words, "html")
    return page


def _default(site: Site, query: StoredQuery, name: str) -> str:
    """What a parameter stands for when nothing is given, in words."""
    terms = query.defaults(name)
    if query.parameters[name].class_ is None:
        return " ".join(terms).replace('"', "")
    return ", ".join(site.vocabulary.resolve(term).label for term in terms)


def _table(query: StoredQuery, body: bytes) -> dict[str, Any]:
    """Headings and rows for people; each cell is a text, and where it stands for one thing, the IRI of that.

    A row ends with what it rests on, which leads to the fact.
    """
    solutions: Any = ox.parse_query_results(body, format=SOLUTION_FORMATS[SOLUTION_TYPES[0]])
    columns = [variable.value for variable in solutions.variables]
    cells = [list(solution) for solution in solutions]
    display = {
        heading: (template, _source(template)) for heading, template in (query.display or _used(columns, cells)).items()
    }
    facts = [name for name in query.evidence if name not in (source for _, source in display.values())]
    for name in facts:
        words = "[{passages}]" if "passages" in columns and len(facts) == 1 else f"[{{{name}}}]"
        display["evidence" if len(facts) == 1 else name.replace("_", " ")] = words, name
    templates = {heading: template for heading, (template, _) in display.items()}
    headings, texts = Answer(columns, cells, display=templates).displayed()
    places = [columns.index(source) if source in columns else None for _, source in display.values()]
    rows = [
        [(text, _iri(row, place)) for text, place in zip(said, places, strict=True)]
        for said, row in zip(texts, cells, strict=True)
    ]
    return {"headings": headings, "rows": rows}


def _used(columns: Sequence[str], cells: Sequence[Sequence[Cell]]) -> dict[str, str]:
    """A display of each column that has a value in some row."""
    used = [name for place, name in enumerate(columns) if any(row[place] is not None for row in cells)]
    return {name.replace("_", " "): f"{{{name}}}" for name in used}


def _source(template: str) -> str:
    """The column that a template shows, if it shows nothing else."""
    return template.strip("[{}]")


def _iri(row: Sequence[Cell], place: int | None) -> str:
    cell = row[place] if place is not None else None
    return cell.value if isinstance(cell, ox.NamedNode) else ""
