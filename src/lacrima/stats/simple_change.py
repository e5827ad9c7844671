"""Two plain answers to "how much better?": so many per cent, or so many points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lacrima.errors import BadInput
from lacrima.stats.borders import Flags, nearness, reaches
from lacrima.stats.numbers import Numbers, above_zero, pairs, percentage


@dataclass(frozen=True, slots=True)
class SimpleChange:
    """The change of n people, and for whom it reaches the border.

    amount: improvement in per cent or in points, negative where it is worse. is_improved,
    is_worse: whether it reaches the border in that direction; reaching is enough.
    """

    amount: Numbers
    is_improved: Flags
    is_worse: Flags


def percentage_change(
    pre: npt.ArrayLike,
    post: npt.ArrayLike,
    *,
    percent: float = 50.0,
    best: float = 0.0,
    higher_is_better: bool = False,
) -> SimpleChange:
    """What share of the complaints has gone?

    100 x improvement / distance of the score before from the best score there is. With
    percent=50 who is improved is often called a responder, with 30 a partial responder. It
    says nothing about measurement error: from 4 to 2 on a scale of 27 is 50 per cent.

    pre, post: n scores each, in the same order of people; none missing. best: the score of no
    complaints at all, the lowest of the scale or, with `higher_is_better`, the highest. It
    matters: 50 per cent of 40 on a scale that begins at 16 is not 20 points but 12.

    Returns amounts in per cent; NaN, neither improved nor worse, where the score before was
    already the best. Raises BadInput for arrays of different length, missing or infinite
    values, a score better than the best, or a percentage not above 0 and up to 100.

    Source: Obermeier et al. 2011, 10.1186/1471-244X-11-113: why the lowest score of the scale
    comes off first, and how often that is forgotten.

    >>> found = percentage_change([20.0, 4.0, 0.0], [10.0, 3.0, 5.0])
    >>> found.amount.tolist(), found.is_improved.tolist()
    ([50.0, 25.0, nan], [True, False, False])
    >>> percentage_change([40.0], [28.0], best=16).amount.tolist()
    [50.0]
    """
    before, after = pairs(pre, post)
    least = 100 * percentage("percent", above_zero("percent", percent))
    complaints = best - before if higher_is_better else before - best
    left = best - after if higher_is_better else after - best
    if (complaints < 0).any() or (left < 0).any():
        raise BadInput(
            "a score better than the best one",
            where="best",
            expected="the lowest score of the scale, or the highest where higher is better",
        )
    can_be_said = complaints > 0
    amount = np.full(before.shape, np.nan)
    np.divide(100 * (complaints - left), complaints, out=amount, where=can_be_said)
    near = nearness(amount, least)
    return SimpleChange(amount, reaches(amount, least, near), reaches(-amount, least, near))


def anchor_change(
    pre: npt.ArrayLike, post: npt.ArrayLike, *, points: float, higher_is_better: bool = False
) -> SimpleChange:
    """Who changed by as many points as people, on average, call a difference?

    points: the minimal important difference of the measure, found elsewhere by asking people
    whether they feel better (the anchor) and looking at their scores. It is an average over a
    sample, differs between samples and with the score before, and can be smaller than the
    measurement error of one person's score: then it says nothing about one person.

    pre, post: n scores each, in the same order of people; none missing. Returns amounts in
    points, positive is better. Raises BadInput for arrays of different length, missing or
    infinite values, or points not above 0.

    Source: Jaeschke, Singer and Guyatt 1989, 10.1016/0197-2456(89)90005-6.

    >>> found = anchor_change([12.0, 12.0, 12.0], [10.0, 11.0, 14.0], points=1.7)
    >>> found.amount.tolist(), found.is_improved.tolist(), found.is_worse.tolist()
    ([2.0, 1.0, -2.0], [True, False, False], [False, False, True])
    """
    before, after = pairs(pre, post)
    least = above_zero("points", points)
    amount = (after - before if higher_is_better else before - after) + 0.0
    near = nearness(before, after, least)
    return SimpleChange(amount, reaches(amount, least, near), reaches(-amount, least, near))
