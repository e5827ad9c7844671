"""The door of one client as a therapist's page shows it: in words, and without counting days."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lacrima.errors import NotFound
from lacrima.practice.answers import InstrumentChoice
from lacrima.practice.door_house import House, the_house
from lacrima.practice.door_links import links_of
from lacrima.practice.door_paper import sessions_to_keep
from lacrima.practice.door_plan import ITEM_OF_DANGER, door_of, forms_for, seconds_a_week
from lacrima.practice.door_reading import OPEN_ASKS, DoorSeen, Statement, door_seen
from lacrima.practice.door_visits import BY_HAND, DoorWay, Visit, visit_of
from lacrima.practice.door_way_out import WayOutKind, told_to_therapist
from lacrima.practice.drop_box import the_box
from lacrima.practice.drop_box_invite import invitations_of
from lacrima.practice.finding import as_id
from lacrima.practice.mode import is_clinic
from lacrima.practice.notes import today_here
from lacrima.practice.pages_parts import Seeing, seeing
from lacrima.practice.words import CLIENT_ROLES
from lacrima.records.access import Right, find, may, visible
from lacrima.records.models import (
    Door,
    DoorLink,
    DropBoxInvitation,
    Episode,
    Member,
    Participant,
    Session,
    WayOut,
)

SECONDS_A_MINUTE = 60


@dataclass(frozen=True)
class ToldOfSession:
    """How one session was, as the client said; `by_hand`: on paper or aloud, if it was so."""

    session_id: uuid.UUID
    number: int | None
    start_local: datetime | None
    rating: int
    by_hand: str = ""

    @property
    def words(self) -> str:
        """On which side: the steps between have no names of their own at the door either."""
        if self.rating == 0:
            return _("neither")
        return _("hindering") if self.rating < 0 else _("helpful")


@dataclass(frozen=True)
class WayOutHeard:
    """That the client wrote to somebody outside, where the client lets the therapist hear it."""

    sent_local: datetime | None
    about: str


@dataclass(frozen=True)
class DoorPage:
    """All that the page of one client's door shows."""

    seat: Participant
    who: str
    others: tuple[tuple[uuid.UUID, str], ...]
    standing: tuple[str, ...]
    forms: tuple[str, ...]
    minutes: str
    for_child: bool
    sessions: tuple[ToldOfSession, ...]
    statements: tuple[Statement, ...]
    ways_out: tuple[WayOutHeard, ...]
    links: tuple[DoorLink, ...]
    phone_links: tuple[DropBoxInvitation, ...]
    has_drop_box: bool
    are_asks_open: bool


def seat_of(by: Member, episode_id: uuid.UUID, who: str = "") -> Participant:
    """The client whose door is meant: the one named, else the first of this course of care."""
    seats = _seats(by, episode_id)
    key = as_id(who) if who else None
    found = next((one for one in seats if key in {None, one.pk}), None)
    if found is None:
        raise NotFound("there is nothing here for you", next_step="Go back to the client.")
    return found


def _seats(by: Member, episode_id: uuid.UUID) -> list[Participant]:
    episode = find(by, Episode, episode_id)
    rows = Participant.objects.filter(
        episode=episode, client__isnull=False, role__in=CLIENT_ROLES, left_on=None
    )
    return list(rows.select_related("client", "episode").order_by("created_at"))


def name_at(seat: Participant, by: Member) -> str:
    """What this client is called on a page."""
    return seeing(by).name(seat)


def door_page(by: Member, episode_id: uuid.UUID, who: str = "") -> DoorPage:
    """How the door stands, and what the client let the therapist know there."""
    eyes, seat = seeing(by), seat_of(by, episode_id, who)
    seen, house = door_seen(seat, by=by), the_house()
    others = [one for one in _seats(by, episode_id) if one.pk != seat.pk]
    return DoorPage(
        seat=seat,
        who=eyes.name(seat),
        others=tuple((one.pk, eyes.name(one)) for one in others),
        standing=tuple(_standing(seen, seat, eyes.name(seat))),
        forms=tuple(_forms(seen.door, house)),
        minutes=minutes_in_words(seconds_a_week(seen.door.plan, house)),
        for_child=seen.door.for_child,
        sessions=tuple(_sessions(seen, eyes)),
        statements=seen.statements,
        ways_out=tuple(_heard(seat, eyes)),
        links=tuple(links_of(by, seat)) if is_clinic() else (),
        phone_links=() if is_clinic() else tuple(invitations_of(by, seat)),
        has_drop_box=not is_clinic() and the_box() is not None,
        are_asks_open=seen.open_asks >= OPEN_ASKS,
    )


def _standing(seen: DoorSeen, seat: Participant, who: str) -> Iterator[str]:
    said = {"who": who}
    if seen.has_read:
        yield _("%(who)s has read who reads what.") % said
    else:
        yield _("Before the first question %(who)s reads who reads what.") % said
    until, today = seat.episode.ask_until, today_here()
    if seen.is_stopped:
        yield _("The door is stopped. Nothing is asked.")
    elif until is not None and until < today:
        yield _("This care has ended. Nothing is asked any more.")
    elif seen.paused_until is not None:
        yield _("It is paused: up to %(day)s nothing is asked.") % {"day": _day(seen.paused_until)}
    else:
        yield rhythm_in_words(seen.door.every_sessions)
        if until is not None:
            yield _("It asks for the last time on %(day)s.") % {"day": _day(until)}


def _day(when: date) -> str:
    return date_format(when, "DAY_MONTH_YEAR")


def rhythm_in_words(every: int) -> str:
    """After which sessions the two questions are asked."""
    return ngettext(
        "It asks after every session, whatever was logged.",
        "It asks after every %(n)d sessions, whatever was logged.",
        every,
    ) % {"n": every}


def _forms(door: Door, house: House) -> Iterator[str]:
    names = {one.slug: one.name for one in forms_for(house)}
    for one in door.plan:
        weeks = int(one["every_days"]) // 7
        said = {"name": names.get(one["instrument"], one["instrument"]), "n": weeks}
        yield ngettext("%(name)s every week", "%(name)s every %(n)d weeks", weeks) % said


def minutes_in_words(seconds: int) -> str:
    """About how long questionnaires take in a week; empty where none is asked."""
    if not seconds:
        return ""
    minutes = -(-seconds // SECONDS_A_MINUTE)
    if seconds < SECONDS_A_MINUTE:
        return _("less than a minute a week")
    return ngettext("about one minute a week", "about %(n)d minutes a week, at most", minutes) % {
        "n": minutes
    }


def _sessions(seen: DoorSeen, eyes: Seeing) -> Iterator[ToldOfSession]:
    for one in seen.sessions:
        by_hand = str(one.way.label) if one.way in BY_HAND else ""
        yield ToldOfSession(one.session_id, one.number, eyes.local(one.start), one.rating, by_hand)


def _heard(seat: Participant, eyes: Seeing) -> Iterator[WayOutHeard]:
    for row in told_to_therapist(seat):
        yield WayOutHeard(eyes.local(row.sent_at), str(WayOutKind(row.kind).label))


@dataclass(frozen=True)
class PlanChoices:
    """What a door may ask, and what it asks now."""

    offered: tuple[InstrumentChoice, ...]
    every_sessions: int
    every_days: dict[str, int]
    for_child: bool
    lacks_item_of_danger: bool
    version: int


def plan_choices(seat: Participant) -> PlanChoices:
    """For the form that changes the rhythm and the questionnaires."""
    door, offered = door_of(seat), tuple(forms_for(the_house()))
    return PlanChoices(
        offered=offered,
        every_sessions=door.every_sessions,
        every_days={one["instrument"]: int(one["every_days"]) for one in door.plan},
        for_child=door.for_child,
        lacks_item_of_danger=ITEM_OF_DANGER not in {one.slug for one in offered},
        version=door.version,
    )


def link_of(by: Member, episode_id: uuid.UUID, link_id: uuid.UUID) -> DoorLink:
    """One link into a door of this course of care."""
    link = find(by, DoorLink, link_id, "participant")
    if link.participant.episode_id != find(by, Episode, episode_id).pk:
        raise NotFound("there is nothing here for you", next_step="Go back to the client.")
    return link


def way_out_of(by: Member, way_out_id: uuid.UUID) -> WayOut:
    """One word that was sent to this person."""
    return find(by, WayOut, way_out_id, "participant__client", "participant__episode")


def unseen_ways_out(by: Member) -> int:
    """How many words from the door wait for this person; no look-up where there can be none."""
    if not is_clinic() or not may(by, Right.HEAR_FROM_THE_DOOR):
        return 0
    return visible(by, WayOut).filter(seen_at=None).order_by().count()


def sessions_by_hand(seat: Participant, by: Member) -> list[tuple[str, str]]:
    """The sessions whose two questions can be kept by hand: a key, and which it was in words."""
    eyes = seeing(by)
    return [(str(one.pk), _which(one, eyes)) for one in sessions_to_keep(seat)]


def _which(session: Session, eyes: Seeing) -> str:
    day = _day(eyes.local(session.start) or session.created_at)
    if session.number is None:
        return day
    return _("session %(number)d, %(day)s") % {"number": session.number, "day": day}


def visit_on_paper(seat: Participant) -> Visit:
    """In whose words the sheet asks."""
    return visit_of(seat, DoorWay.PAPER)
