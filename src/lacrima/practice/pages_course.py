"""A client's course: scores by session, the moments on the same axis, and its words."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lacrima.analyses.caseload_course import Triple
from lacrima.instruments.definition import When
from lacrima.practice.change_rules import Verdict, Yardstick, judge, norm_of
from lacrima.practice.pages_answered import Filled
from lacrima.practice.pages_moment_words import MomentMark
from lacrima.practice.pages_parts import Seeing, instrument_name, instrument_of, number_words
from lacrima.practice.people import display_name
from lacrima.practice.words import LogState, SessionState
from lacrima.records import clock
from lacrima.records.models import Session


@dataclass(frozen=True)
class CourseSeries:
    """Totals of one client on one questionnaire, one place a step of the axis; None is a gap.

    `is_alliance` marks what is asked about the session itself. `cut_off`, `reliable_change` and
    `tie` come from the instrument's first norm that has them, `norm_source` says which. `is_own`:
    a score that the practice named itself, of which no norm is known. `expected`: low, middle and
    high of where scores of clients who began alike lay, one a step, None where that is not drawn;
    empty where it is nowhere. `not_expected` says why it is not. `expected_of`: whose expectation
    it is, where it is not the practice's own; `expected_from` says so in a sentence. `ceiling` says
    of an alliance how much of it stands at the top of the scale, and what that means;
    `ceiling_note` the same in short, for the picture.
    """

    slug: str
    name: str
    client_id: uuid.UUID
    who: str
    values: tuple[Decimal | None, ...]
    low: Decimal
    high: Decimal
    higher_is_better: bool
    is_alliance: bool
    cut_off: Decimal | None = None
    reliable_change: Decimal | None = None
    norm_source: str = ""
    tie: str = "inclusive"
    is_own: bool = False
    expected: tuple[Triple | None, ...] = ()
    not_expected: str = ""
    expected_of: str = ""
    expected_from: str = ""
    ceiling: tuple[str, ...] = ()
    ceiling_note: str = ""

    @property
    def yardstick(self) -> Yardstick | None:
        """How change is judged here; None where no reliable change is known."""
        if self.reliable_change is None:
            return None
        return Yardstick(self.reliable_change, self.cut_off, self.tie, self.higher_is_better)

    @property
    def verdict(self) -> Verdict:
        """What became of it from the first score to the latest."""
        return judge(self.known, self.yardstick)

    @property
    def at_top(self) -> int:
        """How many totals stand at the good end of the scale."""
        top = self.high if self.higher_is_better else self.low
        return sum(value == top for value in self.known)

    @property
    def known(self) -> list[Decimal]:
        """The totals there are, in order."""
        return [value for value in self.values if value is not None]


@dataclass(frozen=True)
class Course:
    """One axis with everything on it.

    `axis` says what the steps are: `session` numbers, `assessment` numbers, or `time` (one step
    an occasion). `dates` pairs with the steps, None where unknown.
    """

    axis: str
    steps: tuple[int, ...]
    dates: tuple[date | None, ...]
    series: tuple[CourseSeries, ...]
    moments: tuple[MomentMark, ...]
    quiet_steps: frozenset[int]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.steps or not self.series

    def rows(self) -> list[tuple[int, date | None, list[str]]]:
        """The same as a table: step, date, and one total a series ("" where there is none)."""
        return [
            (step, self.dates[at], [number_words(one.values[at]) for one in self.series])
            for at, step in enumerate(self.steps)
        ]


def course_of(
    sessions: Sequence[Session],
    answers: Sequence[Filled],
    moments: Sequence[MomentMark],
    eyes: Seeing,
) -> Course:
    """Put scores and moments of one episode on one axis.

    Sessions that took place and have a number are the axis where any answers belong to them or
    no answers say otherwise; else the assessments; else the times at which answers were given.
    A session still to come stands there only when it was answered already.
    """
    now, answered = clock.now(), {row.session_id for row in answers}
    numbered = [
        row
        for row in sessions
        if row.number is not None
        and row.state == SessionState.HELD
        and (row.start is None or row.start <= now or row.pk in answered)
    ]
    numbered.sort(key=lambda row: row.number or 0)
    if numbered and (any(row.session_id for row in answers) or not answers):
        steps = tuple(row.number or 0 for row in numbered)
        dates = tuple(_day(row, eyes) for row in numbered)
        at = {row.pk: index for index, row in enumerate(numbered)}
        placed = [(at[row.session_id], row) for row in answers if row.session_id in at]
        quiet = {row.number or 0 for row in numbered if row.log_state == LogState.NOTHING}
        known = set(steps)
        marks = tuple(mark for mark in moments if mark.session in known)
        return Course(
            "session", steps, dates, _series(placed, steps, eyes), marks, frozenset(quiet)
        )
    axis, steps, dates, placed = _other_axis(answers, eyes)
    return Course(axis, steps, dates, _series(placed, steps, eyes), (), frozenset())


def _day(row: Session, eyes: Seeing) -> date | None:
    start = eyes.local(row.start)
    return start.date() if start else None


_Axis = tuple[str, tuple[int, ...], tuple[date | None, ...], list[tuple[int, Filled]]]


def _other_axis(answers: Sequence[Filled], eyes: Seeing) -> _Axis:
    assessed = [row for row in answers if row.assessment is not None]
    if assessed:
        steps = tuple(sorted({row.assessment or 0 for row in assessed}))
        at = {step: index for index, step in enumerate(steps)}
        placed = [(at[row.assessment or 0], row) for row in assessed]
        return "assessment", steps, (None,) * len(steps), placed
    timed = [(row.given_at, row) for row in answers if row.given_at and not row.session_id]
    times = sorted({when for when, _row in timed})
    index_of = {when: index for index, when in enumerate(times)}
    dates = tuple(when.astimezone(eyes.zone).date() for when in times)
    placed = [(index_of[when], row) for when, row in timed]
    return "time", tuple(range(1, len(times) + 1)), dates, placed


def _series(
    placed: Sequence[tuple[int, Filled]], steps: Sequence[int], eyes: Seeing
) -> tuple[CourseSeries, ...]:
    groups: dict[tuple[uuid.UUID, str], list[tuple[int, Filled]]] = {}
    for index, row in placed:
        if _has_total(row):
            groups.setdefault((row.client_id, row.instrument), []).append((index, row))
    found = [_one_series(group, len(steps), eyes) for group in groups.values()]
    return tuple(
        sorted(found, key=lambda one: (one.is_alliance, -len(one.known), one.name, one.who))
    )


def _has_total(row: Filled) -> bool:
    """Whether what was filled in gives one number at all, which a line can be drawn of."""
    instrument = instrument_of(row)
    return instrument is None or instrument.has_total


def _one_series(group: Sequence[tuple[int, Filled]], length: int, eyes: Seeing) -> CourseSeries:
    values: list[Decimal | None] = [None] * length
    for index, row in group:
        values[index] = row.total
    row = group[0][1]
    instrument, plain = instrument_of(row), row.plain_score
    norm = norm_of(row.instrument) if instrument else None
    source = instrument or plain
    low = source.minimum if source else min(value for value in values if value is not None)
    high = source.maximum if source else max(value for value in values if value is not None)
    return CourseSeries(
        slug=row.instrument,
        name=instrument_name(row),
        client_id=row.client_id,
        who=display_name(row.client, eyes.practice),
        values=tuple(values),
        low=low,
        high=high,
        higher_is_better=source.higher_is_better if source else False,
        is_alliance=instrument is not None and instrument.when is When.AFTER_SESSION,
        cut_off=norm.cut_off if norm else None,
        reliable_change=norm.reliable_change if norm else None,
        norm_source=norm.source if norm else "",
        tie=norm.tie if norm else "inclusive",
        is_own=plain is not None,
    )


def sentence_of(series: CourseSeries, *, names: bool = False) -> str:
    """What this course says, in one sentence; "too early to tell" where it says nothing yet."""
    said = {"who": series.who, "name": series.name}
    if series.is_alliance:
        return _alliance_words(
            series, _("The alliance with %(who)s") % said if names else _("The alliance")
        )
    return _score_words(series, _("%(who)s’s %(name)s") % said if names else series.name)


def _score_words(series: CourseSeries, name: str) -> str:
    """First score against the last, by the instrument's own norm.

    Fewer than two scores: too early to tell. Without a norm the two scores are told, and that
    no change can be judged from them.
    """
    if len(series.known) < 2:
        return _("%(name)s: too early to tell.") % {"name": name}
    first, last = series.known[0], series.known[-1]
    said = {"name": name, "first": number_words(first), "last": number_words(last)}
    if first == last:
        return _("%(name)s was %(first)s at first, and is %(last)s now.") % said
    return _went(series.verdict) % said


def _went(verdict: Verdict) -> str:
    """A whole sentence for each outcome, with room for the name and the two scores."""
    return str(_WENT.get(verdict, _NO_NORM))


_WENT = {
    Verdict.RECOVERED: gettext_lazy(
        "%(name)s went from %(first)s to %(last)s: better by more than chance would explain, "
        "and across the cut-off (recovered)."
    ),
    Verdict.IMPROVED: gettext_lazy(
        "%(name)s went from %(first)s to %(last)s: better by more than chance would explain "
        "(improved)."
    ),
    Verdict.UNCHANGED: gettext_lazy(
        "%(name)s went from %(first)s to %(last)s: no more than chance could explain (unchanged)."
    ),
    Verdict.DETERIORATED: gettext_lazy(
        "%(name)s went from %(first)s to %(last)s: worse by more than chance would explain "
        "(deteriorated)."
    ),
    Verdict.HARMED: gettext_lazy(
        "%(name)s went from %(first)s to %(last)s: worse by more than chance would explain, "
        "and across the cut-off (deteriorated)."
    ),
}
_NO_NORM = gettext_lazy(
    "%(name)s went from %(first)s to %(last)s. No norm for change is known, so change cannot be "
    "judged."
)


STAYED_WITHIN = Decimal("0.1")  # of the scale
DIPPED_BY = Decimal("0.15")


def _alliance_words(series: CourseSeries, alliance: str) -> str:
    """Whether the last value lies where the values before it lay.

    A rule of thumb of ours for an instrument without norms, and no test: with at least three
    values, the last one is compared with the median of those before. Within a tenth of the
    scale it *has stayed where it was*, or *has come back* where some value in between lay at
    least 15 hundredths of the scale below the median of the values before that one. At the top
    of its scale it could not have been seen to rise, which is said.
    """
    said = {"alliance": alliance}
    known = series.known
    if len(known) < 3:
        return _("%(alliance)s: too early to tell.") % said
    if min(known) == series.high:
        return _("%(alliance)s has stayed at the top of its scale.") % said
    span = series.high - series.low
    distance = known[-1] - _median(known[:-1])
    if distance > span * STAYED_WITHIN:
        return _("%(alliance)s was higher in the last session than in most before.") % said
    if distance < -span * STAYED_WITHIN:
        return _("%(alliance)s was lower in the last session than in most before.") % said
    if _has_dipped(known[:-1], span * DIPPED_BY):
        return _("%(alliance)s was lower for a while and has come back.") % said
    return _("%(alliance)s has stayed where it was.") % said


def _has_dipped(values: Sequence[Decimal], by: Decimal) -> bool:
    return any(values[at] <= _median(values[:at]) - by for at in range(1, len(values)))


def _median(values: Sequence[Decimal]) -> Decimal:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2
