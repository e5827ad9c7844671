"""Scores many filled questionnaires at once, arrays in and arrays out, by the rules of `score`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lacrima.errors import BadInput, OutOfRange
from lacrima.instruments.counting import Counting, ScoreRule
from lacrima.instruments.definition import Instrument
from lacrima.instruments.scale import Scale

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

BLOCK_ROWS = 1 << 15


@dataclass(frozen=True, slots=True)
class ScoredMany:
    """What n filled questionnaires say; every array has one place a person.

    `totals` is NaN where the instrument's rule forms no total; `missing` counts the unanswered
    items that count for the total; `flags` has, by the name of the rule, who met it; `subscales`
    has, by slug, the numbers of each subscale, NaN where its own rule forms none.
    """

    totals: FloatArray
    missing: IntArray
    is_prorated: BoolArray
    flags: Mapping[str, BoolArray]
    subscales: Mapping[str, FloatArray]


def score_many(instrument: Instrument, answers: FloatArray) -> ScoredMany:
    """What many filled questionnaires say, by the same rules as `score`.

    answers: shape (n people, n items), columns in the order of `instrument.items`, values as
    answered; NaN is missing, and never counts as 0. For an instrument of which only the total is
    kept: one column, the totals. No people (n = 0) give empty arrays.

    Raises BadInput for another shape, OutOfRange for a value that its item does not allow; the
    message names the row (from 1) and the item, never the value.

    >>> from lacrima.instruments.catalogue import shipped
    >>> import numpy as np
    >>> scored = score_many(shipped()["gad-7"], np.array([[2.0] * 7, [2.0] * 6 + [np.nan]]))
    >>> scored.totals.tolist(), scored.missing.tolist()
    ([14.0, nan], [0, 1])
    """
    rows = _table(instrument, answers)
    if instrument.is_total_only:
        return _totals_alone(instrument, rows)
    scored = _empty(instrument, len(rows))
    for start in range(0, len(rows), BLOCK_ROWS):
        place = slice(start, start + BLOCK_ROWS)
        columns = np.ascontiguousarray(rows[place].T)
        _check_values(instrument, columns, start)
        _score_block(instrument, columns, scored, place)
    return scored


def _table(instrument: Instrument, answers: FloatArray) -> FloatArray:
    columns = 1 if instrument.is_total_only else len(instrument.items)
    rows = np.asarray(answers, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != columns:
        raise BadInput(
            "answers of another shape",
            where=instrument.name,
            expected=f"one row a person, {columns} columns",
        )
    return rows


def _empty(instrument: Instrument, people: int) -> ScoredMany:
    return ScoredMany(
        totals=np.full(people, np.nan),
        missing=np.zeros(people, dtype=np.int64),
        is_prorated=np.zeros(people, dtype=np.bool_),
        flags={rule.name: np.zeros(people, dtype=np.bool_) for rule in instrument.flags},
        subscales={one.slug: np.full(people, np.nan) for one in instrument.subscales},
    )


def _check_values(instrument: Instrument, columns: FloatArray, start: int) -> None:
    for item, column in zip(instrument.items, columns, strict=True):
        wrong = ~(_is_allowed(item.scale, column) | np.isnan(column))
        if wrong.any():
            raise OutOfRange(
                "an answer this item does not allow",
                where=f"{instrument.name}, row {start + int(np.argmax(wrong)) + 1}, {item.id}",
                expected=f"a whole number from {item.scale.minimum} to {item.scale.maximum}",
            )


def _is_allowed(scale: Scale, column: FloatArray) -> BoolArray:
    values = scale.values
    if len(values) == scale.maximum - scale.minimum + 1:
        is_inside = (column >= scale.minimum) & (column <= scale.maximum)
        return np.asarray(is_inside & (column == np.rint(column)), dtype=np.bool_)
    return np.isin(column, np.array(values, dtype=np.float64))


def _score_block(
    instrument: Instrument, columns: FloatArray, scored: ScoredMany, place: slice
) -> None:
    by_id = {item.id: column for item, column in zip(instrument.items, columns, strict=True)}
    total = instrument.counting
    if total is not None:
        numbers, missing = _numbers(total, by_id)
        scored.totals[place] = numbers
        scored.is_prorated[place] = (missing > 0) & ~np.isnan(numbers)
        scored.missing[place] = missing
    else:
        counted = [by_id[item.id] for item in instrument.scored_items]
        scored.missing[place] = np.isnan(np.array(counted)).sum(axis=0)
    for one in instrument.subscales:
        scored.subscales[one.slug][place] = _numbers(one.counting, by_id)[0]
    for rule in instrument.flags:
        scored.flags[rule.name][place] = by_id[rule.item] >= rule.at_least  # NaN is never


def _numbers(counting: Counting, by_id: Mapping[str, FloatArray]) -> tuple[FloatArray, IntArray]:
    """The number of each person (NaN: none), and how many of the items are missing."""
    people = len(next(iter(by_id.values())))
    summed, missing = np.zeros(people), np.zeros(people, dtype=np.int64)
    for item in counting.items:
        column = by_id[item.id]
        is_missing = np.isnan(column)
        ends = item.scale.minimum + item.scale.maximum
        value = ends - column if item.is_reversed else column
        summed += np.where(is_missing, 0.0, value)
        missing += is_missing
    is_formed = missing <= counting.at_most
    answered = np.maximum(len(counting.items) - missing, 1)
    return np.where(is_formed, _rounded(counting, summed, answered), np.nan), missing


def _rounded(counting: Counting, summed: FloatArray, answered: IntArray) -> FloatArray:
    """The sum as `Counting.number` rounds it: half up, away from 0, in whole steps."""
    steps = 10**counting.decimals
    parts = len(counting.items) if counting.rule is ScoreRule.SUM else 1
    exact = summed.astype(np.int64) * (counting.times * parts * steps)
    rounded = (2 * np.abs(exact) + answered) // (2 * answered)
    return np.asarray(np.sign(exact) * rounded / steps, dtype=np.float64)


def _totals_alone(instrument: Instrument, rows: FloatArray) -> ScoredMany:
    totals = rows[:, 0].copy()
    steps = 10**instrument.decimals
    is_step = np.rint(totals * steps) / steps == totals
    is_inside = (totals >= float(instrument.minimum)) & (totals <= float(instrument.maximum))
    wrong = ~((is_inside & is_step) | np.isnan(totals))
    if wrong.any():
        raise OutOfRange(
            "a total that this questionnaire cannot give",
            where=f"{instrument.name}, row {int(np.argmax(wrong)) + 1}",
            expected=f"{instrument.minimum} to {instrument.maximum}, "
            f"at most {instrument.decimals} decimals",
        )
    scored = _empty(instrument, len(rows))
    return ScoredMany(totals, scored.missing, scored.is_prorated, scored.flags, scored.subscales)
