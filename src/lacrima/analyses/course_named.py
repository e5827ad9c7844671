"""An expectation of one practice for another: taken from the fit of many, and known by its name.

Only the numbers of the fit and how many people it rests on leave: no score, no date, no id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from lacrima.analyses.course_fit import fit_of, in_order, why_not_enough
from lacrima.analyses.course_values import SHARE_REMAINING, CourseRules, NamedCourse, Score
from lacrima.errors import BadInput, NoResult
from lacrima.stats.course_rows import CourseRows

DISCLOSES = (
    "It holds how the scores of these people usually went and how far they lay apart, as numbers "
    "of a model; up to when a fifth of them still came; how many people and scores it rests on; "
    "and the name you gave it. It holds no score, no date and no name or number of anybody."
)
TWICE = (
    "Two such files from nearly the same people could tell something of those by whom they "
    "differ: write one now and then, not after every client."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """For which questionnaire, and what times count: "sessions", "weeks" or "days"."""

    instrument: str
    rules: CourseRules
    time: str


def named_course(scores: Iterable[Score], asked: Asked, name: str) -> NamedCourse:
    """The expectation of these people under a name.

    Raises BadTable as `course_report` does, and NoResult for fewer than 30 people with three
    scores or 150 scores: so few could be known again in it.
    """
    known = in_order(scores, asked.rules)
    counts = Counter(each.person for each in known)
    why = why_not_enough(list(counts.values()))
    number = {person: place for place, person in enumerate(counts)}
    fit = None if why else fit_of(known, number, asked.rules)
    if fit is None:
        raise NoResult(
            f"no expectation for others: {why or 'the scores do not vary'}",
            expected="30 people with three scores or more, and 150 scores in all",
            next_step="Ask a larger practice or a network for one of theirs.",
        )
    return NamedCourse(
        name=name,
        instrument=asked.instrument,
        rules=replace(asked.rules, reliable_change=None),
        time=asked.time,
        until=_until(fit.rows),
        clients=len(counts),
        scores=len(known),
        expected=fit.of_somebody_new(),
    )


def _until(rows: CourseRows) -> float:
    """The last time, since the first score, at which a fifth of the people still have a score."""
    last = np.sort(rows.last_time)
    reached = last[rows.remaining(last) >= SHARE_REMAINING]
    return float(reached[-1] * rows.unit)


def must_agree(named: NamedCourse, asked: Asked) -> None:
    """Go on when the expectation is for this questionnaire, its scale, its direction and times.

    Raises BadInput, with what each of the two says.
    """
    pairs = (
        ("an expectation for another questionnaire", named.instrument, asked.instrument),
        ("an expectation for another scale", _scale(named.rules), _scale(asked.rules)),
        ("an expectation for another direction", _direction(named.rules), _direction(asked.rules)),
        ("an expectation for another count of time", named.time, asked.time),
    )
    for what, theirs, ours in pairs:
        if theirs != ours:
            raise BadInput(
                what,
                where=named.name,
                expected=f"{ours}; the file says {theirs}",
                next_step="Take one that was made for the same scores.",
            )


def _scale(rules: CourseRules) -> str:
    return f"{rules.minimum:g} to {rules.maximum:g}"


def _direction(rules: CourseRules) -> str:
    return "higher is better" if rules.higher_is_better else "higher is worse"
