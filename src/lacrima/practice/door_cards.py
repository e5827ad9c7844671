"""What the door brings to Today: a moment answered as hindering, and asks that stand open.

Only what the client released is looked at, and whether the two questions were answered at all.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from lacrima.evidence.library import shipped
from lacrima.evidence.what_next import Grounds
from lacrima.evidence.words import SAID_OF_GRADE, Grade
from lacrima.practice.door_asking import ASKED_DAYS
from lacrima.practice.door_reading import OPEN_ASKS, open_asks
from lacrima.practice.evidence_refs import Reference, references
from lacrima.practice.offers import FADES_AFTER_DAYS, open_offers
from lacrima.practice.pages_parts import Seeing, joined
from lacrima.practice.words import OfferKind, SessionState, Side
from lacrima.records.access import Right, may, visible
from lacrima.records.models import (
    Door,
    DoorAnswer,
    DoorStep,
    Member,
    Offer,
    Participant,
    Release,
    Session,
    Voice,
)

HINDERING_FROM = -1
MOST_LOOKED_AT = 3
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
GROUNDS = Grounds(
    grade=Grade.UNSTUDIED, studies=("dropout",), figures=("lied-therapy", "feedback-all")
)


@dataclass(frozen=True)
class Words:
    """What a card says, and its reason."""

    sentence: str
    reason: str


def hindering_offers(by: Member, *, now: datetime) -> QuerySet[Offer]:
    """The suggestions to mend, of moments that a client answered as hindering and released.

    The suggestion is what carries the card: one tap closes both, and both fade together.
    """
    answered = Voice.objects.filter(
        moment=OuterRef("moment"),
        side=Side.CLIENT,
        rating__lte=HINDERING_FROM,
        given_at__gt=now - timedelta(days=FADES_AFTER_DAYS),
        door_answer__release=Release.OPEN,
    )
    rows = open_offers(by, now=now).filter(Exists(answered), kind=OfferKind.REPAIR)
    return rows.select_related("moment__session")


def hindering_words(offer: Offer, names: Mapping[uuid.UUID, str]) -> Words:
    """The card of one of them."""
    session = offer.moment.session
    said = {"who": names[session.episode_id], "number": session.number}
    place = _("%(who)s, at the door")
    if session.number is not None:
        place = _("%(who)s, session %(number)d, at the door")
    return Words(_("A moment was answered as hindering"), place % said)


def seats_with_open_asks(by: Member, *, now: datetime) -> list[Participant]:
    """The clients whose latest two asks, or more, were not answered; the first few.

    One light query finds who could be meant; only these are looked at closely.
    """
    if not may(by, Right.READ_CARE):
        return []
    rows = _perhaps_open(by, now).select_related("participant__client", "participant__episode")
    seats = [row.participant for row in rows.order_by("created_at")[:MOST_LOOKED_AT]]
    return [one for one in seats if open_asks(one) >= OPEN_ASKS]


def _perhaps_open(by: Member, now: datetime) -> QuerySet[Door]:
    answered = DoorAnswer.objects.filter(
        participant=OuterRef(OuterRef("participant")), session=OuterRef("pk"), step=DoorStep.ASKED
    )
    unanswered = Session.objects.filter(
        ~Exists(answered),
        episode=OuterRef("participant__episode"),
        state=SessionState.HELD,
        start__gte=now - timedelta(days=4 * ASKED_DAYS + 1),
        start__lt=now - timedelta(days=1),
        start__gt=Coalesce(OuterRef("asks_closed_at"), Value(LONG_AGO)),
    )
    count = unanswered.order_by().values("episode").annotate(n=Count("pk")).values("n")
    open_doors = visible(by, Door).filter(read_first_at__isnull=False, stopped_at=None)
    counted = open_doors.alias(open_n=Subquery(count, output_field=IntegerField()))
    return counted.filter(open_n__gte=OPEN_ASKS)


def open_asks_words(seats: Sequence[Participant], eyes: Seeing) -> Words:
    """The one card for all of them."""
    why = _("%(who)s: the questions after the latest sessions were left. It may mean nothing.")
    return Words(_("Two asks stand open"), why % {"who": joined([eyes.name(one) for one in seats])})


@dataclass(frozen=True)
class OpenAsksGrounds:
    """What is known of asks that stand open: how far it was studied, and what lies near."""

    grade: str
    references: tuple[Reference, ...]


def grounds_of_open_asks() -> OpenAsksGrounds:
    """Nobody studied this door; what was found of things left unsaid lies nearest."""
    return OpenAsksGrounds(SAID_OF_GRADE[GROUNDS.grade], references(shipped(), GROUNDS))
