"""One answer of a QuestionnaireResponse against its item: codes, weights, numbers or words.

Where an answer says its value in several ways, they must agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lacrima.errors import BadForm
from lacrima.formats.fhir import codes
from lacrima.formats.fhir.forms_in import Weight, weight_of
from lacrima.formats.fhir.shapes import Shape
from lacrima.formats.fhir.tree import many, number, one, text
from lacrima.formats.filled.answer import from_code, from_number, from_text, from_words
from lacrima.formats.numbers import to_number
from lacrima.instruments.definition import Item

_NUMBERS = ("valueInteger", "valueDecimal")


def values_of(item: Shape) -> list[Shape]:
    """The answers of an item that hold a value (some say only why there is none)."""
    return [
        answer for answer in many(item, "answer") if any(key.startswith("value") for key in answer)
    ]


def number_of(item: Shape) -> Weight | None:
    """The one number that an item was answered with, as a total is; None where it is none."""
    answers = values_of(item)
    if len(answers) != 1:
        return None
    plain = [number(answers[0].get(key)) for key in (*_NUMBERS, "valueString")]
    plain.append(number(one(answers[0], "valueQuantity").get("value")))
    return next((each for each in plain if each is not None), None)


def answer_in(
    shape: Shape, item: Item, weights: Mapping[tuple[str, str], Weight], *, where: str
) -> int | None:
    """The value of an item's answer; None where it has none.

    weights: what the form says its choices weigh. Raises BadForm for several answers, for one
    of a kind that no number can be, or one that contradicts itself; OutOfRange for a number that
    the item does not allow. No message holds the answer.
    """
    answers = values_of(shape)
    if not answers:
        return None
    if len(answers) > 1:
        raise BadForm("several answers to one question", where=where, expected="one answer")
    answer = answers[0]
    coding = one(answer, "valueCoding")
    if coding:
        return _from_coding(coding, answer, item, weights, where=where)
    said = number_of(shape)
    if said is not None:
        return from_number(item, said, where=where)
    words = text(answer, "valueString")
    if not words:
        raise BadForm(
            "a kind of answer that is no number",
            where=where,
            expected="valueCoding, valueInteger, valueDecimal, valueQuantity or valueString",
        )
    return from_text(item, words, where=where)


def _from_coding(
    coding: Shape,
    answer: Shape,
    item: Item,
    weights: Mapping[tuple[str, str], Weight],
    *,
    where: str,
) -> int:
    """A code counts by what is known of it, most certain first, and nothing may contradict it."""
    found = set(_readings(coding, answer, item, weights, where=where))
    if not found:
        raise BadForm(
            "a code that is no answer to this item",
            where=where,
            expected="a code of the instrument, or one with its value (ordinalValue)",
        )
    if len(found) > 1:
        raise BadForm("a code and a value that do not agree", where=where, expected="one value")
    return found.pop()


def _readings(
    coding: Shape,
    answer: Shape,
    item: Item,
    weights: Mapping[tuple[str, str], Weight],
    *,
    where: str,
) -> Iterator[int]:
    code, system = text(coding, "code"), text(coding, "system")
    is_loinc = system in codes.LOINC_NAMES
    by_code = from_code(item, code) if is_loinc or not system else None
    weighed = [weight_of(coding), weight_of(answer), weights.get((system, code))]
    certain = [from_number(item, weight, where=where) for weight in weighed if weight is not None]
    yield from certain if by_code is None else [by_code, *certain]
    if by_code is None and not certain:
        yield from [] if is_loinc else _from_plain_code(code, item, where=where)
        yield from _from_words([text(coding, "display"), code], item)


def _from_plain_code(code: str, item: Item, *, where: str) -> Iterator[int]:
    """A code of a form's own that is simply the number."""
    bare = to_number(code, ".")
    if bare is not None:
        yield from_number(item, bare, where=where)


def _from_words(said: list[str], item: Item) -> Iterator[int]:
    for words in said:
        value = from_words(item, words) if words else None
        if value is not None:
            yield value
