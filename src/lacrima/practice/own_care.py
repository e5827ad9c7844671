"""My care: what only she herself opens. Her state, her own life, reminders, her workbook.

Every line it leaves in the log is the same, and names no object, no kind and no count. Nothing
outside the modules `own_care*` reads these rows; a test looks at every door out.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from lacrima.errors import NotFound, OutOfRange
from lacrima.practice.changing import make, put, take
from lacrima.practice.notes import today_here
from lacrima.practice.own_care_entries import Desk, Entry, Remind, Reminder, desk_of, entry_of
from lacrima.practice.own_key import is_open
from lacrima.practice.removing import remove, remove_all
from lacrima.records import audit
from lacrima.records.access import Right, find, may, require, visible
from lacrima.records.models import Member, Moment, OwnCare, Session
from lacrima.records.sealed import texts_of

__all__ = [
    "KEEP_DAYS",
    "Kept",
    "KeptInRow",
    "change_entry",
    "clear_own_care",
    "delete_entry",
    "delete_reminder",
    "desk",
    "desk_id",
    "entries",
    "entry",
    "forget_old_entries",
    "keep_entries_for",
    "opened",
    "put_entry",
    "put_reminder",
    "rows_of_entries",
    "see_reminder",
    "standing_on_today",
    "write_workbook",
]

CHANGED = "own_care.changed"
KEEP_DAYS = (90, 365, 730, 1825)
# The desk has an id of its own for each person, so that Today opens one sealed row and not all.
_DESKS = uuid.UUID("6f1d1c0a-6a0e-5d53-9a8e-0d6b4b0c7a11")


@dataclass(frozen=True)
class Kept:
    """One entry, and the id of the row that keeps it."""

    id: uuid.UUID
    entry: Entry


@dataclass(frozen=True)
class KeptInRow(Kept):
    """The same with its row, to change or to delete it."""

    row: OwnCare


def rows_of_entries(by: Member) -> QuerySet[OwnCare]:
    """The rows of all that she wrote down, what was written last first. None is opened yet."""
    return visible(by, OwnCare).exclude(pk=desk_id(by)).order_by("-created_at")


def opened(rows: QuerySet[OwnCare]) -> list[Kept]:
    """What is in these rows, all opened together."""
    return [Kept(key, entry_of(text)) for key, text in texts_of(rows, "content")]


def entries(by: Member) -> list[Kept]:
    """All that she wrote down, the latest day first."""
    found = opened(rows_of_entries(by))
    return sorted(found, key=lambda one: one.entry.day, reverse=True)


def entry(by: Member, key: uuid.UUID) -> KeptInRow:
    """One entry of hers; NotFound for anything else."""
    row = find(by, OwnCare, key)
    if row.pk == desk_id(by):
        raise NotFound("there is nothing here for you", next_step="Go back to My care.")
    return KeptInRow(row.pk, entry_of(row.content), row)


def put_entry(told: Entry, *, by: Member) -> OwnCare:
    """Write something down, for yourself alone."""
    with audit.change(by=by, action=CHANGED):
        require(by, Right.WRITE_PRIVATELY)
        return make(OwnCare, member=by, content=_checked(told, by).to_text())


def change_entry(row: OwnCare, told: Entry, *, by: Member, expected_version: int) -> OwnCare:
    """Say it otherwise."""
    with audit.change(by=by, action=CHANGED):
        before = entry(by, row.pk)
        there = take(by, before.row, expected_version)
        put(there, content=_checked(told, by, before.entry).to_text())
        return there


def _checked(told: Entry, by: Member, before: Entry | None = None) -> Entry:
    """An entry of a day that has come, about a session and a moment of hers.

    What it was about before may be gone by now; that is no reason to refuse other words.
    """
    if told.day > today_here():
        raise OutOfRange("a day that is still to come", where="day", expected="today or earlier")
    if told.moment is not None and (before is None or told.moment != before.moment):
        moment = find(by, Moment, told.moment)
        return replace(told, session=moment.session_id)
    if told.session is not None and (before is None or told.session != before.session):
        find(by, Session, told.session)
    return told


def delete_entry(row: OwnCare, *, by: Member) -> None:
    """Delete one entry."""
    with audit.change(by=by, action=CHANGED):
        remove(take(by, entry(by, row.pk).row))


def clear_own_care(*, by: Member) -> None:
    """Delete everything of My care: entries, reminders, workbook."""
    with audit.change(by=by, action=CHANGED):
        require(by, Right.WRITE_PRIVATELY)
        remove_all(visible(by, OwnCare).filter(member=by))


# --- the desk: reminders, how long entries stay, the workbook


def desk_id(by: Member) -> uuid.UUID:
    """The id of the one row that holds what she set up for herself."""
    return uuid.uuid5(_DESKS, by.pk.hex)


def desk(by: Member) -> tuple[Desk, int]:
    """What she set up for herself, and its version (0: nothing yet)."""
    row = visible(by, OwnCare).filter(pk=desk_id(by)).first()
    return (desk_of(row.content), row.version) if row else (Desk(), 0)


def _take_desk(by: Member, expected_version: int | None = None) -> tuple[Desk, OwnCare | None]:
    """The desk held for a change, in the version that was looked at."""
    require(by, Right.WRITE_PRIVATELY)
    row = visible(by, OwnCare).filter(pk=desk_id(by)).first()
    if row is None:
        return Desk(), None
    there = take(by, row, expected_version)
    return desk_of(there.content), there


def _put_desk(by: Member, told: Desk, row: OwnCare | None) -> None:
    if row is None:
        make(OwnCare, id=desk_id(by), member=by, content=told.to_text())
    else:
        put(row, content=told.to_text())


def put_reminder(
    *,
    by: Member,
    what: Remind,
    first_on: date,
    every_weeks: int = 0,
    is_on_today: bool = False,
    words: str = "",
    key: str = "",
    expected_version: int | None = None,
) -> str:
    """Set a reminder, or change the one of this key; its key."""
    with audit.change(by=by, action=CHANGED):
        told, row = _take_desk(by, expected_version)
        if key:
            _reminder(told, key)
        one = Reminder(
            id=key or secrets.token_hex(8),
            what=what,
            first_on=first_on,
            every_weeks=every_weeks,
            is_on_today=is_on_today,
            words=words.strip(),
        )
        others = (other for other in told.reminders if other.id != one.id)
        _put_desk(by, replace(told, reminders=(*others, one)), row)
        return one.id


def _reminder(told: Desk, key: str) -> Reminder:
    found = told.reminder(key)
    if found is None:
        raise NotFound("there is nothing here for you", next_step="Go back to My care.")
    return found


def see_reminder(key: str, *, by: Member) -> None:
    """One tap: it is quiet until its next day. One that comes once is gone."""
    with audit.change(by=by, action=CHANGED):
        told, row = _take_desk(by)
        one = _reminder(told, key)
        others = [other for other in told.reminders if other.id != key]
        stays = [replace(one, seen_on=today_here())] if one.every_weeks else []
        _put_desk(by, replace(told, reminders=(*others, *stays)), row)


def delete_reminder(key: str, *, by: Member) -> None:
    """Take a reminder away."""
    with audit.change(by=by, action=CHANGED):
        told, row = _take_desk(by)
        one = _reminder(told, key)
        others = tuple(other for other in told.reminders if other.id != one.id)
        _put_desk(by, replace(told, reminders=others), row)


def keep_entries_for(days: int | None, *, by: Member) -> None:
    """From now on entries go this long after they were written; None: they stay."""
    if days is not None and days not in KEEP_DAYS:
        raise OutOfRange("a time that is not offered", where="keep_days")
    with audit.change(by=by, action=CHANGED):
        told, row = _take_desk(by)
        _put_desk(by, replace(told, keep_days=days), row)


def write_workbook(
    part: str, answers: Mapping[str, str], *, by: Member, expected_version: int
) -> None:
    """What she writes in one part of the workbook, in the place of what stood there."""
    with audit.change(by=by, action=CHANGED):
        told, row = _take_desk(by, expected_version)
        written = {name: words.strip() for name, words in answers.items() if words.strip()}
        _put_desk(by, replace(told, workbook={**told.workbook, part: written}), row)


# --- Today, and the end of entries


def standing_on_today(by: Member, today: date) -> tuple[Reminder, ...]:
    """The reminders that she wants to see on Today, and that stand today."""
    if not may(by, Right.WRITE_PRIVATELY) or not is_open(by):
        return ()
    told, _version = desk(by)
    return tuple(one for one in told.reminders if one.is_on_today and one.stands(today))


def forget_old_entries(*, now: datetime) -> None:
    """Delete entries that are older than their writer wants them; her reminders and texts stay.

    How long they stay is sealed with them: in a clinic this is done whenever she opens her key.
    """
    for member in Member.objects.filter(own_care__isnull=False).distinct():
        if not is_open(member):
            continue
        told, _version = desk(member)
        if told.keep_days is None:
            continue
        since = now - timedelta(days=told.keep_days)
        old = OwnCare.objects.filter(member=member, created_at__lt=since)
        old = old.exclude(pk=desk_id(member))
        if old.exists():
            with audit.change(by=None, action=CHANGED):
                remove_all(old)
