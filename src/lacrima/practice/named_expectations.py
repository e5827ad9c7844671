"""Expectations of other practices: taken in as a file, kept by their name, used while there is too
little of one's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from lacrima.analyses.course_named import Asked, must_agree
from lacrima.analyses.course_named_file import named_bytes, read_named
from lacrima.analyses.course_values import NamedCourse
from lacrima.errors import BadInput
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import When, Who
from lacrima.practice.changing import make, put
from lacrima.practice.finding import as_id
from lacrima.practice.removing import remove
from lacrima.practice.scored import Scored
from lacrima.records import access, audit
from lacrima.records.access import Right, require
from lacrima.records.models import Member, NamedExpectation, PlainScore

__all__ = ["Kept", "find", "kept", "named_for", "remove_expectation", "take_in"]

SESSIONS = "sessions"


@dataclass(frozen=True)
class Kept:
    """One that is kept, and what its questionnaire is called here. course: None if unreadable."""

    row: NamedExpectation
    questionnaire: str
    course: NamedCourse | None


def kept() -> list[Kept]:
    """All of them, by questionnaire."""
    return [
        Kept(row, _called(row.measure), _read(row.content))
        for row in NamedExpectation.objects.all()
    ]


def named_for(what: Scored) -> NamedCourse | None:
    """The expectation that is kept for this questionnaire; None where none is, or it fits no more.

    The scale of a score of one's own may have been defined anew since.
    """
    row = NamedExpectation.objects.filter(measure=_key(what)).first()
    if row is None:
        return None
    found = _read(row.content)
    if found is None:
        return None
    try:
        must_agree(found, Asked(what.slug, what.rules, SESSIONS))
    except BadInput:
        return None
    return found


def take_in(data: bytes, *, by: Member) -> NamedExpectation:
    """Keep the expectation in this file; it takes the place of an earlier one of its questionnaire.

    Raises BadInput where the file is none, its questionnaire is not used here, or scale,
    direction or times are not those that are used here.
    """
    found = _whole(data)
    with audit.change(by=by, action="expectation.taken_in") as line:
        require(by, Right.CHANGE_PRACTICE)
        what = _asked(found.instrument)
        _must_fit(found, what)
        said = {"name": found.name, "content": named_bytes(found).decode()}
        row = NamedExpectation.objects.select_for_update().filter(measure=_key(what)).first()
        if row is None:
            row = make(NamedExpectation, measure=_key(what), **said)
        else:
            put(row, **said)
        line.about(row, instrument=what.slug)
        return row


def find(by: Member, key: UUID | str) -> NamedExpectation:
    """This one; NotFound when there is none, or who asks may not look after the practice."""
    return access.find(by, NamedExpectation, as_id(key))


def remove_expectation(key: UUID | str, *, by: Member) -> None:
    """Use it no longer: with too little of one's own it is too early for a band again."""
    with audit.change(by=by, action="expectation.removed") as line:
        require(by, Right.CHANGE_PRACTICE)
        row = find(by, key)
        line.about(row)
        remove(row)


def _whole(data: bytes) -> NamedCourse:
    """What the file says; a refusal in the words of a page."""
    try:
        return read_named(data)
    except BadInput:
        raise BadInput(
            "a file that is no expectation, or is damaged",
            where="file",
            expected="one that was written with “lacrima course --expectation-out”",
            next_step="Ask for the file once more. Nothing was changed.",
        ) from None


def _must_fit(found: NamedCourse, what: Scored) -> None:
    try:
        must_agree(found, Asked(what.slug, what.rules, SESSIONS))
    except BadInput:
        raise BadInput(
            "an expectation for another scale, another direction or another count of time",
            where="file",
            expected="the scale and direction that are used here, and times that count sessions",
            next_step="Ask for one that was made for the same scores. Nothing was changed.",
        ) from None


def _key(what: Scored) -> str:
    return f"own.{what.slug}" if what.is_own else what.slug


def _asked(slug: str) -> Scored:
    """The questionnaire, or the score of the practice's own, that goes by this name."""
    one = shipped().get(slug)
    if one and one.about is Who.CLIENT and one.when is not When.AFTER_SESSION and one.has_total:
        return Scored(slug, one.minimum, one.maximum, one.higher_is_better)
    own = PlainScore.objects.filter(slug=slug).first()
    if own is not None:
        return Scored(slug, own.minimum, own.maximum, own.higher_is_better, is_own=True)
    raise BadInput(
        "an expectation for a questionnaire that is not known here",
        where="file",
        expected="one of the questionnaires, or a score of your own by its short name",
        next_step="Define the score first, under Settings, with that short name.",
    )


def _called(measure: str) -> str:
    one = shipped().get(measure)
    if one is not None:
        return one.name
    own = PlainScore.objects.filter(slug=measure.removeprefix("own.")).first()
    return own.name if own else measure


@lru_cache(maxsize=64)
def _read(content: str) -> NamedCourse | None:
    """None for what came in with a whole practice and is no such file."""
    try:
        return read_named(content.encode())
    except BadInput:
        return None
