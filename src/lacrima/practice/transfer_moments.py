"""Moments and voices of a file beside those that are kept: new, the same, or a conflict.

A moment is known within its session by the table's own key, or by kind, whose it was and start;
a voice by its moment, side, speaker and occasion. What is kept is never changed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lacrima.errors import OutOfRange
from lacrima.formats.moment_values import voice_value
from lacrima.formats.staged import Refusal, StagedMoment, StagedVoice
from lacrima.formats.staging_moments import natural_key
from lacrima.moments import moment as values
from lacrima.moments.words import Kind, Nature, Side
from lacrima.practice import voices
from lacrima.practice.transfer_homes import Homes, homes_of
from lacrima.practice.transfer_known import NEW, UNCHANGED, Verdict
from lacrima.practice.transfer_same import differing_moment, differing_voice
from lacrima.records.models import Member, Moment, Participant, Session, Voice

Place = tuple[uuid.UUID, str]


@dataclass(slots=True)
class Seats:
    """Who takes part where: whoever brings the file in, and the clients."""

    own: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    clients: dict[tuple[uuid.UUID, uuid.UUID], uuid.UUID] = field(default_factory=dict)

    def of(self, person: str, episode: uuid.UUID, client: uuid.UUID) -> uuid.UUID | None:
        """The place of `therapist` or `client`; None for an observer."""
        return None if person == Side.OBSERVER else self.place_of(person, episode, client)

    def place_of(self, person: str, episode: uuid.UUID, client: uuid.UUID) -> uuid.UUID:
        """The place of `therapist` or `client`."""
        return self.own[episode] if person == Side.THERAPIST else self.clients[episode, client]


@dataclass(slots=True)
class KnownMoments:
    """What the practice knows about the moments of one handful of a file."""

    homes: Homes
    seats: Seats
    numbers: dict[tuple[uuid.UUID, int], uuid.UUID] = field(default_factory=dict)
    moments: dict[Place, Moment] = field(default_factory=dict)

    def numbers_of(self, episode: uuid.UUID) -> dict[int, uuid.UUID]:
        """The sessions of one episode, by number."""
        return {number: pk for (of, number), pk in self.numbers.items() if of == episode}


@dataclass(frozen=True, slots=True)
class MomentVerdict:
    """What a moment of the file is here, and each of its voices that counts."""

    verdict: Verdict
    row: Moment | None = None
    voices: tuple[tuple[StagedVoice, Verdict], ...] = ()

    @property
    def all(self) -> tuple[Verdict, ...]:
        """The moment's and its voices'."""
        return (self.verdict, *(verdict for _, verdict in self.voices))


def known_moments(
    moments: Sequence[StagedMoment], places: Mapping[int, uuid.UUID], by: Member
) -> KnownMoments:
    """Look up sessions, moments, voices and expressions, in few queries.

    places: which kept session each session of the file is (by its `id()`), where it is one.
    """
    homes = homes_of({moment.session.client for moment in moments}, by)
    known = KnownMoments(homes, _seats(homes, by))
    sessions = {places[id(one.session)] for one in moments if id(one.session) in places}
    rows = Moment.objects.filter(session__in=sessions).order_by("created_at")
    read = rows.select_related("session").prefetch_related("voices__expressions__participant")
    for row in read:
        for key in _keys_of(row, homes):
            known.moments.setdefault((row.session_id, key), row)
    wanted = {voice.values.get("spoken_session") for one in moments for voice in one.voices}
    found = Session.objects.filter(episode__in=homes.episodes, number__in=wanted - {None})
    for episode, number, pk in found.values_list("episode", "number", "pk"):
        known.numbers[episode, number or 0] = pk
    return known


def _seats(homes: Homes, by: Member) -> Seats:
    seats = Seats()
    for seat in Participant.objects.filter(episode__in=homes.episodes):
        if seat.client_id is not None:
            seats.clients[seat.episode_id, seat.client_id] = seat.pk
        elif seat.member_id == by.pk:
            seats.own[seat.episode_id] = seat.pk
    return seats


def source_key(moment: StagedMoment, client: uuid.UUID) -> str:
    """What a moment is known by within its session, in which several clients may sit."""
    return f"{moment.key}:{client.hex}"


def _keys_of(row: Moment, homes: Homes) -> Iterator[str]:
    """What a moment is known by; for one logged by hand, what a file would know it by."""
    if row.source_key:
        yield row.source_key
        return
    begun = [voice for voice in row.voices.all() if voice.side == row.started_by]
    clients = [seat.client_id for voice in begun for seat in _people_of(voice)]
    people = {"therapist" if client is None else "client" for client in clients}
    for home in homes.known.values():
        if home.episode == row.session.episode_id and not set(clients) - {None, home.client}:
            yield f"{natural_key(row.kind, people, row.start_ms)}:{home.client.hex}"


def _people_of(voice: Voice) -> Iterable[Participant]:
    return (expression.participant for expression in voice.expressions.all())


def weigh_moment(
    moment: StagedMoment,
    known: KnownMoments,
    session: uuid.UUID | None,
    numbers: frozenset[tuple[str, int]],
) -> MomentVerdict:
    """Is this moment new, the same, or something that cannot come in; and its voices?

    session: the kept session that it belongs to, if there is one. numbers: the clients and
    numbers of the sessions that come in with the file.
    """
    if known.homes.problem(moment.session.client):
        return MomentVerdict(Verdict())  # its session was refused for that: once is enough
    home = known.homes.known.get(moment.session.client)
    row = (
        known.moments.get((session, source_key(moment, home.client))) if session and home else None
    )
    if row is None:
        return _new(moment, known, numbers)
    name = differing_moment(moment, row)
    if name:
        return MomentVerdict(_conflict(moment, name, "moment"), row)
    told = () if moment.is_bare else moment.voices
    return MomentVerdict(
        UNCHANGED, row, tuple((one, _weigh_voice(one, moment, row, known, numbers)) for one in told)
    )


def _new(
    moment: StagedMoment, known: KnownMoments, numbers: frozenset[tuple[str, int]]
) -> MomentVerdict:
    begun = [voice for voice in moment.voices if voice.side is moment.begun_by]
    if not any(voice.people for voice in begun):
        return MomentVerdict(_refused(moment, "a moment of nobody", "whose emotion it was"))
    told = tuple((one, _session_there(one, moment, known, numbers) or NEW) for one in moment.voices)
    return MomentVerdict(NEW, None, told)


def _session_there(
    voice: StagedVoice,
    moment: StagedMoment,
    known: KnownMoments,
    numbers: frozenset[tuple[str, int]],
) -> Verdict | None:
    number, client = voice.values.get("spoken_session"), moment.session.client
    home = known.homes.known.get(client)
    if number is None or (client, number) in numbers:
        return None
    if home is not None and (home.episode, number) in known.numbers:
        return None
    return _refused(voice, "a session that is not there", "the number of a session of this client")


def _refused(thing: StagedMoment | StagedVoice, found: str, expected: str) -> Verdict:
    return Verdict(refusal=Refusal(thing.row, thing.column, found, expected))


def _conflict(thing: StagedMoment | StagedVoice, name: str, kind: str) -> Verdict:
    refusal = Refusal(
        thing.row,
        thing.column_of(name),
        f"another {name.replace('_', ' ')} than the one that is kept for this {kind}",
        "the same, or empty; change the kept one on the moment's page",
    )
    return Verdict(is_conflict=True, refusal=refusal)


def _weigh_voice(
    voice: StagedVoice,
    moment: StagedMoment,
    row: Moment,
    known: KnownMoments,
    numbers: frozenset[tuple[str, int]],
) -> Verdict:
    home = known.homes.known[moment.session.client]
    seat = known.seats.of(voice.side, home.episode, home.client)
    for kept in row.voices.all():
        if (kept.side, kept.participant_id, kept.occasion) == (voice.side, seat, voice.occasion):
            name = differing_voice(
                voice,
                kept,
                lambda person: known.seats.of(person, home.episode, home.client),
                known.numbers_of(home.episode),
            )
            return _conflict(voice, name, "voice") if name else UNCHANGED
    return _session_there(voice, moment, known, numbers) or _fits(voice, row)


def _fits(voice: StagedVoice, row: Moment) -> Verdict:
    """Whether a further voice could speak of this moment: held to its nature where it began it."""
    kind = Kind(row.kind)
    kept = [voices.voice_value(one, one.expressions.all(), kind) for one in row.voices.all()]
    try:
        new = voice_value(voice, kind)
        values.Moment(Nature(row.nature), (*kept, new), Side(row.started_by))
    except OutOfRange as mistake:
        return _refused(voice, mistake.found, mistake.expected)
    return NEW
