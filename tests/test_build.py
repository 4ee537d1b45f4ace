"""The whole way: the same papers give the same bytes, and a fault changes nothing."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from invented import MakeHouse
from marrowkg.build import Built, assemble, build
from marrowkg.dataset import DERIVED, INFERRED, ONTOLOGY, paper_graph, read_turtle
from marrowkg.errors import BuildError
from marrowkg.paths import House
from marrowkg.store import current_store, is_fresh, open_store


def written(folder: Path) -> dict[str, bytes]:
    """The files of a folder by name, without stores: their bytes are the engine's own affair."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and "store" not in file.parts)
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


BUILD = """
import sys
from pathlib import Path
from marrowkg.build import build
from marrowkg.paths import House
root = Path(sys.argv[1])
build(House(root, root / "cache"), root / "release")
"""


def test_another_folder_and_another_process_give_the_same_bytes(
    mini: House, built: Built, make_house: MakeHouse, tmp_path: Path
) -> None:
    assert built.papers
    other = make_house(tmp_path / "elsewhere")
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", BUILD, str(other.root)], cwd=tmp_path, env=environment, check=True)
    assert written(other.root / "release") == written(mini.root / "release")
    assert written(other.rdf) == written(mini.rdf)


def test_a_release_holds_the_dataset_in_three_forms(mini: House, built: Built) -> None:
    release = mini.root / "release"
    quads = set(ox.parse(gzip.decompress((release / "marrowkg.nq.gz").read_bytes()), format=ox.RdfFormat.N_QUADS))
    assert quads == set(built.dataset.quads())
    merged = read_turtle(release / "marrowkg.ttl")
    headers = {t for t in built.dataset.triples() if t.subject in set(built.dataset.graphs) - {ONTOLOGY}}
    assert merged == built.dataset.triples() - headers
    assert len(open_store(release / "store")) == len(quads) + len(built.dataset.triples())


def test_each_paper_is_a_file_and_a_module_that_imports_the_ontology(mini: House, built: Built) -> None:
    assert sorted(file.name for file in mini.rdf.glob("*.ttl")) == ["alpha2001.ttl", "beta2010.ttl", "gamma2020.ttl"]
    for slug in built.papers:
        triples = read_turtle(mini.rdf / f"{slug}.ttl")
        assert triples == built.dataset.graphs[paper_graph(slug)]
        imports = ox.NamedNode("http://www.w3.org/2002/07/owl#imports")
        assert ox.Triple(paper_graph(slug), imports, ONTOLOGY) in triples


def test_what_was_asserted_inferred_and_derived_stays_apart(built: Built) -> None:
    graphs = built.dataset.graphs
    papers = {paper_graph(slug) for slug in built.papers}
    assert papers | {ONTOLOGY, INFERRED, DERIVED} <= set(graphs)
    asserted = frozenset().union(*(graphs[name] for name in papers))
    assert not asserted & graphs[INFERRED]
    assert not asserted & graphs[DERIVED]


def test_adding_a_paper_leaves_the_graphs_of_the_others_alone(
    built: Built, make_house: MakeHouse, tmp_path: Path
) -> None:
    house = make_house(tmp_path / "house")
    (house.papers / "gamma2020.yaml").unlink()
    for slug, lowered in assemble(house).papers.items():
        assert lowered.triples == built.papers[slug].triples


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("alpha2001.yaml", "frequency: fever", "frequency: fevre", "unknown-term"),
        ("alpha2001.yaml", "    events: 5\n", "    events: 6\n", "number-not-printed"),
        ("beta2010.patients.csv", "1,54,F", "1,x,F", "cell"),
    ],
)
def test_a_failed_build_leaves_files_and_store_as_they_were(
    name: str, old: str, new: str, code: str, built_house: House
) -> None:
    house = built_house
    before = written(house.rdf), written(house.root / "release"), current_store(house)
    file = house.papers / name
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(BuildError) as caught:
        build(house, house.root / "release")
    assert [issue.code for issue in caught.value.issues] == [code]
    assert (written(house.rdf), written(house.root / "release"), current_store(house)) == before
    assert before[0] and before[1] and before[2]
    assert not is_fresh(house)


def test_a_passage_that_the_text_does_not_print_fails_the_build(
    make_house: MakeHouse, data: Path, tmp_path: Path
) -> None:
    house = make_house(tmp_path / "house")
    assert assemble(house, sources=data / "mini" / "sources").issues == []
    for slug in ("alpha2001", "beta2010", "gamma2020"):
        text = (data / "mini" / "sources" / f"{slug}.txt").read_text(encoding="utf-8")
        (tmp_path / f"{slug}.txt").write_text(text.replace("lasted 7 months", "lasted 8 months"), encoding="utf-8")
    with pytest.raises(BuildError) as caught:
        assemble(house, sources=tmp_path)
    assert "quote-not-found" in [issue.code for issue in caught.value.issues]


def test_an_installed_package_is_never_written_to(make_house: MakeHouse, tmp_path: Path) -> None:
    house = make_house(tmp_path / "house")
    installed = House(house.root, tmp_path / "cache", is_checkout=False)
    build(installed)
    assert list(house.rdf.iterdir()) == []
    assert current_store(installed) is not None
