"""Where ontology/, graph/ and queries/ are: in the checkout, or inside the installed package."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["House", "house"]

_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class House:
    """The folder that holds ontology/, graph/ and queries/, and the place of the cache that is made from them.

    Generated files are written back to a checkout only, never into an installed package.
    """

    root: Path
    cache: Path
    is_checkout: bool = True

    @property
    def ontology(self) -> Path:
        """The vocabulary, prefixes, shapes, rules and mappings."""
        return self.root / "ontology"

    @property
    def papers(self) -> Path:
        """The curated files."""
        return self.root / "graph" / "papers"

    @property
    def rdf(self) -> Path:
        """The RDF generated from the curated files."""
        return self.root / "graph" / "rdf"

    @property
    def queries(self) -> Path:
        """The stored queries."""
        return self.root / "queries"


def house() -> House:
    """Find the house: `MARROWKG_HOME`, the checkout this module stands in, or the copy inside the package.

    The cache is `MARROWKG_CACHE`, or `.marrowkg/` in a checkout, or the user's cache folder for an installed package.
    """
    home = os.environ.get("MARROWKG_HOME")
    checkout = Path(home).resolve() if home else _PACKAGE.parent.parent
    in_checkout = (checkout / "ontology" / "marrow.ttl").is_file()
    root = checkout if in_checkout or home else _PACKAGE / "data"
    return House(root, _cache(checkout if in_checkout else None), in_checkout)


def _cache(checkout: Path | None) -> Path:
    named = os.environ.get("MARROWKG_CACHE")
    if named:
        return Path(named).resolve()
    if checkout is not None:
        return checkout / ".marrowkg"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "marrowkg"
