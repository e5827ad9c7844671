"""Everybody's scores put in order and fitted, where there are enough to carry a band."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lacrima.analyses.course_values import (
    FEWEST_CLIENTS,
    FEWEST_SCORES,
    FEWEST_SCORES_EACH,
    CourseRules,
    Score,
)
from lacrima.errors import BadTable, NoResult
from lacrima.stats.course import CourseFit, fit_course
from lacrima.stats.course_rows import Scale, course_rows


def why_not_enough(counts: Sequence[int]) -> str:
    """Why the scores of these people carry no band of their own; empty where they do.

    counts (N): how many scores each person has.
    """
    enough, total = with_three(counts), sum(counts)
    if enough < FEWEST_CLIENTS:
        return f"{enough} clients with three scores; {FEWEST_CLIENTS} are needed"
    if total < FEWEST_SCORES:
        return f"{total} scores; {FEWEST_SCORES} are needed"
    return ""


def with_three(counts: Sequence[int]) -> int:
    """How many people have three scores at least."""
    return sum(count >= FEWEST_SCORES_EACH for count in counts)


def is_whole(scores: Sequence[float], rules: CourseRules) -> bool:
    """Whether scores, and the ends of their scale, are whole numbers."""
    return all(float(each).is_integer() for each in (*scores, rules.minimum, rules.maximum))


def in_order(scores: Iterable[Score], rules: CourseRules) -> list[Score]:
    """Those that are there, by person as they first come, and by time.

    Raises BadTable for two scores of a person at one time, or one off the scale.
    """
    known = [each for each in scores if each.score is not None]
    seen: set[tuple[str, float]] = set()
    for each in known:
        if (each.person, each.time) in seen:
            raise BadTable(
                "a person with two scores at one time", where=_row(each), expected="one each"
            )
        seen.add((each.person, each.time))
        if not rules.minimum <= (each.score or 0.0) <= rules.maximum:
            raise BadTable(
                "a score off its scale",
                where=_row(each),
                expected=f"{rules.minimum:g} to {rules.maximum:g}",
            )
    order = {person: place for place, person in enumerate(dict.fromkeys(e.person for e in known))}
    return sorted(known, key=lambda each: (order[each.person], each.time))


def _row(each: Score) -> str:
    return f"row {each.row}" if each.row else ""


def fit_of(
    known: Sequence[Score],
    number: dict[str, int],
    rules: CourseRules,
    start: CourseFit | None = None,
) -> CourseFit | None:
    """The fit of these scores, by each person's place in it; None where they do not vary."""
    values = [float(each.score or 0) for each in known]
    scale = Scale(rules.minimum, rules.maximum, is_whole(values, rules))
    people = [number[each.person] for each in known]
    try:
        rows = course_rows(people, [each.time for each in known], values, scale)
        return fit_course(rows, start=start)
    except NoResult:
        return None
