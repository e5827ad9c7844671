"""Ceilings and ordered answers: against exact sampling written here, and where they must agree.

The chains are Gibbs samplers by data augmentation (Chib 1992, Albert and Chib 1993), which know
nothing of Laplace's approximation: hidden values are drawn given all else, coefficients and what
clients have of their own given hidden values, spreads by slices of a fine grid.
"""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from scipy import stats

from lacrima.errors import BadInput, NoResult
from lacrima.stats import ceilings
from lacrima.stats import priors as before
from lacrima.stats.bayes import posterior
from lacrima.stats.ceiling_rows import censored, ordered, slopes_at
from lacrima.stats.ceilings import censored_posterior, ordered_posterior
from lacrima.stats.nested import nested

LEVEL = before.LevelPriors((before.CLIENT_LEVEL,))
PRIORS = before.Priors((before.Normal(0.0, 2.0), before.EFFECT), (LEVEL,), before.RESIDUAL)
NAMES = ["(Intercept)", "x"]


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(ceilings).failed == 0


def world(seed=1, clients=12, each=6, effect=0.4):
    rng = np.random.default_rng(seed)
    client = np.repeat(np.arange(clients), each)
    x = rng.normal(size=len(client))
    value = 0.3 + effect * x + 0.4 * rng.normal(size=clients)[client]
    return np.column_stack([np.ones(len(x)), x]), value + 0.6 * rng.normal(size=len(x)), client


def test_without_a_score_at_an_end_it_is_the_plain_posterior():
    columns, value, client = world()
    plain = posterior(nested(columns, value, [(client, [0])]), PRIORS, NAMES)
    for ends in ({}, {"high": 99.0}, {"low": -99.0}):
        found = censored_posterior(columns, value, client, [0], PRIORS, NAMES, **ends)
        assert found.share_at_end == 0
        for name in NAMES:
            one, other = found.coefficient(name), plain.coefficient(name)
            assert one.mean == pytest.approx(other.mean, abs=0.02 * other.sd)
            assert one.sd == pytest.approx(other.sd, rel=0.02)


def test_turning_the_scale_round_turns_the_answer_round():
    columns, value, client = world()
    up = censored_posterior(columns, np.minimum(value, 0.7), client, [0], PRIORS, NAMES, high=0.7)
    down = censored_posterior(
        columns, np.maximum(-value, -0.7), client, [0], PRIORS, NAMES, low=-0.7
    )
    assert down.coefficient("x").mean == pytest.approx(-up.coefficient("x").mean, abs=1e-7)
    assert down.share_at_end == up.share_at_end


def chain(columns, lower, upper, client, rng, steps=6000):
    """Draws of coefficients and spread where each hidden value lies between two borders."""
    n, p = columns.shape
    is_exact = lower == upper
    hidden = np.where(is_exact, upper, np.clip(0.5, lower, upper))
    sigma, spread = 0.6, 0.4
    both = np.concatenate([columns, np.eye(client.max() + 1)[client]], axis=1)
    grid_s, grid_t = np.exp(np.linspace(np.log(0.1), np.log(3), 150)), np.linspace(0.004, 2.2, 150)
    kept = []
    for step in range(steps):
        own = np.full(client.max() + 1, spread**-2)
        precision = both.T @ both / sigma**2
        precision += np.diag(np.concatenate([PRIORS.precisions, own]))
        root = np.linalg.cholesky(precision)
        mean = np.linalg.solve(precision, both.T @ hidden / sigma**2)
        drawn = mean + np.linalg.solve(root.T, rng.normal(size=len(mean)))
        eta = both @ drawn
        left = ((hidden - eta) ** 2).sum()
        logs = -n * np.log(grid_s) - left / (2 * grid_s**2)
        logs += stats.norm.logpdf(np.log(grid_s), np.log(0.6), 0.4)
        sigma = rng.choice(grid_s, p=shares(logs))
        size = (drawn[p:] ** 2).sum()
        logs = -len(own) * np.log(grid_t) - size / (2 * grid_t**2) - 0.5 * (grid_t / 0.5) ** 2
        spread = rng.choice(grid_t, p=shares(logs))
        low, high = ((border - eta) / sigma for border in (lower, upper))
        share = stats.norm.cdf(low) + rng.random(n) * (stats.norm.cdf(high) - stats.norm.cdf(low))
        values = eta + sigma * stats.norm.ppf(np.clip(share, 1e-15, 1 - 1e-15))
        hidden = np.where(is_exact, upper, values)
        if step >= 500:
            kept.append((*drawn[:p], sigma, spread))
    return np.array(kept)


def shares(logs):
    found = np.exp(logs - logs.max())
    return found / found.sum()


@pytest.mark.slow
def test_a_third_at_the_ceiling_is_what_a_long_chain_says():
    columns, value, client = world(seed=4)
    seen = np.minimum(value, 0.6)
    found = censored_posterior(columns, seen, client, [0], PRIORS, NAMES, high=0.6)
    assert 0.25 < found.share_at_end < 0.5
    upper = np.where(seen == 0.6, np.inf, seen)
    draws = chain(columns, seen, upper, client, np.random.default_rng(5))
    for place, name in enumerate(NAMES):
        one, sd = found.coefficient(name), draws[:, place].std()
        assert one.mean == pytest.approx(draws[:, place].mean(), abs=0.1 * sd)
        assert one.sd == pytest.approx(sd, rel=0.08)
        share = [0.05, 0.5, 0.95]
        assert one.quantile(share) == pytest.approx(
            np.quantile(draws[:, place], share), abs=0.2 * sd
        )


@pytest.mark.slow
def test_the_ceiling_costs_a_plain_model_its_effect_and_this_one_not():
    plain, ours = [], []
    for seed in range(25):
        columns, value, client = world(seed=seed, clients=25, each=8, effect=0.4)
        seen = np.minimum(value, 0.3)
        found = posterior(nested(columns, seen, [(client, [0])]), PRIORS, NAMES)
        plain.append(found.coefficient("x").mean)
        found = censored_posterior(columns, seen, client, [0], PRIORS, NAMES, high=0.3)
        ours.append(found.coefficient("x").mean)
    assert np.mean(plain) < 0.3
    assert np.mean(ours) == pytest.approx(0.4, abs=0.03)


def test_the_chance_to_leave_the_maximum_is_that_of_draws():
    columns, value, client = world(seed=2)
    found = censored_posterior(
        columns, np.minimum(value, 0.6), client, [0], PRIORS, NAMES, high=0.6
    )
    rng = np.random.default_rng(3)
    which = rng.choice(len(found.weights), 40_000, p=found.weights)
    beta = np.array(
        [rng.multivariate_normal(found.peaks.shared[i], found.peaks.covariance[i]) for i in which]
    )
    sigma, lam = found.scales.sigma[which], found.scales.lambdas[0][which, 0, 0]
    drawn = beta @ [1.0, 0.5] + sigma * lam * rng.normal(size=len(which))
    drawn += sigma * rng.normal(size=len(which))
    assert found.below([1.0, 0.5], 0.6) == pytest.approx((drawn < 0.6).mean(), abs=0.01)


def test_ordered_answers_are_what_a_great_many_draws_from_the_prior_say():
    """Twelve rows, three answers: importance sampling from the prior, 400,000 draws."""
    rng = np.random.default_rng(6)
    client = np.repeat(np.arange(4), 5)
    x = rng.normal(size=20)
    value = 0.8 * x + 0.3 * rng.normal(size=4)[client] + rng.normal(size=20)
    answer = np.digitize(value, [-0.4, 0.6])
    said = before.Priors((before.EFFECT,), (LEVEL,), before.RESIDUAL)
    found = ordered_posterior(x[:, None], answer, client, [0], said, ["x"], answers=3)
    m = 400_000
    steps = stats.norm.ppf([1 / 3, 2 / 3]) + 1.5 * rng.normal(size=(m, 2))
    effect, spread = 0.3 * rng.normal(size=m), 0.5 * np.abs(rng.normal(size=m))
    slopes = effect[:, None] + spread[:, None] * rng.normal(size=(m, 4))
    borders = np.concatenate([np.full((m, 1), -np.inf), steps, np.full((m, 1), np.inf)], axis=1)
    logs = np.where(steps[:, 0] < steps[:, 1], 0.0, -np.inf)
    with np.errstate(divide="ignore"):
        for row in range(20):
            eta = slopes[:, client[row]] * x[row]
            high = stats.norm.cdf(borders[:, answer[row] + 1] - eta)
            logs = logs + np.log(
                np.maximum(high - stats.norm.cdf(borders[:, answer[row]] - eta), 0)
            )
    weights = shares(logs)
    assert 1 / (weights**2).sum() > 1000
    mean = weights @ effect
    sd = np.sqrt(weights @ (effect - mean) ** 2)
    one = found.coefficient("x")
    assert one.mean == pytest.approx(mean, abs=0.1 * sd)
    assert one.sd == pytest.approx(sd, rel=0.07)
    chance = weights @ (steps[:, 1] > 0)  # only to see that the steps are about right
    step = found.weights @ stats.norm.cdf(
        found.peaks.shared[:, 1] / np.sqrt(found.peaks.covariance[:, 1, 1])
    )
    assert step == pytest.approx(chance, abs=0.05)
    assert 0 < found.below([0.0], 1) < found.below([0.0], 2) < 1


def test_derivatives_are_those_of_the_likelihood():
    rng = np.random.default_rng(1)
    low = rng.normal(size=(1, 40)) * 4
    u = low + rng.gamma(1.0, size=(1, 40))
    low[0, :5], u[0, 5:10] = -np.inf, np.inf
    exact = np.arange(40) >= 35
    at, h = slopes_at(u, low, exact), 1e-5

    def value(up, down):
        return slopes_at(u + up, low + down, exact).value

    by_u = (value(h, 0) - value(-h, 0)) / (2 * h)
    by_l = (value(0, h) - value(0, -h)) / (2 * h)
    by_ul = (value(h, h) - value(h, -h) - value(-h, h) + value(-h, -h)) / (4 * h**2)
    assert at.by_u == pytest.approx(by_u, rel=1e-5, abs=1e-6)
    assert at.by_l == pytest.approx(by_l, rel=1e-5, abs=1e-6)
    assert at.by_ul == pytest.approx(by_ul, rel=1e-2, abs=1e-4)
    moved = slopes_at(u + h, low, exact).by_u - slopes_at(u - h, low, exact).by_u
    assert at.by_uu == pytest.approx(moved / (2 * h), rel=1e-4, abs=1e-6)
    moved = slopes_at(u, low + h, exact).by_l - slopes_at(u, low - h, exact).by_l
    assert at.by_ll == pytest.approx(moved / (2 * h), rel=1e-4, abs=1e-6)


def test_far_out_nothing_is_lost():
    far = slopes_at(np.array([[60.0, -50.0]]), np.array([[50.0, -60.0]]), np.zeros(2, np.bool_))
    assert np.isfinite(far.value).all()
    assert far.value[0, 0] == pytest.approx(stats.norm.logsf(50), rel=1e-9)
    assert far.value[0, 1] == pytest.approx(far.value[0, 0], rel=1e-9)


def test_scores_that_say_nothing_are_refused_and_never_answered_by_priors_alone():
    columns, value, client = world()
    ends = np.where(value > 0, 1.0, -1.0)
    with pytest.raises(NoResult, match="every score at an end"):
        censored_posterior(columns, ends, client, [0], PRIORS, NAMES, low=-1.0, high=1.0)
    for score in (1.0, 0.3):
        same = np.full(len(value), score)
        with pytest.raises(NoResult, match="never differ"):
            censored_posterior(columns, same, client, [0], PRIORS, NAMES, high=1.0)
    for bad in (np.inf, -np.inf, np.nan):
        value[3] = bad
        with pytest.raises((BadInput, NoResult)):
            censored_posterior(columns, value, client, [0], PRIORS, NAMES)
    columns[0, 1] = np.inf
    with pytest.raises(BadInput, match="rows that do not fit"):
        censored_posterior(columns, np.minimum(ends, 2), client, [0], PRIORS, NAMES, high=2.0)


def test_what_cannot_be_is_refused():
    columns, value, client = world()
    with pytest.raises(BadInput, match="beyond the ends"):
        censored_posterior(columns, value, client, [0], PRIORS, NAMES, high=0.0)
    with pytest.raises(BadInput, match="without length"):
        censored(value, low=1.0, high=1.0)
    with pytest.raises(BadInput, match="nobody gave"):
        ordered(np.array([0, 2]), answers=3)
    with pytest.raises(BadInput, match="an answer that is none"):
        ordered(np.array([0, 1, 3]), answers=3)
    for varies, names in (([], NAMES), ([0, 1], NAMES), ([0], ["x"])):
        with pytest.raises(BadInput, match="do not fit"):
            censored_posterior(columns, value, client, varies, PRIORS, names)
    with pytest.raises(BadInput, match="no coefficient"):
        censored_posterior(columns, value, client, [0], PRIORS, NAMES).coefficient("z")
