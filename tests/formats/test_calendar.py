"""Calendars: repeating appointments, exceptions, clocks that change, entries left out."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from lacrima.errors import BadCalendar
from lacrima.formats import calendar as calendar_module
from lacrima.formats.calendar import read_calendar
from lacrima.moments.words import Modality

BERLIN = ZoneInfo("Europe/Berlin")


def read(*events: str, start="2024-03-01", end="2024-05-01", zone=BERLIN):
    body = "".join(
        f"BEGIN:VEVENT\nUID:e{number}\n{event}\nEND:VEVENT\n"
        if "UID:" not in event
        else f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n"
        for number, event in enumerate(events)
    )
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{body}END:VCALENDAR\n"
    return read_calendar(
        text.replace("\n", "\r\n").encode(),
        window_start=datetime.fromisoformat(start).replace(tzinfo=UTC),
        window_end=datetime.fromisoformat(end).replace(tzinfo=UTC),
        zone=zone,
    )


def starts(result):
    return [f"{each.start:%m-%d %H:%M}" for each in result.appointments]


def test_a_single_appointment_has_start_length_and_title():
    [one] = read("DTSTART:20240305T140000Z\nDTEND:20240305T145000Z\nSUMMARY:Mia L.").appointments
    assert (one.uid, one.length_min, one.title) == ("e0", 50, "Mia L.")
    assert one.start == datetime(2024, 3, 5, 14, tzinfo=UTC)
    assert one.start.tzinfo is UTC


def test_tuesdays_at_three_stay_at_three_when_the_clocks_change():
    result = read(
        "DTSTART;TZID=Europe/Berlin:20240319T150000\nDURATION:PT50M\nRRULE:FREQ=WEEKLY;COUNT=3"
    )
    assert starts(result) == ["03-19 14:00", "03-26 14:00", "04-02 13:00"]


def test_times_without_a_zone_belong_to_the_practice():
    result = read("DTSTART:20240319T150000\nRRULE:FREQ=WEEKLY;UNTIL=20240402T130000Z")
    assert starts(result) == ["03-19 14:00", "03-26 14:00", "04-02 13:00"]
    assert {each.length_min for each in result.appointments} == {50}


@pytest.mark.parametrize("until", ["20240402", "20240402T130000Z", "20240402T150000"])
def test_a_repetition_ends_with_its_last_day(until):
    result = read(f"DTSTART;TZID=Europe/Berlin:20240319T150000\nRRULE:FREQ=WEEKLY;UNTIL={until}")
    assert starts(result)[-1] == "04-02 13:00"


def test_dates_taken_out_and_added_are_respected():
    result = read(
        "DTSTART;TZID=Europe/Berlin:20240305T150000\nRRULE:FREQ=WEEKLY;COUNT=3\n"
        "EXDATE;TZID=Europe/Berlin:20240312T150000\nRDATE;TZID=Europe/Berlin:20240314T090000"
    )
    assert starts(result) == ["03-05 14:00", "03-14 08:00", "03-19 14:00"]


def test_one_moved_and_one_cancelled_date_of_a_series():
    result = read(
        "UID:a\nDTSTART:20240305T140000Z\nRRULE:FREQ=WEEKLY;COUNT=3",
        "UID:a\nRECURRENCE-ID:20240312T140000Z\nDTSTART:20240313T100000Z",
        "UID:a\nRECURRENCE-ID:20240319T140000Z\nDTSTART:20240319T140000Z\nSTATUS:CANCELLED",
    )
    assert starts(result) == ["03-05 14:00", "03-13 10:00"]
    assert [each.why for each in result.skipped] == ["cancelled"]


def test_only_what_begins_in_the_window_is_given():
    result = read("DTSTART:20200303T140000Z\nRRULE:FREQ=WEEKLY", end="2024-03-13")
    assert starts(result) == ["03-05 14:00", "03-12 14:00"]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ("DTSTART;VALUE=DATE:20240305\nSUMMARY:Mia", "whole day"),
        ("DTSTART:20240305T140000Z\nSTATUS:CANCELLED\nSUMMARY:Mia", "cancelled"),
        ("SUMMARY:Mia", "without a start"),
        ("DTSTART:20240305T140000Z\nDTEND:20240305T130000Z\nSUMMARY:Mia", "length"),
        ("DTSTART:20240305T140000Z\nRRULE:FREQ=SECONDLY\nSUMMARY:Mia", "by the hour"),
    ],
)
def test_what_makes_no_appointment_is_listed_without_its_title(event, why):
    result = read(event)
    assert result.appointments == []
    assert why in result.skipped[0].why
    assert "Mia" not in repr(result)


def test_video_and_phone_are_taken_only_where_the_calendar_says_so():
    result = read(
        "DTSTART:20240305T140000Z\nCONFERENCE;VALUE=URI;FEATURE=VIDEO:https://x.example",
        "DTSTART:20240306T140000Z\nCONFERENCE;VALUE=URI;FEATURE=PHONE:tel:+1",
        "DTSTART:20240307T140000Z\nLOCATION:https://zoom.example",
    )
    said = [each.modality for each in result.appointments]
    assert said == [Modality.VIDEO, Modality.PHONE, None]


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\xff\xfe\x00", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", b"\x00" * 100]
)
def test_a_file_that_is_no_calendar_is_refused(data):
    now = datetime(2024, 1, 1, tzinfo=UTC)
    with pytest.raises(BadCalendar):
        read_calendar(data, window_start=now, window_end=now, zone=UTC)


def test_too_many_appointments_are_refused(monkeypatch):
    monkeypatch.setattr(calendar_module, "MAX_APPOINTMENTS", 10)
    with pytest.raises(BadCalendar, match="10 appointments"):
        read("DTSTART:20240301T140000Z\nRRULE:FREQ=DAILY")


def test_a_series_from_long_ago_takes_no_time():
    began = time.monotonic()
    assert len(read("DTSTART:19000301T140000Z\nRRULE:FREQ=DAILY").appointments) == 61
    assert time.monotonic() - began < 3


def test_a_date_that_cannot_be_read_leaves_the_others_standing():
    result = read(
        "DTSTART:2024030\nSUMMARY:Mia",
        "DTSTART:20240305T140000Z\nRRULE:FREQ=WEEKLY;BYDAY=XX",
        "DTSTART:20240306T140000Z",
    )
    assert starts(result) == ["03-06 14:00"]
    assert [each.uid for each in result.skipped] == ["e0", "e1"]
    assert "Mia" not in repr(result)


def test_a_zone_with_an_endless_name_is_refused_in_our_words() -> None:
    data = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    data += b"DTSTART;TZID=" + b"9" * 400 + b":20250303T090000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    now = datetime(2025, 1, 1, tzinfo=UTC)
    with pytest.raises(BadCalendar):
        read_calendar(data, window_start=now, window_end=now, zone=UTC)
