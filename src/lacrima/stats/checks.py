"""What a model must not be asked: refused by name, before any number could look fine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lacrima.errors import BadInput, NoResult
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.model import INTERCEPT, Model
from lacrima.stats.numbers import Numbers
from lacrima.stats.serial import MOST_SESSIONS, SerialSums
from lacrima.stats.working import Working

# Of a column's sum of squares, what must be left once the columns before it are taken out. Cross-
# products carry 15 digits, so that anything less would be mostly rounding.
LEFT = 1e-11
NOTHING_LEFT = 1e-10
ALMOST_ONE = 1 - 1e-6


def check(found: Working, model: Model) -> None:
    """Raises BadInput for constant or collinear columns and for a level with one group; NoResult
    for fewer rows than coefficients, fixed or random, or an outcome that never varies."""
    p = len(model.fixed)
    if found.n <= p:
        raise NoResult(f"{found.n} rows for {p} coefficients", expected="more rows than that")
    names = [term.name for term in model.terms]
    _independent(found.total, names, np.arange(p), "the fixed part")
    for band in found.bands:
        level, z = model.levels[band.place], found.basis.z[band.place]
        _groups(level.name, band.groups.size, z.size, found.n)
        _independent(found.total, names, z, f"the level {level.name}")
    _varies(found, model)


def _groups(name: str, groups: int, q: int, n: int) -> None:
    if groups < 2:
        raise BadInput(
            f"one {name} only",
            where=f"level {name}",
            expected="at least two groups",
            next_step=f"Leave the level {name} out",
        )
    if groups * q >= n:
        raise NoResult(
            f"{groups * q} random coefficients for {n} rows",
            where=f"level {name}",
            expected="fewer than rows, or they cannot be told from the residuals",
            next_step="Leave a random coefficient out",
        )


def _independent(total: Numbers, names: Sequence[str], places: Places, where: str) -> None:
    """Take column by column out of the cross-products of all rows; name what is left without."""
    left = total[np.ix_(places, places)].copy()
    before = np.diagonal(left).copy()
    for place in range(places.size):
        name = names[places[place]]
        if left[place, place] <= LEFT * before[place]:
            raise BadInput(
                _found(name, [names[each] for each in places[:place]], before[place]),
                where=f"column {name}",
                expected=f"columns of {where} that say something of their own",
                next_step=f"Leave {name} out",
            )
        left -= np.outer(left[place], left[place]) / left[place, place]


def _found(name: str, others: Sequence[str], size: float) -> str:
    if size == 0 or list(others) == [INTERCEPT.name]:
        return f"{name} is the same in every row that is used"
    return f"{name} follows from {', '.join(others)}"


def _varies(found: Working, model: Model) -> None:
    left, size = found.total[-1, -1], found.total[-1, -1]
    if INTERCEPT in model.fixed:
        place = model.fixed.index(INTERCEPT)
        left -= found.total[place, -1] ** 2 / found.total[place, place]
    if left <= LEFT * size:
        found_words = f"{model.outcome} is the same in every row that is used"
        raise NoResult(found_words, where=f"column {model.outcome}", expected="some variation")


def check_neighbours(serial: SerialSums | None) -> None:
    """Raises NoResult for AR(1) where no two sessions of a client lie near each other."""
    if serial is not None and not sum(serial.pairs):
        raise NoResult(
            "no two sessions of a client near each other",
            where="order",
            expected=f"some at most {MOST_SESSIONS} sessions apart, or nothing is known of AR(1)",
            next_step="Leave out AR(1).",
        )


def check_rest(found: Working, variance: float, phi: float | None) -> None:
    """Raises NoResult where the groups explain the outcome exactly, or neighbours each other.

    A variance (in the working columns) of next to nothing is no estimate, nor is an
    autocorrelation of 1, and all that is built on them only looks fine.
    """
    is_nothing = variance <= NOTHING_LEFT * found.total[-1, -1] / found.n
    if is_nothing or abs(phi or 0.0) >= ALMOST_ONE:
        raise NoResult(
            "an outcome without any variation left",
            where="residuals",
            expected="rows that differ within their groups",
        )
