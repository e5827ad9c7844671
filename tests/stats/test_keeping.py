"""Sums that are kept: joined, taken apart, written down and read again."""

import doctest

import numpy as np
import pytest

from lacrima.errors import BadInput
from lacrima.stats import keeping
from lacrima.stats.keeping import as_bytes, from_bytes, joined, without
from lacrima.stats.model import Rows
from lacrima.stats.multilevel import fit_sums
from lacrima.stats.sums import sums_of
from tests.stats.shapes import MODELS, practice


def test_the_examples_in_the_docstrings_run():
    found = doctest.testmod(keeping)
    assert found.attempted
    assert found.failed == 0


def part(rows, chosen):
    order = None if rows.order is None else rows.order[chosen]
    return Rows(
        {name: values[chosen] for name, values in rows.columns.items()},
        {name: ids[chosen] for name, ids in rows.ids.items()},
        order,
    )


@pytest.mark.parametrize("case", ["two", "three", "five"])
def test_a_new_session_is_added_as_if_it_had_been_there(case):
    rows, model = practice(1), MODELS[case]
    whole = sums_of(rows, model)
    last = np.arange(rows.n) == rows.n // 2
    kept = sums_of(part(rows, ~last), model, scales=whole.scales)
    again = joined(kept, sums_of(part(rows, last), model, scales=whole.scales))
    assert np.array_equal(again.cross, whole.cross)
    assert np.array_equal(again.total, whole.total)
    assert again.rows_read == whole.rows_read
    assert fit_sums(again, model).criterion == fit_sums(whole, model).criterion


@pytest.mark.parametrize("level", ["client", "therapist"])
def test_who_withdraws_is_gone_as_if_never_there(level):
    rows, model = practice(2), MODELS["three"]
    whole = sums_of(rows, model)
    stays = ~np.isin(rows.ids[level], [1, 3])
    less = without(whole, level, [1, 3])
    anew = sums_of(part(rows, stays), model, scales=whole.scales)
    assert np.array_equal(less.cross, anew.cross)
    assert [list(each) for each in less.labels] == [list(each) for each in anew.labels]
    assert less.rows_read == anew.rows_read
    with pytest.raises(BadInput, match="not there"):
        without(whole, level, ["nobody"] if less.labels[0].dtype.kind == "U" else [10**6])


def test_two_practices_are_one_in_the_same_scales():
    one, two = practice(3), practice(4)
    other = Rows(two.columns, {name: ids + 1000 for name, ids in two.ids.items()}, two.order)
    model = MODELS["serial"]
    both = Rows(
        {name: np.concatenate([one.columns[name], two.columns[name]]) for name in one.columns},
        {name: np.concatenate([one.ids[name], other.ids[name]]) for name in one.ids},
        np.concatenate([one.order, two.order]),
    )
    whole = sums_of(both, model, ar1=True)
    parts = [sums_of(each, model, ar1=True, scales=whole.scales) for each in (one, other)]
    found = fit_sums(joined(*parts), model)
    expected = fit_sums(whole, model)
    assert found.criterion == pytest.approx(expected.criterion, rel=1e-12)
    assert found.phi == pytest.approx(expected.phi, abs=1e-8)
    with pytest.raises(BadInput, match="sessions in both"):
        joined(parts[0], parts[0])


@pytest.mark.parametrize(("case", "ar1"), [("three", False), ("serial", True)])
def test_what_is_written_down_is_read_again(case, ar1):
    model = MODELS[case]
    sums = sums_of(practice(5), model, ar1=ar1)
    again = from_bytes(as_bytes(sums))
    assert fit_sums(again, model).criterion == fit_sums(sums, model).criterion
    assert again.scales == sums.scales
    with pytest.raises(BadInput, match="no file of sums"):
        from_bytes(b"something else")


def test_sums_that_do_not_fit_each_other_are_refused():
    rows = practice(6)
    one = sums_of(rows, MODELS["two"])
    with pytest.raises(BadInput, match="different models"):
        joined(one, sums_of(rows, MODELS["three"]))
    moved = Rows({**rows.columns, "score": rows.columns["score"] + 1e6}, rows.ids)
    with pytest.raises(BadInput, match="column score"):
        joined(one, sums_of(moved, MODELS["two"]))
    with pytest.raises(BadInput, match="made for this model"):
        fit_sums(one, MODELS["three"])


def test_numbers_finer_than_the_kept_scale_are_refused_not_rounded():
    rows = practice(7)
    kept = sums_of(rows, MODELS["two"])
    finer = Rows({**rows.columns, "score": rows.columns["score"] + 0.25}, rows.ids)
    with pytest.raises(BadInput, match="column score: numbers finer"):
        sums_of(finer, MODELS["two"], scales=kept.scales)
