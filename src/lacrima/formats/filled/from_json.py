"""Filled questionnaires in a plain JSON of our own: an object, or a list of objects.

`{"phq9_1": 2, "phq9_2": null, "person": "R 14"}`. The answers may stand under `items`, as in the
result of `lacrima score` itself; then the other keys are not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from lacrima.errors import BadForm
from lacrima.formats.filled.answer import from_number, from_text
from lacrima.formats.filled.forms import NAN, Filled, Packing
from lacrima.formats.filled.naming import Match, Question, match
from lacrima.formats.losses import Loss
from lacrima.instruments.definition import Instrument, Item

PERSON = "person"


def read_plain(value: Any, instrument: Instrument) -> Filled:
    """The forms in plain JSON values.

    Raises BadForm where it is neither an object nor a list of objects, or holds no form; and as
    `match` and `from_text`, with the number of the form and the item.
    """
    forms = value.get("results", value) if isinstance(value, dict) else value
    forms = [forms] if isinstance(forms, dict) else forms
    if not isinstance(forms, list) or not forms:
        raise BadForm(
            "JSON without a form in it",
            expected='an object such as {"phq9_1": 2}, a list of them, or FHIR',
        )
    packing = Packing(instrument)
    matched = _matcher(instrument)
    for number, form in enumerate(forms, start=1):
        _add(packing, number, form, matched)
    return packing.done()


def _matcher(instrument: Instrument) -> Any:
    """Names to items, found once for all forms with the same names."""

    @cache
    def matched(names: tuple[str, ...]) -> Match:
        return match(instrument, [Question(name) for name in names], is_whole=False)

    return matched


def _add(packing: Packing, number: int, form: Any, matched: Any) -> None:
    if not isinstance(form, dict):
        raise BadForm("something that is no object", where=f"form {number}", expected="an object")
    person = _person(form, number)
    answers = form.get("items", form)
    if not isinstance(answers, dict):
        raise BadForm("items that are no object", where=f"form {number}", expected='{"phq9_1": 2}')
    names = tuple(name for name in answers if not (answers is form and name == PERSON))
    found: Match = matched(names)
    values = {item.id: answers[names[place]] for place, item in found.items.items()}
    packing.add(number, person, [_value(item, values, number) for item in packing.instrument.items])
    packing.note(*found.notes)
    outside = len(names) - len(found.items)
    if outside:
        packing.lose(
            Loss(
                f"keys that are no items of {packing.instrument.name}",
                "nothing is known of them",
                outside,
            )
        )


def _person(form: Mapping[str, Any], number: int) -> str | None:
    person = form.get(PERSON)
    if person is None or person == "":
        return None
    if isinstance(person, str | int) and not isinstance(person, bool):
        return readable(str(person), f"form {number}, {PERSON}")
    raise BadForm("a person that is no text", where=f"form {number}", expected="a code")


def readable(text: str, where: str) -> str:
    """The text, or a refusal where it holds halves of characters that no file can carry."""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadForm("half a character", where=where, expected="readable text")
    return text


def _value(item: Item, values: Mapping[str, Any], number: int) -> float:
    raw, where = values.get(item.id), f"form {number}, {item.id}"
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal | None):
        raise BadForm("a value that is no answer", where=where, expected="a whole number or null")
    if raw is None:
        return NAN
    if isinstance(raw, str):
        read = from_text(item, raw, where=where)
        return NAN if read is None else read
    return from_number(item, raw, where=where)
