"""What a client told at the door, in words, for the client's own page and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lacrima.practice.door_content import content_of
from lacrima.practice.door_keeper import keeper_of
from lacrima.practice.door_visits import BY_HAND, DoorWay, Visit
from lacrima.practice.words import (
    SHOWN_OTHERS,
    VOICE_ITEM_STEPS,
    VOICE_ITEMS,
    Seemed,
    Shown,
    label,
)
from lacrima.records.models import DoorAnswer, DoorStep, Release

__all__ = ["content_of", "lines_of", "title_of", "who_reads"]


def title_of(row: DoorAnswer) -> str:
    """What it is an answer to, and of which session."""
    step = str(DoorStep(row.step).label)
    if row.session is None or row.session.number is None:
        return step[:1].upper() + step[1:]
    said = {"step": step[:1].upper() + step[1:], "number": row.session.number}
    return _("%(step)s, session %(number)d") % said


def who_reads(row: DoorAnswer, visit: Visit, *, is_open: bool = True) -> str:
    """Who may read it now. Closed: no more than that the therapist does not.

    Whoever looks without being the client does not learn whether somebody else may.
    """
    her = visit.her
    if row.release == Release.KEEPER and is_open:
        return _sealed_for(row)
    if row.way in BY_HAND:
        return _("%(way)s, and entered by the practice, which has read it") % {
            "way": str(DoorWay(row.way).label)
        }
    if row.step == DoorStep.ASKED:
        return _("%(her)s reads how the session was, and not whether anything stood out") % {
            "her": her
        }
    if row.release == Release.OPEN:
        return _("%(her)s may read it") % {"her": her}
    if row.release == Release.TALK:
        return _("%(her)s is told only that you would like to talk") % {"her": her}
    return _("nobody reads it") if is_open else _("%(her)s does not read it") % {"her": her}


def _sealed_for(row: DoorAnswer) -> str:
    said = {"keeper": keeper_of(row.for_keeper).name, "day": _day(row.sealed_at)}
    if row.handed_over_at is None:
        return _("sealed for %(keeper)s since %(day)s") % said
    said["handed"] = _day(row.handed_over_at)
    return _("sealed for %(keeper)s since %(day)s, handed over on %(handed)s") % said


def _day(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "DAY_MONTH") if at else ""


def lines_of(row: DoorAnswer, visit: Visit, *, is_open: bool = True) -> list[tuple[str, str]]:
    """Each thing told: what it is, and what was said. Closed: only what the therapist reads."""
    if is_open:
        return list(_lines(row, content_of(row), visit))
    return [] if row.rating is None else [_rating(row.rating)]


def _lines(row: DoorAnswer, told: dict[str, Any], visit: Visit) -> Iterator[tuple[str, str]]:
    her = visit.her
    rating = row.rating if row.step == DoorStep.ASKED else told.get("rating")
    if rating is not None:
        yield _rating(rating)
    if row.step == DoorStep.ASKED:
        yield _("Did anything stand out"), _where(told.get("stood_out", []), her)
    for who, step in told.get("shown", {}).items():
        name = _("It showed in you") if who == "me" else _("It showed in %(her)s") % {"her": her}
        yield name, str(SHOWN_OTHERS[Shown(step)])
    for item, step in told.get("items", {}).items():
        yield str(VOICE_ITEMS.get(item, item)), str(VOICE_ITEM_STEPS.get(step, step))
    if told.get("seemed"):
        yield (
            _("How %(her)s seemed") % {"her": her},
            ", ".join(str(label(Seemed(one))) for one in told["seemed"]),
        )
    if told.get("spoken_of"):
        yield _("Spoken of together"), _("yes")
    if told.get("words"):
        yield _("In your words"), told["words"]


def _rating(rating: int) -> tuple[str, str]:
    said = {"rating": rating}
    return _("How it was"), _("%(rating)+d, from −4 hindering to +4 helpful") % said


def _where(stood_out: list[str], her: str) -> str:
    names = {"me": _("in you"), "therapist": _("in %(her)s") % {"her": her}}
    return _(" and ").join(names[one] for one in stood_out) or _("no")
