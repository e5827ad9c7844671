"""What each questionnaire of a course says about change, with the rule that says so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lacrima.practice.change_rules import Verdict, Yardstick
from lacrima.practice.change_sudden import SuddenChange, SuddenChanges, sudden_changes
from lacrima.practice.change_words import (
    Row,
    anchor_words,
    no_sudden_words,
    outcome_label,
    outcome_meaning,
    percent_words,
    rule_rows,
    sudden_cell,
    sudden_rule,
    sudden_words,
)
from lacrima.practice.pages_course import Course, CourseSeries, sentence_of
from lacrima.practice.pages_expected import expected_words
from lacrima.practice.pages_parts import number_words


@dataclass(frozen=True)
class ChangeView:
    """One questionnaire of one client: the outcome, what it was compared with, and the rule.

    `rule` is empty where nothing can be judged. `sudden_said` tells the gains and losses, or that
    there are none; empty where there is no rule for them. `expected` says what the expected course
    says of the latest score.
    """

    series: CourseSeries
    name: str
    verdict: Verdict
    label: str
    meaning: str
    sentence: str
    compared: str
    sudden: tuple[SuddenChange, ...]
    sudden_said: tuple[str, ...]
    rule: tuple[Row, ...]
    expected: tuple[str, ...] = ()

    @property
    def has_moment_near(self) -> bool:
        """Whether a gain or loss lies near a moment: then what that means is said too."""
        return any(one.has_moment for one in self.sudden)

    @property
    def cells(self) -> tuple[tuple[SuddenChange, str], ...]:
        """Each gain and loss with its words for a table."""
        return tuple((one, sudden_cell(one)) for one in self.sudden)


def changes_of(course: Course) -> tuple[ChangeView, ...]:
    """What became of each questionnaire that asks how somebody is; none for the alliance."""
    is_several = len({series.client_id for series in course.series}) > 1
    with_moments = {mark.session for mark in course.moments}
    return tuple(
        _view(series, course, with_moments, names=is_several)
        for series in course.series
        if not series.is_alliance
    )


def _view(
    series: CourseSeries, course: Course, with_moments: Collection[int], *, names: bool
) -> ChangeView:
    said = {"who": series.who, "name": series.name}
    name = _("%(who)s’s %(name)s") % said if names else series.name
    yardstick, verdict = series.yardstick, series.verdict
    sudden = _sudden(series, course, yardstick, with_moments)
    return ChangeView(
        series=series,
        name=name,
        verdict=verdict,
        label=outcome_label(verdict),
        meaning=outcome_meaning(verdict),
        sentence=sentence_of(series, names=names),
        compared=_compared(series, course),
        sudden=sudden.found if sudden else (),
        sudden_said=_sudden_said(sudden, name),
        rule=_rule(series, yardstick, has_sudden=sudden is not None),
        expected=expected_words(series),
    )


def _sudden(
    series: CourseSeries, course: Course, yardstick: Yardstick | None, with_moments: Collection[int]
) -> SuddenChanges | None:
    """None where sudden changes have no meaning: no rule, or no sessions to lie between."""
    if yardstick is None or course.axis != "session":
        return None
    return sudden_changes(series.values, course.steps, yardstick, with_moments=with_moments)


def _sudden_said(sudden: SuddenChanges | None, name: str) -> tuple[str, ...]:
    if sudden is None:
        return ()
    return tuple(sudden_words(one, name) for one in sudden.found) or (no_sudden_words(sudden),)


def _rule(
    series: CourseSeries, yardstick: Yardstick | None, *, has_sudden: bool
) -> tuple[Row, ...]:
    if yardstick is None:
        return ()
    anchor = anchor_words(series.slug, series.name)
    more = [anchor] if anchor else []
    more += [sudden_rule(yardstick)] if has_sudden else []
    return (*rule_rows(series.slug, yardstick), *more)


def _compared(series: CourseSeries, course: Course) -> str:
    """The baseline and the latest, where they stand, and how many scores there are."""
    if not series.known:
        return ""
    places = [
        step for step, value in zip(course.steps, series.values, strict=True) if value is not None
    ]
    said = {
        "first": number_words(series.known[0]),
        "latest": number_words(series.known[-1]),
        "start": _step_words(course.axis, places[0]),
        "end": _step_words(course.axis, places[-1]),
        "count": len(series.known),
    }
    if len(series.known) == 1:
        return _("One score in this course of care: %(first)s (%(start)s).") % said
    words = _(
        "Compared: %(first)s, the first score of this course of care (%(start)s), with "
        "%(latest)s, the latest (%(end)s); %(count)s scores."
    )
    share = _share(series)
    return f"{words % said} {share}" if share else words % said


def _share(series: CourseSeries) -> str:
    if series.low != 0 or series.higher_is_better or series.known[0] <= 0:
        return ""
    return percent_words(series.known[0], series.known[-1])


def _step_words(axis: str, step: int) -> str:
    if axis == "session":
        return _("session %(number)s") % {"number": step}
    if axis == "assessment":
        return _("assessment %(number)s") % {"number": step}
    return _("time %(number)s") % {"number": step}
