"""The normal distribution against SciPy 1.15 or later, to the last digits and into the tails."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from scipy import special, stats

from lacrima.stats import mixtures, normal, places
from lacrima.stats.mixtures import Mixture, weighted_quantile


@pytest.mark.parametrize("module", [normal, mixtures])
def test_the_examples_in_the_docstrings_run(module):
    assert doctest.testmod(module).failed == 0


def test_probabilities_and_their_logarithms():
    x = np.concatenate([np.linspace(-37, 9, 20_001), np.linspace(-1e-3, 1e-3, 101)])
    assert normal.cdf(x) == pytest.approx(special.ndtr(x), rel=1e-12, abs=0)
    far = np.linspace(-1e4, 8, 20_001)
    assert normal.log_cdf(far) == pytest.approx(special.log_ndtr(far), rel=1e-12, abs=0)
    assert normal.log_density(x) == pytest.approx(stats.norm.logpdf(x), rel=1e-12)
    assert normal.cdf([-np.inf, np.inf]).tolist() == [0.0, 1.0]
    assert np.isnan(normal.cdf(np.nan))


def test_quantiles():
    p = np.concatenate([np.logspace(-300, -1, 3001), np.linspace(0.001, 0.999, 5001)])
    assert normal.quantile(p) == pytest.approx(special.ndtri(p), rel=1e-13, abs=1e-15)
    assert normal.quantile([0.0, 1.0]).tolist() == [-np.inf, np.inf]


def test_the_points_are_placed_by_students_distribution():
    share = np.linspace(1e-9, 1 - 1e-9, 999)
    assert places._student_quantile(share) == pytest.approx(stats.t.ppf(share, 4), rel=1e-9)
    x = np.linspace(-50, 50, 99)
    assert places._student_log_density(x) == pytest.approx(stats.t.logpdf(x, 4))


def test_a_mixture_is_what_its_parts_make_it():
    rng = np.random.default_rng(2)
    one = Mixture(rng.normal(size=9), rng.gamma(2.0, size=9), rng.dirichlet(np.ones(9)))
    share = np.array([1e-6, 0.05, 0.5, 0.95, 1 - 1e-6])
    assert one.cdf(one.quantile(share)) == pytest.approx(share, abs=1e-9)
    draws = rng.choice(9, 400_000, p=one.weights)
    values = rng.normal(one.means[draws], one.sds[draws])
    assert (one.mean, one.sd) == (
        pytest.approx(values.mean(), abs=0.02),
        pytest.approx(values.std(), abs=0.02),
    )
    assert one.above(0.3) == pytest.approx((values > 0.3).mean(), abs=0.005)
    assert one.inside(-0.1, 0.1) == pytest.approx((np.abs(values) < 0.1).mean(), abs=0.005)
    shifted = values + rng.normal(0, 0.7, values.size)
    assert one.above(0.3, bias_sd=0.7) == pytest.approx((shifted > 0.3).mean(), abs=0.005)


def test_parts_far_apart_have_quantiles_too():
    one = Mixture(np.array([-100.0, 100.0]), np.array([1e-3, 1e-3]), np.array([0.5, 0.5]))
    low, high = one.quantile([0.25, 0.75])
    assert (low, high) == (pytest.approx(-100, abs=0.01), pytest.approx(100, abs=0.01))


def test_weighted_values_have_quantiles():
    values, weights = np.array([3.0, 1.0, 2.0]), np.array([0.25, 0.5, 0.25])
    assert weighted_quantile(values, weights, [0.25, 0.625]).tolist() == [1.0, 2.0]
