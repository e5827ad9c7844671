"""The page of one course of care."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F, Model

from lacrima.errors import NotFound
from lacrima.practice.due import next_start
from lacrima.practice.finding import as_id
from lacrima.practice.pages_answered import Filled, answered_in
from lacrima.practice.pages_course import Course, course_of, sentence_of
from lacrima.practice.pages_expected import with_expected
from lacrima.practice.pages_moment_words import line_of, mark_of
from lacrima.practice.pages_parts import (
    LINE_FIELDS,
    AnswersLine,
    Lines,
    PersonView,
    RiskLine,
    Seeing,
    SessionLine,
    WorryLine,
    answers_line,
    person_view,
    risk_line,
    seeing,
    session_line,
    who_comes,
    worry_lines,
)
from lacrima.practice.pages_weighing_lists import WeighingLine, weighings_of
from lacrima.practice.risk import open_risk_rows
from lacrima.practice.words import WEEKDAYS, EpisodeKind, Modality, label
from lacrima.records import clock
from lacrima.records.access import find, visible
from lacrima.records.models import (
    Client,
    Contact,
    Episode,
    KeptInMind,
    Member,
    Moment,
    Participant,
    Practice,
    PrivateNote,
    RecordNote,
    RiskItem,
    Safeguarding,
    Session,
    Slot,
    Weighing,
)


@dataclass(frozen=True)
class SlotLine:
    """A recurring appointment on the page."""

    id: uuid.UUID
    weekday_label: str
    slot: Slot
    modality_label: str


@dataclass(frozen=True)
class MomentLine:
    """A moment in a list."""

    id: uuid.UUID
    session_id: uuid.UUID
    session_number: int | None
    words: str
    voices: int


@dataclass(frozen=True)
class ClientPage:
    """All that the page of one course of care shows.

    Sessions come newest first, answers newest first. Private notes are those of the person who
    looks, and nobody else's; so are weighings until they are put in the record.
    """

    episode: Episode
    who: str
    kind_label: str
    people: tuple[PersonView, ...]
    crisis_contacts: str
    risks: tuple[RiskLine, ...]
    worries: tuple[WorryLine, ...]
    closed_worries: tuple[Safeguarding, ...]
    stands_in_for: str
    sentences: tuple[str, ...]
    course: Course
    sessions: tuple[SessionLine, ...]
    next_session_local: datetime | None
    moments: tuple[MomentLine, ...]
    answers: Sequence[AnswersLine]
    slots: tuple[SlotLine, ...]
    kept_in_mind: tuple[KeptInMind, ...]
    let_go: tuple[KeptInMind, ...]
    contacts: tuple[Contact, ...]
    record_notes: tuple[RecordNote, ...]
    private_notes: tuple[PrivateNote, ...]
    weighings: tuple[WeighingLine, ...]
    not_logged: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing has happened here yet."""
        return not (self.sessions or self.answers)

    @property
    def clients(self) -> tuple[PersonView, ...]:
        """Those who come."""
        return tuple(person for person in self.people if person.is_client)


def client_page(
    by: Member, key: uuid.UUID | str, *, practice: Practice | None = None
) -> ClientPage:
    """The page of an episode, found by its own id or by the id of a client in it."""
    eyes, now = seeing(by, practice), clock.now()
    episode = _episode(by, as_id(key))
    everybody = list(episode.participants.select_related("client", "member").order_by("created_at"))
    people = tuple(person_view(row, eyes, with_reach=True) for row in everybody)
    who = who_comes(people)
    sessions = list(episode.sessions.only(*LINE_FIELDS).order_by())
    sessions.sort(key=_place, reverse=True)
    clients = {row.client.pk: row.client for row in everybody if row.client}
    answers = answered_in(episode, sessions=sessions, clients=clients)
    answers.sort(key=_answers_place, reverse=True)
    numbers = {row.pk: row.number for row in sessions}
    moments = _moments(episode, everybody, numbers)
    per_session = Counter(row.session_id for row in moments)
    told = {row.pk: line_of(row, eyes) for row in moments}
    marks = [
        mark_of(row, number, told[row.pk])
        for row in moments
        if (number := numbers.get(row.session_id)) is not None
    ]
    course = with_expected(course_of(sessions, answers, marks, eyes), episode.pk, eyes)
    has = kinds_in(episode)
    slots = list(episode.slots.all()) if Slot in has else []
    kept = list(episode.kept_in_mind.all()) if KeptInMind in has else []
    worries = list(episode.safeguarding.all()) if Safeguarding in has else []
    lines = tuple(
        session_line(row, eyes, who=who, moments=per_session[row.pk], now=now) for row in sessions
    )
    is_open = episode.ended_on is None
    return ClientPage(
        episode=episode,
        who=who,
        kind_label=str(label(EpisodeKind(episode.kind))),
        people=people,
        crisis_contacts=eyes.practice.crisis_contacts,
        risks=_risks(by, episode, eyes) if RiskItem in has else (),
        worries=worry_lines((row for row in worries if row.closed_at is None), eyes),
        closed_worries=tuple(row for row in worries if row.closed_at is not None),
        stands_in_for=_stands_in_for(by, everybody),
        sentences=_sentences(course, people),
        course=course,
        sessions=lines,
        next_session_local=eyes.local(next_start(slots, after=now, zone=eyes.zone))
        if is_open
        else None,
        moments=tuple(_moment_line(row, numbers, told[row.pk]) for row in moments),
        answers=Lines(answers, lambda row: answers_line(row, eyes)),
        slots=tuple(_slot_line(row) for row in slots),
        kept_in_mind=tuple(row for row in kept if row.let_go_on is None),
        let_go=tuple(row for row in kept if row.let_go_on is not None),
        contacts=tuple(episode.contacts.select_related("participant__client"))
        if Contact in has
        else (),
        record_notes=tuple(episode.record_notes.select_related("session"))
        if RecordNote in has
        else (),
        private_notes=tuple(visible(by, PrivateNote).filter(episode=episode))
        if PrivateNote in has
        else (),
        weighings=weighings_of(episode, eyes) if Weighing in has else (),
        not_logged=sum(line.next_step == "log" for line in lines),
    )


def _episode(by: Member, key: uuid.UUID) -> Episode:
    try:
        return find(by, Episode, key)
    except NotFound:
        if not visible(by, Client).filter(pk=key).exists():
            raise
        of_client = visible(by, Episode).filter(participants__client=key)
        found = of_client.order_by(F("ended_on").desc(nulls_first=True), "-created_at").first()
        if found is None:
            raise
        return found


_KINDS = (Slot, KeptInMind, Contact, RecordNote, PrivateNote, Weighing, Safeguarding, RiskItem)
_WHICH_KINDS = """SELECT
    EXISTS(SELECT 1 FROM slot WHERE episode_id = %s),
    EXISTS(SELECT 1 FROM kept_in_mind WHERE episode_id = %s),
    EXISTS(SELECT 1 FROM contact WHERE episode_id = %s),
    EXISTS(SELECT 1 FROM record_note WHERE episode_id = %s),
    EXISTS(SELECT 1 FROM private_note WHERE episode_id = %s),
    EXISTS(SELECT 1 FROM weighing WHERE episode_id = %s),
    EXISTS(SELECT 1 FROM safeguarding WHERE episode_id = %s),
    EXISTS(SELECT 1 FROM risk_item r JOIN answers a ON a.id = r.answers_id
           WHERE r.seen_at IS NULL AND a.episode_id = %s)"""


def kinds_in(episode: Episode) -> frozenset[type[Model]]:
    """Which kinds of small things this course of care has at all: the others are not asked for.

    One question for all of them, since most courses of care have few; what may be seen of them
    is decided where they are read. Of risks only the open ones count.
    """
    key = Episode._meta.pk.get_db_prep_value(episode.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(_WHICH_KINDS, [key] * len(_KINDS))
        found = cursor.fetchone()
    return frozenset(kind for kind, is_there in zip(_KINDS, found, strict=True) if is_there)


def _place(row: Session) -> tuple[float, int]:
    start = row.start.timestamp() if row.start else 0.0
    return (start, row.number or 0)


def _answers_place(row: Filled) -> tuple[int, int, float]:
    number = row.session.number if row.session else None
    given = row.given_at.timestamp() if row.given_at else 0.0
    return (number or 0, row.assessment or 0, given)


def _moments(
    episode: Episode,
    everybody: Sequence[Participant],
    numbers: Mapping[uuid.UUID, int | None],
) -> list[Moment]:
    known = {row.pk: row for row in everybody}
    found = Moment.objects.filter(session__episode=episode).order_by()
    rows = list(found.prefetch_related("voices__expressions"))
    for voice in (voice for moment in rows for voice in moment.voices.all()):
        for one in voice.expressions.all():
            one.participant = known[one.participant_id]
    return sorted(rows, key=lambda row: (_number(numbers, row), row.created_at))


def _number(numbers: Mapping[uuid.UUID, int | None], row: Moment) -> tuple[bool, int]:
    """Sessions without a number come first."""
    number = numbers.get(row.session_id)
    return number is not None, number or 0


def _moment_line(row: Moment, numbers: dict[uuid.UUID, int | None], words: str) -> MomentLine:
    return MomentLine(
        id=row.pk,
        session_id=row.session_id,
        session_number=numbers.get(row.session_id),
        words=words,
        voices=len(row.voices.all()),
    )


def _risks(by: Member, episode: Episode, eyes: Seeing) -> tuple[RiskLine, ...]:
    rows = open_risk_rows(by).filter(answers__episode=episode)
    return tuple(risk_line(row, eyes) for row in rows)


def _stands_in_for(by: Member, everybody: Sequence[Participant]) -> str:
    """Whose care this is, where she sees it only because she stands in today; else empty."""
    seats = [row for row in everybody if row.member and row.left_on is None]
    if any(row.member_id == by.pk for row in seats):
        return ""
    return ", ".join(str(row.member.name) for row in seats if row.member)


def _sentences(course: Course, people: Sequence[PersonView]) -> tuple[str, ...]:
    several = sum(person.is_client for person in people) > 1
    return tuple(sentence_of(series, names=several) for series in course.series)


def _slot_line(row: Slot) -> SlotLine:
    return SlotLine(
        id=row.pk,
        weekday_label=str(WEEKDAYS[row.weekday]),
        slot=row,
        modality_label=str(label(Modality(row.modality))),
    )
