"""What a posterior must not be asked: refused before any number could look fine.

Priors keep a posterior in being where data say little, but not where the data say the impossible:
an outcome that never differs would have a residual of nought, and rounding would decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from lacrima.errors import BadInput, NoResult
from lacrima.stats.nested import Nested
from lacrima.stats.numbers import Numbers
from lacrima.stats.priors import Priors

# Of the outcome's sum of squares: cross-products carry 15 digits, less would be mostly rounding.
LEFT = 1e-12
NOTHING_LEFT = 1e-10  # of what the fixed terms leave
RANK = 1e-11


def check_fits(family: Nested, priors: Priors, names: Sequence[str]) -> None:
    """Raises BadInput where priors or names do not fit the columns; NoResult for sums that are no
    numbers.
    """
    sizes = tuple(len(level.spreads) for level in priors.levels)
    if not (len(priors.coefficients) == len(names) == family.fixed and sizes == family.sizes):
        raise BadInput(
            "priors that do not fit the model",
            where="priors",
            expected=f"{family.fixed} coefficients, levels of {family.sizes} terms",
        )
    if (priors.memory is None) != (family.neighbours is None):
        raise BadInput(
            "a prior of memory without neighbouring sessions, or these without it",
            where="priors",
            expected="both (AR(1)) or neither",
        )
    check_numbers(family)


def check_numbers(family: Nested) -> None:
    """Raises NoResult for sums that are no numbers: values too large to be squared, or none."""
    beside = () if family.neighbours is None else (family.neighbours.totals, family.neighbours.sz)
    if not all(np.isfinite(sums).all() for sums in (family.totals, family.sz, *beside)):
        raise NoResult(
            "sums that are no numbers", expected="finite values in every column, below 1e150"
        )


def check_varies(family: Nested, outcome: str) -> float:
    """The sum of squares that the fixed terms leave of an outcome (so named).

    Raises NoResult where it is nought though there are more rows than terms: an outcome that is the
    same in every row, or that follows from the terms.
    """
    total, p = family.totals.sum(axis=0), family.fixed
    left, rank = _left(total, p)
    if family.rows > rank and left <= LEFT * total[-1, -1]:
        raise NoResult(
            f"{outcome} is the same in every row that is used, or follows from the terms",
            where=f"column {outcome}",
            expected="some variation",
            next_step="Choose an outcome that differs from session to session.",
        )
    return left


def _left(total: Numbers, p: int) -> tuple[float, int]:
    """What least squares leave of the last column, and how many of the p first count."""
    size = np.sqrt(np.diagonal(total)[:p])
    unit = np.where(size > 0, size, 1.0)
    values, turns = np.linalg.eigh(total[:p, :p] / np.outer(unit, unit))
    is_there = values > RANK * max(float(values.max(initial=0.0)), 1e-300)
    pull = (turns.T @ (total[:p, -1] / unit))[is_there]
    return float(total[-1, -1] - (pull**2 / values[is_there]).sum()), int(is_there.sum())


def check_rest(sigma: float, rows: int, left: float) -> None:
    """Raises NoResult where groups explain an outcome to the last digit.

    sigma: the residual where its posterior is highest; left: see `check_varies`, in its units.
    """
    if rows > 1 and sigma**2 * rows <= NOTHING_LEFT * left:
        raise nothing_left()


def nothing_left() -> NoResult:
    """What is said where nothing is left from row to row."""
    return NoResult(
        "an outcome without any variation left",
        where="residuals",
        expected="rows that differ within their groups",
        next_step="Leave out what varies by group, or choose another outcome.",
    )


@contextmanager
def numbers_that_hold() -> Iterator[None]:
    """Raises NoResult where covariances are beyond all numbers, instead of NumPy's own words.

    Far from the peak a few points may be; they count for nothing, and need no warning.
    """
    try:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            yield
    except np.linalg.LinAlgError as mistake:
        raise nothing_left() from mistake
