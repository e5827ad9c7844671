"""Sudden gains: a slow loop that says the rule once more, the laws it keeps, published results."""

from __future__ import annotations

import csv
import doctest
import math
import statistics
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import t as student

from lacrima.errors import BadInput
from lacrima.stats import borders, gains
from lacrima.stats.gains import T_POINTS, sudden_gains

SGDATA = Path(__file__).resolve().parents[2].parent / "shared" / "reference" / "sgdata.csv"


@pytest.mark.parametrize("module", [gains, borders])
def test_the_examples_in_the_docstrings_run(module):
    found = doctest.testmod(module)
    assert found.attempted
    assert found.failed == 0


def plainly(scores, *, cut, percent=25.0, full_windows=False, higher_is_better=False):
    """The rule, step by step and person by person: sets of (person, step)."""
    found = {"judged": set(), "gain": set(), "loss": set(), "reversed": set()}
    sign = 1 if higher_is_better else -1
    for person, row in enumerate(scores):
        values = [None if math.isnan(each) else sign * each for each in row]
        for step in range(len(values) - 1):
            before, after = values[step], values[step + 1]
            past = values[max(0, step - 2) : step + 1]
            coming = values[step + 1 : step + 4]
            if full_windows and (len(past) < 3 or len(coming) < 3):
                continue
            past = [each for each in past if each is not None]
            coming = [each for each in coming if each is not None]
            if before is None or after is None or len(past) < 2 or len(coming) < 2:
                continue
            found["judged"].add((person, step))
            kind = kind_of(before, after, past, coming, cut, percent)
            if kind:
                found[kind].add((person, step))
            later = [each for each in values[step + 2 :] if each is not None]
            if kind == "gain" and any(each < (before + after) / 2 - 1e-9 for each in later):
                found["reversed"].add((person, step))
    return found


def kind_of(before, after, past, coming, cut, percent):
    size = after - before
    least = max(cut, abs(before) * percent / 100)
    n1, n2 = len(past), len(coming)
    pooled = (n1 - 1) * statistics.variance(past) + (n2 - 1) * statistics.variance(coming)
    needed = student.ppf(0.975, n1 + n2 - 2) * math.sqrt(pooled / (n1 + n2 - 2))
    apart = statistics.mean(coming) - statistics.mean(past)
    if size >= least - 1e-9 and apart > needed:
        return "gain"
    return "loss" if -size >= least - 1e-9 and -apart > needed else ""


def as_sets(found):
    def places(flags):
        return {tuple(place) for place in np.argwhere(flags).tolist()}

    return {
        "judged": places(found.is_judged),
        "gain": places(found.gain),
        "loss": places(found.loss),
        "reversed": places(found.reversed),
    }


# Whole points, as questionnaires have them, so that no change of unit makes a new tie.
SCORE = st.one_of(st.integers(0, 40).map(float), st.just(math.nan))
TABLES = st.tuples(st.integers(0, 6), st.integers(1, 10)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=SCORE)
)
CUTS = st.integers(1, 12)
PERCENTS = st.sampled_from([0.0, 10.0, 25.0, 50.0, 100.0])
BOTH = st.booleans()


@settings(max_examples=300, deadline=None)
@given(TABLES, CUTS, PERCENTS, BOTH, BOTH)
def test_it_finds_what_a_plain_loop_finds(scores, cut, percent, full, higher):
    rule = {"cut": cut, "percent": percent, "full_windows": full, "higher_is_better": higher}
    assert as_sets(sudden_gains(scores, **rule)) == plainly(scores, **rule)


@given(TABLES, CUTS, PERCENTS, BOTH, st.randoms())
def test_the_order_of_people_is_nothing_to_it(scores, cut, percent, full, chance):
    order = list(range(len(scores)))
    chance.shuffle(order)
    found = sudden_gains(scores, cut=cut, percent=percent, full_windows=full)
    moved = sudden_gains(scores[order], cut=cut, percent=percent, full_windows=full)
    for name in ("gain", "loss", "reversed", "is_judged", "size"):
        np.testing.assert_array_equal(getattr(moved, name), getattr(found, name)[order])


@given(TABLES, CUTS, PERCENTS, st.sampled_from([0.1, 1 / 3, 0.7, 2.0, 7.3, 1000.0]))
def test_scores_and_cut_in_another_unit_give_the_same_gains(scores, cut, percent, factor):
    found = sudden_gains(scores, cut=cut, percent=percent)
    moved = sudden_gains(scores * factor, cut=cut * factor, percent=percent)
    assert as_sets(moved) == as_sets(found)
    np.testing.assert_allclose(moved.size, found.size * factor, atol=1e-9)


@given(TABLES, CUTS, st.sampled_from([-40.0, 0.1, 100.0, 12345.6]))
def test_without_a_percentage_the_zero_of_the_scale_is_nothing_to_it(scores, cut, shift):
    found = sudden_gains(scores, cut=cut, percent=None)
    assert as_sets(sudden_gains(scores + shift, cut=cut, percent=0)) == as_sets(found)


@given(TABLES, CUTS, PERCENTS, BOTH)
def test_a_scale_turned_round_gives_the_same_gains(scores, cut, percent, full):
    found = sudden_gains(scores, cut=cut, percent=percent, full_windows=full)
    turned = sudden_gains(
        -scores, cut=cut, percent=percent, full_windows=full, higher_is_better=True
    )
    assert as_sets(turned) == as_sets(found)
    other_way = sudden_gains(
        scores, cut=cut, percent=percent, full_windows=full, higher_is_better=True
    )
    assert as_sets(other_way)["gain"] == as_sets(found)["loss"]


@given(TABLES, CUTS, BOTH)
def test_a_course_told_backwards_has_losses_for_gains(scores, cut, full):
    found = sudden_gains(scores, cut=cut, percent=None, full_windows=full)
    backwards = sudden_gains(scores[:, ::-1], cut=cut, percent=None, full_windows=full)
    np.testing.assert_array_equal(backwards.gain[:, ::-1], found.loss)
    np.testing.assert_array_equal(backwards.is_judged[:, ::-1], found.is_judged)


@given(TABLES, CUTS, PERCENTS)
def test_full_windows_only_take_gains_away(scores, cut, percent):
    found = sudden_gains(scores, cut=cut, percent=percent)
    fewer = sudden_gains(scores, cut=cut, percent=percent, full_windows=True)
    assert not (fewer.is_judged & ~found.is_judged).any()
    assert not (fewer.gain & ~found.gain).any()


@given(TABLES, CUTS, PERCENTS)
def test_gain_and_loss_exclude_each_other_and_need_enough_scores(scores, cut, percent):
    found = sudden_gains(scores, cut=cut, percent=percent)
    assert not (found.gain & found.loss).any()
    assert not ((found.gain | found.loss) & ~found.is_judged).any()
    assert not (found.reversed & ~found.gain).any()


@pytest.mark.parametrize("freedom", sorted(T_POINTS))
def test_the_points_of_the_t_distribution_are_right(freedom):
    x = T_POINTS[freedom]
    below = {
        2: 1 / 2 + x / (2 * math.sqrt(2 + x**2)),
        3: 1 / 2 + (math.atan(x / 3**0.5) + 3**0.5 * x / (3 + x**2)) / math.pi,
        4: 1 / 2 + 3 / 8 * (s := x / math.sqrt(4 + x**2)) * 2 * (1 - s**2 / 3),
    }[freedom]
    assert below == pytest.approx(0.975, abs=1e-14)
    assert x == pytest.approx(student.ppf(0.975, freedom), rel=1e-12)


@pytest.mark.parametrize(
    ("course", "is_gain"),
    [
        # Windows of 3 and 3: means 32 and 12, spread 1: far beyond 2.776.
        ([32, 31, 33, 12, 13, 11], True),
        # Exactly the cut of 7, the rest being equal.
        ([20, 20, 20, 13, 13, 13], True),
        ([20, 20, 20, 14, 14, 14], False),
        # 7 points are less than 25 per cent of 40.
        ([40, 40, 40, 33, 33, 33], False),
        ([40, 40, 40, 30, 30, 30], True),
        # A step out of a restless course is no lasting one.
        ([30, 14, 30, 14, 30, 14], False),
        # One score missing on each side is allowed.
        ([32, math.nan, 33, 12, math.nan, 11], True),
        # Two missing on one side are not.
        ([math.nan, math.nan, 33, 12, 13, 11], False),
    ],
)
def test_small_courses(course, is_gain):
    assert sudden_gains([course], cut=7).gain[0, 2] == is_gain


def test_at_the_ends_two_sessions_are_enough_unless_full_windows_are_asked_for():
    course = [[30.0, 30, 10, 10, 10, 10]]
    assert np.argwhere(sudden_gains(course, cut=7).gain).tolist() == [[0, 1]]
    found = sudden_gains(course, cut=7, full_windows=True)
    assert not found.gain.any()
    assert np.argwhere(found.is_judged).tolist() == [[0, 2]]


@pytest.mark.parametrize(("later", "is_reversed"), [(20, False), (21, True), (math.nan, False)])
def test_a_gain_is_reversed_when_more_than_half_of_it_is_lost(later, is_reversed):
    course = [[30.0, 30, 30, 10, 10, 10, 10, later, 10]]
    assert sudden_gains(course, cut=7).reversed[0, 2] == is_reversed


def test_a_loss_is_never_called_reversed():
    found = sudden_gains([[10.0, 10, 10, 30, 30, 30, 30, 5]], cut=7)
    assert found.loss[0, 2]
    assert not found.reversed.any()


@pytest.mark.parametrize("sessions", [1, 2, 3])
def test_a_short_course_is_not_judged(sessions):
    found = sudden_gains(np.full((2, sessions), 9.0), cut=3)
    assert found.gain.shape == (2, sessions - 1)
    assert not found.is_judged.any()


@pytest.mark.parametrize(
    ("scores", "rule"),
    [
        ([1.0, 2.0], {"cut": 7}),
        (np.empty((3, 0)), {"cut": 7}),
        ([["a", "b"]], {"cut": 7}),
        ([[1.0, math.inf, 2, 3]], {"cut": 7}),
        ([[1.0, 2, 3, 4]], {"cut": 0}),
        ([[1.0, 2, 3, 4]], {"cut": math.nan}),
        ([[1.0, 2, 3, 4]], {"cut": 7, "percent": -1}),
        ([[1.0, 2, 3, 4]], {"cut": 7, "percent": 101}),
        ([[1.0, 2, 3, 4]], {"cut": 7, "percent": math.nan}),
    ],
)
def test_what_is_no_table_or_no_rule_is_refused(scores, rule):
    with pytest.raises(BadInput):
        sudden_gains(scores, **rule)


# The R package suddengains, tests/testthat/test-describe_sg.R (commit 6b2ccf7, 2020) on its own
# data: 24 gains, 15 people, 8 of them with several, sizes 11 (3.43), 4 reversed; of each
# person's first gain 11.4 (3.98), 3 reversed. Asking for three sessions on each side: worked out
# with a plain script, 21 / 14 / 7. An early form of the package, with 2 s^2 on both sides of the
# pooled variance whatever the number of scores, gives the same counts on these data.
@pytest.fixture(scope="module")
def bdi():
    if not SGDATA.exists():
        pytest.skip("the reference data are not beside the project")
    with SGDATA.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [f"bdi_s{number}" for number in range(1, 13)]
    return np.array([[float(row[name] or "nan") for name in names] for row in rows])


def counts(found):
    gains_each = found.gain.sum(axis=1)
    return int(gains_each.sum()), int((gains_each > 0).sum()), int((gains_each > 1).sum())


@pytest.mark.shared
def test_the_published_gains_come_out(bdi):
    found = sudden_gains(bdi, cut=7)
    sizes = found.size[found.gain]
    assert counts(found) == (24, 15, 8)
    assert sizes.mean() == pytest.approx(11.00, abs=0.005)
    assert sizes.std(ddof=1) == pytest.approx(3.43, abs=0.005)
    assert found.reversed.sum() == 4
    assert counts(sudden_gains(bdi, cut=7, full_windows=True)) == (21, 14, 7)


@pytest.mark.shared
def test_the_first_gain_of_each_person_comes_out(bdi):
    found = sudden_gains(bdi, cut=7)
    first = dict(reversed(np.argwhere(found.gain).tolist()))
    sizes = [found.size[place] for place in first.items()]
    assert statistics.mean(sizes) == pytest.approx(11.4, abs=0.05)
    assert statistics.stdev(sizes) == pytest.approx(3.98, abs=0.005)
    assert sum(found.reversed[place] for place in first.items()) == 3


@pytest.mark.shared
@pytest.mark.parametrize("factor", [0.1, 1 / 3, 2, 63.7])
def test_the_published_gains_in_another_unit_and_order(bdi, factor):
    order = np.random.default_rng(5).permutation(len(bdi))
    found = sudden_gains(bdi, cut=7)
    moved = sudden_gains(bdi[order] * factor, cut=7 * factor)
    np.testing.assert_array_equal(moved.gain, found.gain[order])
    np.testing.assert_array_equal(moved.loss, found.loss[order])
    np.testing.assert_array_equal(moved.reversed, found.reversed[order])
    assert moved.size[moved.gain].mean() == pytest.approx(11 * factor)


@pytest.mark.shared
@pytest.mark.parametrize("shift", [-100, 0.7, 1000])
def test_the_gains_of_the_same_people_on_a_shifted_or_turned_scale(bdi, shift):
    found = sudden_gains(bdi, cut=7, percent=None)
    np.testing.assert_array_equal(sudden_gains(bdi + shift, cut=7, percent=0).gain, found.gain)
    turned = sudden_gains(shift - bdi, cut=7, percent=None, higher_is_better=True)
    np.testing.assert_array_equal(turned.gain, found.gain)
    np.testing.assert_array_equal(turned.reversed, found.reversed)


@pytest.mark.shared
def test_the_plain_loop_gives_the_published_gains_too(bdi):
    assert plainly(bdi, cut=7) == as_sets(sudden_gains(bdi, cut=7))
