"""Columns out of whatever a person holds a table in: arrays by name, pandas, polars, PyArrow.

None of these libraries is imported: a table is known by what it can do. Dates and times become
seconds since 1970, and every way of saying that nothing is there becomes None or NaN.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from lacrima.errors import BadInput

NOTHING = ("NAType", "NaTType")


def arrays_of(data: Any, names: Iterable[str]) -> dict[str, npt.NDArray[Any]]:
    """The named columns of a table, each as an array.

    data: a mapping of arrays or lists, a data frame of pandas or polars, or a table of PyArrow.
    Raises BadInput for anything else, and for names that are not there.

    >>> arrays_of({"score": [1, None], "day": np.array(["2026-01-02", "NaT"], "M8[D]")},
    ...     ["score", "day"])
    {'score': array([1, None], dtype=object), 'day': array([1.767312e+09,          nan])}
    """
    there = names_of(data)
    for name in names:
        if name not in there:
            shown = ", ".join(there[:20])
            raise BadInput(f"no column {name!r}", where="data", expected=f"one of {shown}")
    return {name: _array(data[name]) for name in names}


def names_of(data: Any) -> list[str]:
    """The names of a table's columns. Raises BadInput for what is no table."""
    if isinstance(data, Mapping):
        return list(data)
    for names in ("column_names", "columns"):  # PyArrow's `columns` are its values
        if hasattr(data, names) and hasattr(data, "__getitem__"):
            return list(getattr(data, names))
    raise BadInput(
        "something that is no table",
        where="data",
        expected="arrays by name, or a table of pandas, polars or PyArrow",
    )


def _array(values: Any) -> npt.NDArray[Any]:
    array = _plain(values)
    if array.dtype.kind == "M":
        seconds = array.astype("M8[us]").astype(np.int64) / 1e6
        return np.where(np.isnat(array), np.nan, seconds)
    if array.dtype.kind in "OT":
        return np.array([_one(value) for value in array.tolist()], dtype=object)
    return array


def _plain(values: Any) -> npt.NDArray[Any]:
    if str(getattr(values, "type", "")).startswith("dictionary"):  # PyArrow loses its nulls
        values = values.to_pylist()
    elif hasattr(values, "to_numpy"):
        values = values.to_numpy()
    return np.asarray(values, dtype=None if hasattr(values, "dtype") else object)


def _one(value: Any) -> Any:
    """Dates by their ISO text, so that they can be an order; nothing, however it is said, as None.

    Pandas says NaN among words.
    """
    if type(value).__name__ in NOTHING or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.isoformat() if isinstance(value, date) else value
