"""Facts of a paper in one form: entries, cells of result tables, cells of patient tables."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from invented import Edit
from marrowkg.paper.fact import PatientFact
from marrowkg.paper.facts import facts_of
from marrowkg.paper.paper import Paper
from marrowkg.paper.reading import read_paper
from marrowkg.paper.result import Frequency
from marrowkg.vocabulary import Vocabulary


def told(fact: PatientFact) -> tuple[str, str, str]:
    """Subject, status, and what is known beyond: category, numbers, or the word of the cell."""
    numbers = "-".join(number.printed for number in fact.numbers.values())
    return fact.subject.label, fact.status, fact.category.label if fact.category else numbers or fact.worded


def row(paper: Paper, patient: str) -> list[tuple[str, str, str]]:
    return [told(fact) for fact in facts_of(paper).observations if fact.patient == patient]


def test_a_row_of_the_patient_table_is_read_cell_by_cell(papers: Mapping[str, Paper]) -> None:
    assert row(papers["beta2010"], "1") == [
        ("age at diagnosis", "recorded", "54"),
        ("sex", "recorded", "female sex"),
        ("tumor stage category", "recorded", "stage IIA"),
        ("tumor histology", "recorded", "invasive ductal breast carcinoma"),
        ("tumor grade", "recorded", "tumor grade 2"),
        ("estrogen receptor expression", "present", "Pos"),
        ("progesterone receptor expression", "absent", "neg"),
        ("number of prior treatment regimens", "recorded", "1"),
        ("interval from first diagnosis to bone marrow involvement", "recorded", "26"),
        ("anemia", "present", "2"),
        ("thrombocytopenia", "absent", "0"),
        ("leukopenia", "present", "Yes"),
        ("bone metastasis", "present", "Bone"),
        ("liver metastasis", "present", "liver"),
    ]


def test_marks_for_missing_are_kept_apart_and_are_not_absence(papers: Mapping[str, Paper]) -> None:
    beta = papers["beta2010"]
    assert ("number of prior treatment regimens", "not reported", "") in row(beta, "2")
    assert ("number of prior treatment regimens", "not available", "") in row(beta, "3")
    assert ("anemia", "absent", "0") in row(beta, "2")
    assert ("anemia", "not available", "") in row(beta, "3")
    assert ("leukopenia", "absent", "No") in row(beta, "2")


def test_a_part_of_a_cell_may_be_missing(papers: Mapping[str, Paper]) -> None:
    third = row(papers["beta2010"], "3")
    assert ("tumor histology", "recorded", "invasive ductal breast carcinoma") in third
    assert ("tumor grade", "not available", "") in third
    assert ("estrogen receptor expression", "not available", "") in third
    assert ("progesterone receptor expression", "not available", "") in third


def test_a_range_in_a_cell_has_two_ends(papers: Mapping[str, Paper]) -> None:
    interval = "interval from first diagnosis to bone marrow involvement"
    [fact] = [f for f in facts_of(papers["beta2010"]).observations if (f.patient, f.subject.label) == ("2", interval)]
    assert {name: number.printed for name, number in fact.numbers.items()} == {"low": "2", "high": "3"}
    assert fact.unit == "mo"


def test_a_missing_list_of_sites_is_missing_for_each_site(edit: Edit, vocabulary: Vocabulary) -> None:
    paper = read_paper(edit("beta2010.patients.csv", "No,Bone\n", "No,NA\n"), vocabulary)
    assert [fact for fact in row(paper, "2") if "metastasis" in fact[0]] == [
        ("bone metastasis", "not available", ""),
        ("liver metastasis", "not available", ""),
        ("lung metastasis", "not available", ""),
    ]


def test_a_site_that_is_not_named_is_not_made_absent(papers: Mapping[str, Paper]) -> None:
    assert [fact[0] for fact in row(papers["beta2010"], "2") if "metastasis" in fact[0]] == ["bone metastasis"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("1,54,F", "1,54y,F", "expected a number or a range such as 2-3, found '54y'"),
        ("1,54,F", "1,54,W", "no reading for 'W'; the column knows f, m"),
        ("Ductal/2", "Ductal 2", "expected 2 parts with '/' between, found 'Ductal 2'"),
        ("Pos/neg", "Pos/neg/neg", "expected 2 parts"),
        ("26,2,0", "26,II,0", "expected a grade such as 0 or 3, found 'II'"),
        ('0,Yes,"Bone, liver"', '0,Maybe,"Bone, liver"', "no reading for 'Maybe'; the column knows no, yes"),
        ("Bone, liver", "Bone, spleen", "no reading for 'spleen'; the column knows bone, liver, lung"),
    ],
)
def test_a_cell_that_has_no_reading_is_complained_about_at_its_line(
    old: str, new: str, message: str, edit: Edit, vocabulary: Vocabulary
) -> None:
    [issue] = facts_of(read_paper(edit("beta2010.patients.csv", old, new), vocabulary)).issues
    assert (issue.code, issue.where and issue.where.line) == ("cell", 2)
    assert message in issue.message


def test_a_cell_is_placed_in_the_row_of_the_table_it_is_printed_in(papers: Mapping[str, Paper]) -> None:
    facts = facts_of(papers["beta2010"]).observations
    [anemia] = [fact for fact in facts if (fact.patient, fact.subject.label) == ("1", "anemia")]
    [passage] = anemia.passages
    assert passage.locator == "Table II, row 1, column Anemia"
    assert (passage.prefix, passage.exact, passage.suffix) == ("1 1 26", "2", "0 Yes Bone, liver")


def test_observations_in_words_keep_status_time_and_words(papers: Mapping[str, Paper]) -> None:
    facts = [fact for fact in facts_of(papers["beta2010"]).observations if fact.patient == "case-1"]
    assert [told(fact) for fact in facts] == [
        ("age at diagnosis", "recorded", "58"),
        ("sex", "recorded", "female sex"),
        ("lumbar pain", "present", "3"),
        ("fatigue", "present", ""),
        ("fever", "absent", ""),
        ("platelet count", "recorded", "66"),
        ("hypercalcemia", "not assessed", ""),
    ]
    assert [fact.when for fact in facts if fact.when] == ["presentation"] * 3
    assert len(facts[2].passages) == 2


def test_treatment_lines_carry_what_followed(papers: Mapping[str, Paper]) -> None:
    lines = facts_of(papers["beta2010"]).lines
    assert [[term.label for term in fact.line.treatment] for fact in lines] == [
        ["capecitabine monotherapy"],
        ["docetaxel monotherapy", "further line of treatment"],
    ]
    assert [[(r.subject.label, r.status) for r, _, _ in fact.responses] for fact in lines] == [
        [("partial remission", "present"), ("prolonged disease control", "present")],
        [("treatment response", "absent")],
    ]


def cells(paper: Paper) -> list[tuple[str, str, str]]:
    """Results that come from cells of tables alone: subject, cohort, and events or status."""
    return [
        (fact.result.subject.label, fact.result.in_, fact.result.events.printed if fact.result.events else "-")
        for fact in facts_of(paper).results
        if isinstance(fact.result, Frequency) and not fact.result.evidence
    ]


def test_mapped_cells_that_no_entry_cites_become_results(papers: Mapping[str, Paper]) -> None:
    assert cells(papers["alpha2001"]) == [
        ("anemia", "all", "26"),
        ("anemia", "breast", "10"),
        ("anemia", "prostate", "16"),
        ("bone pain", "breast", "8"),
        ("bone pain", "prostate", "10"),
        ("fatigue", "all", "12"),
        ("fatigue", "breast", "-"),
        ("fatigue", "prostate", "12"),
    ]


def test_percentages_of_a_table_may_be_of_another_cohort(papers: Mapping[str, Paper]) -> None:
    of = {
        fact.result.in_: fact.result.percent_of
        for fact in facts_of(papers["alpha2001"]).results
        if isinstance(fact.result, Frequency) and fact.result.subject.label == "anemia"
    }
    assert of == {"all": None, "breast": "all", "prostate": "all"}


def test_a_missing_mark_in_a_table_is_a_status(papers: Mapping[str, Paper]) -> None:
    results = [fact.result for fact in facts_of(papers["alpha2001"]).results]
    [fatigue] = [r for r in results if isinstance(r, Frequency) and r.status]
    assert (fatigue.subject.label, fatigue.in_, fatigue.status, fatigue.events) == (
        "fatigue",
        "breast",
        "not reported",
        None,
    )


def test_an_empty_cell_says_nothing(edit: Edit, vocabulary: Vocabulary) -> None:
    paper = read_paper(edit("alpha2001.table-1.csv", "12 (30),-,12", "12 (30),,12"), vocabulary)
    assert ("fatigue", "breast", "-") not in cells(paper)


def test_a_mark_that_is_not_named_is_complained_about(edit: Edit, vocabulary: Vocabulary) -> None:
    [issue] = facts_of(read_paper(edit("alpha2001.table-1.csv", "12 (30),-,12", "12 (30),x,12"), vocabulary)).issues
    assert (issue.code, issue.where and (issue.where.file.name, issue.where.line)) == (
        "cell",
        ("alpha2001.table-1.csv", 4),
    )


def test_figure_legends_are_a_kind_of_their_own(edit: Edit, vocabulary: Vocabulary, data: Path) -> None:
    edit(
        "alpha2001.yaml",
        '    Discussion: "## Discussion"\n',
        '    Discussion: "## Discussion"\n    Figure 1: "Table 1."\n',
    )
    paper = read_paper(
        edit("alpha2001.yaml", '{at: Results, quote: "noted in', '{at: Figure 1, quote: "noted in'), vocabulary
    )
    kinds = {passage.kind for fact in facts_of(paper).results for passage in fact.passages}
    assert kinds == {"text", "cell", "figure"}
