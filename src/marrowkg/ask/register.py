"""What people call the papers, cited sources and patients of a graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from marrowkg.answer import run_sparql

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["Person", "Register", "read_register"]


@dataclass(frozen=True, slots=True)
class Person:
    """A patient of a paper: the label as printed, the names it goes by, ages and the classes that are told of it."""

    paper: str
    printed: str
    names: set[str] = field(default_factory=set, compare=False)
    ages: set[str] = field(default_factory=set, compare=False)
    traits: set[str] = field(default_factory=set, compare=False)
    observed: set[str] = field(default_factory=set, compare=False)
    """Classes of what was looked for in the patient, found or not."""

    def in_words(self) -> str:
        """The patient, for a person to check."""
        return f"patient {self.printed} of {self.paper}"


@dataclass(slots=True)
class Register:
    """Names by what they name. Texts are as the graph holds them."""

    authors: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    years: dict[str, str] = field(default_factory=dict)
    conditions: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """Classes of the conditions of each paper's own cohorts, each with one of the larger cohort, if there is any."""
    settings: dict[str, str] = field(default_factory=dict)
    """Where the patients of a paper were seen."""
    sections: set[str] = field(default_factory=set)
    """Parts of the papers, as their passages name them, in lower case."""
    sources: dict[str, str] = field(default_factory=dict)
    """Authors of each cited source, by its label."""
    people: dict[tuple[str, str], Person] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, str]]) -> Register:
        """From the rows of `queries/ask/names.rq`."""
        register = cls()
        for row in rows:
            register._read(row["kind"], row["paper"], row["key"], row["name"])
        return register

    def _read(self, kind: str, paper: str, key: str, name: str) -> None:
        flat = {"author": self.authors, "title": self.titles, "year": self.years, "source": self.sources}
        if kind in flat:
            flat[kind][key] = name
        elif kind == "section":
            self.sections.add(name.casefold())
        elif kind == "setting":
            self.settings[paper] = f"{self.settings.get(paper, '')} {name}"
        elif kind == "condition":
            self.conditions.setdefault(paper, set()).add((name, key))
        else:
            person = self.people.setdefault((paper, key), Person(paper, key))
            if kind == "age":
                person.ages.add(f"{float(name):g}")
            else:
                {"patient": person.names, "observed": person.observed}.get(kind, person.traits).add(name)


def read_register(store: ox.Store, folder: Path) -> Register:
    """The names in a store, by the query in the folder of stored queries."""
    text = (folder / "ask" / "names.rq").read_text(encoding="utf-8")
    return Register.of(run_sparql(store, text).rows)
