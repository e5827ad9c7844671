"""A mixture of normal distributions: the loop and its NumPy twin, and quantiles that come back."""

from __future__ import annotations

import numpy as np

from lacrima.stats.mixtures import Mixture, below_plainly
from lacrima.stats.mixtures_compiled import below


def parts() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    chance = np.random.default_rng(5)
    return chance.normal(0, 3, 40), chance.uniform(0.01, 4, 40), chance.dirichlet(np.ones(40))


def test_the_loop_and_its_numpy_twin_agree() -> None:
    places = np.array([-30.0, -2.0, 0.0, 0.3, 5.0, 40.0])
    assert np.allclose(
        below(places, *parts()), below_plainly(places, *parts()), rtol=1e-12, atol=1e-300
    )


def test_below_a_quantile_lies_its_share() -> None:
    mixed, shares = Mixture(*parts()), np.array([1e-6, 0.05, 0.5, 0.95, 1 - 1e-6])
    assert np.allclose(mixed.cdf(mixed.quantile(shares)), shares, rtol=1e-9)
