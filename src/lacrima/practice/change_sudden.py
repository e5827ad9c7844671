"""Sudden gains and losses in one course of scores, with the moments that lie near them in time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from lacrima.practice.change_rules import Yardstick
from lacrima.stats.gains import sudden_gains

PERCENT = 25
FEWEST_STEPS = 4


@dataclass(frozen=True)
class SuddenChange:
    """A large, lasting change between two sessions that follow each other.

    `size` is positive, in points. `is_reversed`: more than half of it was lost again later.
    `has_moment`: a moment was logged in the session after which it came.
    """

    is_gain: bool
    after: int
    before: int
    size: Decimal
    is_reversed: bool
    has_moment: bool


@dataclass(frozen=True)
class SuddenChanges:
    """What was found, and between how many pairs of sessions one could be told at all."""

    found: tuple[SuddenChange, ...] = ()
    judged: int = 0


def sudden_changes(
    values: Sequence[Decimal | None],
    steps: Sequence[int],
    yardstick: Yardstick,
    *,
    with_moments: Collection[int] = (),
) -> SuddenChanges:
    """Sudden gains and losses by the usual rule; the smallest is the reliable change itself.

    values and steps: one score (None: missing) for each session number, in their order.
    """
    if len(values) < FEWEST_STEPS:
        return SuddenChanges()
    row = [np.nan if value is None else float(value) for value in values]
    gains = sudden_gains(
        [row],
        cut=float(yardstick.critical),
        percent=float(PERCENT),
        higher_is_better=yardstick.higher_is_better,
    )
    found = [
        SuddenChange(
            is_gain=bool(gains.gain[0, at]),
            after=steps[at],
            before=steps[at + 1],
            size=abs((values[at + 1] or Decimal(0)) - (values[at] or Decimal(0))),
            is_reversed=bool(gains.reversed[0, at]),
            has_moment=steps[at] in with_moments,
        )
        for _person, at in gains.steps().tolist()
    ]
    return SuddenChanges(tuple(found), int(gains.is_judged.sum()))
