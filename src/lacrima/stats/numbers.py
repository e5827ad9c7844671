"""Numbers as they come in: refused where they cannot be used, never mended."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lacrima.errors import BadInput

Numbers = npt.NDArray[np.float64]


def numbers(name: str, values: npt.ArrayLike) -> Numbers:
    """One row of finite numbers. `name` is for the message. Raises BadInput for anything else."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as mistake:
        raise BadInput("values that are no numbers", where=name, expected="numbers") from mistake
    if array.ndim != 1:
        raise BadInput("not one row of numbers", where=name, expected="one number a person")
    if not np.isfinite(array).all():
        raise BadInput(
            "missing or infinite values", where=name, expected="complete pairs of finite numbers"
        )
    return array


def pairs(pre: npt.ArrayLike, post: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    """The scores before and after of the same people. Raises BadInput as `numbers`."""
    before, after = numbers("pre", pre), numbers("post", post)
    if before.shape != after.shape:
        raise BadInput("not as many scores before as after", where="pre, post", expected="pairs")
    return before, after


def inside(name: str, value: float, *, low_open: bool) -> float:
    """The value, where it lies between 0 and 1 (0 itself only unless `low_open`), never on 1."""
    is_inside = 0 < value < 1 or (value == 0 and not low_open)
    if not is_inside:
        low = "above 0" if low_open else "from 0"
        raise BadInput(f"a {name} outside its range", where=name, expected=f"{low}, below 1")
    return value


def above_zero(name: str, value: float) -> float:
    """The value, where it is finite and above 0."""
    if not (np.isfinite(value) and value > 0):
        raise BadInput(f"a {name} of no size", where=name, expected="above 0")
    return float(value)


def percentage(name: str, value: float) -> float:
    """A percentage from 0 to 100, as a share."""
    if not 0 <= value <= 100:
        raise BadInput("a percentage outside its range", where=name, expected="0 to 100")
    return value / 100
