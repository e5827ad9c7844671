"""What of the record is about one client, and how it is taken away, row by row.

A course of care to which nobody else comes goes whole. In one that others come to as well, her
place goes with all that she said and answered and all that was told of her; what is the others'
stays, and a moment that was about her alone goes.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

from lacrima.errors import OutOfRange
from lacrima.moments.words import LogState, Nature, Side
from lacrima.practice.changing import put
from lacrima.practice.removing import ROAD_TO_CLIENT, ROAD_TO_EPISODE
from lacrima.practice.voices import check_moment
from lacrima.records import clock
from lacrima.records.models import (
    Answers,
    Client,
    Consent,
    Contact,
    Episode,
    Expression,
    Moment,
    Offer,
    OfferKind,
    Participant,
    PrivateNote,
    Safeguarding,
    Session,
    Share,
    Voice,
)

Model = type[models.Model]
Ids = dict[Model, set[uuid.UUID]]


@dataclass(frozen=True)
class Extent:
    """What is about one client: courses of care of hers alone, and her places beside others."""

    client: uuid.UUID
    whole: frozenset[uuid.UUID]
    shared: frozenset[uuid.UUID]
    seats: frozenset[uuid.UUID]

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The keys with which all that is hers alone was sealed."""
        return (f"client:{self.client.hex}", *sorted(f"episode:{one.hex}" for one in self.whole))


def extent_of(client: uuid.UUID) -> Extent:
    """What is about this client now."""
    places = Participant.objects.filter(client=client)
    episodes = set(places.values_list("episode", flat=True))
    others = Participant.objects.filter(episode__in=episodes, client__isnull=False)
    shared = set(others.exclude(client=client).values_list("episode", flat=True))
    seats = places.filter(episode__in=shared).values_list("pk", flat=True)
    return Extent(client, frozenset(episodes - shared), frozenset(shared), frozenset(seats))


def take_away(extent: Extent) -> Ids:
    """Delete all of it; which rows of which kind went. Call it inside a transaction."""
    before = _there(extent)
    _leave_shared(extent)
    take_away_episodes(extent.whole)
    Consent.objects.filter(client=extent.client).delete()  # before whoever gave them for her
    Client.objects.filter(pk=extent.client).delete()
    return {
        model: gone
        for model, now in _there(extent).items()
        if (gone := before.get(model, set()) - now)
    }


def _there(extent: Extent) -> Ids:
    """Every row of these courses of care, and of this client."""
    episodes = extent.whole | extent.shared
    found: Ids = {}
    for model, road in ROAD_TO_EPISODE.items():
        found[model] = _keys(model, **{f"{road}__in": episodes})
    for model, road in ROAD_TO_CLIENT.items():
        found[model] = _keys(model, **{road: extent.client})
    return found


def _keys(model: Model, **which: Any) -> set[uuid.UUID]:
    return set(model._default_manager.filter(**which).values_list("pk", flat=True))


def take_away_episodes(episodes: Collection[uuid.UUID]) -> None:
    """Delete whole courses of care, with what anybody wrote for herself alone about them."""
    about = Q(episode__in=episodes) | Q(session__episode__in=episodes)
    PrivateNote.objects.filter(about).delete()
    Episode.objects.filter(pk__in=episodes).delete()


# --- where others come too


def _leave_shared(extent: Extent) -> None:
    seats, episodes = extent.seats, extent.shared
    if not seats:
        return
    Contact.objects.filter(participant__in=seats).delete()
    Safeguarding.objects.filter(client=extent.client).delete()
    Answers.objects.filter(client=extent.client).delete()
    for share in Share.objects.filter(episode__in=episodes).exclude(content=b""):
        put(share, content="", withdrawn_at=share.withdrawn_at or clock.now())
    _leave_moments(seats)
    Participant.objects.filter(pk__in=seats).delete()
    _not_logged_any_more(episodes)


def _leave_moments(seats: Collection[uuid.UUID]) -> None:
    """What she said of moments, and what others told of her in them."""
    hers = Q(voices__participant__in=seats) | Q(voices__first__in=seats)
    told = Q(voices__expressions__participant__in=seats)
    touched = list(Moment.objects.filter(hers | told).distinct())
    of_her_alone = _voices_of_her_alone(touched, seats)
    Expression.objects.filter(participant__in=seats).delete()
    Voice.objects.filter(Q(participant__in=seats) | Q(pk__in=of_her_alone)).delete()
    Voice.objects.filter(first__in=seats).update(first=None)
    left = [moment.pk for moment in touched if _still_stands(moment)]
    Moment.objects.filter(pk__in=[one.pk for one in touched]).exclude(pk__in=left).delete()
    wished = Voice.objects.filter(moment__in=left, would_like_to_talk=True).values("moment")
    offers = Offer.objects.filter(moment__in=left, kind=OfferKind.CLIENT_WOULD_TALK)
    offers.exclude(moment__in=wished).delete()


def _voices_of_her_alone(
    moments: Iterable[Moment], seats: Collection[uuid.UUID]
) -> list[uuid.UUID]:
    """Voices of others that tell of nobody but her."""
    told: dict[uuid.UUID, set[uuid.UUID]] = {}
    rows = Expression.objects.filter(voice__moment__in=[one.pk for one in moments])
    for voice, seat in rows.values_list("voice", "participant"):
        told.setdefault(voice, set()).add(seat)
    return [voice for voice, people in told.items() if people <= set(seats)]


def _still_stands(moment: Moment) -> bool:
    """Is anything of others left in it? Then it is told as theirs."""
    voices = list(moment.voices.order_by("created_at"))
    sides = [voice.side for voice in voices]
    is_told_of_others = Expression.objects.filter(voice__moment=moment).exists()
    if not is_told_of_others and Side.CLIENT not in sides:
        return False
    if moment.started_by not in sides:
        put(moment, started_by=sides[0])
    try:
        check_moment(moment)
    except OutOfRange:  # it was she who held back
        put(moment, nature=Nature.SHOWED)
    return True


def _not_logged_any_more(episodes: Collection[uuid.UUID]) -> None:
    """A session in which no moment is left is not logged yet, as after deleting a moment."""
    for session in Session.objects.filter(
        episode__in=episodes, log_state=LogState.MOMENTS, moments=None
    ):
        put(session, log_state=LogState.NOT_YET)


def all_ids(gone: Mapping[Model, Collection[uuid.UUID]]) -> frozenset[uuid.UUID]:
    """The ids of all kinds together."""
    return frozenset(key for keys in gone.values() for key in keys)
