"""One look at a column, and runs of rows: compiled as in NumPy, and as the numbers are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadInput
from lacrima.stats import columns, groups
from lacrima.stats.columns import Look, look_at, look_plainly, scale_of
from lacrima.stats.groups import codes_of, forest_of
from lacrima.stats.groups_compiled import heads_of, spread, spread_plainly
from lacrima.stats.look_compiled import look

ODD = [np.nan, -np.nan, 0.0, -0.0, 0.5, -2.5, 5e-324, 2.0**51, -(2.0**60), 1.7e308, -1.7e308]
INFINITE = [np.inf, -np.inf]
NUMBERS = st.one_of(st.sampled_from(ODD), st.integers(-30, 30).map(float), st.floats(-1e3, 1e3))
COLUMNS = st.lists(NUMBERS, max_size=60).map(lambda each: np.array(each, dtype=float))
WHOLE = st.lists(st.sampled_from([-3.0, -0.0, 0.0, 27.0, 2.0**40, np.nan]), max_size=60)
RUNS = st.lists(st.integers(1, 9), min_size=1, max_size=30)


@given(st.lists(st.one_of(NUMBERS, st.sampled_from(INFINITE)), max_size=60))
def test_the_look_is_that_of_numpy(numbers):
    values = np.array(numbers, dtype=float)
    low, high, gaps, is_whole = look(values)
    assert (low, high, gaps) == look_plainly(values)[:3]
    assert is_whole <= ((np.rint(values) == values) | np.isnan(values)).all()


@given(WHOLE)
def test_whole_numbers_are_surely_whole_whatever_is_missing(numbers):
    assert look(np.array(numbers, dtype=float))[3]


@given(COLUMNS)
def test_a_column_has_the_same_scale_compiled_and_in_numpy(values):
    compiled = look_at("score", values), scale_of("score", values)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(columns, "is_compiled", lambda: False)
        seen, scale = look_at("score", values), scale_of("score", values)
    assert compiled[1] == scale
    assert (compiled[0].low, compiled[0].high) == (seen.low, seen.high)
    assert compiled[0].has_gaps == seen.has_gaps == np.isnan(values).any()


@pytest.mark.parametrize("is_compiled", [True, False])
def test_where_nothing_is_there_the_range_is_zero(is_compiled, monkeypatch):
    monkeypatch.setattr(columns, "is_compiled", lambda is_on=is_compiled: is_on)
    for values in (np.array([]), np.full(3, np.nan), np.array([], dtype=int)):
        seen = look_at("score", values)
        assert (seen.low, seen.high, seen.has_gaps) == (0.0, 0.0, values.size > 0)
        assert scale_of("score", values).units == 1


@pytest.mark.parametrize("is_compiled", [True, False])
@pytest.mark.parametrize("infinite", INFINITE)
def test_an_infinite_number_is_named_with_its_row(infinite, is_compiled, monkeypatch):
    monkeypatch.setattr(columns, "is_compiled", lambda is_on=is_compiled: is_on)
    with pytest.raises(BadInput, match="column score, row 3"):
        look_at("score", np.array([1.0, np.nan, infinite, 0.5, -infinite]))


def test_numbers_of_any_kind_and_place_are_looked_at():
    values = np.array([3.0, 1.0, -2.0, 0.0])
    fixed = values.copy()
    fixed.flags.writeable = False
    swapped = values.astype(values.dtype.newbyteorder())
    for each in (values, fixed, swapped, values[::-1], values.astype(int), values.astype("f4")):
        seen = look_at("score", each)
        assert (seen.low, seen.high, seen.has_gaps) == (-2.0, 3.0, False)
        assert scale_of("score", each).units == 1
    assert look_at("score", np.array([7, 7], dtype=np.uint8)) == Look(7.0, 7.0, False, True)


@given(RUNS)
def test_runs_are_found_and_spread_as_in_numpy(lengths):
    is_head = np.zeros(sum(lengths), dtype=bool)
    is_head[np.cumsum([0, *lengths[:-1]])] = True
    values = np.arange(len(lengths)) * 7 - 1
    assert np.array_equal(heads_of(is_head, len(lengths)), np.flatnonzero(is_head))
    assert np.array_equal(spread(values, is_head), np.repeat(values, lengths))
    assert np.array_equal(spread_plainly(values, is_head), np.repeat(values, lengths))


@given(RUNS, st.integers(0, 2**32 - 1))
def test_groups_are_the_same_compiled_and_in_numpy(lengths, seed):
    client = np.repeat(np.random.default_rng(seed).integers(-2, 12, len(lengths)), lengths)
    ids = {"client": np.where(client < 0, np.nan, client), "word": client.astype(str)}
    ids["word"][client == 3] = ""
    found = []
    for is_compiled in (True, False):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(groups, "is_compiled", lambda is_on=is_compiled: is_on)
            patched.setattr(groups, "MANY", 1)
            found.append([forest_of(ids, (name,), client.size).of_row for name in ids])
    row_by_row = [codes_of(values).codes for values in ids.values()]
    for one, two, three in zip(*found, row_by_row, strict=True):
        assert np.array_equal(one, two)
        assert np.array_equal(one, three)
