"""What may be said, and when: the table of states, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.analyses.after_states import (
    LOOKS,
    Knowledge,
    State,
    known,
    last_look,
    next_look,
    state_of,
    state_of_one,
)
from lacrima.errors import OutOfRange
from lacrima.stats.mixtures import Mixture

CLEAR = Knowledge(40, 15, 0.9, 0.99, 0.9, 0.8, 0.1, is_better=True)
PRIOR = Mixture.normal(0.0, 0.3)


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, State.FAIRLY_CLEAR),
        ({"sessions": 39}, State.LEANS),
        ({"clients": 14}, State.LEANS),
        ({"p_beyond": 0.79}, State.LEANS),
        ({"p_allowing_bias": 0.89}, State.LEANS),
        ({"sessions": 23}, State.NO_DIRECTION),
        ({"clients": 9}, State.NO_DIRECTION),
        ({"p_fair": 0.989}, State.NO_DIRECTION),
        ({"sessions": 24, "clients": 10}, State.LEANS),
        ({"sessions": 11}, State.TOO_EARLY),
        ({"clients": 5}, State.TOO_EARLY),
        ({"contraction": 0.49}, State.TOO_EARLY),
        ({"p_fair": 0.6, "p_same": 0.9}, State.LITTLE_DIFFERENCE),
        ({"p_fair": 0.6, "p_same": 0.9, "at_an_end": 0.3}, State.NO_DIRECTION),
        ({"at_an_end": 0.6}, State.TOO_EARLY),
    ],
)
def test_each_rule_stands_on_its_own(changed: dict[str, float], state: State) -> None:
    assert state_of(replace(CLEAR, **changed)) is state


def test_a_pair_that_was_not_declared_needs_more() -> None:
    assert state_of(CLEAR, is_primary=False) is State.NO_DIRECTION
    assert state_of(replace(CLEAR, p_fair=0.995), is_primary=False) is State.FAIRLY_CLEAR


def test_one_client_is_described_until_there_is_much() -> None:
    sure = Mixture.normal(0.5, 0.1)
    enough = {"exposed": 5, "others": 5, "caseload": State.NO_DIRECTION}
    assert state_of_one(sure, **enough) is State.LEANS
    assert state_of_one(sure, **(enough | {"exposed": 4})) is State.DESCRIBED
    assert state_of_one(sure, **(enough | {"others": 4})) is State.DESCRIBED
    assert state_of_one(sure, **(enough | {"caseload": State.TOO_EARLY})) is State.DESCRIBED
    assert state_of_one(Mixture.normal(0.15, 0.1), **enough) is State.DESCRIBED


def test_shares_beyond_one_are_refused() -> None:
    with pytest.raises(OutOfRange):
        replace(CLEAR, p_fair=1.2)


@given(st.floats(-2, 2), st.floats(0.02, 0.5), st.integers(0, 200), st.integers(0, 40))
def test_turning_better_into_worse_changes_nothing_but_the_side(
    middle: float, sd: float, sessions: int, clients: int
) -> None:
    one, other = (
        known(Mixture.normal(sign * middle, sd), PRIOR, sessions=sessions, clients=clients)
        for sign in (1, -1)
    )
    assert state_of(one) is state_of(other)
    assert one.p_fair == pytest.approx(other.p_fair, abs=1e-12)


@given(st.floats(-2, 2), st.floats(0.02, 0.5))
def test_allowing_for_bias_never_makes_anything_surer(middle: float, sd: float) -> None:
    found = known(Mixture.normal(middle, sd), PRIOR, sessions=50, clients=20)
    assert 0.5 - 1e-9 <= found.p_allowing_bias <= found.p_fair + 1e-12


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_there_are_four_looks_a_year_and_today_lies_between_two(today: date) -> None:
    looked = last_look(today)
    assert looked <= today < next_look(looked)
    assert looked.day == 1
    assert looked.month in LOOKS
    assert next_look(looked) - looked < timedelta(days=93)
