"""Answers: rows of a query, and for each row the results and passages it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyoxigraph as ox

from marrowkg.display import filled, shortened
from marrowkg.errors import ParameterError, QueryError, UnknownNameError
from marrowkg.evidence import Derived, Dispute, Evidence, derived_of, disputes_of, evidence_of, told
from marrowkg.prefixes import MKG, expand

if TYPE_CHECKING:
    from pandas import DataFrame

    from marrowkg.storedquery import Parameter, StoredQuery
    from marrowkg.vocabulary import Vocabulary

__all__ = ["Answer", "answer", "bind_words", "run_sparql"]

Cell = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The solutions of a query, in order."""

    columns: Sequence[str]
    cells: Sequence[Sequence[Cell]]
    question: str = ""
    evidence: Sequence[Evidence] = ()
    evidence_columns: Sequence[str] = ()
    display: Mapping[str, str] = field(default_factory=dict)
    disputes: Sequence[Dispute] = ()
    derived: Sequence[Derived] = ()

    def evidence_of_row(self, index: int) -> list[Evidence]:
        """The evidence behind one row."""
        facts = self._facts_of_row(index)
        return [evidence for evidence in self.evidence if evidence.fact in facts]

    def disputes_of_row(self, index: int) -> list[Dispute]:
        """What the audit found about the facts of one row."""
        facts = self._facts_of_row(index)
        return [dispute for dispute in self.disputes if dispute.fact in facts]

    def displayed(self) -> tuple[list[str], list[list[str]]]:
        """Headings and rows as a person reads them: as the question's `display` says, or else column by column."""
        shown = [{name: shortened(text) for name, text in row.items()} for row in self.rows]
        if self.display:
            return list(self.display), [[filled(text, row) for text in self.display.values()] for row in shown]
        return list(self.columns), [list(row.values()) for row in shown]

    def told_evidence(self, index: int) -> list[str]:
        """The evidence of one row in words: paper and places, then what is not printed and what is disputed."""
        found = self.evidence_of_row(index)
        return [told(found), *map(str, self.derived_of_row(index)), *map(str, self.disputes_of_row(index))]

    def to_pandas(self) -> DataFrame:
        """The rows as a data frame; numbers and truth values have their types, an unbound cell is missing.

        Raises:
            MarrowError: if pandas is not installed (the extra `pandas`).
        """
        from marrowkg.frame import frame

        return frame(self.columns, self.cells)

    def _repr_html_(self) -> str:
        """How a notebook shows the answer: its rows as a person reads them, and the evidence to unfold."""
        from marrowkg.notebook import html

        headings, rows = self.displayed()
        evidence = [self.told_evidence(index) for index in range(len(self))] if self.evidence else []
        return html(self.question, headings, rows, evidence)

    def derived_of_row(self, index: int) -> list[Derived]:
        """The numbers of the facts of one row that no passage prints."""
        facts = self._facts_of_row(index)
        return [derived for derived in self.derived if derived.fact in facts]

    def _facts_of_row(self, index: int) -> set[str]:
        return {_text(self.cells[index][self.columns.index(column)]) for column in self.evidence_columns}

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
    facts = [fact for fact in named if isinstance(fact, ox.NamedNode)]
    return Answer(
        rows.columns,
        rows.cells,
        query.question,
        evidence=tuple(found for fact in facts for found in evidence_of(store, fact)),
        evidence_columns=tuple(columns),
        display=query.display,
        disputes=tuple(found for fact in facts for found in disputes_of(store, fact)),
        derived=tuple(found for fact in facts for found in derived_of(store, fact)),
    )


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
        return _literal(parameter, word, vocabulary)
    root = expand(parameter.class_, vocabulary.prefixes).removeprefix(MKG)
    try:
        return ox.NamedNode(vocabulary.resolve(word, [root]).iri)
    except UnknownNameError as error:
        raise ParameterError(f"{parameter.name}: {error}") from error


_WRITTEN = {
    "integer": (r"[+-]?[0-9]{1,18}", "a whole number such as 3"),
    "decimal": (r"[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})", "a number such as 2.5"),
    "boolean": (r"true|false", "true or false"),
}
"""How a value of a datatype is written, and how that is said."""


def _literal(parameter: Parameter, word: str, vocabulary: Vocabulary) -> ox.Literal:
    if parameter.datatype == "string":
        return ox.Literal(word)
    pattern, expected = _WRITTEN.get(parameter.datatype, (r".+", f"an xsd:{parameter.datatype}"))
    if not re.fullmatch(pattern, word.strip()):
        hint = f" ({parameter.help})" if parameter.help else ""
        raise ParameterError(f"{parameter.name}: expected {expected}, found {word!r}{hint}")
    return ox.Literal(word.strip(), datatype=ox.NamedNode(expand(f"xsd:{parameter.datatype}", vocabulary.prefixes)))
