"""What of a client's door goes into a copy: what the client lets the therapist read, and no more.

What was told of a moment and released is a voice, and leaves as one. Whoever makes a copy reads it
first, so nothing unreleased can be in it: the client sees that at the door, where nobody else does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from lacrima.formats.document import Block, Grid, Quote
from lacrima.practice.door_content import content_of
from lacrima.practice.export_choice import Choice, FreeText, Part
from lacrima.practice.export_words import Telling, session_words
from lacrima.practice.telling import signed
from lacrima.records.models import Door, DoorAnswer, DoorStep, Episode, Release
from lacrima.records.row import Row

_READ = Q(step=DoorStep.ASKED, rating__isnull=False) | Q(
    step=DoorStep.STATEMENT, release=Release.OPEN
)


def door_rows(episode: Episode) -> dict[type[Row], list[Any]]:
    """How the doors of a course of care are settled, how sessions were, and statements."""
    doors = Door.objects.filter(participant__episode=episode).select_related("participant")
    told = DoorAnswer.objects.filter(_READ, participant__episode=episode)
    answers = told.select_related("participant__client", "session").order_by("given_at", "pk")
    return {Door: list(doors.order_by("created_at", "pk")), DoorAnswer: list(answers)}


def statement_of(row: DoorAnswer) -> str:
    """The words of a statement; empty for anything else."""
    return str(content_of(row).get("words", "")) if row.step == DoorStep.STATEMENT else ""


def door_texts(rows: list[DoorAnswer], telling: Telling) -> Iterator[FreeText]:
    """Each statement, as a text that can stay."""
    for row in rows:
        if row.step == DoorStep.STATEMENT:
            yield FreeText(row.pk, Part.DOOR, telling.at(row.given_at), statement_of(row))


def door_told(rows: list[DoorAnswer], choice: Choice, telling: Telling) -> Iterator[Block]:
    """How each session was, and every statement, for the document."""
    several = len({row.participant_id for row in rows}) > 1
    rated = [row for row in rows if row.step == DoorStep.ASKED]
    if rated:
        yield Grid(
            (_("session"), _("how it was, from −4 hindering to +4 helpful")),
            tuple(
                (_which(row, telling, several=several), signed(row.rating or 0)) for row in rated
            ),
        )
    for row in rows:
        if row.step == DoorStep.STATEMENT:
            above = f"{telling.name(row.participant)}, {telling.at(row.given_at)}"
            yield Quote(choice.told(row.pk, statement_of(row)), above=above)


def _which(row: DoorAnswer, telling: Telling, *, several: bool) -> str:
    told = (telling.name(row.participant) if several else "", session_words(row.session, telling))
    return ": ".join(part for part in told if part)
