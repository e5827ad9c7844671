"""How a course of care ends, and until when anything is still asked of its clients.

What faces a client (the door, reminders) asks `may_ask` and nothing else. After a death nothing
is asked from that moment on. The record stays as it is.
"""

from __future__ import annotations

from datetime import date, timedelta

from lacrima.errors import OutOfRange
from lacrima.practice.changing import put, take
from lacrima.records import audit, clock
from lacrima.records.models import Ending, Episode, Member, Offer

USUAL_DAYS_TO_ASK = 14
LONGEST_DAYS_TO_ASK = 366


def usual_last_ask(ending: Ending | str, ended_on: date) -> date:
    """Until when something is usually still asked: two weeks, and never after a death.

    >>> usual_last_ask(Ending.PLANNED, date(2026, 3, 1))
    datetime.date(2026, 3, 15)
    >>> usual_last_ask(Ending.DEATH, date(2026, 3, 1))
    datetime.date(2026, 2, 28)
    """
    if ending == Ending.DEATH:
        return ended_on - timedelta(days=1)
    return ended_on + timedelta(days=USUAL_DAYS_TO_ASK)


def may_ask(episode: Episode, *, on: date) -> bool:
    """May anything be asked of the clients of this course of care on this day?"""
    if episode.ending == Ending.DEATH:
        return False
    last = episode.ask_until if episode.ask_until is not None else episode.ended_on
    return last is None or on <= last


def end_episode(
    episode: Episode,
    *,
    by: Member,
    ended_on: date,
    ending: Ending | str = Ending.OTHER,
    ask_until: date | None = None,
) -> Episode:
    """The course of care is over after this day: no more sessions make themselves.

    `ask_until` is the last day on which anything is asked; None: the usual one.
    """
    with audit.change(by=by, action="episode.ended") as line:
        there = take(by, episode)
        if there.started_on and ended_on < there.started_on:
            raise OutOfRange(
                "an end before the beginning", where="ended_on", expected="a later day"
            )
        last = _last_ask(ending, ended_on, ask_until)
        put(there, ended_on=ended_on, ending=ending, ask_until=last)
        if ending == Ending.DEATH:
            _close_offers(there)
        line.about(there)
        return there


def _last_ask(ending: Ending | str, ended_on: date, ask_until: date | None) -> date:
    usual = usual_last_ask(ending, ended_on)
    if ask_until is None or ending == Ending.DEATH:
        return usual
    if not 0 <= (ask_until - ended_on).days <= LONGEST_DAYS_TO_ASK:
        raise OutOfRange(
            "a last day of asking that does not fit",
            where="ask_until",
            expected="the day of the end, or within a year after it",
        )
    return ask_until


def _close_offers(episode: Episode) -> None:
    """After a death no suggestion asks for a talk that cannot be."""
    for offer in Offer.objects.filter(moment__session__episode=episode, closed_at=None):
        put(offer, closed_at=clock.now())


def reopen_episode(episode: Episode, *, by: Member) -> Episode:
    """Undo the end."""
    with audit.change(by=by, action="episode.reopened") as line:
        there = take(by, episode)
        put(there, ended_on=None, ending="", ask_until=None)
        line.about(there)
        return there
