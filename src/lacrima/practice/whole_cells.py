"""Each cell of a practice that comes in: is it what its field may hold? Nothing is mended."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from lacrima.errors import BadInput, BadTable
from lacrima.formats.dictionary import Kind
from lacrima.practice.changing import MOST_CHARACTERS, SEVERAL_WORDS, WORDS
from lacrima.practice.export_shape import fields_of, kind_of, words_of_field
from lacrima.practice.voices import check_items
from lacrima.records.models import Voice
from lacrima.records.row import Row

Check = Callable[[Any], Any]


@cache
def checks_of(model: type[Row]) -> tuple[tuple[Any, Check], ...]:
    """For each field that comes in: the field, and what makes its value of a cell.

    A check raises ValueError for what the field does not hold.
    """
    return tuple((field, _check_of(model, field)) for field in fields_of(model))


def wrong(where: str, field_name: str, expected: str) -> BadTable:
    """What to raise for such a cell."""
    return BadTable(
        "a value that does not stand here",
        where=f"{where}, column {field_name!r}",
        expected=expected,
        next_step="Nothing was kept.",
    )


def expected_of(model: type[Row], field: Any) -> str:
    """What would do in this field."""
    if words := words_of_field(model, field):
        return ", ".join(str(one.value) for one in words)
    if field.choices:
        return ", ".join(str(value) for value, _said in field.choices)
    return kind_of(field).value if field.null else f"{kind_of(field).value}, not empty"


def _check_of(model: type[Row], field: Any) -> Check:
    check = _of_kind(model, field)

    def checked(value: Any) -> Any:
        if value is None and field.null:
            return None
        if value is None:
            raise ValueError
        return check(value)

    return checked


def _of_kind(model: type[Row], field: Any) -> Check:
    key = (model, field.name)
    if isinstance(field, models.ForeignKey | models.UUIDField):
        return as_id
    if several := SEVERAL_WORDS.get(key):
        return _list_of(several)
    if one := WORDS.get(key):
        return _one_of({str(word.value) for word in one} | ({""} if field.blank else set()))
    if key == (Voice, "items"):
        return _short_items
    if isinstance(field, models.JSONField):
        return _of_shape(field)
    if kind_of(field) is Kind.TEXT and not isinstance(field, models.CharField | models.TextField):
        return _no_longer_than(MOST_CHARACTERS)
    return _cleaned(field)


def as_id(value: Any) -> uuid.UUID:
    """An id as it leaves: 32 hexadecimal digits. ValueError otherwise."""
    found = uuid.UUID(value)
    if found.hex != value:
        raise ValueError
    return found


def _one_of(allowed: set[str]) -> Check:
    def check(value: Any) -> Any:
        if value not in allowed:
            raise ValueError
        return value

    return check


def _list_of(enum: type[Enum]) -> Check:
    allowed = [str(word.value) for word in enum]

    def check(value: Any) -> Any:
        if not isinstance(value, list) or any(one not in allowed for one in value):
            raise ValueError
        if len(set(value)) != len(value):
            raise ValueError
        return value

    return check


def _short_items(value: Any) -> Any:
    try:
        if not isinstance(value, dict) or check_items(value) != value:
            raise ValueError
    except BadInput:
        raise ValueError from None
    return value


def _of_shape(field: Any) -> Check:
    shape = type(field.get_default()) if field.has_default() else dict

    def check(value: Any) -> Any:
        if not isinstance(value, shape):
            raise ValueError
        return value

    return check


def _no_longer_than(most: int) -> Check:
    def check(value: Any) -> Any:
        if len(value) > most:
            raise ValueError
        return value

    return check


def _cleaned(field: Any) -> Check:
    def check(value: Any) -> Any:
        try:
            return field.clean(value, None)
        except ValidationError:
            raise ValueError from None

    return check
