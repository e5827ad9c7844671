"""What stands in a clinical will: whom to reach, when they would come, what is open.

Never a note, a moment, an answer, or anything that is for the therapist alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from lacrima.instruments.catalogue import shipped
from lacrima.practice import people
from lacrima.practice.absences import absence_now
from lacrima.practice.due import days_of, start_of
from lacrima.practice.words import SessionState
from lacrima.records.models import (
    ClinicalWill,
    Episode,
    Member,
    Participant,
    Practice,
    RiskItem,
    Safeguarding,
    Session,
    Slot,
)
from lacrima.vault.disk import canonical

AHEAD_DAYS = 28
MOST_APPOINTMENTS = 6
Said = dict[str, Any]


def content_of(will: ClinicalWill, *, now: datetime) -> bytes:
    """The words of a will as they are now, as JSON."""
    practice = people.the_practice()
    assert practice is not None  # noqa: S101  there is a will, so there is a practice
    zone = people.zone_of(practice)
    return canonical(
        {
            "written_at": _at(now, zone),
            "practice": practice.name,
            "therapist": will.member.name,
            "colleague": will.colleague_name,
            "second": will.second_name,
            "crisis_contacts": practice.crisis_contacts,
            "cover": _cover(will.member, now, zone),
            "care": _care(will.member, practice, now),
        }
    )


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="minutes")


def _cover(member: Member, now: datetime, zone: ZoneInfo) -> Said | None:
    absence = absence_now(member, on=now.astimezone(zone).date())
    if absence is None:
        return None
    return {"until": absence.until_on.isoformat(), "contact": absence.cover_contact}


def _care(member: Member, practice: Practice, now: datetime) -> list[Said]:
    seats = Participant.objects.filter(member=member, left_on=None).values("episode")
    is_open = Q(safeguarding__closed_at=None, safeguarding__isnull=False)
    is_open |= Q(answers__risk_items__isnull=False, answers__risk_items__seen_at=None)
    rows = Episode.objects.filter(Q(ended_on=None) | is_open, pk__in=seats).distinct()
    episodes = list(rows.order_by("created_at"))
    ids, zone = {row.pk for row in episodes}, people.zone_of(practice)
    clients, appointments = _clients(ids), _appointments(episodes, now, zone)
    risks, worries = _risks(ids, zone), _worries(ids, zone)
    return [
        {
            "clients": clients.get(row.pk, []),
            "appointments": appointments.get(row.pk, []),
            "risks": risks.get(row.pk, []),
            "worries": worries.get(row.pk, []),
        }
        for row in episodes
    ]


ByEpisode = dict[uuid.UUID, list[Any]]


def _gathered(pairs: Iterable[tuple[uuid.UUID, Any]]) -> ByEpisode:
    found: ByEpisode = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return found


def _clients(ids: Collection[uuid.UUID]) -> ByEpisode:
    rows = Participant.objects.filter(episode__in=ids, client__isnull=False)
    return _gathered(
        (row.episode_id, {name: getattr(row.client, name) for name in ("code", "name", "reach")})
        for row in rows.select_related("client").order_by("created_at")
    )


def _appointments(episodes: list[Episode], now: datetime, zone: ZoneInfo) -> ByEpisode:
    """Those that are in the book, and those that would make themselves."""
    until = now + timedelta(days=AHEAD_DAYS)
    open_ones = [row.pk for row in episodes if row.ended_on is None]
    ahead = Session.objects.filter(episode__in=open_ones, start__gte=now, start__lte=until)
    booked = {
        (row.episode_id, row.start)
        for row in ahead.filter(state=SessionState.HELD).only("episode", "start")
        if row.start
    }
    slots = Slot.objects.filter(episode__in=open_ones)
    coming = {(slot.episode_id, at) for slot in slots for at in _coming(slot, now, until, zone)}
    pairs = sorted(booked | coming, key=lambda pair: pair[1])
    found = _gathered((key, _at(start, zone)) for key, start in pairs)
    return {key: starts[:MOST_APPOINTMENTS] for key, starts in found.items()}


def _coming(slot: Slot, now: datetime, until: datetime, zone: ZoneInfo) -> list[datetime]:
    """From tomorrow: what is due today was made already, and may have been cancelled."""
    first = now.astimezone(zone).date() + timedelta(days=1)
    last = min(day for day in (until.astimezone(zone).date(), slot.until_on) if day)
    return [start_of(slot, day, zone) for day in days_of(slot, first=first, last=last)]


def _risks(ids: Collection[uuid.UUID], zone: ZoneInfo) -> ByEpisode:
    """That something is open, of whom and since when; what was answered stays in the record."""
    rows = RiskItem.objects.filter(answers__episode__in=ids, seen_at=None)
    return _gathered(
        (
            row.answers.episode_id,
            {
                "client": row.answers.client.code,
                "questionnaire": _name_of(row.answers.instrument),
                "since": _at(row.raised_at, zone),
            },
        )
        for row in rows.select_related("answers__client").order_by("raised_at")
    )


def _name_of(slug: str) -> str:
    instrument = shipped().get(slug)
    return instrument.name if instrument else slug


def _worries(ids: Collection[uuid.UUID], zone: ZoneInfo) -> ByEpisode:
    rows = Safeguarding.objects.filter(episode__in=ids, closed_at=None)
    return _gathered(
        (
            row.episode_id,
            {
                "client": row.client.code if row.client else "",
                "seen_at": _at(row.seen_at, zone),
                "seen": row.seen,
                "told": row.told,
                "told_at": _at(row.told_at, zone) if row.told_at else "",
                "done": row.done,
            },
        )
        for row in rows.select_related("client").order_by("seen_at")
    )
