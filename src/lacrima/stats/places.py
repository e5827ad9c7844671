"""Where to look at a density of a few dimensions: its peak, its widths, and points round about.

Three steps. Newton's method with differences, a whole batch of points at a time, finds the peak
and a first covariance. A first set of points, heavier in the tails and wider on the side on which
the density falls more slowly, gives its true mean and covariance. A second set at these is the
quadrature: points of a lattice (an additive recurrence, evener than chance), each weighted by
density over placement. Half of them are placed independently of the other half, so that what
differs between the halves measures the error; and the weights tell how well the placement fits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from lacrima.stats import normal
from lacrima.stats.numbers import Numbers

Density: TypeAlias = Callable[[Numbers], Numbers]
"""The log density at m points (m, d), up to a constant."""

STEP = 0.5  # differences are taken so far out, in standard deviations as known so far
NEAR_ENOUGH = 0.15
MOST_STEPS = 40
LONGEST_STEP = 3.0
SHORTER = (1.0, 0.5, 0.2, 0.05)
LEAST_CURVE = 0.05
FIRST_POINTS = 128
PROBE = 2.5  # how far out the tails are felt
SIDES = (0.4, 4.0)
SHIFTS = (0.5, 0.13, 0.77)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a density lies: its centre (d), and axes (d, d), columns of one deviation's length."""

    centre: Numbers
    axes: Numbers


@dataclass(frozen=True, slots=True)
class Placed:
    """Points (m, d) and the log density with which they were placed (m)."""

    points: Numbers
    log_placing: Numbers


def find_peak(density: Density, d: int) -> Frame:
    """The peak of a log density of d dimensions that is at most as wide as a few units.

    Begins at 0 with the width 1. Where the density is not curved downwards it goes on as if it
    were, and never goes down.
    """
    centre: Numbers = np.zeros(d)
    axes: Numbers = np.eye(d)
    for _ in range(MOST_STEPS):
        here, gradient, curve = _differences(density, centre, axes)
        sizes, turns = np.linalg.eigh(curve)
        sizes = np.maximum(np.abs(sizes), LEAST_CURVE)
        step = turns @ (turns.T @ gradient / sizes)
        length = float(np.abs(step).max())
        capped = axes @ step * min(1.0, LONGEST_STEP / max(length, 1e-300))
        tried = centre + np.outer(SHORTER, capped)
        heights = density(tried)
        best = int(np.argmax(np.where(np.isnan(heights), -np.inf, heights)))
        if heights[best] > here:
            centre = tried[best]
        spread = axes @ (turns / sizes) @ (axes @ turns).T
        axes = np.asarray(np.linalg.cholesky(spread), dtype=np.float64)
        if length < NEAR_ENOUGH:
            break
    return Frame(centre, axes)


def _differences(
    density: Density, centre: Numbers, axes: Numbers
) -> tuple[float, Numbers, Numbers]:
    """Height, gradient and curvature (minus the second derivatives) along the axes."""
    d = len(centre)
    pairs = [(row, column) for row in range(d) for column in range(row)]
    moves = [np.zeros(d), *np.eye(d), *-np.eye(d), *(np.eye(d)[r] + np.eye(d)[c] for r, c in pairs)]
    heights = density(centre + STEP * np.array(moves) @ axes.T)
    here, up, down = heights[0], heights[1 : d + 1], heights[d + 1 : 2 * d + 1]
    curve = np.diag(-(up + down - 2 * here) / STEP**2)
    for (row, column), both in zip(pairs, heights[2 * d + 1 :], strict=True):
        curve[row, column] = curve[column, row] = -(both - up[row] - up[column] + here) / STEP**2
    return float(here), (up - down) / (2 * STEP), curve


def fitted(density: Density, peak: Frame) -> Frame:
    """Mean and covariance of the density itself, by a first set of points."""
    out = PROBE * peak.axes.T
    heights = density(np.concatenate([peak.centre[None], peak.centre + out, peak.centre - out]))
    falls = np.maximum(heights[0] - heights[1:], PROBE**2 / (2 * SIDES[1] ** 2))
    sides = np.clip(PROBE / np.sqrt(2 * falls), *SIDES).reshape(2, -1)
    placed = place(peak, FIRST_POINTS, SHIFTS[0], up=sides[0], down=sides[1])
    weights = weights_of(density(placed.points), placed)
    centre = weights @ placed.points
    away = placed.points - centre
    covariance = (away * weights[:, None]).T @ away
    if not np.linalg.eigvalsh(covariance)[0] > 0:
        return peak
    return Frame(centre, np.asarray(np.linalg.cholesky(covariance), dtype=np.float64))


def place(
    frame: Frame,
    count: int,
    shift: float,
    *,
    up: Numbers | None = None,
    down: Numbers | None = None,
) -> Placed:
    """So many points about a frame, by Student's distribution with 4 degrees of freedom an axis.

    up, down: how much wider than the axis each side is (d).
    """
    d = len(frame.centre)
    more, less = (np.ones(d) if each is None else each for each in (up, down))
    shares = _lattice(count, d, shift)
    below = less / (more + less)
    is_below = shares < below
    folded = np.where(is_below, shares / (2 * below), 1 - (1 - shares) / (2 * (1 - below)))
    unit = _student_quantile(folded)
    placing = _student_log_density(unit) + np.log(2 / (more + less))
    away = unit * np.where(is_below, less, more)
    return Placed(frame.centre + away @ frame.axes.T, placing.sum(axis=1))


def place_normal(d: int, count: int) -> Numbers:
    """So many points (count, d) spread as a standard normal distribution is, of equal weight."""
    return normal.quantile(_lattice(count, d, SHIFTS[0]))


def weights_of(log_density: Numbers, placed: Placed) -> Numbers:
    """The weight of each point; they sum to 1."""
    logs = np.where(np.isfinite(log_density), log_density - placed.log_placing, -np.inf)
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def _lattice(count: int, d: int, shift: float) -> Numbers:
    """Points that fill the unit cube evenly (d, by the generalised golden ratio); never 0 or 1."""
    ratio = 2.0
    for _ in range(60):
        ratio = (1 + ratio) ** (1 / (d + 1))
    steps = ratio ** -np.arange(1.0, d + 1)
    shares = (shift + np.arange(1, count + 1)[:, None] * steps) % 1
    return np.clip(shares, 1e-12, 1 - 1e-12)


def _student_quantile(share: Numbers) -> Numbers:
    """Of 4 degrees of freedom, which has a closed form."""
    product = np.clip(4 * share * (1 - share), 0, 1)
    root = np.sqrt(product)
    size = 2 * np.sqrt(np.maximum(np.cos(np.arccos(root) / 3) / root - 1, 0))
    return np.asarray(np.sign(share - 0.5) * size)


def _student_log_density(x: Numbers) -> Numbers:
    return np.asarray(np.log(3 / 8) - 2.5 * np.log1p(x**2 / 4))
