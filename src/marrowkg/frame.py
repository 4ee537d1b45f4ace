"""Rows as a data frame of pandas, which is an extra: `pip install "marrowkg[pandas]"`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyoxigraph as ox

from marrowkg.errors import MarrowError

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["frame"]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPES = {"integer": "Int64", "decimal": "Float64", "double": "Float64", "float": "Float64", "boolean": "boolean"}


def frame(columns: Sequence[str], cells: Sequence[Sequence[object]]) -> DataFrame:
    """A frame with a column for each of `columns`; a column has a type only if all its bound cells have it.

    Raises:
        MarrowError: if pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MarrowError("pandas is not installed; expected pip install 'marrowkg[pandas]'") from error
    by_column = {name: [row[place] for row in cells] for place, name in enumerate(columns)}
    return pd.DataFrame({name: _series(pd, terms) for name, terms in by_column.items()}, columns=list(columns))


def _series(pd: object, terms: Sequence[object]) -> object:
    dtype = _dtype(terms)
    texts = [None if term is None else getattr(term, "value", str(term)) for term in terms]
    if dtype == "boolean":
        values: list[object] = [None if text is None else text in ("true", "1") for text in texts]
    elif dtype != "string":
        values = [None if text is None else (int(text) if dtype == "Int64" else float(text)) for text in texts]
    else:
        values = list(texts)
    return pd.array(values, dtype=dtype)  # type: ignore[attr-defined]


def _dtype(terms: Sequence[object]) -> str:
    datatypes = {_datatype(term) for term in terms if term is not None}
    if datatypes == {"integer", "decimal"}:
        return "Float64"
    return _TYPES.get(next(iter(datatypes)), "string") if len(datatypes) == 1 else "string"


def _datatype(term: object) -> str:
    return term.datatype.value.removeprefix(_XSD) if isinstance(term, ox.Literal) else ""
