"""Does a name speak of this questionnaire, of another one, or of none?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from functools import cache

from lacrima.formats.filled.answer import plain
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Instrument


class Belongs(Enum):
    """What a name says about the questionnaire."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    NOT_SAID = "not said"


def belonging(instrument: Instrument, form: str, texts: Iterable[str] = ()) -> Belongs:
    """Whether the name of a form, or the words of its questions, mean this instrument.

    >>> belonging(shipped()["gad-7"], "http://example.org/Questionnaire/my-PHQ9").name
    'ELSEWHERE'
    """
    if _means(instrument.slug, form) or (instrument.loinc_panel or "\0") in form:
        return Belongs.HERE
    ours = {plain(item.text) for item in instrument.items}
    said = {plain(text) for text in texts if text} - ours
    for other in _others(instrument.slug):
        is_named = _means(other.slug, form) or (other.loinc_panel or "\0") in form
        if is_named or said & {plain(item.text) for item in other.items if item.text}:
            return Belongs.ELSEWHERE
    return Belongs.NOT_SAID


def stem_belongs(instrument: Instrument, stem: str) -> Belongs:
    """The same for what stands before the number of a question: `PHQ.` or `gad7_`.

    Letters without a number (`phq`) do not tell PHQ-9 from PHQ-8, and so say nothing of either.
    """
    if _means(instrument.slug, stem):
        return Belongs.HERE
    letters = _letters(stem)
    is_family = bool(letters) and letters == _letters(instrument.slug)
    for other in _others(instrument.slug):
        if _means(other.slug, stem) or (letters == _letters(other.slug) and not is_family):
            return Belongs.ELSEWHERE
    return Belongs.NOT_SAID


def _others(slug: str) -> list[Instrument]:
    return [other for other in shipped().values() if other.slug != slug]


def _means(slug: str, text: str) -> bool:
    return bool(_pattern(slug).search(text.casefold()))


@cache
def _pattern(slug: str) -> re.Pattern[str]:
    """The slug with anything or nothing between its parts: phq-9, PHQ9, phq_9, but no phq-99."""
    parts = [re.escape(part) for part in slug.split("-")]
    end = "(?![0-9])" if slug[-1].isdigit() else "(?![a-z0-9])"
    return re.compile(rf"(?<![a-z0-9]){'[^a-z0-9]?'.join(parts)}{end}")


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalpha())
