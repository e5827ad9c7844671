"""Two phases of one person: published examples, definitions written out, and what is refused.

Golden numbers:

- Parker, Vannest and Davis 2011 (10.1177/0145445511399147), as SingleCaseES 0.7.4 asserts them in
  tests/testthat/test-parker-vannest-davis-2011.R (github.com/jepusto/SingleCaseES, 46fb768):
  NAP 38.5/42, Tau 35/42; second example Tau 16/20, Tau-U 11/20.
- Tarlow 2017 (10.1177/0145445516676750): Tau 1, Tau-U 0.6, in its test-tarlow-2017.R (016cf10).
- Parker and Vannest 2009: the example in the help of NAP(), by hand 106 of 110 pairs (0.96).
"""

from __future__ import annotations

import doctest
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadInput, NoResult
from lacrima.stats import singlecase
from lacrima.stats.singlecase import nap, shift_test, single_case, tau, tau_u

PARKER = ([20, 20, 26, 25, 22, 23], [28, 25, 24, 27, 30, 30, 29])
SECOND = ([3, 3, 4, 5], [4, 5, 6, 7, 7])
TARLOW = ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])
VANNEST = ([4, 3, 4, 3, 4, 7, 5, 2, 3, 2], [5, 9, 7, 9, 7, 5, 9, 11, 11, 10, 9])


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(singlecase).failed == 0


@pytest.mark.parametrize(
    ("index", "phases", "published"),
    [
        (nap, PARKER, 38.5 / 42),
        (tau, PARKER, 35 / 42),
        (tau, SECOND, 16 / 20),
        (tau_u, SECOND, 11 / 20),
        (tau, TARLOW, 1.0),
        (tau_u, TARLOW, 0.6),
        (nap, VANNEST, 106 / 110),
    ],
)
def test_the_published_numbers_come_out(index, phases, published):
    assert index(*phases) == pytest.approx(published, abs=1e-15)


scores = st.lists(st.integers(0, 6), min_size=2, max_size=9)


@given(scores, scores)
def test_they_are_what_their_definitions_say_pair_by_pair(before, after):
    pairs = list(itertools.product(before, after))
    rise = sum((b > a) - (b < a) for a, b in pairs)
    own = sum((y > x) - (y < x) for x, y in itertools.combinations(before, 2))
    better = sum((b > a) + 0.5 * (b == a) for a, b in pairs)
    assert nap(before, after) == pytest.approx(better / len(pairs), abs=1e-12)
    assert tau(before, after) == pytest.approx(rise / len(pairs), abs=1e-12)
    assert tau_u(before, after) == pytest.approx((rise - own) / len(pairs), abs=1e-12)


@given(scores, scores)
def test_turning_the_scores_round_turns_every_index_round(before, after):
    turned = [-score for score in before], [-score for score in after]
    assert nap(*turned) == pytest.approx(1 - nap(before, after), abs=1e-12)
    assert tau_u(*turned) == pytest.approx(-tau_u(before, after), abs=1e-12)


def slow_shift_test(course, phases):
    """The definition, one place after the other."""
    found = []
    for shift in range(len(course)):
        pushed = [phases[place - shift] for place in range(len(course))]
        both = [
            [s for s, p in zip(course, pushed, strict=True) if p == phase and s is not None]
            for phase in (0, 1)
        ]
        found.append(tau(*both) if all(both) else None)
    counted = [abs(each) for each in found if each is not None]
    return sum(each >= abs(found[0]) - 1e-9 for each in counted) / len(counted), len(counted)


@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.integers(0, 6)), st.sampled_from([0, 1, -1])),
        min_size=4,
        max_size=20,
    )
)
def test_the_shift_test_is_what_its_definition_says(sessions):
    course, phases = zip(*sessions, strict=True)
    values = [np.nan if score is None else score for score in course]
    has = {p for s, p in sessions if s is not None}
    if not {0, 1} <= has:
        with pytest.raises(NoResult):
            shift_test(values, phases)
        return
    assert shift_test(values, phases) == pytest.approx(slow_shift_test(course, phases))


def test_long_courses_are_taken_in_pieces_that_fit_together():
    rng = np.random.default_rng(3)
    course, phases = rng.normal(size=600).round(1), rng.integers(0, 2, 600)
    assert shift_test(course, phases) == pytest.approx(
        slow_shift_test(course.tolist(), phases.tolist())
    )


@pytest.mark.slow
def test_it_does_not_reject_too_often_where_sessions_hang_together():
    """Clustered phases and an autocorrelated course, no effect; free permutation has .2 here."""
    rng = np.random.default_rng(11)
    runs, free = [], []
    for _ in range(400):
        course, phases = chained(rng, 40, 0.4), chained(rng, 40, 0.6) > 0.5
        if 0 < phases.sum() < 40:
            runs.append(shift_test(course, phases.astype(int))[0] <= 0.1)
            ranks = course.argsort().argsort()
            gap = abs(ranks[phases].mean() - ranks[~phases].mean())
            moved = [rng.permutation(phases) for _ in range(99)]
            gaps = [abs(ranks[m].mean() - ranks[~m].mean()) for m in moved]
            free.append((1 + sum(one >= gap - 1e-9 for one in gaps)) / 100 <= 0.1)
    assert np.mean(runs) < 0.13
    assert np.mean(free) > np.mean(runs) + 0.04


def chained(rng, n, rho):
    found = np.empty(n)
    found[0] = rng.normal()
    for place in range(1, n):
        found[place] = rho * found[place - 1] + np.sqrt(1 - rho**2) * rng.normal()
    return found


def test_what_cannot_be_said_says_why():
    alternating = single_case([1, 2, 3, 4], [0, 1, 0, 1])
    assert alternating.tau_u is None
    assert "not wholly before" in alternating.why["tau_u"]
    one_before = single_case([1, 2, 3], [0, 1, 1])
    assert (one_before.nap, one_before.tau_u) == (1.0, None)
    empty = single_case([np.nan, 2.0], [0, 1])
    assert (empty.nap, empty.tau, empty.tau_u, empty.p) == (None, None, None, None)
    assert set(empty.why) == {"nap", "tau", "tau_u", "p"}
    assert (empty.n_a, empty.n_b, empty.shifts) == (0, 1, 0)
    assert single_case([], []).n_a == 0


def test_equal_scores_throughout_are_no_difference():
    found = single_case([5, 5, 5, 5], [0, 0, 1, 1])
    assert (found.nap, found.tau, found.tau_u, found.p) == (0.5, 0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("course", "phases"),
    [
        ([1, 2], [0]),
        ([1, float("inf")], [0, 1]),
        ([1, 2], [0, 2]),
        ([[1, 2]], [[0, 1]]),
        (np.zeros(5001), np.zeros(5001, dtype=int)),
    ],
)
def test_what_is_no_course_is_refused(course, phases):
    with pytest.raises(BadInput):
        single_case(course, phases)
    with pytest.raises(BadInput):
        nap([1.0, np.nan], [2.0])
