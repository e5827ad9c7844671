"""The interval of a share.

Golden numbers: R 4.2.2, `prop.test(x, n, correct = FALSE)$conf.int`, for the pairs below; the
script is `for (p in list(c(9,22), c(0,5), c(5,5), c(1,40), c(26457,54672))) print(
prop.test(p[1], p[2], correct = FALSE)$conf.int, digits = 12)`.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadInput, NoResult
from lacrima.stats.shares import share_of


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (9, 22, 0.232558161965, 0.612651815237),
        (0, 5, 0.000000000000, 0.434482464783),
        (5, 5, 0.565517535217, 1.000000000000),
        (1, 40, 0.004426831503, 0.128813689635),
        (26457, 54672, 0.479734570944, 0.488112288782),
    ],
)
def test_the_interval_is_the_one_of_r(count, n, low, high):
    found = share_of(count, n)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_inside_and_turning_it_round_turns_the_interval_round(pair):
    count, n = pair
    found, turned = share_of(count, n), share_of(n - count, n)
    assert 0 <= found.low <= found.share <= found.high <= 1
    assert found.low == pytest.approx(1 - turned.high, abs=1e-12)


@given(st.integers(1, 100).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_ten_times_as_many_people_make_it_narrower(pair):
    count, n = pair
    few, many = share_of(count, n), share_of(10 * count, 10 * n)
    assert many.high - many.low < few.high - few.low


def test_nobody_has_no_share_and_more_than_all_is_refused():
    with pytest.raises(NoResult):
        share_of(0, 0)
    with pytest.raises(BadInput):
        share_of(3, 2)
    with pytest.raises(BadInput):
        share_of(1, 2, confidence=1.0)
