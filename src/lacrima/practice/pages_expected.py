"""The expected course on a client's page: the band of each questionnaire, or why there is none."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.utils.translation import gettext as _

from lacrima.analyses.course_values import FEWEST_CLIENTS, NamedCourse
from lacrima.practice.expected_course import band_from_elsewhere, band_of, caseload_of
from lacrima.practice.named_expectations import named_for
from lacrima.practice.pages_course import Course, CourseSeries
from lacrima.practice.pages_parts import Seeing, number_words
from lacrima.practice.scored import Scored, seat_of
from lacrima.practice.usual_alliance import AtTop, alliance_of, ceiling_words, top_note


def with_expected(course: Course, episode: uuid.UUID, eyes: Seeing) -> Course:
    """The course with what was expected of it; the same where sessions are not its axis."""
    if course.axis != "session":
        return course
    series = tuple(_expected(one, course, episode, eyes) for one in course.series)
    return replace(course, series=series)


def _expected(one: CourseSeries, course: Course, episode: uuid.UUID, eyes: Seeing) -> CourseSeries:
    """Of what is asked about the session itself only how much stands at the top of the scale:
    nobody expects an alliance."""
    if one.low >= one.high:
        return one
    what = Scored(one.slug, one.low, one.high, one.higher_is_better, one.is_own)
    if one.is_alliance:
        usual = alliance_of(eyes.practice.pk, what)
        seat, own = seat_of(episode, one.client_id), AtTop(one.at_top, len(one.known))
        words = ceiling_words(usual, seat, own)
        return replace(one, ceiling=words, ceiling_note=top_note(own) if words else "")
    known = caseload_of(eyes.practice.pk, what)
    if known.fit is None:
        return _from_elsewhere(one, course, named_for(what), known.with_three)
    seat = seat_of(episode, one.client_id)
    return replace(one, expected=band_of(known, seat, course.steps, one.values))


def _from_elsewhere(
    one: CourseSeries, course: Course, named: NamedCourse | None, with_three: int
) -> CourseSeries:
    """What somebody else expects, by her name; or that it is too early."""
    if named is None:
        return replace(one, not_expected=_not_yet(with_three))
    said = {"name": named.name, "clients": named.clients, "now": with_three}
    words = _(
        "The band is not from this practice: it is the expectation of %(name)s, from %(clients)s "
        "clients there. Here %(now)s clients have three scores or more; with %(needed)s, and 150 "
        "scores in all, the practice’s own takes its place."
    )
    band = band_from_elsewhere(named, course.steps, one.values)
    said["needed"] = FEWEST_CLIENTS
    return replace(one, expected=band, expected_of=named.name, expected_from=words % said)


def _not_yet(with_three: int) -> str:
    said = {"now": with_three, "needed": FEWEST_CLIENTS}
    words = _(
        "Too early for an expected course: it needs %(needed)s clients of this practice with "
        "three scores or more, and 150 scores in all; %(now)s have three now."
    )
    return words % said


def expected_words(series: CourseSeries) -> tuple[str, ...]:
    """What the band says of the latest score, and what it cannot say; or why there is none."""
    if not any(series.expected):
        return (series.not_expected,) if series.not_expected else ()
    whose = (series.expected_from,) if series.expected_from else ()
    return (_latest_words(series), *whose, *caveats())


def caveats() -> tuple[str, ...]:
    """What has to be said with every band."""
    return (
        _(
            "The band holds if therapy goes on: it rests on clients who still came at that time. "
            "It says nothing of what follows an ending, and is no reason by itself to end."
        ),
        _(
            "Some clients change late. A score outside the band is rarer here; that does not say "
            "that this therapy will not help, nor why."
        ),
    )


def _latest_words(series: CourseSeries) -> str:
    at = max(place for place, value in enumerate(series.values) if value is not None)
    score, band = series.values[at], series.expected[at]
    if score is None or band is None:
        return _("So late, too few clients still come for a band to be drawn.")
    low, _middle, high = band
    said = {"score": number_words(score), "low": f"{low:.3g}", "high": f"{high:.3g}"}
    return _side(float(score), low, high, series) % said


def _side(score: float, low: float, high: float, series: CourseSeries) -> str:
    """Inside, better or worse, as a whole sentence with room for the numbers."""
    if low <= score <= high:
        return _(
            "The latest score, %(score)s, lies where 8 in 10 were expected from the first one: "
            "%(low)s to %(high)s."
        )
    if (score > high) == series.higher_is_better:
        return _(
            "The latest score, %(score)s, is better than 9 in 10 were expected to be from the "
            "first one (8 in 10: %(low)s to %(high)s)."
        )
    return _(
        "The latest score, %(score)s, is worse than 9 in 10 were expected to be from the first "
        "one (8 in 10: %(low)s to %(high)s)."
    )
