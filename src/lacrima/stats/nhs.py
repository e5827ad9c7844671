"""Recovery and improvement as NHS Talking Therapies in England count them: two measures at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy.typing as npt

from lacrima.errors import BadInput
from lacrima.stats.borders import Flags, nearness, reaches
from lacrima.stats.numbers import Numbers, above_zero, pairs


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of the pair: a score of `cut_off` or more is a case, `reliable` points count.

    High scores are complaints.
    """

    name: str
    cut_off: float
    reliable: float

    def __post_init__(self) -> None:
        """Refuse borders that are none."""
        above_zero("cut_off", self.cut_off)
        above_zero("reliable", self.reliable)


PHQ_9 = Measure("PHQ-9", cut_off=10, reliable=6)
GAD_7 = Measure("GAD-7", cut_off=8, reliable=4)


@dataclass(frozen=True, slots=True)
class NhsOutcome:
    """What became of n people; every array has one place a person.

    was_case: at or above the cut-off on one measure or both at the start. is_recovered: was,
    and is below both at the end. is_reliably_improved, is_reliably_worse: see `nhs_outcome`;
    never both. is_reliably_recovered: recovered and reliably improved. Recovery is counted
    among those who were cases; reliable improvement among all.
    """

    was_case: Flags
    is_recovered: Flags
    is_reliably_improved: Flags
    is_reliably_worse: Flags
    is_reliably_recovered: Flags


def nhs_outcome(
    *,
    depression_pre: npt.ArrayLike,
    depression_post: npt.ArrayLike,
    anxiety_pre: npt.ArrayLike,
    anxiety_post: npt.ArrayLike,
    depression: Measure = PHQ_9,
    anxiety: Measure = GAD_7,
    other_may_worsen: bool = False,
) -> NhsOutcome:
    """Who counts as recovered, and who as reliably improved, in NHS Talking Therapies?

    *Reliably improved*: better by at least the reliable change on one measure or both, while
    the other is not worse by its reliable change. *Reliably worse* is the same the other way.
    That the other measure must not be reliably worse is how the rule is usually told; we could
    not read it in the manual itself. With `other_may_worsen` that clause is left out of the
    improvement, and who improves on one measure counts, whatever the other does.

    Four rows of n scores, in the same order of people; none missing: leave out who has not
    both measures at both times. In place of the GAD-7 may stand the specific measure of an
    anxiety problem with its own borders; where that is missing, the GAD-7 is used.

    Raises BadInput for rows of different length, missing or infinite values.

    Source: Clark 2018, 10.1146/annurev-clinpsy-050817-084833, for the measures; caseness on
    one or both at https://fingertips.phe.org.uk/profile/common-mental-disorders; borders 10
    and 6, 8 and 4 as the manual is quoted in the data files of the PHQ-9 and the GAD-7.

    >>> found = nhs_outcome(depression_pre=[15, 15, 5], depression_post=[7, 9, 5],
    ...     anxiety_pre=[9, 6, 6], anxiety_post=[6, 10, 6])
    >>> found.was_case.tolist(), found.is_recovered.tolist()
    ([True, True, False], [True, False, False])
    >>> found.is_reliably_improved.tolist(), found.is_reliably_recovered.tolist()
    ([True, False, False], [True, False, False])
    """
    low, low_end = pairs(depression_pre, depression_post)
    fear, fear_end = pairs(anxiety_pre, anxiety_post)
    _check(low, fear)
    was_case = _is_case(low, depression) | _is_case(fear, anxiety)
    is_case = _is_case(low_end, depression) | _is_case(fear_end, anxiety)
    is_better = _falls(low, low_end, depression) | _falls(fear, fear_end, anxiety)
    is_worse = _falls(low_end, low, depression) | _falls(fear_end, fear, anxiety)
    is_improved = is_better if other_may_worsen else is_better & ~is_worse
    is_recovered = was_case & ~is_case
    return NhsOutcome(
        was_case, is_recovered, is_improved, is_worse & ~is_better, is_recovered & is_improved
    )


def _is_case(scores: Numbers, measure: Measure) -> Flags:
    return reaches(scores, measure.cut_off, nearness(scores, measure.cut_off))


def _falls(before: Numbers, after: Numbers, measure: Measure) -> Flags:
    near = nearness(before, after, measure.reliable)
    return reaches(before - after, measure.reliable, near)


def _check(low: Numbers, fear: Numbers) -> None:
    if low.shape != fear.shape:
        raise BadInput(
            "not as many people with one measure as with the other",
            where="depression, anxiety",
            expected="both measures of the same people",
        )
