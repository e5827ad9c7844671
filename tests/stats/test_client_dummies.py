"""The regression inside clients: as with dummies, as a paired t test; shifts; a hidden factor."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lacrima.errors import BadInput, NoResult
from lacrima.stats.circular_shifts import shift_test_inside
from lacrima.stats.client_dummies import inside_clients
from lacrima.stats.hidden_factor import _bias, times_as_strong
from lacrima.stats.returning import return_weights


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 12))
def test_it_is_ordinary_least_squares_with_a_dummy_a_client(seed: int, clients: int) -> None:
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(clients), 6)
    columns = rng.normal(size=(len(groups), 3))
    outcome = rng.normal(size=len(groups)) + groups
    dummies = np.column_stack([columns, np.eye(clients)[groups]])
    expected = np.linalg.lstsq(dummies, outcome, rcond=None)[0][0]
    assert inside_clients(outcome, columns, groups).estimate == pytest.approx(expected, abs=1e-9)


def test_with_two_sessions_a_client_it_is_the_paired_t_test() -> None:
    rng = np.random.default_rng(3)
    gaps = rng.normal(0.3, 1.0, 9)
    groups, shed = np.repeat(np.arange(9), 2), np.tile([0.0, 1.0], 9)
    outcome = np.where(shed == 1, np.repeat(gaps, 2), 0.0)
    found = inside_clients(outcome, shed[:, None], groups)
    assert found.estimate == pytest.approx(gaps.mean())
    assert found.se == pytest.approx(gaps.std(ddof=1) / 3)
    assert found.df == pytest.approx(8.0)


def test_weights_of_one_change_nothing_and_whole_ones_repeat_rows() -> None:
    rng = np.random.default_rng(4)
    groups, x, y = np.repeat(np.arange(6), 5), rng.normal(size=(30, 2)), rng.normal(size=30)
    by = rng.integers(1, 4, 30)
    repeated = np.repeat(np.arange(30), by)
    one = inside_clients(y, x, groups, weights=by.astype(float)).estimate
    other = inside_clients(y[repeated], x[repeated], groups[repeated]).estimate
    assert one == pytest.approx(other, abs=1e-10)
    same = inside_clients(y, x, groups, weights=np.ones(30))
    assert same.se == pytest.approx(inside_clients(y, x, groups).se)


def test_what_differs_inside_nobody_is_no_result() -> None:
    groups = np.repeat(np.arange(4), 3)
    with pytest.raises(NoResult):
        inside_clients(np.arange(12.0), (groups > 1).astype(float)[:, None], groups)


def test_the_corrected_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    groups = np.repeat(np.arange(15), 10)
    held = 0
    for _ in range(300):
        shed = (rng.random(150) < 0.08).astype(float)
        slopes = rng.normal(0, 0.3, 15)
        y = rng.normal(size=15)[groups] + slopes[groups] * shed + rng.normal(0, 0.6, 150)
        low, high = inside_clients(y, shed[:, None], groups).interval(0.90)
        held += low <= 0 <= high
    assert 0.86 <= held / 300 <= 0.96


def test_the_shift_test_is_silent_without_and_speaks_with_a_difference() -> None:
    rng = np.random.default_rng(6)
    groups, shed = np.repeat(np.arange(20), 20), (rng.random(400) < 0.1).astype(float)
    noise, nothing = rng.normal(0, 0.6, 400), np.zeros((400, 0))
    used = np.ones(400, bool)
    silent = shift_test_inside(noise, shed, nothing, groups, is_used=used)
    spoken = shift_test_inside(noise + 0.8 * shed, shed, nothing, groups, is_used=used)
    assert silent[1] > 0.1
    assert spoken[1] < 0.01
    assert spoken[0] == pytest.approx(0.8, abs=0.25)


def test_sensemakr_s_numbers_come_out() -> None:
    """Cinelli and Hazlett 2020, table of the Darfur example: estimate .097, SE .0232, 783 df;
    female: partial R2 with exposure .00908, with outcome .1091; bounds at 1, 2 and 3 times.
    """
    adjusted = [0.0973 - _bias(k, 0.0232, 783, 0.00908, 0.1091) for k in (1, 2, 3)]
    assert adjusted == pytest.approx([0.0752, 0.0529, 0.0304], abs=6e-4)
    times = times_as_strong(0.0973, 0.0232, 783, with_exposure=0.00908, with_outcome=0.1091)
    assert times is not None
    assert 4.0 < times < 4.6


def test_a_factor_that_says_nothing_is_no_yardstick() -> None:
    assert times_as_strong(0.2, 0.1, 100, with_exposure=0.0, with_outcome=0.2) is None
    with pytest.raises(BadInput):
        times_as_strong(0.2, 0.1, 100, with_exposure=1.0, with_outcome=0.2)


def test_weights_of_whoever_came_add_up_to_everybody() -> None:
    rng = np.random.default_rng(7)
    x = rng.normal(size=(2_000, 2))
    came = rng.random(2_000) < 1 / (1 + np.exp(-(1 + x[:, 0])))
    weights = return_weights(x, came)
    assert (weights[~came] == 0).all()
    assert weights[came].mean() == pytest.approx(1.0, abs=0.05)
    assert np.average(x[came, 0], weights=weights[came]) == pytest.approx(x[:, 0].mean(), abs=0.05)
