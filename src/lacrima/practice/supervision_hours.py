"""Hours of supervision: when, how long, alone or in a group, on what. For their owner alone.

Their lines in the log name no object.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lacrima.errors import OutOfRange
from lacrima.formats.cells import guarded
from lacrima.practice.changing import make, put, take
from lacrima.practice.notes import today_here
from lacrima.practice.removing import remove
from lacrima.records import audit
from lacrima.records.access import Right, require, visible
from lacrima.records.models import Member, SupervisionHour

LONGEST_MIN = 24 * 60
COLUMNS = ("date", "minutes", "group", "with_whom", "topics")


@dataclass(frozen=True)
class Totals:
    """How much there was, and since when."""

    meetings: int
    minutes: int
    group_minutes: int
    first_on: date | None

    @property
    def sentence(self) -> str:
        """The same in a sentence; empty when there was none."""
        if self.first_on is None:
            return ""
        said = {
            "hours": duration_words(self.minutes),
            "meetings": ngettext("%(n)d meeting", "%(n)d meetings", self.meetings)
            % {"n": self.meetings},
            "day": date_format(self.first_on, "DAY_MONTH_YEAR"),
            "group": duration_words(self.group_minutes),
        }
        if self.group_minutes:
            return _("%(hours)s in %(meetings)s since %(day)s, %(group)s of it in a group.") % said
        return _("%(hours)s in %(meetings)s since %(day)s.") % said


def duration_words(minutes: int) -> str:
    """Minutes as hours and minutes: "1 hour 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = [
        ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest} if rest or not hours else "",
    ]
    return " ".join(part for part in parts if part)


def hours_of(by: Member) -> list[SupervisionHour]:
    """Her hours, the latest first."""
    return list(visible(by, SupervisionHour).order_by("-on", "-created_at"))


def totals_of(hours: Iterable[SupervisionHour]) -> Totals:
    """What they come to."""
    rows = list(hours)
    return Totals(
        meetings=len(rows),
        minutes=sum(one.minutes for one in rows),
        group_minutes=sum(one.minutes for one in rows if one.is_group),
        first_on=min((one.on for one in rows), default=None),
    )


def add_hour(
    *, by: Member, on: date, minutes: int, is_group: bool, with_whom: str = "", topics: str = ""
) -> SupervisionHour:
    """Note a meeting that was."""
    with audit.change(by=by, action="supervision_hour.added"):
        require(by, Right.WRITE_PRIVATELY)
        return make(
            SupervisionHour,
            member=by,
            on=_checked_day(on),
            minutes=_checked_minutes(minutes),
            is_group=is_group,
            with_whom=with_whom,
            topics=topics,
        )


def change_hour(
    hour: SupervisionHour,
    *,
    by: Member,
    expected_version: int,
    on: date,
    minutes: int,
    is_group: bool,
    with_whom: str = "",
    topics: str = "",
) -> SupervisionHour:
    """Correct it."""
    with audit.change(by=by, action="supervision_hour.changed"):
        there = take(by, hour, expected_version)
        put(
            there,
            on=_checked_day(on),
            minutes=_checked_minutes(minutes),
            is_group=is_group,
            with_whom=with_whom,
            topics=topics,
        )
        return there


def delete_hour(hour: SupervisionHour, *, by: Member) -> None:
    """Delete it."""
    with audit.change(by=by, action="supervision_hour.deleted"):
        remove(take(by, hour))


def hours_csv(*, by: Member) -> bytes:
    """Her hours as a table, the earliest first. The log keeps that it was made."""
    with audit.change(by=by, action="supervision_hours.taken_along"):
        require(by, Right.WRITE_PRIVATELY)
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        writer.writerows(_cells(one) for one in reversed(hours_of(by)))
        return text.getvalue().encode()


def _cells(hour: SupervisionHour) -> list[str]:
    is_group = "yes" if hour.is_group else "no"
    words = [guarded(hour.with_whom), guarded(hour.topics)]
    return [hour.on.isoformat(), str(hour.minutes), is_group, *words]


def _checked_day(on: date) -> date:
    if on > today_here():
        raise OutOfRange("a day that is still to come", where="on", expected="a day that has been")
    return on


def _checked_minutes(minutes: int) -> int:
    if not 1 <= minutes <= LONGEST_MIN:
        raise OutOfRange(
            "a length that does not fit", where="minutes", expected=f"1 to {LONGEST_MIN}"
        )
    return minutes
