"""Leaving out a client, or taking other priors, at points that are there: as good as fitting."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lacrima.analyses.after_again import middles_with, middles_without
from lacrima.analyses.after_model import Design, Fitted, fitted
from lacrima.analyses.after_simulated import World, simulate_after
from lacrima.errors import BadInput
from lacrima.stats import priors as before
from lacrima.stats.bayes import posterior
from lacrima.stats.leaving_out import Again, Own, own_of
from lacrima.stats.nested import nested

DESIGN = Design.of("shed")


def fit_of(**true: float) -> Fitted:
    return fitted(simulate_after(replace(World(1), **true)), DESIGN)


@pytest.mark.parametrize(
    "true",
    [{}, {"clients": 12, "exposed": 40.0}, {"clients": 20, "exposed": 150.0, "outlier": -12.0}],
    ids=["usual", "few", "one-stands-out"],
)
def test_without_a_client_it_says_what_a_fit_without_that_client_says(
    true: dict[str, float],
) -> None:
    fit = fit_of(**true)
    table = fit.table
    counts = np.bincount(table.client.codes[table.is_used & (table.columns["shed"] > 0)])
    codes = np.argsort(-counts)[:3].tolist()
    fresh = [
        fitted(table.where(table.client.codes != code), DESIGN).interval()[1] for code in codes
    ]
    assert middles_without(fit, codes) == pytest.approx(fresh, abs=1.5e-3)
    assert max(abs(one - fit.interval()[1]) for one in fresh) > 3e-3


def test_with_other_priors_it_says_what_a_fit_with_them_says() -> None:
    fit = fit_of(clients=30, exposed=14.0, effect=-1.5)
    others = [replace(DESIGN, effect_sd=0.6), replace(DESIGN, slope_sd=0.15)]
    others.append(replace(DESIGN, effect_sd=0.15))
    fresh = [fitted(fit.table, one).interval()[1] for one in others]
    assert middles_with(fit, others) == pytest.approx(fresh, abs=6e-3)
    assert max(abs(one - fit.interval()[1]) for one in fresh) > 0.1


def test_without_a_client_the_spreads_are_those_of_a_fit_without_that_client() -> None:
    fit = fit_of(clients=15, exposed=40.0, sessions=12)
    again, level = Again(fit.posterior), fit.effects.found.levels[0]
    (own,) = own_of(fit.effects.sums, fit.effects.asked.model, [0])
    found = again.without(own)
    word = fit.effects.asked.labels["client"][level.ids[0]]
    keep = fit.table.client.codes != fit.table.client.levels.index(word)
    fresh = fitted(fit.table.where(keep), DESIGN).posterior
    assert found is not None
    for term in (0, 1):
        once, anew = (one.spread_quantile(0, term, [0.5])[0] for one in (found, fresh))
        assert once == pytest.approx(anew, abs=0.01)
    sd = [one.coefficient(DESIGN.term).sd for one in (found, fresh)]
    assert sd[0] == pytest.approx(sd[1], rel=0.02)


def test_where_few_points_would_carry_it_nothing_is_returned() -> None:
    fit = fit_of(clients=20, exposed=150.0, outlier=-12.0)
    very = replace(DESIGN, slope_sd=0.02)
    priors = fitted(fit.table, very).posterior.priors
    assert Again(fit.posterior).with_priors(priors) is None


def test_groups_in_groups_are_refused() -> None:
    rng = np.random.default_rng(1)
    clients, therapists = np.repeat(np.arange(12), 5), np.repeat(np.arange(3), 20)
    family = nested(np.ones((60, 1)), rng.normal(size=60), [(clients, [0]), (therapists, [0])])
    level = before.LevelPriors((before.CLIENT_LEVEL,))
    said = before.Priors((before.INTERCEPT,), (level, level), before.RESIDUAL)
    found = Again(posterior(family, said, ["(Intercept)"]))
    with pytest.raises(BadInput, match="groups in groups"):
        found.without(Own(0, np.zeros((2, 2)), 5.0))
