"""The verbs as Python: build, validate, open the graph, ask it, explain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from marrowkg.errors import BuildError, MarrowError, UnknownNameError
from marrowkg.paths import House, house
from marrowkg.store import current_store, is_fresh, open_store

if TYPE_CHECKING:
    from marrowkg.answer import Answer
    from marrowkg.ask import Router, Understood
    from marrowkg.explain import Explanation
    from marrowkg.issue import Issue
    from marrowkg.paper.paper import Paper
    from marrowkg.pooling.pooling import Pooling
    from marrowkg.storedquery import StoredQuery
    from marrowkg.vocabulary import Vocabulary

__all__ = ["Graph", "build", "open_graph", "read_paper", "validate"]

Report = Callable[[str], None]


def _silent(_: str) -> None:
    """Tell nobody."""


class Graph:
    """The built graph, open for questions.

    >>> graph = open_graph()
    >>> answer = graph.query("conditions-presenting-with", finding="bone pain")
    >>> answer.rows[0]["paper"], answer.evidence[0].exact
    """

    def __init__(self, store: ox.Store, home: House) -> None:
        self.store = store
        self._house = home

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The ontology's terms, for looking names up."""
        from marrowkg.vocabulary import load_vocabulary

        return load_vocabulary(self._house.ontology)

    def query(self, name: str, **parameters: str | Sequence[str]) -> Answer:
        """Answer a stored query; parameters are labels, synonyms or CURIEs, one or several.

        Raises:
            UnknownNameError: if no stored query has the name.
            ParameterError: if a parameter or its value is not known.
        """
        from marrowkg.storedquery import find_query

        words = {key: [value] if isinstance(value, str) else list(value) for key, value in parameters.items()}
        return self.answer(find_query(self._house.queries, name), words)

    def answer(self, query: StoredQuery, words: Mapping[str, Sequence[str]], *, with_evidence: bool = True) -> Answer:
        """Answer a parsed stored query with what was typed for its parameters.

        Raises:
            ParameterError: if a parameter or its value is not known; UnknownNameError: if a paper is not.
        """
        from marrowkg.answer import answer, bind_words

        self._check_papers(words.get("paper", ()))
        values = bind_words(query, words, self.vocabulary) if words else {}
        return answer(self.store, query, values, with_evidence=with_evidence)

    def _check_papers(self, named: Sequence[str]) -> None:
        if not named:
            return
        from marrowkg.prefixes import MKG
        from marrowkg.suggest import did_you_mean

        slugs = self.store.quads_for_pattern(None, ox.NamedNode(MKG + "slug"), None, ox.DefaultGraph())
        known = sorted({quad.object.value for quad in slugs if isinstance(quad.object, ox.Literal)})
        for name in named:
            if name.strip() not in known:
                raise UnknownNameError("paper", name, did_you_mean(name, known))

    def understand(self, question: str) -> Understood:
        """What a question in plain English means: a stored question and its parameters.

        Raises:
            NotUnderstoodError: if it is out of scope, lacks a parameter or is ambiguous; with the closest.
        """
        return self._router.route(question)

    def ask(self, question: str) -> Answer:
        """Answer a question in plain English.

        Raises:
            NotUnderstoodError: as `understand`.
        """
        return self.answer_understood(self.understand(question))

    def answer_understood(self, understood: Understood, *, with_evidence: bool = True) -> Answer:
        """Answer what a question was taken to mean: the rows of the stored question that it asks for."""
        answer = self.answer(understood.query, understood.words, with_evidence=with_evidence)
        return self._router.arranged(understood, answer)

    @cached_property
    def _router(self) -> Router:
        from marrowkg.ask import Router, read_register

        def answers(query: StoredQuery, words: Mapping[str, Sequence[str]]) -> Answer:
            return self.answer(query, words, with_evidence=False)

        register = read_register(self.store, self._house.queries)
        return Router(self._house.queries, self.vocabulary, register, answers)

    def sparql(self, text: str) -> Answer:
        """Answer any SELECT or ASK."""
        from marrowkg.answer import run_sparql

        return run_sparql(self.store, text)

    def pool(self, finding: str, *, condition: str | None = None) -> Pooling:
        """Pool how often papers report a finding, under a condition or for each condition by itself.

        Raises:
            UnknownNameError: if the finding or the condition is not known, with the nearest name.
        """
        from marrowkg.pooling.pooling import pool

        return pool(self.store, self._house.queries / "pool", self.vocabulary, finding, condition)

    def explain(self, iri: str, sources: Path | None = None) -> Explanation:
        """From an IRI, in full or short, to what it says, its passages and its paper.

        Raises:
            UnknownNameError: if the graph does not know it.
        """
        from marrowkg.explain import explain, resolve_iri

        return explain(self.store, resolve_iri(self.store, iri), sources)


def open_graph(*, report: Report = _silent, complain: Callable[[MarrowError], None] | None = None) -> Graph:
    """Open the store, built anew first if the files have changed since.

    When that build fails and there is a store from before, `complain` is told and the old store answers.

    Raises:
        BuildError: if the build fails and there is no store to fall back on, or nobody to tell.
    """
    home = house()
    if not is_fresh(home):
        from marrowkg.build import build as build_all

        try:
            build_all(home, report=report)
        except BuildError as error:
            if complain is None or current_store(home) is None:
                raise
            complain(error)
    folder = current_store(home)
    if folder is None:
        msg = f"no store in {home.cache}"
        raise MarrowError(msg)
    return Graph(open_store(folder), home)


def build(output: Path | None = None, *, sources: Path | None = None, report: Report = _silent) -> list[Issue]:
    """Build graph/rdf/, the store and, with `output`, a release; return what is worth knowing but no violation.

    Raises:
        BuildError: with every violation.
    """
    from marrowkg.build import build as build_all

    return build_all(house(), output, sources=sources, report=report).issues


def validate(files: Iterable[Path] = (), *, sources: Path | None = None, quick: bool = False) -> list[Issue]:
    """Check curated files, all of them by default; return the complaints."""
    from marrowkg.validate import validate as validate_all

    return validate_all(house(), list(files), sources=sources, quick=quick).issues


def read_paper(file: Path) -> Paper:
    """Read one curated file strictly.

    Raises:
        CurationError: with every complaint.
    """
    from marrowkg.paper.reading import read_paper as read
    from marrowkg.vocabulary import load_vocabulary

    return read(file, load_vocabulary(house().ontology))
