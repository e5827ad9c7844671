"""What came after: the laws that any implementation must keep, and input in which nothing is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lacrima.analyses.after_file import answer_of_columns
from lacrima.analyses.after_json import answer_as_json
from lacrima.analyses.after_model import Design, Exposure, fitted
from lacrima.analyses.after_needed import needed
from lacrima.analyses.after_outcomes import outcome_of
from lacrima.analyses.after_simulated import World, simulate_after
from lacrima.analyses.after_states import State
from lacrima.analyses.after_table import AfterTable, Yardstick
from lacrima.analyses.after_table_of_file import table_of_columns
from lacrima.analyses.model_columns import Columns, Words, columns_of_arrays, words
from lacrima.analyses.what_came_after import Answer, what_came_after
from lacrima.errors import BadInput, UsageError

SCORES = ("score", "score_first", "next_score")
SMALL = World(3, clients=12, sessions=8, exposed=14)


def asked(table: AfterTable, exposure: Exposure = Exposure.SHED) -> Answer:
    return what_came_after(table, exposure)


@pytest.fixture(scope="module")
def usual() -> AfterTable:
    return simulate_after(World(5, exposed=40))


# --- laws


@settings(max_examples=5, deadline=None)
@given(st.floats(0.1, 30.0), st.booleans())
def test_another_scale_with_its_norm_changes_nothing(by: float, is_flipped: bool) -> None:
    columns = _as_file(simulate_after(SMALL))
    sign = -1 if is_flipped else 1
    points = {name: sign * by * columns[name] for name in SCORES}
    scale = Yardstick("points", sd=by, higher_is_better=not is_flipped)
    one = asked(table_of_columns(columns, Yardstick("norm")))
    other = asked(table_of_columns({**columns, **points}, scale))
    assert one.interval == pytest.approx(other.interval, abs=1e-10)
    assert one.state is other.state


def test_turning_the_scores_round_turns_the_probability_round(usual: AfterTable) -> None:
    turned = usual.with_columns(**{name: -usual.columns[name] for name in SCORES})
    one, other = (fitted(each, Design.of("shed")).average for each in (usual, turned))
    assert one.above(0.0) == pytest.approx(1 - other.above(0.0), abs=1e-9)


def test_sessions_in_any_order_say_the_same(usual: AfterTable) -> None:
    order = np.random.default_rng(1).permutation(usual.n)
    shuffled = replace(
        usual,
        client=Words(usual.client.codes[order], usual.client.levels),
        therapist=Words(usual.therapist.codes[order], usual.therapist.levels),
        columns={name: values[order] for name, values in usual.columns.items()},
    )
    assert asked(shuffled).interval == pytest.approx(asked(usual).interval, abs=1e-9)


def test_a_client_who_was_never_exposed_is_expected_to_be_like_anybody(usual: AfterTable) -> None:
    answer = asked(usual)
    exposed = {one.client for one in answer.everybody()}
    never = next(one for one in usual.client.levels if one not in exposed)
    own, new = answer.of_client(never), answer.of_client("somebody new")
    width = new.interval[2] - new.interval[0]
    assert own.interval[2] - own.interval[0] == pytest.approx(width, rel=0.15)
    assert own.state is new.state is State.DESCRIBED


def test_losing_a_third_of_the_forms_leaves_the_share_of_tears_where_it_was(
    usual: AfterTable,
) -> None:
    is_lost = np.random.default_rng(2).random(usual.n) < 0.3
    after = np.where(is_lost, np.nan, usual.columns["next_score"])
    less = usual.with_columns(next_score=after)
    assert less.columns["shed"].mean() == usual.columns["shed"].mean()
    assert abs(asked(less).interval[1] - asked(usual).interval[1]) < 0.25  # type: ignore[index]


def test_more_sessions_with_tears_make_it_better_known() -> None:
    sds = [
        fitted(simulate_after(World(9, exposed=n)), Design.of("shed")).average.sd
        for n in (8, 40, 120)
    ]
    assert sds[0] > sds[1] > sds[2]
    assert sds == pytest.approx([0.19, 0.112, 0.077], rel=0.2)


def test_a_true_difference_is_found_where_there_is_much_of_it() -> None:
    answer = asked(simulate_after(World(11, clients=80, exposed=240, effect=-0.4)))
    assert answer.state is State.FAIRLY_CLEAR
    assert answer.interval is not None
    assert answer.interval[0] < -0.4 < answer.interval[2]
    assert "This cannot show that the tears did it." in str(answer.sentence)


def test_the_cross_check_agrees_where_there_is_much() -> None:
    table = simulate_after(World(12, clients=80, exposed=240, effect=0.3))
    answer = asked(table)
    assert answer.reml is not None
    assert answer.interval is not None
    assert answer.reml.estimate == pytest.approx(answer.interval[1], abs=0.05)


def test_how_many_more_does_not_look_at_what_was_seen(usual: AfterTable) -> None:
    louder = usual.with_columns(next_score=usual.columns["next_score"] + usual.columns["shed"])
    fits = [fitted(each, Design.of("shed")) for each in (usual, louder)]
    assert needed(fits[0], sessions=9, clients=4) == needed(fits[1], sessions=9, clients=4)


def test_no_sentence_says_that_something_was_caused() -> None:
    for effect in (-0.6, 0.0, 0.6):
        answer = asked(simulate_after(World(13, clients=80, exposed=240, effect=effect)))
        words_said = str(answer.sentence).lower()
        assert not any(word in words_said for word in ("because", "caused", "led to", "due to"))


# --- nothing comes out of nothing


def test_one_client_is_too_early() -> None:
    answer = asked(simulate_after(World(1, clients=1, sessions=30, exposed=10)))
    assert answer.state is State.TOO_EARLY
    assert str(answer.sentence).startswith("Your own tears: too early to tell")


def test_without_a_session_with_tears_it_is_too_early_and_says_what_is_needed() -> None:
    table = simulate_after(World(1, exposed=40))
    answer = asked(table.with_columns(shed=np.zeros(table.n)))
    assert (answer.state, answer.sessions, answer.interval) == (State.TOO_EARLY, 0, None)
    assert answer.needed is not None
    assert answer.needed.as_json() == {"low": 12, "high": 24}


def test_where_every_session_had_tears_there_is_nothing_to_compare() -> None:
    table = simulate_after(World(1, exposed=40))
    answer = asked(table.with_columns(shed=np.ones(table.n)))
    assert answer.state is State.TOO_EARLY
    assert answer.found is not None
    assert answer.found.contraction == pytest.approx(0.0, abs=1e-6)


def test_at_the_end_of_the_scale_nothing_can_be_told() -> None:
    table = simulate_after(World(1, exposed=120))
    scale = Yardstick("short", low=-2.0, high=2.0)
    best = {name: np.full(table.n, 2.0) for name in SCORES}
    answer = asked(replace(table, yardstick=scale).with_columns(**best))
    assert answer.state is State.TOO_EARLY
    assert "can move no further" in str(answer.sentence)


def test_a_file_without_a_row_is_too_early() -> None:
    nothing = columns_of_arrays(
        {"client": [], "session": [], "score": [], "shed": []},
        names=["client", "session", "score", "shed"],
        ids=["client"],
    )
    result, _text = answer_of_columns(nothing, exposure="shed")
    assert (result["state"], result["sessions"], result["unscheduled"]) == ("too-early", 0, True)


def test_a_third_that_was_not_logged_is_left_out_and_counted() -> None:
    columns = _as_file(simulate_after(World(4, exposed=60)))
    is_open = np.random.default_rng(3).random(len(columns["shed"])) < 1 / 3
    gone = {"shed": np.where(is_open, np.nan, columns["shed"])}
    result, _text = answer_of_columns({**columns, **gone}, exposure="shed")
    assert {"reason": "not logged", "n": int(is_open.sum())} in result["left_out"]
    assert result["state"] != "too-early"


def test_a_file_says_what_it_lacks() -> None:
    columns = _as_file(simulate_after(SMALL))
    with pytest.raises(BadInput):
        answer_of_columns({k: v for k, v in columns.items() if k != "score"}, exposure="shed")
    with pytest.raises(BadInput):
        answer_of_columns({k: v for k, v in columns.items() if k != "shed"}, exposure="shed")
    with pytest.raises(BadInput):
        answer_of_columns({**columns, "shed": columns["shed"] * 3}, exposure="shed")
    with pytest.raises(BadInput):
        answer_of_columns(columns, exposure="shed", client="nobody")
    with pytest.raises(UsageError):
        answer_of_columns(columns, exposure="laughter")
    with pytest.raises(UsageError):
        answer_of_columns(columns, exposure="shed", outcome="alliance-check")


def test_a_measure_turns_points_into_norm_sds() -> None:
    found = outcome_of("phq-9")
    assert found is not None
    assert found.yardstick.in_norm(np.array([19.0, 8.0])).tolist() == [-1.0, 1.0]
    assert found.yardstick.in_points(1.0) == 8.0


def test_an_answer_too_early_gives_no_probability_of_a_side() -> None:
    early = answer_as_json(asked(simulate_after(World(1, clients=4, exposed=4))))
    assert early["p_fair"] is early["p_allowing_bias"] is early["p_little_difference"] is None


def test_missing_heaviness_loses_no_session() -> None:
    table = simulate_after(World(6, exposed=60, heavy_noted=0.4))
    answer = asked(table)
    assert answer.sessions == table.exposed("shed")[0]
    assert answer.fit is not None
    assert answer.fit.effects.sums.rows_used == int(table.is_used.sum())


def _as_file(table: AfterTable) -> Columns:
    names = (*SCORES, "session", "shed", "near", "held", "unseen", "csh", "ctears_first", "heavy")
    who = words([table.client.levels[code] for code in table.client.codes])
    return {"client": who, **{name: table.columns[name] for name in names}}


def test_scores_that_follow_from_those_before_to_the_last_digit_stay_too_early() -> None:
    session = np.tile(np.arange(1.0, 9.0), 3)
    columns = {
        "client": words([name for name in "abc" for _ in range(8)]), "session": session,
        "score": 20 - session, "shed": (session % 3 == 0) * 1.0,
    }  # fmt: skip
    found = what_came_after(table_of_columns(columns, Yardstick("norm")), Exposure.SHED)
    assert (found.state, found.fit, found.interval) == (State.TOO_EARLY, None, None)
    assert "too early to tell (sessions so far: 6; clients: 3)" in str(found.sentence)
