"""Clients at whom a second look may be worth it: a course unlike what was expected, or an alliance
that has lately been lower than usual.

They are found by the housekeeping and held in memory; kept is only that one was looked at. So Today
asks nothing of the statistics, and never waits for them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lacrima.analyses.course_prompts import Reason
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import When, Who
from lacrima.practice.changing import put
from lacrima.practice.door_plan import take_client
from lacrima.practice.expected_course import fit_anew
from lacrima.practice.offers import FADES_AFTER_DAYS
from lacrima.practice.scored import Scored, State, given_at, seat_of, state_of
from lacrima.practice.usual_alliance import look_anew
from lacrima.records import audit, clock
from lacrima.records.access import Right, may, visible
from lacrima.records.models import Answers, Member, Participant, PlainScore, Practice
from lacrima.vault.process import VAULT


class About(StrEnum):
    """What a second look is about; how it stands in an address."""

    COURSE = "course"
    ALLIANCE = "alliance"


_FIELDS = {About.COURSE: "course_looked_at", About.ALLIANCE: "alliance_looked_at"}


@dataclass(frozen=True)
class Sign:
    """Why: one client in one course of care on one questionnaire, at one session.

    reason: of `course_prompts.Reason`; of the alliance always that two in a row were low.
    """

    about: About
    slug: str
    seat: str
    session: int
    reason: str
    given_at: datetime


@dataclass(frozen=True)
class Look:
    """A sign with the seat of the client it is about, for somebody who may see her."""

    sign: Sign
    seat: Participant


_SIGNS: dict[uuid.UUID, tuple[Sign, ...]] = {}
_STATES: dict[uuid.UUID, dict[Scored, State]] = {}


def forget() -> None:
    """Nothing of it stays in memory."""
    _SIGNS.clear()
    _STATES.clear()


VAULT.on_lock(forget)


def refresh(*, now: datetime) -> None:
    """Find them anew, where answers have come; a chore of the housekeeping."""
    practice = Practice.objects.order_by().values_list("pk", flat=True).first()
    if practice is None:
        return
    courses, alliances = list(_courses()), list(_alliances())
    states = {what: state_of(what) for what in [*courses, *alliances]}
    if _STATES.get(practice) == states:
        return
    found = [sign for what in courses for sign in _of_courses(practice, what, states[what])]
    found += [sign for what in alliances for sign in _of_alliance(practice, what, states[what])]
    since = now - timedelta(days=FADES_AFTER_DAYS)
    _SIGNS[practice] = tuple(sign for sign in found if sign.given_at > since)
    _STATES[practice] = states


def _used() -> set[tuple[str, uuid.UUID | None]]:
    rows = Answers.objects.order_by().values_list("instrument", "plain_score").distinct()
    return set(rows)


def _courses() -> Iterator[Scored]:
    """Questionnaires of how somebody is, and scores of the practice's own."""
    used = _used()
    for slug, one in shipped().items():
        is_of_course = one.when is not When.AFTER_SESSION and one.about is Who.CLIENT
        if (slug, None) in used and is_of_course and one.has_total:
            yield Scored(slug, one.minimum, one.maximum, one.higher_is_better)
    for plain in PlainScore.objects.filter(pk__in={own for _slug, own in used if own}):
        yield Scored(plain.slug, plain.minimum, plain.maximum, plain.higher_is_better, is_own=True)


def _alliances() -> Iterator[Scored]:
    used = _used()
    for slug, one in shipped().items():
        if (slug, None) in used and one.when is When.AFTER_SESSION and one.has_total:
            yield Scored(slug, one.minimum, one.maximum, one.higher_is_better)


def _of_courses(practice: uuid.UUID, what: Scored, state: State) -> Iterator[Sign]:
    found = fit_anew(practice, what, state).prompts()
    reasons = {(seat, int(at)): prompt.reason for seat, (at, prompt) in found.items()}
    for (seat, number), at in given_at(reasons).items():
        yield Sign(About.COURSE, what.slug, seat, number, reasons[seat, number].value, at)


def _of_alliance(practice: uuid.UUID, what: Scored, state: State) -> Iterator[Sign]:
    low = look_anew(practice, what, state).low_now
    for (seat, number), at in given_at((seat, int(one.at)) for seat, one in low.items()).items():
        yield Sign(About.ALLIANCE, what.slug, seat, number, Reason.TWO_IN_A_ROW.value, at)


def looks_for(by: Member, *, now: datetime) -> list[Look]:
    """What there is to look at now for this person; looked at once, it comes no more."""
    since = now - timedelta(days=FADES_AFTER_DAYS)
    signs = [sign for every in _SIGNS.values() for sign in every if sign.given_at > since]
    if not signs or not may(by, Right.READ_CARE):
        return []
    seats = _seats(by, signs)
    found: dict[tuple[uuid.UUID, About], Look] = {}
    for sign in sorted(signs, key=lambda one: one.given_at, reverse=True):
        seat = seats.get(sign.seat)
        if seat is not None and getattr(seat, _FIELDS[sign.about]) is None:
            found.setdefault((seat.pk, sign.about), Look(sign, seat))
    return list(found.values())


def _seats(by: Member, signs: Sequence[Sign]) -> dict[str, Participant]:
    """The seats in courses of care that go on, of those she may see; one query."""
    episodes = {uuid.UUID(sign.seat.partition(":")[0]) for sign in signs}
    rows = visible(by, Participant).filter(
        episode__in=episodes, client__isnull=False, left_on=None, episode__ended_on=None
    )
    rows = rows.select_related("client", "episode").order_by()
    return {seat_of(row.episode_id, row.client_id): row for row in rows if row.client_id}


def sign_of(seat: Participant, about: About) -> Sign | None:
    """Why one client is to be looked at, whether or not she was; None where nothing is known."""
    key = seat_of(seat.episode_id, seat.client_id) if seat.client_id else ""
    every = (sign for signs in _SIGNS.values() for sign in signs)
    return next((sign for sign in every if (sign.seat, sign.about) == (key, about)), None)


def close_look(seat: Participant, about: About, *, by: Member) -> Participant:
    """It was looked at: it comes no more for this client in this course of care."""
    with audit.change(by=by, action="second_look.closed") as line:
        there = take_client(by, seat)
        line.about(there, fields=put(there, **{_FIELDS[about]: clock.now()}))
        return there


def instrument_said(slug: str) -> str:
    """What a questionnaire is called on a card."""
    one = shipped().get(slug)
    if one is not None:
        return one.name
    plain = PlainScore.objects.filter(slug=slug).first()
    return plain.name if plain else slug
