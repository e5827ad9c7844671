"""What the page asks is what the door asks: the same cases, in Python and in the browser.

Zones with a clock change in the evening, late hours and the ends of every span are among them.
"""

from __future__ import annotations

import random
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from lacrima.practice.door_asking import Ask, Given, Met, Settled, asks_now
from lacrima.records.models import DoorStep
from tests.support.drop_box_briefs import said
from tests.support.drop_box_scripts import called
from tests.support.drop_box_there import There

CASES = 6000
SEED = 20_260_310
CHANGES = (  # of the clocks, in the zones in which they are
    ("Europe/Madrid", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/London", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    ("America/Nuuk", datetime(2022, 3, 27, 1, tzinfo=UTC)),  # at 22:00, an hour one may choose
    ("America/Nuuk", datetime(2022, 10, 30, 1, tzinfo=UTC)),  # from 23:00 to 22:00
    ("America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),  # at midnight
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),  # by half an hour
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),  # left out a whole day
    ("Asia/Kathmandu", datetime(2026, 6, 1, 12, tzinfo=UTC)),
    ("UTC", datetime(2026, 6, 1, 12, tzinfo=UTC)),
)
STEPS = (*[DoorStep.ASKED] * 6, DoorStep.FIRST, DoorStep.SECOND)
DAYS = (0, 1, 6.5, 7, 8, 9, 13.5)  # after which one of the rules turns
SECONDS = (-3600, -1800, -1, 0, 1, 1800, 3600)


class Case:
    """One door at one moment, drawn by chance near a change of the clocks."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.zone, self.middle = chance.choice(CHANGES)
        starts = sorted(self._moment(2 * 86400) for _each in range(chance.randint(0, 3)))
        self.met = [
            Met(uuid.UUID(int=chance.getrandbits(128)), place, start, chance.choice((None, 50, 90)))
            for place, start in enumerate(starts, 1)
        ]
        self.given = [
            self._given() for _each in range(chance.choice((0, 1, 1, 1, 2, 4)) if starts else 0)
        ]
        self.settled = self._settled()
        slugs = [slug for slug, _days in self.settled.forms]
        self.filled = {slug: self._moment(20 * 86400) for slug in slugs if chance.random() < 0.6}
        self.now = self._now()

    def _moment(self, around_s: int) -> datetime:
        return self.middle + timedelta(seconds=self.chance.randint(-around_s, around_s))

    def _given(self) -> Given:
        chance, session = self.chance, self.chance.choice(self.met)
        mentions = chance.choice((("me",), (), ("therapist",), ("me", "therapist")))
        step = chance.choice(STEPS)
        at = session.end + timedelta(seconds=chance.choice((60, 600, 7200, 30 * 3600)))
        return Given(session.session_id, step, at, mentions if step is DoorStep.ASKED else ())

    def _settled(self) -> Settled:
        chance = self.chance
        forms = [("phq-8", 7), ("gad-7", 14), ("who-5", 28)][: chance.randint(0, 3)]
        return Settled(
            every_sessions=chance.choice((1, 1, 2, 3)),
            forms=tuple(forms),
            evening_hour=chance.choice((16, 19, 20, 22, 22, 23)),
            paused_until=self._day() if chance.random() < 0.08 else None,
            is_stopped=chance.random() < 0.05,
            ask_until=self._day() if chance.random() < 0.2 else None,
        )

    def _day(self) -> date:
        return (self.middle + timedelta(days=self.chance.randint(-3, 12))).date()

    def _now(self) -> datetime:
        """Anywhere; or on the second at which one of the rules turns."""
        chance = self.chance
        edges = [one.end for one in self.met] + [one.at for one in self.given]
        edges += list(self.filled.values())
        edges += [
            datetime.combine(one.start.astimezone(ZoneInfo(self.zone)).date(),
                             datetime.min.time().replace(hour=self.settled.evening_hour),
                             ZoneInfo(self.zone)).astimezone(UTC)
            for one in self.met
        ]  # fmt: skip
        if not edges or chance.random() < 0.2:
            return self._moment(12 * 86400)
        span = timedelta(days=chance.choice(DAYS), seconds=chance.choice(SECONDS))
        return chance.choice(edges) + span

    def by_python(self) -> list[Any]:
        """What the door would ask."""
        zone = ZoneInfo(self.zone)
        asks = asks_now(self.settled, self.met, self.given, self.filled, now=self.now, zone=zone)
        return [_shown(one) for one in asks]

    def as_brief(self) -> dict[str, Any]:
        """What the page is told of it."""
        settled = self.settled
        return {
            "now": self.now.timestamp() * 1000,
            "zone": self.zone,
            "settled": {
                "every_sessions": settled.every_sessions,
                "forms": [{"slug": slug, "every_days": days} for slug, days in settled.forms],
                "evening_hour": settled.evening_hour,
                "paused_until": settled.paused_until and settled.paused_until.isoformat(),
                "is_stopped": settled.is_stopped,
                "ask_until": settled.ask_until and settled.ask_until.isoformat(),
            },
            "met": [
                {"session": one.session_id.hex, "number": one.number, "start": said(one.start),
                 "length_min": one.length_min}
                for one in self.met
            ],
            "given": [
                {"session": one.session_id.hex, "step": one.step.value, "at": said(one.at),
                 "stood_out": list(one.stood_out)}
                for one in self.given
            ],
            "filled": {slug: said(at) for slug, at in self.filled.items()},
        }  # fmt: skip


def _shown(ask: Ask) -> list[Any]:
    session = ask.session_id.hex if ask.session_id else None
    day = ask.day.isoformat() if ask.day else None
    return [ask.kind, ask.slug, session, day, list(ask.stood_out), ask.is_last]


_ASK = """return given.map((one) => asksNow(one, one.now).map((ask) => [ask.kind, ask.slug || "",
  ask.session || null, ask.day || null, ask.stoodOut || [], Boolean(ask.isLast)]));"""


@pytest.mark.browser
def test_the_page_asks_what_the_door_asks_at_every_moment(page: Page, fresh: There) -> None:
    chance = random.Random(SEED)
    cases = [Case(chance) for _each in range(CASES)]
    page.goto(fresh.page_address)
    by_page = called(page, ("asks",), _ASK, [one.as_brief() for one in cases])
    wrong = [
        (case.as_brief(), case.by_python(), told)
        for case, told in zip(cases, by_page, strict=True)
        if case.by_python() != told
    ]
    assert wrong == []
    kinds = [ask[0] for one in cases for ask in one.by_python()]
    assert min(kinds.count(kind) for kind in ("form", "asked", "first", "second")) > 100


@pytest.mark.browser
def test_evenings_around_every_change_of_the_clocks_are_the_same_moments(
    page: Page, fresh: There
) -> None:
    page.goto(fresh.page_address)
    evenings = [
        (zone, (change + timedelta(days=days)).astimezone(ZoneInfo(zone)).date(), hour)
        for zone, change in CHANGES
        for days in (-2, -1, 0, 1)
        for hour in range(24)
    ]
    body = """return given.map(([zone, day, hour]) =>
      momentOf(Date.parse(day) + hour * HOUR, zone));"""
    told = [(zone, day.isoformat(), hour) for zone, day, hour in evenings]
    moments = [
        datetime.combine(day, datetime.min.time().replace(hour=hour), ZoneInfo(zone)).timestamp()
        for zone, day, hour in evenings
    ]
    assert called(page, ("asks",), body, told) == [one * 1000 for one in moments]
