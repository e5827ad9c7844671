"""The criterion of one model as a function of its parameters, ready to be minimised."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lacrima.errors import NoResult
from lacrima.stats.criterion import Derivatives, Root, derivatives, gradient_of, root_of
from lacrima.stats.numbers import Numbers
from lacrima.stats.serial import serial_at
from lacrima.stats.theta import bending, jacobian, lambdas_of
from lacrima.stats.tree import Climbed, Serial, climb_tree
from lacrima.stats.working import Working


@dataclass(frozen=True, slots=True)
class Point:
    """The criterion at one place.

    at (m): the parameters. value, gradient (m), hessian (m, m): of the criterion. by_psi: its
    derivatives by the elements of Psi instead of theta (and by phi instead of its tangent).
    """

    at: Numbers
    value: float
    gradient: Numbers
    hessian: Numbers
    by_psi: Derivatives
    lambdas: tuple[Numbers, ...]
    climbed: Climbed
    root: Root
    serial: Serial | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A model's criterion, REML or ML. Parameters: [artanh phi,] theta of the working columns."""

    working: Working
    is_reml: bool

    @property
    def is_serial(self) -> bool:
        """Whether the first parameter is an autocorrelation."""
        return self.working.serial is not None

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many coefficients vary at each level of the tree."""
        return self.working.tree.sizes

    def start(self) -> Numbers:
        """Where to begin: well inside, no correlations."""
        theta = np.concatenate([_half(q) for q in self.sizes]) if self.sizes else np.empty(0)
        return np.concatenate([[0.1], theta]) if self.is_serial else theta

    def lambdas_at(self, at: Numbers) -> tuple[Numbers, ...]:
        """Each level's factor."""
        return tuple(lambdas_of(at[int(self.is_serial) :], self.sizes))

    def value_at(self, at: Numbers) -> Root:
        """The criterion alone, at less than half the cost."""
        return self._root(self._climb(at, is_sloped=False)[0])

    def at(self, at: Numbers) -> Point:
        """The criterion with exact derivatives."""
        climbed, serial = self._climb(at, is_sloped=True)
        root = self._root(climbed)
        found = derivatives(self.working.tree, climbed, root, serial)
        lambdas = self.lambdas_at(at)
        chain, bend = self._chain(at, found.gradient, lambdas)
        gradient, hessian = chain.T @ found.gradient, chain.T @ found.hessian @ chain + bend
        return Point(at, root.value, gradient, hessian, found, lambdas, climbed, root, serial)

    def close_to(self, point: Point, at: Numbers) -> Point:
        """The criterion with an exact gradient; second derivatives are those of a point close by.

        Little more than half the cost: there is no pass down.
        """
        climbed, serial = self._climb(at, is_sloped=True)
        root = self._root(climbed)
        found = replace(point.by_psi, gradient=gradient_of(climbed, root))
        lambdas = self.lambdas_at(at)
        gradient = self._chain(at, found.gradient, lambdas)[0].T @ found.gradient
        return Point(at, root.value, gradient, point.hessian, found, lambdas, climbed, root, serial)

    def _climb(self, at: Numbers, *, is_sloped: bool) -> tuple[Climbed, Serial | None]:
        """The pass up. Raises NoResult where the numbers do not hold: far beyond any minimum."""
        try:
            return self._climbed(at, is_sloped=is_sloped)
        except np.linalg.LinAlgError as mistake:
            raise NoResult("covariances beyond all numbers", where="criterion") from mistake

    def _climbed(self, at: Numbers, *, is_sloped: bool) -> tuple[Climbed, Serial | None]:
        serial = None
        if self.working.serial is not None and self.working.values is not None:
            serial = serial_at(float(np.tanh(at[0])), self.working.values, self.working.serial)
        lambdas = self.lambdas_at(at)
        tree = self.working.tree
        return climb_tree(tree, lambdas, serial=serial, is_sloped=is_sloped), serial

    def _root(self, climbed: Climbed) -> Root:
        fixed = self.working.basis.fixed
        return root_of(climbed, fixed=fixed, n=self.working.n, is_reml=self.is_reml)

    def _chain(
        self, at: Numbers, gradient: Numbers, lambdas: tuple[Numbers, ...]
    ) -> tuple[Numbers, Numbers]:
        """First derivatives of (phi, Psi) by the parameters, and what their curvature adds."""
        before = int(self.is_serial)
        chain, bend = (np.zeros((at.size, at.size)) for _ in range(2))
        chain[before:, before:] = jacobian(lambdas)
        bend[before:, before:] = bending(gradient[before:], lambdas)
        if before:
            phi = np.tanh(at[0])
            chain[0, 0] = 1 - phi * phi
            bend[0, 0] = gradient[0] * -2 * phi * (1 - phi * phi)
        return chain, bend


def _half(q: int) -> Numbers:
    factor = np.eye(q) / 2
    return np.array([factor[row, column] for column in range(q) for row in range(column, q)])
