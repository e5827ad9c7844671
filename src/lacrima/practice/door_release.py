"""What a client lets the therapist read becomes a voice; what is not released stays unread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from lacrima.practice import offers
from lacrima.practice.changing import make, put
from lacrima.practice.door_asking import Met, occasion_of
from lacrima.practice.door_content import content_of
from lacrima.practice.people import the_practice, zone_of
from lacrima.practice.removing import free, remove, remove_all
from lacrima.practice.voices import check_moment, check_voice_values, set_expression
from lacrima.practice.words import (
    THERAPIST_ROLES,
    Kind,
    Nature,
    Noticed,
    Occasion,
    Side,
    SpokenOf,
)
from lacrima.records.models import (
    DoorAnswer,
    DoorStep,
    Expression,
    Moment,
    Offer,
    Participant,
    Release,
    Session,
    Voice,
)

_OF_A_MOMENT = {DoorStep.FIRST, DoorStep.SECOND}
_NOTHING_TOLD: dict[str, Any] = {
    "rating": None,
    "items": {},
    "seemed": [],
    "noticed": "",
    "burdened": "",
    "spoken_of": "",
    "words": "",
    "would_like_to_talk": False,
}


def follow(answer: DoorAnswer) -> None:
    """Let the voice be what the client lets be read now. Part of the change of the answer."""
    if answer.step not in _OF_A_MOMENT:
        return
    if answer.release in {Release.OPEN, Release.TALK}:
        _speak(answer)
    elif answer.voice is not None:
        take_voice_back(answer)


def take_voice_back(answer: DoorAnswer) -> None:
    """Nothing of it is read any more; a moment that nobody else told goes with it."""
    voice = answer.voice
    if voice is None:
        return
    moment = voice.moment
    put(answer, voice=None)
    others = moment.voices.exclude(pk=voice.pk)
    if moment.started_by == Side.CLIENT and not others.exists():
        remove(moment)
        return
    if moment.started_by == Side.CLIENT:  # somebody else told of it too: now it is theirs
        put(moment, started_by=others.order_by("created_at").values_list("side", flat=True)[0])
    remove(voice)
    _follow_offers(moment)


def _speak(answer: DoorAnswer) -> None:
    voice = answer.voice or _new_voice(answer)
    told = content_of(answer) if answer.release == Release.OPEN else {}
    values = _NOTHING_TOLD | _values(told, answer.release)
    shown = _shown(told, answer.participant)
    people = [person for person, _step in shown]
    remove_all(Expression.objects.filter(voice=voice).exclude(participant__in=people))
    for person, step in shown:
        set_expression(voice, person, {"shown": step})
    changed = put(voice, **check_voice_values(voice, values))
    check_moment(voice.moment)
    _follow_offers(voice.moment, voice, changed)


def _follow_offers(moment: Moment, voice: Voice | None = None, changed: Sequence[str] = ()) -> None:
    """Suggestions as elsewhere, but what stood on an answer that is read no more leaves no trace.

    Closed it would still say that there was one, and it would not come back with a new release.
    """
    stood = list(moment.offers.filter(closed_at=None).values_list("pk", flat=True))
    offers.follow(moment, voice, changed)
    remove_all(free(Offer.objects.filter(pk__in=stood).exclude(closed_at=None)))


def _values(told: dict[str, Any], release: str) -> dict[str, Any]:
    if release == Release.TALK:
        return {"would_like_to_talk": True}
    plain = ("rating", "items", "seemed", "words")
    values: dict[str, Any] = {name: told[name] for name in plain if name in told}
    burden = told.get("items", {}).get("felt_burdened")
    if burden is not None:
        values["burdened"] = Noticed.YES if burden else Noticed.NO
    if "therapist" in told.get("shown", {}):
        values["noticed"] = Noticed.YES if told["shown"]["therapist"] else Noticed.NO
    if told.get("spoken_of"):
        values["spoken_of"] = SpokenOf.YES
    return values


def _shown(told: dict[str, Any], own: Participant) -> list[tuple[Participant, int]]:
    shown = told.get("shown", {})
    found = [(own, shown["me"])] if "me" in shown else []
    therapists = _therapists(own)
    if "therapist" in shown and len(therapists) == 1:
        found.append((therapists[0], shown["therapist"]))
    return found


def _therapists(own: Participant) -> list[Participant]:
    return list(own.episode.participants.filter(role__in=THERAPIST_ROLES, left_on=None))


def _new_voice(answer: DoorAnswer) -> Voice:
    session = answer.session
    if session is None:
        raise ValueError("a moment has a session")
    occasion = _occasion(answer, session)
    moment = _moment(answer, session, occasion)
    voice = make(
        Voice,
        moment=moment,
        side=Side.CLIENT,
        participant=answer.participant,
        occasion=occasion,
        given_at=answer.given_at,
        is_simulated=answer.is_simulated,
    )
    put(answer, voice=voice)
    return voice


def _occasion(answer: DoorAnswer, session: Session) -> Occasion:
    practice = the_practice()
    zone = zone_of(practice) if practice else ZoneInfo("UTC")
    start = session.start or answer.given_at
    met = Met(session.pk, session.number, start, session.length_min)
    return occasion_of(DoorStep(answer.step), met, answer.given_at, zone)


def _moment(answer: DoorAnswer, session: Session, occasion: Occasion) -> Moment:
    """The moment it is about: the client's own earlier one, the only one that fits, or a new one.

    Where several could be meant nobody decides for the client: it stands as one of its own.
    """
    earlier = Moment.objects.filter(
        session=session, voices__door_answer__participant=answer.participant
    ).first()
    free = [one for one in _fitting(answer, session) if not _has_spoken(one, answer, occasion)]
    if earlier is not None and not _has_spoken(earlier, answer, occasion):
        return earlier
    if len(free) == 1:
        return free[0]
    return make(
        Moment, session=session, nature=Nature.SHOWED, kind=Kind.OTHER, started_by=Side.CLIENT
    )


def _has_spoken(moment: Moment, answer: DoorAnswer, occasion: Occasion) -> bool:
    return moment.voices.filter(
        side=Side.CLIENT, participant=answer.participant, occasion=occasion
    ).exists()


def _fitting(answer: DoorAnswer, session: Session) -> list[Moment]:
    """The moments of the session in which the same people are told of."""
    mention = DoorAnswer.objects.filter(
        participant=answer.participant, session=session, step=DoorStep.ASKED
    ).first()
    stood_out = content_of(mention).get("stood_out", []) if mention else []
    people = [answer.participant] if "me" in stood_out else []
    people += _therapists(answer.participant) if "therapist" in stood_out else []
    told = Expression.objects.filter(participant__in=people, voice__moment__session=session)
    keys = set(told.values_list("voice__moment", flat=True))
    return [one for one in session.moments.all() if one.pk in keys]
