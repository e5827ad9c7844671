"""How many more sessions: against brute force, and blind to what was observed."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from lacrima.errors import BadInput
from lacrima.stats import preposterior
from lacrima.stats import priors as before
from lacrima.stats.bayes import posterior
from lacrima.stats.nested import nested
from lacrima.stats.preposterior import HowMany, expected_contraction, how_many

LEVEL = before.LevelPriors((before.CLIENT_LEVEL, before.CLIENT_SLOPE))
PRIORS = before.Priors((before.INTERCEPT, before.EFFECT), (LEVEL,), before.RESIDUAL)


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(preposterior).failed == 0


def practice(clients, seed=1, share=0.1, outcome=0.0):
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(clients), 10)
    shed = (rng.random(len(codes)) < share) * 1.0
    y = outcome * shed + rng.normal(size=len(codes)) * abs(outcome)
    return nested(np.column_stack([np.ones(len(codes)), shed]), y, [(codes, [0, 1])])


def test_it_is_the_mean_over_the_priors_of_what_matrices_say():
    family, rng = practice(8), np.random.default_rng(2)
    found = expected_contraction(family, PRIORS, 1, [1.0])[0]
    expected = []
    for _ in range(20_000):
        sigma = 0.6 * np.exp(0.4 * rng.normal())
        one, other = np.abs(rng.normal(size=2)) * [0.5, 0.3]
        r = 2 * rng.beta(2, 2) - 1
        covariance = np.array([[one**2, r * one * other], [r * one * other, other**2]])
        precision = np.diag(PRIORS.precisions)
        for rows in family.sz[:, :, :2]:
            precision = precision + np.linalg.solve(sigma**2 * np.eye(2) + rows @ covariance, rows)
        expected.append(1 - np.linalg.inv(precision)[1, 1] / 0.09)
    assert found == pytest.approx(np.mean(expected), abs=0.005)


def test_the_outcome_has_no_say():
    plain, loud = practice(8), practice(8, outcome=5.0)
    assert how_many(plain, PRIORS, 1) == how_many(loud, PRIORS, 1)


def test_with_so_many_times_as_many_clients_the_contraction_is_there():
    family = practice(5)
    found = how_many(family, PRIORS, 1, contraction=0.6)
    assert found.times is not None
    there = expected_contraction(family, PRIORS, 1, [found.times])[0]
    assert there == pytest.approx(0.6, abs=1e-4)
    rising = expected_contraction(family, PRIORS, 1, [0.5, 1, 2, 4, 8])
    assert (np.diff(rising) > 0).all()


def test_it_is_near_what_a_practice_of_that_size_then_knows():
    codes = np.repeat(np.arange(60), 10)
    rng = np.random.default_rng(5)
    shed = (rng.random(600) < 0.1) * 1.0
    own = rng.normal(size=(60, 2)) * [0.35, 0.2]
    y = own[codes, 0] + (0.2 + own[codes, 1]) * shed + 0.6 * rng.normal(size=600)
    family = nested(np.column_stack([np.ones(600), shed]), y, [(codes, [0, 1])])
    after = posterior(family, PRIORS, ["(Intercept)", "shed"]).contraction("shed")
    assert expected_contraction(family, PRIORS, 1, [1.0])[0] == pytest.approx(after, abs=0.08)


def test_nobody_exposed_is_said():
    family = practice(8, share=0.0)
    found = how_many(family, PRIORS, 1)
    assert (found.times, found.more(12)) == (None, None)
    assert "nothing in these sessions" in found.why


def test_enough_is_enough():
    assert how_many(practice(300), PRIORS, 1) == HowMany(1.0, pytest.approx(0.95, abs=0.05), "")
    assert HowMany(1.0, 0.9).more(40) == 0


def test_what_cannot_be_asked_is_refused():
    for place, times in ((5, [1.0]), (1, [0.0]), (1, [float("nan")])):
        with pytest.raises(BadInput):
            expected_contraction(practice(3), PRIORS, place, times)
    with pytest.raises(BadInput):
        how_many(practice(3), PRIORS, 1, contraction=1.0)
