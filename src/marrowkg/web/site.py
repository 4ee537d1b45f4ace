"""What a server serves: the store that answers now, the stored queries, the vocabulary, and the workers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from marrowkg.paths import House
from marrowkg.prefixes import prefix_map
from marrowkg.store import current_store
from marrowkg.storedquery import StoredQuery, list_queries
from marrowkg.vocabulary import Vocabulary, load_vocabulary
from marrowkg.web.federation import check_services
from marrowkg.web.limits import Limits
from marrowkg.web.negotiation import GRAPH_TYPES, SOLUTION_TYPES, listed
from marrowkg.web.nursery import Reply
from marrowkg.web.pool import Pool
from marrowkg.web.protocol import RefusedError, SparqlRequest

__all__ = ["Site"]

_QUERIES = Path(__file__).parent / "queries"


class Site:
    """The graph as a server sees it. The store is looked up anew for each query, so that a build shows at once."""

    def __init__(self, home: House, limits: Limits | None = None) -> None:
        self.home = home
        self.limits = limits or Limits()
        self.pool = Pool(self.limits, self.store)
        self._known: dict[str, tuple[str, Any]] = {}

    def store(self) -> Path:
        """The folder of the store that answers.

        Raises:
            RefusedError: if there is none.
        """
        folder = current_store(self.home)
        if folder is None:
            raise RefusedError(503, "there is no store yet: run 'marrowkg build'\n", {"Retry-After": "60"})
        return folder

    @property
    def digest(self) -> str:
        """Digest of the data that answer now."""
        return self.store().name.removeprefix("store-")

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """The prefix table."""
        return prefix_map(self.home.ontology / "prefixes.ttl")

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The ontology's terms, for what people type."""
        return load_vocabulary(self.home.ontology)

    @cached_property
    def queries(self) -> Mapping[str, StoredQuery]:
        """The stored queries by name."""
        return {query.name: query for query in list_queries(self.home.queries)}

    async def ask(
        self, asked: SparqlRequest, *, solution_type: str | None, graph_type: str | None, gzip: bool = False
    ) -> Reply:
        """The reply to a query, in one of the two types.

        Raises:
            RefusedError: if the query is wrong, not allowed, or past a limit.
        """
        network = check_services(asked.query, self.limits.services)
        job = {
            "query": asked.query,
            "default": list(asked.default_graphs),
            "named": list(asked.named_graphs),
            "solution_type": solution_type,
            "graph_type": graph_type,
            "gzip": gzip,
            "result_bytes": self.limits.result_bytes,
            "prefixes": self.prefixes,
        }
        reply = await self.pool.run(job, network=network)
        if reply.status != 200:
            raise RefusedError(reply.status, self._why(reply))
        return reply

    def _why(self, reply: Reply) -> str:
        if reply.status == 406:
            offered = GRAPH_TYPES if reply.reason == "graph" else SOLUTION_TYPES
            return f"this query gives a {reply.reason}; it can be had as {listed(offered)}\n"
        if reply.status == 413:
            size = self.limits.result_bytes >> 20
            return f"the result is larger than {size} MiB; add LIMIT and OFFSET, or ask for less\n"
        return (
            reply.body.decode()
            or "the query was stopped: it needed more memory than it may have, or nests too deeply\n"
        )

    async def rows(self, name: str, thing: str | None = None) -> list[dict[str, str]]:
        """The rows of a query of the pages, as text by column, empty where unbound; `thing` is its parameter."""
        reply = await self.ask(SparqlRequest(page_query(name, thing)), solution_type=SOLUTION_TYPES[0], graph_type=None)
        table = json.loads(reply.body)
        columns = table["head"]["vars"]
        return [
            {column: row[column]["value"] if column in row else "" for column in columns}
            for row in table["results"]["bindings"]
        ]

    async def known_rows(self, name: str) -> Sequence[dict[str, str]]:
        """The rows of a query of the pages that has no parameter, asked once for each state of the data."""
        digest, rows = self._known.get(name, ("", []))
        if digest != self.digest:
            digest, rows = self.digest, await self.rows(name)
            self._known[name] = (digest, rows)
        return list(rows)


def page_query(name: str, thing: str | None = None) -> str:
    """The SPARQL of a query of the pages, with its parameter bound to an IRI."""
    query = StoredQuery(name, (_QUERIES / f"{name}.rq").read_text(encoding="utf-8"))
    return query.bind({parameter: [ox.NamedNode(thing)] for parameter in query.parameters}) if thing else query.text
