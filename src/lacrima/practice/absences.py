"""Days on which a therapist is away, who stands in for her, and whom clients can ask meanwhile.

`cover_for` is what everything that faces a client asks. A colleague of the practice who is named
sees the clients of whoever is away, on these days and no longer (records/access.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from lacrima.errors import BadInput, NotFound, OutOfRange
from lacrima.practice import people
from lacrima.practice.changing import check_version, make, only, put, text
from lacrima.practice.notes import today_here
from lacrima.practice.removing import remove
from lacrima.records import audit
from lacrima.records.access import Right, may, require
from lacrima.records.models import Absence, AbsenceKind, Client, Episode, Member

LONGEST_DAYS = 366
FIELDS = frozenset({"kind", "from_on", "until_on", "cover", "cover_contact"})


def add_absence(
    *,
    by: Member,
    from_on: date,
    until_on: date,
    cover_contact: str,
    kind: AbsenceKind | str = AbsenceKind.HOLIDAY,
    cover: Member | None = None,
) -> Absence:
    """You are away on these days (both included); `cover_contact` is what clients are told."""
    with audit.change(by=by, action="absence.added") as line:
        require(by, Right.WRITE_CARE)
        values = {"from_on": from_on, "until_on": until_on, "kind": kind}
        values |= {"cover": cover, "cover_contact": cover_contact}
        row = make(Absence, member=by, **_checked(by, values, None))
        line.about(row, has_cover=cover is not None)
        return row


def change_absence(
    absence: Absence, *, by: Member, expected_version: int, **fields: Any
) -> Absence:
    """Other days, another cover, other words."""
    with audit.change(by=by, action="absence.changed") as line:
        there = _own(absence, by, expected_version)
        now = {name: getattr(there, name) for name in FIELDS}
        values = _checked(by, now | only(fields, FIELDS), there)
        line.about(there, fields=put(there, **values))
        return there


def delete_absence(absence: Absence, *, by: Member) -> None:
    """Take it back. Whoever stood in sees nothing more from this moment."""
    with audit.change(by=by, action="absence.deleted") as line:
        there = _own(absence, by)
        line.about(there)
        remove(there)


def _own(absence: Absence, by: Member, expected_version: int | None = None) -> Absence:
    require(by, Right.WRITE_CARE)
    there = Absence.objects.select_for_update().filter(pk=absence.pk, member=by).first()
    if there is None:
        raise NotFound("there is nothing here for you", next_step="Go back to Today.")
    check_version(there, expected_version)
    return there


def _checked(by: Member, values: dict[str, Any], own: Absence | None) -> dict[str, Any]:
    first, last = values["from_on"], values["until_on"]
    if not 0 <= (last - first).days <= LONGEST_DAYS:
        raise OutOfRange(
            "days that do not fit", where="until_on", expected=f"up to {LONGEST_DAYS} days later"
        )
    others = Absence.objects.filter(member=by, from_on__lte=last, until_on__gte=first)
    if (others.exclude(pk=own.pk) if own else others).exists():
        raise BadInput("you are away on some of these days already", where="from_on")
    cover = values["cover"]
    if cover is not None and cover.pk not in {one.pk for one in covers_to_choose(by)}:
        raise BadInput("nobody who can stand in", where="cover", expected="one of the list")
    words = text(values["cover_contact"], where="cover_contact", at_most=2_000)
    if not words:
        raise BadInput("nothing was written", where="cover_contact", expected="whom to ask")
    return {**values, "cover_contact": words}


def covers_to_choose(by: Member) -> list[Member]:
    """Who of the practice could stand in: whoever works with clients here."""
    return [one for one in people.members() if one.pk != by.pk and may(one, Right.WRITE_CARE)]


def absences_of(by: Member) -> QuerySet[Absence]:
    """Her own, those to come first, then those that were."""
    return Absence.objects.filter(member=by).select_related("cover").order_by("-until_on")


def absence_now(by: Member, *, on: date | None = None) -> Absence | None:
    """The absence that this day belongs to, if she is away."""
    day = on or today_here()
    rows = Absence.objects.filter(member=by, from_on__lte=day, until_on__gte=day)
    return rows.select_related("cover").first()


@dataclass(frozen=True)
class OfADay:
    """Is she away on a day, and for whom does she stand in?"""

    away: Absence | None
    standing_in: tuple[Absence, ...]


def of_day(by: Member, day: date) -> OfADay:
    """Both at one look, for Today."""
    rows = Absence.objects.filter(
        Q(member=by) | Q(cover=by), from_on__lte=day, until_on__gte=day, member__left_on=None
    )
    found = list(rows.select_related("cover", "member").order_by("until_on"))
    others = tuple(row for row in found if row.cover_id == by.pk)
    away = next((row for row in found if row.member_id == by.pk), None)
    return OfADay(away, others if may(by, Right.READ_CARE) else ())


@dataclass(frozen=True)
class Cover:
    """What a client is told while her therapist is away: until when, and whom she can ask."""

    until_on: date
    contact: str


def cover_for(episode: Episode, client: Client | None = None, *, on: date) -> Cover | None:
    """Whom the clients of this course of care can ask on this day; None: nobody is away.

    Where several therapists work in it, somebody is there as long as one of them is.
    """
    seats = episode.participants.filter(member__isnull=False, left_on=None, member__left_on=None)
    therapists = [seat.member for seat in seats.select_related("member") if seat.member]
    away = [absence_now(one, on=on) for one in therapists]
    if not away or any(one is None for one in away):
        return None
    latest = max((one for one in away if one is not None), key=lambda one: one.until_on)
    return Cover(latest.until_on, latest.cover_contact)
