"""A curated file to begin with."""

from pathlib import Path

import pytest

from marrowkg.errors import MarrowError
from marrowkg.paper.reading import read_paper
from marrowkg.scaffold import new_paper
from marrowkg.source import Source
from marrowkg.vocabulary import Vocabulary


def test_a_new_paper_is_read_without_complaint(tmp_path: Path, vocabulary: Vocabulary) -> None:
    paper = read_paper(new_paper(tmp_path, "acme2001"), vocabulary)
    assert paper.slug == "acme2001"
    assert paper.file.results == ()


def test_the_digest_is_that_of_the_text(tmp_path: Path, vocabulary: Vocabulary) -> None:
    text = tmp_path / "acme2001.txt"
    text.write_text("ABSTRACT\nTwelve pa-\ntients.\n", encoding="utf-8")
    paper = read_paper(new_paper(tmp_path, "acme2001", text), vocabulary)
    assert paper.file.text.digest == Source(text.read_text(encoding="utf-8")).digest


def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "acme2001.yaml"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(MarrowError, match="exists already"):
        new_paper(tmp_path, "acme2001")
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("slug", ["Acme", "2001acme", "../acme", "acme 2001", ""])
def test_a_name_that_is_no_slug_is_refused(tmp_path: Path, slug: str) -> None:
    with pytest.raises(MarrowError, match="expected a slug"):
        new_paper(tmp_path, slug)
    assert list(tmp_path.iterdir()) == []
