"""From a client's course to its pictures: one figure a person, up to three scores in each."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from django.utils.translation import gettext as _

from lacrima.practice.pages_change import ChangeView
from lacrima.practice.pages_course import Course, CourseSeries
from lacrima.practice.pages_moment_words import MomentMark as CourseMark
from lacrima.practice.pages_parts import number_words
from lacrima.web.charts import (
    Band,
    CourseData,
    Cutoff,
    Figure,
    MarkKind,
    MomentMark,
    Role,
    Series,
    Shift,
    course_figure,
)

MOST_IN_ONE = 3
MOST_STEPS = 30


def latest(course: Course) -> Course:
    """The last steps of a long course; a short one as it is."""
    if len(course.steps) <= MOST_STEPS:
        return course
    kept = frozenset(course.steps[-MOST_STEPS:])
    return replace(
        course,
        steps=course.steps[-MOST_STEPS:],
        dates=course.dates[-MOST_STEPS:],
        series=tuple(_shortened(one) for one in course.series),
        moments=tuple(one for one in course.moments if one.session in kept),
        quiet_steps=course.quiet_steps & kept,
    )


def _shortened(series: CourseSeries) -> CourseSeries:
    return replace(
        series, values=series.values[-MOST_STEPS:], expected=series.expected[-MOST_STEPS:]
    )


def figures_of(
    course: Course, *, sentence: str, changes: Sequence[ChangeView] = ()
) -> list[Figure]:
    """The pictures of a course; none where nothing was measured yet."""
    if course.is_empty:
        return []
    groups = list(_groups(course.series))
    shifts = {(one.series.client_id, one.series.slug): _shifts(one, course) for one in changes}
    return [
        course_figure(_data(course, group, place, sentence, shifts, is_alone=len(groups) == 1))
        for place, group in enumerate(groups)
    ]


def _groups(series: Sequence[CourseSeries]) -> Iterator[list[CourseSeries]]:
    for client in dict.fromkeys(one.client_id for one in series):
        mine = [one for one in series if one.client_id == client]
        for start in range(0, len(mine), MOST_IN_ONE):
            yield mine[start : start + MOST_IN_ONE]


def _shifts(change: ChangeView, course: Course) -> tuple[Shift, ...]:
    """The gains and losses that lie between two steps which are drawn."""
    drawn = set(course.steps)
    return tuple(
        Shift(after=one.after, before=one.before, is_gain=one.is_gain, words=words)
        for one, words in change.cells
        if {one.after, one.before} <= drawn
    )


_Shifts = dict[tuple[UUID, str], tuple[Shift, ...]]


def _data(
    course: Course,
    group: list[CourseSeries],
    place: int,
    sentence: str,
    shifts: _Shifts,
    *,
    is_alone: bool,
) -> CourseData:
    who = group[0].who
    return CourseData(
        title=_("Scores by session, with moments")
        if is_alone
        else _("%(who)s: scores by session") % {"who": who},
        description=sentence,
        sessions=course.steps,
        series=tuple(
            _series(one, course.steps, shifts.get((one.client_id, one.slug), ())) for one in group
        ),
        moments=tuple(_mark(one) for one in course.moments),
        quiet_sessions=course.quiet_steps,
        dates=course.dates,
        client_label=who,
        name=f"course-{place}",
    )


def _mark(mark: CourseMark) -> MomentMark:
    return MomentMark(
        session=mark.session,
        words=mark.words,
        therapist=MarkKind(mark.therapist) if mark.therapist else None,
        client=MarkKind(mark.client) if mark.client else None,
        is_paused=mark.is_paused,
    )


def _series(one: CourseSeries, steps: tuple[int, ...], shifts: tuple[Shift, ...]) -> Series:
    cutoff = one.cut_off
    return Series(
        name=one.name,
        values=tuple(None if value is None else float(value) for value in one.values),
        low=float(one.low),
        high=float(one.high),
        role=Role.ALLIANCE if one.is_alliance else Role.SYMPTOMS,
        every=_every(one.values, steps),
        cutoff=None if cutoff is None else Cutoff(value=float(cutoff), label=_cut_off(cutoff)),
        shifts=shifts,
        band=_band(one),
        note=one.ceiling_note,
    )


def _band(one: CourseSeries) -> Band | None:
    """Where scores were expected; None where that is drawn nowhere."""
    if not any(one.expected):
        return None
    return Band(
        low=tuple(each[0] if each else None for each in one.expected),
        high=tuple(each[2] if each else None for each in one.expected),
        label=_("expected"),
        whose=one.expected_of,
    )


def _cut_off(value: Decimal) -> str:
    return _("cut-off %(value)s") % {"value": number_words(value)}


def _every(values: Sequence[Decimal | None], steps: Sequence[int]) -> int:
    """How many sessions apart it is usually asked: the lower median of the distances."""
    answered = [step for step, value in zip(steps, values, strict=True) if value is not None]
    apart = [later - earlier for earlier, later in pairwise(answered)]
    return statistics.median_low(apart) if apart else 1
