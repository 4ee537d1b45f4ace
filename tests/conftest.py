"""What the tests share: the vocabulary, and the curated and the invented papers, each built once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import settings

from invented import Edit, MakeHouse, RunCli
from marrowkg.build import Built, assemble, build
from marrowkg.paper.paper import Paper
from marrowkg.paper.reading import paper_files, read_paper
from marrowkg.paths import House
from marrowkg.store import current_store, open_store
from marrowkg.vocabulary import Vocabulary, load_vocabulary

TESTS = Path(__file__).resolve().parent
REPOSITORY = TESTS.parent

# no clock, no database of examples: the same run everywhere
settings.register_profile("steady", deadline=None, derandomize=True, database=None, max_examples=100)
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what the shell of the person who runs it says."""
    for name in ("MARROWKG_HOME", "MARROWKG_CACHE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder with ontology/, graph/ and queries/."""
    return REPOSITORY


@pytest.fixture(scope="session")
def data() -> Path:
    """tests/data."""
    return TESTS / "data"


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary(REPOSITORY / "ontology")


@pytest.fixture(scope="session")
def make_house() -> MakeHouse:
    """Copy the ontology, the queries and the invented papers to a folder: a house that a test may change.

    Shapes are left out: they have tests of their own, and most of what is tested here would wait for them.
    """

    def make(root: Path) -> House:
        shutil.copytree(REPOSITORY / "ontology", root / "ontology", ignore=shutil.ignore_patterns("shapes"))
        (root / "ontology" / "shapes").mkdir()
        shutil.copytree(REPOSITORY / "queries", root / "queries")
        shutil.copytree(TESTS / "data" / "mini" / "papers", root / "graph" / "papers")
        (root / "graph" / "rdf").mkdir()
        return House(root, root / "cache")

    return make


@pytest.fixture(scope="session")
def mini(make_house: MakeHouse, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with the invented papers; not to be changed."""
    return make_house(tmp_path_factory.mktemp("mini") / "house")


@pytest.fixture(scope="session")
def built(mini: House) -> Built:
    """The invented papers, built."""
    return build(mini, mini.root / "release")


@pytest.fixture
def built_house(mini: House, built: Built, tmp_path: Path) -> House:
    """A copy of the house in which the invented papers were built; a test may change it."""
    assert built.papers
    root = tmp_path / "built-house"
    shutil.copytree(mini.root, root)
    return House(root, root / "cache")


@pytest.fixture(scope="session")
def store(mini: House, built: Built) -> ox.Store:
    """The store of the invented papers, open for reading."""
    assert built.papers
    folder = current_store(mini)
    assert folder is not None
    return open_store(folder)


@pytest.fixture(scope="session")
def corpus_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The repository; nothing in it is written."""
    return House(REPOSITORY, tmp_path_factory.mktemp("cache"), is_checkout=False)


@pytest.fixture(scope="session")
def corpus(corpus_house: House) -> Built:
    """The curated papers: every step in memory; a violation of any kind, shapes included, fails here."""
    return assemble(corpus_house)


@pytest.fixture(scope="session")
def corpus_store(corpus: Built) -> ox.Store:
    """What the curated papers say, in memory."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in corpus.dataset.triples())
    return store


@pytest.fixture(scope="session")
def papers(data: Path, vocabulary: Vocabulary) -> Mapping[str, Paper]:
    """The invented papers as read, by slug."""
    files = paper_files(data / "mini" / "papers")
    return {file.stem: read_paper(file, vocabulary) for file in files}


@pytest.fixture
def edit(data: Path, tmp_path: Path) -> Edit:
    """Copy the invented papers, replace a text that stands once in one of their files, and return that file's paper."""
    folder = tmp_path / "edited"
    shutil.copytree(data / "mini" / "papers", folder)

    def change(name: str, old: str, new: str) -> Path:
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        file.write_text(text.replace(old, new), encoding="utf-8")
        return folder / f"{Path(name).parts[0].partition('.')[0]}.yaml"

    return change


@pytest.fixture
def marrowkg(mini: House, built: Built, tmp_path: Path) -> RunCli:
    """Run the command line on the invented papers, in a process of its own and in an empty folder."""
    assert built.papers

    def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        surroundings = {k: v for k, v in os.environ.items() if not k.startswith("MARROWKG_")}
        surroundings |= {"MARROWKG_HOME": str(mini.root), "MARROWKG_CACHE": str(mini.cache), **environment}
        command = [sys.executable, "-m", "marrowkg", *arguments]
        return subprocess.run(
            command, input=stdin, env=surroundings, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    return run
