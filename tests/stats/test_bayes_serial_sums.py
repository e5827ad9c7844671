"""The posterior with residuals that remember, from the sums of a model: against dense matrices.

Nothing here shares code with what it tests: each client's correlations are written out row by row.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from lacrima.stats import priors as before
from lacrima.stats.bayes_sums import posterior_of_sums
from lacrima.stats.model import INTERCEPT, Level, Model, Rows, whole, within
from lacrima.stats.sums import sums_of


def rows(seed=3, clients=24, each=8):
    rng = np.random.default_rng(seed)
    client = np.repeat(np.arange(clients), each)
    e = rng.normal(size=(clients, each))
    for at in range(1, each):
        e[:, at] += 0.6 * e[:, at - 1]
    shed = (rng.random(len(client)) < 0.2) * 1.0
    score = np.round(0.4 * rng.normal(size=clients)[client] + 0.3 * shed + 0.5 * e.ravel(), 1)
    return Rows(
        {"score": score, "shed": shed, "time": np.tile(np.arange(each), clients) + 20_000.0},
        {"client": client, "therapist": client // 8},
        np.tile(np.arange(1, each + 1) * 2 - (np.arange(each) > 3), clients),
    )


SHED = within("shed", "client")
FIXED = (INTERCEPT, SHED, whole("time"))
SUMS_MODELS = {
    "one level": Model("score", FIXED, (Level("client", (INTERCEPT, SHED)),)),
    "two levels": Model(
        "score", FIXED, (Level("client", (INTERCEPT, SHED)), Level("therapist", (INTERCEPT,)))
    ),
    "therapists only": Model(
        "score", FIXED, (Level("client", ()), Level("therapist", (INTERCEPT,)))
    ),
}


def said(model):
    usual = {
        "client": before.LevelPriors((before.CLIENT_LEVEL, before.CLIENT_SLOPE)),
        "therapist": before.LevelPriors((before.THERAPIST_LEVEL,)),
    }
    return lambda columns, levels, outcome: before.Priors(
        (before.INTERCEPT, before.EFFECT, before.Normal(0.0, 0.05)),
        tuple(usual[level.name] for level in levels),
        before.RESIDUAL,
        before.MEMORY,
    )


@pytest.mark.parametrize("kind", SUMS_MODELS)
def test_from_sums_it_is_the_posterior_of_the_rows_themselves(kind):
    """Dense matrices at the points themselves: density and coefficients."""
    data, model = rows(), SUMS_MODELS[kind]
    found = posterior_of_sums(sums_of(data, model, ar1=True), model, said(model)).found
    shed, client, time = data.columns["shed"], data.ids["client"], data.columns["time"]
    mean = np.array([shed[client == who].mean() for who in client])
    x = np.column_stack([np.ones(data.n), shed - mean, time - time.mean()])
    order = np.asarray(data.order, dtype=float)
    gap = np.abs(order[:, None] - order)
    is_same = client[:, None] == client
    best = np.argsort(found.weights)[-3:]
    logs = []
    for point in best:
        given = found.given
        v = np.where(is_same, given.scales.memory[point] ** gap, 0.0)
        for place, lam in enumerate(given.scales.lambdas):
            which = data.ids["therapist"] if lam.shape[1] == 1 else client
            z = x[:, : lam.shape[1]] @ lam[point]
            v = v + (z @ z.T) * (which[:, None] == which)
            assert place < 2
        v *= given.scales.sigma[point] ** 2
        vague = x @ np.diag(1 / found.priors.precisions) @ x.T
        away = data.columns["score"] - x @ found.priors.means
        logs.append(stats.multivariate_normal.logpdf(away, cov=v + vague))
        gain = np.linalg.solve(v + vague, x / found.priors.precisions)
        place = found.names.index(SHED.name)
        assert found.coefficient(SHED.name).means[point] == pytest.approx(
            found.priors.means[place] + gain[:, place] @ away, abs=1e-6
        )
    ours = (found.given.log_density - found.given.scales.log_prior)[best]
    assert np.diff(ours) == pytest.approx(np.diff(logs), abs=1e-6)
    assert 0.3 < found.memory_quantile([0.5])[0] < 0.8


def test_own_values_of_groups_above_come_again_where_they_were_not_kept(monkeypatch):
    data, model = rows(), SUMS_MODELS["two levels"]
    sums = sums_of(data, model, ar1=True)
    kept = posterior_of_sums(sums, model, said(model))
    assert kept.found.given.passed[0] is not None
    monkeypatch.setattr("lacrima.stats.nested.KEPT_CELLS", 0)
    monkeypatch.setattr("lacrima.stats.passing.CELLS_AT_ONCE", 500)
    again = posterior_of_sums(sums, model, said(model))
    assert again.found.given.passed[0] is None
    for level, group in ((0, 11), (1, 2)):
        one, other = (each.own(INTERCEPT.name, group, level=level) for each in (kept, again))
        assert other.means == pytest.approx(one.means, abs=1e-9)
        assert other.sds == pytest.approx(one.sds, rel=1e-9)
