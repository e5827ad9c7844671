"""When a course is worth a second look: rarely, and once for each client.

Two scores in a row beyond the worse end of the band that comes from the first score alone, or a
score that is worse than the first by the reliable change; never before the third score. The band
from *all* earlier scores follows a client who gets slowly worse and so does not see it: in
simulated practices two in a row beyond it found 4 in 10 of those who got worse, two in a row beyond
that from the first score more than 9 in 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

EARLIEST = 2

Ends = tuple[float | None, float | None]


class Reason(StrEnum):
    """Why a second look may be worth it."""

    TWO_IN_A_ROW = "two-in-a-row"
    RELIABLY_WORSE = "reliably-worse"


@dataclass(frozen=True, slots=True)
class PromptRules:
    """The direction of the scale; reliable_change: in points, None where none is known."""

    higher_is_better: bool = False
    reliable_change: float | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """at: the place of the score, from 0, at which it came first."""

    at: int
    reason: Reason


def prompt_of(scores: Sequence[float], bands: Sequence[Ends], rules: PromptRules) -> Prompt | None:
    """The first prompt of one person; None where there is none.

    scores: in time, none missing. bands: their ends from the first score; None where not drawn.

    >>> prompt_of([12, 13, 17, 18], [(8, 16), (7, 15), (7, 15), (6, 15)], PromptRules())
    Prompt(at=3, reason=<Reason.TWO_IN_A_ROW: 'two-in-a-row'>)
    >>> prompt_of([12, 19], [(8, 16), (7, 20)], PromptRules(reliable_change=6)) is None
    True
    """
    sign = -1.0 if rules.higher_is_better else 1.0
    was_out = False
    for at, score in enumerate(scores):
        is_out = _is_beyond(score, bands[at], rules)
        if at >= EARLIEST:
            if is_out and was_out:
                return Prompt(at, Reason.TWO_IN_A_ROW)
            worse = sign * (score - scores[0])
            if rules.reliable_change is not None and worse >= rules.reliable_change:
                return Prompt(at, Reason.RELIABLY_WORSE)
        was_out = is_out
    return None


def _is_beyond(score: float, ends: Ends, rules: PromptRules) -> bool:
    low, high = ends
    if low is None or high is None:
        return False
    return score < low if rules.higher_is_better else score > high
