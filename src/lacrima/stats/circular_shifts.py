"""Would the moments lie as well anywhere else along each client's sessions? Circular shifts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from lacrima.errors import NoResult
from lacrima.stats.client_dummies import SMALL, Codes, demeaned, independent
from lacrima.stats.numbers import Numbers

MOST_CELLS = 200_000  # of pushed rows at a time


def shift_test_inside(
    outcome: Numbers,
    exposure: Numbers,
    columns: Numbers,
    groups: Codes,
    *,
    is_used: npt.NDArray[np.bool_],
    shifts: int = 999,
    seed: int = 0,
) -> tuple[float, float]:
    """Would the moments lie as well anywhere else along each client's sessions?

    The row of each client's exposures is pushed along that client's sessions, round the end to
    the beginning, by a number of its own; what follows each other stays so. Rows in the order of
    sessions inside each group. is_used: rows with an outcome; the others are pushed along too.
    Returns the estimate, and the share of shifts (the true place counted) at which it is at least
    as far from 0: of "no effect for anybody", not of "no effect on average".

    Only sums are formed of the pushed exposures, none of them is centred: with outcome and
    columns centred inside clients, products with them are the same.

    Source: Lotwick and Silverman 1982, 10.1111/j.2517-6161.1982.tb01221.x (shifts round the end).
    """
    here = np.unique(groups[is_used], return_inverse=True)[1]
    y, beside = demeaned(outcome[is_used], here), demeaned(columns[is_used], here)
    q = _directions(beside)
    y = y - q @ (q.T @ y)
    parts = []
    for x in _pushed(exposure, groups, shifts, seed):
        parts.append(_estimates(x[:, is_used], y, q, here))
        if np.isnan(parts[0][0]):
            found = "nothing that differs inside a client"
            raise NoResult(found, expected="sessions with and without")
    all_of_them = np.nan_to_num(np.concatenate(parts))
    share = (np.abs(all_of_them) >= abs(all_of_them[0]) - SMALL).mean()
    return float(all_of_them[0]), float(share)


def _estimates(x: Numbers, y: Numbers, q: Numbers, groups: Codes) -> Numbers:
    """The coefficient of each of the rows of x; NaN where it does not differ inside a client."""
    size = (x**2).sum(axis=1) - _of_groups(x, groups) - ((x @ q) ** 2).sum(axis=1)
    return np.asarray(np.divide(x @ y, size, out=np.full(len(size), np.nan), where=size > SMALL))


def _directions(beside: Numbers) -> Numbers:
    """An orthogonal basis of what is held equal; without a column where nothing differs."""
    kept = independent(beside)
    return np.asarray(np.linalg.qr(beside[:, kept])[0] if kept else np.zeros((len(beside), 0)))


def _of_groups(x: Numbers, groups: Codes) -> Numbers:
    """The sum over groups of n times the square of the mean, for each of the rows of x."""
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    counts = np.diff([*starts, len(groups)])
    return np.asarray((np.add.reduceat(x, starts, axis=1) ** 2 / counts).sum(axis=1))


def _pushed(exposure: Numbers, groups: Codes, shifts: int, seed: int) -> Iterator[Numbers]:
    """The true row of exposures first, then so many with a random shift a group; some at a time.

    Rows of a group stand together and in order.
    """
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    counts = np.diff([*starts, len(groups)])
    rng = np.random.default_rng(seed)
    by = np.stack([np.zeros_like(counts), *(rng.integers(0, counts) for _ in range(shifts))])
    begin, wide = np.repeat(starts, counts), np.repeat(counts, counts)
    own = np.arange(len(groups)) - begin
    at_once = max(1, MOST_CELLS // max(len(groups), 1))
    for first in range(0, len(by), at_once):
        place = own + np.repeat(by[first : first + at_once], counts, axis=1)
        place -= np.where(place >= wide, wide, 0)
        yield np.asarray(exposure[begin + place])
