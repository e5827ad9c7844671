"""The expected course of many clients at once, kept as long as their scores stay the same.

From the fit of everybody come one client's band and everybody's prompts; each client's band is made
without her own later scores, as in `analyses.course`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from lacrima.analyses.course_fit import fit_of, why_not_enough
from lacrima.analyses.course_prompts import Ends, Prompt, PromptRules, prompt_of
from lacrima.analyses.course_values import SHARE_REMAINING, CourseRules, Score
from lacrima.stats.course import CourseFit

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class CaseloadCourse:
    """What is expected on one questionnaire. why: that nothing is, yet; then fit is None.

    number: each person's place in the fit; first_time: that of her first score. with_three: people
    with three scores.
    """

    rules: CourseRules
    why: str
    fit: CourseFit | None
    number: dict[str, int]
    first_time: dict[str, float]
    with_three: int

    def from_first(
        self, person: str, times: Sequence[float], scores: Sequence[float | None]
    ) -> list[Triple | None]:
        """The band at each time, from the first score alone: low, middle, high.

        times: rising, the first one that of the first score. scores: None where there is none.
        None where no band is drawn: too little is known, or too few clients remain.
        """
        if self.fit is None or not times:
            return [None] * len(times)
        rows, place = self.fit.rows, self.number.get(person)
        expected = self.fit.of_somebody_new() if place is None else self.fit.of(place)
        values = [np.nan if score is None else score for score in scores]
        bands = expected.from_first(times, values)
        since = (np.asarray(times) - times[0]) / rows.unit
        is_drawn = rows.remaining(since, without=place) >= SHARE_REMAINING
        ends = zip(bands.low.tolist(), bands.middle.tolist(), bands.high.tolist(), strict=True)
        return [
            each if drawn else None for each, drawn in zip(ends, is_drawn.tolist(), strict=True)
        ]

    def prompts(self) -> dict[str, tuple[float, Prompt]]:
        """The first prompt of everybody who has one, with its time."""
        if self.fit is None:
            return {}
        rows, first = self.fit.rows, self.fit.from_first
        drawn = rows.remaining(rows.time) >= SHARE_REMAINING
        ends: list[Ends] = [
            (low, high) if is_drawn else (None, None)
            for low, high, is_drawn in zip(
                first.low.tolist(), first.high.tolist(), drawn.tolist(), strict=True
            )
        ]
        scores = rows.scale.score(rows.part).tolist()
        rules = PromptRules(self.rules.higher_is_better, self.rules.reliable_change)
        found = {}
        for person, place in self.number.items():
            own = slice(int(rows.start[place]), int(rows.start[place] + rows.size[place]))
            if prompt := prompt_of(scores[own], ends[own], rules):
                since = float(rows.time[own][prompt.at]) * rows.unit
                found[person] = (self.first_time[person] + since, prompt)
        return found


def caseload_course(
    scores: Iterable[Score], rules: CourseRules, *, start: CaseloadCourse | None = None
) -> CaseloadCourse:
    """Fit everybody's scores, where there are enough.

    scores: none twice at one time of a person; those off the scale are left out. start: what was
    found of nearly the same scores, to begin from.
    """
    known = [
        each
        for each in scores
        if each.score is not None and rules.minimum <= each.score <= rules.maximum
    ]
    counts = Counter(each.person for each in known)
    number = {person: place for place, person in enumerate(counts)}
    why = why_not_enough(list(counts.values()))
    fit = None if why else fit_of(known, number, rules, start.fit if start else None)
    if fit is None:
        why = why or "the scores do not vary"
    with_three = sum(count >= 3 for count in counts.values())
    first = dict.fromkeys(number, math.inf)
    for each in known:
        first[each.person] = min(first[each.person], each.time)
    return CaseloadCourse(rules, why, fit, number, first, with_three)
