"""The reference of the ontology: committed as generated, nothing left out."""

from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from marrowkg.classtree import ClassTree, picture
from marrowkg.dataset import read_turtle
from marrowkg.prefixes import MKG, prefix_map
from marrowkg.reference import read_mappings, reference, write_reference

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs"


@pytest.fixture(scope="module")
def ontology() -> frozenset[ox.Triple]:
    return read_turtle(REPOSITORY / "ontology" / "marrow.ttl")


@pytest.fixture(scope="module")
def page(ontology: frozenset[ox.Triple]) -> str:
    mappings = read_mappings(REPOSITORY / "ontology" / "mappings")
    return reference(ontology, mappings, prefix_map(REPOSITORY / "ontology" / "prefixes.ttl"))


def test_the_committed_reference_is_as_generated(page: str, ontology: frozenset[ox.Triple]) -> None:
    assert (DOCS / "ontology.md").read_text(encoding="utf-8") == page, "run 'marrowkg build'"
    assert (DOCS / "ontology.svg").read_text(encoding="utf-8") == picture(ontology), "run 'marrowkg build'"


def test_every_class_is_told_once(page: str, ontology: frozenset[ox.Triple]) -> None:
    for iri in ClassTree.of(ontology).labels:
        name = iri.removeprefix(MKG)
        assert page.count(f"(`mkg:{name}`") == 1
        assert page.count(f'<a id="{name.lower()}"></a>') == 1


def test_every_link_leads_somewhere(page: str) -> None:
    anchors = {part.partition('"')[0] for part in page.split('<a id="')[1:]}
    headings = {"the-terms-of-the-domain", "the-data-model"}
    links = {part.partition(")")[0] for part in page.split("](#")[1:]}
    assert links <= anchors | headings


def test_an_entry_tells_definition_synonyms_logic_and_matches(page: str) -> None:
    entry = next(line for line in page.splitlines() if "(`mkg:BonePain`" in line)
    assert "is: (pain and (located in some bone))." in entry
    assert "=\u00a0HP:0002653" in entry


def test_the_picture_is_xml_with_every_root(ontology: frozenset[ox.Triple]) -> None:
    drawn = ElementTree.fromstring(picture(ontology))
    texts = {element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")}
    tree = ClassTree.of(ontology)
    assert {tree.labels[iri] for iri in tree.children[MKG + "DomainEntity"]} <= texts


def test_the_order_of_triples_does_not_matter(page: str, ontology: frozenset[ox.Triple], tmp_path: Path) -> None:
    mappings = read_mappings(REPOSITORY / "ontology" / "mappings")
    prefixes = prefix_map(REPOSITORY / "ontology" / "prefixes.ttl")
    write_reference(sorted(ontology, key=lambda t: str(t)[::-1]), mappings, prefixes, tmp_path)
    assert (tmp_path / "ontology.md").read_text(encoding="utf-8") == page
