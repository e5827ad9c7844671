"""Spreads and correlations as points of a space in which their prior is nearly standard normal.

Posteriors of spreads pile up at 0 and have long tails. Seen through the prior's own ruler (z is
the normal quantile at which a spread lies in its prior) a posterior is near to normal both when
the data say little, since it is then the prior, and when they say much, since it is then narrow;
so a few hundred well-placed points are enough, and 0 is no wall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.stats import normal
from lacrima.stats.numbers import Numbers
from lacrima.stats.priors import Between, Priors


@dataclass(frozen=True, slots=True)
class Scales:
    """m sets of hyperparameters.

    sigma (m): residual standard deviations. lambdas: of each level (m, q, q), the lower triangle
    whose square is the covariance of its coefficients *relative to the residual variance*.
    log_prior (m): the log density of their points z, up to a constant. memory (m): correlations
    of a residual with the one a session before; None where residuals do not remember.
    """

    sigma: Numbers
    lambdas: tuple[Numbers, ...]
    log_prior: Numbers
    memory: Numbers | None = None

    def spreads(self, level: int) -> Numbers:
        """The standard deviations of a level's coefficients (m, q)."""
        rows = np.sqrt((self.lambdas[level] ** 2).sum(axis=2))
        return np.asarray(rows * self.sigma[:, None])

    def correlations(self, level: int) -> Numbers:
        """Their correlations (m, q, q); 0 where a spread is 0."""
        lam = self.lambdas[level]
        size = np.sqrt((lam**2).sum(axis=2, keepdims=True))
        unit = np.divide(lam, size, out=np.zeros_like(lam), where=size > 0)
        return np.asarray(unit @ np.swapaxes(unit, 1, 2))


def dimensions(priors: Priors) -> int:
    """How many hyperparameters a model has: the residual, spreads, correlations, the memory."""
    sizes = [len(level.spreads) for level in priors.levels]
    return 1 + sum(q + q * (q - 1) // 2 for q in sizes) + int(priors.memory is not None)


def scales_at(points: Numbers, priors: Priors) -> Scales:
    """The hyperparameters at m points z (m, d): first the residual, then level by level its
    spreads and the partial correlations of their LKJ prior; at last the memory.

    Source of the last: Lewandowski, Kurowicka and Joe 2009, 10.1016/j.jmva.2009.04.008.
    """
    sigma = priors.residual.median * np.exp(priors.residual.sd * points[:, 0])
    log_prior = -0.5 * points[:, 0] ** 2
    place, lambdas = 1, []
    for level in priors.levels:
        q = len(level.spreads)
        own = points[:, place : place + q]
        log_prior = log_prior - 0.5 * (own**2).sum(axis=1)
        scale = np.array([each.scale for each in level.spreads])
        spreads = -scale * normal.quantile(normal.cdf(-own) / 2)
        place += q
        count = q * (q - 1) // 2
        factor, more = _correlated(points[:, place : place + count], q, level.correlations.shape)
        place += count
        log_prior = log_prior + more
        lambdas.append(factor * (spreads / sigma[:, None])[:, :, None])
    if priors.memory is None:
        return Scales(sigma, tuple(lambdas), log_prior)
    log_prior = log_prior - 0.5 * points[:, place] ** 2
    return Scales(sigma, tuple(lambdas), log_prior, memory_at(points[:, place], priors.memory))


def memory_at(points: Numbers, prior: Between) -> Numbers:
    """At which correlation the prior has the share of each z below it (m).

    The normal distribution cut off at both ends; a share of 1 that is rounding alone stays inside.

    >>> from lacrima.stats.priors import MEMORY
    >>> memory_at(np.array([-9.0, 0.0, 9.0]), MEMORY).round(3).tolist()
    [-0.2, 0.206, 0.9]
    """
    low, high = ((end - prior.mean) / prior.sd for end in (prior.low, prior.high))
    below, above = normal.cdf(np.array([low, high]))
    share = np.clip(below + normal.cdf(points) * (above - below), 1e-300, 1 - 1e-16)
    return np.clip(prior.mean + prior.sd * normal.quantile(share), prior.low, prior.high)


def _correlated(points: Numbers, q: int, shape: float) -> tuple[Numbers, Numbers]:
    """Cholesky factors of correlation matrices (m, q, q), and the log density of their points.

    A partial correlation r given j others is Beta(a, a) on (-1, 1), a = shape + (q - 2 - j) / 2;
    with r = tanh(z / sqrt(2 a)) its z has the density cosh^(-2 a), which is near the normal's.
    """
    factor = np.zeros((len(points), q, q))
    log_density = np.zeros(len(points))
    factor[:, 0, 0] = 1.0
    place = 0
    for row in range(1, q):
        left = np.ones(len(points))
        for column in range(row):
            a = shape + (q - 2 - column) / 2
            partial = np.tanh(points[:, place] / np.sqrt(2 * a))
            log_density += a * np.log1p(-np.minimum(partial**2, 1 - 1e-16))
            factor[:, row, column] = partial * np.sqrt(left)
            left = left * (1 - partial**2)
            place += 1
        factor[:, row, row] = np.sqrt(left)
    return factor, log_density
