"""The tables of a practice as its rows define them: the one source of the data dictionary."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import cache
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from lacrima.formats.dictionary import (
    EMPTY,
    EMPTY_TEXT,
    NEVER_MISSING,
    Column,
    Kind,
    Record,
    Shape,
    TableOut,
    Word,
)
from lacrima.practice.changing import SEVERAL_WORDS, WORDS
from lacrima.practice.export_meanings import COMMON, LEFT_OUT, MEANINGS, ROWS, UNITS
from lacrima.practice.words import SHOWN_OTHERS, WEEKDAYS, Felt, Shown, label
from lacrima.records.models import (
    Absence,
    Answers,
    Client,
    ColumnMap,
    Consent,
    Contact,
    Disclosure,
    Door,
    DoorAnswer,
    DoorHouse,
    DoorStep,
    Episode,
    Expression,
    ImportBatch,
    InstrumentText,
    KeptInMind,
    LegalHold,
    Member,
    Moment,
    NamedExpectation,
    Offer,
    Participant,
    PlainScore,
    Practice,
    RecordNote,
    Release,
    Representative,
    RiskItem,
    Safeguarding,
    Session,
    Slot,
    Voice,
    Weighing,
    WeighingVersion,
)
from lacrima.records.row import Row

# Each kind after those it points to.
EXPORTED: tuple[type[Row], ...] = (
    Practice, Member, Client, PlainScore, InstrumentText, NamedExpectation, ColumnMap, ImportBatch,
    Episode, Participant, Slot, Session, Contact, KeptInMind, RecordNote, Moment, Voice, Expression,
    Answers, RiskItem, Offer, Weighing, WeighingVersion, Representative, Consent, LegalHold,
    Disclosure, Absence, Safeguarding, DoorHouse, Door, DoorAnswer,
)  # fmt: skip
# Of these kinds only the rows that meet the condition leave: the others are private.
_ONLY_WHERE: Mapping[type[Row], models.Q] = {
    Weighing: models.Q(recorded_at__isnull=False),
    WeighingVersion: models.Q(weighing__recorded_at__isnull=False),
    # That something was told and not released is the client's own as well.
    DoorAnswer: models.Q(step=DoorStep.ASKED) | models.Q(release__in=[Release.OPEN, Release.TALK]),
}
PRESENT = "present"

_KINDS: tuple[tuple[type[models.Field[Any, Any]], Kind], ...] = (
    (models.UUIDField, Kind.ID),
    (models.ForeignKey, Kind.ID),
    (models.DateTimeField, Kind.INSTANT),  # before the date, whose child it is
    (models.DateField, Kind.DATE),
    (models.TimeField, Kind.TIME),
    (models.DecimalField, Kind.DECIMAL),
    (models.BooleanField, Kind.BOOLEAN),
    (models.IntegerField, Kind.INTEGER),
    (models.JSONField, Kind.JSON),
)
_STEPS: Mapping[tuple[type[models.Model], str], type[Enum]] = {
    (Expression, "shown"): Shown,
    (Expression, "felt"): Felt,
}
_LIMIT_OF_THE_DATABASE = 32_767
_FROM_ZERO = (
    models.PositiveSmallIntegerField,
    models.PositiveIntegerField,
    models.PositiveBigIntegerField,
)


def table_of(model: type[models.Model]) -> str:
    """The name of a kind of row in an export."""
    return str(model._meta.db_table)


def fields_of(model: type[Row]) -> list[Any]:
    """The fields of a kind of row that leave, in the order of the model."""
    fields = model._meta.concrete_fields
    return [one for one in fields if f"{model.__name__}.{one.name}" not in LEFT_OUT]


@cache
def shape_of(model: type[Row]) -> Shape:
    """The table of one kind of row."""
    columns = [_column(model, field) for field in fields_of(model)]
    if model is Session:
        columns.append(_present())
    table = table_of(model)
    return Shape(table, ROWS[table], tuple(columns))


def shapes() -> tuple[Shape, ...]:
    """All tables of a practice, each after those it points to."""
    return tuple(shape_of(model) for model in EXPORTED)


def kind_of(field: Any) -> Kind:
    """What a cell of this field holds."""
    return next((kind for known, kind in _KINDS if isinstance(field, known)), Kind.TEXT)


def words_of_field(model: type[Row], field: Any) -> type[Enum] | None:
    """The fixed words of a field that holds one of them, or several."""
    key = (model, field.name)
    return WORDS.get(key) or SEVERAL_WORDS.get(key) or _STEPS.get(key)


def _column(model: type[Row], field: Any) -> Column:
    kind = kind_of(field)
    lowest, highest = _limits(field)
    target = table_of(field.related_model) if isinstance(field, models.ForeignKey) else ""
    return Column(
        name=field.name,
        kind=kind,
        meaning=COMMON.get(field.name) or MEANINGS[table_of(model)][field.name],
        unit=UNITS.get(field.name, ""),
        words=tuple(_words(model, field)),
        missing=_missing(field, kind),
        minimum=lowest,
        maximum=highest,
        points_to=target,
    )


def _present() -> Column:
    return Column(PRESENT, Kind.JSON, MEANINGS["session"][PRESENT], points_to=table_of(Participant))


def _missing(field: Any, kind: Kind) -> str:
    if field.null:
        return EMPTY
    return EMPTY_TEXT if kind is Kind.TEXT and field.blank else NEVER_MISSING


def _limits(field: Any) -> tuple[int | None, int | None]:
    """The limits that the field itself sets, not those of the database's numbers."""
    if not isinstance(field, models.IntegerField):
        return None, None
    validators: list[Any] = field.validators
    own = [one for one in validators if abs(one.limit_value) < _LIMIT_OF_THE_DATABASE]
    highest = [one.limit_value for one in own if isinstance(one, MaxValueValidator)]
    lowest = [one.limit_value for one in own if isinstance(one, MinValueValidator)]
    least = 0 if isinstance(field, _FROM_ZERO) else None
    return max(lowest, default=least), min(highest, default=None)


def _words(model: type[Row], field: Any) -> Iterator[Word]:
    if field.name == "weekday":
        yield from (Word(str(day), str(said)) for day, said in WEEKDAYS.items())
    elif enum := words_of_field(model, field):
        yield from (Word(str(one.value), _said(one)) for one in enum)
    else:
        yield from (Word(str(value), str(said)) for value, said in field.choices or ())


def _said(word: Enum) -> str:
    if isinstance(word, Shown) and word is not Shown.NOTHING:
        return f"{label(word)} (other kinds than tears: {SHOWN_OTHERS[word]})"
    return str(label(word))


def table(model: type[Row], rows: Iterable[Row]) -> TableOut:
    """These rows as a table of their kind."""
    return TableOut(shape_of(model), tuple(record(row) for row in rows))


def record(row: Row) -> Record:
    """One row: every field that leaves, by its name. Sealed texts are opened."""
    values = {one.name: _value(row, one) for one in fields_of(type(row))}
    if isinstance(row, DoorAnswer) and not _is_released(row):
        values["content"] = ""
    if isinstance(row, Session):
        values[PRESENT] = sorted(one.pk.hex for one in row.present.all())
    return values


def _is_released(row: DoorAnswer) -> bool:
    """May the therapist read all of it? Of the two questions she reads the first alone."""
    return row.release == Release.OPEN and row.step != DoorStep.ASKED


def _value(row: Row, field: Any) -> Any:
    value = getattr(row, field.attname)
    return value.hex if isinstance(value, uuid.UUID) else value


def rows_of(model: type[Row]) -> models.QuerySet[Row]:
    """The rows of a kind that may leave, oldest first, with what a record of them reads."""
    rows: models.QuerySet[Row] = model._default_manager.filter(_ONLY_WHERE.get(model, models.Q()))
    together = [PRESENT] if model is Session else []
    return rows.prefetch_related(*together).order_by("created_at", "pk")
