"""Residuals that remember the session before: sums for AR(1), and what they make at one phi.

The residuals of one client correlate as phi^g over a gap of g sessions. The inverse of such a
matrix touches neighbours only: with r = phi^g for each two neighbouring rows t - 1 and t,

    W' R^-1 W = W'W + sum over neighbours of (r^2 D - r (L + L')) / (1 - r^2),
    log |R|   = sum over neighbours of log(1 - r^2),

where D = w_t w_t' + w_(t-1) w_(t-1)' and L = w_t w_(t-1)'. So each client's D and L for every gap
that occurs are all that is needed. After a gap of more than MOST_SESSIONS the memory is taken to be
gone. The chain runs over the rows that are used: a session without an outcome is a gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lacrima.errors import BadInput, NoResult
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.numbers import Numbers
from lacrima.stats.tree import Serial

MOST_SESSIONS = 12
FIRMEST = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class SerialSums:
    """Sums over neighbouring rows of n clients, for each gap that occurs.

    gaps (h): in sessions. pairs (h): how many neighbours are so far apart, in all. ends, lagged:
    sums of D and of L + L': (h, n, r (r + 1)/2), the upper triangle by rows, of the r raw columns;
    (h, n, k, k) of the working columns.
    """

    gaps: tuple[int, ...]
    pairs: tuple[int, ...]
    ends: Numbers
    lagged: Numbers


def serial_sums(
    raw: Numbers, of_row: Places, order: npt.NDArray[np.generic] | None, groups: int
) -> SerialSums:
    """Sums of neighbouring rows; where there are none, of no pairs one session apart.

    raw (r, n); of_row (n): each row's client of `groups`.

    order (n): the session's number within its client. Raises BadInput where it is missing, not
    whole, or twice the same within a client.
    """
    session = _sessions(order, of_row)
    rows = np.flatnonzero(of_row >= 0)
    rows = rows[np.lexsort((session[rows], of_row[rows]))]
    client, session, kept = of_row[rows], session[rows], raw[:, rows].T
    is_next = client[1:] == client[:-1]
    steps = session[1:] - session[:-1]
    if (steps[is_next] == 0).any():
        raise BadInput("a client with one session twice", where="order", expected="each once")
    gaps = tuple(int(g) for g in np.unique(steps[is_next]) if g <= MOST_SESSIONS) or (1,)
    r = raw.shape[0]
    ends, lagged = (np.zeros((len(gaps), groups, r * (r + 1) // 2)) for _ in range(2))
    pairs = []
    for place, gap in enumerate(gaps):
        later = np.flatnonzero(is_next & (steps == gap)) + 1
        now, before, who = kept[later], kept[later - 1], client[later]
        pairs.append(later.size)
        _add(ends[place], who, _outer(now, now) + _outer(before, before))
        _add(lagged[place], who, _outer(now, before) + _outer(before, now))
    return SerialSums(gaps, tuple(pairs), ends, lagged)


def _sessions(order: npt.NDArray[np.generic] | None, of_row: Places) -> Numbers:
    if order is None:
        raise BadInput("no order of sessions", where="order", expected="a column of their numbers")
    values = np.asarray(order, dtype=np.float64)
    used = values[of_row >= 0]
    if not (np.isfinite(used).all() and (used == np.rint(used)).all()):
        raise BadInput("an order that is not whole", where="order", expected="session numbers")
    return values


def _outer(left: Numbers, right: Numbers) -> Numbers:
    """Products of every two columns, the upper triangle: (n, r (r + 1)/2)."""
    above, beside = np.triu_indices(left.shape[1])
    return left[:, above] * right[:, beside]


def _add(sums: Numbers, who: Places, products: Numbers) -> None:
    """Add rows that are sorted by client to their clients."""
    if who.size:
        starts = np.flatnonzero(np.diff(who, prepend=-1))
        sums[who[starts]] += np.add.reduceat(products, starts)


def serial_at(phi: float, values: Numbers, serial: SerialSums) -> Serial:
    """The clients' cross-products at one phi, with two derivatives. values (n, k, k): W'W.

    serial: in the same k columns. Raises NoResult for a phi next to 1 or -1.
    """
    if abs(phi) >= FIRMEST:
        raise NoResult("residuals that never change", where="phi", expected="some that do")
    total, slope, curve = values.copy(), np.zeros(values.shape), np.zeros(values.shape)
    logdet = np.zeros(3)
    for gap, pairs, ends, lagged in zip(
        serial.gaps, serial.pairs, serial.ends, serial.lagged, strict=True
    ):
        value, first, second = (
            of_ends * ends - of_lagged * lagged for of_ends, of_lagged in _weights(phi, gap)
        )
        total += value
        slope += first
        curve += second
        logdet += pairs * np.array(_log_terms(phi, gap))
    return Serial(total, slope[:, None], curve, (logdet[0], logdet[1], logdet[2]))


def shares_at(phi: Numbers, gaps: tuple[int, ...]) -> Numbers:
    """How much each gap's D and then each gap's L + L' count at m phis: (m, 2 h).

    Raises NoResult for a phi next to 1 or -1.

    >>> shares_at(np.array([0.0, 0.5]), (1,)).round(4).tolist()
    [[0.0, -0.0], [0.3333, -0.6667]]
    """
    r = _powers(phi, gaps)
    rest = 1 - r * r
    return np.concatenate([r * r / rest, -r / rest], axis=1)


def log_size_at(phi: Numbers, gaps: tuple[int, ...], pairs: tuple[int, ...]) -> Numbers:
    """log |R| of all clients' correlation matrices at m phis: (m)."""
    return np.asarray(np.log1p(-(_powers(phi, gaps) ** 2)) @ np.array(pairs, dtype=np.float64))


def _powers(phi: Numbers, gaps: tuple[int, ...]) -> Numbers:
    if (np.abs(phi) >= FIRMEST).any():
        raise NoResult("residuals that never change", where="phi", expected="some that do")
    return np.asarray(phi[:, None] ** np.array(gaps, dtype=np.intp))


def _weights(phi: float, gap: int) -> list[tuple[float, float]]:
    """(r^2, r) / (1 - r^2) with r = phi^gap, and their first and second derivatives by phi."""
    r, dr, ddr = _power(phi, gap)
    rest = 1 - r * r
    squared = (r * r / rest, 2 * r / rest**2, (2 + 6 * r * r) / rest**3)
    single = (r / rest, (1 + r * r) / rest**2, 2 * r * (3 + r * r) / rest**3)
    by_phi = [
        (each[0], each[1] * dr, each[2] * dr * dr + each[1] * ddr) for each in (squared, single)
    ]
    return list(zip(*by_phi, strict=True))


def _log_terms(phi: float, gap: int) -> tuple[float, float, float]:
    """log(1 - r^2) and its derivatives by phi."""
    r, dr, ddr = _power(phi, gap)
    rest = 1 - r * r
    first, second = -2 * r / rest, -2 * (1 + r * r) / rest**2
    return float(np.log(rest)), first * dr, second * dr * dr + first * ddr


def _power(phi: float, gap: int) -> tuple[float, float, float]:
    """phi^gap and its two derivatives."""
    first = gap * phi ** (gap - 1)
    second = gap * (gap - 1) * phi ** (gap - 2) if gap > 1 else 0.0
    return phi**gap, first, second
