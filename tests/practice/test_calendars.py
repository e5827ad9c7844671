"""Sessions out of a calendar file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lacrima.errors import BadCalendar, NotAllowed, NotFound
from lacrima.practice import sessions
from lacrima.records.models import Session
from tests.support.cast import NOON, ZONE

CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VEVENT\r
UID:mia-1\r
SUMMARY:M.\r
DTSTART;TZID=Europe/Madrid:20260224T100000\r
DTEND;TZID=Europe/Madrid:20260224T105000\r
RRULE:FREQ=WEEKLY;COUNT=5\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:dentist\r
SUMMARY:Dentist\r
DTSTART:20260302T080000Z\r
DTEND:20260302T083000Z\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:holiday\r
SUMMARY:Holiday\r
DTSTART;VALUE=DATE:20260303\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.fixture
def preview(cast):
    """What Ana sees of her calendar before anything is kept."""
    return sessions.read_calendar(CALENDAR, by=cast.ana, zone=ZONE)


def test_the_preview_counts_titles_and_keeps_nothing(preview):
    assert [(one.title, one.count) for one in preview.entries] == [("Dentist", 1), ("M.", 5)]
    assert len(preview.skipped) == 1
    assert not Session.objects.exists()


def test_only_what_was_assigned_comes_in_and_only_once(cast, preview):
    assigned = {"M.": cast.care_of_mia.pk}
    assert sessions.bring_in_calendar(preview, assigned, by=cast.ana) == 5
    assert sessions.bring_in_calendar(preview, assigned, by=cast.ana) == 0
    assert Session.objects.count() == 5


def test_sessions_to_come_get_their_number_on_their_day(cast, preview):
    sessions.bring_in_calendar(preview, {"M.": str(cast.care_of_mia.pk)}, by=cast.ana)
    numbers = Session.objects.order_by("start").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, None, None]
    sessions.make_due(now=NOON + timedelta(days=7))
    assert list(numbers.all()) == [1, 2, 3, 4, None]


def test_a_session_that_is_there_already_is_not_made_again(cast, preview):
    cast.session(1, start=datetime(2026, 2, 24, 9, tzinfo=UTC))
    assert sessions.bring_in_calendar(preview, {"M.": cast.care_of_mia.pk}, by=cast.ana) == 4


def test_nobody_brings_sessions_into_foreign_care(cast, preview):
    with pytest.raises(NotFound):
        sessions.bring_in_calendar(preview, {"M.": cast.care_of_clara.pk}, by=cast.ana)
    with pytest.raises(NotAllowed):
        sessions.read_calendar(CALENDAR, by=cast.hanna, zone=ZONE)
    assert not Session.objects.exists()


def test_a_file_that_is_no_calendar_says_so(cast):
    with pytest.raises(BadCalendar):
        sessions.read_calendar(b"%PDF-1.7", by=cast.ana, zone=ZONE)
