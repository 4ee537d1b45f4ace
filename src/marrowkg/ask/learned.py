"""What was learned from example questions: for each word, or piece of one, how much it speaks for a stored question.

The table stands in `queries/ask/learned.npy`, with what its columns are in `learned.json`; both are made by `learning`.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from marrowkg.ask.features import BUCKETS
from marrowkg.errors import QueryError

__all__ = ["OUT_OF_SCOPE", "Learned"]

OUT_OF_SCOPE: Final = "-"
"""The column of questions that no stored question answers."""
_MAGIC: Final = b"\x93NUMPY\x01\x00"
_HEAD: Final = 10
"""Bytes before the description of an array: magic string, version, length of the description."""


class Learned:
    """The weights."""

    def __init__(self, folder: Path) -> None:
        told = json.loads((folder / "learned.json").read_text(encoding="utf-8"))
        self.questions: Sequence[str] = told["questions"]
        self.examples: str = told["examples"]
        """The digest of the examples that this was learned from."""
        self._scale: float = told["scale"]
        self._bias: Sequence[float] = told["bias"]
        self._weights = _read(folder / "learned.npy", BUCKETS * len(self.questions))

    def scores(self, buckets: Sequence[int]) -> Mapping[str, float]:
        """For each stored question, how much the features speak for it: about 0 where it starts to be likely."""
        width = len(self.questions)
        totals = [0] * width
        for bucket in buckets:
            row = self._weights[bucket * width : (bucket + 1) * width]
            totals = [total + weight for total, weight in zip(totals, row, strict=True)]
        norm = self._scale / max(len(buckets), 1) ** 0.5
        return {name: bias + norm * total for name, bias, total in zip(self.questions, self._bias, totals, strict=True)}


def _read(file: Path, size: int) -> array[int]:
    """The numbers of an array of signed bytes in the `.npy` format.

    Raises:
        QueryError: if the file is not such an array of this size.
    """
    data = file.read_bytes()
    body = _HEAD + int.from_bytes(data[8:_HEAD], "little")
    if not data.startswith(_MAGIC) or b"'|i1'" not in data[:body] or len(data) - body != size:
        raise QueryError(
            f"{file} is no table of {size} signed bytes; make it again with python -m marrowkg.ask.learning"
        )
    return array("b", data[body:])
