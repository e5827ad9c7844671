"""Everybody's scores at once, and odd ones among them: a word why, or borne."""

from __future__ import annotations

import numpy as np
import pytest

from lacrima.analyses.caseload_alliance import caseload_alliance
from lacrima.analyses.caseload_course import caseload_course
from lacrima.analyses.course_values import CourseRules, Score
from tests.analyses.test_course import scores_of

PHQ = CourseRules(0, 27, reliable_change=6)
SRS = CourseRules(0, 40, higher_is_better=True)


def ratings(level: float, people: int = 14, size: int = 8) -> list[Score]:
    rng = np.random.default_rng(2)
    return [
        Score(f"A{who}", at, float(np.clip(np.rint(own), 0, 40)))
        for who in range(people)
        for at, own in enumerate(rng.normal(rng.normal(level, 3), 2, size))
    ]


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        ([], "0 clients"),
        ([Score("a", at, at % 9) for at in range(200)], "1 clients"),
        ([Score(f"P{n}", 0, n % 20) for n in range(300)], "0 clients"),
        ([Score(f"P{n}", at, 27) for n in range(60) for at in range(3)], "do not vary"),
        ([Score(f"P{n}", at, None) for n in range(60) for at in range(3)], "0 clients"),
        ([Score(f"P{n}", at, 63) for n in range(60) for at in range(3)], "0 clients"),
    ],
)
def test_a_caseload_that_carries_no_course_says_why(scores: list[Score], why: str) -> None:
    found = caseload_course(scores, PHQ)
    assert found.fit is None
    assert why in found.why
    assert found.prompts() == {}
    assert found.from_first("a", [0.0, 1.0], [12.0, None]) == [None, None]


def test_scores_from_before_the_questionnaire_changed_are_left_out_where_off_its_scale() -> None:
    plain = caseload_course(scores_of(1), PHQ)
    found = caseload_course([*scores_of(1), Score("P1", 50, 40), Score("old", 0, 63)], PHQ)
    assert plain.fit is not None
    assert found.fit is not None
    assert found.number == plain.number
    assert np.array_equal(found.fit.rows.part, plain.fit.rows.part)


def test_forms_that_came_in_late_stand_at_their_own_time() -> None:
    plain, turned = caseload_course(scores_of(1), PHQ), caseload_course(scores_of(1)[::-1], PHQ)
    mine = plain.from_first("P3", [0.0, 1.0, 2.0], [12.0, 11.0, None])
    other = turned.from_first("P3", [0.0, 1.0, 2.0], [12.0, 11.0, None])
    assert mine == other


@pytest.mark.parametrize(
    ("scores", "why", "at_top"),
    [
        ([], "0 clients", 0.0),
        ([Score("a", at, 40) for at in range(90)], "1 clients", 1.0),
        ([Score(f"P{n}", 0, 40 - n % 2) for n in range(90)], "0 clients", 0.5),
        ([Score(f"P{n}", at, 40) for n in range(30) for at in range(3)], "do not vary", 1.0),
        ([Score(f"P{n}", at, 99) for n in range(30) for at in range(3)], "0 clients", 0.0),
    ],
)
def test_an_alliance_that_cannot_be_judged_says_why(
    scores: list[Score], why: str, at_top: float
) -> None:
    found = caseload_alliance(scores, SRS)
    assert why in found.why
    assert found.at_top == at_top
    assert (found.low_now, found.leaves_top) == ({}, {})


def test_above_a_fifth_at_the_top_it_is_said_how_likely_others_are() -> None:
    high, low = caseload_alliance(ratings(39), SRS), caseload_alliance(ratings(28), SRS)
    assert high.has_many_at_top
    assert set(high.leaves_top) == {f"A{who}" for who in range(14)}
    assert all(0 <= one.low <= one.likely <= one.high <= 1 for one in high.leaves_top.values())
    assert not low.has_many_at_top
    assert low.leaves_top == {}
    top, of = high.own_top["A0"]
    assert 0 <= top <= of == 8


def test_where_low_scores_are_good_the_bottom_is_the_top() -> None:
    turned = [Score(each.person, each.time, 40 - (each.score or 0)) for each in ratings(39)]
    plain = caseload_alliance(ratings(39), SRS)
    found = caseload_alliance(turned, CourseRules(0, 40))
    assert found.at_top == plain.at_top
    for person, one in plain.leaves_top.items():
        assert found.leaves_top[person].likely == pytest.approx(one.likely, abs=1e-9)


def test_who_is_low_now_is_told_with_her_own_latest_answer() -> None:
    fallen = [Score("Low", 3 + at, score) for at, score in enumerate([30, 31, 30, 29, 30, 17, 16])]
    found = caseload_alliance([*fallen[::-1], *ratings(28)], SRS)
    assert set(found.low_now) == {"Low"}
    one = found.low_now["Low"]
    assert (one.at, one.score) == (9, 16)
    assert 17 < one.limit < 31
