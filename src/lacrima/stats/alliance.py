"""Is the alliance lower than it usually is for this client: a control chart of many clients.

A client's first few sessions say too little of how much her answers vary by themselves, so that is
taken from all clients: a normal value with a level of each client's own and a spread common to all
lies behind every answer, and answers at the top of the scale say only that it is there or above.
Limits allow for how well a client's level is known, and for how well the spread is (Student's t).

Sources: the censored normal, Tobin 1958, 10.2307/1907382; limits from a pooled spread, Montgomery,
Introduction to Statistical Quality Control, chapter 6. What is ours is said in
docs/explanation/expected-course.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lacrima.errors import NoResult
from lacrima.stats.course_bands import Mixture, score_at, sides
from lacrima.stats.course_filter import Known, foretold
from lacrima.stats.course_forms import Form
from lacrima.stats.course_known import fit_form
from lacrima.stats.course_rows import CourseRows, Grid, Mask, Scale, grid_of, grid_of_one
from lacrima.stats.normal import cdf, quantile
from lacrima.stats.numbers import Numbers
from lacrima.stats.student import t_quantile

TAIL = 0.05
SURE = 0.8
FAR = 1e6
FEWEST_BEFORE = 3


@dataclass(frozen=True, slots=True)
class Chart:
    """One client's answers in time (T).

    limit: the lowest score that is not unusually low, from all answers before; NaN before there are
    enough. is_low: whether an answer lies below it. is_low_again: whether an answer is low by the
    answers before the last one, so that a fall that lasts is not taken for the new level at once.
    leaves_top: how likely an answer below the top of the scale was.
    """

    limit: Numbers
    is_low: Mask
    is_low_again: Mask
    leaves_top: Numbers

    @property
    def signals(self) -> tuple[int, ...]:
        """The places of answers that are the second low one in a row."""
        return tuple((np.flatnonzero(self.is_low[:-1] & self.is_low_again[1:]) + 1).tolist())


@dataclass(frozen=True, slots=True)
class Latest:
    """Of N people. is_low: both of the two latest answers are low; limit: of the first of them."""

    is_low: Mask
    limit: Numbers


@dataclass(frozen=True, slots=True)
class Leaving:
    """Of N people: how likely an answer of hers is to lie below the top, while nothing changes.

    low, high: 8 in 10 sure that it lies between, as far as her own level is not known better.
    """

    likely: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True, slots=True)
class AllianceFit:
    """What is common to all clients. at_top: the share of answers at the top of the scale.

    freedom: degrees of freedom of the common spread.
    """

    known: Known
    scale: Scale
    unit: float
    at_top: float
    freedom: int

    def chart(self, time: npt.ArrayLike, score: npt.ArrayLike) -> Chart:
        """One client's answers, each held against what those before it made likely.

        time (T): rising; score (T): high is good; none missing.
        """
        scores, size = np.asarray(score, dtype=np.float64), len(np.asarray(score))
        one = grid_of_one((np.asarray(time) - np.asarray(time)[0]) / self.unit, scores, self.scale)
        grid = one.only(np.zeros(size + 1, dtype=np.intp))
        grid.part[np.arange(2, size + 1), np.arange(size - 1)] = np.nan
        likely = self._likely(grid)
        limits = score_at(likely, TAIL, self.scale)
        at_top = sides(likely, np.ones_like(grid.part), self.scale)[0]
        is_known = np.arange(size) >= FEWEST_BEFORE
        limit = np.where(is_known, limits[0], np.nan)
        again = np.diagonal(limits[1:])
        is_known_again = np.arange(size) > FEWEST_BEFORE
        return Chart(
            limit, is_known & (scores < limit), is_known_again & (scores < again), at_top[0]
        )

    def latest(self, rows: CourseRows) -> Latest:
        """The two latest answers of everybody, as `chart` would see them, all at once."""
        grid = grid_of(rows)
        people, last = np.arange(rows.people), grid.size - 1
        before = np.maximum(last - 1, 0)
        blank = Grid(grid.time, grid.part.copy(), grid.size, grid.person)
        blank.part[people, before] = np.nan
        limits = score_at(self._likely(grid), TAIL, self.scale)[people, before]
        again = score_at(self._likely(blank), TAIL, self.scale)[people, last]
        scores = self.scale.score(grid.part)
        is_low = (last > FEWEST_BEFORE) & (scores[people, before] < limits)
        is_low &= scores[people, last] < again
        order = np.argsort(grid.person)
        return Latest(is_low[order], limits[order])

    def leaving(self, rows: CourseRows) -> Leaving:
        """How likely answers below the top are for everybody, by the answers so far.

        So far ahead nothing is left over from her last answers: what remains is her level.
        """
        grid = _far_ahead(grid_of(rows))
        seen, people = foretold(grid, self.known, self.scale.half), np.arange(rows.people)
        mean, sd = (each[people, grid.size - 1] for each in (seen.mean, seen.sd))
        own, edge = float(self.known.shape.residual), 1 - self.scale.half
        unsure = quantile((1 + SURE) / 2) * np.sqrt(np.maximum(sd**2 - own**2, 0))
        order = np.argsort(grid.person)
        return Leaving(
            np.asarray(cdf((edge - mean) / sd))[order],
            np.asarray(cdf((edge - mean - unsure) / own))[order],
            np.asarray(cdf((edge - mean + unsure) / own))[order],
        )

    def _likely(self, grid: Grid) -> Mixture:
        seen = foretold(grid, self.known, self.scale.half)
        wider = t_quantile(1 - TAIL, self.freedom) / t_quantile(1 - TAIL, None)
        return Mixture(seen.mean[None], seen.sd[None] * wider, np.ones((1, *seen.mean.shape)))


def _far_ahead(grid: Grid) -> Grid:
    """Everybody's places and one more, long after the last."""
    shape = (grid.size.size, grid.time.shape[1] + 1)
    time, part, people = np.zeros(shape), np.full(shape, np.nan), np.arange(grid.size.size)
    time[:, :-1], part[:, :-1] = grid.time, grid.part
    time[people, grid.size] = grid.time[people, grid.size - 1] + FAR
    part[people, grid.size] = np.nan
    return Grid(time, part, grid.size + 1, grid.person)


def fit_alliance(rows: CourseRows) -> AllianceFit:
    """How much do answers of one client vary by themselves?

    rows: answers of all clients, high is good. Raises NoResult where no client has two answers, or
    answers do not vary.

    >>> import numpy as np
    >>> from lacrima.stats.course_rows import course_rows
    >>> rng = np.random.default_rng(1)
    >>> person, time = np.repeat(np.arange(20), 8), np.tile(np.arange(8.0), 20)
    >>> score = np.clip(np.rint(rng.normal(34, 3, 20)[person] + rng.normal(0, 2, 160)), 0, 40)
    >>> found = fit_alliance(course_rows(person, time, score, Scale(0, 40)))
    >>> found.freedom, found.chart(range(6), [34, 35, 34, 33, 22, 21]).signals
    (140, (5,))
    """
    if rows.size.max() < 2 or np.ptp(rows.part) == 0:
        raise NoResult("answers that do not vary", where="scores", expected="several a client")
    known = fit_form(rows, Form.STEADY).known
    at_top = float((rows.part >= 1 - 1e-12).mean())
    return AllianceFit(known, rows.scale, rows.unit, at_top, rows.part.size - rows.people)
