"""Weighings in lists: beside a moment, beside a session, on a client's page."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from lacrima.practice.pages_parts import Seeing
from lacrima.records.access import visible
from lacrima.records.models import Episode, Member, Moment, Session, Weighing, WeighingTime


@dataclass(frozen=True)
class WeighingLine:
    """One weighing in a list. `expires_on`: the last day of a private one."""

    id: uuid.UUID
    words: str
    is_ahead: bool
    is_recorded: bool
    is_yours: bool
    expires_on: date | None
    day_local: datetime | None


@dataclass(frozen=True)
class WeighingMark:
    """What stands about one moment: yours, and what others put in the record."""

    yours: WeighingLine | None
    of_others: tuple[WeighingLine, ...]


def weighing_of(moment: Moment, eyes: Seeing) -> WeighingMark:
    """The weighings of one moment that this person may see."""
    rows = visible(eyes.by, Weighing).filter(moment=moment).defer("thinking")
    lines = _lines(rows.select_related("session").order_by("created_at"), eyes)
    yours = [one for one in lines if one.is_yours]
    others = tuple(one for one in lines if not one.is_yours)
    return WeighingMark(yours[0] if yours else None, others)


def her_weighing_of(by: Member, moment_id: uuid.UUID) -> uuid.UUID | None:
    """Her own weighing of a moment, where she has begun one."""
    hers = visible(by, Weighing).filter(member=by, moment=moment_id)
    return hers.values_list("pk", flat=True).order_by().first()


@dataclass(frozen=True)
class WeighingsThatGo:
    """Which weighings go when a moment goes, as far as this person may know."""

    is_private: bool
    is_recorded: bool


def weighings_that_go(by: Member, moment_id: uuid.UUID) -> WeighingsThatGo:
    """Whether weighings of a moment go with it: her private one, and any in the record."""
    rows = visible(by, Weighing).filter(moment=moment_id).order_by()
    told = list(rows.values_list("recorded_at", flat=True))
    return WeighingsThatGo(None in told, any(told))


def weighings_of_session(session: Session, eyes: Seeing) -> tuple[WeighingLine, ...]:
    """What was thought beforehand of one session."""
    rows = visible(eyes.by, Weighing).filter(session=session, time=WeighingTime.BEFOREHAND)
    return _lines(rows.defer("thinking"), eyes)


def weighings_of(episode: Episode, eyes: Seeing) -> tuple[WeighingLine, ...]:
    """All weighings of one course of care that this person may see, the latest first."""
    rows = visible(eyes.by, Weighing).filter(episode=episode).defer("thinking")
    return _lines(rows.select_related("session"), eyes)


def _lines(rows: Iterable[Weighing], eyes: Seeing) -> tuple[WeighingLine, ...]:
    return tuple(_line(row, eyes) for row in rows)


def _line(row: Weighing, eyes: Seeing) -> WeighingLine:
    return WeighingLine(
        id=row.pk,
        words=_words(row),
        is_ahead=row.time == WeighingTime.BEFOREHAND,
        is_recorded=row.recorded_at is not None,
        is_yours=row.member_id == eyes.by.pk,
        expires_on=row.expires_on,
        day_local=eyes.local(row.recorded_at or row.created_at),
    )


def _words(row: Weighing) -> str:
    number = row.session.number if row.session else None
    if row.time == WeighingTime.BEFOREHAND:
        if number is None:
            return _("before a session")
        return _("before session %(number)d") % {"number": number}
    if number is None:
        return _("a moment")
    return _("a moment in session %(number)d") % {"number": number}
