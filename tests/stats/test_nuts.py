"""Posteriors against NUTS: golden/nuts.json, made by numpyro with golden/nuts.py beside it.

Four chains of 5,000 draws a case. Ours may differ by four Monte Carlo errors and by a share of a
posterior standard deviation that is stated here, beside what was measured (4 chains, 2026).

What is normal given the hyperparameters is exact: coefficients and clients' own differed by at most
0.03 SD in their means (Monte Carlo error 0.01), spreads, residual and memory, which come from a
few hundred points, by 0.03 (their quantiles by 0.2 at most). Laplace's approximation adds little
once peaks are moved to where the means are: coefficients and steps by 0.02 SD in their means with
half of 240 scores at the ceiling, with 60 % of 40, and with four answers; without that by 0.18.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lacrima.stats import priors as before
from lacrima.stats.bayes import posterior
from lacrima.stats.ceilings import CeilingPosterior, censored_posterior, ordered_posterior
from lacrima.stats.mixtures import Mixture, weighted_quantile
from lacrima.stats.nested import nested

GOLDEN = json.loads((Path(__file__).parent / "golden" / "nuts.json").read_text("utf-8"))
SHARES = GOLDEN["shares"]
COEFFICIENTS = {
    "(Intercept)": before.INTERCEPT,
    "shed": before.EFFECT,
    "between": before.BETWEEN,
    "score": before.SCORE,
}
ROW = [1.0, 0.5, 0.2, 0.1]  # as in golden/nuts.py

EXACT, POINTS = 0.05, 0.2
CHANCE = 0.002  # of leaving the maximum, a probability


def ours(name):
    case = GOLDEN["cases"][name]
    varies, names = case["varies"], case["names"]
    columns, outcome = np.array(case["columns"]), np.array(case["outcome"])
    client = np.array(case["client"])
    scales = (before.CLIENT_LEVEL, before.CLIENT_SLOPE)[: len(varies)]
    is_serial = name == "serial"
    said = before.Priors(
        tuple(COEFFICIENTS[each] for each in names),
        (before.LevelPriors((before.CLIENT_SLOPE,) if "answers" in case else scales),),
        before.RESIDUAL,
        before.MEMORY if is_serial else None,
    )
    if "answers" in case:
        rule = (columns, outcome, client, varies, said, names)
        return ordered_posterior(*rule, answers=case["answers"])
    if "high" in case:
        return censored_posterior(columns, outcome, client, varies, said, names, high=case["high"])
    session = np.array(case["session"]) if is_serial else None
    return posterior(nested(columns, outcome, [(client, varies)], session=session), said, names)


def summary(found, case, key):
    """Mean, sd and quantiles of what the golden file calls `key`."""
    word, *rest = key.split(" ")
    if word in {"own", "step"} or key in case["names"]:
        one = mixture(found, word, rest, key)
        return np.array([one.mean, one.sd, *one.quantile(SHARES)])
    scales = found.scales if isinstance(found, CeilingPosterior) else found.given.scales
    values = {"sigma": scales.sigma, "rho": scales.memory}.get(word)
    if word == "spread":
        values = scales.spreads(0)[:, case["varies"].index(case["names"].index(rest[0]))]
    mean = found.weights @ values
    sd = np.sqrt(found.weights @ (values - mean) ** 2)
    return np.array([mean, sd, *weighted_quantile(values, found.weights, SHARES)])


def mixture(found, word, rest, key):
    if word == "own":
        return found.own(rest[0], group=int(rest[1]))
    if word == "step":
        at = int(rest[0]) - 1
        sds = np.sqrt(found.peaks.covariance[:, at, at])
        return Mixture(found.peaks.shared[:, at], sds, found.weights)
    return found.coefficient(key)


@pytest.mark.parametrize("name", GOLDEN["cases"])
def test_it_is_what_nuts_says(name):
    case, found = GOLDEN["cases"][name], ours(name)
    assert case["diverging"] == 0
    assert found.accuracy.warning == ""
    for key, gold in case["found"].items():
        if key == "leaves the maximum":
            chance = found.below(ROW[: len(case["names"])], case["high"])
            assert chance == pytest.approx(gold["mean"], abs=CHANCE + 4 * gold["errors"]["mean"])
            continue
        is_point = key.split(" ")[0] in {"spread", "sigma", "rho"}
        share = POINTS if is_point else EXACT
        expected = np.array([gold["mean"], gold["sd"], *gold["quantiles"]])
        errors = gold["errors"]
        allowed = 4 * np.array([errors["mean"], errors["sd"], *errors["quantiles"]])
        gaps = np.abs(summary(found, case, key) - expected)
        assert (gaps <= share * gold["sd"] + allowed).all(), (key, gaps / gold["sd"])


def test_nuts_itself_drew_enough():
    """Else the tolerance would be Monte Carlo error, and nothing would be tested."""
    assert GOLDEN["chains"] * GOLDEN["draws_a_chain"] == 20_000
    for case in GOLDEN["cases"].values():
        for gold in case["found"].values():
            assert gold["errors"]["mean"] < 0.02 * gold["sd"]
            assert max(gold["errors"]["quantiles"]) < 0.04 * gold["sd"]
