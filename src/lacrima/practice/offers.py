"""Suggested next steps: at most two stand for a moment, closed by one tap, gone after 28 days.

Which ones is decided by rules held as data (`evidence/guidance/what_next.toml`) and by two plain
ones here: what a client wished comes first, and what was planned comes before what a rule says.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import QuerySet

from lacrima.evidence import what_next
from lacrima.evidence.conditions import Facts
from lacrima.evidence.what_next import FADES_AFTER_DAYS, MOST_A_MOMENT
from lacrima.practice.changing import make, put, take
from lacrima.practice.moment_facts import own_tears_lately, teller_of, told_facts
from lacrima.practice.words import OfferKind, Side, SpokenOf
from lacrima.records import audit, clock
from lacrima.records.access import visible
from lacrima.records.models import Expression, Member, Moment, Offer, Voice

__all__ = [
    "FADES_AFTER_DAYS",
    "MOST_A_MOMENT",
    "close_offer",
    "follow",
    "follow_new",
    "open_offers",
    "reopen_offer",
]

SEVERAL = 10  # no rule asks for more of her own tears lately
_NEW_OF_CLIENT = frozenset({"rating", "seemed"})


def open_offers(by: Member, *, now: datetime) -> QuerySet[Offer]:
    """The suggestions that still stand for this person, oldest first."""
    since = now - timedelta(days=FADES_AFTER_DAYS)
    return visible(by, Offer).filter(closed_at=None, made_at__gt=since).order_by("made_at")


def follow(moment: Moment, voice: Voice | None = None, changed: Collection[str] = ()) -> None:
    """Let the suggestions of a moment be what its voices say now.

    `voice` is the one that has just spoken, `changed` what it said anew. Part of the change that
    led to it, so it has no line of its own in the log.
    """
    told = moment.voices.select_related("participant").order_by("created_at")
    voices = list(told.prefetch_related("expressions__participant"))
    standing = {row.kind: row for row in moment.offers.all()}
    is_wished = _follow_the_wish(moment, voices, standing, voice, changed)
    facts = _facts(moment, voices)
    wanted = _wanted(voices, facts, is_wished=is_wished)
    anew = _told_anew(voice, changed)
    _follow_the_rules(moment, standing, wanted, anew=anew, room=MOST_A_MOMENT - is_wished)


def follow_new(moment: Moment, voice: Voice, told: Sequence[Expression]) -> None:
    """The same for a moment logged by one tap: nothing stands yet, and little is known of it."""
    facts = told_facts(moment.kind, [voice], member_id=teller_of([voice]), told=told)
    if not facts.therapist_shown:
        return
    kinds = what_next.shipped().apt(_with_lately(facts, moment, [voice]))[:MOST_A_MOMENT]
    now = clock.now()
    for kind in kinds:
        make(Offer, moment=moment, kind=kind, made_at=now)


def _facts(moment: Moment, voices: Sequence[Voice]) -> Facts:
    facts = told_facts(moment.kind, voices, member_id=teller_of(voices))
    return _with_lately(facts, moment, voices) if facts.therapist_shown else facts


def _with_lately(facts: Facts, moment: Moment, voices: Sequence[Voice]) -> Facts:
    at = moment.session.start or clock.now()
    lately = own_tears_lately(teller_of(voices), at, but=moment, at_most=SEVERAL)
    return replace(facts, own_tears_lately=lately)


def _wanted(voices: Sequence[Voice], facts: Facts, *, is_wished: bool) -> list[str]:
    """The kinds that hold now. To speak of it is said once: by the wish, the plan or a rule."""
    said = {voice.spoken_of for voice in voices if voice.side == Side.THERAPIST}
    is_planned = SpokenOf.PLANNED in said and SpokenOf.YES not in said
    speak = OfferKind.SPEAK_OF_IT.value
    by_rule = what_next.shipped().apt(facts)
    if not (is_planned or is_wished):
        return by_rule
    others = [kind for kind in by_rule if kind != speak]
    return [speak, *others] if is_planned else others


def _told_anew(voice: Voice | None, changed: Collection[str]) -> frozenset[str]:
    """Kinds that stand anew, also where they were closed: a client tells anew that it did harm."""
    is_of_client = voice is not None and voice.side == Side.CLIENT
    is_new = is_of_client and bool(_NEW_OF_CLIENT & set(changed))
    return frozenset({OfferKind.REPAIR.value}) if is_new else frozenset()


def _follow_the_rules(
    moment: Moment,
    standing: Mapping[str, Offer],
    wanted: Sequence[str],
    *,
    anew: Collection[str],
    room: int,
) -> None:
    """Suggest the first of them that nobody closed; close what holds no more."""
    closed = {kind for kind, row in standing.items() if row.closed_at is not None}
    chosen = [kind for kind in wanted if kind not in closed or kind in anew][:room]
    for kind in chosen:
        if kind not in standing:
            make(Offer, moment=moment, kind=kind, made_at=clock.now())
        elif kind in closed:
            put(standing[kind], made_at=clock.now(), closed_at=None)
    for kind in standing.keys() - closed - {*chosen, OfferKind.CLIENT_WOULD_TALK.value}:
        put(standing[kind], closed_at=clock.now())


def _follow_the_wish(
    moment: Moment,
    voices: Sequence[Voice],
    standing: Mapping[str, Offer],
    voice: Voice | None,
    changed: Collection[str],
) -> bool:
    """A client who would like to talk stands on Today until it was spoken of after that.

    A wish told anew stands anew, also where an earlier one was closed. Whether one stands now.
    """
    row = standing.get(OfferKind.CLIENT_WOULD_TALK)
    if voice is not None and voice.would_like_to_talk and "would_like_to_talk" in changed:
        if row is None:
            make(Offer, moment=moment, kind=OfferKind.CLIENT_WOULD_TALK, made_at=clock.now())
        else:
            put(row, made_at=clock.now(), closed_at=None)
        return True
    if row is None or row.closed_at is not None:
        return False
    is_wished = any(one.would_like_to_talk for one in voices)
    if not is_wished or _has_been_spoken_of(voice, changed):
        put(row, closed_at=clock.now())
        return False
    return True


def _has_been_spoken_of(voice: Voice | None, changed: Collection[str]) -> bool:
    is_told_now = bool({"spoken_of", "spoken_session"} & set(changed))
    return voice is not None and is_told_now and voice.spoken_of == SpokenOf.YES


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
