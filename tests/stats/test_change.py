"""Reliable change, cut-offs and the five outcomes: textbook values and laws."""

from __future__ import annotations

import doctest
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lacrima.errors import BadInput, NoResult
from lacrima.stats import change
from lacrima.stats.change import (
    CATEGORIES,
    classify,
    critical_change,
    cut_off,
    reliable_change,
    sd_of,
)


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(change).failed == 0


# Published values: INSTRUMENTS.md 4b. Each line names its source.
@pytest.mark.parametrize(
    ("sd", "reliability", "confidence", "published", "places"),
    [
        (7.5, 0.8, 0.95, 9.2969, 4),  # R package CECPfuns, test of its RCI
        (10.5, 0.961, 0.95, 5.7477, 3),  # R package suddengains, test (z rounded to 1.96 there)
        (7.7, 0.90, 0.90, 5.66, 2),  # CORE-10 norms: "6" is this, rounded up, at 90 %
        (7.7, 0.90, 0.95, 6.75, 2),  # the same at 95 %: 7, not 6
        (4.5, 0.92, 0.95, 3.53, 2),  # GAD-7, NHS Talking Therapies: 4 is this, rounded up
    ],
)
def test_the_critical_change_is_the_published_one(sd, reliability, confidence, published, places):
    critical = critical_change(sd=sd, reliability=reliability, confidence=confidence)
    assert round(critical, places) == pytest.approx(published, abs=0.6 * 10**-places)


TEXTBOOK = {
    "clinical_mean": 40, "clinical_sd": 7.5, "functional_mean": 60, "functional_sd": 7.5,
}  # fmt: skip


@pytest.mark.parametrize(("kind", "expected"), [("a", 55), ("b", 45), ("c", 50)])
def test_the_textbook_cut_offs(kind, expected):
    """Jacobson and Truax 1991: clinical 40, functional 60, SD 7.5."""
    assert cut_off(kind, **TEXTBOOK, higher_is_better=True) == expected
    mirrored = {
        key: (100 - value if key.endswith("mean") else value) for key, value in TEXTBOOK.items()
    }
    assert cut_off(kind, **mirrored) == 100 - expected


def test_cut_off_b_stands_on_the_functional_group():
    """README of the R package JTRCI: functional 30, SD 5 gives 40, where lower is better.

    The R package clinicalsignificance takes the clinical SD here (INSTRUMENTS.md 4c.1), which
    its own tests, with equal SDs, cannot see.
    """
    assert cut_off("b", functional_mean=30, functional_sd=5) == 40
    assert cut_off("b", functional_mean=30, functional_sd=5, clinical_mean=60, clinical_sd=11) == 40


def test_the_core_10_cut_off():
    """CORE-10: clinical 19.7 (7.7), general 4.7 (4.8); published 11, which is 10.46 rounded up."""
    norms = {
        "clinical_mean": 19.7,
        "clinical_sd": 7.7,
        "functional_mean": 4.7,
        "functional_sd": 4.8,
    }
    assert cut_off("c", **norms) == pytest.approx(10.46, abs=0.005)
    assert math.ceil(cut_off("c", **norms)) == 11


@pytest.mark.parametrize(
    ("tie", "pre", "post", "expected"),
    [
        ("strict", 10, 4, "unchanged"),
        ("inclusive", 10, 4, "recovered"),
        ("strict", 16, 10, "unchanged"),
        ("inclusive", 16, 10, "improved"),
        ("strict", 17, 10, "improved"),
        ("inclusive", 17, 9, "recovered"),
        ("strict", 17, 9, "recovered"),
        ("strict", 10, 3, "improved"),
        ("strict", 4, 10, "unchanged"),
        ("inclusive", 4, 10, "harmed"),
        ("strict", 4, 11, "harmed"),
        ("strict", 11, 18, "deteriorated"),
        ("strict", 3, 10, "deteriorated"),
    ],
)
def test_ties_by_both_rules_with_critical_change_6_and_cut_off_10(tie, pre, post, expected):
    assert CATEGORIES[classify([pre], [post], critical=6, cut=10, tie=tie)[0]] == expected
    mirrored = classify([-pre], [-post], critical=6, cut=-10, tie=tie, higher_is_better=True)
    assert CATEGORIES[mirrored[0]] == expected


@pytest.mark.parametrize(
    "call",
    [
        lambda: reliable_change([1, 2], [1, 2], reliability=1.0),
        lambda: reliable_change([1, 2], [1, 2], reliability=-0.1),
        lambda: reliable_change([1, 2], [1, 2], reliability=float("nan")),
        lambda: reliable_change([1, 2], [1, 2], reliability=0.8, confidence=1),
        lambda: reliable_change([1, 2], [1, 2], reliability=0.8, confidence=0),
        lambda: reliable_change([1, 2], [1, 2], reliability=0.8, sd_pre=0),
        lambda: reliable_change([1, 2], [1], reliability=0.8),
        lambda: reliable_change([1, float("nan")], [1, 2], reliability=0.8),
        lambda: reliable_change([1, float("inf")], [1, 2], reliability=0.8),
        lambda: reliable_change(["x", 1], [1, 2], reliability=0.8),
        lambda: reliable_change([[1, 2]], [[1, 2]], reliability=0.8),
        lambda: cut_off("d", **TEXTBOOK),
        lambda: cut_off("b", functional_mean=1, functional_sd=0),
        lambda: cut_off("a", clinical_mean=float("nan"), clinical_sd=1),
        lambda: classify([1], [1], critical=0),
        lambda: classify([1], [1], critical=1, tie="loose"),
    ],
)
def test_what_is_out_of_range_is_refused(call):
    with pytest.raises(BadInput):
        call()


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: sd_of([3]), "1 scores"),
        (lambda: sd_of([]), "0 scores"),
        (lambda: sd_of([0.1, 0.1, 0.1]), "all the same"),
        (lambda: cut_off("a", functional_mean=1, functional_sd=1), "no clinical mean and SD"),
        (lambda: cut_off("b", clinical_mean=1, clinical_sd=1), "no functional mean and SD"),
        (lambda: cut_off("c", functional_mean=1, clinical_mean=1), "no functional SD"),
        (
            lambda: reliable_change([1e308, -1e308], [-1e308, 1e308], reliability=0.8, sd_pre=1),
            "too large",
        ),
    ],
)
def test_what_cannot_be_formed_says_why(call, word):
    with pytest.raises(NoResult, match=word):
        call()


def test_an_unchanged_score_has_an_index_of_plain_zero():
    index = reliable_change([3, 4], [3, 4], reliability=0.8).index
    assert not np.signbit(index).any()


# Halves keep sums and differences exact, so that the laws hold to the last bit.
halves = st.integers(-200, 200).map(lambda number: number / 2)
pairs = st.lists(st.tuples(halves, halves), min_size=2, max_size=30)
reliabilities = st.floats(0, 0.99)
ties = st.sampled_from(["strict", "inclusive"])


@given(pairs, reliabilities, halves, ties)
def test_reflecting_scores_cut_and_direction_leaves_every_category(both, reliability, cut, tie):
    pre, post = np.array(both).T
    assume(np.ptp(pre) > 0)
    one = reliable_change(pre, post, reliability=reliability)
    other = reliable_change(-pre, -post, reliability=reliability, higher_is_better=True)
    assert one.critical_change == pytest.approx(other.critical_change)
    assert np.allclose(one.index, other.index)
    critical = one.critical_change
    kept = classify(pre, post, critical=critical, cut=cut, tie=tie)
    assert (
        kept == classify(-pre, -post, critical=critical, cut=-cut, tie=tie, higher_is_better=True)
    ).all()


@given(pairs, reliabilities, halves)
def test_swapping_before_and_after_turns_better_into_worse(both, reliability, cut):
    pre, post = np.array(both).T
    there = classify(pre, post, critical=2, cut=cut)
    back = classify(post, pre, critical=2, cut=cut)
    assert (back == len(CATEGORIES) - 1 - there).all()


@given(pairs, reliabilities, halves, ties, st.sampled_from([0.25, 0.5, 2, 8]), halves)
def test_another_unit_leaves_every_category(both, reliability, cut, tie, factor, shift):
    pre, post = np.array(both).T
    assume(np.ptp(pre) > 0)
    critical = reliable_change(pre, post, reliability=reliability).critical_change
    scaled = reliable_change(pre * factor + shift, post * factor + shift, reliability=reliability)
    assert scaled.critical_change == pytest.approx(critical * factor)
    kept = classify(pre, post, critical=critical, cut=cut, tie=tie)
    moved = classify(
        pre * factor + shift,
        post * factor + shift,
        critical=critical * factor,
        cut=cut * factor + shift,
        tie=tie,
    )
    assert (kept == moved).all()


@given(pairs, halves, ties)
def test_everybody_is_in_exactly_one_category(both, cut, tie):
    pre, post = np.array(both).T
    codes = classify(pre, post, critical=1.5, cut=cut, tie=tie)
    counts = np.bincount(codes, minlength=5)
    assert counts.sum() == len(both)
    without = classify(pre, post, critical=1.5, tie=tie)
    bare = np.bincount(without, minlength=5)
    assert (bare[0], bare[4]) == (0, 0)
    assert bare[1] == counts[0] + counts[1]
    assert bare[3] == counts[3] + counts[4]
    assert bare[2] == counts[2]


@given(halves, halves, st.floats(0.5, 20), st.floats(0.5, 20))
def test_cut_off_c_lies_between_the_two_means(one, other, one_sd, other_sd):
    cut = cut_off(
        "c", clinical_mean=one, clinical_sd=one_sd, functional_mean=other, functional_sd=other_sd
    )
    assert min(one, other) - 1e-9 <= cut <= max(one, other) + 1e-9
