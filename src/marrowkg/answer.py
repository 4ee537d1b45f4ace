"""Answers: rows of a query, and for each row the results and passages it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyoxigraph as ox

from marrowkg.errors import ParameterError, QueryError, UnknownNameError
from marrowkg.prefixes import MKG, expand

if TYPE_CHECKING:
    from marrowkg.storedquery import Parameter, StoredQuery
    from marrowkg.vocabulary import Vocabulary

__all__ = ["Answer", "Evidence", "answer", "bind_words", "run_sparql"]

Cell = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None

_OA = "http://www.w3.org/ns/oa#"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One passage behind a row: the fact it belongs to, where it stands, and what it reads."""

    fact: str
    passage: str
    paper: str
    locator: str
    exact: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The solutions of a query, in order."""

    columns: Sequence[str]
    cells: Sequence[Sequence[Cell]]
    question: str = ""
    evidence: Sequence[Evidence] = ()
    evidence_columns: Sequence[str] = ()
    display: Mapping[str, str] = field(default_factory=dict)

    def evidence_of_row(self, index: int) -> list[Evidence]:
        """The evidence behind one row."""
        named = {_text(self.cells[index][self.columns.index(column)]) for column in self.evidence_columns}
        return [evidence for evidence in self.evidence if evidence.fact in named]

    @property
    def rows(self) -> list[dict[str, str]]:
        """Rows as text by column; an unbound cell is empty."""
        return [dict(zip(self.columns, texts, strict=True)) for texts in self.texts()]

    def texts(self) -> Iterator[list[str]]:
        """Rows as lists of text."""
        for row in self.cells:
            yield [_text(cell) for cell in row]

    def __len__(self) -> int:
        return len(self.cells)


def _text(cell: Cell) -> str:
    return cell.value if isinstance(cell, ox.NamedNode | ox.BlankNode | ox.Literal) else str(cell or "")


def run_sparql(store: ox.Store, text: str) -> Answer:
    """Run a SELECT or ASK on the store.

    Raises:
        QueryError: if the engine refuses the query, or it is a CONSTRUCT or DESCRIBE.
    """
    try:
        result = store.query(text)
        if isinstance(result, ox.QuerySolutions):
            columns = [variable.value for variable in result.variables]
            return Answer(columns, [list(solution) for solution in result])
    except (SyntaxError, OSError, ValueError, RuntimeError) as error:
        raise QueryError(f"the query was refused: {error}") from error
    if isinstance(result, ox.QueryBoolean):
        yes = ox.Literal("true" if bool(result) else "false", datatype=ox.NamedNode(_BOOLEAN))
        return Answer(["answer"], [[yes]])
    raise QueryError("expected a SELECT or ASK query")


_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"


def answer(
    store: ox.Store,
    query: StoredQuery,
    values: Mapping[str, Sequence[ox.NamedNode | ox.Literal]],
    *,
    with_evidence: bool = True,
) -> Answer:
    """Run a stored query with bound parameters and gather the evidence behind its rows.

    Raises:
        ParameterError: if a parameter is unknown or empty.
    """
    rows = run_sparql(store, query.bind(values))
    if not with_evidence:
        return rows
    columns = [column for column in query.evidence if column in rows.columns]
    places = [rows.columns.index(column) for column in columns]
    named = dict.fromkeys(row[place] for row in rows.cells for place in places)
    evidence = [e for fact in named if isinstance(fact, ox.NamedNode) for e in evidence_of(store, fact)]
    return Answer(rows.columns, rows.cells, query.question, tuple(evidence), tuple(columns), query.display)


def evidence_of(store: ox.Store, fact: ox.NamedNode) -> list[Evidence]:
    """The passages of a fact, in the order of their names; of a passage, itself.

    A fact that no passage prints, but is derived, rests on the passages of what it is derived from.
    """
    passages = _objects(store, fact, "anchoredBy") or [
        passage
        for derivation in _objects(store, fact, "derivation")
        for origin in _objects(store, derivation, "derivedFrom")
        for passage in _objects(store, origin, "anchoredBy")
    ]
    found = [_evidence(store, fact.value, passage.value) for passage in passages or [fact]]
    return [evidence for evidence in found if evidence.locator]


def _objects(store: ox.Store, subject: ox.NamedNode, name: str) -> list[ox.NamedNode]:
    quads = store.quads_for_pattern(subject, ox.NamedNode(MKG + name), None, ox.DefaultGraph())
    return sorted((q.object for q in quads if isinstance(q.object, ox.NamedNode)), key=lambda node: node.value)


def _evidence(store: ox.Store, fact: str, passage: str) -> Evidence:
    def value(predicate: str) -> str:
        quads = store.quads_for_pattern(ox.NamedNode(passage), ox.NamedNode(predicate), None, ox.DefaultGraph())
        return next((_text(quad.object) for quad in quads), "")

    return Evidence(fact, passage, value(MKG + "reportedIn"), value(MKG + "locator"), value(_OA + "exact"))


def bind_words(
    query: StoredQuery, words: Mapping[str, Sequence[str]], vocabulary: Vocabulary
) -> dict[str, list[ox.NamedNode | ox.Literal]]:
    """Turn what a person typed for each parameter into RDF terms.

    Raises:
        ParameterError: if a parameter is unknown, or a value is not allowed, with the nearest.
    """
    query.bind({name: [ox.Literal("")] for name in words})
    return {name: [_term(query.parameters[name], word, vocabulary) for word in typed] for name, typed in words.items()}


def _term(parameter: Parameter, word: str, vocabulary: Vocabulary) -> ox.NamedNode | ox.Literal:
    if parameter.class_ is None:
        datatype = ox.NamedNode(expand(f"xsd:{parameter.datatype}", vocabulary.prefixes))
        return ox.Literal(word, datatype=None if parameter.datatype == "string" else datatype)
    root = expand(parameter.class_, vocabulary.prefixes).removeprefix(MKG)
    try:
        return ox.NamedNode(vocabulary.resolve(word, [root]).iri)
    except UnknownNameError as error:
        raise ParameterError(f"{parameter.name}: {error}") from error
