"""The rows of one course of care, as far as they were chosen to leave."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from lacrima.formats.dictionary import Record, TableOut
from lacrima.practice.export_choice import Choice, Part
from lacrima.practice.export_door import door_rows
from lacrima.practice.export_shape import PRESENT, record, shape_of
from lacrima.practice.words import Side
from lacrima.records.access import find
from lacrima.records.models import (
    Answers,
    Client,
    Contact,
    Door,
    DoorAnswer,
    DoorStep,
    Episode,
    Expression,
    KeptInMind,
    Member,
    Moment,
    Offer,
    Participant,
    PlainScore,
    RecordNote,
    RiskItem,
    Session,
    Slot,
    Voice,
    Weighing,
    WeighingVersion,
)
from lacrima.records.row import Row

RowT = TypeVar("RowT", bound=Row)

# Columns of the practice that tell nothing about the course of care.
_NOT_OF_CARE = frozenset({"batch", "source_key", "calendar_uid", "is_owner", "left_on"})
_TEXTS: dict[type[Row], Part] = {
    Contact: Part.CONTACTS,
    KeptInMind: Part.KEPT_IN_MIND,
    RecordNote: Part.RECORD_NOTES,
}
_PART_OF_SIDE = {
    Side.THERAPIST: Part.MOMENTS,
    Side.CLIENT: Part.CLIENT_VOICES,
    Side.OBSERVER: Part.OBSERVER_VOICES,
}


@dataclass(frozen=True)
class Care:
    """Everything of one course of care, read once. What is chosen is decided afterwards."""

    episode: Episode
    rows: dict[type[Row], list[Row]]

    def of(self, model: type[RowT]) -> list[RowT]:
        """The rows of one kind, oldest first."""
        return [row for row in self.rows[model] if isinstance(row, model)]


def read_care(by: Member, episode_id: uuid.UUID | str) -> Care:
    """One course of care that this person may see; NotFound otherwise."""
    episode = find(by, Episode, episode_id)
    seats = _list(Participant.objects.filter(episode=episode).select_related("client", "member"))
    sessions = _list(Session.objects.filter(episode=episode).prefetch_related(PRESENT))
    moments = _list(Moment.objects.filter(session__episode=episode).select_related("session"))
    voices = _list(
        Voice.objects.filter(moment__session__episode=episode).select_related(
            "moment__session", "participant__client", "participant__member", "spoken_session"
        )
    )
    told = _told_of(episode, voices)
    answers = _list(
        Answers.objects.filter(episode=episode).select_related("client", "session", "plain_score")
    )
    risks = _list(
        RiskItem.objects.filter(answers__episode=episode).select_related(
            "answers__client", "answers__session", "seen_by"
        )
    )
    weighings = _list(
        Weighing.objects.filter(episode=episode, recorded_at__isnull=False).select_related(
            "member", "session", "moment__session"
        )
    )
    versions: list[Any] = _versions_of(weighings)
    people = (
        *(seat.member for seat in seats),
        *(row.seen_by for row in risks),
        *(row.member for row in weighings),
        *(row.by for row in versions),
    )
    rows: dict[type[Row], list[Row]] = {
        Member: _each(people),
        Client: [seat.client for seat in seats if seat.client_id],
        PlainScore: _each(row.plain_score for row in answers),
        Episode: [episode],
        Participant: seats,
        Slot: _list(Slot.objects.filter(episode=episode)),
        Session: sessions,
        Contact: _list(Contact.objects.filter(episode=episode)),
        KeptInMind: _list(KeptInMind.objects.filter(episode=episode)),
        RecordNote: _list(RecordNote.objects.filter(episode=episode).select_related("session")),
        Moment: moments,
        Voice: voices,
        Expression: told,
        Answers: answers,
        RiskItem: risks,
        Offer: _list(Offer.objects.filter(moment__session__episode=episode)),
        **door_rows(episode),
        Weighing: weighings,
        WeighingVersion: versions,
    }  # fmt: skip
    return Care(episode, rows)


def _told_of(episode: Episode, voices: Iterable[Voice]) -> list[Any]:
    """What the voices tell of each person; every row knows its voice without another query."""
    known = {voice.pk: voice for voice in voices}
    rows = Expression.objects.filter(voice__moment__session__episode=episode)
    told: list[Expression] = _list(
        rows.select_related("participant__client", "participant__member")
    )
    for row in told:
        row.voice = known[row.voice_id]
    return told


def _versions_of(weighings: Iterable[Weighing]) -> list[WeighingVersion]:
    """Every version of these, the first ones first; each knows its weighing and so its key."""
    known = {row.pk: row for row in weighings}
    found = WeighingVersion.objects.filter(weighing__in=known).select_related("by")
    versions = list(found.order_by("weighing", "number"))
    for row in versions:
        row.weighing = known[row.weighing_id]
    return versions


def _each(rows: Iterable[Any]) -> list[Any]:
    """Each row once; nobody is left out."""
    return list({row.pk: row for row in rows if row is not None}.values())


def _list(rows: Any) -> list[Any]:
    return list(rows.order_by("created_at", "pk"))


def chosen(care: Care, choice: Choice) -> Care:
    """The rows that go in. A row whose only content are words goes with them."""
    is_in: dict[type[Row], Callable[[Any], bool]] = {
        Client: lambda row: choice.has_client(row.pk),
        PlainScore: lambda _row: choice.has(Part.ANSWERS),
        Slot: lambda _row: choice.has(Part.APPOINTMENTS),
        Session: lambda _row: True,
        Contact: lambda row: choice.has(Part.CONTACTS) and _has_seat(choice, row.participant),
        KeptInMind: lambda row: choice.has(Part.KEPT_IN_MIND) and _is_told(choice, row.pk),
        RecordNote: lambda row: choice.has(Part.RECORD_NOTES) and _is_told(choice, row.pk),
        Moment: lambda _row: _has_any_voice(choice),
        Voice: lambda row: _has_voice(choice, row),
        Expression: lambda row: (
            _has_voice(choice, row.voice) and _has_seat(choice, row.participant)
        ),
        Door: lambda row: choice.has(Part.DOOR) and _has_seat(choice, row.participant),
        DoorAnswer: lambda row: (
            choice.has(Part.DOOR)
            and _has_seat(choice, row.participant)
            and (row.step == DoorStep.ASKED or _is_told(choice, row.pk))
        ),
        Answers: lambda row: choice.has(Part.ANSWERS) and choice.has_client(row.client_id),
        RiskItem: lambda row: (
            choice.has(Part.RISK)
            and choice.has(Part.ANSWERS)
            and choice.has_client(row.answers.client_id)
        ),
        Offer: lambda _row: choice.has(Part.SUGGESTIONS) and choice.has(Part.MOMENTS),
        Weighing: lambda row: _has_weighing(choice, row.pk),
        WeighingVersion: lambda row: _has_weighing(choice, row.weighing_id),
    }
    kept = {
        model: [row for row in rows if model not in is_in or is_in[model](row)]
        for model, rows in care.rows.items()
    }
    return Care(care.episode, kept)


def _has_seat(choice: Choice, seat: Participant | None) -> bool:
    return seat is None or choice.has_client(seat.client_id)


def _is_told(choice: Choice, row: uuid.UUID) -> bool:
    """Nothing stands in it but words: without them it stays, or a mark stands in its place."""
    return choice.has_words_of(row) or choice.marks_gaps


def _has_weighing(choice: Choice, weighing: uuid.UUID) -> bool:
    """Nothing stands in it but words: they go with all its versions, or none of it does."""
    return choice.has(Part.WEIGHINGS) and choice.has_words_of(weighing)


def _has_any_voice(choice: Choice) -> bool:
    return any(choice.has(part) for part in _PART_OF_SIDE.values())


def _has_voice(choice: Choice, voice: Voice) -> bool:
    return choice.has(_PART_OF_SIDE[Side(voice.side)]) and _has_seat(choice, voice.participant)


def tables_of(care: Care, choice: Choice) -> list[TableOut]:
    """The chosen rows as tables; what was not chosen within a row is empty."""
    return [_table(model, rows, choice) for model, rows in care.rows.items()]


def _table(model: type[Row], rows: Iterable[Row], choice: Choice) -> TableOut:
    shape = shape_of(model)
    columns = tuple(column for column in shape.columns if column.name not in _NOT_OF_CARE)
    names = [column.name for column in columns]
    told = (_told(row, dict(record(row)), choice) for row in rows)
    return TableOut(
        replace(shape, columns=columns),
        tuple({name: values[name] for name in names} for values in told),
    )


def _told(row: Any, values: dict[str, Any], choice: Choice) -> Record:
    if isinstance(row, Participant) and not choice.has_client(row.client_id):
        values["client"], values["label"] = None, ""
    if isinstance(row, Session) and not choice.has(Part.SESSIONS):
        values.update(heaviness=None, heaviness_by="", heaviness_after=None, heaviness_after_by="")
    if isinstance(row, Session) and not choice.has(Part.APPOINTMENTS):
        values["slot"] = None
    if isinstance(row, Expression) and not _may_tell_felt(row, choice):
        values["felt"] = None
    if isinstance(row, Voice) and row.first_id and not _has_seat(choice, row.first):
        values["first"] = None
    _without_words(row, values, choice)
    return values


def _without_words(row: Row, values: dict[str, Any], choice: Choice) -> None:
    for name in {"words", "done", "content"} & set(values):
        if not choice.has_words_of(row.pk):
            values[name] = ""


def _may_tell_felt(row: Expression, choice: Choice) -> bool:
    """What a client felt is the client's; what the therapist felt goes only when it is ticked."""
    return row.participant.client_id is not None or choice.has(Part.FELT)
