"""Newton's method on the criterion, over a boundary on which it must neither stop nor stumble.

In theta the boundary (a variance of 0, a correlation of 1) is an ordinary place where the gradient
vanishes whether or not the criterion falls beyond it. So wherever the method comes to rest, the
derivative by Psi decides: along every direction in which Psi has nothing it must not be negative
(the Kuhn-Tucker condition on the cone of covariances). Where it is, Psi is given something in that
direction, and the method goes on. A singular rest is an answer like any other, and a normal one in
small practices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.errors import NoResult
from lacrima.stats.criterion import Root
from lacrima.stats.leaf import pairs_of
from lacrima.stats.numbers import Numbers
from lacrima.stats.part import part_of
from lacrima.stats.problem import Point, Problem
from lacrima.stats.scoring import inside, scored
from lacrima.stats.theta import factor_of, matrix_of, theta_of

MOST_STEPS = 200
ROUGHLY = 1e-2
BENT = 1e-6
AT_REST = 1e-9
CAREFUL = 0.1
# Times the rows: with second derivatives in proportion to them, theta is then right to 1e-8.
EXACT = 1e-16
LONGEST = 2.0
NOTHING = 1e-6
SHORTEST = 1e-10
# What a part of many groups says of a variance is taken as said, down to this.
SMALL = 1e-4
# A gain so small is a hundredth of a standard error: second derivatives of here hold there.
NEARBY = 1e-4


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where the criterion is least: the parameters, and what the root says there.

    is_singular: some Psi has no full rank there.
    """

    at: Numbers
    root: Root
    lambdas: tuple[Numbers, ...]
    evaluations: int
    is_singular: bool


def minimise(problem: Problem, start: Numbers | None = None) -> Optimum:
    """The minimum of a criterion, from a start inside, or one that was the minimum before.

    Raises NoResult when it is not found in MOST_STEPS steps, which no data are known to need.
    """
    search = _Search(problem, beginning(problem) if start is None else start)
    while search.evaluations < MOST_STEPS:
        search.descend()
        if not search.escape():
            return search.settled()
    raise NoResult(f"no minimum in {MOST_STEPS} steps", where="criterion", expected="a minimum")


def is_singular(lambdas: tuple[Numbers, ...]) -> bool:
    """Whether any covariance has a direction with (next to) nothing in it."""
    return any(_least(lam) < NOTHING**1.5 for lam in lambdas if lam.size)


def _least(lam: Numbers) -> float:
    return float(np.linalg.svd(lam, compute_uv=False).min() ** 2)


def beginning(problem: Problem) -> Numbers | None:
    """Where the estimates of a part of the groups lie; None where they say nothing.

    A part may say nothing where the whole does, when a column does not vary in it.
    """
    part = None if problem.is_serial else part_of(problem.working)
    if part is None:
        return None
    try:
        search = _Search(Problem(part, problem.is_reml))
        search.descend(enough=ROUGHLY)
    except NoResult:
        return None
    return theta_of([inside(lam @ lam.T, SMALL) for lam in search.point.lambdas])


class _Search:
    """The place reached so far, and the steps from it."""

    def __init__(self, problem: Problem, start: Numbers | None = None) -> None:
        self.problem, self.evaluations = problem, 1
        self.point = problem.at(problem.start() if start is None else start)
        if start is None and self.point.at.size and not problem.is_serial:
            self.go_to(scored(problem, self.point))

    def descend(self, enough: float = 0.0) -> None:
        """Newton steps until one more is enough: the last is taken in `settled`.

        Close to the minimum each step squares the error, so that from two gains the next is known.
        """
        enough = max(enough, EXACT * self.problem.working.n)
        before, is_close = 0.0, False
        while self.evaluations < MOST_STEPS:
            step = newton_step(self.point)
            gain = -float(self.point.gradient @ step) / 2
            if gain <= enough or gain * gain <= before * enough * CAREFUL:
                return
            if is_close:
                self.look_again()
                step = newton_step(self.point)
            longest = LONGEST * max(1.0, float(np.abs(self.point.at).max()))
            step *= min(1.0, longest / float(np.abs(step).max()))
            is_close = self.is_close(gain, before, enough)
            shortest = SHORTEST if gain > AT_REST else 1.0
            if not self.try_step(step, shortest=shortest, is_close=is_close):
                return
            before = gain

    def is_close(self, gain: float, before: float, enough: float) -> bool:
        """Whether the next step but one is the last, even with the second derivatives of here.

        Newton's steps square the gain: the next is gain (gain / before)^2. Second derivatives
        change by about the error, so that they leave of the last gain what gain / before is.
        """
        if is_singular(self.point.lambdas):
            return False
        if not before:  # where a session more has moved the minimum by next to nothing
            return gain <= NEARBY
        if gain >= before:
            return False
        coming = gain * (gain / before) ** 2
        return bool(coming * coming <= gain * enough * CAREFUL**2)

    def look_again(self) -> None:
        """Second derivatives of here, where those of close by do not lead to the minimum."""
        self.evaluations += 1
        self.point = self.problem.at(self.point.at)

    def try_step(self, step: Numbers, *, shortest: float, is_close: bool = False) -> bool:
        """Go along a step, or as much of it as makes the criterion fall."""
        slope = float(self.point.gradient @ step)
        share = 1.0
        while share >= shortest:
            if self.go_to(self.point.at + share * step, share * slope * 1e-4, is_close=is_close):
                return True
            share /= 4
        return False

    def go_to(self, at: Numbers, rise: float = 0.0, *, is_close: bool = False) -> bool:
        """Go to a place, if there is a criterion, and no higher (but for rounding)."""
        self.evaluations += 1
        try:
            new = self.problem.close_to(self.point, at) if is_close else self.problem.at(at)
        except NoResult:
            return False
        is_lower = new.value <= self.point.value + rise + 1e-13 * abs(self.point.value)
        if is_lower:
            self.point = new
        return bool(is_lower)

    def escape(self) -> bool:
        """Leave the boundary where the criterion falls inwards; whether there was such a way."""
        for place, lam in enumerate(self.point.lambdas):
            if not lam.size:
                continue
            direction, slope = self.way_inside(place, lam)
            if slope < 0 and self.try_inside(place, direction, slope):
                return True
        return self.leave_saddle()

    def leave_saddle(self) -> bool:
        """Go where the criterion bends downwards, if it does; whether that was worth a step."""
        values, vectors = np.linalg.eigh(self.point.hessian)
        if not values.size or values[0] > -BENT * values[-1]:
            return False
        before = self.point.value
        for size in (0.3, -0.3, 0.03, -0.03):
            if self.go_to(self.point.at + size * vectors[:, 0], rise=-AT_REST):
                return self.point.value < before - AT_REST
        return False

    def way_inside(self, place: int, lam: Numbers) -> tuple[Numbers, float]:
        """The direction without variance along which the criterion falls most, and how steeply."""
        values, vectors = np.linalg.eigh(lam @ lam.T)
        empty = vectors[:, values < NOTHING]
        if not empty.shape[1]:
            return np.empty(0), 0.0
        slopes, turned = np.linalg.eigh(empty.T @ self.slope_by(place) @ empty)
        return empty @ turned[:, 0], float(slopes[0])

    def slope_by(self, place: int) -> Numbers:
        """The derivative by the Psi of one level, as a matrix."""
        own = self.own(place)
        return matrix_of(self.point.by_psi.gradient[own], self.point.lambdas[place].shape[0])

    def own(self, place: int) -> slice:
        """Where a level's elements stand among the parameters."""
        sizes = [lam.shape[0] * (lam.shape[0] + 1) // 2 for lam in self.point.lambdas]
        start = sum(sizes[:place]) + int(self.problem.is_serial)
        return slice(start, start + sizes[place])

    def try_inside(self, place: int, direction: Numbers, slope: float) -> bool:
        """Give Psi something along a direction; whether that was worth a step."""
        outer = np.outer(direction, direction)
        along = np.array([outer[pair] for pair in pairs_of(direction.size)])
        own = self.own(place)
        curve = float(along @ self.point.by_psi.hessian[own, own] @ along)
        size = -slope / curve if curve > 0 else 1.0
        if -slope * size < AT_REST:
            return False
        before = self.point.value
        while size > SHORTEST:
            lambdas = list(self.point.lambdas)
            lambdas[place] = factor_of(lambdas[place] @ lambdas[place].T + size * outer)
            if self.go_to(self.moved(lambdas)) and self.point.value < before - AT_REST / 10:
                return True
            size /= 8
        return False

    def moved(self, lambdas: list[Numbers]) -> Numbers:
        """The parameters with other factors."""
        return np.concatenate([self.point.at[: int(self.problem.is_serial)], theta_of(lambdas)])

    def settled(self) -> Optimum:
        """The last step; then next to nothing is made nothing, and diagonals positive."""
        step = newton_step(self.point)
        gain = -float(self.point.gradient @ step) / 2
        is_there = gain <= EXACT * self.problem.working.n
        tidy, root = self.point.at, self.point.root
        for at in [self.point.at] if is_there else [self.point.at + step, self.point.at]:
            found = self.root_at(self.tidied(at))
            if found is not None and found.value <= self.point.value + AT_REST:
                tidy, root = self.tidied(at), found
                break
        lambdas = self.problem.lambdas_at(tidy)
        return Optimum(tidy, root, lambdas, self.evaluations, is_singular(lambdas))

    def tidied(self, at: Numbers) -> Numbers:
        """The parameters with tidy factors."""
        before = int(self.problem.is_serial)
        lambdas = self.problem.lambdas_at(at)
        return np.concatenate([at[:before], theta_of([_tidied(lam) for lam in lambdas])])

    def root_at(self, at: Numbers) -> Root | None:
        """The criterion, anew only where it is not known yet; None where there is none."""
        if np.array_equal(at, self.point.at):
            return self.point.root
        self.evaluations += 1
        try:
            return self.problem.value_at(at)
        except NoResult:
            return None


def newton_step(point: Point) -> Numbers:
    """-|H|^-1 g: Newton's step where the criterion is convex, downhill everywhere."""
    values, vectors = np.linalg.eigh(point.hessian)
    sizes = np.abs(values)
    floor = max(1e-10 * sizes.max(initial=0.0), 1e-300)
    return np.asarray(-vectors @ ((vectors.T @ point.gradient) / np.maximum(sizes, floor)))


def _tidied(lam: Numbers) -> Numbers:
    """The factor of the same Psi, but for directions in which it has next to nothing."""
    values, vectors = np.linalg.eigh(lam @ lam.T)
    kept = np.where(values < NOTHING**1.5, 0.0, values)
    if (kept != values).any():
        return factor_of((vectors * kept) @ vectors.T)
    return np.asarray(lam * np.where(np.diagonal(lam) < 0, -1.0, 1.0))
