"""The re-check of statuses: denied by the passage, or not."""

import pytest

from invented import Edit
from marrowkg.denial import check_statuses, denies
from marrowkg.issue import Issue
from marrowkg.paper.facts import facts_of
from marrowkg.paper.paper import Paper
from marrowkg.paper.reading import read_paper
from marrowkg.vocabulary import Vocabulary


@pytest.mark.parametrize(
    "words",
    [
        "no fever",
        "did not show",
        "without fever",
        "negativity for CD33",
        "CD34-",
        "CD34-,",
        "ND",
        "-",
        "WT1 nor CEBPA",
        "couldn't",
    ],
)
def test_words_that_deny(words: str) -> None:
    assert denies(words)


@pytest.mark.parametrize(
    "words",
    [
        "fever was noted",
        "CD13?/-",
        "L5-S1 discarthrosis",
        "non-Hodgkin lymphoma",
        "noted",
        "BCP-ALL",
        "2-3 months",
        "NDA",
    ],
)
def test_words_that_do_not(words: str) -> None:
    assert not denies(words)


def complaints(edit: Edit, vocabulary: Vocabulary, old: str, new: str, file: str = "beta2010.yaml") -> list[Issue]:
    return check_statuses(facts_of(read_paper(edit(file, old, new), vocabulary)))


@pytest.mark.parametrize("slug", ["alpha2001", "beta2010", "gamma2020"])
def test_the_invented_papers_bear_out_every_status(slug: str, papers: dict[str, Paper]) -> None:
    assert check_statuses(facts_of(papers[slug])) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{absent: fever", "{present: fever", "status-denied"),
        ("{present: fatigue", "{absent: fatigue", "status-not-denied"),
        ("{not assessed: hypercalcemia", "{present: hypercalcemia", "status-denied"),
        ("- present: partial remission", "- absent: partial remission", "status-not-denied"),
        ("{absent: fever,", "{absent: fever, worded: no fever,", "worded-denies"),
    ],
)
def test_a_flipped_status_is_told_at_its_place(
    old: str, new: str, code: str, edit: Edit, vocabulary: Vocabulary
) -> None:
    found = complaints(edit, vocabulary, old, new)
    assert [issue.code for issue in found] == [code]
    assert found[0].where is not None
    assert found[0].where.line > 0


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("gamma2020/10-results.yaml", "status: not assessed", "status: present", "status-denied"),
        (
            "gamma2020/10-results.yaml",
            "- occurrence: lumbago\n",
            "- occurrence: lumbago\n    status: absent\n",
            "status-not-denied",
        ),
        ("gamma2020/20-discussion.yaml", "do not think that marrow", "marrow", "status-not-denied"),
    ],
)
def test_so_is_that_of_a_result_or_a_statement(
    file: str, old: str, new: str, code: str, edit: Edit, vocabulary: Vocabulary
) -> None:
    assert [issue.code for issue in complaints(edit, vocabulary, old, new, file)] == [code]


def test_what_is_present_may_be_something_denied_if_its_wording_says_so(edit: Edit, vocabulary: Vocabulary) -> None:
    new = "{present: unrecognizable cells, worded: cells that cannot be told,"
    assert complaints(edit, vocabulary, "{not assessed: hypercalcemia,", new) == []
