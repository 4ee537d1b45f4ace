"""The nearest valid name."""

import pytest

from marrowkg.suggest import did_you_mean, nearest


def test_the_nearest_comes_first_and_case_does_not_count() -> None:
    assert nearest("Bone Pian", ["bone pain", "bone", "fever"])[0] == "bone pain"
    assert nearest("POSITIVE", ["Positive", "negative"])[0] == "Positive"


def test_what_resembles_nothing_has_no_nearest() -> None:
    assert nearest("xyz", ["bone pain", "fever"]) == []


def test_no_more_are_given_than_asked_for() -> None:
    assert len(nearest("stage", [f"stage {n}" for n in range(9)], limit=2)) == 2


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("evnts", ["events", "percent"], "; did you mean 'events'?"),
        ("xyz", ["fever", "anemia"], "; expected one of 'anemia', 'fever'"),
        ("xyz", [], ""),
        ("xyz", [f"entry {n:02}" for n in range(13)], ""),
    ],
)
def test_the_hint_names_the_nearest_or_a_short_list_or_nothing(name: str, known: list[str], expected: str) -> None:
    assert did_you_mean(name, known) == expected


def test_the_hint_does_not_depend_on_the_order_of_the_known() -> None:
    known = ["stage I", "stage II", "stage III", "stage IV"]
    assert did_you_mean("stage", known) == did_you_mean("stage", reversed(known))


def test_of_names_that_differ_in_case_alone_the_same_one_is_named() -> None:
    assert nearest("fevr", ["fever", "Fever"]) == nearest("fevr", ["Fever", "fever"]) == ["Fever"]
