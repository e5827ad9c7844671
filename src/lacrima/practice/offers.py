"""Suggested next steps: at most two a moment, closed by one tap, gone after 28 days."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from lacrima.practice.changing import make, put, take
from lacrima.practice.words import OfferKind, Side, SpokenOf
from lacrima.records import audit, clock
from lacrima.records.access import visible
from lacrima.records.models import Member, Moment, Offer

FADES_AFTER_DAYS = 28
MOST_A_MOMENT = 2


def open_offers(by: Member, *, now: datetime) -> QuerySet[Offer]:
    """The suggestions that still stand for this person, oldest first."""
    since = now - timedelta(days=FADES_AFTER_DAYS)
    return visible(by, Offer).filter(closed_at=None, made_at__gt=since).order_by("made_at")


def follow(moment: Moment) -> None:
    """Suggest to speak of it when that was planned; close it when it was, or no need was seen.

    Part of the change that led to it, so it has no line of its own in the log.
    """
    said = set(moment.voices.filter(side=Side.THERAPIST).values_list("spoken_of", flat=True))
    standing = moment.offers.filter(kind=OfferKind.SPEAK_OF_IT).first()
    is_planned = SpokenOf.PLANNED in said and SpokenOf.YES not in said
    if is_planned and standing is None:
        _suggest(moment, OfferKind.SPEAK_OF_IT)
    elif not is_planned and standing is not None and standing.closed_at is None:
        put(standing, closed_at=clock.now())


def _suggest(moment: Moment, kind: OfferKind) -> None:
    if moment.offers.count() < MOST_A_MOMENT:
        make(Offer, moment=moment, kind=kind, made_at=clock.now())


def close_offer(offer: Offer, *, by: Member) -> Offer:
    """One tap: it need not be shown any more."""
    with audit.change(by=by, action="offer.closed") as line:
        there = take(by, offer)
        put(there, closed_at=clock.now())
        line.about(there)
        return there


def reopen_offer(offer: Offer, *, by: Member) -> Offer:
    """Take that back. It fades when it would have faded."""
    with audit.change(by=by, action="offer.reopened") as line:
        there = take(by, offer)
        put(there, closed_at=None)
        line.about(there)
        return there
