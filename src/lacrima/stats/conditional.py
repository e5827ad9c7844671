"""Coefficients given hyperparameters: normal, in closed form, for many sets of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lacrima.stats.nested import Nested, climb
from lacrima.stats.numbers import Numbers
from lacrima.stats.priors import Priors
from lacrima.stats.scales import Scales, scales_at

MEMORY_CELLS = 4_000_000
AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class Given:
    """What holds at m sets of hyperparameters.

    log_density (m): of the sets, prior and likelihood, up to a constant. scales: the sets. beta
    (m, p), covariance (m, p, p): of the coefficients. passed: see `nested.Climbed`.
    """

    log_density: Numbers
    scales: Scales
    beta: Numbers
    covariance: Numbers
    passed: tuple[Numbers, ...]


class Model:
    """Cross-products and priors, and the integrals that can be written down."""

    def __init__(self, family: Nested, priors: Priors) -> None:
        """Keep what every set of hyperparameters needs."""
        self.family = family
        self.priors = priors
        self._precisions = np.diag(priors.precisions)
        self._pull = priors.precisions * priors.means
        self._constant = float(self._pull @ priors.means)
        cells = max(len(family.sz), 1) * max(*family.sizes, 1, 1) * family.k
        self.at_once = max(1, min(AT_ONCE, MEMORY_CELLS // cells))

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
        log_density, scales, root, half, passed = self._at(points)
        inverse = np.linalg.solve(root, np.broadcast_to(np.eye(root.shape[1]), root.shape))
        turned = np.swapaxes(inverse, 1, 2)
        beta = np.einsum("mab,mb->ma", turned, half)
        return Given(log_density, scales, beta, turned @ inverse, passed)

    def _at(self, points: Numbers) -> tuple[Numbers, Scales, Numbers, Numbers, tuple[Numbers, ...]]:
        """Log density, hyperparameters, and the Cholesky factor of the coefficients' precision
        with their pull divided by it; then what groups know of themselves.
        """
        p, scales = self.family.fixed, scales_at(points, self.priors)
        came = climb(self.family, scales.lambdas, len(points))
        variance = scales.sigma[:, None] ** 2
        precision = came.root[:, :p, :p] / variance[:, None] + self._precisions
        pull = came.root[:, :p, -1] / variance + self._pull
        root = np.asarray(np.linalg.cholesky(precision), dtype=np.float64)
        half = np.linalg.solve(root, pull[..., None])[..., 0]
        fit = came.root[:, -1, -1] / scales.sigma**2 + self._constant - (half**2).sum(axis=1)
        size = 2 * np.log(np.einsum("maa->ma", root)).sum(axis=1)
        rows = 2 * self.family.rows * np.log(scales.sigma)
        log_density = scales.log_prior - 0.5 * (fit + size + rows + came.logdet)
        return np.asarray(log_density), scales, root, np.asarray(half), came.passed


def joined(parts: Sequence[Given]) -> Given:
    """Several sets of sets as one."""
    levels, above = range(len(parts[0].scales.lambdas)), range(len(parts[0].passed))
    return Given(
        log_density=np.concatenate([each.log_density for each in parts]),
        scales=Scales(
            np.concatenate([each.scales.sigma for each in parts]),
            tuple(np.concatenate([each.scales.lambdas[i] for each in parts]) for i in levels),
            np.concatenate([each.scales.log_prior for each in parts]),
        ),
        beta=np.concatenate([each.beta for each in parts]),
        covariance=np.concatenate([each.covariance for each in parts]),
        passed=tuple(np.concatenate([each.passed[i] for each in parts]) for i in above),
    )
