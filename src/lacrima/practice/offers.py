"""Suggested next steps: at most two a moment, closed by one tap, gone after 28 days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import QuerySet

from lacrima.practice.changing import make, put, take
from lacrima.practice.words import OfferKind, Side, SpokenOf
from lacrima.records import audit, clock
from lacrima.records.access import visible
from lacrima.records.models import Member, Moment, Offer, Voice

FADES_AFTER_DAYS = 28
MOST_A_MOMENT = 2


def open_offers(by: Member, *, now: datetime) -> QuerySet[Offer]:
    """The suggestions that still stand for this person, oldest first."""
    since = now - timedelta(days=FADES_AFTER_DAYS)
    return visible(by, Offer).filter(closed_at=None, made_at__gt=since).order_by("made_at")


def follow(moment: Moment, voice: Voice | None = None, changed: Collection[str] = ()) -> None:
    """Let the suggestions of a moment be what its voices say now.

    `voice` is the one that has just spoken, `changed` what it said anew. Part of the change that
    led to it, so it has no line of its own in the log.
    """
    _follow_the_plan(moment)
    _follow_the_wish(moment, voice, changed)


def _follow_the_plan(moment: Moment) -> None:
    """Suggest to speak of it when that was planned; close it when it was, or no need was seen."""
    said = set(moment.voices.filter(side=Side.THERAPIST).values_list("spoken_of", flat=True))
    standing = moment.offers.filter(kind=OfferKind.SPEAK_OF_IT).first()
    is_planned = SpokenOf.PLANNED in said and SpokenOf.YES not in said
    if is_planned and standing is None:
        _suggest(moment, OfferKind.SPEAK_OF_IT)
    elif not is_planned and standing is not None and standing.closed_at is None:
        put(standing, closed_at=clock.now())


def _follow_the_wish(moment: Moment, voice: Voice | None, changed: Collection[str]) -> None:
    """A client who would like to talk stands on Today until it was spoken of after that.

    A wish told anew stands anew, also where an earlier one was closed.
    """
    standing = moment.offers.filter(kind=OfferKind.CLIENT_WOULD_TALK).first()
    if voice is not None and voice.would_like_to_talk and "would_like_to_talk" in changed:
        if standing is None:
            _suggest(moment, OfferKind.CLIENT_WOULD_TALK)
        else:
            put(standing, made_at=clock.now(), closed_at=None)
    elif standing is not None and standing.closed_at is None:
        is_wished = moment.voices.filter(would_like_to_talk=True).exists()
        if not is_wished or _has_been_spoken_of(voice, changed):
            put(standing, closed_at=clock.now())


def _has_been_spoken_of(voice: Voice | None, changed: Collection[str]) -> bool:
    is_told_now = bool({"spoken_of", "spoken_session"} & set(changed))
    return voice is not None and is_told_now and voice.spoken_of == SpokenOf.YES


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
