"""Emotional moments: logged in three taps, told by several voices, never averaged."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lacrima.errors import BadInput, NotAllowed, OutOfRange
from lacrima.moments.timeline import Span
from lacrima.practice import offers
from lacrima.practice.changing import make, only, put, take
from lacrima.practice.differences import Difference, differences
from lacrima.practice.offers import close_offer, reopen_offer
from lacrima.practice.removing import remove
from lacrima.practice.seats import own_seat
from lacrima.practice.sessions import check_took_place
from lacrima.practice.voices import (
    EXPRESSION_FIELDS,
    VOICE_FIELDS,
    check_moment,
    check_new_moment,
    check_voice_values,
    set_expression,
)
from lacrima.practice.words import (
    CLIENT_ROLES,
    HeldBack,
    Kind,
    LogState,
    Nature,
    Occasion,
    Party,
    Shown,
    Side,
)
from lacrima.records import audit, clock
from lacrima.records.models import Expression, Member, Moment, Participant, Session, Voice

__all__ = [
    "EXPRESSION_FIELDS",
    "VOICE_FIELDS",
    "Difference",
    "add_client_voice",
    "add_observer_voice",
    "add_own_voice",
    "change_moment",
    "close_offer",
    "delete_moment",
    "delete_voice",
    "differences",
    "log_moment",
    "reopen_offer",
    "say_more",
]

_MOMENT_FIELDS = frozenset({"nature", "kind", "start_ms", "end_ms"})
Who = Party | str | Sequence[uuid.UUID | str]


def log_moment(
    session: Session,
    *,
    by: Member,
    who: Who,
    shown: Shown | int | None = None,
    held_back: HeldBack | str = "",
    kind: Kind | str = Kind.TEARS,
    nature: Nature | str = Nature.SHOWED,
    first: uuid.UUID | str | None = None,
    start_ms: int | None = None,
    end_ms: int | None = None,
    among: Sequence[Participant] | None = None,
    **more_of_therapist_voice: Any,
) -> Moment:
    """A moment with your own voice on it. Everything but `who` may stay empty.

    `who`: client, therapist, both, or the ids of participants (where several clients come).
    `shown` and `held_back` hold for each of them; say more of one person in `expressions`
    (participant id to fields, as in say_more). `first`: client, therapist, or a participant's id.
    `among`: everybody of this course of care, when they were read for the same form just now.
    """
    with audit.change(by=by, action="moment.logged") as line:
        there = take(by, session)
        check_took_place(there)
        people = _People(there, by, among)
        moment = make(
            Moment,
            session=there,
            kind=kind,
            nature=nature,
            started_by=Side.THERAPIST,
            **_span(start_ms, end_ms),
        )
        voice = make(
            Voice,
            moment=moment,
            side=Side.THERAPIST,
            participant=people.own,
            occasion=Occasion.IN_SESSION,
            given_at=clock.now(),
        )
        seen = {"shown": shown, "held_back": held_back}
        told = [
            make(Expression, voice=voice, participant=person, **seen)
            for person in people.named(who)
        ]
        more = dict(more_of_therapist_voice)
        if first:
            more["first"] = people.one(first)
        if more:
            changed = _apply(voice, more)
            check_moment(moment)
            offers.follow(moment, voice, changed)
        else:
            check_new_moment(moment, voice, told)
            offers.follow_new(moment, voice, told)
        if there.log_state != LogState.MOMENTS:
            put(there, log_state=LogState.MOMENTS)
        line.about(moment, fields=sorted(more))
        return moment


class _People:
    """Who takes part in the episode of a session, and who is meant by a word."""

    def __init__(
        self, session: Session, by: Member, among: Sequence[Participant] | None = None
    ) -> None:
        rows = among or Participant.objects.filter(episode=session.episode_id).order_by()
        mine_here = (person for person in rows if person.episode_id == session.episode_id)
        self.all = sorted(mine_here, key=lambda person: person.created_at)
        self.clients = [person for person in self.all if person.role in CLIENT_ROLES]
        mine = [person for person in self.all if person.member_id == by.pk]
        self.own = mine[0] if mine else own_seat(session.episode_id, by)

    def named(self, who: Who) -> list[Participant]:
        """The people meant; each once."""
        if not isinstance(who, str):
            found = [self.one(one) for one in who]
            if not found:
                raise BadInput("nobody was chosen", where="who", expected="one person at least")
            return list(dict.fromkeys(found))
        if who not in set(Party):
            return [self.one(who)]
        own = [] if who == Party.CLIENT else [self.own]
        return own if who == Party.THERAPIST else [*own, self._only_client()]

    def one(self, who: uuid.UUID | str) -> Participant:
        """The participant of this id, or `client` and `therapist` where that is clear."""
        if who == Party.THERAPIST:
            return self.own
        if who == Party.CLIENT:
            return self._only_client()
        found = [person for person in self.all if str(who) in {str(person.pk), person.pk.hex}]
        if not found:
            raise BadInput("somebody who is not part of this care", where="who")
        return found[0]

    def _only_client(self) -> Participant:
        if len(self.clients) != 1:
            raise BadInput("several come here", where="who", expected="which of them it was")
        return self.clients[0]


def _span(start_ms: int | None, end_ms: int | None) -> dict[str, int | None]:
    if start_ms is None and end_ms is None:
        return {"start_ms": None, "end_ms": None}
    if start_ms is None or end_ms is None:
        raise OutOfRange("half a span", where="start_ms", expected="a start and an end")
    Span(start_ms, end_ms)
    return {"start_ms": start_ms, "end_ms": end_ms}


def _apply(voice: Voice, fields: Mapping[str, Any]) -> list[str]:
    values = only(dict(fields), VOICE_FIELDS | {"expressions"})
    expressions = values.pop("expressions", {})
    episode = voice.moment.session.episode
    people = {str(person.pk): person for person in episode.participants.all()}
    for key, said in expressions.items():
        person = people.get(str(uuid.UUID(str(key))))
        if person is None:
            raise BadInput("somebody who is not part of this care", where="expressions")
        set_expression(voice, person, only(dict(said), EXPRESSION_FIELDS))
    changed = put(voice, **check_voice_values(voice, values))
    return [*changed, *(["expressions"] if expressions else [])]


def say_more(
    voice: Voice, *, by: Member, expected_version: int | None = None, **fields: Any
) -> Voice:
    """More of what this voice tells: any of VOICE_FIELDS, and `expressions` by participant id.

    `expressions` maps a participant's id to any of EXPRESSION_FIELDS. An empty value takes an
    earlier one back. Saying that it was spoken of closes the suggestion to do so.
    """
    with audit.change(by=by, action="voice.changed") as line:
        there = take(by, voice, expected_version)
        _check_is_hers(there, by)
        changed = _apply(there, fields)
        check_moment(there.moment)
        offers.follow(there.moment, there, changed)
        line.about(there, side=there.side, fields=changed)
        return there


def _check_is_hers(voice: Voice, by: Member) -> None:
    """A therapist's voice is her own: a colleague in the same care adds one beside it."""
    speaker = voice.participant
    is_of_another = speaker is not None and speaker.member_id not in {None, by.pk}
    if voice.side == Side.THERAPIST and is_of_another:
        raise NotAllowed(
            "this is the voice of another therapist",
            where="voice",
            next_step="Add your own voice beside it.",
        )


def add_own_voice(
    moment: Moment,
    *,
    by: Member,
    occasion: Occasion | str = Occasion.LATER,
    given_at: datetime | None = None,
    **fields: Any,
) -> Voice:
    """Your own voice on a moment a colleague logged, or your second thoughts on your own."""
    values = {
        "side": Side.THERAPIST,
        "occasion": occasion,
        "given_at": given_at or clock.now(),
    }
    return _add_voice(moment, by, values, fields)


def add_client_voice(
    moment: Moment,
    *,
    by: Member,
    participant: Participant,
    occasion: Occasion | str,
    told_aloud: bool = True,
    given_at: datetime | None = None,
    is_simulated: bool = False,
    **fields: Any,
) -> Voice:
    """What a client says of a moment, written down by you; `told_aloud` marks that."""
    if participant.role not in CLIENT_ROLES:
        raise OutOfRange("a voice of somebody else", where="participant", expected="a client")
    return _add_voice(
        moment,
        by,
        {
            "side": Side.CLIENT,
            "participant": participant,
            "occasion": occasion,
            "told_aloud": told_aloud,
            "given_at": given_at or clock.now(),
            "is_simulated": is_simulated,
        },
        fields,
    )


def add_observer_voice(
    moment: Moment,
    *,
    by: Member,
    participant: Participant | None = None,
    occasion: Occasion | str = Occasion.LATER,
    given_at: datetime | None = None,
    **fields: Any,
) -> Voice:
    """What somebody watching says of a moment: a co-therapist, an interpreter, a coder."""
    values = {
        "side": Side.OBSERVER,
        "participant": participant,
        "occasion": occasion,
        "given_at": given_at or clock.now(),
    }
    return _add_voice(moment, by, values, fields)


def _add_voice(moment: Moment, by: Member, values: dict[str, Any], fields: dict[str, Any]) -> Voice:
    with audit.change(by=by, action="voice.added") as line:
        there = take(by, moment)
        if "participant" not in values:
            values["participant"] = own_seat(there.session.episode_id, by)
        who = values["participant"]
        if who is not None and who.episode_id != there.session.episode_id:
            raise BadInput("somebody who is not part of this care", where="participant")
        same = there.voices.filter(
            side=values["side"], participant=who, occasion=values["occasion"]
        )
        if same.exists():
            raise BadInput(
                "this voice spoke on this occasion already",
                where="occasion",
                next_step="Change what it said, or choose another occasion.",
            )
        voice = make(Voice, moment=there, **values)
        changed = _apply(voice, fields)
        check_moment(there)
        offers.follow(there, voice, changed)
        line.about(voice, side=voice.side, fields=sorted(fields))
        return voice


def change_moment(
    moment: Moment, *, by: Member, expected_version: int | None = None, **fields: Any
) -> Moment:
    """Another nature or kind, or its place in the session."""
    with audit.change(by=by, action="moment.changed") as line:
        there = take(by, moment, expected_version)
        values = only(dict(fields), _MOMENT_FIELDS)
        if {"start_ms", "end_ms"} & set(values):
            values |= _span(
                values.get("start_ms", there.start_ms), values.get("end_ms", there.end_ms)
            )
        changed = put(there, **values)
        check_moment(there)
        line.about(there, fields=changed)
        return there


def delete_moment(moment: Moment, *, by: Member) -> uuid.UUID:
    """Delete a moment with all its voices. The session's id.

    The session is not logged yet again when no moment is left in it.
    """
    with audit.change(by=by, action="moment.deleted") as line:
        there = take(by, moment)
        for voice in there.voices.select_related("participant"):
            _check_is_hers(voice, by)
        line.about(there, voices=there.voices.count())
        session: Session = take(by, there.session)
        remove(there)
        if not session.moments.exists():
            put(session, log_state=LogState.NOT_YET)
        return session.pk


def delete_voice(voice: Voice, *, by: Member) -> uuid.UUID:
    """Delete one voice; the moment's id. The voice that began the moment goes only with it."""
    with audit.change(by=by, action="voice.deleted") as line:
        there = take(by, voice)
        _check_is_hers(there, by)
        others = there.moment.voices.filter(side=there.moment.started_by).exclude(pk=there.pk)
        if there.side == there.moment.started_by and not others.exists():
            raise BadInput(
                "the voice that began this moment",
                where="voice",
                next_step="Delete the moment itself if it was a mistake.",
            )
        line.about(there, side=there.side)
        moment = there.moment
        remove(there)
        offers.follow(moment)
        return there.moment_id
