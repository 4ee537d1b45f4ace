"""Every ontology file opens in Protégé without a complaint, and two reasoners agree on its classes.

Run in a process of its own: there is one JVM a process, and it cannot be started twice.
"""

from __future__ import annotations

from pathlib import Path

import protege
import pytest

from marrowkg.build import assemble
from marrowkg.paths import House
from marrowkg.release import write_release

REPOSITORY = Path(__file__).resolve().parents[2]
MODULES = sorted((REPOSITORY / "graph" / "rdf").glob("*.ttl"))
FILES = [REPOSITORY / "ontology" / "marrow.ttl", *MODULES]

pytestmark = [
    pytest.mark.owl,
    pytest.mark.skipif(bool(protege.missing_packages()), reason=f"not installed: {protege.missing_packages()}"),
]


@pytest.fixture(scope="module")
def ontology() -> protege.Opened:
    return protege.opened(FILES[0])


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release, built from the papers as they are."""
    folder = tmp_path_factory.mktemp("owl")
    house = House(REPOSITORY, folder / "cache")
    write_release(house, assemble(house).dataset, folder / "release")
    return folder / "release"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_a_file_opens_without_problems(file: Path) -> None:
    assert sorted(set(protege.opened(file).problems())) == []


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.stem))
def test_a_module_is_consistent_with_the_ontology(file: Path) -> None:
    assert protege.is_consistent(protege.opened(file), protege.HERMIT)


def test_the_release_opens_without_problems_and_is_consistent(release: Path) -> None:
    for name in ("marrowkg.ttl", "marrowkg.owl"):
        if (release / name).exists():
            merged = protege.opened(release / name)
            assert sorted(set(merged.problems())) == []
            assert protege.is_consistent(merged, protege.HERMIT)


@pytest.mark.parametrize("factory", [protege.HERMIT, protege.OPENLLET, protege.ELK])
def test_no_class_is_unsatisfiable(ontology: protege.Opened, factory: str) -> None:
    assert protege.is_consistent(ontology, factory)
    assert protege.unsatisfiable(ontology, factory) == []


@pytest.mark.parametrize("other", [protege.OPENLLET, protege.ELK])
def test_a_second_reasoner_agrees_on_the_class_tree(ontology: protege.Opened, other: str) -> None:
    tree, second = protege.class_tree(ontology, protege.HERMIT), protege.class_tree(ontology, other)
    assert len(tree) > 3000
    assert sorted(tree ^ second) == []


def test_an_undeclared_property_and_a_missing_import_are_told() -> None:
    problems = {kind for kind, _ in protege.opened(Path(__file__).parent / "bad.ttl").problems()}
    assert {"import not resolved", "not OWL 2 DL", "pun"} <= problems
