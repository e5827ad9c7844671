"""Coefficients given hyperparameters: normal, in closed form, for many sets of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from lacrima.stats.nested import Climbed, Nested, climb
from lacrima.stats.numbers import Numbers
from lacrima.stats.priors import Priors
from lacrima.stats.scales import Scales, scales_at
from lacrima.stats.turn import Turn

MEMORY_CELLS = 4_000_000
AT_ONCE = 512


Climber: TypeAlias = Callable[[tuple[Numbers, ...], int], Climbed]
"""What comes up to the root with these Lambdas, m sets of them."""


@dataclass(frozen=True, slots=True)
class Given:
    """What holds at m sets of hyperparameters.

    log_density (m): of the sets, prior and likelihood, up to a constant. scales: the sets, as they
    were asked about. sigma (m), lambdas: the same in the family's own columns, as are beta (m, p),
    covariance (m, p, p): of the coefficients. passed: see `nested.Climbed`.
    """

    log_density: Numbers
    scales: Scales
    sigma: Numbers
    lambdas: tuple[Numbers, ...]
    beta: Numbers
    covariance: Numbers
    passed: tuple[Numbers | None, ...]


class Model:
    """Cross-products and priors, and the integrals that can be written down."""

    def __init__(
        self, family: Nested, priors: Priors, turn: Turn, climber: Climber | None = None
    ) -> None:
        """Keep what every set needs. climber: another way up, for many clients."""
        self.family, self.priors, self.turn = family, priors, turn
        self._climb = climber
        onto = turn.centre @ turn.fixed
        weights, left = priors.precisions, priors.means - turn.centre @ turn.start
        self._precisions = (onto.T * weights) @ onto
        self._pull = onto.T @ (weights * left)
        self._constant = float(weights @ left**2)
        cells = max(len(family.sz), 1) * max(*family.sizes, 1, 1) * family.k
        if family.neighbours is not None:
            cells = max(cells, family.totals.size)
        self.at_once = max(1, min(AT_ONCE, MEMORY_CELLS // cells)) if climber is None else AT_ONCE

    def log_density(self, points: Numbers) -> Numbers:
        """Of m points (m, d), up to a constant; a few at a time, to be small in memory."""
        return np.concatenate([self._at(some)[0] for some in self._parts(points)])

    def given(self, points: Numbers) -> Given:
        """All that holds at m points (m, d)."""
        return joined([self._given(some) for some in self._parts(points)])

    def _parts(self, points: Numbers) -> list[Numbers]:
        starts = range(0, len(points), self.at_once)
        return [points[start : start + self.at_once] for start in starts]

    def _given(self, points: Numbers) -> Given:
        log_density, scales, lambdas, root, half, passed = self._at(points)
        inverse = np.linalg.solve(root, np.broadcast_to(np.eye(root.shape[1]), root.shape))
        turned = np.swapaxes(inverse, 1, 2)
        beta = np.einsum("mab,mb->ma", turned, half)
        sigma = scales.sigma * self.turn.size
        return Given(log_density, scales, sigma, lambdas, beta, turned @ inverse, passed)

    def _at(
        self, points: Numbers
    ) -> tuple[Numbers, Scales, tuple[Numbers, ...], Numbers, Numbers, tuple[Numbers | None, ...]]:
        """Log density, hyperparameters as asked about and as the family's own, the Cholesky
        factor of the coefficients' precision with their pull divided by it, and what groups know
        of themselves.
        """
        p, scales = self.family.fixed, scales_at(points, self.priors)
        lambdas = self.turn.own_lambdas(scales.lambdas)
        sigma = scales.sigma * self.turn.size
        came = self._came(lambdas, len(points), scales.memory)
        variance = sigma[:, None] ** 2
        precision = came.root[:, :p, :p] / variance[:, None] + self._precisions
        pull = came.root[:, :p, -1] / variance + self._pull
        root = np.asarray(np.linalg.cholesky(precision), dtype=np.float64)
        half = np.linalg.solve(root, pull[..., None])[..., 0]
        fit = came.root[:, -1, -1] / sigma**2 + self._constant - (half**2).sum(axis=1)
        size = 2 * np.log(np.einsum("maa->ma", root)).sum(axis=1)
        rows = 2 * self.family.rows * np.log(sigma)
        log_density = scales.log_prior - 0.5 * (fit + size + rows + came.logdet)
        return np.asarray(log_density), scales, lambdas, root, np.asarray(half), came.passed

    def _came(self, lambdas: tuple[Numbers, ...], m: int, memory: Numbers | None) -> Climbed:
        if self._climb is not None:
            return self._climb(lambdas, m)
        return climb(self.family, lambdas, m, memory)


def joined(parts: Sequence[Given]) -> Given:
    """Several sets of sets as one."""
    levels = range(len(parts[0].scales.lambdas))
    remembered = [each.scales.memory for each in parts]
    return Given(
        log_density=np.concatenate([each.log_density for each in parts]),
        scales=Scales(
            np.concatenate([each.scales.sigma for each in parts]),
            tuple(np.concatenate([each.scales.lambdas[i] for each in parts]) for i in levels),
            np.concatenate([each.scales.log_prior for each in parts]),
            _together(remembered),
        ),
        sigma=np.concatenate([each.sigma for each in parts]),
        lambdas=tuple(np.concatenate([each.lambdas[i] for each in parts]) for i in levels),
        beta=np.concatenate([each.beta for each in parts]),
        covariance=np.concatenate([each.covariance for each in parts]),
        passed=tuple(_together(each) for each in zip(*(one.passed for one in parts), strict=True)),
    )


def _together(parts: Sequence[Numbers | None]) -> Numbers | None:
    """One array, where every part is there."""
    there = [each for each in parts if each is not None]
    return np.concatenate(there) if there else None
