"""What a letter says, part by part, and how each part is kept: as if it was said at the door."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lacrima import strict_json
from lacrima.errors import BadLetter, OutOfRange
from lacrima.practice import door_own, door_release, receipts
from lacrima.practice.door_answering import FORM, Word, keep
from lacrima.practice.door_reminders import id_to_come
from lacrima.practice.door_visits import DoorWay
from lacrima.practice.drop_box_brief import version_of
from lacrima.practice.removing import remove
from lacrima.records import audit, clock
from lacrima.records.models import (
    DoorAnswer,
    DropBoxInvitation,
    DropBoxLetter,
    LetterState,
    Participant,
    Release,
    Session,
)

MOST_PARTS = 40
CLOCK_MAY_DIFFER = timedelta(minutes=10)
TOLD = frozenset({"asked", "first", "second", "statement"})
_SETTLES = frozenset({"agree", "evening", "pause", "go_on", "stop"})
_SITTING = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Written:
    """A letter as it was opened: checked in its form, not yet in what it says."""

    sitting: str
    sequence: int
    written_at: datetime
    parts: tuple[Mapping[str, Any], ...]


def written(content: bytes) -> Written:
    """The letter of these bytes. Raises BadLetter for anything that no page writes."""
    try:
        told = strict_json.read(content)
        found = Written(
            sitting=told["sitting"],
            sequence=told["sequence"],
            written_at=time_of(told["written_at"]),
            parts=tuple(told["parts"]),
        )
        is_whole = (
            told["v"] == 1
            and _SITTING.fullmatch(found.sitting)
            and type(found.sequence) is int
            and len(found.parts) <= MOST_PARTS
            and all(_is_part(one) for one in found.parts)
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        is_whole = None
    if not is_whole:
        raise BadLetter("it does not say what a letter may say", where="letter")
    return found


def _is_part(told: Any) -> bool:
    kinds = TOLD | _SETTLES | {FORM, "take_back"}
    return isinstance(told, dict) and told.get("kind") in kinds and bool(time_of(told["at"]))


def time_of(said: Any) -> datetime:
    """A time as the format writes it. Raises ValueError for anything else."""
    at = datetime.fromisoformat(str(said))
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC)


@dataclass(frozen=True)
class Clocks:
    """When things were written, where the phone's own clock may be off by hours or years."""

    since: datetime
    stored_at: datetime
    now: datetime
    phone: datetime

    @property
    def is_off(self) -> bool:
        """Does the phone's clock say what cannot be: before the link was made, or after now?"""
        early = self.since - timedelta(days=1)
        return not early <= self.phone <= self.now + CLOCK_MAY_DIFFER

    @property
    def written_at(self) -> datetime:
        """The best that is known: the phone's time, else the relay's, else now."""
        if not self.is_off:
            return min(self.phone, self.now)
        return self.stored_at if self.since <= self.stored_at <= self.now else self.now

    def of(self, said: datetime) -> datetime:
        """The time of one part, moved as the letter's own time was."""
        moved = said + (self.written_at - self.phone)
        return moved if self.since - timedelta(days=1) <= moved <= self.now else self.written_at


def keep_part(row: DropBoxInvitation, letter: Written, place: int, clocks: Clocks) -> bool:
    """Keep one part, once for its place in its sitting; was it left out as taken back?"""
    part = letter.parts[place]
    if part["kind"] in TOLD and _is_taken_back(row, letter, place):
        return True
    key = f"{letter.sitting}-{place}"
    if part["kind"] == "take_back":
        receipts.once(key, by=None, do=lambda: _taken_back(row, letter, place))
    elif part["kind"] in _SETTLES:
        receipts.once(key, by=None, do=lambda: _settled(row, part))
    elif part["kind"] == "statement":
        receipts.once(key, by=None, do=lambda: _stated(row, part, letter))
    else:
        _tell(row.participant, part, key, clocks.of(time_of(part["at"])), letter.sitting)
    return False


def _tell(
    seat: Participant, part: Mapping[str, Any], key: str, given_at: datetime, sitting: str
) -> None:
    word = Word(
        key=key,
        participant_id=seat.pk,
        kind=part["kind"],
        way=DoorWay.DROP_BOX,
        given_at=given_at,
        values=_values(part),
        sitting=sitting,
    )
    if part["kind"] == FORM:
        keep(replace(word, slug=_checked_form(part)))
        return
    release, sealed = Release(str(part.get("release", ""))), str(part.get("sealed", ""))
    keep(replace(word, session_id=_session(seat, part), release=release, sealed=sealed))


def _values(part: Mapping[str, Any]) -> Mapping[str, Any]:
    values = part.get("values", {})
    if not isinstance(values, dict):
        raise BadLetter("it does not say what a letter may say", where="values")
    return values


def _checked_form(part: Mapping[str, Any]) -> str:
    """The questionnaire of a part; BadLetter where it was asked in another version than ours."""
    slug = str(part.get("slug"))
    if part.get("version") != version_of(slug):
        raise BadLetter(
            "a questionnaire in another version than the one that is here",
            where="version",
            next_step="Put that version in its place, and let the letter be tried again.",
        )
    return slug


def _session(seat: Participant, part: Mapping[str, Any]) -> uuid.UUID:
    """Which session is meant, by its id, or by its time where it had not made itself yet."""
    try:
        said = uuid.UUID(hex=str(part["session"]))
    except (KeyError, ValueError):
        raise BadLetter("it does not say which session", where="session") from None
    rows = Session.objects.filter(episode=seat.episode_id)
    if rows.filter(pk=said).exists():
        return said
    told = rows.exclude(start=None).values_list("pk", "start")
    by_time = {id_to_come(seat.pk, start): key for key, start in told if start}
    return by_time.get(said, said)


def _settled(row: DropBoxInvitation, part: Mapping[str, Any]) -> str:
    who, kind = row.participant_id, part["kind"]
    if kind == "agree":
        door_own.agree(who)
    elif kind == "evening":
        door_own.settle(who, evening_hour=_hour(part.get("hour")))
    elif kind == "pause":
        _pause(who, part)
    elif kind == "go_on":
        door_own.go_on(who)
    else:
        door_own.stop(who)
    return ""


def _hour(said: Any) -> int:
    if type(said) is not int or not 0 <= said <= 23:
        raise OutOfRange("an hour", where="hour", expected="0 to 23")
    return said


def _pause(who: uuid.UUID, part: Mapping[str, Any]) -> None:
    try:
        until = date.fromisoformat(str(part["until"]))
    except (KeyError, ValueError):
        raise BadLetter("it does not say until when", where="until") from None
    if until >= clock.now().date():  # a pause that is over needs no keeping
        door_own.pause(who, until=until)


def _stated(row: DropBoxInvitation, part: Mapping[str, Any], letter: Written) -> str:
    words = str(_values(part).get("words", ""))
    door_own.add_statement(row.participant_id, words, DoorWay.DROP_BOX, sitting=letter.sitting)
    return ""


def _is_taken_back(row: DropBoxInvitation, letter: Written, place: int) -> bool:
    """Was this told before its sitting was taken back? What was written anew after it is kept.

    In the sitting itself its place tells; from another one, which may be another phone, its time.
    """
    until = row.taken_back.get(letter.sitting)
    if until is None:
        return False
    if isinstance(until, int):
        return place < until
    return time_of(letter.parts[place]["at"]) <= time_of(until)


def _taken_back(row: DropBoxInvitation, letter: Written, place: int) -> str:
    part = letter.parts[place]
    sitting = str(part.get("sitting"))
    if _SITTING.fullmatch(sitting) is None:
        raise BadLetter("it does not say what is taken back", where="sitting")
    take_back(row, sitting, until=place if sitting == letter.sitting else str(part["at"]))
    return ""


def take_back(row: DropBoxInvitation, sitting: str, *, until: int | str) -> None:
    """All that was told in that sitting goes; letters of it that come late are not kept.

    Questionnaires are part of the record, as at the door. `until`: up to this place in the
    sitting, or this time.
    """
    with audit.change(by=None, action="door.taken_back") as line:
        line.about(row)
        held = DropBoxInvitation.objects.select_for_update().get(pk=row.pk)
        held.taken_back = {**held.taken_back, sitting: until}
        held.save(update_fields=["taken_back"])
        answers = DoorAnswer.objects.filter(participant=row.participant_id, sitting=sitting)
        for one in answers.select_related("participant__episode", "voice__moment"):
            door_release.take_voice_back(one)
            remove(one)
        kept = DropBoxLetter.objects.filter(sitting=sitting, state=LetterState.KEPT)
        kept.update(state=LetterState.TAKEN_BACK)
    row.taken_back = held.taken_back
