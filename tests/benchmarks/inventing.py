"""Invented papers as a curator would write them, drawn from the ontology by a seed: for graphs larger than ours.

What is drawn follows the real papers: some findings stand in many papers, most findings in few; most facts are
first-hand; every twentieth paper is a series that tells of its patients one by one. Nothing in it is true of anybody.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marrowkg.vocabulary import Vocabulary

__all__ = ["Terms", "drawable", "invent_paper", "slug_of"]

Plain = dict[str, Any]
Terms = Mapping[str, Sequence[str]]
"""Labels of the ontology by kind."""

COMMON = ("bone pain", "anemia", "thrombocytopenia", "leukopenia", "fever", "fatigue", "elevated lactate dehydrogenase")
"""Findings that stand in every other paper."""
ROOTS = {
    "findings": ("ClinicalFinding", "LaboratoryFinding", "PathologicalFinding"),
    "markers": ("ImmunophenotypicFinding", "GeneticFinding"),
    "sites": ("Metastasis",),
    "outcomes": ("Outcome",),
    "responses": ("TreatmentResponse",),
    "fates": ("Relapse", "VitalStatus"),
    "treatments": ("Treatment",),
    "events": ("TreatmentModification", "TreatmentCourseEvent", "ConfirmationMethodOfMarrowInvolvement"),
    "quantities": ("LaboratoryQuantity",),
    "stages": ("TumorStage",),
    "conditions": ("BoneMarrowDisorder",),
    "tumors": ("MalignantNeoplasm",),
    "procedures": ("DiagnosticProcedure",),
}
"""What is drawn: classes under these, without those themselves."""
COUNTED = {"findings": 2, "sites": 1, "outcomes": 1, "treatments": 1, "events": 1, "tumors": 1, "conditions": 1}
"""How many subjects of a kind a paper counts, besides the common findings."""
DESIGNS = ("case series", "retrospective cohort study", "single-institution study", "multi-institution study")
CERTAINTIES = ("stated", "usual", "occasional", "possible", "suggested", "denied")
CARCINOMATOSIS = "bone marrow carcinomatosis from breast cancer"
GRADED = ("anemia", "thrombocytopenia")
RECEPTOR_AND_SITE = ("HER2 overexpression", "liver metastasis")
INTERVAL = "interval from first diagnosis to bone marrow involvement"


def slug_of(number: int) -> str:
    """The slug of an invented paper."""
    return f"inv{number:05}"


def drawable(vocabulary: Vocabulary) -> Terms:
    """The labels that papers are drawn from, by kind."""
    kinds = {
        name: sorted(set(vocabulary.labels_under(roots)) - {vocabulary.term(f"mkg:{root}").label for root in roots})
        for name, roots in ROOTS.items()
    }
    return {**kinds, "relations": list(vocabulary.individuals("Relation"))}


def invent_paper(terms: Terms, number: int, seed: int = 0) -> Plain:
    """The sections of the curated file of paper `number`; the same for the same seed."""
    return _Inventor(terms, number, seed).paper()


class _Inventor:
    def __init__(self, terms: Terms, number: int, seed: int) -> None:
        self._rng = random.Random(f"{seed} {number}")
        self._number = number
        self._quotes = 0
        self._size = self._rng.randint(20, 400)
        self._terms = terms

    def paper(self) -> Plain:
        condition = CARCINOMATOSIS if self._series else self._one("conditions")
        return {
            "paper": self._bibliography(),
            "text": {"digest": f"{self._number:064x}", "sections": {"Results": "## Results"}},
            "sources": dict(self._sources()),
            "cohorts": dict(self._cohorts(condition)),
            "results": [*self._counts(), *self._relayed(), *self._estimates()],
            "statements": list(self._statements(condition)),
            "patients": dict(self._patients()),
        }

    @property
    def _series(self) -> bool:
        return self._number % 20 == 0

    def _draw(self, kind: str, count: int) -> Sequence[str]:
        """Different terms of a kind, the first of the alphabet more often than the last."""
        terms = self._terms[kind]
        found: dict[str, None] = {}
        while len(found) < count:
            found[terms[int(len(terms) * self._rng.random() ** 2)]] = None
        return list(found)

    def _one(self, kind: str) -> str:
        return self._draw(kind, 1)[0]

    def _quote(self, words: str) -> Plain:
        self._quotes += 1
        return {"at": "Results", "quote": f"{words} [{self._quotes}]"}

    def _bibliography(self) -> Plain:
        name = f"Author{self._number}"
        return {
            "title": f"Invented paper {self._number}",
            "authors": [f"{name} A", f"{name} B"],
            "journal": "Invented Journal",
            "year": 1980 + self._number % 45,
            "citation": f"{name} A, {name} B. Invented J {1980 + self._number % 45};{self._number}:1.",
            "design": self._rng.sample(DESIGNS, self._rng.randint(1, 2)),
            "doi": f"10.0000/inv{self._number}",
        }

    def _sources(self) -> Iterator[tuple[str, Plain]]:
        for reference in range(1, 3):
            cited = self._rng.randrange(max(self._number, 1))
            same = {"same as": slug_of(cited)} if reference == 1 and self._number else {}
            yield f"source-{reference}", {"cite": f"Author{cited} et al.", "reference": reference, **same,
                                          "evidence": self._quote(f"Author{cited}")}  # fmt: skip

    def _cohorts(self, condition: str) -> Iterator[tuple[str, Plain]]:
        size = self._size
        for key, name, share, extra in (
            ("all", "all patients", 1, {"from year": 1970, "to year": 1979, "setting": "one invented hospital"}),
            ("treated", "treated patients", 2, {"part of": "all"}),
            ("tumor", "patients with one primary tumor", 4, {"part of": "all", "condition": self._one("conditions")}),
            ("relayed", "patients of others", 3, {"source": "source-1"}),
        ):
            counted = self._quote(f"{size // share} patients")
            yield key, {"name": name, "condition": condition, "size": size // share, **extra, "evidence": counted}

    def _counted(self) -> Iterator[str]:
        yield from (finding for finding in COMMON if self._rng.random() < 0.5)
        for kind, count in COUNTED.items():
            yield from self._draw(kind, count)

    def _counts(self) -> Iterator[Plain]:
        for subject in dict.fromkeys(self._counted()):
            yield self._count(subject, "all", self._size)
            if self._rng.random() < 0.1:
                yield self._count(subject, "tumor", self._size // 4)
        yield {"occurrence": self._one("markers"), "in": "all", "status": self._rng.choice(("present", "absent")),
               "evidence": self._quote("it was looked for")}  # fmt: skip

    def _count(self, subject: str, cohort: str, size: int) -> Plain:
        share = sum(map(ord, subject)) % 90 / 100 + self._rng.uniform(-0.1, 0.1)
        events = min(max(round(size * share), 0), size) if self._rng.random() < 0.95 else 0
        percent = f"{100 * events / size:.1f}"
        quotes = [self._quote(f"{events} of {size} ({percent}%)")]
        if self._rng.random() < 0.1:
            quotes.append(self._quote(f"{events} patients"))
        return {"frequency": subject, "in": cohort, "events": events, "percent": percent, "evidence": quotes}

    def _relayed(self) -> Iterator[Plain]:
        for finding in self._draw("findings", 2):
            yield {"source": "source-1", **self._count(finding, "relayed", self._size // 3)}

    def _estimates(self) -> Iterator[Plain]:
        low, value = self._rng.randint(1, 9), self._rng.randint(10, 60)
        quote = self._quote(f"{value} ({low}-{value + 9})")
        spread = [low, value + 9]
        yield {"measurement": self._one("quantities"), "in": "all", "mean": value, "range": spread, "unit": "g/L",
               "evidence": quote}  # fmt: skip
        yield {"survival": "overall survival", "in": "treated", "median": value, "range": spread, "unit": "mo",
               "from": "diagnosis", "evidence": self._quote(f"{value} months")}  # fmt: skip
        yield {"comparison": "overall survival", "id": "groups", "in": "treated", "with": "tumor", "test": "log-rank",
               "p": "under 0.05", "direction": "higher", "evidence": self._quote("p < 0.05")}  # fmt: skip
        if self._number % 5 == 0:
            yield {"measurement": "bone marrow biopsy", "in": "all", "sensitivity": value, "unit": "%",
                   "evidence": self._quote(f"sensitivity {value}%")}  # fmt: skip

    def _statements(self, condition: str) -> Iterator[Plain]:
        for index, kind in enumerate(("findings", "tumors", "treatments", "procedures")):
            certainty = self._rng.choice(CERTAINTIES)
            source = {"source": "source-2"} if self._rng.random() < 0.3 else {}
            yield {"statement": condition, "id": f"says-{index}", "relation": self._one("relations"),
                   "object": self._one(kind), "certainty": certainty, **source,
                   "evidence": self._quote("it is said")}  # fmt: skip

    def _patients(self) -> Iterator[tuple[str, Plain]]:
        for number in range(1, 9 if self._series else 2):
            seen = [*self._row(), *self._findings()] if self._series else list(self._findings())
            yield (
                f"case-{number}",
                {
                    "as printed": str(number),
                    "cohort": "all",
                    "observations": seen,
                    "lines": [self._line()],
                },
            )

    def _row(self) -> Iterator[Plain]:
        for finding in GRADED:
            grade = self._rng.randint(0, 4)
            yield {"present" if grade else "absent": finding, "grade": grade, "scale": "CTC",
                   "evidence": self._quote(f"grade {grade}")}  # fmt: skip
        for finding in RECEPTOR_AND_SITE:
            yield {self._rng.choice(("present", "absent")): finding, "evidence": self._quote("+")}
        months = self._rng.randint(0, 120)
        yield {"measured": INTERVAL, "value": months, "unit": "mo", "evidence": self._quote(f"{months} months")}
        stage = self._one("stages")
        yield {"recorded": "tumor stage category", "as": stage, "evidence": self._quote(stage)}

    def _findings(self) -> Iterator[Plain]:
        drawn = dict.fromkeys((*self._draw("markers", 2), *self._draw("findings", 2)))
        for finding in (
            finding for finding in drawn if not (self._series and finding in (*GRADED, *RECEPTOR_AND_SITE))
        ):
            status = self._rng.choice(("present", "present", "absent", "not assessed"))
            yield {status: finding, "when": "presentation", "evidence": self._quote("it was looked for")}
        value = self._rng.randint(1, 300)
        yield {
            "measured": self._one("quantities"),
            "value": value,
            "unit": "10*9/L",
            "evidence": self._quote(f"{value}"),
        }
        fate = self._one("fates")
        yield {"present": fate, "when": "later", "evidence": self._quote(fate)}

    def _line(self) -> Plain:
        return {
            "line": 1,
            "treatment": self._one("treatments"),
            "evidence": self._quote("it was given"),
            "responses": [{"present": self._one("responses"), "evidence": self._quote("it followed")}],
        }
