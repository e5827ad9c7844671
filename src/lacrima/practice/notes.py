"""What is written beside the sessions: kept in mind, contacts, notes of the record, own notes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from lacrima.errors import BadInput, OutOfRange
from lacrima.practice.changing import make, only, put, take
from lacrima.practice.people import the_practice, zone_of
from lacrima.practice.removing import free, remove, remove_all
from lacrima.practice.words import ContactKind, Side
from lacrima.records import audit, clock
from lacrima.records.access import Right, find, require
from lacrima.records.models import (
    Contact,
    Episode,
    KeptInMind,
    Member,
    Participant,
    PrivateNote,
    RecordNote,
    Session,
)
from lacrima.records.row import Row

LONGEST_PRIVATE_DAYS = 366
_CONTACT_FIELDS = frozenset({"at", "kind", "started_by", "participant", "minutes", "words"})


def today_here() -> date:
    """The day it is in the practice's own zone."""
    practice = the_practice()
    now = clock.now()
    return now.astimezone(zone_of(practice)).date() if practice else now.date()


def _written(words: str) -> str:
    if not words.strip():
        raise BadInput("nothing was written", where="words", expected="a few words")
    return words


def _delete(row: Row, by: Member, action: str) -> None:
    with audit.change(by=by, action=action) as line:
        there = take(by, row)
        line.about(there)
        remove(there)


# --- what we keep in mind


def keep_in_mind(
    episode: Episode, *, by: Member, words: str, agreed_on: date | None = None
) -> KeptInMind:
    """Something therapist and client agreed to keep in mind, in their own words."""
    with audit.change(by=by, action="kept_in_mind.added") as line:
        there = take(by, episode)
        kept = make(
            KeptInMind, episode=there, words=_written(words), agreed_on=agreed_on or today_here()
        )
        line.about(kept)
        return kept


def change_kept_in_mind(
    kept: KeptInMind, *, by: Member, expected_version: int, words: str, agreed_on: date
) -> KeptInMind:
    """Other words, or another day."""
    with audit.change(by=by, action="kept_in_mind.changed") as line:
        there = take(by, kept, expected_version)
        line.about(there, fields=put(there, words=_written(words), agreed_on=agreed_on))
        return there


def let_go(kept: KeptInMind, *, by: Member, undo: bool = False) -> KeptInMind:
    """It need no longer be kept in mind, from today; `undo` takes that back."""
    with audit.change(by=by, action="kept_in_mind.let_go") as line:
        there = take(by, kept)
        put(there, let_go_on=None if undo else today_here())
        line.about(there, undo=undo)
        return there


def delete_kept_in_mind(kept: KeptInMind, *, by: Member) -> None:
    """Take back what was written by mistake."""
    _delete(kept, by, "kept_in_mind.deleted")


# --- contacts between sessions


def add_contact(
    episode: Episode,
    *,
    by: Member,
    at: datetime,
    kind: ContactKind | str = ContactKind.MESSAGE,
    started_by: Side | str = Side.CLIENT,
    participant: Participant | None = None,
    minutes: int | None = None,
    words: str = "",
) -> Contact:
    """A contact between two sessions. `at` is an aware moment, not in the future."""
    with audit.change(by=by, action="contact.added") as line:
        there = take(by, episode)
        values = _checked_contact(
            there,
            {
                "at": at,
                "kind": kind,
                "started_by": started_by,
                "participant": participant,
                "minutes": minutes,
                "words": words,
            },
        )
        contact = make(Contact, episode=there, **values)
        line.about(contact)
        return contact


def change_contact(
    contact: Contact, *, by: Member, expected_version: int, **fields: Any
) -> Contact:
    """Correct a contact."""
    with audit.change(by=by, action="contact.changed") as line:
        there = take(by, contact, expected_version)
        values = _checked_contact(there.episode, only(fields, _CONTACT_FIELDS))
        line.about(there, fields=put(there, **values))
        return there


def delete_contact(contact: Contact, *, by: Member) -> None:
    """Take back a contact noted by mistake."""
    _delete(contact, by, "contact.deleted")


def _checked_contact(episode: Episode, values: dict[str, Any]) -> dict[str, Any]:
    at, participant = values.get("at"), values.get("participant")
    if at is not None and at > clock.now():
        raise OutOfRange("a contact that has not been yet", where="at", expected="now or earlier")
    if participant is not None and participant.episode_id != episode.pk:
        raise BadInput("somebody who is not part of this care", where="participant")
    if values.get("started_by") == Side.OBSERVER:
        raise OutOfRange("who began it", where="started_by", expected="therapist or client")
    return values


# --- notes that belong to the record


def write_record_note(
    episode: Episode, *, by: Member, words: str, session: Session | None = None
) -> RecordNote:
    """A note of the record: what happened and what was done."""
    with audit.change(by=by, action="record_note.written") as line:
        there = take(by, episode)
        _check_session(there, session)
        note = make(RecordNote, episode=there, session=session, words=_written(words))
        line.about(note)
        return note


def _check_session(episode: Episode | None, session: Session | None) -> None:
    if session is not None and (episode is None or session.episode_id != episode.pk):
        raise BadInput("a session of another course of care", where="session")


def change_record_note(
    note: RecordNote, *, by: Member, expected_version: int, words: str
) -> RecordNote:
    """Correct a note of the record."""
    with audit.change(by=by, action="record_note.changed") as line:
        there = take(by, note, expected_version)
        line.about(there, fields=put(there, words=_written(words)))
        return there


def delete_record_note(note: RecordNote, *, by: Member) -> None:
    """Take back a note written by mistake."""
    _delete(note, by, "record_note.deleted")


# --- notes for the writer alone: their audit lines name neither the note nor what it is about


def write_private_note(
    *,
    by: Member,
    words: str,
    expires_on: date,
    episode: Episode | None = None,
    session: Session | None = None,
) -> PrivateNote:
    """A note for yourself alone, sealed with your own key; it goes on the day you name."""
    with audit.change(by=by, action="private_note.written"):
        require(by, Right.WRITE_PRIVATELY)
        if session is not None and episode is None:
            episode = session.episode
        there = find(by, Episode, episode.pk) if episode else None
        _check_session(there, session)
        return make(
            PrivateNote,
            member=by,
            episode=there,
            session=session,
            words=_written(words),
            expires_on=_checked_expiry(expires_on),
        )


def _checked_expiry(expires_on: date) -> date:
    if not 0 < (expires_on - today_here()).days <= LONGEST_PRIVATE_DAYS:
        raise OutOfRange(
            "a last day that does not fit",
            where="expires_on",
            expected=f"after today, within {LONGEST_PRIVATE_DAYS} days",
        )
    return expires_on


def change_private_note(
    note: PrivateNote, *, by: Member, expected_version: int, words: str, expires_on: date
) -> PrivateNote:
    """Other words, or another last day."""
    with audit.change(by=by, action="private_note.changed"):
        there = take(by, note, expected_version)
        put(there, words=_written(words), expires_on=_checked_expiry(expires_on))
        return there


def delete_private_note(note: PrivateNote, *, by: Member) -> None:
    """Delete it now, before its day."""
    with audit.change(by=by, action="private_note.deleted"):
        remove(take(by, note))


def forget_expired_private_notes(*, now: datetime) -> int:
    """Delete the private notes whose last day has gone by and that may go; how many there were."""
    practice = the_practice()
    today = now.astimezone(zone_of(practice)).date() if practice else now.date()
    expired = free(PrivateNote.objects.filter(expires_on__lt=today))
    if not expired.exists():
        return 0
    with audit.change(by=None, action="private_notes.forgotten"):
        return remove_all(expired)
