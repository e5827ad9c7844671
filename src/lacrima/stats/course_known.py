"""What is known of one form of change: from all people, and from all but each one.

Leaving one person out of many moves the numbers by little, so one Newton step from the fit of
everybody is enough: what a person adds to the criterion is a number of her own, so value, slope and
curvature of the criterion without her are had for all people at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.stats.compiled import is_compiled
from lacrima.stats.course_compiled import likelihoods
from lacrima.stats.course_filter import Known, foretold
from lacrima.stats.course_forms import Form, beginning, shape_at
from lacrima.stats.course_rows import CourseRows, Grid, grid_of
from lacrima.stats.differences import differences, downhill, lowest
from lacrima.stats.numbers import Numbers

ENOUGH_TO_BEGIN = 100
NEAR = 0.1  # some of the people are there only to begin from


@dataclass(frozen=True, slots=True)
class Criterion:
    """-2 log likelihood of one form, of many places (m, d) at once. is_plain: with no penalty."""

    grid: Grid
    form: Form
    half: float
    is_plain: bool = False

    def of_each(self, places: Numbers) -> Numbers:
        """(m, P): what each person adds."""
        if is_compiled():
            return self._of_each_compiled(places)
        shape = shape_at(self.form, places[:, None, :])
        return -2 * foretold(self.grid, Known(self.form, shape, np.zeros(3)), self.half).likely

    def _of_each_compiled(self, places: Numbers) -> Numbers:
        grid, is_exponential = self.grid, self.form is Form.EXPONENTIAL
        change = grid.time if is_exponential else self.form.change(grid.time, grid.time)
        found = np.empty((len(places), grid.size.size))
        shapes, scores = shape_at(self.form, places).rows(), np.stack([grid.time, grid.part])
        likelihoods(shapes, change, is_exponential, scores, grid.size, self.half, found)
        return -2 * found

    def added(self, places: Numbers) -> Numbers:
        """(m): what is added for what is likely beforehand."""
        found = shape_at(self.form, places).penalty(self.form)
        return np.zeros_like(found) if self.is_plain else found

    def __call__(self, places: Numbers) -> Numbers:
        """(m)."""
        return np.asarray(self.of_each(places).sum(axis=1) + self.added(places))


@dataclass(frozen=True, slots=True)
class FormFit:
    """One form: its place (d), the criterion there, and what is known with nobody left out (())
    or each person in turn (N)."""

    form: Form
    place: Numbers
    criterion: float
    known: Known
    left: Known


def fit_form(rows: CourseRows, form: Form, start: Numbers | None = None) -> FormFit:
    """The likeliest numbers of one form, with and without each person. start: a place near by."""
    grid = grid_of(rows)
    criterion = Criterion(grid, form, rows.scale.half)
    place = lowest(criterion, _start(rows, grid, form) if start is None else start)
    of_each, slopes, curves = differences(criterion.of_each, place)
    more, slope, curve = differences(criterion.added, place)
    slope, curve = slope + slopes.sum(axis=1), curve + curves.sum(axis=2)
    known = Known(form, shape_at(form, place), _unsure(curve))
    order = np.argsort(grid.person)
    slopes, curves = slope - slopes.T[order], curve - np.moveaxis(curves, 2, 0)[order]
    places = place + downhill(slopes, curves)
    left = Known(form, shape_at(form, places), _unsure(curves))
    return FormFit(form, place, float(of_each.sum() + more), known, left)


def _unsure(curve: Numbers) -> Numbers:
    """(3, ...): variance of b0, covariance, variance of b1."""
    values, vectors = np.linalg.eigh(curve)
    floor = 1e-6 * np.abs(values).max(axis=-1, keepdims=True)
    covariance = (vectors * (2 / np.maximum(np.abs(values), floor))[..., None, :]) @ np.swapaxes(
        vectors, -1, -2
    )
    return np.stack([covariance[..., a, b] for a, b in ((0, 0), (0, 1), (1, 1))])


def _start(rows: CourseRows, grid: Grid, form: Form) -> Numbers:
    """Near the fit of some of the people, where there are many."""
    place = beginning(form, rows.time, rows.part)
    if rows.people <= 2 * ENOUGH_TO_BEGIN:
        return place
    apart = rows.people / ENOUGH_TO_BEGIN
    some = grid.only((np.arange(ENOUGH_TO_BEGIN) * apart).astype(np.intp))
    return lowest(Criterion(some, form, rows.scale.half), place, at_rest=NEAR)
