"""The panel: one row a session, by rules that stand here and nowhere else.

**Eligible** is a session that was attended, is not the last one of an agreed ending, was looked
back on (not logged is missing, never "no tears"), and has a score of the same measure before it,
at most 21 days old. **Exposure** comes from the therapist's voice: over her own moments of tears,
`near` where the most that showed is 1, `shed` where it is 2 or 3; `csh` and `cnear` are the same
of the client. **Outcome** is the next score of the same measure, before any later session, within
21 days. **Non-return** is no attended session within 28 days where no ending was agreed.

Where a form lies is told by the time it was given, not by the session somebody filed it under: a
form that was dated back, or filled in during the session, is no score from before it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lacrima.analyses.panel_facts import (
    CLIENT,
    THERAPIST,
    CourseFacts,
    End,
    Measured,
    ScoreFacts,
    SessionFacts,
    Sight,
    Timing,
)

WINDOW = timedelta(days=21)
AWAY = timedelta(days=28)
GRACE = timedelta(minutes=15)
DAY = timedelta(days=1)
LAST_ONES = 2  # an agreed ending counts as announced in so many sessions before it

NOT_HELD = "not attended"
NOT_LOGGED = "not logged"
GOODBYE = "the last session of an agreed ending"
NO_SCORE = "no score before it"


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One session of one client; numbers are None where they are not known.

    why: the reason it is not eligible, empty where it is. csh, cnear, shed, near, held: from the
    therapist's voice, 0 or 1; with _heard: from the client's. unseen: her tears, of which both say
    that they went unnoticed. ctears_first: the client's tears fell first or alone, 1 where the
    order is not known (is_order_known says so); ttears_first: the therapist's came first or alone.
    score, next_score: in the measure's own points. days: from the session to the next score.
    overlap: the share of what the next form looks back on that lay before the session.
    """

    client: str
    therapist: str
    session: int
    day: float | None
    why: str
    shed: int | None
    near: int | None
    held: int | None
    unseen: int | None
    csh: int | None
    cnear: int | None
    ctears_first: int | None
    ttears_first: int | None
    is_order_known: bool
    shed_heard: int | None
    csh_heard: int | None
    heavy: float | None
    heavy_after: float | None
    ending_announced: int
    score: float | None
    score_first: float | None
    next_score: float | None
    days: float | None
    overlap: float | None
    no_return: int | None

    @property
    def is_eligible(self) -> bool:
        """Whether it may be compared."""
        return not self.why


def rows_of(course: CourseFacts, measured: Measured, *, until: datetime) -> tuple[PanelRow, ...]:
    """The rows of one course of care, as it stood at a time.

    until: what came later is left out, a session or a score; one without a time counts as there.

    >>> from datetime import UTC
    >>> first = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> weekly = [SessionFacts(str(n), n, n, first + (n - 1) * 7 * DAY, is_logged=True)
    ...     for n in (1, 2)]
    >>> scores = [ScoreFacts(15.0, "1", first), ScoreFacts(12.0, "2", first + 7 * DAY)]
    >>> one, two = rows_of(CourseFacts("m", "a", tuple(weekly), tuple(scores)),
    ...     Measured(recall_days=14), until=first + 60 * DAY)
    >>> one.score, one.next_score, one.days, one.overlap, one.no_return, two.no_return
    (15.0, 12.0, 7.0, 0.5, 0, 1)
    """
    known = [one for one in course.sessions if one.start is None or one.start < until]
    sessions = sorted((one for one in known if one.is_held), key=lambda one: one.order)
    there = [one for one in course.scores if one.at is None or one.at < until]
    gaps = _gaps(sessions, there, measured.timing)
    return tuple(
        _row(course, sessions, place, gaps, measured, until) for place in range(len(sessions))
    )


Gaps = list[list[ScoreFacts]]


def _gaps(sessions: Sequence[SessionFacts], scores: Sequence[ScoreFacts], timing: Timing) -> Gaps:
    """Scores by where they lie: gap i is before session i and after the one before it."""
    places = {one.key: place for place, one in enumerate(sessions)}
    found: Gaps = [[] for _ in range(len(sessions) + 1)]
    for one in scores:
        gap = _gap(one, places.get(one.session or ""), sessions, timing)
        if gap is not None:
            found[gap].append(one)
    for gap_scores in found:
        gap_scores.sort(key=lambda one: (one.at is not None, one.at))
    return found


def _gap(
    one: ScoreFacts, place: int | None, sessions: Sequence[SessionFacts], timing: Timing
) -> int | None:
    """The gap in which a score was given; None where that is not known or inside a session."""
    if place is not None and timing is Timing.AFTER:
        following = sessions[place + 1].start if place + 1 < len(sessions) else None
        if one.at is None or following is None or one.at < following:
            return place + 1
    elif place is not None:
        start = sessions[place].start
        if one.at is None or (start is not None and _is_at(one.at, start)):
            return place
    return None if one.at is None else _gap_by_time(one.at, sessions)


def _is_at(at: datetime, start: datetime) -> bool:
    return start - GRACE <= at <= start + GRACE


def _gap_by_time(at: datetime, sessions: Sequence[SessionFacts]) -> int | None:
    timed = [(one.start, place) for place, one in enumerate(sessions) if one.start is not None]
    if not timed:
        return None
    begun = bisect_right([start for start, _place in timed], at)
    if begun == 0:
        return timed[0][1]
    start, place = timed[begun - 1]
    if at <= start + GRACE:
        return place
    return None if at < start + sessions[place].length else place + 1


def _row(
    course: CourseFacts,
    sessions: Sequence[SessionFacts],
    place: int,
    gaps: Gaps,
    measured: Measured,
    until: datetime,
) -> PanelRow:
    one = sessions[place]
    before, after = _before(sessions, place, gaps), _after(one, gaps[place + 1])
    days = None if after is None else _days(one, after)
    is_goodbye = course.end is End.AGREED and place == len(sessions) - 1
    sights = _Sights.of(one.told) if one.is_logged else _NOT_KNOWN
    heard = _Sights.of(one.heard) if one.heard is not None and one.is_logged else _NOT_KNOWN
    first = next((scores[0] for scores in gaps if scores), None)
    return PanelRow(
        client=course.person,
        therapist=course.therapist,
        session=one.number or place + 1,
        day=_day(sessions, one),
        why=_why(one, is_goodbye=is_goodbye, has_score=before is not None),
        shed=sights.shed,
        near=sights.near,
        held=sights.held,
        unseen=_unseen(one),
        csh=sights.csh,
        cnear=sights.cnear,
        ctears_first=sights.ctears_first,
        ttears_first=sights.ttears_first,
        is_order_known=sights.is_order_known,
        shed_heard=heard.shed,
        csh_heard=heard.csh,
        heavy=one.heavy,
        heavy_after=one.heavy_after,
        ending_announced=int(course.end is End.AGREED and place >= len(sessions) - LAST_ONES),
        score=None if before is None else before.value,
        score_first=None if first is None else first.value,
        next_score=None if after is None else after.value,
        days=days,
        overlap=_overlap(days, measured.recall_days),
        no_return=_no_return(course, sessions, place, until),
    )


def _why(one: SessionFacts, *, is_goodbye: bool, has_score: bool) -> str:
    if not one.is_logged:
        return NOT_LOGGED
    if is_goodbye:
        return GOODBYE
    return "" if has_score else NO_SCORE


def _before(sessions: Sequence[SessionFacts], place: int, gaps: Gaps) -> ScoreFacts | None:
    """The latest score before this session, at most 21 days old; without times, its own gap."""
    start = sessions[place].start
    for gap in range(place, -1, -1):
        for score in reversed(gaps[gap]):
            at = score.at or (sessions[gap].start if gap < len(sessions) else None)
            is_fresh = gap == place if start is None or at is None else start - at <= WINDOW
            if is_fresh:
                return score
    return None


def _after(one: SessionFacts, scores: Sequence[ScoreFacts]) -> ScoreFacts | None:
    """The first score before any later session, within 21 days where both times are known."""
    for score in scores:
        days = _days(one, score)
        if days is None or days * DAY <= WINDOW:
            return score
    return None


def _days(one: SessionFacts, score: ScoreFacts) -> float | None:
    if one.start is None or score.at is None:
        return None
    return max(0.0, (score.at - one.start) / DAY)


def _overlap(days: float | None, recall_days: int | None) -> float | None:
    """How much of what a form looks back on lay before the session; 0 where it looks on now."""
    if days is None or recall_days is None:
        return None
    return 0.0 if recall_days == 0 else max(0.0, 1 - days / recall_days)


def _day(sessions: Sequence[SessionFacts], one: SessionFacts) -> float | None:
    first = next((each.start for each in sessions if each.start is not None), None)
    return None if one.start is None or first is None else (one.start - first) / DAY


def _no_return(
    course: CourseFacts, sessions: Sequence[SessionFacts], place: int, until: datetime
) -> int | None:
    """1: nobody came within 28 days, and no ending was agreed; None: that cannot be said (yet)."""
    start = sessions[place].start
    following = sessions[place + 1] if place + 1 < len(sessions) else None
    if following is not None:
        if start is None or following.start is None:
            return 0
        return int(following.start - start > AWAY)
    if course.end in {End.AGREED, End.NOT_KNOWN} or start is None or until - start < AWAY:
        return None
    return 1


@dataclass(frozen=True, slots=True)
class _Sights:
    """What one voice tells of a whole session; None where it does not say."""

    shed: int | None = None
    near: int | None = None
    held: int | None = None
    csh: int | None = None
    cnear: int | None = None
    ctears_first: int | None = None
    ttears_first: int | None = None
    is_order_known: bool = True

    @classmethod
    def of(cls, sights: Sequence[Sight]) -> _Sights:
        """Over all moments of the session."""
        own = max((one.therapist for one in sights), default=0)
        theirs = max((one.client for one in sights), default=0)
        has_shed, has_csh = own >= 2, theirs >= 2
        first = _first(sights) if has_shed and has_csh else CLIENT if has_csh else THERAPIST
        return cls(
            shed=int(has_shed),
            near=int(own == 1),
            held=int(own == 0 and any(one.is_held for one in sights)),
            csh=int(has_csh),
            cnear=int(theirs == 1),
            ctears_first=int(has_csh and first != THERAPIST),
            ttears_first=int(has_shed and first == THERAPIST),
            is_order_known=first != "",
        )


_NOT_KNOWN = _Sights()


def _first(sights: Sequence[Sight]) -> str:
    """Whose tears fell first; empty where it is not told."""
    both = [one for one in sights if one.therapist >= 2 and one.client >= 2]
    if both:
        return both[0].first
    starts = {
        who: [one.start_ms for one in sights if getattr(one, who) >= 2]
        for who in (THERAPIST, CLIENT)
    }
    if any(at is None for found in starts.values() for at in found):
        return ""
    firsts = {who: min(_known(found)) for who, found in starts.items()}
    return min(firsts, key=lambda who: firsts[who])


def _known(values: Sequence[int | None]) -> Iterator[int]:
    return (value for value in values if value is not None)


def _unseen(one: SessionFacts) -> int | None:
    """Her tears, of which her voice and the client's both say that nobody noticed."""
    if not one.is_logged:
        return None
    told = [each for each in one.told if each.therapist or each.is_held]
    heard = one.heard or ()
    is_missed = bool(told) and all(each.noticed == "no" for each in told)
    return int(is_missed and any(each.noticed == "no" for each in heard))
