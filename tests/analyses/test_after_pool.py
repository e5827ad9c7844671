"""A pool of several therapists: when it speaks, what it asks first, and how therapists differ."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lacrima.analyses.after_checks_fewer import leave_one_out
from lacrima.analyses.after_file import AGAINST_NONE, checks_told
from lacrima.analyses.after_json import answer_as_json
from lacrima.analyses.after_model import Exposure
from lacrima.analyses.after_pool import (
    ENOUGH_CLINICS,
    ENOUGH_SESSIONS,
    ENOUGH_THERAPISTS,
    Pool,
    Spread,
)
from lacrima.analyses.after_simulated import World, simulate_after
from lacrima.analyses.after_states import Knowledge, State
from lacrima.analyses.after_words import Early
from lacrima.analyses.after_words_pool import pool_sentence
from lacrima.analyses.what_came_after import Answer, what_came_after

CLEAR = Knowledge(400, 120, 0.9, 0.999, 0.98, 0.95, 0.001, is_better=False)
SPREADS = (Spread("client", 240, (0.1, 0.2, 0.3)), Spread("therapist", 24, (0.05, 0.1, 0.2)))
LARGE = Pool(
    24,
    6,
    400,
    interval=(-0.5, -0.4, -0.3),
    found=CLEAR,
    spreads=SPREADS,
    anybody=(-0.6, -0.4, -0.1),
)
EARLY = Early(400, 120, 4000)


@pytest.fixture(scope="module")
def small() -> Answer:
    """Six therapists in two clinics, tears that fell and near ones, 0.4 worse after tears."""
    world = World(
        1, clients=48, sessions=12, therapists=6, clinics=2, exposed=110.0, near=0.12, effect=-0.4,
        therapist_sd=0.1,
    )  # fmt: skip
    return what_came_after(simulate_after(world), Exposure.SHED, is_pool=True)


def test_a_pool_that_is_large_enough_speaks() -> None:
    assert LARGE.is_enough
    assert LARGE.state(is_primary=True) is State.FAIRLY_CLEAR


@pytest.mark.parametrize(
    "less",
    [
        {"therapists": ENOUGH_THERAPISTS - 1},
        {"sessions": ENOUGH_SESSIONS - 1},
        {"clinics": ENOUGH_CLINICS - 1},
        {"spreads": SPREADS[:1]},
    ],
    ids=["therapists", "sessions", "clinics", "heterogeneity"],
)
def test_a_pool_that_lacks_one_thing_names_no_direction(less: dict[str, Any]) -> None:
    assert replace(LARGE, **less).state(is_primary=True) is State.NO_DIRECTION


def test_a_pool_just_large_enough_speaks() -> None:
    least = replace(
        LARGE, therapists=ENOUGH_THERAPISTS, sessions=ENOUGH_SESSIONS, clinics=ENOUGH_CLINICS
    )
    assert least.state(is_primary=True) is State.FAIRLY_CLEAR


def test_a_pool_of_which_little_is_known_is_too_early() -> None:
    little = replace(LARGE, found=replace(CLEAR, contraction=0.3))
    assert little.state(is_primary=True) is State.TOO_EARLY
    told = little.as_json(State.TOO_EARLY)
    assert (told["p_fair"], told["p_allowing_bias"]) == (None, None)


def test_the_sentence_says_what_a_small_pool_lacks_and_names_no_side(small: Answer) -> None:
    assert small.pool is not None
    assert small.state is State.NO_DIRECTION
    words = str(small.sentence)
    assert words.startswith("6 therapists together, clinics: 2. The therapists' own tears:")
    assert "at least 20 therapists, 200 such sessions and 5 clinics" in words
    assert "leans" not in words
    assert "therapists differ in this by a standard deviation of" in words


def test_own_tears_are_asked_against_near_ones_first(small: Answer) -> None:
    assert small.pool is not None
    assert small.pool.is_near
    assert small.against_near is not None
    assert small.pool.interval == small.against_near[0]
    assert "comparable sessions in which they were close to tears" in str(small.sentence)


def test_differences_between_clients_therapists_and_clinics_stand_beside_it(small: Answer) -> None:
    assert small.pool is not None
    told = small.pool.as_json(small.state)
    assert [(one["between"], one["n"]) for one in told["spreads"]] == [
        ("client", 48), ("therapist", 6), ("clinic", 2),
    ]  # fmt: skip
    assert all(0 <= one["low"] < one["sd"] < one["high"] for one in told["spreads"])
    new, own = told["new_therapist"], small.interval
    assert own is not None
    assert new["high"] - new["low"] > own[2] - own[0]


def test_the_truth_lies_in_the_interval_of_a_simulated_pool(small: Answer) -> None:
    assert small.interval is not None
    assert small.interval[0] < -0.4 < small.interval[2]


def test_without_near_ones_nothing_was_declared_of_own_tears() -> None:
    table = simulate_after(World(2, clients=24, sessions=10, therapists=3, exposed=40.0))
    found = what_came_after(table, Exposure.SHED, is_pool=True)
    assert found.pool is not None
    assert (found.pool.is_near, found.is_primary) == (False, False)
    clients = what_came_after(table, Exposure.CLIENT_SHED, is_pool=True)
    assert clients.is_primary


def test_one_therapist_is_no_pool_and_the_answer_has_no_such_key() -> None:
    table = simulate_after(World(3))
    assert not table.is_pool
    assert answer_as_json(what_came_after(table, Exposure.SHED))["pool"] is None


@pytest.mark.parametrize("state", [State.LEANS, State.FAIRLY_CLEAR, State.LITTLE_DIFFERENCE])
def test_every_state_of_a_pool_has_its_sentence_and_no_cause(state: State) -> None:
    said = str(pool_sentence("shed", LARGE, state, EARLY, is_primary=False))
    assert said.startswith("24 therapists together")
    assert "caused" not in said
    assert ("Exploratory" in said) == state.has_direction
    assert ("This cannot show that the tears did it." in said) == state.has_direction


def test_a_pool_at_the_end_of_its_scale_says_that_it_has_no_room() -> None:
    said = pool_sentence(
        "csh", LARGE, State.TOO_EARLY, replace(EARLY, at_an_end=0.7), is_primary=True
    )
    assert "cannot tell, since 70 % of the scores lie at an end" in str(said)


def test_a_pool_has_words_for_each_exposure() -> None:
    for exposure in Exposure:
        said = pool_sentence(exposure.column, LARGE, State.LEANS, EARLY, is_primary=True)
        assert "%(" not in str(said)


def test_checks_that_compare_otherwise_than_the_answer_say_so(small: Answer) -> None:
    told = [leave_one_out(small)]
    assert small.pool is not None
    assert small.pool.is_near
    assert checks_told(small, told) == [AGAINST_NONE, f"  {told[0].sentence}"]
    assert checks_told(small, []) == []
    assert AGAINST_NONE not in checks_told(replace(small, pool=None), told)
