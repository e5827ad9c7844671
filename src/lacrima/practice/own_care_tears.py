"""Her own tears, shown and held back, by session and month, beside what is published.

Out of her own voice alone. A session that was not looked back on is missing, never "no tears".
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from lacrima.evidence.entries import number_words
from lacrima.evidence.library import shipped
from lacrima.practice.due import local_to_utc
from lacrima.practice.own_care import Kept
from lacrima.practice.own_care_entries import Own
from lacrima.practice.words import HeldBack, Kind, LogState, SessionState, Shown, Side
from lacrima.records.access import visible
from lacrima.records.models import Expression, Member, Session
from lacrima.stats.shares import Share, share_of

MONTHS = 12
FEWEST_SESSIONS = 20  # below this an interval is wider than all that is published
TENTHS_BELOW = 10
_HELD = (HeldBack.PARTLY.value, HeldBack.WHOLLY.value)


@dataclass(frozen=True)
class OwnMoment:
    """One moment of her own, as her voice tells it: did tears show, were any held back?"""

    moment: uuid.UUID
    session: uuid.UUID
    day: date
    has_shown: bool
    is_held_back: bool


@dataclass(frozen=True)
class Month:
    """One month: sessions looked back on, those with her tears, those with tears held back."""

    first: date
    sessions: int
    shown: int
    held_back: int


@dataclass(frozen=True)
class ShareLine:
    """A share of sessions in per cent, from low to high; `value` is None for a published span."""

    label: str
    low: float
    high: float
    said: str
    value: float | None = None
    n: int | None = None
    is_own: bool = False


@dataclass(frozen=True)
class Tears:
    """The last twelve months. `own` is empty while too few sessions were looked back on."""

    months: tuple[Month, ...]
    sessions: int
    shown: int
    held_back: int
    own: tuple[ShareLine, ...]
    published: tuple[ShareLine, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was looked back on."""
        return not (self.sessions or self.held_back)

    @property
    def lines(self) -> tuple[ShareLine, ...]:
        """Her own shares, then what is published."""
        return (*self.own, *self.published)


def first_of_window(today: date) -> date:
    """The first day of the twelve months that end with this one."""
    months = today.year * 12 + today.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def own_moments(by: Member, *, since: datetime, zone: ZoneInfo) -> list[OwnMoment]:
    """Her own tears and held-back tears since then, the latest first; one query."""
    rows = Expression.objects.filter(
        participant__member=by,
        voice__side=Side.THERAPIST,
        voice__participant__member=by,
        voice__moment__kind=Kind.TEARS,
        voice__moment__session__start__gte=since,
    ).order_by("-voice__moment__session__start")
    told = rows.values_list(
        "voice__moment", "voice__moment__session", "voice__moment__session__start",
        "shown", "held_back",
    )  # fmt: skip
    found = (
        OwnMoment(
            moment,
            session,
            start.astimezone(zone).date(),
            has_shown=(shown or 0) >= Shown.MOIST,
            is_held_back=held_back in _HELD,
        )
        for moment, session, start, shown, held_back in told
        if start is not None
    )
    return [one for one in found if one.has_shown or one.is_held_back]


def looked_back_on(by: Member, *, since: datetime, zone: ZoneInfo) -> dict[uuid.UUID, date]:
    """The sessions that took place and were looked back on, with their days; one query."""
    rows = visible(by, Session).filter(
        state=SessionState.HELD,
        log_state__in=(LogState.NOTHING, LogState.MOMENTS),
        start__gte=since,
    )
    told = rows.order_by().values_list("pk", "start")
    return {key: start.astimezone(zone).date() for key, start in told if start}


def tears(by: Member, own: Sequence[Kept], *, today: date, zone: ZoneInfo) -> Tears:
    """Her last twelve months, with what she noted in My care alone."""
    first = first_of_window(today)
    since = local_to_utc(first, datetime.min.time(), zone)
    sessions = looked_back_on(by, since=since, zone=zone)
    moments = own_moments(by, since=since, zone=zone)
    shown = {one.session for one in moments if one.has_shown}
    held = {one.session: one.day for one in moments if one.is_held_back}
    alone = _held_back_alone(own, known=set(held), since=first)
    held |= {session: day for session, day in alone if session is not None}
    elsewhere = [day for session, day in alone if session is None]
    return Tears(
        months=_months(first, sessions, shown, [*held.values(), *elsewhere]),
        sessions=len(sessions),
        shown=len(shown & sessions.keys()),
        held_back=len(held) + len(elsewhere),
        own=_own(len(shown & sessions.keys()), len(held.keys() & sessions.keys()), len(sessions)),
        published=published(),
    )


def _held_back_alone(
    own: Iterable[Kept], *, known: set[uuid.UUID], since: date
) -> list[tuple[uuid.UUID | None, date]]:
    """Tears held back that stand in My care alone: the session, where one is named, and the day."""
    found: dict[object, tuple[uuid.UUID | None, date]] = {}
    for kept in own:
        one = kept.entry
        is_held = isinstance(one.content, Own) and one.content.held_back is not None
        if is_held and one.day >= since and one.session not in known:
            found[one.session or kept.id] = (one.session, one.day)
    return list(found.values())


def _own(shown: int, held: int, n: int) -> tuple[ShareLine, ...]:
    """Her two shares with their intervals; none while there are too few sessions for any."""
    if n < FEWEST_SESSIONS:
        return ()
    return (
        _own_line(_("You, tears that showed"), share_of(shown, n)),
        _own_line(_("You, tears held back"), share_of(held, n)),
    )


def _own_line(label: str, share: Share) -> ShareLine:
    low, value, high = (100 * one for one in (share.low, share.share, share.high))
    span = {"low": percent(low), "high": percent(high)}
    return ShareLine(
        label=label,
        low=low,
        high=high,
        value=value,
        said=_("%(share)s %% (%(span)s)")
        % {"share": percent(value), "span": _("%(low)s to %(high)s") % span},
        n=share.n,
        is_own=True,
    )


def percent(value: float) -> str:
    """A share in per cent as people write it: 1.4, 12."""
    return number_words(round(value, 1) if value < TENTHS_BELOW else round(value))


def _months(
    first: date, sessions: dict[uuid.UUID, date], shown: set[uuid.UUID], held: Sequence[date]
) -> tuple[Month, ...]:
    found = []
    for place in range(MONTHS):
        number = first.year * 12 + first.month - 1 + place
        month = (number // 12, number % 12 + 1)
        here = {key for key, day in sessions.items() if (day.year, day.month) == month}
        held_here = sum((day.year, day.month) == month for day in held)
        found.append(Month(date(*month, 1), len(here), len(here & shown), held_here))
    return tuple(found)


def published() -> tuple[ShareLine, ...]:
    """What is published on how often, out of the library; the numbers contradict each other."""
    return (
        _published(_("Therapists who cry, as they guess themselves"), "share-own-guess"),
        _published(
            _("Therapists who cry, from their last four weeks"),
            *("share-recent-20", "share-recent-40", "share-recent-60"),
        ),
        _published(
            _("All therapists, from the last four weeks"),
            *("share-all-20", "share-all-40", "share-all-60"),
        ),
    )


def _published(label: str, *names: str) -> ShareLine:
    values = [shipped().figures[name].value for name in names]
    low, high = min(values), max(values)
    said = {"low": number_words(low), "high": number_words(high)}
    if low == high:
        return ShareLine(label, low, high, _("about %(low)s %%") % said, value=low)
    return ShareLine(label, low, high, _("%(low)s to %(high)s %%") % said)
