"""Simulated people: a known truth, the same for the same seed, and always said to be simulated."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from lacrima.errors import BadInput, OutOfRange
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.scoring import score
from lacrima.practice import people
from lacrima.practice.simulate import simulate_practice
from lacrima.practice.simulate_rows import alliance
from lacrima.practice.simulate_truth import Truth, course, session_counts, spread
from lacrima.practice.voices import check_moment
from lacrima.records import clock
from lacrima.records.models import (
    Answers,
    AuditHead,
    AuditLine,
    Client,
    Episode,
    Member,
    Moment,
    PlainScore,
    Practice,
    RiskItem,
    Session,
    Voice,
)

EVERYTHING = (
    Client, Session, Answers, Moment, Voice, Episode, PlainScore, AuditLine, AuditHead, Practice,
    Member,
)  # fmt: skip


def content() -> list[tuple[Any, ...]]:
    """What stands in the rows, without ids."""
    return list(
        Answers.objects.order_by("client__code", "session__number", "instrument").values_list(
            "client__code", "session__number", "session__start", "instrument", "total", "items"
        )
    )


def test_the_numbers_asked_for_are_made(db: None, still_clock: Any) -> None:
    made = simulate_practice(clients=12, sessions=150, seed=1)
    assert (Client.objects.count(), Session.objects.count()) == (12, 150)
    assert made.answers == Answers.objects.count() > 300


def test_the_same_seed_gives_the_same_practice(transactional_db: None, still_clock: Any) -> None:
    with clock.held_at(still_clock()):
        simulate_practice(clients=5, sessions=40, seed=7)
        first = content()
        for kind in EVERYTHING:
            kind._default_manager.all().delete()
        simulate_practice(clients=5, sessions=40, seed=7)
    assert content() == first


def test_everything_says_that_it_is_simulated(db: None, still_clock: Any) -> None:
    made = simulate_practice(clients=6, sessions=90, seed=3)
    practice = people.the_practice()
    assert practice is not None
    assert practice.is_simulated
    assert set(Answers.objects.values_list("source", flat=True)) == {"simulated"}
    assert set(Voice.objects.values_list("is_simulated", flat=True)) == {True}
    assert made.as_json()["is_simulated"] is True
    assert "Simulated" in made.as_json()["label"]


def test_simulated_rows_keep_the_rules_of_real_ones(db: None, still_clock: Any) -> None:
    simulate_practice(clients=10, sessions=300, seed=5)
    for row in Answers.objects.exclude(items=None):
        scored = score(shipped()[row.instrument], row.items)
        assert (row.total, row.missing) == (scored.total, len(scored.missing))
        assert RiskItem.objects.filter(answers=row).count() == len(scored.flags)
    for moment in Moment.objects.all():
        check_moment(moment)
        assert moment.session.log_state == "moments"


def test_risks_are_noted_as_seen_but_for_the_latest_few(db: None, still_clock: Any) -> None:
    simulate_practice(clients=40, sessions=900, seed=5)
    still_open = RiskItem.objects.filter(seen_at=None)
    noted = RiskItem.objects.exclude(seen_at=None)
    assert (still_open.count(), noted.count() > 0) == (3, True)
    assert {row.done for row in noted} == {"Simulated: spoken of in the session."}
    latest = max(row.raised_at for row in noted)
    assert all(row.raised_at >= latest for row in still_open)


def test_the_truth_can_be_written_as_json(db: None, still_clock: Any) -> None:
    made = simulate_practice(clients=3, sessions=20, seed=2)
    told = json.loads(json.dumps(made.as_json(), allow_nan=False))
    assert told["truth"]["client_tears_effect"] == made.truth.client_tears_effect
    assert sum(person["sessions"] for person in told["people"]) == 20


def test_a_practice_that_is_there_already_is_left_alone(cast: Any) -> None:
    with pytest.raises(BadInput):
        simulate_practice(clients=2, sessions=4, seed=1)
    assert Client.objects.count() == 2


@pytest.mark.parametrize(("clients", "sessions"), [(0, 5), (5, 4), (-1, 10)])
def test_numbers_that_do_not_fit_are_refused(clients: int, sessions: int) -> None:
    with pytest.raises(OutOfRange):
        Truth(seed=1, clients=clients, sessions=sessions)


def test_every_client_has_a_session_and_all_sessions_are_given() -> None:
    counts = session_counts(Truth(1, 50, 700), np.random.default_rng(1))
    assert counts.min() >= 1
    assert counts.sum() == 700


def test_the_true_effects_are_in_the_scores() -> None:
    """With everything else still, a score moves by exactly the direct effect."""
    calm = {"slope_sd": 0.0, "start_sd": 0.0, "slope_mean": 0.0, "noise_sd": 0.0, "carry": 0.0}
    truth = Truth(1, 1, 400, **calm, heaviness_effect=0.0, client_tears_effect=-2.0)
    one = course(truth, 400, np.random.default_rng(4))
    after = one.score[1:][one.client_tears[:-1]]
    others = one.score[1:][~one.client_tears[:-1]]
    assert after == pytest.approx(13.0)
    assert others == pytest.approx(15.0)


def test_items_sum_to_their_total_and_stay_in_their_range() -> None:
    rng = np.random.default_rng(1)
    for total in range(25):
        items = spread(total, 8, 3, rng)
        assert sum(items) == total
        assert set(items) <= {0, 1, 2, 3}
    with pytest.raises(OutOfRange):
        spread(25, 8, 3, rng)


def test_three_whole_answers_come_as_near_to_a_mean_as_they_can() -> None:
    for tenths in range(101):
        values = [value for value in alliance(tenths).values() if value is not None]
        assert abs(sum(values) / 3 - tenths / 10) <= 1 / 6 + 1e-9
        assert max(values) - min(values) <= 1
