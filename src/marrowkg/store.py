"""The embedded store: a cache of the dataset on disk, opened read-only, replaced in one step.

Stores stand beside each other as `store-<digest of what they were made from>`, with a number behind it where that name
is taken; the file `current` names the one that answers. A build that dies leaves `current` as it was; of builds at the
same time one waits for the other.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from marrowkg.errors import StoreError
from marrowkg.paths import House

if TYPE_CHECKING:
    from marrowkg.dataset import Dataset

__all__ = ["current_store", "input_digest", "install_store", "is_fresh", "open_store", "write_store"]

_FORMAT = b"2"
_PACKAGE = Path(__file__).parent


def _inputs(house: House) -> Iterator[tuple[Path, Path]]:
    """What a store is made from, and what makes it; each with the folder that it is named by."""
    for root, folder, pattern in (
        (house.root, house.ontology, "*.*"),
        (house.root, house.papers, "*.*"),
        (_PACKAGE, _PACKAGE, "*.py"),
    ):
        for file in sorted(folder.rglob(pattern)):
            yield file, root


def input_digest(house: House) -> str:
    """Digest of every file that the store is made from, the program among them: names and contents."""
    digest = sha256(_FORMAT)
    for file, root in _inputs(house):
        if file.is_file():
            digest.update(str(file)[len(str(root)) :].encode())
            digest.update(sha256(file.read_bytes()).digest())
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
    return folder is not None and folder.name.partition(".")[0] == f"store-{input_digest(house)}"


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


def install_store(house: House, dataset: Dataset, digest: str = "") -> Path:
    """Write the store of `dataset` and make it the one that answers; remove what it replaces.

    `digest` is the input digest of when the files were read, if they may have changed since.

    Raises:
        StoreError: if the cache cannot be written.
    """
    name = f"store-{digest or input_digest(house)}"
    new, pointer = house.cache / "building", house.cache / "current.new"
    try:
        house.cache.mkdir(parents=True, exist_ok=True)
        with _alone(house.cache):
            shutil.rmtree(new, ignore_errors=True)
            write_store(dataset, new)
            target = _free(house.cache / name)
            new.rename(target)
            previous = current_store(house)
            pointer.write_text(target.name, encoding="ascii")
            pointer.replace(house.cache / "current")
            _sweep(house.cache, keep={target, previous})
    except OSError as error:
        raise StoreError(f"the store in {house.cache} cannot be written: {error}") from error
    return target


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Wait until no other process writes to the cache; one that dies is not waited for."""
    with (cache / "lock").open("wb") as handle:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _free(folder: Path) -> Path:
    """The folder, or the first with a number behind it that is not there: a store is never moved under its readers."""
    numbered = (folder.with_name(f"{folder.name}.{number}") for number in count(1))
    return next(place for place in chain([folder], numbered) if not place.exists())


def _sweep(cache: Path, keep: set[Path | None]) -> None:
    """Remove stores nobody can be reading: not the new one, nor the one that answered until now."""
    for folder in cache.glob("store-*"):
        if folder not in keep:
            shutil.rmtree(folder, ignore_errors=True)
