"""One filled questionnaire, as plain values, on its way into FHIR."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lacrima.errors import BadInput, OutOfRange
from lacrima.instruments.definition import Instrument
from lacrima.instruments.scoring import Scored, score

MAX_TEXT = 1_000
_NOT_FOR_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseValue:
    """One filled questionnaire.

    instrument: what was filled in. answers: item id to value; None or left out is missing.
    total: for a score of which only the total is known, in the place of answers. key: tells this
    response apart from all others; the resources' ids are made from it, so the same key always
    gives the same ids, and it does not stand in what is written. subject: the code of the
    person, or "" for nobody named. authored: when it was filled in, aware; None is unknown.

    Raises BadInput for an empty key, a time without a zone, text that no file may hold, a total
    beside answers, or an item the instrument does not have; OutOfRange for an answer or a total
    outside its range.
    """

    instrument: Instrument
    answers: Mapping[str, int | None]
    key: str
    subject: str = ""
    authored: datetime | None = None
    total: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be written."""
        if not self.key:
            raise BadInput("a response without a key", where="key", expected="a key of its own")
        if self.authored is not None and self.authored.tzinfo is None:
            raise BadInput("a time without a zone", where="authored", expected="a zone")
        check_text(self.subject, "subject")
        if self.total is None:
            score(self.instrument, self.answers)
        else:
            self._check_total(self.total)

    @property
    def scored(self) -> Scored | None:
        """What the answers say, by the instrument's own rules; None for a total alone."""
        return score(self.instrument, self.answers) if self.total is None else None

    def _check_total(self, total: Decimal) -> None:
        if self.answers:
            raise BadInput("a total beside answers", where="total", expected="one of the two")
        one = self.instrument
        if not (total.is_finite() and one.minimum <= total <= one.maximum):
            raise OutOfRange(
                "a total outside its range",
                where=one.name,
                expected=f"{one.minimum} to {one.maximum}",
            )


def check_text(text: str, where: str) -> None:
    """Refuse text that is too long or blank, or that XML cannot carry, without saying it."""
    if len(text) > MAX_TEXT or (text and not text.strip()):
        raise BadInput(
            "a text that is blank or very long", where=where, expected=f"1 to {MAX_TEXT} characters"
        )
    check_characters(text, where)


def check_characters(text: str, where: str) -> None:
    """Refuse control characters and halves of characters, which no XML can carry."""
    if _NOT_FOR_XML.search(text):
        raise BadInput("control characters", where=where, expected="readable characters")
