"""The embedded store: fresh or stale, replaced in one step, opened read-only."""

import signal
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from invented import MakeHouse
from marrowkg import store as store_module
from marrowkg.build import Built
from marrowkg.dataset import Dataset, paper_graph
from marrowkg.errors import StoreError
from marrowkg.paths import House
from marrowkg.store import current_store, input_digest, install_store, is_fresh, open_store, write_store

A, P, B = (ox.NamedNode(f"http://example.org/{name}") for name in "apb")


def dataset(*values: str) -> Dataset:
    return Dataset({paper_graph("one"): frozenset(ox.Triple(A, P, ox.Literal(value)) for value in values)})


def answers(folder: Path | None) -> list[str]:
    """What a store holds in its default graph."""
    assert folder is not None
    quads = open_store(folder).quads_for_pattern(None, None, None, ox.DefaultGraph())
    return sorted(quad.object.value for quad in quads if isinstance(quad.object, ox.Literal))


@pytest.fixture
def house(make_house: MakeHouse, tmp_path: Path) -> House:
    return make_house(tmp_path / "house")


def test_the_default_graph_is_the_merge_of_the_named_graphs(tmp_path: Path) -> None:
    one, other = frozenset([ox.Triple(A, P, A)]), frozenset([ox.Triple(A, P, B), ox.Triple(A, P, A)])
    write_store(Dataset({paper_graph("one"): one, paper_graph("other"): other}), tmp_path / "store")
    store = open_store(tmp_path / "store")
    merged = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    assert {quad.triple for quad in merged} == one | other
    assert {graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)} == {
        paper_graph("one").value,
        paper_graph("other").value,
    }


def test_a_store_is_opened_for_reading_only(store: ox.Store) -> None:
    with pytest.raises(RuntimeError, match="read-write"):
        store.add(ox.Quad(A, P, B))


def test_what_is_no_store_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="run 'marrowkg build'"):
        open_store(tmp_path / "nowhere")


def test_without_a_build_there_is_no_store(house: House) -> None:
    assert current_store(house) is None
    assert not is_fresh(house)


@pytest.mark.parametrize(
    "changed",
    ["graph/papers/alpha2001.yaml", "graph/papers/gamma2020/10-results.yaml", "graph/papers/beta2010.patients.csv",
     "ontology/marrow.ttl", "ontology/rules/10-about.rq", "ontology/prefixes.ttl"],
)  # fmt: skip
def test_a_store_is_stale_once_a_file_it_is_made_from_changes(changed: str, house: House) -> None:
    install_store(house, dataset("x"))
    assert is_fresh(house)
    with (house.root / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert not is_fresh(house)


def test_a_paper_that_is_added_or_taken_away_makes_the_store_stale(house: House) -> None:
    before = input_digest(house)
    (house.papers / "new2024.yaml").write_text("", encoding="utf-8")
    added = input_digest(house)
    (house.papers / "alpha2001.yaml").unlink()
    assert len({before, added, input_digest(house)}) == 3


def test_queries_and_generated_files_do_not_make_a_store_stale(house: House) -> None:
    before = input_digest(house)
    (house.rdf / "alpha2001.ttl").write_text("x", encoding="utf-8")
    (house.queries / "answer" / "new.rq").write_text("x", encoding="utf-8")
    assert input_digest(house) == before


def test_a_new_store_answers_and_the_one_before_it_stays_for_its_readers(house: House) -> None:
    first = install_store(house, dataset("first"))
    reader = open_store(first)
    (house.papers / "new2024.yaml").write_text("", encoding="utf-8")
    second = install_store(house, dataset("second"))
    assert current_store(house) == second
    assert answers(second) == ["second"]
    assert len(list(reader)) == 2
    (house.papers / "newer2024.yaml").write_text("", encoding="utf-8")
    install_store(house, dataset("third"))
    assert not first.exists()
    assert second.exists()


def test_building_again_without_a_change_replaces_the_store(house: House) -> None:
    first = install_store(house, dataset("first"))
    assert answers(install_store(house, dataset("repaired"))) == ["repaired"]
    assert answers(current_store(house)) == ["repaired"]
    assert answers(first) == ["first"]
    assert is_fresh(house)
    install_store(house, dataset("again"))
    assert not first.exists()


def test_files_that_change_while_they_are_built_leave_the_store_stale(house: House) -> None:
    digest = input_digest(house)
    (house.papers / "new2024.yaml").write_text("", encoding="utf-8")
    install_store(house, dataset("x"), digest)
    assert not is_fresh(house)


def test_a_program_that_has_changed_makes_the_store_stale(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "package"
    package.mkdir()
    monkeypatch.setattr(store_module, "_PACKAGE", package)
    (package / "step.py").write_text("LIMIT = 1", encoding="utf-8")
    install_store(house, dataset("x"))
    assert is_fresh(house)
    (package / "step.py").write_text("LIMIT = 2", encoding="utf-8")
    assert not is_fresh(house)


INSTALLER = """
import sys
from pathlib import Path
import pyoxigraph as ox
from marrowkg.dataset import Dataset, paper_graph
from marrowkg.paths import House
from marrowkg.store import install_store
a = ox.NamedNode("http://example.org/a")
house = House(Path(sys.argv[1]), Path(sys.argv[1]) / "cache")
for _ in range(6):
    install_store(house, Dataset({paper_graph("one"): frozenset([ox.Triple(a, a, ox.Literal("x"))])}))
"""


def test_builds_of_the_same_files_at_the_same_time_do_not_disturb_each_other(house: House) -> None:
    install_store(house, dataset("x"))
    command = [sys.executable, "-c", INSTALLER, str(house.root)]
    with (
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as one,
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as other,
    ):
        while one.poll() is None or other.poll() is None:
            assert answers(current_store(house)) == ["x"]
        assert [(p.communicate()[1], p.returncode) for p in (one, other)] == [("", 0)] * 2
    assert answers(current_store(house)) == ["x"]
    assert is_fresh(house)
    assert len(list(house.cache.glob("store-*"))) == 2
    assert not list(house.cache.glob("building*"))


def test_a_cache_that_cannot_be_written_is_told(house: House) -> None:
    house.cache.write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written"):
        install_store(house, dataset("x"))


KILLED = """
import os, signal, sys
from pathlib import Path
import marrowkg.store as store
from marrowkg.build import build
from marrowkg.paths import House

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

when, root = sys.argv[1], Path(sys.argv[2])
if when == "while it writes":
    write = store.write_store
    store.write_store = lambda dataset, folder: (write(dataset, folder), die())
else:
    rename = Path.rename
    Path.rename = lambda self, target: (rename(self, target), die())
build(House(root, root / "cache"))
"""


@pytest.mark.parametrize("when", ["while it writes", "before it points to the new store"])
def test_a_build_that_is_killed_leaves_the_previous_store_answering(when: str, house: House) -> None:
    first = install_store(house, dataset("first"))
    (house.papers / "beta2010.yaml").unlink()
    killed = subprocess.run([sys.executable, "-c", KILLED, when, str(house.root)], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert current_store(house) == first
    assert answers(first) == ["first"]
    assert not is_fresh(house)


READER = """
import sys
from pathlib import Path
from marrowkg.store import open_store
store = open_store(Path(sys.argv[1]))
print(len(store), flush=True)
sys.stdin.read()
print(len(list(store)), flush=True)
"""


def test_two_processes_read_a_store_at_the_same_time(house: House) -> None:
    folder = install_store(house, dataset("x"))
    command = [sys.executable, "-c", READER, str(folder)]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as one,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other,
    ):
        for reader in (one, other):
            assert reader.stdout is not None
            assert reader.stdout.readline() == "2\n"
        assert [reader.communicate("", timeout=30)[0] for reader in (one, other)] == ["2\n", "2\n"]


def test_the_built_store_holds_the_dataset_and_its_merge(built: Built, store: ox.Store) -> None:
    quads = sum(len(graph) for graph in built.dataset.graphs.values())
    assert len(store) == quads + len(built.dataset.triples())
