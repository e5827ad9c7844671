"""When a voice spoke, in words that stay clear: "that evening", "after session 10"."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import TypeVar

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lacrima.practice.pages_parts import joined
from lacrima.practice.people import zone_of
from lacrima.practice.words import Occasion, label
from lacrima.records import clock
from lacrima.records.models import Moment, Practice, Session, Voice

ValueT = TypeVar("ValueT")


def occasions(moment: Moment, practice: Practice | None) -> dict[uuid.UUID, str]:
    """When each voice of this moment spoke, by the voice's id.

    *Later* is told by the last numbered session before it, or by its day, where they are known.
    """
    voices = list(moment.voices.all())
    later = [voice.given_at for voice in voices if _is_later(voice) and voice.given_at]
    sessions = _sessions_after(moment, max(later)) if later else []
    return {voice.pk: _words(voice, sessions, practice) for voice in voices}


def _is_later(voice: Voice) -> bool:
    return Occasion(voice.occasion) is Occasion.LATER


def _sessions_after(moment: Moment, until: datetime) -> list[tuple[datetime, int]]:
    after = moment.session.start
    if after is None:
        return []
    rows = Session.objects.filter(episode=moment.session.episode_id, number__isnull=False)
    found = rows.filter(start__gt=after, start__lte=until).order_by("start")
    told = found.values_list("start", "number")
    return [(start, number) for start, number in told if start and number is not None]


def _words(
    voice: Voice, sessions: Sequence[tuple[datetime, int]], practice: Practice | None
) -> str:
    at = voice.given_at
    if at is None or not _is_later(voice):
        return str(label(Occasion(voice.occasion)))
    numbers = [number for start, number in sessions if start <= at]
    if numbers:
        return _("after session %(number)d") % {"number": numbers[-1]}
    if practice is None:
        return str(label(Occasion.LATER))
    local, now = (one.astimezone(zone_of(practice)) for one in (at, clock.now()))
    form = "MONTH_DAY_FORMAT" if local.year == now.year else "DATE_FORMAT"
    return _("on %(day)s") % {"day": date_format(local.date(), form)}


def runs(said: Sequence[tuple[str, ValueT]]) -> list[tuple[ValueT, str]]:
    """What was said, with the occasions in one line as long as it stayed the same.

    >>> runs([("that evening", 3), ("some days later", 3), ("after session 10", 0)])
    [(3, 'that evening and some days later'), (0, 'after session 10')]
    """
    told = groupby(said, key=lambda pair: pair[1])
    return [(value, joined([when for when, _value in pairs])) for value, pairs in told]
