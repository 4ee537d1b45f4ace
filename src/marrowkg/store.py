"""The embedded store: a cache of the dataset on disk, opened read-only, replaced in one step.

Stores stand beside each other as `store-<digest of what they were made from>`; the file `current` names the one that
answers. A build that dies leaves `current` as it was.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from marrowkg.errors import StoreError
from marrowkg.paths import House

if TYPE_CHECKING:
    from marrowkg.dataset import Dataset

__all__ = ["current_store", "input_digest", "install_store", "is_fresh", "open_store", "write_store"]

_FORMAT = b"1"


def _inputs(house: House) -> Iterator[Path]:
    yield from sorted(house.ontology.rglob("*.*"))
    yield from sorted(house.papers.rglob("*.*"))


def input_digest(house: House) -> str:
    """Digest of every file that the store is made from, and of the version of the program."""
    digest = sha256(_FORMAT)
    for file in _inputs(house):
        if file.is_file():
            digest.update(str(file.relative_to(house.root)).encode())
            digest.update(sha256(file.read_bytes()).digest())
    package = Path(__file__).parent
    for file in sorted(package.rglob("*.py")):
        stat = file.stat()
        digest.update(f"{file.relative_to(package)} {stat.st_size}".encode())
    return digest.hexdigest()[:20]


def current_store(house: House) -> Path | None:
    """The folder of the store that answers, if there is one."""
    pointer = house.cache / "current"
    try:
        folder = house.cache / pointer.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return folder if folder.is_dir() else None


def is_fresh(house: House) -> bool:
    """Whether the store that answers was made from the files as they are now."""
    folder = current_store(house)
    return folder is not None and folder.name == f"store-{input_digest(house)}"


def open_store(folder: Path) -> ox.Store:
    """Open a store to read from it.

    Raises:
        StoreError: if it cannot be opened.
    """
    try:
        return ox.Store.read_only(str(folder))
    except (OSError, RuntimeError) as error:
        raise StoreError(f"the store in {folder} cannot be opened ({error}); run 'marrowkg build'") from error


def write_store(dataset: Dataset, folder: Path) -> None:
    """Write a new store: every named graph, and their merge as the default graph.

    The merge is stored so that a query without GRAPH means the same on every engine, without a union switch.
    """
    store = ox.Store(str(folder))
    store.bulk_extend(dataset.quads())
    store.bulk_extend(ox.Quad(*triple) for triple in dataset.triples())
    store.flush()
    store.optimize()


def install_store(house: House, dataset: Dataset) -> Path:
    """Write the store of `dataset` and make it the one that answers; remove what it replaces.

    Raises:
        StoreError: if the cache cannot be written.
    """
    name = f"store-{input_digest(house)}"
    previous = current_store(house)
    new = house.cache / f"building-{os.getpid()}"
    try:
        house.cache.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(new, ignore_errors=True)
        write_store(dataset, new)
        target = house.cache / name
        if target.exists():
            target.rename(house.cache / f"old-{os.getpid()}")
        new.rename(target)
        pointer = house.cache / f"current-{os.getpid()}"
        pointer.write_text(name, encoding="ascii")
        pointer.replace(house.cache / "current")
    except OSError as error:
        raise StoreError(f"the store in {house.cache} cannot be written: {error}") from error
    _sweep(house, keep={name, previous.name if previous else name})
    return target


def _sweep(house: House, keep: set[str]) -> None:
    """Remove stores nobody can be reading: not the new one, nor the one that answered until now."""
    for folder in [*house.cache.glob("store-*"), *house.cache.glob("old-*")]:
        if folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)
