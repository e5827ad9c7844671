"""Whose alliance has lately been lower than usual for that client, from the answers of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lacrima.analyses.course_fit import is_whole
from lacrima.analyses.course_values import CourseRules, Score
from lacrima.errors import NoResult
from lacrima.stats.alliance import fit_alliance
from lacrima.stats.course_rows import CourseRows, Scale, course_rows

FEWEST_CLIENTS = 10
FEWEST_ANSWERS = 60
MANY_AT_TOP = 0.2


@dataclass(frozen=True)
class LowNow:
    """A client whose two latest answers both lie below what is usual for her.

    at: the time of the latest; score: what it was; limit: below which the one before it was low.
    """

    at: float
    score: float
    limit: float


@dataclass(frozen=True)
class CaseloadAlliance:
    """What is usual. why: that nothing can be said yet; at_top: the share of answers at the top."""

    why: str
    at_top: float
    low_now: dict[str, LowNow]

    @property
    def has_many_at_top(self) -> bool:
        """Whether so many answers are at the top that a rise could hardly be seen."""
        return self.at_top > MANY_AT_TOP


def caseload_alliance(scores: Iterable[Score], rules: CourseRules) -> CaseloadAlliance:
    """Look at everybody's two latest answers.

    scores: none twice at one time of a person. Needs 10 clients with three answers and 60 answers.
    """
    known = [each for each in scores if each.score is not None]
    counts = Counter(each.person for each in known)
    at_top = _at_top(known, rules)
    with_three = sum(count >= 3 for count in counts.values())
    if with_three < FEWEST_CLIENTS or len(known) < FEWEST_ANSWERS:
        return CaseloadAlliance(f"{with_three} clients with three answers", at_top, {})
    people = list(counts)
    rows = _rows(known, people, rules)
    try:
        latest = fit_alliance(rows).latest(rows)
    except NoResult:
        return CaseloadAlliance("the answers do not vary", at_top, {})
    found = {
        people[place]: _low_now(people[place], float(latest.limit[place]), known, rules)
        for place in np.flatnonzero(latest.is_low).tolist()
    }
    return CaseloadAlliance("", at_top, found)


def _at_top(known: list[Score], rules: CourseRules) -> float:
    top = rules.maximum if rules.higher_is_better else rules.minimum
    return sum(each.score == top for each in known) / len(known) if known else 0.0


def _upright(score: float, rules: CourseRules) -> float:
    """The score, turned round where low ones are good."""
    return score if rules.higher_is_better else rules.minimum + rules.maximum - score


def _rows(known: list[Score], people: list[str], rules: CourseRules) -> CourseRows:
    values = [_upright(float(each.score or 0), rules) for each in known]
    scale = Scale(rules.minimum, rules.maximum, is_whole(values, rules))
    number = {person: place for place, person in enumerate(people)}
    persons = [number[each.person] for each in known]
    return course_rows(persons, [each.time for each in known], values, scale)


def _low_now(person: str, limit: float, known: list[Score], rules: CourseRules) -> LowNow:
    last = max((each for each in known if each.person == person), key=lambda each: each.time)
    return LowNow(last.time, float(last.score or 0), _upright(limit, rules))
