"""Each check speaks in a simulated practice where it must, and is silent where nothing is wrong.

A few seeds here; `benchmarks/after_checks_speak.py` asks over many.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

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
BEING_WORSE = {"answers": 1.5, "sessions": 5, "clients": 240, "exposed": 600.0}


def answers(**true: float) -> tuple[Answer, ...]:
    return _answers(tuple(sorted(true.items())))


@cache
def _answers(true: tuple[tuple[str, float], ...]) -> tuple[Answer, ...]:
    worlds = [replace(World(seed), **(LARGE | dict(true))) for seed in SEEDS]
    return tuple(what_came_after(simulate_after(world), Exposure.SHED) for world in worlds)


def loud(name: str, **true: float) -> int:
    """In how many of three practices this check speaks."""
    return sum(BY_NAME[name](answer).is_loud for answer in answers(**true))


SPEAKS = {
    "wholly_held_back": {"hidden_pull": 1.5, "hidden_effect": -0.6},
    "unnoticed": {"hidden_pull": 1.5, "hidden_effect": -0.8},
    "hidden_factor": {"hidden_pull": 1.0, "hidden_effect": -0.4, "exposed": 150.0},
    "staying_away": {"away_shed": 0.4, "away": 0.02},
    "matched": BEING_WORSE,
    "dummies": {"clients": 30, "exposed": 14.0, "effect": -2.0},
    "shifts": BEING_WORSE,
    "leave_one_out": {"outlier": -12.0, "exposed": 150.0, "clients": 20},
    "one_therapist_out": {"therapists": 6, "therapist_outlier": -2.0},
    "informative": {"often_effect": -0.4},
    "previous": {"carry_effect": -1.5, "clustered": 3.0},
    "memory": {"memory": 0.6, "clustered": 2.0, "answers": 1.0},
    "client_voice": {"heard": 0.8, "seen": 0.5, "seen_effect": -0.8},
    "order_unknown": {
        "together": 3.0, "order_unknown": 0.8, "client_first": 0.0, "first_effect": -0.8,
    },
    "priors": {"clients": 30, "exposed": 14.0, "effect": -1.5},
    "rated_after": {"rating_shift": 2.5, "heavy_effect": -0.5},
}  # fmt: skip
"""Where each check must speak."""

SILENT: dict[str, dict[str, float]] = {
    "shifts": {"effect": -0.6},
    "one_therapist_out": {"therapists": 6},
    "client_voice": {"heard": 0.8, "seen": 0.95},
    "order_unknown": {"together": 3.0, "order_unknown": 0.8},
}
"""Where nothing is wrong, and there is what the check needs; else nothing is added."""

TEMPTED = {
    "before_it": {"answers": 1.5, "clustered": 1.0},
    "later_exposure": {"answers": 1.5},
}
"""Where two that only describe differ from nought, and must not speak all the same."""


def test_every_check_has_a_practice_in_which_it_must_speak_or_never_may() -> None:
    assert set(SPEAKS) | set(TEMPTED) == set(BY_NAME)
    assert not set(SPEAKS) & set(TEMPTED)


@pytest.mark.parametrize("name", SPEAKS)
def test_a_check_speaks_where_it_must(name: str) -> None:
    assert loud(name, **SPEAKS[name]) >= 2


@pytest.mark.parametrize("name", SPEAKS)
def test_a_check_is_silent_where_nothing_is_wrong(name: str) -> None:
    found = [BY_NAME[name](answer) for answer in answers(**SILENT.get(name, {}))]
    assert sum(one.is_loud for one in found) <= 1
    assert all(one.value is not None for one in found) or name in {"staying_away", "hidden_factor"}


@pytest.mark.parametrize("name", TEMPTED)
def test_a_look_that_describes_never_speaks_though_it_is_tempted(name: str) -> None:
    for answer in answers(**TEMPTED[name]):
        found = BY_NAME[name](answer)
        assert found.low is not None
        assert found.high is not None
        assert found.high < 0
        assert not found.is_loud


def test_nobody_who_works_alone_is_told_of_other_therapists() -> None:
    alone, several = answers()[0], answers(therapists=6)[0]
    assert "one-therapist-out" not in {check.name for check in all_checks(alone)}
    assert "one-therapist-out" in {check.name for check in all_checks(several)}
    assert not BY_NAME["one_therapist_out"](alone).is_loud


def test_a_client_s_voice_that_is_not_there_is_said_to_be_missing() -> None:
    found = BY_NAME["client_voice"](answers()[0])
    assert found.value is None
    assert "cannot be said here" in str(found.sentence)


def test_an_order_that_everybody_knows_changes_nothing() -> None:
    found = BY_NAME["order_unknown"](answers(together=3.0, order_unknown=0.0)[0])
    assert found.value is None
    assert "whose came first" in str(found.sentence)


def test_a_large_difference_needs_a_strong_hidden_factor() -> None:
    assert loud("hidden_factor", effect=-1.0) == 0


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
    names = [check(answer).name for check in IN_ORDER]
    assert len(set(names)) == len(IN_ORDER)
