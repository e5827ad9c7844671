"""Her own tears, shown and held back, by session and month, beside what is published.

Out of her own voice alone. A session that was not looked back on is missing, never "no tears".
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, QuerySet, When
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


def _looked_back_on(by: Member) -> QuerySet[Session]:
    """The sessions that took place and were looked back on."""
    looked = (LogState.NOTHING, LogState.MOMENTS)
    return visible(by, Session).filter(state=SessionState.HELD, log_state__in=looked)


def _sessions_by_month(by: Member, firsts: Sequence[date], zone: ZoneInfo) -> list[int]:
    """How many of them there were in each month; counted by the database, in one query."""
    edges = [_moment_of(first, zone) for first in (*firsts, _next_month(firsts[-1]))]
    months = [When(start__lt=end, then=place) for place, end in enumerate(edges[1:])]
    rows = _looked_back_on(by).filter(start__gte=edges[0], start__lt=edges[-1]).order_by()
    counts = dict(rows.annotate(month=Case(*months)).values_list("month").annotate(Count("pk")))
    return [counts.get(place, 0) for place in range(len(firsts))]


def _moment_of(day: date, zone: ZoneInfo) -> datetime:
    return local_to_utc(day, datetime.min.time(), zone)


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def tears(
    by: Member, own: Sequence[Kept], moments: Sequence[OwnMoment], *, today: date, zone: ZoneInfo
) -> Tears:
    """Her last twelve months: `moments` of that time, with what she noted in My care alone."""
    firsts = _firsts(first_of_window(today))
    shown = {one.session: one.day for one in moments if one.has_shown}
    held = {one.session: one.day for one in moments if one.is_held_back}
    alone = _held_back_alone(own, known=set(held), since=firsts[0])
    noted = {session: day for session, day in alone if session is not None}
    looked = set(_looked_back_on(by).filter(pk__in=noted).order_by().values_list("pk", flat=True))
    n_held = len(held) + len(looked)
    held |= noted
    elsewhere = [day for session, day in alone if session is None]
    counts = _sessions_by_month(by, firsts, zone)
    return Tears(
        months=_months(firsts, counts, shown.values(), [*held.values(), *elsewhere]),
        sessions=sum(counts),
        shown=len(shown),
        held_back=len(held) + len(elsewhere),
        own=_own(len(shown), n_held, sum(counts)),
        published=published(),
    )


def _firsts(first: date) -> list[date]:
    """The first days of the twelve months from this one on."""
    found = [first]
    while len(found) < MONTHS:
        found.append(_next_month(found[-1]))
    return found


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
    firsts: Sequence[date], sessions: Sequence[int], shown: Iterable[date], held: Iterable[date]
) -> tuple[Month, ...]:
    with_shown, with_held = (Counter(day.replace(day=1) for day in days) for days in (shown, held))
    return tuple(
        Month(first, n, with_shown[first], with_held[first])
        for first, n in zip(firsts, sessions, strict=True)
    )


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
