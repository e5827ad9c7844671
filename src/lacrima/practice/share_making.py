"""Showing something for supervision: what can be shown, what was chosen, and the share itself.

What is shown is put together once, as the reader will see it, and kept so: nothing is looked up
for her later, and nothing that was not ticked is in it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lacrima.errors import BadInput, EditConflict, NotFound, OutOfRange
from lacrima.formats.share_file import Shown
from lacrima.practice import people
from lacrima.practice.changing import make
from lacrima.practice.notes import today_here
from lacrima.practice.share_parts import Part, moment_parts, weighing_parts
from lacrima.practice.share_words import Called, CalledBy
from lacrima.practice.weighing_facts import moment_of
from lacrima.practice.weighing_thinking import hash_of, thinking_of
from lacrima.records import audit
from lacrima.records.access import Right, find, may, require, visible
from lacrima.records.models import (
    Colleague,
    Episode,
    Member,
    Moment,
    Participant,
    Share,
    SharePurpose,
    Weighing,
)

USUAL_DAYS = 30
LONGEST_DAYS = 366
LONGEST_QUESTION = 20_000


@dataclass(frozen=True)
class Subject:
    """What is shown: a moment, a weighing, or (neither) a question alone."""

    moment: Moment | None = None
    weighing: Weighing | None = None

    @property
    def episode_id(self) -> uuid.UUID | None:
        """The course of care that it belongs to."""
        if self.weighing is not None:
            return self.weighing.episode_id
        return self.moment.session.episode_id if self.moment else None


@dataclass(frozen=True)
class Reader:
    """Somebody who can be shown something: here, or outside by a sealed file."""

    key: str
    name: str
    is_here: bool


@dataclass(frozen=True)
class Look:
    """What can be shown, and to whom."""

    parts: tuple[Part, ...]
    readers: tuple[Reader, ...]
    has_clients: bool
    has_names: bool

    def of_client(self) -> frozenset[str]:
        """The parts that need the client's agreement."""
        return frozenset(part.id for part in self.parts if part.is_of_client)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What was chosen. `agreed_on`: the day on which the client agreed, as the therapist says."""

    reader: str
    purpose: SharePurpose | str
    expires_on: date
    parts: frozenset[str] = frozenset()
    called: CalledBy = CalledBy.CODE
    question: str = ""
    agreed_on: date | None = None


def subject_of(
    by: Member, *, moment: uuid.UUID | None = None, weighing: uuid.UUID | None = None
) -> Subject:
    """What is to be shown, if it is hers to show. Raises NotFound."""
    if weighing is not None:
        row = find(by, Weighing, weighing, "episode", "session")
        if row.member_id != by.pk:
            raise NotFound("there is nothing here for you", next_step="Go back to Today.")
        return Subject(moment_of(row), row)
    if moment is None:
        return Subject()
    found = find(by, Moment, moment)
    told = "voices__expressions__participant"
    rows = Moment.objects.filter(pk=found.pk).select_related("session__episode")
    people_too = (f"{told}__client", f"{told}__member", "voices__participant__client")
    return Subject(rows.prefetch_related(*people_too, "voices__spoken_session").get())


def look(by: Member, subject: Subject, called: CalledBy = CalledBy.CODE) -> Look:
    """All that could be shown, as it would be read, and the people it could be shown to."""
    seats = _seats(subject)
    clients = [seat.client for seat in seats if seat.client]
    return Look(
        parts=tuple(_parts(by, subject, called, seats)),
        readers=tuple(readers(by)),
        has_clients=bool(clients),
        has_names=any(one.name for one in clients),
    )


def _seats(subject: Subject) -> list[Participant]:
    if subject.episode_id is None:
        return []
    rows = Participant.objects.filter(episode=subject.episode_id)
    return list(rows.select_related("client", "member").order_by("created_at"))


def _parts(by: Member, subject: Subject, called: CalledBy, seats: list[Participant]) -> list[Part]:
    names = Called(_practice(), by, seats, called)
    of_weighing = []
    if subject.weighing is not None:
        of_weighing = list(weighing_parts(thinking_of(subject.weighing.thinking)))
    of_moment = moment_parts(subject.moment, by, names) if subject.moment else []
    return [part for part in (*of_weighing, *of_moment) if not part.is_empty]


def _practice() -> people.Practice:
    practice = people.the_practice()
    if practice is None:
        raise NotFound("no practice yet", next_step="Begin with the first page.")
    return practice


def readers(by: Member) -> list[Reader]:
    """Whom she could show something: who works here and may read it, and her colleagues outside."""
    here = [
        Reader(f"member:{one.pk.hex}", one.name, is_here=True)
        for one in people.members()
        if one.pk != by.pk and may(one, Right.WRITE_PRIVATELY)
    ]
    here.sort(key=lambda one: one.name)
    outside = [
        Reader(f"colleague:{one.pk.hex}", one.name, is_here=False) for one in visible(by, Colleague)
    ]
    return [*here, *outside]


def compose(by: Member, subject: Subject, choice: Choice) -> Shown:
    """What the reader would see: exactly what was ticked. Raises BadInput, OutOfRange."""
    seen = look(by, subject, choice.called)
    ticked = [part for part in seen.parts if part.id in choice.parts]
    question = choice.question.strip()
    if len(ticked) != len(choice.parts):
        raise EditConflict(
            "what can be shown has changed since you looked",
            where="parts",
            next_step="Open the page once more and tick what is to be seen.",
        )
    if not ticked and not question:
        raise BadInput("nothing is shown yet", where="parts", expected="a part, or a question")
    return Shown(
        about=_about(subject, choice.called, by),
        question=_checked_question(question),
        agreed=_agreed(choice, any(part.is_of_client for part in ticked)),
        parts=tuple(part.shown for part in ticked),
        is_simulated=_practice().is_simulated,
    )


def _checked_question(question: str) -> str:
    if len(question) > LONGEST_QUESTION:
        raise OutOfRange(
            "a text that is too long", where="question", expected=f"at most {LONGEST_QUESTION}"
        )
    return question


def _about(subject: Subject, called: CalledBy, by: Member) -> str:
    seats = _seats(subject)
    names = Called(_practice(), by, seats, called)
    who = ", ".join(names.name(seat) for seat in seats if seat.client_id)
    if subject.weighing is not None:
        return _("A weighing: %(who)s") % {"who": who}
    if subject.moment is not None:
        return _("A moment: %(who)s") % {"who": who}
    return _("A question")


def _agreed(choice: Choice, is_needed: bool) -> str:
    if not is_needed:
        return ""
    if choice.agreed_on is None or choice.agreed_on > today_here():
        raise BadInput(
            "what a client said or answered is shown only when the client agreed",
            where="agreed_on",
            expected="the day on which the client agreed, not after today",
            next_step="Give the day, or leave those parts out.",
        )
    day = date_format(choice.agreed_on, "j F Y")
    return _("The client agreed to this on %(day)s, as the therapist states.") % {"day": day}


def check(by: Member, choice: Choice) -> None:
    """Refuse a reader, a purpose or a last day that does not fit, before it is looked at."""
    _reader_fields(by, choice.reader)
    _purpose(choice.purpose)
    _checked_expiry(choice.expires_on)


def mark_of(shown: Shown) -> str:
    """The mark of exactly this; what was looked at and what is sent have the same."""
    return hash_of(shown.to_text())


def share(by: Member, subject: Subject, choice: Choice, *, seen: str) -> Share:
    """Show it. `seen` is the mark of what was looked at before.

    Raises EditConflict when what would be sent is not what was looked at, BadInput, OutOfRange.
    """
    with audit.change(by=by, action="share.made") as line:
        require(by, Right.WRITE_PRIVATELY)
        episode = _episode(by, subject)
        shown = compose(by, subject, choice)
        if mark_of(shown) != seen:
            raise EditConflict(
                "this has changed since you looked at it",
                next_step="Look at it once more before it is shown.",
            )
        row = make(
            Share,
            by=by,
            episode=episode,
            moment=subject.moment,
            purpose=_purpose(choice.purpose),
            content=shown.to_text(),
            expires_on=_checked_expiry(choice.expires_on),
            **_reader_fields(by, choice.reader),
        )
        line.about(row, **_details(by, subject, choice, row))
        return row


def _episode(by: Member, subject: Subject) -> Episode | None:
    return find(by, Episode, subject.episode_id) if subject.episode_id else None


def _details(by: Member, subject: Subject, choice: Choice, row: Share) -> dict[str, object]:
    groups = {part.group for part in look(by, subject).parts if part.id in choice.parts}
    if choice.question.strip():
        groups.add("question")
    return {
        "purpose": row.purpose,
        "parts": sorted(groups),
        "to": "member" if row.to_member_id else "colleague",
    }


def _purpose(value: SharePurpose | str) -> str:
    if value not in SharePurpose.values:
        raise OutOfRange("not a purpose", where="purpose", expected=", ".join(SharePurpose.values))
    return str(SharePurpose(value))


def _checked_expiry(expires_on: date) -> date:
    if not 0 < (expires_on - today_here()).days <= LONGEST_DAYS:
        raise OutOfRange(
            "a last day that does not fit",
            where="expires_on",
            expected=f"after today, within {LONGEST_DAYS} days",
        )
    return expires_on


def _reader_fields(by: Member, key: str) -> Mapping[str, object]:
    if key not in {one.key for one in readers(by)}:
        raise BadInput("nobody you can show this to", where="reader", expected="one of the list")
    kind, _colon, name = key.partition(":")
    if kind == "member":
        return {"to_member": people.member(name)}
    return {"to_colleague": find(by, Colleague, uuid.UUID(name)), "file_id": uuid.uuid4().hex}


def usual_expiry() -> date:
    """The last day that is offered."""
    return today_here() + timedelta(days=USUAL_DAYS)
