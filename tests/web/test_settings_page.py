"""Settings: kept once, conflicts shown, scores defined, a calendar brought in."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from lacrima.records.models import AuditLine, Member, PlainScore, Practice, Session
from tests.support.cast import Cast
from tests.support.form_keys import form_key

CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VEVENT\r
UID:canary-1\r
DTSTART:20260302T150000Z\r
DTEND:20260302T155000Z\r
SUMMARY:Mia L.\r
END:VEVENT\r
END:VCALENDAR\r
"""


def _said(**more: str) -> dict[str, str]:
    return {
        "name": "Practice by the River",
        "zone": "Europe/Berlin",
        "country": "DE",
        "crisis_contacts": "112",
        "idle_minutes": "5",
        "shows_names": "on",
        "version": str(Practice.objects.get().version),
        "key": form_key(),
        **more,
    }


def test_settings_are_kept_with_one_line_in_the_log(anas: Client) -> None:
    lines = AuditLine.objects.count()
    answer = anas.post("/settings", _said())
    assert answer["Location"] == "/settings"
    practice = Practice.objects.get()
    assert (practice.name, practice.zone, practice.idle_minutes) == (
        "Practice by the River",
        "Europe/Berlin",
        5,
    )
    assert practice.shows_names
    assert AuditLine.objects.count() == lines + 1
    assert "The settings are kept." in anas.get("/settings").content.decode()


def test_the_same_form_twice_changes_one_thing(anas: Client) -> None:
    form = _said()
    first, lines = anas.post("/settings", form), AuditLine.objects.count()
    second = anas.post("/settings", form)
    assert (second.status_code, second["Location"]) == (303, first["Location"])
    assert AuditLine.objects.count() == lines


@pytest.mark.django_db(transaction=True)
def test_the_same_form_twice_at_once_changes_one_thing(committed_anas: Client) -> None:
    form, found = _said(), []
    lines = AuditLine.objects.count()

    def send() -> None:
        window = Client(headers={"host": "localhost"})
        window.cookies = committed_anas.cookies.copy()
        try:
            found.append(window.post("/settings", form).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [303] * 4
    assert AuditLine.objects.count() == lines + 1


def test_a_form_without_its_key_is_refused(anas: Client) -> None:
    for key in ("", "short", "with spaces in it here", "x" * 65):
        answer = anas.post("/settings", _said(key=key))
        assert answer.status_code == 400
        assert "without its own mark" in answer.content.decode()
    assert Practice.objects.get().name == "Practice at the Green"


def test_an_edit_conflict_shows_what_was_typed_and_overwrites_nothing(anas: Client) -> None:
    old = _said(crisis_contacts="typed in the second window")
    anas.post("/settings", _said())
    answer = anas.post("/settings", old)
    assert answer.status_code == 409
    assert "typed in the second window" in answer.content.decode()
    assert Practice.objects.get().crisis_contacts == "112"


def test_mistakes_stand_on_the_form_and_nothing_typed_is_lost(anas: Client) -> None:
    answer = anas.post("/settings", _said(idle_minutes="0", zone="Nowhere/Land"))
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "At least one minute" in words
    assert "Practice by the River" in words
    assert Practice.objects.get().idle_minutes == 10


def test_who_may_not_change_the_practice_sees_it_and_changes_nothing(
    cast: Cast, eyes_of: Callable[[Member], Client]
) -> None:
    window = eyes_of(cast.berta)
    page = window.get("/settings").content.decode()
    assert "024, at any hour" in page
    assert 'name="zone"' not in page
    assert window.post("/settings", _said()).status_code == 403
    assert Practice.objects.get().name == "Practice at the Green"


def _score(**more: str) -> dict[str, str]:
    return {
        "name": "Sleep, our own",
        "minimum": "0",
        "maximum": "10",
        "direction": "better",
        "key": form_key(),
        **more,
    }


def test_a_score_of_ones_own_is_defined_once(anas: Client) -> None:
    assert anas.post("/settings/scores", _score())["Location"] == "/settings"
    row = PlainScore.objects.get()
    assert (row.slug, row.higher_is_better) == ("sleep-our-own", True)
    assert "Sleep, our own" in anas.get("/settings").content.decode()
    again = anas.post("/settings/scores", _score())
    assert again.status_code == 422
    assert PlainScore.objects.count() == 1


def test_a_score_needs_a_range(anas: Client) -> None:
    answer = anas.post("/settings/scores", _score(minimum="10"))
    assert answer.status_code == 422
    assert "above the lowest" in answer.content.decode()


def test_a_calendar_is_looked_at_assigned_and_brought_in_once(anas: Client, cast: Cast) -> None:
    assert anas.post("/settings/calendar", {"calendar": SimpleUploadedFile("c.ics", CALENDAR)})[
        "Location"
    ] == ("/settings/calendar/sessions")
    page = anas.get("/settings/calendar/sessions").content.decode()
    assert "Mia L." in page
    assert Session.objects.count() == 0
    form = {"title_0": str(cast.care_of_mia.pk), "key": form_key()}
    answer = anas.post("/settings/calendar/sessions", form)
    assert answer.status_code == 303
    assert Session.objects.filter(episode=cast.care_of_mia).count() == 1
    assert anas.get("/settings/calendar/sessions")["Location"] == "/settings/calendar"


def test_what_is_no_calendar_is_said_so_and_nothing_is_kept(anas: Client) -> None:
    for content in (b"\x00" * 5000, b"%PDF-1.7 lies", b"\xff\xfe" + b"BEGIN", b"BEGIN:VCALENDAR"):
        answer = anas.post("/settings/calendar", {"calendar": SimpleUploadedFile("c.ics", content)})
        assert answer.status_code in {303, 422}
    assert Session.objects.count() == 0


def test_a_file_that_is_too_large_goes_to_no_temporary_file(
    anas: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    large = SimpleUploadedFile("c.ics", b"\x00" * (6 * 1024 * 1024))
    answer = anas.post("/settings/calendar", {"calendar": large})
    assert answer.status_code == 422
    assert "larger than 5 MB" in answer.content.decode()


def test_a_calendar_cannot_be_assigned_to_somebody_elses_client(anas: Client, cast: Cast) -> None:
    anas.post("/settings/calendar", {"calendar": SimpleUploadedFile("c.ics", CALENDAR)})
    form = {"title_0": str(cast.care_of_clara.pk), "key": form_key()}
    assert anas.post("/settings/calendar/sessions", form).status_code == 422
    assert Session.objects.count() == 0
