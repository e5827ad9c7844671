"""Whose alliance has lately been lower than usual for that client, from the answers of all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lacrima.analyses.course_fit import is_whole
from lacrima.analyses.course_values import CourseRules, Score
from lacrima.errors import NoResult
from lacrima.stats.alliance import AllianceFit, fit_alliance
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
class LeavesTop:
    """How likely an answer of one client lies below the top; 8 in 10 sure: from low to high."""

    likely: float
    low: float
    high: float


@dataclass(frozen=True)
class CaseloadAlliance:
    """What is usual. why: that nothing can be said yet; at_top: the share of answers at the top.

    own_top: of each person, how many of her answers are at the top, and of how many. leaves_top:
    how likely others are, where so many are at the top that this has to be said.
    """

    why: str
    at_top: float
    own_top: dict[str, tuple[int, int]]
    low_now: dict[str, LowNow]
    leaves_top: dict[str, LeavesTop]

    @property
    def people(self) -> int:
        """How many people gave an answer."""
        return len(self.own_top)

    @property
    def has_many_at_top(self) -> bool:
        """Whether so many answers are at the top that a rise could hardly be seen."""
        return self.at_top > MANY_AT_TOP


def caseload_alliance(scores: Iterable[Score], rules: CourseRules) -> CaseloadAlliance:
    """Look at everybody's two latest answers.

    scores: none twice at one time of a person. Needs 10 clients with three answers and 60 answers.
    """
    known = [
        each
        for each in scores
        if each.score is not None and rules.minimum <= each.score <= rules.maximum
    ]
    own = _own_top(known, rules)
    at_top = sum(top for top, _of in own.values()) / len(known) if known else 0.0
    with_three = sum(of >= 3 for _top, of in own.values())
    if with_three < FEWEST_CLIENTS or len(known) < FEWEST_ANSWERS:
        return CaseloadAlliance(f"{with_three} clients with three answers", at_top, own, {}, {})
    people = list(own)
    rows = _rows(known, people, rules)
    try:
        fit = fit_alliance(rows)
    except NoResult:
        return CaseloadAlliance("the answers do not vary", at_top, own, {}, {})
    leaves = _leaves(fit, rows, people) if at_top > MANY_AT_TOP else {}
    return CaseloadAlliance("", at_top, own, _low(fit, rows, known, people, rules), leaves)


def _own_top(known: list[Score], rules: CourseRules) -> dict[str, tuple[int, int]]:
    end = rules.maximum if rules.higher_is_better else rules.minimum
    found: dict[str, tuple[int, int]] = {}
    for each in known:
        top, of = found.get(each.person, (0, 0))
        found[each.person] = top + (each.score == end), of + 1
    return found


def _leaves(fit: AllianceFit, rows: CourseRows, people: list[str]) -> dict[str, LeavesTop]:
    found = fit.leaving(rows)
    numbers = zip(found.likely.tolist(), found.low.tolist(), found.high.tolist(), strict=True)
    return {person: LeavesTop(*each) for person, each in zip(people, numbers, strict=True)}


def _low(
    fit: AllianceFit, rows: CourseRows, known: list[Score], people: list[str], rules: CourseRules
) -> dict[str, LowNow]:
    latest = fit.latest(rows)
    found = {}
    for place in np.flatnonzero(latest.is_low).tolist():
        last = known[int(rows.place[rows.start[place] + rows.size[place] - 1])]
        limit = _upright(float(latest.limit[place]), rules)
        found[people[place]] = LowNow(last.time, float(last.score or 0), limit)
    return found


def _upright(score: float, rules: CourseRules) -> float:
    """The score, turned round where low ones are good."""
    return score if rules.higher_is_better else rules.minimum + rules.maximum - score


def _rows(known: list[Score], people: list[str], rules: CourseRules) -> CourseRows:
    values = [_upright(float(each.score or 0), rules) for each in known]
    scale = Scale(rules.minimum, rules.maximum, is_whole(values, rules))
    number = {person: place for place, person in enumerate(people)}
    persons = [number[each.person] for each in known]
    return course_rows(persons, [each.time for each in known], values, scale)
