"""Values on a border: 0.7 is reached by 3.7 - 3.0, whatever binary arithmetic makes of it.

A decimal number is rarely exact in a computer, so the same data in other units could fall on
the other side of a border. A value nearer to its border than one part in 10^12 of the numbers
it was made from is therefore taken to lie on it: far more than rounding can do, and far less
than any questionnaire can tell apart.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lacrima.stats.numbers import Numbers

Flags = npt.NDArray[np.bool_]

CLOSENESS = 1e-12


def nearness(*made_from: npt.ArrayLike) -> Numbers:
    """How near a difference of these numbers must come to a border to lie on it.

    made_from: numbers, or arrays that fit each other. Returns an array of the same shape.
    """
    size = np.zeros((), dtype=np.float64)
    for each in made_from:
        size = size + np.abs(np.asarray(each, dtype=np.float64))
    return np.asarray(CLOSENESS * size, dtype=np.float64)


def reaches(value: Numbers, border: float | Numbers, near: Numbers) -> Flags:
    """Is the value on the border or above it? False where it is missing.

    >>> change = np.array([3.7 - 3.0, 0.69])
    >>> reaches(change, 0.7, nearness(change, 3.7, 3.0)).tolist()
    [True, False]
    """
    return np.asarray(value - border >= -near, dtype=np.bool_)


def exceeds(value: Numbers, border: float | Numbers, near: Numbers) -> Flags:
    """Is the value above the border, and not on it? False where it is missing.

    >>> change = np.array([1.7 - 1.0, 0.71])
    >>> exceeds(change, 0.7, nearness(change, 1.7, 1.0)).tolist()
    [False, True]
    """
    return np.asarray(value - border > near, dtype=np.bool_)
