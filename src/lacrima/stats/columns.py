"""One column of the rows: its unit, its range, and the numbers that its sums are made of.

Scores are whole or half points: in units of 1, 1/2, 1/10, ... they are integers, and sums of
products of integers below 2^53 are exact in double precision. Such sums are the same whatever the
order of the rows, and taking a client out subtracts exactly. A column that stands off zero for its
range (years, unix seconds) is shifted by one constant for all clients, since squares of large
numbers would swallow the differences that matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from lacrima.errors import BadInput
from lacrima.stats.compiled import is_compiled
from lacrima.stats.look_compiled import look
from lacrima.stats.numbers import Numbers

UNITS = (1, 2, 4, 10, 100, 1000)
CHUNK = 16_384
FAR = 0.5


@dataclass(frozen=True, slots=True)
class Scale:
    """How a column's values v become the numbers that are summed: v x units - shift.

    units: how many make 1, where v x units is always whole; None where there is no such number.
    shift: the constant taken off, in units. most: the largest size of a number that is summed.
    """

    units: int | None
    shift: float
    most: float

    @property
    def size(self) -> float:
        """The size of one unit in the column's own terms."""
        return 1.0 / (self.units or 1)

    @property
    def middle(self) -> float:
        """The constant taken off, in the column's own terms."""
        return self.shift * self.size


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a column tells.

    low, high: the smallest and the largest value, 0 where there is none. has_gaps: a value is
    missing (NaN). is_whole: all are surely whole numbers; else nothing is known of that.
    """

    low: float
    high: float
    has_gaps: bool
    is_whole: bool


def as_column(name: str, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The values as numbers a loop can read. Raises BadInput for text, naming the column."""
    array = np.asarray(values)
    if array.dtype.kind in "iuf":
        return array
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError) as mistake:
        raise BadInput(
            "text among numbers", where=f"column {name}", expected="numbers, empty where missing"
        ) from mistake


def look_at(name: str, values: npt.NDArray[Any]) -> Look:
    """Look at n values (NaN is missing). Raises BadInput for an infinite one, naming its row.

    >>> look_at("score", np.array([2.5, np.nan, 0.0]))
    Look(low=0.0, high=2.5, has_gaps=True, is_whole=False)
    """
    is_plain = values.dtype == np.float64 and values.flags.c_contiguous
    low, high, gaps, is_whole = (look if is_compiled() and is_plain else look_plainly)(values)
    if gaps == values.size:
        return Look(0.0, 0.0, gaps > 0, is_whole)
    if np.isinf(low) or np.isinf(high):
        row = int(np.flatnonzero(np.isinf(values))[0]) + 1
        raise BadInput(
            "an infinite number", where=f"column {name}, row {row}", expected="finite numbers"
        )
    return Look(low, high, gaps > 0, is_whole)


def look_plainly(values: npt.NDArray[Any]) -> tuple[float, float, int, bool]:
    """`look` in NumPy, for numbers of any kind; only of integers it is sure that they are whole."""
    is_whole = values.dtype.kind in "iu"
    if not values.size:
        return np.inf, -np.inf, 0, is_whole
    low, high, gaps = values.min(), values.max(), 0
    if np.isnan(low):
        gaps = int(np.count_nonzero(np.isnan(values)))
        low = np.fmin.reduce(values, initial=np.inf)
        high = np.fmax.reduce(values, initial=-np.inf)
    return float(low), float(high), gaps, is_whole


def scale_of(name: str, values: npt.NDArray[Any]) -> Scale:
    """The scale of n values (NaN is missing). Raises BadInput for an infinite one, naming its row.

    >>> scale_of("score", np.array([0.5, 10.0, np.nan]))
    Scale(units=2, shift=0.0, most=20.0)
    >>> scale_of("day", np.array([1_700_000_000, 1_700_086_400])).middle
    1700043200.0
    """
    return scale_seen(look_at(name, values), values)


def scale_seen(seen: Look, values: npt.NDArray[Any]) -> Scale:
    """The scale of values that were looked at."""
    return scale_from(seen.low, seen.high, 1 if seen.is_whole else _units_of(values))


def scale_from(low: float, high: float, units: int | None) -> Scale:
    """The scale of a column whose smallest and largest value and unit are known."""
    factor = units or 1
    is_far = min(abs(low), abs(high)) > FAR * (high - low) and low * high > 0
    shift = float(np.rint((low + high) / 2 * factor)) if is_far else 0.0
    return Scale(units, shift, max(abs(low * factor - shift), abs(high * factor - shift)))


def in_scale(name: str, values: npt.NDArray[Any], scale: Scale) -> Scale:
    """A scale of elsewhere, for these values. Raises BadInput where they are not whole in it.

    >>> in_scale("score", np.array([30.5]), Scale(units=2, shift=0.0, most=54.0)).most
    61.0
    """
    seen = look_at(name, values)
    is_whole = scale.units is None or _is_whole_in(values.astype(np.float64), scale.units)
    return scale_for(name, seen.low, seen.high, scale, is_whole=is_whole)


def scale_for(name: str, low: float, high: float, scale: Scale, *, is_whole: bool) -> Scale:
    """A scale of elsewhere, for values of which smallest, largest and wholeness in it are known."""
    if not is_whole:
        raise BadInput(
            "numbers finer than those that are kept",
            where=f"column {name}",
            expected=f"whole numbers of 1/{scale.units}",
        )
    factor = scale.units or 1
    most = max(scale.most, *(abs(each * factor - scale.shift) for each in (low, high)))
    return replace(scale, most=most)


def scaled(values: npt.NDArray[Any], scale: Scale) -> Numbers:
    """The numbers that are summed, of some rows of a column; NaN stays NaN."""
    numbers = np.asarray(values, dtype=np.float64)
    if scale.units is not None and scale.units != 1:
        numbers = np.rint(numbers * scale.units)
    return numbers - scale.shift if scale.shift else numbers


def _units_of(values: npt.NDArray[Any]) -> int | None:
    """The smallest of UNITS in which every value is whole."""
    chunks = range(0, values.size, CHUNK)
    for units in UNITS:
        if all(_is_whole_in(values[start : start + CHUNK], units) for start in chunks):
            return units
    return None


def _is_whole_in(values: npt.NDArray[Any], units: int) -> bool:
    with np.errstate(over="ignore", invalid="ignore"):
        whole = np.rint(values) if units == 1 else np.rint(values * units) / units
    if np.array_equal(whole, values):
        return True
    return bool(((whole == values) | np.isnan(values)).all())
