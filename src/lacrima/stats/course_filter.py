"""What each score was expected to be from those before it, score by score, for many people at once.

Of every person three things are followed that nobody sees: her level, her change, and what is left
over from the score before. Each is normal; a score makes them better known (Kalman's filter). A
score at an end of the scale says only that what lies behind it is there or beyond: then mean and
variance of what lies behind it are taken (they are those of a normal value beyond a border).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lacrima.stats.course_forms import Form, Shape
from lacrima.stats.course_rows import Grid
from lacrima.stats.normal import log_cdf
from lacrima.stats.numbers import Numbers

EDGE = 1e-12
LOG_ROOT = float(np.log(2 * np.pi) / 2)


Seen = tuple[Numbers, Numbers, Numbers]


@dataclass(frozen=True, slots=True)
class Foretold:
    """mean, sd (..., P, T): of each score, from those before it. likely (..., P): log, of all."""

    mean: Numbers
    sd: Numbers
    likely: Numbers


@dataclass(frozen=True, slots=True)
class Known:
    """A form with its numbers, and how well b0 and b1 are known: their covariance (3, ...)."""

    form: Form
    shape: Shape
    unsure: Numbers

    def of(self, people: npt.NDArray[np.intp]) -> Known:
        """That of some people, where each person has her own."""
        return Known(self.form, self.shape.of(people), self.unsure[:, people])


def foretold(grid: Grid, known: Known, half: float) -> Foretold:
    """Go through everybody's scores in time.

    known: arrays that broadcast to (..., P). half: half the distance of two neighbouring scores,
    as a part of the scale: a score at the low end lies behind it up to there.
    """
    shape = np.broadcast_shapes(known.shape.begin.shape, (grid.size.size,))
    state = _State(known, shape)
    mean, sd = np.zeros((*shape, grid.time.shape[1])), np.ones((*shape, grid.time.shape[1]))
    for step in range(grid.time.shape[1]):
        now = int((grid.size > step).sum())
        if step:
            state.wait(grid.time[:now, step] - grid.time[:now, step - 1], now)
        state.look(grid.time[:now, step], now)
        mean[..., :now, step], sd[..., :now, step] = state.mean, state.sd
        state.learn(grid.part[:now, step], half, now)
    return Foretold(mean, sd, state.likely)


def foretold_from_first(grid: Grid, known: Known, half: float) -> Foretold:
    """The same from each person's first score alone, at once: all others are left aside.

    Two scores are jointly normal, and all forms have g = 0 at the first. likely is the first's.
    """
    shape, (more, both_more, slope_more) = known.shape, known.unsure
    level, both, slope = shape.covariance()
    column = (slice(None), None) if shape.begin.ndim else ()
    level, both, slope, own, memory, begin, change, tau = (
        np.asarray(each)[column]
        for each in (
            level + more, both + both_more, slope + slope_more, shape.residual**2,
            shape.memory, shape.begin, shape.change, shape.tau,
        )
    )  # fmt: skip
    g = known.form.change(grid.time, tau)
    shared = level + both * g + own * memory**grid.time
    first = shared[:, :1]
    spread = np.sqrt(first)
    new, left, likely = _seen(grid.part[:, :1], begin + 0 * first, spread, half)
    mean = begin + change * g + shared / spread * new
    variance = level + 2 * both * g + slope * g**2 + own - shared**2 / first * (1 - left)
    mean[:, 0], variance[:, 0] = (begin + 0 * first)[:, 0], first[:, 0]
    return Foretold(mean, np.sqrt(np.maximum(variance, EDGE)), likely[:, 0])


class _State:
    """Means (3) and covariances (6) of what is followed, each an array (..., P)."""

    def __init__(self, known: Known, shape: tuple[int, ...]) -> None:
        self.known, one = known.shape, np.ones(shape)
        self.form, self.likely = known.form, np.zeros(shape)
        level, both, slope = known.shape.covariance()
        added = known.unsure
        self.x = [known.shape.begin * one, known.shape.change * one, 0 * one]
        self.own = known.shape.residual**2 * one
        self.memory, self.tau = known.shape.memory * one, known.shape.tau * one
        self.p = [
            (level + added[0]) * one, (both + added[1]) * one, (slope + added[2]) * one,
            0 * one, 0 * one, self.own.copy(),
        ]  # fmt: skip

    def wait(self, gap: Numbers, now: int) -> None:
        """Time goes by: what is left over fades."""
        ratio = self.memory[..., :now] ** gap
        self.x[2][..., :now] *= ratio
        self.p[3][..., :now] *= ratio
        self.p[4][..., :now] *= ratio
        fresh = self.own[..., :now] * (1 - ratio**2)
        self.p[5][..., :now] = ratio**2 * self.p[5][..., :now] + fresh

    def look(self, time: Numbers, now: int) -> None:
        """What the score is expected to be."""
        g = self.form.change(time, self.tau[..., :now])
        level, both, slope, level_left, slope_left, left = (each[..., :now] for each in self.p)
        self.shares = [
            level + both * g + level_left,
            both + slope * g + slope_left,
            level_left + slope_left * g + left,
        ]
        self.mean = self.x[0][..., :now] + self.x[1][..., :now] * g + self.x[2][..., :now]
        self.variance = self.shares[0] + self.shares[1] * g + self.shares[2]
        self.sd = np.sqrt(self.variance)

    def learn(self, part: Numbers, half: float, now: int) -> None:
        """The score has come: what is followed is better known."""
        is_there = np.isfinite(part)
        new, left, likely = _seen(part, self.mean, self.sd, half)
        new, likely = np.where(is_there, new, 0.0), np.where(is_there, likely, 0.0)
        self.likely[..., :now] += likely
        self._take(new / self.sd, np.where(is_there, (1 - left) / self.variance, 0.0), now)

    def _take(self, new: Numbers, less: Numbers, now: int) -> None:
        for each, share in zip(self.x, self.shares, strict=True):
            each[..., :now] += share * new
        pairs = ((0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2))
        for each, (one, two) in zip(self.p, pairs, strict=True):
            each[..., :now] -= self.shares[one] * self.shares[two] * less


def _seen(part: Numbers, mean: Numbers, sd: Numbers, half: float) -> Seen:
    """How far off scores lay, by their SDs; the variance left of them; their log likelihood.

    part: broadcasts to the shape of mean, its last axes people (or people and one place).
    """
    new = (part - mean) / sd
    left, likely = np.zeros_like(new), -(new**2) / 2 - np.log(sd) - LOG_ROOT
    for is_end, border, side in ((part <= EDGE, half, -1), (part >= 1 - EDGE, 1 - half, 1)):
        at = np.broadcast_to(is_end, new.shape)
        if at.any():
            new[at], left[at], likely[at] = _beyond((border - mean[at]) / sd[at], side)
    return new, left, likely


def _beyond(border: Numbers, side: int) -> Seen:
    """A standard normal value below (-1) or above (1) a border: mean, variance, log probability."""
    at = -side * border
    likely = log_cdf(at)
    pull = np.exp(-(at**2) / 2 - LOG_ROOT - likely)
    left = np.clip(1 - pull * (at + pull), 0.0, 1.0)
    return side * pull, left, likely
