"""Each check speaks in a simulated practice where it must, and is silent where nothing is wrong.

A few seeds here; `benchmarks/after_checks_speak.py` asks over many.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lacrima.analyses.after_check import Check
from lacrima.analyses.after_checks import IN_ORDER, all_checks
from lacrima.analyses.after_inside import pairs_of
from lacrima.analyses.after_model import Exposure
from lacrima.analyses.after_simulated import World, simulate_after
from lacrima.analyses.after_states import State
from lacrima.analyses.what_came_after import Answer, what_came_after

SEEDS = (1, 2, 3)
LARGE = {"clients": 120, "exposed": 300.0}
BY_NAME = {check.__name__: check for check in IN_ORDER}


def answers(**true: float) -> list[Answer]:
    worlds = [World(seed, **(LARGE | true)) for seed in SEEDS]  # type: ignore[arg-type]
    return [what_came_after(simulate_after(world), Exposure.SHED) for world in worlds]


def loud(name: str, **true: float) -> int:
    """In how many of three practices this check speaks."""
    return sum(BY_NAME[name](answer).is_loud for answer in answers(**true))


SPEAKS = {
    "wholly_held_back": {"hidden_pull": 1.5, "hidden_effect": -0.6},
    "unnoticed": {"hidden_pull": 1.5, "hidden_effect": -0.8},
    "hidden_factor": {"hidden_pull": 1.0, "hidden_effect": -0.4, "exposed": 150.0},
    "staying_away": {"away_shed": 0.4, "away": 0.02},
    "informative": {"often_effect": -0.4},
    "leave_one_out": {"outlier": -12.0, "exposed": 150.0, "clients": 20},
    "rated_after": {"rating_shift": 2.5, "heavy_effect": -0.5},
    "previous": {"carry_effect": -1.5, "clustered": 3.0},
    "priors": {"clients": 30, "exposed": 14.0, "effect": -1.5},
    "dummies": {"clients": 30, "exposed": 14.0, "effect": -2.0},
}


@pytest.mark.parametrize("name", SPEAKS)
def test_a_check_speaks_where_it_must(name: str) -> None:
    assert loud(name, **SPEAKS[name]) >= 2


@pytest.mark.parametrize("name", SPEAKS)
def test_a_check_is_silent_where_nothing_is_wrong(name: str) -> None:
    assert loud(name) <= 1


def test_a_large_difference_needs_a_strong_hidden_factor() -> None:
    assert loud("hidden_factor", effect=-1.0) == 0


def test_two_looks_describe_and_are_never_loud() -> None:
    for answer in answers(hidden_pull=1.5, hidden_effect=-0.6, answers=1.0):
        for name in ("before_it", "later_exposure"):
            assert not BY_NAME[name](answer).is_loud


def test_tears_that_answer_to_the_score_show_in_the_session_after() -> None:
    found = [BY_NAME["later_exposure"](answer) for answer in answers(answers=1.5)]
    assert all(one.value is not None and one.value < -0.1 for one in found)


def test_weights_bring_back_what_staying_away_took() -> None:
    """Who is worse stays away: those who come look better than all would."""
    for answer in answers(effect=-0.5, away=0.1, away_low=1.0):
        check = BY_NAME["staying_away"](answer)
        assert check.value is not None
        assert "have no next score" in str(check.sentence)


def test_the_shift_of_sessions_speaks_of_a_leaning_that_order_could_do() -> None:
    answer = answers(effect=-0.8)[0]
    check = BY_NAME["shifts"](answer)
    assert check.value is not None
    assert check.value < 0.02
    assert not check.is_loud
    leaning = replace(answers()[0], state=State.LEANS)
    assert BY_NAME["shifts"](leaning).is_loud == (BY_NAME["shifts"](leaning).value > 0.1)


def test_the_plain_regression_and_matched_sessions_agree_with_the_model() -> None:
    for answer in answers(effect=-0.5):
        for name in ("dummies", "matched", "memory"):
            check = BY_NAME[name](answer)
            assert check.low is not None
            assert check.high is not None
            assert check.low < -0.5 < check.high or abs((check.value or 0) + 0.5) < 0.2


def test_pairs_are_of_one_client_and_each_has_one_session_with_it() -> None:
    table = simulate_after(World(4))
    for pair in pairs_of(table, "shed"):
        assert table.client.codes[pair.with_it] == table.client.codes[pair.without]
        assert (table.columns["shed"][pair.with_it], table.columns["shed"][pair.without]) == (1, 0)


def test_too_early_has_no_checks_since_they_would_say_a_direction() -> None:
    assert all_checks(what_came_after(simulate_after(World(1, clients=4)), Exposure.SHED)) == ()


def test_every_check_has_a_number_or_a_reason_and_one_sentence() -> None:
    answer = answers()[0]
    for check in all_checks(answer):
        assert isinstance(check, Check)
        assert str(check.sentence).endswith(".")
        told = check.as_json()
        assert set(told) == {"name", "value", "low", "high", "sentence", "is_loud"}
        assert all(value is None or np.isfinite(value) for value in (check.value, check.low))
    assert len({check.name for check in all_checks(answer)}) == len(IN_ORDER)
