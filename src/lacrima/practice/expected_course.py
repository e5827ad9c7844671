"""Where the scores of a client are expected, from all clients of the practice; in memory only."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from lacrima.analyses.caseload_course import CaseloadCourse, Triple, caseload_course
from lacrima.analyses.course_values import NamedCourse, Score
from lacrima.practice.fitted import Fitted
from lacrima.practice.scored import Scored, State
from lacrima.vault.process import VAULT

Band = tuple[Triple | None, ...]
# The bands that pages showed last, of what was fitted: each takes some milliseconds to work out.
_SHOWN: dict[tuple[object, ...], tuple[CaseloadCourse, Band]] = {}
MOST_SHOWN = 2_000


def _fit(scores: Sequence[Score], what: Scored, before: CaseloadCourse | None) -> CaseloadCourse:
    return caseload_course(scores, what.rules, start=before)


_FITTED = Fitted(_fit, lambda course: len(course.number))


def forget() -> None:
    """Nothing of it stays in memory."""
    _FITTED.forget()
    _SHOWN.clear()


VAULT.on_lock(forget)


def caseload_of(practice: uuid.UUID, what: Scored) -> CaseloadCourse:
    """What is expected on this questionnaire in this practice, for a page."""
    return _FITTED.for_a_page(practice, what)


def fit_anew(practice: uuid.UUID, what: Scored, state: State | None = None) -> CaseloadCourse:
    """The same as it is now, for the housekeeping: fitted anew where answers have come."""
    return _FITTED.now(practice, what, state)


def band_of(
    course: CaseloadCourse, seat: str, steps: Sequence[int], values: Sequence[Decimal | None]
) -> Band:
    """The band of one client at each step of her course; None where none is drawn.

    steps: session numbers, rising; values: her totals. From her first score on, never before it.
    """
    key = (id(course), seat, tuple(steps), tuple(values))
    kept = _SHOWN.get(key)
    if kept is not None and kept[0] is course:
        return kept[1]
    if len(_SHOWN) >= MOST_SHOWN:
        _SHOWN.clear()
    band = _band(course, seat, steps, values)
    _SHOWN[key] = (course, band)
    return band


def _band(
    course: CaseloadCourse, seat: str, steps: Sequence[int], values: Sequence[Decimal | None]
) -> Band:
    first = next((at for at, value in enumerate(values) if value is not None), None)
    if first is None:
        return (None,) * len(steps)
    scores = [None if value is None else float(value) for value in values[first:]]
    found = course.from_first(seat, [float(step) for step in steps[first:]], scores)
    return ((None,) * first) + tuple(found)


def band_from_elsewhere(
    named: NamedCourse, steps: Sequence[int], values: Sequence[Decimal | None]
) -> Band:
    """The same by the expectation of somebody else, as long as a fifth of its people came."""
    first = next((at for at, value in enumerate(values) if value is not None), None)
    if first is None:
        return (None,) * len(steps)
    times = np.asarray(steps[first:], dtype=np.float64)
    scores = [np.nan if value is None else float(value) for value in values[first:]]
    bands = named.expected.from_first(times, scores)
    ends = zip(bands.low.tolist(), bands.middle.tolist(), bands.high.tolist(), strict=True)
    is_drawn = (times - times[0] <= named.until + 1e-9).tolist()
    found = (each if drawn else None for each, drawn in zip(ends, is_drawn, strict=True))
    return ((None,) * first) + tuple(found)
