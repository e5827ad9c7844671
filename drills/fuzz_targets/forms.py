"""Calendars, filled questionnaires of every kind, wordings, and expectations from elsewhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from drills.fuzz_parsers import FHIR, FHIR_PLAIN, FHIR_XML, FORM, FORMS, ICS, PHQ_9
from drills.fuzz_targets.target import Target, as_json, plain
from lacrima.analyses.course import course_report
from lacrima.analyses.course_named_file import read_named
from lacrima.analyses.course_values import Score
from lacrima.formats import answers_file, calendar
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.scoring import score
from lacrima.instruments.wording import Wording, with_wording
from tests.formats.fhir_given import ANSWERS, CODES, STYLES, items, response

EXPECTED = files("lacrima").joinpath("practice", "demo_expected.json").read_bytes()
WSAS = shipped()["wsas"]
EVENT = b"""BEGIN:VEVENT\r\nUID:2\r\nDTSTART:20250303T090000Z\r\nDURATION:PT50M\r
RDATE:20250304T090000Z\r\nRECURRENCE-ID:20250310T080000Z\r\nSTATUS:CANCELLED\r
CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://x.example\r\nEND:VEVENT\r\nEND:VCALENDAR"""
_STYLES = [
    *(response(items(links, ANSWERS["LOINC codes"])) for links in STYLES.values()),
    *(response(items(CODES, answers)) for answers in ANSWERS.values()),
]


def a_calendar(data: bytes) -> None:
    """As the settings page reads a calendar."""
    calendar.read_calendar(
        data,
        window_start=datetime(2025, 1, 1, tzinfo=UTC),
        window_end=datetime(2025, 6, 1, tzinfo=UTC),
        zone=UTC,
    )


def filled(data: bytes) -> None:
    """Filled questionnaires: read, and each one scored, as `lacrima score` does."""
    found = answers_file.read_answers(data, PHQ_9)
    for place in range(len(found)):
        score(found.instrument, found.answers_of(place))


def filled_xml(data: bytes) -> None:
    """The same, kept XML."""
    filled(b"<" + data.removeprefix(b"<"))


def wording(data: bytes) -> None:
    """Words for a skeleton, typed in: names and words are any text."""
    told = plain(data)
    if not isinstance(told, dict):
        return
    anchors = {
        str(scale): {len(value) - 2: str(word) for value, word in _pairs(words)}
        for scale, words in _pairs(told.get("anchors"))
    }
    words = {str(name): str(text) for name, text in _pairs(told.get("items"))}
    language, instruction = str(told.get("language")), str(told.get("instruction"))
    with_wording(WSAS, Wording(language, instruction, words, anchors))


def expectation(data: bytes) -> None:
    """An expected course from elsewhere: read, and drawn for a client, as on her page."""
    found = read_named(data)
    ends = found.rules.minimum, found.rules.maximum
    scores = [Score("a", place, score) for place, score in enumerate((*ends, *ends))]
    course_report(scores, found.rules, prior=found)


def _pairs(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


WORDS = {
    "language": "en",
    "instruction": "Read each.",
    "items": {item.id: "a line" for item in WSAS.items},
    "anchors": {WSAS.items[0].scale.name: {"00": "hardly", "0000": "a good deal"}},
}

TARGETS = {
    "calendar": Target(a_calendar, (ICS, ICS.replace(b"END:VCALENDAR\r\n", EVENT))),
    "filled_table": Target(filled, (FORMS, b"phq9_1,phq9_2\n1,2\n")),
    "filled_json": Target(filled, (FORM, b"[" + FORM + b"]"), is_json=True),
    "fhir_json": Target(
        filled, (FHIR, FHIR_PLAIN, *(json.dumps(one).encode() for one in _STYLES)), True, 65_536
    ),
    "fhir_xml": Target(filled_xml, (FHIR_XML,), most_bytes=65_536),
    "wording": Target(wording, (as_json(WORDS),), is_json=True),
    "expectation": Target(expectation, (EXPECTED,), is_json=True),
}
