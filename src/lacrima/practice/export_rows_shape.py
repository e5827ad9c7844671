"""The tables of rows without names: as logged, and coarser where a value could name somebody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lacrima.formats.dictionary import EMPTY, EMPTY_TEXT, NEVER_MISSING, Column, Kind, Shape
from lacrima.practice.export_shape import shape_of
from lacrima.records.models import (
    Answers,
    Episode,
    Expression,
    Moment,
    Participant,
    PlainScore,
    Session,
    Voice,
)
from lacrima.records.row import Row

DAYS = "whole days since the first dated session of the course of care; no date, no time of day"
MINUTES = "cut down to whole minutes"
_NAMED = "a random name, the same in all tables of this export"


def _column(model: type[Row], of: str, **changes: Any) -> Column:
    found = next(one for one in shape_of(model).columns if one.name == of)
    return replace(found, **changes)


def _key(name: str, what: str, missing: str = NEVER_MISSING) -> Column:
    return Column(name, Kind.ID, f"{what}: {_NAMED}", missing=missing)


def _number(name: str, meaning: str, unit: str = "", **more: Any) -> Column:
    return Column(name, Kind.INTEGER, meaning, unit, missing=EMPTY, **more)


def _day(meaning: str) -> Column:
    return _number("day", meaning, "days", coarsened=DAYS)


_EPISODE = _key("episode", "the course of care")
_SESSION_NUMBER = _column(Session, "number", name="session_number")

EPISODES = Shape(
    "episodes",
    "one course of care",
    (
        _EPISODE,
        _column(Episode, "kind"),
        _number("clients", "how many clients come"),
        _number("days", "from the first dated session to the last", "days", coarsened=DAYS),
    ),
)
SEATS = Shape(
    "seats",
    "somebody's place in a course of care",
    (_EPISODE, _key("person", "the person"), _column(Participant, "role")),
)
SESSIONS = Shape(
    "sessions",
    "one meeting, as logged; not logged is missing, never no tears",
    (
        _key("session", "the session"),
        _EPISODE,
        _SESSION_NUMBER,
        _day("when it was"),
        *(
            _column(Session, name)
            for name in (
                "length_min",
                "modality",
                "face_visible",
                "state",
                "log_state",
                "heaviness",
                "heaviness_by",
                "heaviness_after",
                "heaviness_after_by",
            )
        ),
    ),
)
MOMENTS = Shape(
    "moments",
    "a span of a session in which an emotion showed, was held back or was missed",
    (
        _key("moment", "the moment"),
        _key("session", "the session"),
        _EPISODE,
        _SESSION_NUMBER,
        _day("when it was"),
        *(_column(Moment, name) for name in ("nature", "kind", "started_by")),
        _number("start_min", "where it begins in the session", "minutes", coarsened=MINUTES),
        _number("end_min", "where it ends in the session", "minutes", coarsened=MINUTES),
    ),
)
VOICE_FIELDS = (
    "side", "occasion", "told_aloud", "is_simulated", "flow", "about", "noticed", "burdened",
    "spoken_of", "spoken_by", "focus_back_min", "response", "seemed", "rating", "items",
    "would_like_to_talk",
)  # fmt: skip
VOICES = Shape(
    "voices",
    "one side of a moment; voices are never averaged",
    (
        _key("voice", "the voice"),
        _key("moment", "the moment"),
        _EPISODE,
        _key("speaker", "who speaks", EMPTY),
        _number("days_after", "from the session to when it was given", "days", coarsened=DAYS),
        _key("first", "whose emotion came first", EMPTY),
        _number("spoken_session_number", "in which session it was spoken of"),
        *(_column(Voice, name) for name in VOICE_FIELDS),
    ),
)
EXPRESSION_FIELDS = ("shown", "held_back", "came_about", "emotions")
EXPRESSIONS = Shape(
    "expressions",
    "what one person showed in a moment, as one voice tells it",
    (
        _key("voice", "the voice that tells it"),
        _key("moment", "the moment"),
        _EPISODE,
        _key("person", "the person whose emotion it was"),
        _column(Participant, "role"),
        *(_column(Expression, name) for name in EXPRESSION_FIELDS),
    ),
)
ANSWERS_FIELDS = ("instrument_version", "recall_days", "total", "why", "missing", "source")
ANSWERS = Shape(
    "answers",
    "one filled questionnaire, or one plain score",
    (
        _key("answers", "the answers"),
        _EPISODE,
        _key("person", "who answered"),
        _key("session", "the session", EMPTY),
        _number("session_number", "the session's number"),
        _column(Answers, "assessment"),
        _day("when they were given, or when the session was"),
        Column("measure", Kind.TEXT, "the short name of the measure; see the table measures"),
        *(_column(Answers, name) for name in ANSWERS_FIELDS),
    ),
)
ITEMS = Shape(
    "items",
    "the answer to one item; an item without an answer has an empty value, never 0",
    (
        _key("answers", "the answers it stands in"),
        Column("measure", Kind.TEXT, "the short name of the measure"),
        Column("item", Kind.TEXT, "the item's id"),
        _number("value", "the answer"),
    ),
)
MEASURES = Shape(
    "measures",
    "a questionnaire or plain score that stands in these rows",
    (
        Column("measure", Kind.TEXT, "its short name; one that the practice defined has a number"),
        Column("name", Kind.TEXT, "its name, where it comes with Lacrima", missing=EMPTY_TEXT),
        Column("is_own", Kind.BOOLEAN, "whether the practice defined it"),
        *(_column(PlainScore, name) for name in ("minimum", "maximum", "higher_is_better")),
        _column(PlainScore, "recall_days"),
    ),
)
SHAPES = (EPISODES, SEATS, SESSIONS, MOMENTS, VOICES, EXPRESSIONS, ANSWERS, ITEMS, MEASURES)
