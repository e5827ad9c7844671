"""Filled questionnaires in a plain JSON of our own: an object, or a list of objects.

`{"phq9_1": 2, "phq9_2": null, "person": "R 14"}`. The answers may stand under `items`, as in the
result of `lacrima score` itself, or under `answers`; then the other keys are not looked at. A
bare list of answers is one form, in the order of the items.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from lacrima.errors import BadForm
from lacrima.formats.filled.answer import from_number, from_text, plain
from lacrima.formats.filled.forms import NAN, Filled, Packing
from lacrima.formats.filled.naming import PERSON_NAMES, Match, Question, match
from lacrima.formats.losses import Loss
from lacrima.instruments.definition import Instrument, Item

INSIDE = ("items", "answers")


def read_plain(value: Any, instrument: Instrument) -> Filled:
    """The forms in plain JSON values.

    Raises BadForm where it is neither an object nor a list of objects, or holds no form; and as
    `match` and `from_text`, with the number of the form and the item.
    """
    packing = Packing(instrument)
    matched = lru_cache(maxsize=256)(partial(_match, instrument))
    for number, form in enumerate(_forms(value), start=1):
        _add(packing, number, form, matched)
    return packing.done()


def _forms(value: Any) -> list[Any]:
    forms = value.get("results", value) if isinstance(value, dict) else value
    is_one = isinstance(forms, dict) or (isinstance(forms, list) and _is_bare(forms))
    forms = [forms] if is_one else forms
    if not isinstance(forms, list) or not forms:
        raise BadForm(
            "JSON without a form in it",
            expected='an object such as {"phq9_1": 2}, a list of them, or FHIR',
        )
    return forms


def _is_bare(answers: list[Any]) -> bool:
    """Whether a list holds nothing but answers: then it is one form, in the items' order."""
    return bool(answers) and all(isinstance(each, int | str | Decimal | None) for each in answers)


def _match(instrument: Instrument, names: tuple[str, ...]) -> Match:
    return match(instrument, [Question(name) for name in names], is_whole=False)


def _add(packing: Packing, number: int, form: Any, matched: Callable[..., Match]) -> None:
    answers, person = _answers_and_person(form, number)
    names = tuple(answers)
    found = matched(names)
    values = {item.id: answers[names[place]] for place, item in found.items.items()}
    packing.add(number, person, [_value(item, values, number) for item in packing.instrument.items])
    packing.note(*found.notes)
    outside = len(names) - len(found.items)
    if outside:
        name = packing.instrument.name
        packing.lose(Loss(f"keys that are no items of {name}", "nothing is known of them", outside))


def _answers_and_person(form: Any, number: int) -> tuple[dict[str, Any], str | None]:
    """The answers by name, and who. A list of answers has its places, from 1, as names."""
    if isinstance(form, list) and _is_bare(form):
        return _numbered(form), None
    if not isinstance(form, dict):
        raise BadForm("something that is no object", where=f"form {number}", expected="an object")
    likely = [name for name in form if plain(name) in PERSON_NAMES]
    person = _person(form[likely[0]], number) if len(likely) == 1 else None
    inside = next((form[key] for key in INSIDE if key in form), None)
    if inside is None:
        return {name: form[name] for name in form if [name] != likely}, person
    if isinstance(inside, list) and _is_bare(inside):
        return _numbered(inside), person
    if isinstance(inside, dict):
        return inside, person
    raise BadForm("items that are no object", where=f"form {number}", expected='{"phq9_1": 2}')


def _numbered(answers: list[Any]) -> dict[str, Any]:
    return {str(place): answer for place, answer in enumerate(answers, start=1)}


def _person(person: Any, number: int) -> str | None:
    if person is None or person == "":
        return None
    if isinstance(person, str | int) and not isinstance(person, bool):
        return readable(str(person), f"form {number}, person")
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
