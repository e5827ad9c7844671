"""A worry about somebody's safety: what was seen, who was told, what was done, step by step.

It stands on top of Today until somebody notes that nothing more is to be done, and is never
capped, faded or closed by a rule. It is corrected, not deleted: it goes with the whole record.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from lacrima.errors import BadInput, OutOfRange
from lacrima.practice.changing import make, only, put, take
from lacrima.records import audit, clock
from lacrima.records.access import visible
from lacrima.records.models import Client, Episode, Member, Safeguarding

FIELDS = frozenset({"client", "seen_at", "seen", "told", "told_at", "done"})


def note_worry(
    episode: Episode,
    *,
    by: Member,
    seen_at: datetime,
    seen: str,
    client: Client | None = None,
    told: str = "",
    told_at: datetime | None = None,
    done: str = "",
) -> Safeguarding:
    """Something was seen or heard. Who was told and what was done may follow later."""
    with audit.change(by=by, action="safeguarding.noted") as line:
        there = take(by, episode)
        values = {"client": client, "seen_at": seen_at, "seen": seen}
        values |= {"told": told, "told_at": told_at, "done": done}
        row = make(Safeguarding, episode=there, noted_by=by, **_checked(there, values))
        line.about(row)
        return row


def change_worry(
    worry: Safeguarding, *, by: Member, expected_version: int, **fields: Any
) -> Safeguarding:
    """Add what came since, or correct it; any of FIELDS."""
    with audit.change(by=by, action="safeguarding.changed") as line:
        there = take(by, worry, expected_version)
        values = _checked(there.episode, only(fields, FIELDS))
        line.about(there, fields=put(there, **values))
        return there


def _checked(episode: Episode, values: dict[str, Any]) -> dict[str, Any]:
    if "seen" in values and not values["seen"].strip():
        raise BadInput("nothing was written", where="seen", expected="what was seen or heard")
    for name in ("seen_at", "told_at"):
        at = values.get(name)
        if at is not None and at > clock.now():
            raise OutOfRange("a time to come", where=name, expected="now or earlier")
    client = values.get("client")
    if client is not None and not episode.participants.filter(client=client).exists():
        raise BadInput("somebody who is not part of this care", where="client")
    return values


def close_worry(worry: Safeguarding, *, by: Member, done: str) -> Safeguarding:
    """Nothing more is to be done. What was done must be written."""
    with audit.change(by=by, action="safeguarding.closed") as line:
        there = take(by, worry)
        if not done.strip():
            raise BadInput("nothing was written", where="done", expected="what was done")
        put(there, done=done, closed_at=clock.now())
        line.about(there)
        return there


def reopen_worry(worry: Safeguarding, *, by: Member) -> Safeguarding:
    """It stands on Today again; everything that was written stays."""
    with audit.change(by=by, action="safeguarding.reopened") as line:
        there = take(by, worry)
        put(there, closed_at=None)
        line.about(there)
        return there


def open_worries(by: Member) -> QuerySet[Safeguarding]:
    """All that are open among her clients, the oldest first."""
    rows = visible(by, Safeguarding).filter(closed_at=None)
    return rows.select_related("client").order_by("seen_at")
