"""The posterior with residuals that remember: against dense matrices and worlds of known truth.

Nothing here shares code with what it tests: each client's correlations are written out row by row
as rho to the power of the gap, and the memory's prior is SciPy's truncated normal. The same model
drawn by NUTS stands in test_nuts.
"""

from __future__ import annotations

import doctest
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from lacrima.errors import BadInput, NoResult
from lacrima.stats import passing, scales, serial
from lacrima.stats import priors as before
from lacrima.stats.bayes import posterior
from lacrima.stats.nested import climb, nested
from lacrima.stats.preposterior import expected_contraction
from lacrima.stats.scales import dimensions, scales_at

NAMES = ["(Intercept)", "x"]
COEFFICIENTS = (before.Normal(0.2, 2.0), before.EFFECT)
CLIENT = before.LevelPriors((before.CLIENT_LEVEL, before.CLIENT_SLOPE))
THERAPIST = before.LevelPriors((before.THERAPIST_LEVEL,))


@pytest.mark.parametrize("module", [passing, scales, serial])
def test_the_examples_in_the_docstrings_run(module):
    assert doctest.testmod(module).failed == 0


class World:
    """Clients' sessions with gaps, in no order; small enough for dense matrices."""

    def __init__(self, seed, clients=6, each=6, levels=(CLIENT,), memory=before.MEMORY):
        rng = np.random.default_rng(seed)
        counts = rng.integers(2, 2 * each - 1, clients)
        self.client = np.repeat(np.arange(clients), counts)
        gaps = rng.choice([1, 1, 1, 2, 3, 13], len(self.client))
        self.session = np.concatenate(
            [np.cumsum(gaps[self.client == who]) for who in set(self.client)]
        )
        self.x = np.column_stack([np.ones(len(gaps)), rng.normal(size=len(gaps))])
        self.levels = [(self.client, [0, 1][: len(levels[0].spreads)]), (self.client // 3, [0])]
        self.levels = self.levels[: len(levels)]
        self.priors = before.Priors(COEFFICIENTS, tuple(levels), before.RESIDUAL, memory)
        self.y = self.draw(rng)

    def points(self, rng, m):
        """Draws from the prior of the hyperparameters (LKJ's by its Beta)."""
        found = rng.normal(size=(m, dimensions(self.priors)))
        if len(self.priors.levels[0].spreads) == 2:
            found[:, 3] = 2.0 * np.arctanh(2 * rng.beta(2.0, 2.0, m) - 1)
        return found

    def draw(self, rng):
        at = scales_at(self.points(rng, 1), self.priors)
        beta = np.array([rng.normal(one.mean, one.sd) for one in COEFFICIENTS])
        self.truth = {"x": beta[1], "sigma": at.sigma[0], "rho": at.memory[0]}
        v = at.sigma[0] ** 2 * self.correlations(at.memory[0])
        y = self.x @ beta + np.linalg.cholesky(v) @ rng.normal(size=len(v))
        for place, ((codes, varies), lam) in enumerate(zip(self.levels, at.lambdas, strict=True)):
            own = at.sigma[0] * rng.normal(size=(codes.max() + 1, len(varies))) @ lam[0].T
            y = y + (self.x[:, varies] * own[codes]).sum(axis=1)
            if place == 0 and len(varies) == 2:
                self.truth["own"] = beta[1] + own[1, 1]
        return y

    def correlations(self, rho):
        """Row by row: rho to the gap within a client, over more than twelve sessions nothing."""
        starts = np.diff(self.session, prepend=0) > 12
        chain = np.cumsum(starts | (np.diff(self.client, prepend=-1) != 0))
        gap = np.abs(self.session[:, None] - self.session)
        return np.where(chain[:, None] == chain, rho**gap, 0.0)

    def z(self, level):
        codes, varies = self.levels[level]
        full = np.zeros((len(self.x), (codes.max() + 1) * len(varies)))
        for place, column in enumerate(varies):
            full[np.arange(len(self.x)), codes * len(varies) + place] = self.x[:, column]
        return full

    def covariance(self, lambdas, rho):
        """V of the rows relative to the residual's variance, coefficients not counted."""
        v = self.correlations(rho)
        for level, lam in enumerate(lambdas):
            groups = self.levels[level][0].max() + 1
            v = v + self.z(level) @ np.kron(np.eye(groups), lam @ lam.T) @ self.z(level).T
        return v

    def family(self, order=None):
        order = np.arange(len(self.y)) if order is None else order
        levels = [(codes[order], varies) for codes, varies in self.levels]
        return nested(self.x[order], self.y[order], levels, session=self.session[order])

    def found(self):
        return posterior(self.family(), self.priors, NAMES)


SHAPES = [
    {},
    {"levels": (before.LevelPriors((before.CLIENT_LEVEL,)),)},
    {"levels": (CLIENT, THERAPIST)},
]


@pytest.mark.parametrize("shape", SHAPES)
def test_what_comes_up_at_a_memory_is_what_dense_matrices_say(shape):
    world = World(3, **shape)
    at = scales_at(world.points(np.random.default_rng(1), 6), world.priors)
    came = climb(world.family(), at.lambdas, 6, at.memory)
    table = np.column_stack([world.x, world.y])
    for place in range(6):
        v = world.covariance([lam[place] for lam in at.lambdas], at.memory[place])
        assert came.root[place] == pytest.approx(table.T @ np.linalg.solve(v, table), rel=1e-9)
        assert came.logdet[place] == pytest.approx(np.linalg.slogdet(v)[1], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_clients_own_coefficients_are_what_dense_matrices_say(shape):
    world = World(4, **shape)
    found = world.found()
    point, who = int(np.argmax(found.weights)), 4
    given = found.given
    sigma, rho = given.scales.sigma[point], given.scales.memory[point]
    blocks, priors = [world.x], [1 / world.priors.precisions]
    prior = [np.diag(priors[0])]
    row = [np.array([0.0, 1.0]) if len(world.levels[0][1]) == 2 else np.array([1.0, 0.0])]
    for level, (codes, varies) in enumerate(world.levels):
        lam = given.scales.lambdas[level][point]
        blocks.append(world.z(level))
        prior.append(np.kron(np.eye(codes.max() + 1), sigma**2 * lam @ lam.T))
        at = np.zeros(blocks[-1].shape[1])
        wanted = 1 if len(world.levels[0][1]) == 2 else 0
        if wanted in varies:
            group = codes[world.client == who][0]
            at[group * len(varies) + varies.index(wanted)] = 1.0
        row.append(at)
    row = np.concatenate(row)
    big = np.zeros((len(row), len(row)))
    start = 0
    for each in prior:
        big[start : start + len(each), start : start + len(each)] = each
        start += len(each)
    design = np.concatenate(blocks, axis=1)
    v = design @ big @ design.T + sigma**2 * world.correlations(rho)
    mean = np.concatenate([world.priors.means, np.zeros(len(row) - 2)])
    gain = big @ design.T @ np.linalg.inv(v)
    mean = mean + gain @ (world.y - design @ mean)
    covariance = big - gain @ design @ big
    own = found.own("x" if len(world.levels[0][1]) == 2 else "(Intercept)", group=who)
    assert own.means[point] == pytest.approx(row @ mean, abs=1e-8)
    assert own.sds[point] == pytest.approx(np.sqrt(row @ covariance @ row), rel=1e-7)


def test_with_one_spread_it_is_what_a_fine_grid_says():
    """Residual, spread and memory on a grid of 28 x 28 x 28 in their own units."""
    world = World(8, clients=7, levels=(before.LevelPriors((before.CLIENT_LEVEL,)),))
    sigmas = np.exp(np.linspace(np.log(0.2), np.log(2.2), 28))
    spreads, rhos = np.linspace(0.0, 1.8, 28), np.linspace(-0.2, 0.9, 28)
    vague = world.x @ np.diag(1 / world.priors.precisions) @ world.x.T
    together = world.z(0) @ world.z(0).T
    away = world.y - world.x @ world.priors.means
    logs, means, variances, at = [], [], [], []
    for rho in rhos:
        correlations = world.correlations(rho)
        for sigma in sigmas:
            v = vague + sigma**2 * correlations + spreads[:, None, None] ** 2 * together
            root = np.linalg.cholesky(v)
            gap = np.linalg.solve(root, np.broadcast_to(away, (28, len(away)))[..., None])[..., 0]
            gain = np.linalg.solve(root, (world.x[:, 1:] * 0.3**2)[None])[..., 0]
            prior = stats.lognorm.logpdf(sigma, 0.4, scale=0.6) + np.log(sigma)
            prior += stats.truncnorm.logpdf(rho, -2.0, 3.5, loc=0.2, scale=0.2)
            size = np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
            logs.append(
                prior
                + stats.halfnorm.logpdf(spreads, scale=0.5)
                - 0.5 * (gap**2).sum(axis=1)
                - size
            )
            means.append((gain * gap).sum(axis=1))
            variances.append(0.3**2 - (gain**2).sum(axis=1))
            at.append(np.column_stack([np.full(28, sigma), spreads, np.full(28, rho)]))
    logs, at = np.concatenate(logs), np.concatenate(at)
    means, variances = np.concatenate(means), np.concatenate(variances)
    weights = np.exp(logs - logs.max())
    weights[at[:, 1] == 0] /= 2  # the trapezoid's ends
    weights[np.isin(at[:, 2], rhos[[0, -1]])] /= 2
    weights /= weights.sum()
    found = world.found()
    one, mean = found.coefficient("x"), weights @ means
    sd = np.sqrt(weights @ (variances + (means - mean) ** 2))
    assert one.mean == pytest.approx(mean, abs=0.01 * sd)
    assert one.sd == pytest.approx(sd, rel=0.01)
    rho, rho_mean = found.given.scales.memory, weights @ at[:, 2]
    rho_sd = np.sqrt(weights @ (at[:, 2] - rho_mean) ** 2)
    assert found.weights @ rho == pytest.approx(rho_mean, abs=0.03 * rho_sd)
    spread = weights @ at[:, 1]
    spread_sd = np.sqrt(weights @ (at[:, 1] - spread) ** 2)
    assert found.weights @ found.given.scales.spreads(0)[:, 0] == pytest.approx(
        spread, abs=0.08 * spread_sd
    )
    middle = found.memory_quantile([0.05, 0.5, 0.95])
    order = np.argsort(at[:, 2], kind="stable")
    reached = np.cumsum(weights[order])
    expected = [at[order, 2][np.searchsorted(reached, share)] for share in (0.05, 0.5, 0.95)]
    assert middle == pytest.approx(expected, abs=0.03)


def test_a_memory_that_is_surely_none_is_the_model_without_it():
    none = before.Between(0.0, 1e-7, -0.2, 0.9)
    world = World(5, levels=(CLIENT, THERAPIST), memory=none)
    found = world.found()
    plain = posterior(
        replace(world.family(), neighbours=None), replace(world.priors, memory=None), NAMES
    )
    assert np.abs(found.given.scales.memory).max() < 1e-5
    for name in NAMES:
        one, other = found.coefficient(name), plain.coefficient(name)
        assert one.mean == pytest.approx(other.mean, abs=0.01 * other.sd)
        assert one.sd == pytest.approx(other.sd, rel=0.01)
    own, other = found.own("x", group=2), plain.own("x", group=2)
    assert own.quantile([0.05, 0.95]) == pytest.approx(other.quantile([0.05, 0.95]), abs=0.02)


def test_neither_the_order_of_rows_nor_where_counting_begins_changes_anything():
    world = World(6, levels=(CLIENT, THERAPIST))
    plain = world.found()
    order = np.random.default_rng(2).permutation(len(world.y))
    shuffled = posterior(world.family(order), world.priors, NAMES)
    world.session = world.session + 100
    later = world.found()
    for other in (shuffled, later):
        for name in NAMES:
            one, two = plain.coefficient(name), other.coefficient(name)
            assert (two.mean, two.sd) == (pytest.approx(one.mean, abs=1e-8), pytest.approx(one.sd))
        assert other.memory_quantile([0.5]) == pytest.approx(plain.memory_quantile([0.5]), abs=1e-6)


def test_a_gap_is_a_gap_and_not_a_neighbour():
    world = World(7)
    near = world.found().coefficient("x")
    world.session = np.concatenate(
        [np.arange(1, 1 + (world.client == who).sum()) for who in set(world.client)]
    )
    assert abs(world.found().coefficient("x").mean - near.mean) > 0.02 * near.sd
    world.session = 13 * world.session  # all forgotten
    forgotten = world.found()
    plain = posterior(
        replace(world.family(), neighbours=None), replace(world.priors, memory=None), NAMES
    )
    assert forgotten.coefficient("x").mean == pytest.approx(
        plain.coefficient("x").mean, abs=0.01 * plain.coefficient("x").sd
    )
    before_it = stats.truncnorm.ppf([0.05, 0.5, 0.95], -2.0, 3.5, loc=0.2, scale=0.2)
    assert forgotten.memory_quantile([0.05, 0.5, 0.95]) == pytest.approx(before_it, abs=0.02)


@pytest.mark.slow
def test_worlds_of_known_truth_have_flat_ranks():
    """Simulation-based calibration in small: truth from the prior, its rank uniform."""
    ranks = []
    for seed in range(150):
        world = World(2000 + seed, clients=8, each=5)
        found = world.found()
        scales_there = found.given.scales
        ranks.append(
            (
                float(found.coefficient("x").cdf(world.truth["x"])),
                float(found.own("x", group=1).cdf(world.truth["own"])),
                float(found.weights @ (scales_there.memory < world.truth["rho"])),
                float(found.weights @ (scales_there.sigma < world.truth["sigma"])),
            )
        )
    for values in np.array(ranks).T:
        assert stats.kstest(values, "uniform").pvalue > 0.01 / 4
    cover = (np.abs(np.array(ranks) - 0.5) < 0.45).mean(axis=0)
    assert cover == pytest.approx(0.9, abs=0.06)


def test_how_much_more_would_be_known_counts_the_memory():
    world = World(9, clients=10)
    now, later = expected_contraction(world.family(), world.priors, 1, [1.0, 4.0])
    plain = expected_contraction(
        replace(world.family(), neighbours=None), replace(world.priors, memory=None), 1, [1.0]
    )[0]
    assert 0 < now < later < 1
    assert now != pytest.approx(plain, abs=1e-4)


def test_what_does_not_fit_is_refused():
    world = World(1)
    with pytest.raises(BadInput, match="memory without neighbouring"):
        posterior(world.family(), replace(world.priors, memory=None), NAMES)
    with pytest.raises(BadInput, match="memory without neighbouring"):
        posterior(replace(world.family(), neighbours=None), world.priors, NAMES)
    plain = posterior(
        replace(world.family(), neighbours=None), replace(world.priors, memory=None), NAMES
    )
    with pytest.raises(NoResult, match="do not remember"):
        plain.memory_quantile([0.5])
    for low, high in ((0.5, 0.5), (-1.0, 0.9), (-0.2, 1.0)):
        with pytest.raises(BadInput, match="a range that is none"):
            before.Between(0.5, 0.2, low, high)
    with pytest.raises(BadInput, match="out of its range"):
        before.Between(0.95, 0.2, -0.2, 0.9)
    with pytest.raises(BadInput, match="of no size"):
        before.Between(0.2, 0.0, -0.2, 0.9)
    twice = np.where(world.session == world.session.max(), 1, world.session)
    with pytest.raises(BadInput, match="one session twice"):
        nested(world.x, world.y, world.levels, session=np.ones_like(twice))
