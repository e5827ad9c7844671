"""An expectation for others: what its file holds, what it refuses, and that it says the same."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from lacrima.analyses.course_named import Asked, must_agree, named_course
from lacrima.analyses.course_named_file import MOST_BYTES, named_bytes, read_named
from lacrima.analyses.course_values import CourseRules, NamedCourse, Score
from lacrima.errors import BadInput, NoResult
from tests.analyses.test_course import scores_of

PHQ = CourseRules(0, 27, reliable_change=6)
ASKED = Asked("phq-9", PHQ, "sessions")
TIMES, SCORES = np.arange(9.0), [15.0, 13, 14, 12, 12, 9, 10, 8, 7]


@pytest.fixture(scope="module")
def named() -> NamedCourse:
    return named_course(scores_of(1), ASKED, "Network north")


@pytest.fixture(scope="module")
def told(named: NamedCourse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(named_bytes(named))
    return found


def written(told: dict[str, Any]) -> bytes:
    return json.dumps(told).encode()


def test_what_is_read_again_draws_the_same_bands(named: NamedCourse) -> None:
    again = read_named(named_bytes(named))
    assert (again.name, again.clients, again.scores) == ("Network north", 34, named.scores)
    for what in ("bands", "from_first"):
        mine = getattr(named.expected, what)(TIMES, SCORES)
        theirs = getattr(again.expected, what)(TIMES, SCORES)
        assert np.array_equal(mine.low, theirs.low)
        assert np.array_equal(mine.high, theirs.high)


def test_it_holds_numbers_of_the_fit_and_counts_and_nobody(told: dict[str, Any]) -> None:
    assert set(told) == {
        "schema", "name", "source", "instrument", "minimum", "maximum", "higher_is_better",
        "whole_scores", "time", "until", "unit", "clients", "scores", "forms",
    }  # fmt: skip
    numbers = {name for form in told["forms"] for name in form}
    assert numbers == {
        "form", "weight", "begin", "change", "level", "shared", "slope", "residual", "memory",
        "tau", "begin_variance", "covariance", "change_variance",
    }  # fmt: skip
    assert not any(f'"P{who}"' in json.dumps(told) for who in range(34))


def test_it_is_drawn_as_long_as_a_fifth_of_its_people_came(named: NamedCourse) -> None:
    last: dict[str, float] = {}
    for each in scores_of(1):
        last[each.person] = max(last.get(each.person, 0), each.time)
    assert np.mean([time >= named.until for time in last.values()]) >= 0.2
    assert np.mean([time > named.until for time in last.values()]) < 0.2


@pytest.mark.parametrize(
    "few",
    [
        scores_of(2, people=29),
        [Score(f"P{n}", t, 9 + n % 3) for n in range(40) for t in range(3)],
        [Score(f"P{n}", t, 9) for n in range(60) for t in range(3)],
        [],
    ],
)
def test_too_few_people_give_no_expectation(few: list[Score]) -> None:
    with pytest.raises(NoResult):
        named_course(few, ASKED, "Too few")


@pytest.mark.parametrize(
    "other",
    [
        Asked("gad-7", PHQ, "sessions"),
        Asked("phq-9", CourseRules(0, 21), "sessions"),
        Asked("phq-9", CourseRules(0, 27, higher_is_better=True), "sessions"),
        Asked("phq-9", PHQ, "weeks"),
    ],
)
def test_what_is_for_other_scores_is_refused(named: NamedCourse, other: Asked) -> None:
    must_agree(named, ASKED)
    with pytest.raises(BadInput, match="an expectation for another"):
        must_agree(named, other)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "lacrima.expectation/2"},
        {"name": ""},
        {"name": "n" * 81},
        {"name": "one\ntwo"},
        {"name": None},
        {"instrument": 9},
        {"source": 1},
        {"minimum": 27},
        {"maximum": float("1e9")},
        {"maximum": True},
        {"higher_is_better": "no"},
        {"whole_scores": None},
        {"time": "moons"},
        {"until": -1},
        {"unit": 0},
        {"clients": 29},
        {"clients": 30.5},
        {"scores": 149},
        {"forms": []},
        {"forms": "t"},
        {"forms": [1]},
    ],
)
def test_a_file_that_cannot_be_is_refused(told: dict[str, Any], change: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        read_named(written(told | change))


@pytest.mark.parametrize(
    "change",
    [
        {"form": "sin(t)"},
        {"weight": 0.99},
        {"begin": "0.5"},
        {"change": 1e9},
        {"level": 0},
        {"residual": -1},
        {"memory": 1},
        {"tau": 0},
        {"slope": None},
        {"begin_variance": -0.1},
        {"covariance": 9},
    ],
)
def test_numbers_that_cannot_be_are_refused(told: dict[str, Any], change: dict[str, Any]) -> None:
    first, *others = told["forms"]
    with pytest.raises(BadInput):
        read_named(written(told | {"forms": [first | change, *others]}))


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b"\xff\xfe", b"[" * 9000, b" " * (MOST_BYTES + 1), b'{"schema": NaN}'],
)
def test_what_is_no_file_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        read_named(data)


def test_a_form_twice_is_refused(told: dict[str, Any]) -> None:
    first, second, third = told["forms"]
    twice = [first, second | {"form": first["form"]}, third]
    with pytest.raises(BadInput, match="twice"):
        read_named(written(told | {"forms": twice}))


def test_numbers_at_their_limits_still_draw_a_band_inside_the_scale(told: dict[str, Any]) -> None:
    rng, low, high = np.random.default_rng(5), [], []
    wild = {
        "begin": (-5, 5), "change": (-10, 10), "level": (1e-4, 5), "shared": (-1e3, 1e3),
        "slope": (1e-8, 5), "residual": (1e-4, 5), "memory": (0, 0.999), "tau": (1e-2, 1e4),
    }  # fmt: skip
    for _ in range(60):
        ends = {name: float(rng.choice(values)) for name, values in wild.items()}
        ends |= {"begin_variance": 25.0, "covariance": 0.0, "change_variance": 25.0}
        forms = [form | ends for form in told["forms"]]
        bands = read_named(written(told | {"forms": forms})).expected.from_first(TIMES, SCORES)
        low.append(bands.low.min())
        high.append(bands.high.max())
    assert min(low) >= 0
    assert max(high) <= 27
