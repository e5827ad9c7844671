"""What must hold between the rows of a practice that comes in, beyond each cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import available_timezones

from django.db import models

from lacrima.errors import BadInput, BadTable, LacrimaError, OurFault
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.scoring import score
from lacrima.practice.door_content import checked, content_of
from lacrima.practice.door_plan import EVERY_DAYS
from lacrima.practice.voices import check_told
from lacrima.practice.whole_rows import Whole
from lacrima.records.models import (
    Answers,
    Contact,
    Door,
    DoorAnswer,
    DoorStep,
    Expression,
    Moment,
    Participant,
    Practice,
    RecordNote,
    Session,
    Voice,
    Weighing,
)
from lacrima.records.row import Row

# A row, and the names of what it points to that has to be of the same course of care.
_SAME_CARE: dict[type[Row], tuple[str, ...]] = {
    Session: ("slot",),
    Contact: ("participant",),
    RecordNote: ("session",),
    Voice: ("participant", "first", "spoken_session"),
    Expression: ("participant",),
    Answers: ("session",),
    Weighing: ("session", "moment"),
    DoorAnswer: ("session", "voice"),
}


def check_whole(whole: Whole) -> None:
    """Go on when everything fits together; BadTable names the first row that does not."""
    _check_zone(whole)
    for model, rows in whole.rows.items():
        _check_once(whole, model, rows.values())
    for model, names in _SAME_CARE.items():
        _check_same_care(whole, model, names)
    _check_present(whole)
    _check_people(whole)
    _check_moments(whole)
    _check_answers(whole)
    _check_recorded(whole)
    _check_doors(whole)


def _bad(whole: Whole, row: Row, found: str, expected: str) -> BadTable:
    return BadTable(found, where=whole.place(row), expected=expected, next_step="Nothing was kept.")


def _check_zone(whole: Whole) -> None:
    if practice_of(whole).zone not in available_timezones():
        raise BadTable(
            "a time zone nobody knows",
            where="practice, row 1, column 'zone'",
            expected="a name such as Europe/Madrid",
        )


# --- what may be there once


def _check_once(whole: Whole, model: type[Row], rows: Iterable[Row]) -> None:
    rows = list(rows)
    unique = [one.name for one in model._meta.concrete_fields if one.unique and not one.primary_key]
    rules: list[tuple[Sequence[str], models.Q | None]] = [((name,), None) for name in unique]
    rules += [
        (one.fields, one.condition)
        for one in model._meta.constraints
        if isinstance(one, models.UniqueConstraint)
    ]
    for names, condition in rules:
        seen = set()
        for row in rows:
            key = tuple(_plain(getattr(row, name)) for name in names)
            if None in key or not (condition is None or _holds(condition, row)):
                continue
            if key in seen:
                raise _bad(whole, row, "the same as another row", f"each {', '.join(names)} once")
            seen.add(key)


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _holds(condition: models.Q, row: Row) -> bool:
    """Whether a condition of one of our own constraints holds for this row."""
    told = [
        _holds(one, row) if isinstance(one, models.Q) else _is_so(str(one[0]), one[1], row)
        for one in condition.children
        if isinstance(one, models.Q | tuple)
    ]
    if condition.connector != models.Q.AND:
        raise OurFault("a constraint of a kind that an import does not know")
    return all(told) != condition.negated


def _is_so(lookup: str, wanted: object, row: Row) -> bool:
    name, _, how = lookup.partition("__")
    value = getattr(row, name)
    if how not in {"", "isnull"}:
        raise OurFault("a constraint of a kind that an import does not know", where=lookup)
    return (value is None) is wanted if how else value == wanted


# --- what belongs to one course of care


def _care_of(row: Any) -> Any:
    """The episode that a row belongs to."""
    if isinstance(row, Expression):
        return _care_of(row.voice)
    if isinstance(row, Voice):
        return _care_of(row.moment)
    if isinstance(row, Moment):
        return row.session.episode
    if isinstance(row, DoorAnswer):
        return row.participant.episode
    return row.episode


def _check_same_care(whole: Whole, model: type[Row], names: tuple[str, ...]) -> None:
    for row in whole.rows[model].values():
        for name in names:
            other = getattr(row, name)
            if other is not None and _care_of(other) is not _care_of(row):
                raise _bad(whole, row, f"{name} of another course of care", "one of its own")


def _check_present(whole: Whole) -> None:
    seats = whole.rows[Participant]
    for session in whole.of(Session):
        for key in whole.present[session.pk]:
            if _care_of(seats[key]) is not session.episode:
                raise _bad(whole, session, "somebody of another course of care", "its own people")


def _check_people(whole: Whole) -> None:
    seats = {(seat.episode_id, seat.client_id) for seat in whole.of(Participant)}
    for seat in whole.of(Participant):
        if seat.client_id and seat.member_id:
            raise _bad(whole, seat, "a client and a member in one place", "one of them")
    for row in whole.of(Answers):
        if (row.episode_id, row.client_id) not in seats:
            raise _bad(whole, row, "answers of somebody who does not come", "a client of the care")


def _check_recorded(whole: Whole) -> None:
    for row in whole.of(Weighing):
        if row.recorded_at is None or row.expires_on is not None:
            raise _bad(whole, row, "a weighing that is not in the record", "only what is")


def _check_doors(whole: Whole) -> None:
    for door in whole.of(Door):
        known = [isinstance(one, dict) and _is_planned(one) for one in door.plan]
        if not all(known):
            raise _bad(whole, door, "a plan of something else", "known questionnaires and days")
    for row in whole.of(DoorAnswer):
        try:
            checked(DoorStep(row.step), content_of(row))
        except (LacrimaError, ValueError, TypeError, AttributeError):
            raise _bad(whole, row, "something that no door asks", "what was told there") from None


def _is_planned(one: dict[str, Any]) -> bool:
    return one.get("instrument") in shipped() and one.get("every_days") in EVERY_DAYS


# --- moments and answers


def _check_moments(whole: Whole) -> None:
    voices: dict[Any, list[Voice]] = {moment.pk: [] for moment in whole.of(Moment)}
    told: dict[Any, list[Expression]] = {voice.pk: [] for voice in whole.of(Voice)}
    for voice in whole.of(Voice):
        voices[voice.moment_id].append(voice)
    for expression in whole.of(Expression):
        told[expression.voice_id].append(expression)
    for moment in whole.of(Moment):
        try:
            check_told(moment, [(voice, told[voice.pk]) for voice in voices[moment.pk]])
        except LacrimaError as error:
            raise _bad(whole, moment, error.found, error.expected) from None


def _check_answers(whole: Whole) -> None:
    for row in whole.of(Answers):
        own = row.plain_score
        if own is not None and own.slug != row.instrument:
            raise _bad(whole, row, "a plain score under another name", "its own short name")
        if own is None and row.instrument not in shipped():
            raise _bad(whole, row, "a questionnaire that is not known here", "one that is")
        if own is None:
            _check_scored(whole, row)


def _check_scored(whole: Whole, row: Answers) -> None:
    instrument = shipped()[row.instrument]
    if row.items is None or row.instrument_version != instrument.version:
        return
    try:
        total = score(instrument, row.items).total
    except BadInput as error:
        raise _bad(whole, row, error.found, error.expected) from None
    if total != row.total:
        raise _bad(whole, row, "a total that its items do not give", "the total of the items")


def practice_of(whole: Whole) -> Practice:
    """The one row about the practice itself."""
    return whole.of(Practice)[0]
