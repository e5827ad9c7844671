"""A formula's posterior as a value: it says itself, serialises, and knows every client."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lacrima.analyses.bayes_effects import bayes_effects
from lacrima.analyses.formula_reading import read_formula
from lacrima.analyses.model_columns import columns_of_arrays
from lacrima.errors import BadInput, NoResult

FORMULA = read_formula("score ~ within(shed, client) + (1 + within(shed, client) | client)")
SHED = "within(shed, client)"


@pytest.fixture(scope="module")
def found():
    rng = np.random.default_rng(4)
    client = np.repeat([f"R {number}" for number in range(12)], 10)
    shed = np.where(client == "R 3", 0, rng.random(120) < 0.3) * 1.0
    score = 0.5 * shed + 0.4 * rng.normal(size=12).repeat(10) + 0.5 * rng.normal(size=120)
    arrays = {"client": client.astype(object), "shed": shed, "score": score}
    columns = columns_of_arrays(arrays, names=FORMULA.columns(), ids=["client"])
    return bayes_effects(FORMULA, columns, norm_sd=1.0)


def test_it_says_itself(found):
    said = found.sentence(SHED)
    assert said.startswith("Per unit of within(shed, client), score differs by 0.")
    assert "before these 120 rows it was 0, give or take 0.3" in said
    assert "Posterior, 120 of 120 rows" in str(found)


def test_it_serialises(found):
    told = json.loads(json.dumps(found.as_json(), allow_nan=False))
    assert [one["name"] for one in told["coefficients"]] == ["(Intercept)", SHED]
    assert told["groups"][0]["n"] == 12


def test_every_client_has_a_posterior_by_the_id_of_the_table(found):
    mean = found.found.found.coefficient(SHED).mean
    own = {f"R {number}": found.own(SHED, f"R {number}") for number in range(12)}
    assert np.mean([one.mean for one in own.values()]) == pytest.approx(mean, abs=0.05)
    widest = max(own, key=lambda name: own[name].sd)
    assert widest == "R 3"  # never exposed
    with pytest.raises(NoResult):
        found.own(SHED, "R 99")


def test_a_third_of_the_forms_deleted_leaves_the_share_of_exposed_sessions():
    """Means run over all sessions; only the outcome is missing."""
    rng = np.random.default_rng(7)
    client = np.repeat(np.arange(20), 15)
    shed = (rng.random(300) < 0.2) * 1.0
    score = rng.normal(size=300)
    gone = np.where(rng.random(300) < 0.3, np.nan, score)
    formula = read_formula("score ~ between(shed, client) + (1 | client)")
    for outcome in (score, gone):
        arrays = {"client": client, "shed": shed, "score": outcome}
        columns = columns_of_arrays(arrays, names=formula.columns(), ids=["client"])
        sums = bayes_effects(formula, columns, norm_sd=1.0).sums
        assert sums.total[:, 0].sum() == shed.sum()
        assert sums.count[:, 0].sum() == 300


def test_what_makes_no_sense_is_refused(found):
    with pytest.raises(BadInput):
        found.sentence("shed")
    with pytest.raises(BadInput):
        bayes_effects(FORMULA, {}, norm_sd=0.0)
