"""Where are the scores of each client expected, and how often was that right?

A band comes from the scores of others and from the client's own earlier scores. "Expected" says
where scores of comparable clients lay; it never says where a score ought to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from lacrima.analyses.course_fit import fit_of, in_order, why_not_enough, with_three
from lacrima.analyses.course_prompts import PromptRules, prompt_of
from lacrima.analyses.course_values import (
    EXACT_UP_TO,
    SHARE_REMAINING,
    Basis,
    CourseReport,
    CourseRules,
    FormShare,
    NamedCourse,
    PersonCourse,
    Point,
    Score,
    State,
)
from lacrima.stats.course import Bands, CourseFit, fit_without
from lacrima.stats.course_coverage import Coverage, coverage
from lacrima.stats.course_rows import CourseRows, Mask


def course_report(
    scores: Iterable[Score], rules: CourseRules, *, prior: NamedCourse | None = None
) -> CourseReport:
    """Bands for every score of everybody, and how many scores lay inside.

    Needs 30 clients with three scores and 150 scores in all; else a named prior, where one is
    given (it is used only then); else no band is drawn, and that is the answer. Bands of a person
    come from the fit without her, anew up to 60 people, by one step from the fit of all beyond.

    Raises BadTable for two scores of a person at one time, or one off the scale.

    >>> few = [Score("a", 0, 12), Score("a", 1, 9)]
    >>> found = course_report(few, CourseRules(0, 27))
    >>> found.basis.value, found.people[0].points[1].state.value
    ('not-enough-data', 'not-enough-data')
    """
    known = in_order(scores, rules)
    people = list(dict.fromkeys(each.person for each in known))
    number = {person: place for place, person in enumerate(people)}
    tally = Counter(each.person for each in known)
    counts = [tally[person] for person in people]
    why = why_not_enough(counts)
    fit = None if why else fit_of(known, number, rules)
    if fit is None:
        why = why or "the scores do not vary"
        return _without_own(known, people, counts, rules, prior, why)
    rows = fit.rows
    is_exact = rows.people <= EXACT_UP_TO
    bands, first = _exact(fit) if is_exact else (fit.bands, fit.from_first)
    is_drawn = _drawn(rows)
    points = _points(known, bands, first, is_drawn, rules)
    return CourseReport(
        rules, Basis.OWN, "", prior.name if prior else "", len(people), with_three(counts),
        len(known), _people(people, known, points, rules), _forms(fit),
        _covered(bands, rows, is_drawn), is_exact,
    )  # fmt: skip


def _exact(fit: CourseFit) -> tuple[Bands, Bands]:
    """Everybody's bands, each from a fit that never saw the person."""
    rows, found = fit.rows, []
    for person in range(rows.people):
        own = slice(int(rows.start[person]), int(rows.start[person] + rows.size[person]))
        expected = fit_without(fit, person).of_somebody_new()
        times, scores = rows.time[own] * rows.unit, rows.scale.score(rows.part[own])
        found.append((expected.bands(times, scores), expected.from_first(times, scores)))
    return _joined([each for each, _first in found]), _joined([first for _each, first in found])


def _joined(parts: Sequence[Bands]) -> Bands:
    names = ("low", "middle", "high", "less", "no_more")
    return Bands(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _drawn(rows: CourseRows) -> Mask:
    """(n): whether enough people still have a score at that time or later."""
    return np.asarray(rows.remaining(rows.time) >= SHARE_REMAINING)


def _covered(bands: Bands, rows: CourseRows, is_drawn: Mask) -> Coverage | None:
    kept = np.flatnonzero(is_drawn)
    chosen = Bands(*(getattr(bands, name)[kept] for name in Bands.__slots__))
    return coverage(chosen, rows.scale.score(rows.part)[kept], rows.person[kept])


def _forms(fit: CourseFit) -> tuple[FormShare, ...]:
    pairs = zip(fit.forms, fit.weights.tolist(), strict=True)
    return tuple(FormShare(each.form.value, weight) for each, weight in pairs)


def _points(
    known: Sequence[Score], bands: Bands, first: Bands, is_drawn: Mask, rules: CourseRules
) -> list[Point]:
    found = []
    for place, each in enumerate(known):
        score = float(each.score or 0.0)
        if not is_drawn[place]:
            found.append(Point(each.time, score, State.FEW_REMAIN))
            continue
        ends = [float(v[place]) for v in (bands.low, bands.middle, bands.high)]
        ends += [float(v[place]) for v in (first.low, first.middle, first.high)]
        state = state_of(score, ends[0], ends[2], rules)
        found.append(Point(each.time, score, state, *ends))
    return found


def state_of(score: float, low: float, high: float, rules: CourseRules) -> State:
    """Where a score lies: both ends of the band belong to it."""
    if low <= score <= high:
        return State.INSIDE
    return State.BETTER if (score > high) == rules.higher_is_better else State.WORSE


def _people(
    people: Sequence[str], known: Sequence[Score], points: Sequence[Point], rules: CourseRules
) -> tuple[PersonCourse, ...]:
    own: dict[str, list[Point]] = {person: [] for person in people}
    for each, point in zip(known, points, strict=True):
        own[each.person].append(point)
    prompting = PromptRules(rules.higher_is_better, rules.reliable_change)
    return tuple(
        PersonCourse(
            person,
            tuple(mine),
            prompt_of(
                [each.score for each in mine],
                [(each.first_low, each.first_high) for each in mine],
                prompting,
            ),
        )
        for person, mine in own.items()
    )


def _without_own(
    known: Sequence[Score],
    people: Sequence[str],
    counts: Sequence[int],
    rules: CourseRules,
    prior: NamedCourse | None,
    why: str,
) -> CourseReport:
    if prior is None:
        points = [Point(each.time, float(each.score or 0), State.NO_BAND) for each in known]
        basis, name = Basis.NONE, ""
    else:
        points, basis, name = _from_elsewhere(known, prior, rules), Basis.NAMED, prior.name
    return CourseReport(
        rules, basis, why, name, len(people), with_three(counts), len(known),
        _people(people, known, points, rules), (), None, False,
    )  # fmt: skip


def _from_elsewhere(known: Sequence[Score], prior: NamedCourse, rules: CourseRules) -> list[Point]:
    found: list[Point] = []
    for person in dict.fromkeys(each.person for each in known):
        mine = [each for each in known if each.person == person]
        times, scores = [each.time for each in mine], [float(each.score or 0) for each in mine]
        bands = prior.expected.bands(times, scores)
        first = prior.expected.from_first(times, scores)
        is_drawn = np.asarray(times) - times[0] <= prior.until + 1e-9
        found += _points(mine, bands, first, is_drawn, rules)
    return found
