"""Weighing: thought over in private, gone on a day chosen beforehand, or put in the record.

While a weighing is private its lines in the log name neither it nor what it is about, and no
version of it is kept. In the record it is sealed with the key of the course of care, every
version is kept, and the log holds who, when and the hash of what was written. That shows later
whether a version was changed; it is no qualified signature.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, datetime, timedelta

from lacrima.errors import BadInput, NotAllowed, OutOfRange
from lacrima.practice.changing import check_version, make, put, take
from lacrima.practice.notes import LONGEST_PRIVATE_DAYS, today_here
from lacrima.practice.people import the_practice, zone_of
from lacrima.practice.removing import free, remove, remove_all
from lacrima.practice.weighing_facts import known_facts
from lacrima.practice.weighing_thinking import (
    Thinking,
    canonical,
    facts_to_dict,
    hash_of,
    thinking_of,
)
from lacrima.records import audit, clock
from lacrima.records.access import Right, find, require
from lacrima.records.models import (
    Episode,
    Member,
    Moment,
    Session,
    Weighing,
    WeighingTime,
    WeighingVersion,
)

__all__ = [
    "USUAL_DAYS",
    "begin_beforehand",
    "begin_weighing",
    "delete_weighing",
    "forget_expired_weighings",
    "is_untouched",
    "keep_weighing_until",
    "record_weighing",
    "write_weighing",
]

VERSION_SCHEMA = "lacrima.weighing-version/1"
# Long enough for supervision and a second look, short enough not to pile up; she may say another.
USUAL_DAYS = 90
SALT_BYTES = 16


def usual_expiry() -> date:
    """The day that is offered."""
    return today_here() + timedelta(days=USUAL_DAYS)


def begin_weighing(moment: Moment, *, by: Member, expires_on: date) -> Weighing:
    """Begin to weigh one moment, for yourself alone, until a day that is chosen first."""
    with audit.change(by=by, action="weighing.begun"):
        require(by, Right.WRITE_PRIVATELY)
        there = find(by, Moment, moment.pk, "session")
        return make(
            Weighing,
            member=by,
            episode_id=there.session.episode_id,
            session_id=there.session_id,
            moment=there,
            expires_on=_checked(expires_on),
        )


def begin_beforehand(
    episode: Episode, *, by: Member, expires_on: date, session: Session | None = None
) -> Weighing:
    """Begin to think ahead of a session in which tears are likely."""
    with audit.change(by=by, action="weighing.begun"):
        require(by, Right.WRITE_PRIVATELY)
        there = find(by, Episode, episode.pk)
        if session is not None and session.episode_id != there.pk:
            raise BadInput("a session of another course of care", where="session")
        return make(
            Weighing,
            member=by,
            episode=there,
            session=session,
            time=WeighingTime.BEFOREHAND,
            expires_on=_checked(expires_on),
        )


def _checked(expires_on: date) -> date:
    if not 0 < (expires_on - today_here()).days <= LONGEST_PRIVATE_DAYS:
        raise OutOfRange(
            "a last day that does not fit",
            where="expires_on",
            expected=f"after today, within {LONGEST_PRIVATE_DAYS} days",
        )
    return expires_on


def write_weighing(
    weighing: Weighing, *, by: Member, expected_version: int, thinking: Thinking
) -> Weighing:
    """What is thought now. In the record it is a further version; nothing new makes none."""
    if weighing.recorded_at is None:
        with audit.change(by=by, action="weighing.changed"):
            there = _take_hers(weighing, by, expected_version, is_recorded=False)
            put(there, thinking=thinking.to_text())
            return there
    with audit.change(by=by, action="weighing.revised") as line:
        there = _take_hers(weighing, by, expected_version, is_recorded=True)
        before = replace(thinking_of(there.thinking), known={})
        if replace(thinking, known={}).to_text() == before.to_text():
            line.about(there, changed=False)
            return there
        kept = _with_what_is_known(there, thinking)
        put(there, thinking=kept.to_text())
        line.about(there, **_add_version(there, by, kept))
        return there


def keep_weighing_until(
    weighing: Weighing, *, by: Member, expected_version: int, expires_on: date
) -> Weighing:
    """Another last day for a private weighing."""
    with audit.change(by=by, action="weighing.changed"):
        there = _take_hers(weighing, by, expected_version, is_recorded=False)
        put(there, expires_on=_checked(expires_on))
        return there


def record_weighing(weighing: Weighing, *, by: Member, expected_version: int) -> Weighing:
    """Put it in the record: it stays with the course of care, and from now on versions are kept."""
    with audit.change(by=by, action="weighing.recorded") as line:
        there = _take_hers(weighing, by, expected_version, is_recorded=False)
        require(by, Right.WRITE_CARE)
        find(by, Episode, there.episode_id)
        thinking = thinking_of(there.thinking)
        if thinking.is_empty:
            raise BadInput("nothing was written", where="weighing", expected="a few words")
        kept = _with_what_is_known(there, thinking)
        put(there, recorded_at=clock.now(), expires_on=None)
        there.thinking = kept.to_text()
        there.save(update_fields=["thinking"])  # sealed anew, with the key of the course of care
        line.about(there, **_add_version(there, by, kept))
        return there


def _with_what_is_known(weighing: Weighing, thinking: Thinking) -> Thinking:
    """With what the record says now: later it may say something else."""
    return replace(thinking, known=facts_to_dict(known_facts(weighing)))


def _add_version(weighing: Weighing, by: Member, thinking: Thinking) -> dict[str, object]:
    """Keep this as the latest version; number and hash, for the line of the log.

    The salt is in the text alone: from a hash in the log nobody can guess what was answered,
    once the text itself is erased.
    """
    number = weighing.versions.count() + 1
    text = canonical({
        "schema": VERSION_SCHEMA,
        "weighing": weighing.pk.hex,
        "number": number,
        "by": by.pk.hex,
        "at": clock.now().isoformat(),
        "salt": secrets.token_hex(SALT_BYTES),
        "thinking": thinking.to_dict(),
    })  # fmt: skip
    content_hash = hash_of(text)
    make(
        WeighingVersion,
        weighing=weighing,
        number=number,
        by=by,
        thinking=text,
        content_hash=content_hash,
    )
    return {"number": number, "content_hash": content_hash}


def is_untouched(version: WeighingVersion) -> bool:
    """Does this version still say what its hash says?"""
    return hash_of(version.thinking) == version.content_hash


def delete_weighing(weighing: Weighing, *, by: Member) -> None:
    """Delete a private weighing before its day. What is in the record goes only with the record."""
    with audit.change(by=by, action="weighing.deleted"):
        there = take(by, weighing)
        _check_is_hers(there, by)
        if there.recorded_at is not None:
            raise BadInput(
                "this weighing is in the record",
                next_step="Write a further version. It goes only with the course of care.",
            )
        remove(there)


def _take_hers(
    weighing: Weighing, by: Member, expected_version: int, *, is_recorded: bool
) -> Weighing:
    there = take(by, weighing)
    _check_is_hers(there, by)
    check_version(there, expected_version)
    if (there.recorded_at is not None) is not is_recorded:
        raise BadInput(
            "this weighing is in the record" if not is_recorded else "this weighing is private",
            next_step="Open it once more.",
        )
    if is_recorded:
        require(by, Right.WRITE_CARE)
        find(by, Episode, there.episode_id)
    return there


def _check_is_hers(weighing: Weighing, by: Member) -> None:
    if weighing.member_id != by.pk:
        raise NotAllowed(
            "this is the weighing of another therapist",
            next_step="Weigh the moment yourself, beside hers.",
        )


def forget_expired_weighings(*, now: datetime) -> int:
    """Delete the private weighings whose last day has gone by and that may go; how many."""
    practice = the_practice()
    today = now.astimezone(zone_of(practice)).date() if practice else now.date()
    expired = free(Weighing.objects.filter(recorded_at=None, expires_on__lt=today))
    how_many = expired.count()
    if how_many:
        with audit.change(by=None, action="weighings.forgotten"):
            remove_all(expired)
    return how_many
