"""A panel of known truth: its model holds row by row, and the same seed gives the same rows."""

from __future__ import annotations

import doctest
import json

import numpy as np
import pytest

from lacrima.analyses import simulated_panel
from lacrima.analyses.formula_reading import read_formula
from lacrima.analyses.model_columns import columns_of_arrays
from lacrima.analyses.model_table import model_table
from lacrima.analyses.simulated_panel import PanelTruth, simulate_panel
from lacrima.errors import OutOfRange


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(simulated_panel).failed == 0


def made(seed=1, clients=400, each=10, effect=0.3, shuffled=False, **other):
    truth = PanelTruth(seed, clients, each, therapists=8, clinics=2, effect=effect, **other)
    return simulate_panel(truth, shuffled=shuffled)


def rows_of(panel):
    return sorted(zip(*(panel.columns[name].tolist() for name in panel.columns), strict=True))


def test_the_same_seed_gives_the_same_rows_shuffled_or_not():
    plain, again, mixed, other = made(), made(), made(shuffled=True), made(seed=2)
    assert rows_of(plain) == rows_of(again) == rows_of(mixed) != rows_of(other)
    assert plain.columns["client"].tolist() == sorted(plain.columns["client"].tolist())
    assert mixed.columns["client"].tolist() != plain.columns["client"].tolist()


def test_there_are_exactly_as_many_sessions_as_asked_at_least_one_a_client():
    panel = made(clients=300, each=7)
    counts = np.bincount(panel.columns["client"])[1:]
    assert (counts.sum(), len(counts), counts.min() >= 1) == (2100, 300, True)
    assert counts.max() > 20
    assert made(clients=8, each=1).columns["session"].tolist() == [1] * 8


def test_each_therapist_has_one_clinic_and_each_client_one_therapist():
    columns = made().columns
    for inner, outer in (("client", "therapist"), ("therapist", "clinic")):
        pairs = set(zip(columns[inner].tolist(), columns[outer].tolist(), strict=True))
        assert len(pairs) == len(set(columns[inner].tolist()))
    assert not (columns["shed"] & columns["near"]).any()


def test_without_spread_the_next_score_is_what_the_model_says():
    """All spreads 0: the equation at the head of the file, up to the hundredth it is kept in."""
    still = dict.fromkeys(
        [
            "residual_sd", "client_sd", "therapist_sd", "clinic_sd", "level_with_tears",
            "client_slope_sd", "therapist_slope_sd", "clinic_slope_sd",
        ],
        0.0,
    )  # fmt: skip
    panel = made(effect=0.4, **still)
    truth, columns = panel.truth, panel.columns
    value = {n: columns[n] / (100 if n in panel.hundredths else 1) for n in columns}
    said = (
        truth.intercept
        + truth.score_carry * value["score"]
        + truth.first_carry * value["score_first"]
        + truth.log_session * np.log(value["session"])
        + 0.4 * value["shed"]
        + truth.client_tears_effect * value["ctears_first"]
        + truth.heavy_effect * value["heavy"]
        + truth.ending_effect * value["ending_announced"]
    )
    has_next = columns["client"][1:] == columns["client"][:-1]
    gap = value["score"][1:][has_next] - said[:-1][has_next]
    assert np.abs(gap).max() <= 0.005 + 1e-9
    assert columns["shed"].sum() > 50


def test_its_formula_and_order_can_be_read_and_give_a_full_table():
    panel = made(clients=60)
    told = json.loads(json.dumps(panel.as_json()))
    formula = read_formula(told["formula"])
    ids = [name for group in formula.named_groups() for name in group]
    names = [*formula.columns(), told["order"]]
    columns = columns_of_arrays(panel.columns, names=names, ids=ids)
    table = model_table(formula, columns, order=told["order"])
    assert table.rows_used == 600 - 60
    assert [level.name for level in table.levels] == ["client", "therapist", "clinic"]
    assert np.linalg.matrix_rank(table.fixed.columns) == len(table.fixed.names)


@pytest.mark.parametrize(
    "wrong",
    [
        {"clients": 0},
        {"therapists": 9},
        {"clinics": 5, "therapists": 4},
        {"effect": float("nan")},
        {"seed": -1},
        {"sessions_per_client": 100_000, "clients": 100_000},
    ],
)
def test_a_panel_that_cannot_be_is_refused(wrong):
    right = {
        "seed": 1, "clients": 8, "sessions_per_client": 5, "therapists": 2, "clinics": 1,
        "effect": 0.1,
    }  # fmt: skip
    with pytest.raises(OutOfRange):
        PanelTruth(**right | wrong)
