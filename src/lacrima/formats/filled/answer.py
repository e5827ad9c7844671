"""One answer, as files write it, against the item that it answers. Never a guess.

Understood are a whole number (also as 2.0 or "2"), LOINC's code of a choice, and the words of a
choice. Messages never hold the answer.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from lacrima.errors import BadForm, OutOfRange
from lacrima.formats.numbers import is_missing, to_number
from lacrima.instruments.definition import Item, Scale

LARGEST = 1_000_000
# LOINC's panel 69737-5 has an answer of its own on one item of the GAD-7, "More days than not",
# in the place of "More than half the days" (Zorowitz et al. 2021, 10.1016/S2215-0366(21)00001-8).
SAME_CHOICE = {"LA18938-3": "LA6570-1"}
_NOT_WORDS = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Letters and digits alone, small: for comparing words.

    >>> plain("More than half the days?") == plain("more than half  the days")
    True
    """
    return _NOT_WORDS.sub("", text.casefold())


def from_number(item: Item, number: int | Decimal, *, where: str) -> int:
    """The answer that a number is. OutOfRange where the item does not allow it."""
    exact = Decimal(number)
    is_whole = abs(exact) <= LARGEST and exact == exact.to_integral_value()
    if not is_whole or not item.scale.has_value(int(exact)):
        raise OutOfRange(
            "an answer this item does not allow", where=where, expected=_allowed(item.scale)
        )
    return int(exact)


def from_text(item: Item, text: str, *, where: str, decimal: str = ".") -> int | None:
    """The answer that a text is: a number, a choice's code or its words; None where missing.

    decimal: the decimal mark of the file. Raises BadForm where it is none of these.
    """
    if is_missing(text):
        return None
    number = to_number(text, decimal)
    if number is not None:
        return from_number(item, number, where=where)
    value = from_code(item, text.strip())
    if value is None:
        value = from_words(item, text)
    if value is None:
        raise BadForm("text that is no answer", where=where, expected=_allowed(item.scale))
    return value


def from_code(item: Item, code: str) -> int | None:
    """The value of LOINC's code of a choice, or None where the item has no such choice."""
    return _by_code(item.scale).get(SAME_CHOICE.get(code, code))


def from_words(item: Item, words: str) -> int | None:
    """The value of the choice with these words, or None."""
    return _by_words(item.scale).get(plain(words))


@cache
def _by_code(scale: Scale) -> dict[str, int]:
    return {choice.loinc: choice.value for choice in scale.choices if choice.loinc}


@cache
def _by_words(scale: Scale) -> dict[str, int]:
    found = {plain(choice.text): choice.value for choice in scale.choices}
    return found if len(found) == len(scale.choices) else {}


def _allowed(scale: Scale) -> str:
    return f"a whole number from {scale.minimum} to {scale.maximum}"
