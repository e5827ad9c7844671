"""Showing something for supervision: what can be shown, what was chosen, and the share itself.

What is shown is put together once, as the reader will see it, and kept so: nothing is looked up
for her later, and nothing that was not ticked is in it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lacrima.errors import BadInput, EditConflict, NotFound, OutOfRange
from lacrima.formats.share_file import Shown
from lacrima.practice import people
from lacrima.practice.changing import make
from lacrima.practice.consents import active_consents, give_consent
from lacrima.practice.notes import today_here
from lacrima.practice.pages_parts import joined
from lacrima.practice.share_parts import Part, moment_parts, weighing_parts
from lacrima.practice.share_words import Called, CalledBy
from lacrima.practice.weighing_facts import moment_of
from lacrima.practice.weighing_thinking import hash_of, thinking_of
from lacrima.records import audit
from lacrima.records.access import Right, find, may, require, visible
from lacrima.records.models import (
    Client,
    Colleague,
    Episode,
    Member,
    Moment,
    Participant,
    Purpose,
    Share,
    SharePurpose,
    SupervisionGroup,
    Weighing,
)
from lacrima.records.purposes import agreed

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
    """Somebody who can be shown something: here, a group here, or outside by a sealed file."""

    key: str
    name: str
    is_here: bool
    of_group: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """What can be shown, and to whom."""

    parts: tuple[Part, ...]
    readers: tuple[Reader, ...]
    has_clients: bool
    has_names: bool
    is_agreed: bool  # everybody who comes agreed that her own words may be shown

    def of_client(self) -> frozenset[str]:
        """The parts that need the client's agreement."""
        return frozenset(part.id for part in self.parts if part.is_of_client)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What was chosen. `agreed_on`: the day on which the client agreed, as the therapist says."""

    readers: frozenset[str]
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
        is_agreed=bool(clients) and not _missing({one.pk for one in clients}),
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
    groups = [
        Reader(f"group:{one.pk.hex}", one.name, is_here=True, of_group=names)
        for one in visible(by, SupervisionGroup).prefetch_related("people")
        if (names := tuple(person.name for person in others_of(one, by)))
    ]
    outside = [
        Reader(f"colleague:{one.pk.hex}", one.name, is_here=False) for one in visible(by, Colleague)
    ]
    return [*groups, *here, *outside]


def others_of(group: SupervisionGroup, by: Member) -> list[Member]:
    """Who of a group reads what she shows it: everybody but herself who works here."""
    return [
        one for one in group.people.all() if one.pk != by.pk and may(one, Right.WRITE_PRIVATELY)
    ]


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
        agreed=_agreed(choice, _whose(subject, ticked)),
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


def _whose(subject: Subject, parts: Iterable[Part]) -> frozenset[uuid.UUID]:
    """Whose own words, answers or what was agreed with them these parts hold."""
    said = [part.client for part in parts if part.is_of_client]
    everybody = [seat.client_id for seat in _seats(subject) if seat.client_id]
    named = [one for one in said if one is not None]
    return frozenset(named if len(named) == len(said) else [*named, *everybody])


def _missing(clients: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Which of them have no agreement to supervision that stands."""
    return frozenset(clients) - agreed(Purpose.SUPERVISION, clients)


def _agreed(choice: Choice, clients: frozenset[uuid.UUID]) -> str:
    if not clients:
        return ""
    if _missing(clients) and (choice.agreed_on is None or choice.agreed_on > today_here()):
        raise BadInput(
            "what a client said or answered is shown only when the client agreed",
            where="agreed_on",
            expected="the day on which the client agreed, not after today",
            next_step="Give the day, or leave those parts out.",
        )
    days = {one.given_on for one in active_consents(clients, Purpose.SUPERVISION)}
    if _missing(clients) and choice.agreed_on is not None:
        days.add(choice.agreed_on)
    said = joined([date_format(day, "DAY_MONTH_YEAR") for day in sorted(days)])
    return _("The client agreed to this on %(day)s, as the therapist states.") % {"day": said}


def check(by: Member, choice: Choice) -> None:
    """Refuse a reader, a purpose or a last day that does not fit, before it is looked at."""
    _whom(by, choice.readers)
    _purpose(choice.purpose)
    _checked_expiry(choice.expires_on)


def mark_of(shown: Shown) -> str:
    """The mark of exactly this; what was looked at and what is sent have the same."""
    return hash_of(shown.to_text())


def share(by: Member, subject: Subject, choice: Choice, *, seen: str) -> Share:
    """Show it. `seen` is the mark of what was looked at before.

    Raises EditConflict when what would be sent is not what was looked at, BadInput, OutOfRange.
    """
    whose = _whose(subject, _ticked(by, subject, choice))
    action = "share.clients_words_shown" if whose else "share.made"
    with audit.change(by=by, action=action) as line:
        require(by, Right.WRITE_PRIVATELY)
        line.of(whose)
        episode, whom = _episode(by, subject), _whom(by, choice.readers)
        shown = compose(by, subject, choice)
        if mark_of(shown) != seen:
            raise EditConflict(
                "this has changed since you looked at it",
                next_step="Look at it once more before it is shown.",
            )
        for client in Client.objects.filter(pk__in=_missing(whose)):
            give_consent(client, by=by, purpose=Purpose.SUPERVISION, given_on=choice.agreed_on)
        row = make(
            Share,
            by=by,
            episode=episode,
            moment=subject.moment,
            purpose=_purpose(choice.purpose),
            content=shown.to_text(),
            expires_on=_checked_expiry(choice.expires_on),
            group=whom.group,
            to_colleague=whom.colleague,
            file_id=uuid.uuid4().hex if whom.colleague else "",
        )
        row.readers.set(whom.people)
        line.about(row, **_details(by, subject, choice, row))
        return row


def _ticked(by: Member, subject: Subject, choice: Choice) -> list[Part]:
    return [part for part in look(by, subject, choice.called).parts if part.id in choice.parts]


def _episode(by: Member, subject: Subject) -> Episode | None:
    return find(by, Episode, subject.episode_id) if subject.episode_id else None


def _details(by: Member, subject: Subject, choice: Choice, row: Share) -> dict[str, object]:
    groups = {part.group for part in look(by, subject).parts if part.id in choice.parts}
    if choice.question.strip():
        groups.add("question")
    return {
        "purpose": row.purpose,
        "parts": sorted(groups),
        "to": "colleague" if row.to_colleague_id else "member",
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


@dataclass(frozen=True)
class _Whom:
    """Who reads it: people here (perhaps chosen as a group), or one colleague outside."""

    people: tuple[Member, ...] = ()
    group: SupervisionGroup | None = None
    colleague: Colleague | None = None


def _whom(by: Member, keys: frozenset[str]) -> _Whom:
    offered = {one.key for one in readers(by)}
    if not keys or keys - offered:
        raise BadInput("nobody you can show this to", where="readers", expected="some of the list")
    by_kind: dict[str, list[str]] = {}
    for key in keys:
        kind, _colon, name = key.partition(":")
        by_kind.setdefault(kind, []).append(name)
    if "colleague" in by_kind:
        return _outside(by, by_kind)
    groups = [find(by, SupervisionGroup, name) for name in by_kind.get("group", ())]
    people_here = {one.pk: one for group in groups for one in others_of(group, by)}
    named = [people.member(name) for name in by_kind.get("member", ())]
    people_here |= {one.pk: one for one in named}
    only_group = groups[0] if len(groups) == 1 and "member" not in by_kind else None
    return _Whom(people=tuple(people_here.values()), group=only_group)


def _outside(by: Member, by_kind: Mapping[str, list[str]]) -> _Whom:
    """A sealed file has one reader: several could not be told apart when they answer."""
    if len(by_kind) > 1 or len(by_kind["colleague"]) > 1:
        raise BadInput(
            "a sealed file for several readers",
            where="readers",
            expected="one colleague outside, or people here",
            next_step="Show it to each colleague outside on its own.",
        )
    return _Whom(colleague=find(by, Colleague, uuid.UUID(by_kind["colleague"][0])))


def usual_expiry() -> date:
    """The last day that is offered."""
    return today_here() + timedelta(days=USUAL_DAYS)
