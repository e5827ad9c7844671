"""What is told at the door, as it is kept: checked, and sealed as one text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lacrima.errors import BadInput, OutOfRange
from lacrima.practice.changing import text
from lacrima.practice.voices import check_items
from lacrima.practice.words import Seemed, Shown, words_of
from lacrima.records.models import DoorAnswer, DoorStep

STOOD_OUT = ("me", "therapist")
MOST_CHARACTERS = 10_000
_FIELDS = {
    DoorStep.ASKED: {"rating", "stood_out"},
    DoorStep.FIRST: {"rating", "shown", "items", "seemed", "spoken_of", "words"},
    DoorStep.SECOND: {"rating", "shown", "items", "seemed", "spoken_of", "words"},
    DoorStep.STATEMENT: {"words"},
}


def content_of(answer: DoorAnswer) -> dict[str, Any]:
    """What was told, opened."""
    told: dict[str, Any] = json.loads(answer.content) if answer.content else {}
    return told


def checked(step: DoorStep, values: Mapping[str, Any]) -> dict[str, Any]:
    """What was told at this step, each part whole or left out. Refuses what cannot be said."""
    for name in values:
        if name not in _FIELDS[step]:
            raise BadInput("something that is not asked here", where=name)
    told = {name: _one(name, value) for name, value in values.items()}
    return {name: value for name, value in told.items() if value not in (None, "", [], {})}


def _one(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "rating":
        return _whole(value, name, -4, 4)
    if name == "stood_out":
        return _stood_out(value)
    if name == "shown":
        return {
            who: int(Shown(_whole(step, name, 0, 3)))
            for who, step in _mapping(value, name).items()
            if who in STOOD_OUT and step is not None
        }
    if name == "items":
        return check_items(_mapping(value, name))
    if name == "seemed":
        return words_of(Seemed, value, where=name)
    if name == "spoken_of":
        return bool(value)
    return text(value, where=name, at_most=MOST_CHARACTERS)


def _whole(value: Any, where: str, lowest: int, highest: int) -> int:
    if type(value) is not int or not lowest <= value <= highest:
        raise OutOfRange("a step that does not fit", where=where, expected=f"{lowest} to {highest}")
    return value


def _stood_out(value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or not set(value) <= set(STOOD_OUT):
        raise OutOfRange("where it stood out", where="stood_out", expected="me, therapist")
    return [who for who in STOOD_OUT if who in value]


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise BadInput("something that is no list of answers", where=where)
    return dict(value)


def sealed_text(told: Mapping[str, Any]) -> str:
    """The text that is sealed: everything but the rating of the session, which has a column."""
    return json.dumps(dict(told), sort_keys=True, ensure_ascii=False) if told else ""
