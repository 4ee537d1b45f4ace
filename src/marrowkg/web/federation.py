"""SERVICE clauses: found in the text of a query, and allowed by name only.

What keeps a query off the network is the worker, which cannot open a socket, unless this check lets it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from marrowkg.web.protocol import RefusedError

__all__ = ["check_services", "needs_network"]

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*+'''"
    r'|"(?:[^"\\\n]|\\.)*+"'
    r"|'(?:[^'\\\n]|\\.)*+'"
    r"|<[^<>\"{}|^`\\\x00-\x20]*+>"
    r"|\#[^\n\r]*+"
    r"|[?$@]\w+"
    r"|[\w.-]++(?::(?:[\w:.%-]|\\.)*+)?"
    r"|:(?:[\w:.%-]|\\.)*+"
    # a quotation mark or backslash that is none of these is an error, behind which no engine reads on
    r"|[\"'\\].*+"
    r"|\S",
    re.DOTALL,
)
"""Reads any text in time proportional to its length: a client may send one that is made to take longer."""
_CLAUSE = re.compile(r"SERVICE\s+(?:SILENT\s+)?<([^<>\s]*)>", re.IGNORECASE)
_PIECE = re.compile(r"\w+|\W")


def needs_network(query: str) -> bool:
    """Whether the text may hold a SERVICE clause at all."""
    return "service" in _unescaped(query).casefold()


def check_services(query: str, allowed: Collection[str]) -> bool:
    """Whether the query has SERVICE clauses and so must be let onto the network; all of them name an allowed endpoint.

    Such a query has the word nowhere else: engines take it for the keyword where no reader expects it, as in
    `1.SERVICEex:a`.

    Raises:
        RefusedError: if one does not.
    """
    text = _unescaped(query)
    targets = list(_targets(text)) if needs_network(query) else []
    for target in targets:
        if not (target.startswith("<") and target[1:-1] in allowed):
            names = ", ".join(sorted(allowed)) or "none; the server is started with --allow-service URL to allow one"
            raise RefusedError(
                403, f"SERVICE {target[:200]} is not allowed here. Allowed, written in full as <IRI>: {names}\n"
            )
    if targets and needs_network(_CLAUSE.sub(lambda m: " " if m[1] in allowed else m[0], text)):
        raise RefusedError(
            403,
            "a query with SERVICE <IRI> has the word 'service' in no other place, be it a name, a text or a comment\n",
        )
    return bool(targets)


def _unescaped(query: str) -> str:
    """SPARQL reads a code point escape before anything else (section 19.2)."""
    return _ESCAPE.sub(lambda m: _character(int(m[1] or m[2], 16)), query)


def _character(code: int) -> str:
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _tokens(query: str) -> Iterator[str]:
    for token in _TOKEN.findall(query):
        if token[0] in "\"'<#?$@\\" or ":" in token:
            yield token
        else:
            yield from _PIECE.findall(token)


def _targets(query: str) -> Iterator[str]:
    tokens = [token for token in _tokens(query) if not token.startswith("#")]
    for index, token in enumerate(tokens):
        if token.casefold() == "service":
            rest = tokens[index + 1 : index + 3]
            if rest and rest[0].casefold() == "silent":
                rest = rest[1:]
            yield rest[0] if rest else ""
