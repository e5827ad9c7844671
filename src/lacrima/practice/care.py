"""Courses of care: who comes and who takes part, when they meet, and what is noted beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from lacrima.errors import BadInput, OutOfRange
from lacrima.practice.changing import make, only, put, take
from lacrima.practice.endings import end_episode, reopen_episode
from lacrima.practice.notes import (
    add_contact,
    change_contact,
    change_kept_in_mind,
    change_private_note,
    change_record_note,
    delete_contact,
    delete_kept_in_mind,
    delete_private_note,
    delete_record_note,
    forget_expired_private_notes,
    keep_in_mind,
    let_go,
    write_private_note,
    write_record_note,
)
from lacrima.practice.removing import remove, remove_all
from lacrima.practice.words import CLIENT_ROLES, THERAPIST_ROLES, EpisodeKind, ParticipantRole
from lacrima.records import audit
from lacrima.records.access import Right, find, require
from lacrima.records.models import (
    Client,
    DoorAnswer,
    Episode,
    Member,
    Participant,
    Slot,
    WayOut,
)
from lacrima.vault.process import VAULT

__all__ = [
    "NewClient",
    "NewParticipant",
    "Participant",
    "add_contact",
    "add_participant",
    "add_slot",
    "change_client",
    "change_contact",
    "change_episode",
    "change_kept_in_mind",
    "change_private_note",
    "change_record_note",
    "change_slot",
    "delete_contact",
    "delete_kept_in_mind",
    "delete_private_note",
    "delete_record_note",
    "delete_slot",
    "end_episode",
    "end_slot",
    "forget_expired_private_notes",
    "keep_in_mind",
    "let_go",
    "remove_participant",
    "reopen_episode",
    "start_episode",
    "undo_episode",
    "write_private_note",
    "write_record_note",
]

LONGEST_SESSION_MIN = 600
MOST_WEEKS = 8
_HOW_MANY = {EpisodeKind.INDIVIDUAL: (1, 1), EpisodeKind.COUPLE: (2, 2)}
_SLOT_FIELDS = frozenset(
    {"weekday", "local_time", "length_min", "modality", "every_weeks", "from_on", "until_on"}
)


@dataclass(frozen=True)
class NewClient:
    """Somebody who comes for the first time. The code is what most pages show."""

    code: str
    name: str = ""
    role: str = ParticipantRole.CLIENT


@dataclass(frozen=True)
class NewParticipant:
    """Somebody else who takes part: a colleague (`member`) or a person without a row (`label`)."""

    role: str
    label: str = ""
    member: Member | None = None


def start_episode(
    *,
    by: Member,
    kind: EpisodeKind | str = EpisodeKind.INDIVIDUAL,
    clients: Sequence[NewClient | Client],
    others: Sequence[NewParticipant] = (),
    started_on: date | None = None,
) -> Episode:
    """Begin a course of care with one or more clients; whoever begins it is its therapist."""
    with audit.change(by=by, action="episode.started") as line:
        require(by, Right.WRITE_CARE)
        new = Episode()
        VAULT.ensure_keys([new.sealing_key_id()])
        episode = make(Episode, id=new.pk, kind=kind, started_on=started_on)
        _check_how_many(EpisodeKind(episode.kind), len(clients))
        make(Participant, episode=episode, role=ParticipantRole.THERAPIST, member=by)
        for client in clients:
            _add_client(episode, by, client)
        for other in others:
            _add_other(episode, other)
        line.about(episode, clients=len(clients), others=len(others))
        return episode


def _check_how_many(kind: EpisodeKind, clients: int) -> None:
    fewest, most = _HOW_MANY.get(kind, (1, 40))
    if not fewest <= clients <= most:
        raise OutOfRange(
            "a number of clients that does not fit this kind of care",
            where="clients",
            expected=str(fewest) if fewest == most else f"{fewest} to {most}",
        )


def _add_client(episode: Episode, by: Member, client: NewClient | Client) -> Participant:
    if isinstance(client, Client):
        known = find(by, Client, client.pk)
        return make(Participant, episode=episode, role=ParticipantRole.CLIENT, client=known)
    if client.role not in CLIENT_ROLES:
        raise OutOfRange(
            "not what a client is called", where="role", expected=", ".join(CLIENT_ROLES)
        )
    _check_code_is_free(client.code)
    new = Client()
    VAULT.ensure_keys([new.sealing_key_id()])
    kept = make(Client, id=new.pk, code=client.code, name=client.name)
    return make(Participant, episode=episode, role=client.role, client=kept)


def _check_code_is_free(code: str, *, but: Client | None = None) -> None:
    others = Client.objects.filter(code=code.strip())
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise BadInput(
            "this code is in use in this practice", where="code", expected="another code"
        )


def _add_other(episode: Episode, other: NewParticipant) -> Participant:
    if other.role in CLIENT_ROLES:
        raise OutOfRange(
            "a client among the others", where="role", expected="add this person as a client"
        )
    if other.role in THERAPIST_ROLES and other.member is None:
        raise BadInput("a therapist who is not of this practice", where="member")
    if other.member is None and not other.label.strip():
        raise BadInput("somebody without a name", where="label", expected="a name, or initials")
    return make(
        Participant, episode=episode, role=other.role, member=other.member, label=other.label
    )


def add_participant(
    episode: Episode, *, by: Member, who: NewClient | Client | NewParticipant
) -> Participant:
    """Somebody more takes part from now on."""
    with audit.change(by=by, action="participant.added") as line:
        there = take(by, episode)
        if isinstance(who, NewParticipant):
            added = _add_other(there, who)
        else:
            if there.kind == EpisodeKind.INDIVIDUAL:
                raise BadInput(
                    "care for one person",
                    where="kind",
                    next_step="Say first that it is for a couple, a family or a group.",
                )
            added = _add_client(there, by, who)
        line.about(added, role=added.role)
        return added


def remove_participant(participant: Participant, *, by: Member) -> None:
    """Undo that somebody was added; only while nothing was said by or about this person."""
    with audit.change(by=by, action="participant.removed") as line:
        there = take(by, participant)
        is_used = there.voices.exists() or there.expressions.exists() or there.contacts.exists()
        is_used = is_used or _told_at_the_door(participant=there)
        has_answers = there.client_id and there.episode.answers.filter(client_id=there.client_id)
        if is_used or (has_answers and has_answers.exists()) or there.member_id == by.pk:
            raise BadInput(
                "this person is part of what is kept here", next_step="End the episode instead."
            )
        line.about(there, role=there.role)
        remove(there)


def _told_at_the_door(**whose: Any) -> bool:
    rows = (DoorAnswer.objects.filter(**whose), WayOut.objects.filter(**whose))
    return any(one.exists() for one in rows)


def change_client(
    client: Client,
    *,
    by: Member,
    expected_version: int,
    code: str,
    name: str = "",
    reach: str | None = None,
) -> Client:
    """Another code or name, or how to reach her; None leaves that as it is."""
    with audit.change(by=by, action="client.changed") as line:
        there = take(by, client, expected_version)
        _check_code_is_free(code, but=there)
        values = {"code": code, "name": name} | ({} if reach is None else {"reach": reach})
        line.about(there, fields=put(there, **values))
        return there


def change_episode(
    episode: Episode, *, by: Member, expected_version: int, **fields: Any
) -> Episode:
    """Another kind or first day."""
    with audit.change(by=by, action="episode.changed") as line:
        there = take(by, episode, expected_version)
        values = only(fields, frozenset({"kind", "started_on"}))
        changed = put(there, **values)
        clients = there.participants.filter(client__isnull=False).count()
        _check_how_many(EpisodeKind(there.kind), clients)
        line.about(there, fields=changed)
        return there


def undo_episode(episode: Episode, *, by: Member) -> None:
    """Take back an episode begun by mistake; only while nothing at all is in it."""
    with audit.change(by=by, action="episode.undone") as line:
        there = take(by, episode)
        kept = (there.sessions, there.answers, there.contacts, there.kept_in_mind)
        is_used = any(rows.exists() for rows in (*kept, there.record_notes))
        if is_used or _told_at_the_door(participant__episode=there):
            raise BadInput("there is something in it already", next_step="End it instead.")
        line.about(there)
        clients = Client.objects.filter(participations__episode=there)
        alone = [client.pk for client in clients if client.participations.count() == 1]
        remove(there)
        remove_all(Client.objects.filter(pk__in=alone))


def add_slot(
    episode: Episode,
    *,
    by: Member,
    weekday: int,
    local_time: time,
    from_on: date,
    length_min: int = 50,
    modality: str = "room",
    every_weeks: int = 1,
    until_on: date | None = None,
) -> Slot:
    """A recurring appointment, in the practice's own time zone. Monday is 0."""
    values: dict[str, Any] = {
        "weekday": weekday,
        "local_time": local_time,
        "length_min": length_min,
        "modality": modality,
        "every_weeks": every_weeks,
        "from_on": from_on,
        "until_on": until_on,
    }
    with audit.change(by=by, action="slot.added") as line:
        there = take(by, episode)
        _check_slot(values)
        slot = make(Slot, episode=there, **values)
        line.about(slot)
        return slot


def _check_slot(values: dict[str, Any]) -> None:
    if not 0 < values.get("length_min", 1) <= LONGEST_SESSION_MIN:
        raise OutOfRange(
            "a length that does not fit", where="length_min", expected=f"1 to {LONGEST_SESSION_MIN}"
        )
    if not 0 < values.get("every_weeks", 1) <= MOST_WEEKS:
        raise OutOfRange("weeks apart", where="every_weeks", expected=f"1 to {MOST_WEEKS}")
    from_on, until_on = values.get("from_on"), values.get("until_on")
    if from_on and until_on and until_on < from_on:
        raise OutOfRange("an end before the beginning", where="until_on", expected="a later day")


def change_slot(slot: Slot, *, by: Member, expected_version: int, **fields: Any) -> Slot:
    """Another day, time, length or rhythm, for the sessions to come."""
    with audit.change(by=by, action="slot.changed") as line:
        there = take(by, slot, expected_version)
        values = only(fields, _SLOT_FIELDS)
        _check_slot({"from_on": there.from_on, "until_on": there.until_on, **values})
        line.about(there, fields=put(there, **values))
        return there


def end_slot(slot: Slot, *, by: Member, until_on: date | None) -> Slot:
    """No session makes itself after this day; None takes that back."""
    with audit.change(by=by, action="slot.ended") as line:
        there = take(by, slot)
        _check_slot({"from_on": there.from_on, "until_on": until_on})
        put(there, until_on=until_on)
        line.about(there)
        return there


def delete_slot(slot: Slot, *, by: Member) -> None:
    """Take back an appointment; the sessions it made stay."""
    with audit.change(by=by, action="slot.deleted") as line:
        there = take(by, slot)
        line.about(there)
        remove(there)
