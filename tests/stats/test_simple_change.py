"""Change in per cent, by an anchor, and as NHS Talking Therapies count it."""

from __future__ import annotations

import doctest
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadInput
from lacrima.stats import nhs, simple_change
from lacrima.stats.nhs import GAD_7, PHQ_9, Measure, nhs_outcome
from lacrima.stats.simple_change import anchor_change, percentage_change

FLAGS = (
    "was_case",
    "is_recovered",
    "is_reliably_improved",
    "is_reliably_worse",
    "is_reliably_recovered",
)


@pytest.mark.parametrize("module", [nhs, simple_change])
def test_the_examples_in_the_docstrings_run(module):
    found = doctest.testmod(module)
    assert found.attempted
    assert found.failed == 0


@pytest.mark.parametrize(
    ("pre", "post", "percent", "is_improved", "is_worse"),
    [
        (20, 10, 50, True, False),
        (20, 11, 50, False, False),
        (20, 14, 30, True, False),
        (20, 30, 50, False, True),
        (4, 2, 50, True, False),
    ],
)
def test_reaching_the_percentage_is_enough(pre, post, percent, is_improved, is_worse):
    found = percentage_change([pre], [post], percent=percent)
    assert (found.is_improved[0], found.is_worse[0]) == (is_improved, is_worse)


def test_the_lowest_score_of_the_scale_comes_off_first():
    assert percentage_change([46.0], [31.0], best=16).amount.tolist() == [50.0]
    assert percentage_change([46.0], [31.0]).amount[0] < 50


def test_on_a_scale_of_wellbeing_the_way_to_the_best_score_counts():
    found = percentage_change([40.0, 100.0], [70.0, 90.0], best=100, higher_is_better=True)
    assert found.amount[0] == 50
    assert math.isnan(found.amount[1])
    assert not found.is_worse[1]


@pytest.mark.parametrize(
    "rule",
    [{"percent": 0}, {"percent": 101}, {"percent": math.nan}, {"best": 10}],
)
def test_a_percentage_that_makes_no_sense_is_refused(rule):
    with pytest.raises(BadInput):
        percentage_change([20.0], [9.0], **rule)


def test_a_score_above_the_best_one_of_a_wellbeing_scale_is_refused():
    with pytest.raises(BadInput):
        percentage_change([20.0], [9.0], best=0, higher_is_better=True)


SCORES = st.lists(st.tuples(st.integers(0, 27), st.integers(0, 27)), min_size=1, max_size=30)
FACTORS = st.sampled_from([0.1, 1 / 3, 2.0, 7.3])


@given(SCORES, FACTORS, st.sampled_from([30, 50]))
def test_per_cent_do_not_know_the_unit_nor_the_direction(scores, factor, percent):
    pre, post = np.array(scores, dtype=float).T
    found = percentage_change(pre, post, percent=percent)
    other = percentage_change(pre * factor, post * factor, percent=percent)
    turned = percentage_change(27 - pre, 27 - post, best=27, percent=percent, higher_is_better=True)
    for each in (other, turned):
        np.testing.assert_array_equal(each.is_improved, found.is_improved)
        np.testing.assert_array_equal(each.is_worse, found.is_worse)


@given(SCORES, FACTORS, st.sampled_from([-50.0, 0.1, 3.0]), st.integers(1, 9))
def test_points_move_with_the_unit_and_do_not_know_the_zero(scores, factor, shift, points):
    pre, post = np.array(scores, dtype=float).T
    found = anchor_change(pre, post, points=points)
    moved = anchor_change(pre * factor + shift, post * factor + shift, points=points * factor)
    turned = anchor_change(-pre, -post, points=points, higher_is_better=True)
    for each in (moved, turned):
        np.testing.assert_array_equal(each.is_improved, found.is_improved)
        np.testing.assert_array_equal(each.is_worse, found.is_worse)
    assert not (found.is_improved & found.is_worse).any()


@pytest.mark.parametrize("points", [0, -1, math.inf, math.nan])
def test_points_that_are_none_are_refused(points):
    with pytest.raises(BadInput):
        anchor_change([1.0], [2.0], points=points)


def judged(phq_pre, phq_post, gad_pre, gad_post, **rule):
    found = nhs_outcome(
        depression_pre=[phq_pre],
        depression_post=[phq_post],
        anxiety_pre=[gad_pre],
        anxiety_post=[gad_post],
        **rule,
    )
    return {name for name in FLAGS if getattr(found, name)[0]}


# The borders as the manual is quoted: a case from 10 on the PHQ-9 or 8 on the GAD-7, recovered
# below both, reliable from 6 and 4 points.
@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        # A case on one measure is a case; the borders themselves are clinical.
        ((10, 10, 7, 7), {"was_case"}),
        ((9, 9, 8, 8), {"was_case"}),
        ((9, 9, 7, 7), set()),
        # Below both at the end is recovered, reliably where it moved far enough.
        ((10, 9, 7, 7), {"was_case", "is_recovered"}),
        (
            (15, 9, 7, 7),
            {"was_case", "is_recovered", "is_reliably_improved", "is_reliably_recovered"},
        ),
        # Six points, but still a case on the other.
        ((15, 9, 10, 8), {"was_case", "is_reliably_improved"}),
        # Better without having been a case: improved, and never recovered.
        ((9, 3, 5, 5), {"is_reliably_improved"}),
        # Five points are too few, on the GAD-7 four are enough.
        ((15, 10, 9, 9), {"was_case"}),
        (
            (5, 5, 11, 7),
            {"was_case", "is_recovered", "is_reliably_improved", "is_reliably_recovered"},
        ),
        # Worse on one, by enough.
        ((5, 11, 3, 3), {"is_reliably_worse"}),
        # Better on one and worse on the other: neither.
        ((20, 12, 4, 9), {"was_case"}),
    ],
)
def test_the_nhs_rule_on_small_cases(scores, expected):
    assert judged(*scores) == expected


def test_the_clause_on_the_other_measure_can_be_left_out():
    assert judged(20, 12, 4, 9, other_may_worsen=True) == {"was_case", "is_reliably_improved"}


def test_a_specific_measure_brings_its_own_borders():
    fear = Measure("another", cut_off=20, reliable=10)
    assert judged(5, 5, 25, 15, anxiety=fear) >= {"was_case", "is_reliably_recovered"}
    with pytest.raises(BadInput):
        Measure("none", cut_off=10, reliable=0)


PAIRS = st.lists(
    st.tuples(*[st.integers(0, 27)] * 2, *[st.integers(0, 21)] * 2), min_size=1, max_size=30
)


@given(PAIRS, FACTORS, st.randoms())
def test_the_nhs_rule_does_not_know_the_order_of_people_nor_the_unit(scores, factor, chance):
    order = list(range(len(scores)))
    chance.shuffle(order)
    rows = np.array(scores, dtype=float).T
    names = ("depression_pre", "depression_post", "anxiety_pre", "anxiety_post")
    found = nhs_outcome(**dict(zip(names, rows, strict=True)))
    moved = nhs_outcome(
        **dict(zip(names, rows[:, order] * factor, strict=True)),
        depression=Measure("PHQ-9", PHQ_9.cut_off * factor, PHQ_9.reliable * factor),
        anxiety=Measure("GAD-7", GAD_7.cut_off * factor, GAD_7.reliable * factor),
    )
    for name in FLAGS:
        np.testing.assert_array_equal(getattr(moved, name), getattr(found, name)[order])
    assert not (found.is_reliably_improved & found.is_reliably_worse).any()
    assert not (found.is_reliably_recovered & ~found.is_recovered).any()
    assert not (found.is_recovered & ~found.was_case).any()


def test_people_with_one_measure_only_are_refused():
    with pytest.raises(BadInput):
        nhs_outcome(
            depression_pre=[12, 12], depression_post=[5, 5], anxiety_pre=[9], anxiety_post=[4]
        )
    with pytest.raises(BadInput):
        judged(12, 5, math.nan, 4)
