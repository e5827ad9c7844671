"""Many forms at once say what one form says, for every instrument."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacrima.errors import BadInput, OutOfRange
from lacrima.instruments import scoring_many
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Instrument
from lacrima.instruments.scoring import score, score_total
from lacrima.instruments.scoring_many import score_many

WITH_ITEMS = [slug for slug, one in shipped().items() if not one.is_total_only]


def forms_of(instrument: Instrument) -> st.SearchStrategy[list[list[int | None]]]:
    """A few forms, each item answered or missing."""
    form = st.tuples(*(st.sampled_from([None, *item.scale.values]) for item in instrument.items))
    return st.lists(form.map(list), max_size=6)


def table_of(instrument: Instrument, forms: list[list[int | None]]) -> np.ndarray:
    """Forms as score_many takes them."""
    rows = [[np.nan if value is None else float(value) for value in form] for form in forms]
    return np.array(rows, dtype=np.float64).reshape(len(forms), len(instrument.items))


def same(array_value: float, one_value: object) -> bool:
    """The same number, or none in both."""
    if one_value is None:
        return math.isnan(array_value)
    return array_value == float(str(one_value))


@pytest.mark.parametrize("slug", WITH_ITEMS)
def test_many_forms_say_what_each_of_them_says(slug):
    instrument = shipped()[slug]

    @given(forms_of(instrument))
    def law(forms):
        many = score_many(instrument, table_of(instrument, forms))
        for place, form in enumerate(forms):
            answers = {item.id: v for item, v in zip(instrument.items, form, strict=True)}
            one = score(instrument, answers)
            assert same(many.totals[place], one.total)
            assert many.missing[place] == len(one.missing)
            assert many.is_prorated[place] == one.is_prorated
            flagged = {flag.rule for flag in one.flags}
            assert {name for name, met in many.flags.items() if met[place]} == flagged
            for name, number in one.subscales.items():
                assert same(many.subscales[name][place], number)

    law()


def test_blocks_do_not_change_what_is_said(monkeypatch: pytest.MonkeyPatch):
    instrument = shipped()["phq-9"]
    random = np.random.default_rng(7)
    answers = random.integers(0, 4, (1000, len(instrument.items))).astype(np.float64)
    answers[random.random(answers.shape) < 0.2] = np.nan
    whole = score_many(instrument, answers)
    monkeypatch.setattr(scoring_many, "BLOCK_ROWS", 7)
    cut = score_many(instrument, answers)
    assert np.array_equal(whole.totals, cut.totals, equal_nan=True)
    assert np.array_equal(whole.missing, cut.missing)
    assert np.array_equal(
        whole.flags["thoughts of death or self-harm"], cut.flags["thoughts of death or self-harm"]
    )


def test_the_order_of_people_does_not_matter():
    instrument = shipped()["dass-21"]
    random = np.random.default_rng(3)
    answers = random.integers(0, 4, (200, 21)).astype(np.float64)
    order = random.permutation(200)
    assert np.array_equal(
        score_many(instrument, answers).totals[order], score_many(instrument, answers[order]).totals
    )


@pytest.mark.parametrize("wrong", [4.0, -1.0, 1.5, np.inf])
def test_a_value_outside_the_item_is_refused_with_its_row_and_without_itself(wrong):
    instrument = shipped()["phq-9"]
    answers = np.zeros((40_000, 10))
    answers[39_000, 2] = wrong
    with pytest.raises(OutOfRange) as refused:
        score_many(instrument, answers)
    assert "row 39001, phq9_3" in refused.value.where
    assert str(wrong) not in refused.value.found
    assert "0 to 3" in refused.value.expected


@pytest.mark.parametrize("shape", [(3, 9), (3, 11), (10,), (2, 10, 1)])
def test_another_shape_is_refused(shape):
    with pytest.raises(BadInput, match="10 columns"):
        score_many(shipped()["phq-9"], np.zeros(shape))


def test_nobody_gives_empty_arrays():
    many = score_many(shipped()["phq-4"], np.empty((0, 4)))
    assert many.totals.shape == many.missing.shape == many.subscales["anxiety"].shape == (0,)


def test_answers_are_left_as_they_are():
    answers = np.array([[1.0, np.nan]])
    score_many(shipped()["phq-2"], answers)
    assert np.array_equal(answers, [[1.0, np.nan]], equal_nan=True)


def test_totals_that_are_typed_in_are_one_column():
    ors = shipped()["ors"]
    totals = [0.0, 0.1, 12.3, 23.4, 39.9, 40.0]
    many = score_many(ors, np.array([*totals, np.nan]).reshape(-1, 1))
    assert many.totals[:-1].tolist() == totals
    assert math.isnan(many.totals[-1])
    for wrong in (40.1, -0.1, 12.34):
        with pytest.raises(OutOfRange, match="row 2"):
            score_many(ors, np.array([[1.0], [wrong]]))


def test_every_tenth_of_a_total_is_taken_by_both_ways():
    ors = shipped()["ors"]
    tenths = np.arange(401) / 10
    assert np.array_equal(score_many(ors, tenths.reshape(-1, 1)).totals, tenths)
    assert all(float(score_total(ors, Decimal(n) / 10).total or 0) == tenths[n] for n in range(401))
