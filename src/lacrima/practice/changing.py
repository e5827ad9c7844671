"""How a row is made and changed: allowed, whole, in its words, and never over somebody's head."""

from __future__ import annotations

from enum import Enum
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connection, models

from lacrima.errors import BadInput, EditConflict, NotFound, OutOfRange
from lacrima.practice import words
from lacrima.practice.words import word, words_of
from lacrima.records import access, clock
from lacrima.records.inserting import insert
from lacrima.records.models import (
    Contact,
    Episode,
    Expression,
    Member,
    Moment,
    Participant,
    Session,
    Slot,
    Voice,
)
from lacrima.records.row import Row
from lacrima.records.sealed import SealedTextField

RowT = TypeVar("RowT", bound=Row)
ModelT = TypeVar("ModelT", bound=models.Model)

MOST_CHARACTERS = 100_000

WORDS: dict[tuple[type[models.Model], str], type[Enum]] = {
    (Episode, "kind"): words.EpisodeKind,
    (Participant, "role"): words.ParticipantRole,
    (Slot, "modality"): words.Modality,
    (Session, "modality"): words.Modality,
    (Session, "state"): words.SessionState,
    (Session, "log_state"): words.LogState,
    (Session, "heaviness_by"): words.Side,
    (Session, "heaviness_after_by"): words.Side,
    (Contact, "kind"): words.ContactKind,
    (Contact, "started_by"): words.Side,
    (Moment, "nature"): words.Nature,
    (Moment, "kind"): words.Kind,
    (Moment, "started_by"): words.Side,
    (Voice, "side"): words.Side,
    (Voice, "occasion"): words.Occasion,
    (Voice, "flow"): words.Flow,
    (Voice, "noticed"): words.Noticed,
    (Voice, "burdened"): words.Noticed,
    (Voice, "spoken_of"): words.SpokenOf,
    (Voice, "spoken_by"): words.Side,
    (Expression, "held_back"): words.HeldBack,
    (Expression, "came_about"): words.CameAbout,
}

SEVERAL_WORDS: dict[tuple[type[models.Model], str], type[Enum]] = {
    (Voice, "about"): words.About,
    (Voice, "response"): words.Response,
    (Voice, "seemed"): words.Seemed,
    (Expression, "emotions"): words.Emotion,
}


def take(by: Member, row: RowT, expected_version: int | None = None) -> RowT:
    """This row as it is now, held for a change, when she may change it.

    Raises NotFound or NotAllowed; EditConflict when it is no longer the version she looked at.
    Call it inside the transaction of the change.
    """
    now_there = access.find_to_change(by, type(row), row.pk)
    if connection.features.has_select_for_update:
        now_there = _held(now_there)
    check_version(now_there, expected_version)
    return now_there


def _held(row: RowT) -> RowT:
    held = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    if held is None:
        raise NotFound("there is nothing here for you", next_step="Go back to Today.")
    return held


def check_version(row: Row, expected_version: int | None) -> None:
    """Go on when this is the version somebody looked at; EditConflict, which tells nothing."""
    if expected_version is not None and row.version != expected_version:
        raise EditConflict(
            "this was changed after you opened it, here or in another window",
            where=str(row._meta.verbose_name),
            next_step="Look at both and keep what is right. Nothing was overwritten.",
        )


def make(model: type[ModelT], **values: Any) -> ModelT:
    """A new row of these values, checked field by field and kept."""
    row = model()
    _set(row, values)
    insert(row)
    return row


def put(row: RowT, **values: Any) -> list[str]:
    """Change these fields of a row, checked; the version rises. The names of what changed."""
    before = {name: getattr(row, name) for name in values}
    _set(row, values)
    changed = sorted(name for name in values if getattr(row, name) != before[name])
    row.version += 1
    row.changed_at = clock.now()
    row.save(update_fields=[*changed, "version", "changed_at"])
    return changed


def only(fields: dict[str, Any], allowed: frozenset[str]) -> dict[str, Any]:
    """These fields, when all of them may be changed here; BadInput names the first that may not."""
    for name in fields:
        if name not in allowed:
            raise BadInput(
                "this cannot be changed here", where=name, expected=", ".join(sorted(allowed))
            )
    return fields


def _set(row: models.Model, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, _clean(row, name, value))


def _clean(row: models.Model, name: str, value: Any) -> Any:
    field: Any = row._meta.get_field(name)
    if field.is_relation:
        return value
    if isinstance(field, SealedTextField):
        return text(value, where=name, at_most=MOST_CHARACTERS)
    if several := SEVERAL_WORDS.get((type(row), name)):
        return words_of(several, value or [], where=name)
    if one := WORDS.get((type(row), name)):
        is_empty = value in {None, ""} and field.blank
        return "" if is_empty else word(one, value, where=name)
    if isinstance(field, models.CharField | models.TextField):
        value = text(value, where=name, at_most=field.max_length or MOST_CHARACTERS)
    return _checked(field, value, row)


def text(value: Any, *, where: str, at_most: int) -> str:
    """What somebody wrote, without blanks at the ends; OutOfRange when it is too long."""
    kept = str(value or "").strip()
    if len(kept) > at_most or "\0" in kept:
        raise OutOfRange(
            "a text that is too long or holds a sign that is no text",
            where=where,
            expected=f"at most {at_most} characters of text",
        )
    return kept


def _checked(field: Any, value: Any, row: models.Model) -> Any:
    try:
        return field.clean(value, row)
    except ValidationError:
        raise OutOfRange(
            "a value that does not fit here", where=field.name, expected=_expected(field)
        ) from None


def _expected(field: Any) -> str:
    lowest = [v.limit_value for v in field.validators if isinstance(v, MinValueValidator)]
    highest = [v.limit_value for v in field.validators if isinstance(v, MaxValueValidator)]
    if isinstance(field, models.IntegerField) and highest:
        return f"a whole number, {max(lowest, default=0)} to {min(highest)}"
    if isinstance(field, models.CharField | models.TextField):
        return "something written here"
    said = {models.DateTimeField: "a date and a time", models.DateField: "a date"}
    found = [expected for kind, expected in said.items() if isinstance(field, kind)]
    return found[0] if found else "a value of the kind this field holds"
