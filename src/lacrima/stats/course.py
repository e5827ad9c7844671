"""Where is a client's next score likely to be, if therapy goes on as it does for others?

Several forms of change are fitted to everybody's scores, weighed by how well they foretell the
scores of people who were left out, and mixed into one band. Every band comes from the scores of
others and from the person's own earlier scores, never from the score it is held against.

Sources: the joint model of level and change, Laird and Ware 1982, 10.2307/2529876; weights by what
is left out, Yao et al. 2018, 10.1214/17-BA1091; how bands are held against scores, Czado et al.
2009, 10.1111/j.1541-0420.2009.01191.x. What is ours stands in docs/explanation/expected-course.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lacrima.errors import NoResult
from lacrima.stats.course_bands import Mixture, log_scores, score_at, sides, weighted
from lacrima.stats.course_filter import Foretold, Known, foretold, foretold_from_first
from lacrima.stats.course_forms import CHANGING, Form
from lacrima.stats.course_known import FormFit, fit_form
from lacrima.stats.course_rows import (
    CourseRows,
    Grid,
    Scale,
    grid_of,
    grid_of_one,
    places_in,
)
from lacrima.stats.numbers import Numbers

BAND = 0.8
STEPS = 20
MANY = 200

Teller = Callable[[Grid, Known, float], Foretold]


@dataclass(frozen=True, slots=True)
class Bands:
    """One place a score (n), or a time (T): the band's ends and its middle, in scores.

    less, no_more: the probability of less than the score that came, and of no more than it; NaN
    without a score.
    """

    low: Numbers
    middle: Numbers
    high: Numbers
    less: Numbers
    no_more: Numbers


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected of one person about whom nothing is known yet: forms and their weights (K).

    unit: how many of her times make one of the forms'.
    """

    forms: tuple[Known, ...]
    weights: Numbers
    scale: Scale
    unit: float

    def bands(self, time: npt.ArrayLike, score: npt.ArrayLike) -> Bands:
        """The band at each time (T), from the scores before it. score (T): NaN is missing.

        Times rise; only their distances count.
        """
        times = np.asarray(time, dtype=np.float64)
        return self._bands(times, np.asarray(score, dtype=np.float64), foretold)

    def from_first(self, time: npt.ArrayLike, score: npt.ArrayLike) -> Bands:
        """The same from the first score alone."""
        times, scores = np.asarray(time, dtype=np.float64), np.array(score, dtype=np.float64)
        scores[1:] = np.nan
        return self._bands(times, scores, foretold_from_first)

    def _bands(self, times: Numbers, scores: Numbers, teller: Teller) -> Bands:
        grid = grid_of_one((times - times[0]) / self.unit, scores, self.scale)
        found = _bands(grid, self.forms, self.weights, self.scale, teller)
        return Bands(*(each[0] for each in found))


@dataclass(frozen=True)
class CourseFit:
    """K forms of change, fitted to N people.

    weights (K): of the forms. own_weights (K, N): the same with each person left out. scores
    (K, N): how well each form foretold the scores of each person from the others.
    """

    rows: CourseRows
    forms: tuple[FormFit, ...]
    weights: Numbers
    own_weights: Numbers
    scores: Numbers

    @cached_property
    def bands(self) -> Bands:
        """Of all n scores of the rows, from others and from each person's earlier scores."""
        return self._bands(grid_of(self.rows), foretold)

    @cached_property
    def from_first(self) -> Bands:
        """The same from others and from each person's first score alone."""
        grid = grid_of(self.rows)
        part = np.full(grid.part.shape, np.nan)
        part[:, 0] = grid.part[:, 0]
        return self._bands(replace(grid, part=part), foretold_from_first)

    def of(self, person: int) -> Expectation:
        """What is expected of one of the people, from all others."""
        known = tuple(each.left.of(np.array([person])) for each in self.forms)
        return self._expected(known, self.own_weights[:, [person]])

    def of_somebody_new(self) -> Expectation:
        """What is expected of one person more."""
        return self._expected(tuple(each.known for each in self.forms), self.weights)

    def _expected(self, known: tuple[Known, ...], weights: Numbers) -> Expectation:
        return Expectation(known, weights, self.rows.scale, self.rows.unit)

    def _bands(self, grid: Grid, teller: Teller) -> Bands:
        known = [each.left.of(grid.person) for each in self.forms]
        found = _bands(grid, known, self.own_weights[:, grid.person], self.rows.scale, teller)
        return Bands(*(values[places_in(self.rows)] for values in found))


def fit_course(
    rows: CourseRows,
    forms: Sequence[Form] = CHANGING,
    start: CourseFit | None = None,
) -> CourseFit:
    """Fit the forms and weigh them. start: a fit of nearly the same rows.

    Raises NoResult where nobody has two scores, or scores do not vary.

    >>> import numpy as np
    >>> from lacrima.stats.course_rows import course_rows
    >>> rng = np.random.default_rng(1)
    >>> person, time = np.repeat(np.arange(60), 6), np.tile(np.arange(6.0), 60)
    >>> level = rng.normal(16, 4, 60)
    >>> score = np.clip(np.rint(level[person] - time + rng.normal(0, 3, 360)), 0, 27)
    >>> found = fit_course(course_rows(person, time, score, Scale(0, 27)))
    >>> inside = (found.bands.low <= score) & (score <= found.bands.high)
    >>> bool(0.8 < inside.mean() < 0.9)
    True
    """
    if rows.size.max() < 2 or np.ptp(rows.part) == 0:
        raise NoResult(
            "scores that show no change", where="scores", expected="people with several scores"
        )
    before = [None] * len(forms) if start is None else [each.place for each in start.forms]
    fits = _side_by_side(rows, forms, before)
    scores = np.stack([_scores(rows, each) for each in fits])
    weights, own = stacked(scores)
    return CourseFit(rows, fits, weights, own, scores)


def _side_by_side(
    rows: CourseRows, forms: Sequence[Form], before: Sequence[Numbers | None]
) -> tuple[FormFit, ...]:
    """Each form fitted by itself; of many people at once, since their loop lets others run."""
    if rows.people <= MANY:
        return tuple(map(fit_form, [rows] * len(forms), forms, before))
    with ThreadPoolExecutor(max_workers=len(forms)) as pool:
        return tuple(pool.map(fit_form, [rows] * len(forms), forms, before))


def fit_without(fit: CourseFit, person: int) -> CourseFit:
    """The fit anew, of all but one person: nothing of hers is in it."""
    others = np.arange(fit.rows.people) != person
    return fit_course(fit.rows.only(others), [each.form for each in fit.forms], fit)


def stacked(scores: Numbers) -> tuple[Numbers, Numbers]:
    """Weights of forms (K), and those without each person (K, N), by how well they foretold.

    scores (K, N): log probabilities of people's scores. Weights are the mean over all that are
    possible, each counted by how well the mixture foretold everybody, all being equally likely
    before; so that few people cannot make a form vanish.
    """
    grid = _simplex(len(scores))
    top = scores.max(axis=0)
    foretold = np.log(np.maximum(grid @ np.exp(scores - top), 1e-300))
    total = foretold.sum(axis=1)
    without = total[:, None] - foretold
    return _averaged(grid, total[:, None])[:, 0], _averaged(grid, without)


def _simplex(forms: int) -> Numbers:
    """All weights in steps of 1 / STEPS that add up to 1."""
    axes = np.meshgrid(*[np.arange(STEPS + 1)] * (forms - 1), indexing="ij")
    first = np.stack([axis.ravel() for axis in axes], axis=1) if forms > 1 else np.empty((1, 0))
    first = first[first.sum(axis=1) <= STEPS]
    return np.asarray(np.column_stack([first, STEPS - first.sum(axis=1)]) / STEPS)


def _averaged(grid: Numbers, log_likely: Numbers) -> Numbers:
    likely = np.exp(log_likely - log_likely.max(axis=0))
    return np.asarray(grid.T @ (likely / likely.sum(axis=0)))


def _scores(rows: CourseRows, fit: FormFit) -> Numbers:
    """(N): how well a form foretold each person from the others, as a log probability."""
    grid = grid_of(rows)
    seen = foretold(grid, fit.left.of(grid.person), rows.scale.half)
    scores = _log_scores(grid, seen.mean, seen.sd, rows.scale)
    return np.asarray(scores.sum(axis=1)[np.argsort(grid.person)])


def _log_scores(grid: Grid, mean: Numbers, sd: Numbers, scale: Scale) -> Numbers:
    """(..., P, T): of the scores there are; 0 where there is none."""
    at, found = grid.scored, np.zeros_like(mean)
    found[..., at] = log_scores(mean[..., at], sd[..., at], grid.part[at], scale)
    return found


def _bands(
    grid: Grid, known: Sequence[Known], weights: Numbers, scale: Scale, teller: Teller
) -> tuple[Numbers, ...]:
    """(P, T) each: what `Bands` holds."""
    seen = [teller(grid, each, scale.half) for each in known]
    mean, sd = np.stack([each.mean for each in seen]), np.stack([each.sd for each in seen])
    scores = _log_scores(grid, mean, sd, scale)
    mixture = Mixture(mean, sd, weighted(grid, scores, weights))
    tail = (1 - BAND) / 2
    ends = [score_at(mixture, share, scale) for share in (tail, 0.5, 1 - tail)]
    at = grid.scored
    less, no_more = np.full(at.shape, np.nan), np.full(at.shape, np.nan)
    less[at], no_more[at] = sides(mixture.at(at), grid.part[at], scale)
    return (*ends, less, no_more)
