"""The normalisation of texts, exact search in them, and their sections."""

import re
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from marrowkg.source import Source, normalise

SECTIONS = {
    "Abstract": ["Abstract"],
    "Introduction": ["Introduction"],
    "Results": ["Results Bone pain again", "Results, continued"],
    "Discussion": ["Discussion continues"],
}

letters = st.sampled_from("ab1.,; -\u2013\u2212\u00ad\u2019\u201c\ufb01\n\t")
texts = st.text(letters, max_size=80) | st.text(max_size=80)


@pytest.fixture
def source(data: Path) -> Source:
    text = (data / "sources" / "invented.txt").read_text(encoding="utf-8")
    made = Source(text, references="References 1. Bone pain")
    assert made.place_sections(SECTIONS) == []
    return made


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("a  b\t\n c", "a b c"),
        ("34\u201371, 34\u201471, 34\u221271", "34-71, 34-71, 34-71"),
        ("\u201cpain\u201d, patients\u2019", '"pain", patients\''),
        ("\ufb01nding, e\ufb03cient, \ufb02at", "finding, efficient, flat"),
        ("pa-\ntients", "patients"),
        ("signet-\nring", "signetring"),
        ("signet-ring", "signetring"),
        ("2-\n3", "2-3"),
        ("CD10-\npositive", "CD10-positive"),
        ("4 \u2013 5", "4 - 5"),
        ("so\u00adft", "soft"),
        ("  around  ", "around"),
    ],
)
def test_normalisation_evens_out_typesetting(printed: str, read: str) -> None:
    assert normalise(printed) == read


@pytest.mark.parametrize(("one", "other"), [("15.5", "15,5"), ("Pain", "pain"), ("0.05", "0.5"), ("a b", "ab")])
def test_normalisation_evens_out_nothing_else(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(texts)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(texts, st.data())
def test_a_slice_of_a_text_at_the_limits_of_words_is_found(text: str, data: st.DataObject) -> None:
    limits = [0, *(m.end() for m in re.finditer(r"(?<![-\u2013\u2212\u00ad\s])\s+", text)), len(text)]
    start = data.draw(st.sampled_from(limits))
    end = data.draw(st.sampled_from([limit for limit in limits if limit >= start]))
    assume(normalise(text[start:end]))
    assert Source(text).find(text[start:end])


def test_the_digest_does_not_change_with_line_breaks_but_with_a_digit() -> None:
    digest = Source("bone pain in 12 of 20 patients").digest
    assert Source("bone pain in\n12 of 20 pa-\ntients\n").digest == digest
    assert Source("bone pain in 13 of 20 patients").digest != digest


@pytest.mark.parametrize(
    "fragment",
    [
        "first finding was efficient",
        'efficient: "bone pain" in 12',
        "12 of 20 patients (60%)",
        "the patients' ages were 34-71 years",
        "Values of 2-3 and of 4 - 5 occur",
        "and of -7",
        "White space, tabs and line breaks",
    ],
)
def test_a_fragment_is_found_once_however_it_is_set(source: Source, fragment: str) -> None:
    assert len(source.find(fragment)) == 1


@pytest.mark.parametrize(
    ("fragment", "times"),
    [
        ("bone pain", 2),  # a capital is another word; the reference list does not count
        ("5%", 1),
        ("15.5%", 1),
        ("5", 2),  # of 4 - 5, and of 5%
        ("55", 0),
        ("15", 0),
        ("10", 0),
        ("signet-ring carcinoma", 2),
        ("signet ring carcinoma", 1),
        ("Bone pain in 99 of 100", 0),
        ("nowhere", 0),
        ("", 0),
    ],
)
def test_a_fragment_is_found_only_as_whole_words_and_numbers(source: Source, fragment: str, times: int) -> None:
    assert len(source.find(fragment)) == times


def test_words_before_and_after_single_out_one_of_several(source: Source) -> None:
    assert source.find("bone pain", after="stands a third time") == source.find("bone pain", before="where")
    assert len(source.find("bone pain", before="where")) == 1
    assert source.find("bone pain", before="nowhere") == []


@pytest.mark.parametrize(
    ("fragment", "section"),
    [
        ("An invented text", None),
        ("12 of 20", "Abstract"),
        ("Values of 2-3", "Introduction"),
        ("155 of them", "Results"),
        ("stands a third time", "Discussion"),
        ("Grade 4", "Results"),
    ],
)
def test_a_place_stands_in_the_section_that_began_last(source: Source, fragment: str, section: str | None) -> None:
    assert source.section_at(source.find(fragment)[0]) == section


def test_an_opening_must_stand_exactly_once(data: Path) -> None:
    source = Source((data / "sources" / "invented.txt").read_text(encoding="utf-8"))
    faults = source.place_sections({"Results": ["Results"], "Methods": ["Methods"]})
    assert faults == [
        "the opening 'Results' of section 'Results' stands 2 times in the text",
        "the opening 'Methods' of section 'Methods' stands 0 times in the text",
    ]


def test_a_reference_list_that_does_not_begin_as_said_is_noticed(source: Source) -> None:
    assert source.references_found
    assert not Source("a text", references="References").references_found


def test_numbers_are_those_before_the_references_and_in_no_name(source: Source) -> None:
    values = [str(token.value) for token in source.numbers()]
    in_abstract, in_introduction = ["12", "20", "60", "34", "71"], ["3", "2", "3", "4", "5", "7", "1"]
    assert values == [*in_abstract, *in_introduction, "15.5", "5", "155", "3", "9", "4"]


def test_surroundings_are_readable_and_cut_at_words(source: Source) -> None:
    before, at, after = source.surroundings(source.find("12 of 20 patients")[0], source.length("12 of 20 patients"), 20)
    assert (before, at, after) == ("\u201cbone pain\u201d in", "12 of 20 patients", "(60%), and the")


def test_surroundings_at_both_ends_of_a_text_are_whole() -> None:
    assert Source("one two three").surroundings(4, 3) == ("one", "two", "three")


def test_a_pattern_matches_the_normalised_text(source: Source) -> None:
    assert len(list(source.matches(r"Page \d of \d"))) == 1
