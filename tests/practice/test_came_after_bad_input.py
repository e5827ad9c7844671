"""A practice whose record is not as one would wish: `came-after --dir` says so, and no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lacrima.practice import answers, came_after, moments, sessions
from tests.support.cast import NOON, Cast

WEEKS = 9
Told = dict[str, Any]


def items(total: int, instrument: str = "phq-9") -> dict[str, int]:
    name, n = {"phq-9": ("phq9", 9), "gad-7": ("gad7", 7)}[instrument]
    full, rest = divmod(total, 3)
    values = ([3] * full + [rest] + [0] * n)[:n]
    return {f"{name}_{number}": value for number, value in enumerate(values, start=1)}


def kept(
    cast: Cast,
    *,
    has_tears: Callable[[int], bool] = lambda number: number % 3 == 0,
    is_logged: Callable[[int], bool] = lambda _number: True,
    total: Callable[[int], int] = lambda number: 20 - number,
    measure: Callable[[int], str] = lambda _number: "phq-9",
    late: timedelta | None = None,
) -> Told:
    """Nine weekly sessions of Mia's before the look, and what the verb says of them.

    late: forms are filed under their session, and dated so much later than it began.
    """
    for number in range(1, WEEKS + 1):
        start = NOON - timedelta(days=7 * (WEEKS - number) + 45)
        row = sessions.add_session(cast.care_of_mia, by=cast.ana, number=number, start=start)
        answers.record_answers(
            cast.mia, cast.care_of_mia, by=cast.ana, instrument=measure(number),
            items=items(total(number), measure(number)), session=row,
            given_at=None if late is None else start + late,
        )  # fmt: skip
        if is_logged(number) and has_tears(number):
            moments.log_moment(row, by=cast.ana, who="client", shown=2)
        elif is_logged(number):
            sessions.nothing_stood_out([row], by=cast.ana)
    return came_after.as_json(cast.ana)[0]


def left_out(told: Told) -> dict[str, int]:
    return {one["reason"]: one["n"] for one in told["left_out"]}


def test_one_client_is_too_early_and_has_no_checks(cast: Cast) -> None:
    told = kept(cast)
    assert (told["state"], told["clients"], told["checks"]) == ("too-early", 1, [])
    assert "Your clients’ tears: too early to tell (sessions so far: 2" in told["sentence"]


def test_without_such_a_session_it_says_that_there_was_none(cast: Cast) -> None:
    told = kept(cast, has_tears=lambda _number: False)
    assert (told["state"], told["exposed"], told["estimate"]) == ("too-early", 0, None)


def test_with_tears_every_time_there_is_nothing_to_compare_with(cast: Cast) -> None:
    told = kept(cast, has_tears=lambda _number: True)
    assert told["state"] == "too-early"
    assert "nothing to compare with" in told["sentence"]


def test_at_the_end_of_the_scale_the_measure_cannot_tell(cast: Cast) -> None:
    told = kept(cast, total=lambda _number: 0)
    assert told["state"] == "too-early"
    assert "100 % of the scores lie at an end" in told["sentence"]


def test_a_measure_that_was_changed_midway_leaves_its_other_half_out(cast: Cast) -> None:
    told = kept(cast, measure=lambda number: "phq-9" if number <= 5 else "gad-7",
                total=lambda number: 15 - number)  # fmt: skip
    assert told["outcome"] == "phq-9"
    assert told["exposed"] + told["others"] == 4
    assert left_out(told)["no score before it"] == 1
    assert told["state"] == "too-early"


def test_forms_dated_into_the_session_are_neither_before_nor_after_it(cast: Cast) -> None:
    told = kept(cast, late=timedelta(minutes=30))
    assert (told["sessions"], told["exposed"], told["others"]) == (0, 0, 0)
    assert left_out(told)["no score before it"] == WEEKS


def test_forms_dated_back_are_placed_by_their_time(cast: Cast) -> None:
    told = kept(cast, late=timedelta(days=-2))
    assert told["sessions"] == WEEKS
    assert told["exposed"] + told["others"] == WEEKS - 1


def test_a_third_that_was_not_logged_is_missing_and_never_without_tears(cast: Cast) -> None:
    told = kept(cast, is_logged=lambda number: number % 3 != 1)
    assert left_out(told)["not logged"] == 3
    assert told["sessions"] == WEEKS - 3
    assert told["state"] == "too-early"


def test_without_any_measure_it_is_too_early(cast: Cast) -> None:
    told, words = came_after.as_json(cast.ana)
    assert (told["state"], told["sessions"]) == ("too-early", 0)
    assert words.startswith("Your clients’ tears: too early to tell")


@pytest.mark.parametrize("exposure", ["client-shed", "shed", "near", "held-back"])
def test_every_exposure_has_an_answer_where_nothing_is_known(cast: Cast, exposure: str) -> None:
    assert came_after.as_json(cast.ana, exposure=exposure)[0]["state"] == "too-early"
