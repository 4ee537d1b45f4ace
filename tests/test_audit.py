"""Every rule of the audit: a made-up paper in which it finds a mismatch, and the same paper put right."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from auditing import audited
from marrowkg.audit.run import RULES
from marrowkg.vocabulary import Vocabulary

COHORT = """
cohorts:
  all: {name: all patients, condition: bone marrow metastasis, size: 54, evidence: {at: Results, quote: "54 patients"}}
"""
GROUPS = """
cohorts:
  all: {name: all patients, condition: bone marrow metastasis, size: 10, evidence: {at: Results, quote: "10 patients"}}
  men: {name: men, condition: bone marrow metastasis, part of: all, size: 6, evidence: {at: Results, quote: "6 men"}}
  women: {name: women, condition: bone marrow metastasis, part of: all, size: 4,
          evidence: {at: Results, quote: "4 women"}}
"""
COMPARED = """
  - {comparison: anemia, in: men, with: women, direction: no difference, evidence: {at: Results, quote: "alike"}}
"""
ROWS = """
patient table:
  file: rows.csv
  cohort: all
  patient: Pt.
  missing: {NA: not available}
  columns:
    Age: {table: Table 1, reads: {measured: age at primary tumor diagnosis, unit: a}}
    Interval: {table: Table 1, reads: {measured: interval from first diagnosis to bone marrow involvement, unit: mo}}
    Anemia: {table: Table 1, reads: {graded: anemia, scale: CTC}}
    ER: {table: Table 1, reads: {found: estrogen receptor expression, present: pos, absent: neg}}
    Stage: {table: Table 1, reads: {recorded: tumor stage category, values: {I: stage I, IV: stage IV}}}
    Sites: {table: Table 1, reads: {sites: {Bone: bone metastasis, liver: liver metastasis}}}
"""
TABLE = """
Pt.,Age,Interval,Anemia,ER,Stage,Sites
1,34,3,0,pos,IV,Bone
2,40,20,2,neg,I,"Bone, liver"
3,50,40,1,NA,IV,Bone
4,67,90,4,pos,I,Bone
"""
FOUR = """
cohorts:
  all: {name: all patients, condition: bone marrow metastasis, size: 4, evidence: {at: Results, quote: "4 patients"}}
"""
CELLS = """
,Men,Women,Total
Anemia,3 (30),4 (40),{total} (70)
"""


@dataclass(frozen=True)
class Case:
    """A paper with a hole `{}`: filled with `wrong` the rule finds a mismatch, with `right` it agrees."""

    rule: str
    body: str
    wrong: str
    right: str
    shown: Sequence[str]
    table: str = ""


CASES = [
    Case(
        "percent-of-counts",
        COHORT
        + 'results: [{frequency: anemia, in: all, events: 49, percent: {}, evidence: {at: Results, quote: "49, {}%"}}]',
        "90.4",
        "90.7",
        ["90.4%", "49 of 54", "49 of 54 = 90.7%"],
    ),
    Case(
        "percent-truncated",
        COHORT
        + 'results: [{frequency: anemia, in: all, events: 3, percent: {}, evidence: {at: Results, quote: "3 ({}%)"}}]',
        "5.5",
        "5.6",
        ["5.5%", "3 of 54 = 5.6%"],
    ),
    Case(
        "grim",
        COHORT + 'results: [{frequency: anemia, in: all, percent: {}, evidence: {at: Results, quote: "in {}%"}}]',
        "80.5",
        "81.5",
        ["80.5%", "43/54 = 79.6%; 44/54 = 81.5%", "it fits 33/41"],
    ),
    Case(
        "size-by-percent",
        """
cohorts:
  all: {name: all patients, condition: bone marrow metastasis, size: 25,
        evidence: [{at: Results, quote: "25 patients"}, {at: Abstract, quote: "{} patients", prints: {size: {}}}]}
results:
  - {frequency: anemia, in: all, percent: 32, evidence: {at: Results, quote: "anemia in 32%"}}
  - {frequency: fever, in: all, percent: 12, evidence: {at: Results, quote: "fever in 12%"}}
""",
        "20",
        "50",
        [
            "20 (Abstract)",
            "32%, 12% (Results)",
            "8/25 = 32%, but 6/20 = 30% and 7/20 = 35%; 3/25 = 12%, but 2/20 = 10% and 3/20 = 15%",
        ],
    ),
    Case(
        "printed-differently",
        COHORT
        + """
results:
  - frequency: anemia
    in: all
    percent: 90.7
    evidence: [{at: Results, quote: "anemia (90.7%)"}, {at: Abstract, quote: "anemia in {}%"}]
""",
        "90.4",
        "90.7",
        ["90.7%", "90.4%", "Abstract", "anemia: 90.7% in one place and 90.4% in another"],
    ),
    Case(
        "group-size",
        """
cohorts:
  all: {name: all patients, condition: bone marrow metastasis, size: 54, evidence: {at: Results, quote: "54 patients"}}
  followed: {name: anemic patients, condition: bone marrow metastasis, part of: all, size: {},
             evidence: {at: Abstract, quote: "{} anemic patients"}}
results: [{frequency: anemia, in: all, events: 17, evidence: {at: Results, quote: "17 had anemia"}}]
""",
        "14",
        "17",
        ["17", "14"],
    ),
    Case(
        "derived-formula",
        """
cohorts:
  all: {name: all patients, condition: bone marrow metastasis, size: {}, size derived: 54 - 16}
""",
        "39",
        "38",
        ["39", "54 - 16 = 38"],
    ),
    Case(
        "parts-against-total",
        GROUPS
        + """
tables: {Table 1: {file: table.csv, cells: events (percent), percent of: all, rows: {Anemia: anemia},
                   columns: {Men: men, Women: women, Total: all}}}
""",
        "8",
        "7",
        ["8", "3 + 4", "3 + 4 = 7"],
        CELLS,
    ),
    Case(
        "part-exceeds-whole",
        GROUPS
        + """
results:
  - {frequency: anemia, in: all, events: 3, evidence: {at: Results, quote: "3 had anemia"}}
  - {frequency: anemia, in: men, events: {}, evidence: {at: Results, quote: "{} men had anemia"}}
""",
        "4",
        "3",
        ["4", "3"],
    ),
    Case(
        "cohort-sizes",
        """
cohorts:
  all: {name: all, condition: bone marrow necrosis, size: 23,
        evidence: {at: Results, quote: "23 cases ({} adults and 3 children)"}}
  adults: {name: adults, condition: bone marrow necrosis, part of: all, size: {},
           evidence: {at: Results, quote: "23 cases ({} adults and 3 children)"}}
  children: {name: children, condition: bone marrow necrosis, part of: all, size: 3,
             evidence: {at: Results, quote: "23 cases ({} adults and 3 children)"}}
""",
        "19",
        "20",
        ["23", "19 + 3", "19 + 3 = 22"],
    ),
    Case(
        "breakdown",
        """
sources: {old: {cite: Old et al., reference: 6}}
tables: {Table 1: {file: table.csv}}
cohorts:
  old: {name: cases of Old, condition: bone marrow necrosis, source: old, size: 240,
        evidence: {cell: {table: Table 1, row: Old, column: Cases, reads: 240 cases}}}
results:
  - {frequency: hematologic malignancy, in: old, events: 145,
     evidence: {cell: {table: Table 1, row: Old, column: Disease, reads: 145 hematologic malignancies}}}
  - {frequency: solid tumor, in: old, events: 72,
     evidence: {cell: {table: Table 1, row: Old, column: Disease, reads: 72 solid tumors}}}
  - {frequency: nonmalignant disease, in: old, events: {},
     evidence: {cell: {table: Table 1, row: Old, column: Disease, reads: "{} nonmalignant diseases"}}}
""",
        "22",
        "23",
        ["240", "145 + 72 + 22", "145 + 72 + 22 = 239", "1 of the 240 not accounted for"],
        "References,Cases,Disease\nOld,240 cases,145 hematologic malignancies 72 solid tumors {} nonmalignant diseases",
    ),
    Case(
        "exclusive-kinds",
        GROUPS
        + """
results:
  - {frequency: complete remission, in: all, events: 6, evidence: {at: Results, quote: "6 remissions"}}
  - {frequency: stable disease, in: all, events: {}, evidence: {at: Results, quote: "{} stable"}}
""",
        "5",
        "4",
        ["6 + 5", "10", "6 + 5 = 11"],
    ),
    Case(
        "share-sum",
        """
cohorts:
  all: {name: all patients, condition: bone marrow necrosis, size: 37, evidence: {at: Results, quote: "37 patients"}}
results:
  - {frequency: marrow involvement at initial diagnosis, in: all, events: 26, percent: 70.3,
     evidence: {at: Results, quote: "26 of 37 (70.3%)"}}
  - {frequency: marrow involvement after induction therapy, in: all, events: 1, percent: {},
     evidence: {at: Results, quote: "one of 37 ({}%)"}}
  - {frequency: marrow involvement at recurrence, in: all, events: 10, percent: 27,
     evidence: {at: Results, quote: "ten of 37 (27%)"}}
""",
        "20.7",
        "2.7",
        ["70.3 + 20.7 + 27", "118.0%", "the counts (26 + 1 + 10) are everybody"],
    ),
    Case(
        "kinds-against-whole",
        COHORT
        + """
results:
  - {frequency: cytopenia, in: all, events: {}, evidence: {at: Results, quote: "{} had cytopenia"}}
  - {frequency: anemia, in: all, events: 30, evidence: {at: Results, quote: "30 had anemia"}}
""",
        "29",
        "31",
        ["29", "30", "30 anemia: more than the 29 in all"],
    ),
    Case(
        "lineages",
        COHORT
        + """
results:
  - {frequency: single-lineage cytopenia, in: all, percent: 18.5, evidence: {at: Results, quote: "18.5% one"}}
  - {frequency: bilineage cytopenia, in: all, percent: 50, evidence: {at: Results, quote: "50% two"}}
  - {frequency: pancytopenia, in: all, percent: 22.2, evidence: {at: Results, quote: "22.2% three"}}
  - {frequency: anemia, in: all, events: {}, evidence: {at: Results, quote: "{} anemia"}}
  - {frequency: thrombocytopenia, in: all, events: 40, evidence: {at: Results, quote: "40 thrombocytopenia"}}
  - {frequency: leukopenia, in: all, events: 13, evidence: {at: Results, quote: "13 leukopenia"}}
""",
        "49",
        "47",
        ["49 + 40 + 13", "1 x 10 + 2 x 27 + 3 x 12 = 100", "10 + 27 + 12 patients"],
    ),
    Case(
        "patient-rows",
        FOUR
        + 'results: [{frequency: anemia, in: all, events: {}, evidence: {at: Results, quote: "{} with anemia"}}]'
        + ROWS,
        "2",
        "3",
        ["2", "3 of 4 rows", "column Anemia"],
        TABLE,
    ),
    Case(
        "interval-position",
        COHORT
        + """
results:
  - {measurement: hemoglobin concentration, in: all, mean: {}, confidence interval: [8.30, 9.31], unit: g/dL,
     evidence: {at: Results, quote: "{} g/dL (8.30-9.31)"}}
""",
        "8.5",
        "8.8",
        ["8.5 g/dL", "8.30 to 9.31", "8.81"],
    ),
    Case(
        "pooled-survival",
        GROUPS
        + """
results:
  - {survival: overall survival, in: all, median: {}, unit: mo, evidence: {at: Results, quote: "{} months"}}
  - {survival: overall survival, in: men, median: 5, unit: mo, evidence: {at: Results, quote: "men five months"}}
  - {survival: overall survival, in: women, median: 10.6, unit: mo, evidence: {at: Results, quote: "women 10.6 months"}}
"""
        + COMPARED,
        "11.5",
        "9.5",
        ["11.5 months", "between 5 and 10.6", "unless censoring differs strongly between the groups"],
    ),
    Case(
        "sensitivity",
        FOUR
        + """
results:
  - {frequency: leukoerythroblastosis, in: all, events: {}, evidence: {at: Results, quote: "{} smears"}}
  - {measurement: leukoerythroblastosis, id: smear, in: all, sensitivity: 75, unit: "%",
     evidence: {at: Results, quote: "75%"}}
""",
        "2",
        "3",
        ["75%", "2 of 4 = 50.0%", "75% would be 3 of 4"],
    ),
    Case(
        "p-from-statistic",
        GROUPS
        + """
results:
  - {comparison: overall survival, in: men, with: women, test: log-rank, test value: 0.754, p: {},
     evidence: {at: Results, quote: "chi-square 0.754, p {}"}}
""",
        "0.04",
        "0.39",
        ["p = 0.04", "p = 0.3852"],
    ),
    Case(
        "p-from-counts",
        GROUPS
        + """
results:
  - {frequency: anemia, in: men, events: 5, evidence: {at: Results, quote: "5 men"}}
  - {frequency: anemia, in: women, events: 1, evidence: {at: Results, quote: "1 woman"}}
  - {comparison: anemia, in: men, with: women, p: {}, evidence: {at: Results, quote: "p {}"}}
""",
        "0.01",
        "0.19",
        ["p = 0.01", "5 of 6 against 1 of 4", "Fisher p = 0.19"],
    ),
    Case(
        "cohort-facts",
        """
cohorts:
  all: {name: all, condition: bone marrow metastasis, size: 22, from year: 1995, to year: 2009,
        evidence: [{at: Abstract, quote: "22, between 1995 and 2009"}, {at: Results, quote: "from {}-2009"}]}
""",
        "1984",
        "1995",
        ["1995-2009", "1984-2009"],
    ),
    Case(
        "reference-number",
        """
sources: {old-10: {cite: Old et al., reference: 10}, new-{}: {cite: New et al., reference: {}}}
cohorts: {all: {name: all, condition: bone marrow metastasis}}
""",
        "10",
        "11",
        ["Old et al. [10]", "New et al. [10]"],
    ),
]


def _found(case: Case, filling: str, folder: Path, vocabulary: Vocabulary) -> tuple[list[str], int]:
    """The mismatches of the rule as text, and how many checks it made."""
    table = case.table.replace("{total}", filling).replace("{}", filling)
    names = {"rows.csv" if case.rule == "patient-rows" else "table.csv": table} if case.table else {}
    run = audited(folder, vocabulary, {"a2001": case.body.replace("{}", filling)}, names)
    own = [d for d in run.discrepancies if d.rule == case.rule]
    sides = [[f"{s.printed} ({s.locators})" for s in (d.a, d.b) if s] for d in own]
    texts = [" | ".join([*shown, d.recomputed, d.note]) for shown, d in zip(sides, own, strict=True)]
    return texts, sum(check.rule == case.rule for check in run.checks)


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_rule_finds_the_mismatch(case: Case, tmp_path: Path, vocabulary: Vocabulary) -> None:
    found, _ = _found(case, case.wrong, tmp_path, vocabulary)
    assert found, f"{case.rule} finds nothing"
    assert all(any(text in line for line in found) for text in case.shown), found


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_rule_agrees_with_the_paper_put_right(case: Case, tmp_path: Path, vocabulary: Vocabulary) -> None:
    found, checks = _found(case, case.right, tmp_path, vocabulary)
    assert not found
    assert checks, f"{case.rule} did not check anything"


def test_every_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == set(RULES)


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_only_our_own_error_fails(case: Case, tmp_path: Path, vocabulary: Vocabulary) -> None:
    table = case.table.replace("{total}", case.wrong).replace("{}", case.wrong)
    names = {"rows.csv" if case.rule == "patient-rows" else "table.csv": table} if case.table else {}
    run = audited(tmp_path, vocabulary, {"a2001": case.body.replace("{}", case.wrong)}, names)
    assert run.failed == (case.rule == "derived-formula")
