"""CURIEs to IRIs and back."""

from pathlib import Path

import pytest

from marrowkg.errors import UnknownNameError
from marrowkg.prefixes import KG, MKG, compact, expand, prefix_map


@pytest.fixture(scope="module")
def prefixes(repository: Path) -> dict[str, str]:
    return dict(prefix_map(repository / "ontology" / "prefixes.ttl"))


def test_the_table_binds_the_two_namespaces_of_the_program(prefixes: dict[str, str]) -> None:
    assert (prefixes["mkg"], prefixes["kg"]) == (MKG, KG)
    assert list(prefixes) == sorted(prefixes)


def test_expanding_what_was_compacted_gives_the_iri_back(prefixes: dict[str, str]) -> None:
    for namespace in prefixes.values():
        if namespace != KG:
            assert expand(compact(namespace + "x", prefixes), prefixes) == namespace + "x"


def test_an_iri_of_ours_is_read_without_its_root(prefixes: dict[str, str]) -> None:
    assert compact(KG + "alpha2001/result/fever-in-all", prefixes) == "alpha2001/result/fever-in-all"
    assert compact(MKG + "BonePain", prefixes) == "mkg:BonePain"
    assert compact("https://example.org/x", prefixes) == "https://example.org/x"


def test_the_longest_namespace_wins() -> None:
    assert compact("http://x.org/a/b", {"x": "http://x.org/", "a": "http://x.org/a/"}) == "a:b"


@pytest.mark.parametrize("curie", ["mgk:BonePain", "BonePain", ":BonePain"])
def test_an_unknown_prefix_is_refused(curie: str, prefixes: dict[str, str]) -> None:
    with pytest.raises(UnknownNameError, match="no prefix is called"):
        expand(curie, prefixes)


def test_the_refusal_names_the_nearest(prefixes: dict[str, str]) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'mkg'"):
        expand("mgk:BonePain", prefixes)
