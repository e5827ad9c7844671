"""The cards of Today: what a client wished, what you planned, a backup that needs you."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, Prefetch, When
from django.utils.translation import gettext as _

from lacrima.evidence import what_next
from lacrima.practice.door_cards import (
    hindering_offers,
    hindering_words,
    open_asks_words,
    seats_with_open_asks,
)
from lacrima.practice.notes import today_here
from lacrima.practice.offers import MOST_A_MOMENT, open_offers
from lacrima.practice.pages_moment_words import begun_by, who_would_talk
from lacrima.practice.pages_parts import Seeing
from lacrima.practice.pages_second_look import look_words
from lacrima.practice.second_looks import Look, looks_for
from lacrima.practice.words import Flow, OfferKind, Side, SpokenOf, label
from lacrima.records.access import Right, may
from lacrima.records.models import Member, Moment, Offer, Share, ShareNote, Voice

MOST_CARDS = 3


@dataclass(frozen=True)
class Card:
    """Something you could do: `sentence` says what, `reason` why, and it has one action."""

    kind: str
    sentence: str
    reason: str = ""
    offer_id: uuid.UUID | None = None
    moment_id: uuid.UUID | None = None
    share_id: uuid.UUID | None = None
    # Whose door it is about: the course of care, and the client's place in it.
    episode_id: uuid.UUID | None = None
    seat_id: uuid.UUID | None = None
    # What a second look would be about; then episode and seat say at whom.
    look: str = ""


@dataclass(frozen=True)
class OffersOfToday:
    """The suggestions for Today, one a moment: what clients wished, what hindered, the others."""

    wished: tuple[Offer, ...]
    hindering: tuple[Offer, ...]
    others: tuple[Offer, ...]

    @property
    def rows(self) -> list[Offer]:
        """All of them, in their order."""
        return [*self.wished, *self.hindering, *self.others]


def offers_of_today(by: Member, *, now: datetime) -> OffersOfToday:
    """The suggestions for Today: what a client wished first, then what one answered as hindering.

    Only as many are read as could be shown: of thousands that stand open, the first few.
    """
    rows = open_offers(by, now=now).select_related("moment__session")
    wishes_first = Case(When(kind=OfferKind.CLIENT_WOULD_TALK, then=0), default=1)
    # Each moment has at most a few: so these are enough for as many moments as cards.
    first = list(rows.order_by(wishes_first, "made_at")[: MOST_CARDS * (MOST_A_MOMENT + 1)])
    wished = [row for row in first if row.kind == OfferKind.CLIENT_WOULD_TALK][:MOST_CARDS]
    found = {row.moment_id: row for row in wished}
    hindering: set[uuid.UUID] = set()
    if len(found) < MOST_CARDS:
        for row in hindering_offers(by, now=now)[: MOST_CARDS + len(found)]:
            found.setdefault(row.moment_id, row)
        hindering = {row.pk for row in found.values()} - {row.pk for row in wished}
    for row in first:
        if row.kind != OfferKind.CLIENT_WOULD_TALK:
            found.setdefault(row.moment_id, row)
    shown = list(found.values())[:MOST_CARDS]
    return OffersOfToday(
        wished=tuple(wished),
        hindering=tuple(row for row in shown if row.pk in hindering),
        others=tuple(row for row in shown if row not in wished and row.pk not in hindering),
    )


def cards_of_today(
    offers: OffersOfToday, names: Mapping[uuid.UUID, str], eyes: Seeing, *, now: datetime
) -> list[Card]:
    """By need: would like to talk, answered as hindering, a second look, asked twice; then else.

    What stands open at doors is one card for all, and asked for only where there is room for it.
    """
    cards = offer_cards(offers.wished, names, eyes)
    cards += [_hindering(row, names) for row in offers.hindering]
    if len(cards) < MOST_CARDS:
        cards += [_second_look(look, eyes) for look in looks_for(eyes.by, now=now)[:MOST_CARDS]]
    if len(cards) < MOST_CARDS:
        cards += _open_asks(eyes, now)
    return [*cards, *offer_cards(offers.others, names, eyes)]


def _hindering(offer: Offer, names: Mapping[uuid.UUID, str]) -> Card:
    said = hindering_words(offer, names)
    return Card(
        "hindering", said.sentence, said.reason, offer_id=offer.pk, moment_id=offer.moment_id
    )


def _second_look(look: Look, eyes: Seeing) -> Card:
    said, seat = look_words(look, eyes), look.seat
    return Card(
        "second_look",
        said.sentence,
        said.reason,
        episode_id=seat.episode_id,
        seat_id=seat.pk,
        look=look.sign.about.value,
    )


def _open_asks(eyes: Seeing, now: datetime) -> list[Card]:
    seats = seats_with_open_asks(eyes.by, now=now)
    if not seats:
        return []
    said, first = open_asks_words(seats, eyes), seats[0]
    return [
        Card(
            "open_asks",
            said.sentence,
            said.reason,
            episode_id=first.episode_id,
            seat_id=first.pk,
        )
    ]


def offer_cards(
    offers: Sequence[Offer], names: Mapping[uuid.UUID, str], eyes: Seeing
) -> list[Card]:
    """A card for each of these suggestions; `names` are who comes, by episode."""
    wished = {row.moment_id for row in offers if row.kind == OfferKind.CLIENT_WOULD_TALK}
    told, planned = _moments(wished), planned_among(offers)
    return [
        _wish(row, told[row.moment_id], eyes)
        if row.kind == OfferKind.CLIENT_WOULD_TALK
        else _suggestion(row, names[row.moment.session.episode_id], planned)
        for row in offers
    ]


def share_cards(by: Member) -> list[Card]:
    """A card for what was shown to her and waits for a word of hers, the first shown first."""
    if not may(by, Right.WRITE_PRIVATELY) or not Share.objects.filter(readers=by).exists():
        return []
    said = ShareNote.objects.filter(share=OuterRef("pk"), by=by)
    open_now = Share.objects.filter(
        Exists(Share.objects.filter(readers=by, pk=OuterRef("pk"))),
        ~Exists(said),
        withdrawn_at=None,
        expires_on__gte=today_here(),
    )
    rows = open_now.select_related("by").defer("content").order_by("created_at")[:MOST_CARDS]
    why = _("It waits under Supervision until you say something of it.")
    return [
        Card("share", _("%(who)s showed you something.") % {"who": row.by.name}, why,
             share_id=row.pk)
        for row in rows
    ]  # fmt: skip


def planned_among(offers: Sequence[Offer]) -> frozenset[uuid.UUID]:
    """The moments of these that somebody planned to speak of; no question where none could be."""
    asked = {row.moment_id for row in offers if row.kind == OfferKind.SPEAK_OF_IT}
    if not asked:
        return frozenset()
    rows = Voice.objects.filter(
        moment__in=asked, side=Side.THERAPIST, spoken_of=SpokenOf.PLANNED
    ).order_by()
    return frozenset(rows.values_list("moment_id", flat=True))


def offer_sentence(offer: Offer, planned: Collection[uuid.UUID]) -> str:
    """What a suggestion says in one line: the plan, or the heading of the rule that made it."""
    found = what_next.shipped().suggestion(offer.kind)
    is_planned = offer.kind == OfferKind.SPEAK_OF_IT and offer.moment_id in planned
    if is_planned or found is None:
        return str(label(OfferKind(offer.kind)))
    return f"{found.title}."


def _moments(keys: set[uuid.UUID]) -> dict[uuid.UUID, Moment]:
    if not keys:
        return {}
    voices = Voice.objects.select_related("participant__client")
    told = Prefetch("voices", voices.prefetch_related("expressions"))
    rows = Moment.objects.filter(pk__in=keys).select_related("session")
    return {row.pk: row for row in rows.prefetch_related(told)}


def _wish(offer: Offer, moment: Moment, eyes: Seeing) -> Card:
    voices = [voice for voice in moment.voices.all() if voice.would_like_to_talk]
    said = {"who": who_would_talk(moment, eyes), "number": moment.session.number}
    sentence = (
        _("%(who)s would like to talk about a session")
        if moment.session.number is None
        else _("%(who)s would like to talk about session %(number)d")
    )
    reasons = [_no_more_was_told(voices), _what_the_session_did(moment), _what_was_planned(moment)]
    return Card(
        kind=offer.kind,
        sentence=sentence % said,
        reason=" ".join(reason for reason in reasons if reason),
        offer_id=offer.pk,
        moment_id=offer.moment_id,
    )


def _no_more_was_told(voices: Sequence[Voice]) -> str:
    told = (
        voice.noticed
        or voice.burdened
        or voice.rating is not None
        or voice.flow
        or voice.seemed
        or voice.about
        or voice.items
        or voice.words
        or voice.expressions.all()
        for voice in voices
    )
    return "" if any(told) else _("No more than that was said.")


def _what_the_session_did(moment: Moment) -> str:
    voice = begun_by(moment)
    sentences = {
        Flow.PAUSED.value: _("The session paused that day."),
        Flow.ENDED_EARLY.value: _("The session ended early that day."),
    }
    return sentences.get(voice.flow, "") if voice else ""


def _what_was_planned(moment: Moment) -> str:
    own = [voice.spoken_of for voice in moment.voices.all() if voice.side == Side.THERAPIST]
    return str(label(OfferKind.SPEAK_OF_IT)) if SpokenOf.PLANNED in own else ""


def _suggestion(offer: Offer, who: str, planned: Collection[uuid.UUID]) -> Card:
    number = offer.moment.session.number
    reason = (
        who
        if number is None
        else _("%(who)s, the moment in session %(number)d") % {"who": who, "number": number}
    )
    return Card(
        kind=offer.kind,
        sentence=offer_sentence(offer, planned),
        reason=reason,
        offer_id=offer.pk,
        moment_id=offer.moment_id,
    )
