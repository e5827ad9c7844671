"""The posterior against brute force: dense matrices, a chain of draws, and worlds of known truth.

Nothing here shares code with what it tests: covariances are written out row by row, densities are
SciPy's, and the chain is a plain Metropolis walk over the hyperparameters.
"""

from __future__ import annotations

import doctest
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lacrima.errors import BadInput, NoResult
from lacrima.stats import bayes, nested
from lacrima.stats import priors as before
from lacrima.stats.bayes import posterior
from lacrima.stats.nested import climb
from lacrima.stats.scales import dimensions, scales_at


@pytest.mark.parametrize("module", [bayes, nested])
def test_the_examples_in_the_docstrings_run(module):
    assert doctest.testmod(module).failed == 0


class World:
    """Rows, their groups, and priors; small enough for dense matrices."""

    def __init__(self, seed, clients=6, each=4, parents=0, grand=0, slope=True, correlated=True):
        rng = self.rng = np.random.default_rng(seed)
        counts = rng.integers(1, 2 * each, clients)
        self.client = np.repeat(np.arange(clients), counts)
        n = len(self.client)
        x = (rng.random(n) < 0.35) * 1.0
        mean = np.array([x[self.client == who].mean() for who in self.client])
        self.x = np.column_stack([np.ones(n), x - mean, mean])
        varies = [0, 1] if slope else [0]
        spreads = (before.CLIENT_LEVEL_ALONE, before.CLIENT_SLOPE)[: len(varies)]
        if correlated:
            self.groups, self.varies = [self.client], [varies]
            levels = [before.LevelPriors(spreads)]
        else:
            self.groups, self.varies = [self.client] * 2, [[0], [1]]
            levels = [before.LevelPriors((each_one,)) for each_one in spreads]
        for count, scale in ((parents, before.THERAPIST_LEVEL), (grand, before.CLINIC)):
            if count:
                self.groups.append(self.groups[-1] * count // (self.groups[-1].max() + 1))
                self.varies.append([0, 1])
                levels.append(before.LevelPriors((scale, scale)))
        coefficients = (before.Normal(0.2, 2.0), before.EFFECT, before.BETWEEN)
        self.priors = before.Priors(coefficients, tuple(levels), before.RESIDUAL)
        self.y = self.draw(rng)
        self.names = ["(Intercept)", "within", "between"]

    def draw(self, rng):
        """An outcome from the priors; what is true is kept in `truth`."""
        scales = scales_at(self.points(rng, 1), self.priors)
        sigma = scales.sigma[0]
        beta = np.array([rng.normal(c.mean, c.sd) for c in self.priors.coefficients])
        self.truth = {"beta": beta, "sigma": sigma, "own": []}
        y = self.x @ beta + rng.normal(0, sigma, len(self.x))
        for codes, varies, lam in zip(self.groups, self.varies, scales.lambdas, strict=True):
            own = sigma * rng.normal(size=(codes.max() + 1, len(varies))) @ lam[0].T
            self.truth["own"].append(own)
            y = y + (self.x[:, varies] * own[codes]).sum(axis=1)
        return y

    def points(self, rng, m):
        """Draws from the prior of the hyperparameters, in the space of `scales`: the partial
        correlation is Beta(2, 2) on (-1, 1), all else standard normal.
        """
        found = rng.normal(size=(m, dimensions(self.priors)))
        place = 1
        for level in self.priors.levels:
            place += len(level.spreads)
            if len(level.spreads) == 2:
                partial = 2 * rng.beta(2.0, 2.0, m) - 1
                found[:, place] = 2.0 * np.arctanh(partial)
                place += 1
        return found

    @property
    def family(self):
        levels = list(zip(self.groups, self.varies, strict=True))
        return nested.nested(self.x, self.y, levels)

    def found(self):
        return posterior(self.family, self.priors, self.names)

    def z(self, level):
        codes, varies = self.groups[level], self.varies[level]
        full = np.zeros((len(self.x), (codes.max() + 1) * len(varies)))
        for place, column in enumerate(varies):
            full[np.arange(len(self.x)), codes * len(varies) + place] = self.x[:, column]
        return full

    def covariance(self, lambdas, sigma):
        """V of the rows, coefficients not counted."""
        v = np.eye(len(self.x))
        for level, lam in enumerate(lambdas):
            groups = self.groups[level].max() + 1
            v += self.z(level) @ np.kron(np.eye(groups), lam @ lam.T) @ self.z(level).T
        return sigma**2 * v


SHAPES = [
    {"slope": False},
    {},
    {"correlated": False},
    {"parents": 2},
    {"clients": 12, "parents": 4, "grand": 2},
]


@pytest.mark.parametrize("shape", SHAPES)
def test_what_comes_up_is_what_dense_matrices_say(shape):
    world = World(3, **shape)
    scales = scales_at(world.points(world.rng, 5), world.priors)
    came = climb(world.family, scales.lambdas, 5)
    table = np.column_stack([world.x, world.y])
    for place in range(5):
        v = world.covariance([lam[place] for lam in scales.lambdas], 1.0)
        assert came.root[place] == pytest.approx(table.T @ np.linalg.solve(v, table), rel=1e-9)
        assert came.logdet[place] == pytest.approx(np.linalg.slogdet(v)[1], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_groups_own_coefficients_are_what_dense_matrices_say(shape):
    world = World(4, **shape)
    found = world.found()
    point = int(np.argmax(found.weights))
    sigma = found.given.scales.sigma[point]
    lambdas = [lam[point] for lam in found.given.scales.lambdas]
    blocks = [world.x, *(world.z(level) for level in range(len(lambdas)))]
    sizes = [each.shape[1] for each in blocks]
    prior = np.zeros((sum(sizes), sum(sizes)))
    prior[:3, :3] = np.diag(1 / world.priors.precisions)
    start = 3
    for size, lam in zip(sizes[1:], lambdas, strict=True):
        each = sigma**2 * lam @ lam.T
        prior[start : start + size, start : start + size] = np.kron(np.eye(size // len(lam)), each)
        start += size
    design = np.concatenate(blocks, axis=1)
    mean = np.concatenate([world.priors.means, np.zeros(sum(sizes) - 3)])
    gain = (
        prior
        @ design.T
        @ np.linalg.inv(design @ prior @ design.T + sigma**2 * np.eye(len(world.x)))
    )
    mean = mean + gain @ (world.y - design @ mean)
    covariance = prior - gain @ design @ prior
    who = 3
    row = np.zeros(sum(sizes))
    row[0] = 1
    start = 3
    for codes, varies, size in zip(world.groups, world.varies, sizes[1:], strict=True):
        group = codes[world.client == who][0]
        if 0 in varies:
            row[start + group * len(varies) + varies.index(0)] = 1
        start += size
    own = found.own("(Intercept)", group=who)
    assert own.means[point] == pytest.approx(row @ mean, abs=1e-8)
    assert own.sds[point] == pytest.approx(np.sqrt(row @ covariance @ row), rel=1e-7)
    one = found.coefficient("within")
    assert one.means[point] == pytest.approx(mean[1], abs=1e-8)
    assert one.sds[point] == pytest.approx(np.sqrt(covariance[1, 1]), rel=1e-7)


def test_with_one_spread_it_is_what_a_fine_grid_says():
    """Residual and spread on a grid of 160 x 160 in their own units, their priors SciPy's."""
    world = World(8, slope=False, clients=5)
    sigmas = np.exp(np.linspace(np.log(0.12), np.log(3.0), 160))
    spreads = np.linspace(0.0, 4.0, 160)
    vague = world.x @ np.diag(1 / world.priors.precisions) @ world.x.T
    logs, means, variances = [], [], []
    for sigma in sigmas:
        for spread in spreads:
            v = vague + world.covariance([np.array([[spread / sigma]])], sigma)
            root = np.linalg.cholesky(v)
            gap = np.linalg.solve(root, world.y - world.x @ world.priors.means)
            prior = stats.lognorm.logpdf(sigma, 0.4, scale=0.6) + np.log(sigma)
            prior += stats.halfnorm.logpdf(spread, scale=1.0)
            logs.append(prior - 0.5 * gap @ gap - np.log(np.diagonal(root)).sum())
            gain = np.linalg.solve(root, world.x / world.priors.precisions)
            means.append(world.priors.means[1] + gain[:, 1] @ gap)
            variances.append(1 / world.priors.precisions[1] - gain[:, 1] @ gain[:, 1])
    weights = np.exp(np.array(logs) - max(logs))
    weights[np.tile(spreads == 0, 160)] /= 2  # the trapezoid's end
    weights /= weights.sum()
    found = world.found()
    one = found.coefficient("within")
    mean = weights @ means
    sd = np.sqrt(weights @ (np.array(variances) + (np.array(means) - mean) ** 2))
    assert one.mean == pytest.approx(mean, abs=0.005 * sd)
    assert one.sd == pytest.approx(sd, rel=0.005)
    grid = np.tile(spreads, 160)
    expected = weights @ grid
    assert found.weights @ found.given.scales.spreads(0)[:, 0] == pytest.approx(expected, rel=0.02)


@pytest.mark.slow
def test_with_correlated_spreads_it_is_what_a_long_chain_says():
    """Metropolis over log sigma, log spreads and atanh r, 40,000 steps, Rao-Blackwellised."""
    world = World(21, clients=6, each=5)
    rng = np.random.default_rng(9)
    vague = world.x @ np.diag(1 / world.priors.precisions) @ world.x.T
    away = world.y - world.x @ world.priors.means

    def look(at):
        sigma, one, other, r = *np.exp(at[:3]), np.tanh(at[3])
        lam = np.array([[one, 0], [r * other, other * np.sqrt(1 - r * r)]]) / sigma
        v = vague + world.covariance([lam], sigma)
        root = np.linalg.cholesky(v)
        gap = np.linalg.solve(root, away)
        prior = stats.norm.logpdf(at[0], np.log(0.6), 0.4)
        prior += -0.5 * one**2 + at[1] - 0.5 * (other / 0.3) ** 2 + at[2]
        prior += 2 * np.log(1 - r * r)  # LKJ(2): (1 - r^2), and as much again for atanh
        return prior - 0.5 * gap @ gap - np.log(np.diagonal(root)).sum(), root, gap

    at = np.array([np.log(0.6), np.log(0.5), np.log(0.2), 0.0])
    here = look(at)
    kept = []
    for step in range(40_000):
        to = at + rng.normal(size=4) * [0.15, 0.4, 0.7, 0.5]
        there = look(to)
        if np.log(rng.random()) < there[0] - here[0]:
            at, here = to, there
        if step > 1000 and step % 10 == 0:
            gain = np.linalg.solve(here[1], world.x[:, 1] / world.priors.precisions[1])
            mean = world.priors.means[1] + gain @ here[2]
            kept.append((mean, 1 / world.priors.precisions[1] - gain @ gain, *np.exp(at[:3])))
    chain = np.array(kept)
    found = world.found()
    one = found.coefficient("within")
    sd = np.sqrt(chain[:, 1].mean() + chain[:, 0].var())
    assert one.mean == pytest.approx(chain[:, 0].mean(), abs=0.03 * sd)
    assert one.sd == pytest.approx(sd, rel=0.03)
    spreads = found.weights @ found.given.scales.spreads(0)
    assert spreads == pytest.approx(chain[:, 3:].mean(axis=0), rel=0.07)
    assert found.weights @ found.given.scales.sigma == pytest.approx(chain[:, 2].mean(), rel=0.02)


def test_without_groups_and_with_a_known_residual_it_is_the_textbooks_posterior():
    world = World(5)
    sure = before.Priors(world.priors.coefficients, (), before.LogNormal(0.7, 1e-4))
    found = posterior(nested.nested(world.x, world.y, []), sure, world.names)
    precision = world.x.T @ world.x / 0.49 + np.diag(sure.precisions)
    mean = np.linalg.solve(precision, world.x.T @ world.y / 0.49 + sure.precisions * sure.means)
    for place, name in enumerate(world.names):
        one = found.coefficient(name)
        assert one.mean == pytest.approx(mean[place], rel=1e-4)
        assert one.sd == pytest.approx(np.linalg.inv(precision)[place, place] ** 0.5, rel=1e-3)


def test_without_a_single_fact_it_is_the_prior():
    """Rows in which nothing is known but the intercept's outcome: the slope stays as it was."""
    world = World(6)
    world.x[:, 1] = 0.0
    found = world.found()
    assert found.contraction("within") == pytest.approx(0, abs=1e-9)
    one, prior = found.coefficient("within"), found.prior("within")
    assert one.quantile([0.05, 0.95]) == pytest.approx(prior.quantile([0.05, 0.95]), rel=1e-9)
    spread = found.spread_quantile(0, 1, [0.5])[0]
    assert spread == pytest.approx(0.3 * stats.halfnorm.ppf(0.5), rel=0.05)


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.sampled_from([1.0, 5.5, 1e4]), st.sampled_from([1, -1]))
def test_turning_and_stretching_the_outcome_with_its_norm_changes_nothing(seed, norm, sign):
    world = World(seed, parents=2)
    plain = world.found()
    other = World(seed, parents=2)
    other.y = sign * norm * other.y
    stretched = before.Priors(
        tuple(before.Normal(sign * norm * c.mean, norm * c.sd) for c in other.priors.coefficients),
        tuple(
            replace(level, spreads=tuple(before.HalfNormal(norm * s.scale) for s in level.spreads))
            for level in other.priors.levels
        ),
        before.LogNormal(norm * 0.6, 0.4),
    )
    other.priors = stretched
    turned = other.found()
    one, two = plain.coefficient("within"), turned.coefficient("within")
    assert two.mean / norm == pytest.approx(sign * one.mean, abs=1e-10)
    assert two.sd / norm == pytest.approx(one.sd, abs=1e-10)
    above = one.above(0.0) if sign > 0 else 1 - one.above(0.0)
    assert two.above(0.0) == pytest.approx(above, abs=1e-10)


def test_a_client_without_exposure_is_anybody_where_levels_and_slopes_do_not_go_together():
    world = World(12, clients=8, correlated=False)
    world.x[world.client == 0, 1] = 0.0
    found = world.found()
    own, anybody = found.own("within", group=0), found.anybody("within")
    share = [0.05, 0.5, 0.95]
    assert own.quantile(share) == pytest.approx(anybody.quantile(share), abs=1e-9)


@pytest.mark.slow
def test_worlds_of_known_truth_have_flat_ranks():
    """Simulation-based calibration: truth from the prior, its rank in the posterior uniform."""
    ranks = []
    for seed in range(300):
        world = World(1000 + seed, clients=10, each=5)
        found = world.found()
        own = world.truth["beta"][1] + world.truth["own"][0][2, 1]
        spread = np.linalg.norm(world.truth["own"][0], axis=0)  # only to look at something else
        assert np.isfinite(spread).all()
        scales = found.given.scales
        ranks.append(
            (
                float(found.coefficient("within").cdf(world.truth["beta"][1])),
                float(found.own("within", group=2).cdf(own)),
                float(found.weights @ (scales.sigma < world.truth["sigma"])),
            )
        )
    for values in np.array(ranks).T:
        assert stats.kstest(values, "uniform").pvalue > 0.01 / 3
    cover = (np.abs(np.array(ranks) - 0.5) < 0.45).mean(axis=0)
    assert cover == pytest.approx(0.9, abs=0.05)


@pytest.mark.parametrize(("exposed", "sd"), [(8, 0.19), (40, 0.112), (120, 0.077)])
def test_a_year_of_forty_clients_tells_as_much_as_was_said(exposed, sd):
    """800 sessions, so many of them with tears: the posterior SD that the page promises."""
    model = before.Priors(
        (before.INTERCEPT, before.EFFECT, before.BETWEEN, before.SCORE),
        (before.LevelPriors((before.CLIENT_LEVEL, before.CLIENT_SLOPE)),),
        before.RESIDUAL,
    )
    found = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        client = np.repeat(np.arange(40), 20)
        chance = rng.gamma(0.7, 1.0, 40)[client] + 1e-9
        shed = np.zeros(800)
        shed[rng.choice(800, exposed, replace=False, p=chance / chance.sum())] = 1
        mean, score = np.bincount(client, shed)[client] / 20, rng.normal(size=800)
        y = 0.2 * rng.normal(size=40)[client] + 0.15 * rng.normal(size=40)[client] * shed
        y += 0.6 * score + 0.6 * rng.normal(size=800)
        columns = np.column_stack([np.ones(800), shed - mean, mean, score])
        family = nested.nested(columns, y, [(client, [0, 1])])
        found.append(posterior(family, model, list("abcd")).coefficient("b").sd)
    assert np.mean(found) == pytest.approx(sd, rel=0.08)


def test_one_row_a_client_one_client_and_more_that_varies_than_rows_are_fitted():
    for shape in ({"clients": 9, "each": 1}, {"clients": 1}, {"clients": 2, "each": 1}):
        found = World(2, **shape).found()
        assert np.isfinite(found.coefficient("within").sd)
        assert found.accuracy.warning == ""


def test_what_does_not_fit_is_refused():
    world = World(1)
    with pytest.raises(BadInput, match="priors that do not fit"):
        posterior(world.family, replace(world.priors, levels=()), world.names)
    with pytest.raises(NoResult, match="no numbers"):
        posterior(
            replace(world.family, totals=world.family.totals * np.nan), world.priors, world.names
        )
    with pytest.raises(BadInput, match="no coefficient"):
        world.found().coefficient("shed")
    with pytest.raises(BadInput, match="no such group"):
        world.found().own("within", group=99)
    with pytest.raises(BadInput, match="a group in two groups"):
        nested.nested(
            np.ones((4, 1)),
            np.ones(4),
            [(np.array([0, 1, 0, 1]), [0]), (np.array([0, 0, 1, 1]), [0])],
        )
    with pytest.raises(BadInput, match="of no size"):
        before.Normal(0.0, 0.0)


def test_a_practice_is_quick():
    """30 clients, 300 sessions: 20 ms on a quiet machine; a wide margin here."""
    world = World(30, clients=30, each=10)
    family = world.family
    posterior(family, world.priors, world.names)
    start = time.perf_counter()
    posterior(family, world.priors, world.names)
    assert time.perf_counter() - start < 0.3
