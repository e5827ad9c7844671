"""The practice's side of the door: how it stands, its plan, links, reminders, words to outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from lacrima.practice import care, door_answering, door_house, door_own, door_plan, door_way_out
from lacrima.records.models import (
    AuditLine,
    Door,
    DoorHouse,
    DoorLink,
    DoorWay,
    Episode,
    Member,
    Moment,
    Offer,
    Participant,
    Practice,
    Release,
    Session,
    WayOut,
)
from tests.support import doors
from tests.support.at_the_door import settled
from tests.support.cast import NOON, Cast
from tests.support.form_keys import form_key
from tests.support.still_clock import StillClock

WORDS = "I would rather not be asked this by her"
in_a_clinic = pytest.mark.clinic


@pytest.fixture
def seat(cast: Cast) -> Participant:
    return cast.place_of(cast.mia, cast.care_of_mia)


@pytest.fixture
def door(cast: Cast) -> str:
    return f"/clients/{cast.care_of_mia.pk}/door"


def shown(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def told(seat: Participant, session: Session, step: str, **values: object) -> None:
    """One page of the door, as the client sent it."""
    release = Release(values.pop("release", "") or "")
    said = {"values": values, "release": release}
    door_answering.keep(doors.word(seat, step, session, given_at=NOON, **said))


def released(cast: Cast, seat: Participant, *, rating: int = -2) -> Moment:
    """A moment that the client alone told of, and lets be read."""
    settled(seat)
    session = cast.session(4, start=NOON - timedelta(hours=3))
    told(seat, session, "asked", rating=1, stood_out=["therapist"])
    told(seat, session, "first", rating=rating, words=WORDS, release="open")
    return Moment.objects.get()


def left_open(cast: Cast, seat: Participant, clock: StillClock) -> None:
    """The client has read, and the questions after two sessions are left."""
    clock.at = NOON - timedelta(days=21)
    settled(seat)
    clock.at = NOON
    cast.session(8, start=NOON - timedelta(days=14))
    cast.session(9, start=NOON - timedelta(days=7))


# --- how the door stands


def test_the_client_page_leads_to_the_door_which_says_how_it_stands(
    anas: Client, cast: Cast, door: str, seat: Participant
) -> None:
    assert f'href="{door}"' in shown(anas, f"/clients/{cast.care_of_mia.pk}")
    page = shown(anas, door)
    assert "Before the first question M 01 reads who reads what." in page
    assert "It asks after every session" in page
    assert "What a client did not release is read by nobody, and not counted here." in page
    settled(seat)
    assert "M 01 has read who reads what." in shown(anas, door)


def test_a_pause_and_a_stop_are_told_without_a_reason(
    anas: Client, door: str, seat: Participant
) -> None:
    settled(seat)
    door_own.pause(seat.pk, until=(NOON + timedelta(days=7)).date())
    assert "It is paused: up to 17 March 2026 nothing is asked." in shown(anas, door)
    door_own.stop(seat.pk)
    page = shown(anas, door)
    assert "The door is stopped. Nothing is asked." in page
    assert "It is paused" not in page


@pytest.mark.parametrize("release", ["nobody", "keeper"])
def test_how_sessions_were_is_shown_and_what_was_not_released_is_not(
    anas: Client, cast: Cast, door: str, seat: Participant, release: str
) -> None:
    settled(seat)
    session = cast.session(4, start=NOON - timedelta(hours=3))
    told(seat, session, "asked", rating=-3, stood_out=["therapist"])
    told(seat, session, "first", rating=-4, words=WORDS, release=release)
    door_own.add_statement(seat.pk, "This is how I see it", DoorWay.LINK)
    page = shown(anas, door)
    assert "−3" in page
    assert "hindering</td>" in page
    assert "This is how I see it" in page
    assert WORDS not in page
    assert "−4</td>" not in page


def test_each_client_of_a_couple_has_a_door(anas: Client, cast: Cast) -> None:
    both = care.start_episode(
        by=cast.ana, kind="couple",
        clients=[care.NewClient(code="J 01"), care.NewClient(code="S 02")],
    )  # fmt: skip
    seats = list(both.participants.filter(client__isnull=False).order_by("created_at"))
    address = f"/clients/{both.pk}/door"
    first = shown(anas, address)
    assert f"{address}?who={seats[1].pk.hex}" in first
    assert "reads who reads what" in first
    second = shown(anas, f"{address}?who={seats[1].pk.hex}")
    assert "Before the first question S 02 reads" in second
    strange = cast.place_of(cast.clara, cast.care_of_clara)
    shown(anas, f"{address}?who={strange.pk.hex}", status=404)
    shown(anas, f"{address}?who=none", status=404)


def test_a_stranger_finds_no_door(cast: Cast, door: str, eyes_of: Callable[..., Client]) -> None:
    window = eyes_of(cast.berta)
    for place in ("", "/plan", "/reminders", "/open-asks"):
        shown(window, f"{door}{place}", status=404)
    assert window.post(f"{door}/hand-over", {"key": form_key()}).status_code == 404


# --- what it asks


def test_rhythm_and_questionnaires_are_changed(anas: Client, door: str) -> None:
    page = shown(anas, f"{door}/plan")
    assert "At most three minutes a week" in page
    assert 'name="form_phq-9"' not in page
    assert "Until then the PHQ-8 asks the rest." in page
    said = {"key": form_key(), "every_sessions": "2", "form_phq-8": "14", "for_child": "on",
            "version": "1"}  # fmt: skip
    assert anas.post(f"{door}/plan", said).status_code == 303
    row = Door.objects.get()
    assert (row.every_sessions, row.for_child) == (2, True)
    assert row.plan == [{"instrument": "phq-8", "every_days": 14}]
    page = shown(anas, door)
    assert "PHQ-8 every 2 weeks" in page
    assert "less than a minute a week" in page
    assert "It asks after every 2 sessions" in page
    assert '<option value="14" selected>' in shown(anas, f"{door}/plan")


def test_more_than_three_minutes_a_week_is_refused_beside_the_questionnaire(
    anas: Client, door: str
) -> None:
    said = {"key": form_key(), "every_sessions": "1", "form_gad-7": "7", "form_pcl-5": "7",
            "version": "1"}  # fmt: skip
    answer = anas.post(f"{door}/plan", said)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "More than three minutes a week. Expected: fewer questionnaires, or more seldom." in page
    assert 'href="#id_form_' in page
    assert not Door.objects.exists()


def test_the_phq_9_is_offered_once_reading_hours_and_cover_are_said(
    anas: Client, cast: Cast, door: str
) -> None:
    door_house.change_house(by=cast.ana, read_by_hour=9, cover="Dr Sol, 600 100 200")
    page = shown(anas, f"{door}/plan")
    assert 'name="form_phq-9"' in page
    assert "Until then the PHQ-8" not in page


# --- handing over


def test_handing_over_closes_her_pages_and_opens_the_door(anas: Client, door: str) -> None:
    page = shown(anas, door)
    assert "Your own pages are closed in this browser until" in page
    answer = anas.post(f"{door}/hand-over", {"key": form_key()})
    assert (answer.status_code, answer["Location"]) == (303, "/door")
    assert anas.get("/door").status_code == 303
    assert "Who reads what" in shown(anas, "/door/who-reads-what")
    assert anas.get("/")["Location"] in {"/unlock", "/sign-in", "/sign-in/again"}


# --- reminders


def test_reminders_are_neutral_and_follow_the_calendar_alone(
    anas: Client, cast: Cast, door: str
) -> None:
    care.add_slot(
        cast.care_of_mia, by=cast.ana, weekday=3, local_time=time(15), from_on=NOON.date()
    )
    page = shown(anas, f"{door}/reminders")
    assert "evenings within twelve weeks, the first on 12 March" in page
    assert "mailto:?subject=A%20moment%20for%20you" in page
    assert "sms:?&amp;body=If%20you%20like" in page
    answer = anas.post(f"{door}/reminders", {"key": form_key()})
    assert answer["Content-Type"].startswith("text/calendar")
    text = answer.content.decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    events = list(Calendar.from_ical(text).walk("VEVENT"))
    assert len(events) == 12
    assert {str(one["summary"]) for one in events} == {"A moment for you"}
    assert events[0]["dtstart"].dt.hour == 19  # 20:00 in Madrid in winter
    told = text.lower()
    for word in ("lacrima", "therap", "session", "practice", "green", "m 01", "mia", "tears"):
        assert word not in told, word


def test_who_stopped_or_rests_is_reminded_of_nothing(
    anas: Client, cast: Cast, door: str, seat: Participant
) -> None:
    care.add_slot(
        cast.care_of_mia, by=cast.ana, weekday=3, local_time=time(15), from_on=NOON.date()
    )
    settled(seat)
    door_own.pause(seat.pk, until=(NOON + timedelta(days=7)).date())
    assert "the first on 19 March" in shown(anas, f"{door}/reminders")
    door_own.stop(seat.pk)
    assert "No appointment is known" in shown(anas, f"{door}/reminders")


# --- Today


def test_a_moment_answered_as_hindering_stands_on_today_until_it_is_closed(
    anas: Client, cast: Cast, seat: Participant
) -> None:
    moment = released(cast, seat)
    page = shown(anas, "/")
    assert "A moment was answered as hindering" in page
    assert "M 01, session 4, at the door" in page
    assert page.count(f'href="/moments/{moment.pk}"') == 1
    assert WORDS not in page
    anas.post(f"/offers/{Offer.objects.get().pk}/close", {"key": form_key()})
    assert "answered as hindering" not in shown(anas, "/")


def test_what_helped_or_was_not_released_stands_nowhere(
    anas: Client, cast: Cast, seat: Participant
) -> None:
    settled(seat)
    session = cast.session(4, start=NOON - timedelta(hours=3))
    told(seat, session, "asked", rating=-3, stood_out=["therapist"])
    told(seat, session, "first", rating=-4, release="nobody")
    assert "hindering" not in shown(anas, "/")
    told(seat, session, "first", rating=2, release="open")
    assert "hindering" not in shown(anas, "/")


def test_two_asks_that_stand_open_lead_to_a_page_with_three_things_to_try(
    anas: Client, cast: Cast, door: str, seat: Participant, still_clock: StillClock
) -> None:
    left_open(cast, seat, still_clock)
    page = shown(anas, "/")
    assert "Two asks stand open" in page
    assert f'href="{door}/open-asks?who={seat.pk.hex}"' in page
    about = shown(anas, f"{door}/open-asks?who={seat.pk.hex}")
    assert "Nobody has studied" in about
    assert "/evidence/studies/" in about or "clients-lies" in about
    assert about.count("<li>") >= 3
    assert "Two asks stand open" in shown(anas, door)
    door_own.pause(seat.pk, until=NOON.date())
    assert "Two asks stand open" not in shown(anas, "/")


def test_one_answer_and_no_ask_stands_open_any_more(
    anas: Client, cast: Cast, seat: Participant, still_clock: StillClock
) -> None:
    left_open(cast, seat, still_clock)
    told(seat, Session.objects.get(number=9), "asked", rating=2, stood_out=[])
    assert "Two asks stand open" not in shown(anas, "/")


def test_three_cards_at_most_and_wishes_first(
    anas: Client, cast: Cast, seat: Participant, still_clock: StillClock
) -> None:
    left_open(cast, seat, still_clock)
    released(cast, seat)
    session = cast.session(10, start=NOON - timedelta(hours=2))
    told(seat, session, "asked", rating=0, stood_out=["me"])
    told(seat, session, "first", release="talk", rating=1)
    page = shown(anas, "/")
    assert page.count('class="sheet card"') == 3
    assert page.index("would like to talk") < page.index("answered as hindering")


# --- the settings of all doors


def test_what_holds_for_all_doors_is_written_in_the_settings(anas: Client) -> None:
    assert 'href="/settings/door"' in shown(anas, "/settings")
    assert "somebody else may look at the phone" in shown(anas, "/settings/door")
    said = {
        "key": form_key(), "shown_name": "At the Green", "reading": "on working days before ten",
        "read_by_hour": "10", "cover": "Dr Sol, 600 100 200", "outside": "Dr Nu, 600 300 400",
        "complaints": "The chamber",
    }  # fmt: skip
    assert anas.post("/settings/door", said).status_code == 303
    row = DoorHouse.objects.get()
    assert (row.shown_name, row.read_by_hour, row.outside_member) == ("At the Green", 10, None)
    assert row.cover == "Dr Sol, 600 100 200"
    page = shown(anas, "/settings/door")
    assert 'value="At the Green"' in page
    old = {**said, "key": form_key(), "version": "0", "shown_name": "Elsewhere"}
    assert anas.post("/settings/door", old).status_code in {409, 422}
    assert DoorHouse.objects.get().shown_name == "At the Green"
    new = {**said, "key": form_key(), "version": str(row.version), "read_by_hour": ""}
    assert anas.post("/settings/door", new).status_code == 303
    assert DoorHouse.objects.get().read_by_hour is None


def test_the_settings_of_the_door_are_for_whoever_looks_after_the_practice(
    cast: Cast, eyes_of: Callable[[Member], Client]
) -> None:
    shown(eyes_of(cast.berta), "/settings/door", status=403)


@pytest.mark.embedded
def test_on_a_laptop_there_are_no_links_and_nobody_is_written_to(anas: Client, door: str) -> None:
    shown(anas, f"{door}/links/new", status=404)
    shown(anas, "/way-out", status=404)
    assert "/door/links/" not in shown(anas, door)
    assert "outside_member" not in shown(anas, "/settings/door")


# --- in a clinic


@in_a_clinic
def test_a_link_is_shown_once_with_a_picture_and_a_sheet_that_names_nobody(
    anas: Client, door: str
) -> None:
    assert "90 days" in shown(anas, f"{door}/links/new")
    answer = anas.post(f"{door}/links/new", {"key": form_key(), "days": "30"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "https://localhost/door/come-in#t=" in page
    assert "<svg viewBox=" in page
    assert "It opens until 9 April 2026." in page
    sheet = page.split('class="sheet stack alone"')[1].split("</section>")[0]
    assert "Practice at the Green" in sheet
    assert "You need no account" in sheet
    assert "024, at any hour" in sheet
    assert "#t=" not in sheet
    for word in ("Lacrima", "M 01", "Mia", "Ana", "therap", "tears"):
        assert word not in sheet, word
    token = page.split("#t=")[1].split("<")[0]
    assert token not in shown(anas, door)
    phone = Client(headers={"host": "localhost"})
    assert phone.post("/door/come-in", {"opener": token})["Location"] == "/door"
    code = sheet.split('class="code">')[2].split("<")[0]
    assert phone.post("/door/come-in", {"opener": code})["Location"] == "/door"


@in_a_clinic
def test_a_link_is_revoked_and_opens_nothing(anas: Client, door: str) -> None:
    page = anas.post(f"{door}/links/new", {"key": form_key(), "days": "14"}).content.decode()
    token = page.split("#t=")[1].split("<")[0]
    link = DoorLink.objects.get()
    assert f"/links/{link.pk}/revoke" in shown(anas, door)
    answer = anas.post(f"{door}/links/{link.pk}/revoke", {"key": form_key()})
    assert answer.status_code == 303
    assert "None that opens anything." in shown(anas, door)
    refused = Client(headers={"host": "localhost"}).post("/door/come-in", {"opener": token})
    assert refused.status_code == 422


@in_a_clinic
def test_how_long_a_link_holds_is_one_of_the_list(anas: Client, door: str) -> None:
    answer = anas.post(f"{door}/links/new", {"key": form_key(), "days": "3650"})
    assert answer.status_code == 422
    assert not DoorLink.objects.exists()


@in_a_clinic
def test_a_link_of_another_course_of_care_is_not_revoked_here(
    anas: Client, cast: Cast, door: str
) -> None:
    anas.post(f"{door}/links/new", {"key": form_key(), "days": "14"})
    other: Episode = care.start_episode(
        by=cast.ana, kind="individual", clients=[care.NewClient(code="K 03")]
    )
    link = DoorLink.objects.get()
    address = f"/clients/{other.pk}/door/links/{link.pk}/revoke"
    assert anas.post(address, {"key": form_key()}).status_code == 404
    assert DoorLink.objects.get().revoked_at is None


def _written_to_hanna(cast: Cast, seat: Participant, *, may_tell: bool = False) -> WayOut:
    door_house.change_house(by=cast.ana, outside_member=cast.hanna)
    return door_way_out.send(
        seat.pk, kind="crossed", words=WORDS, reach="600 1", may_tell_therapist=may_tell
    )


@in_a_clinic
def test_the_settings_name_somebody_of_the_house(anas: Client, cast: Cast) -> None:
    assert "Hanna Weiss" in shown(anas, "/settings/door")
    said = {"key": form_key(), "outside_member": cast.hanna.pk.hex}
    assert anas.post("/settings/door", said).status_code == 303
    assert DoorHouse.objects.get().outside_member == cast.hanna


@in_a_clinic
def test_what_was_written_to_her_is_read_by_her_alone_and_noted(
    anas: Client, cast: Cast, seat: Participant, door: str, eyes_of: Callable[[Member], Client]
) -> None:
    row = _written_to_hanna(cast, seat)
    hannas = eyes_of(cast.hanna)
    assert "Somebody wrote to you from the door." in shown(hannas, "/")
    assert "Somebody wrote to you" not in shown(anas, "/")
    assert WORDS not in shown(anas, "/way-out")
    assert WORDS not in shown(anas, door)
    shown(anas, f"/way-out/{row.pk}/seen", status=404)
    page = shown(hannas, "/way-out")
    assert WORDS in page
    assert "600 1" in page
    assert "M 01" in page
    assert "The therapist is not told of it." in page
    address = f"/way-out/{row.pk}/seen"
    assert WORDS in shown(hannas, address)
    assert hannas.post(address, {"key": form_key(), "done": " "}).status_code == 422
    assert hannas.post(address, {"key": form_key(), "done": "Called back"}).status_code == 303
    assert "Called back" in shown(hannas, "/way-out")
    assert "Somebody wrote to you" not in shown(hannas, "/")
    line = AuditLine.objects.get(action="way_out.seen")
    assert (line.thing, line.thing_id) == ("", "")


@in_a_clinic
def test_the_therapist_hears_of_it_only_where_the_client_lets_her(
    anas: Client, cast: Cast, seat: Participant, door: str
) -> None:
    _written_to_hanna(cast, seat)
    assert "Somebody outside the therapy" not in shown(anas, door)
    _written_to_hanna(cast, seat, may_tell=True)
    page = shown(anas, door)
    assert "Something crossed a line" in page
    assert WORDS not in page


def test_a_simulated_practice_shows_its_door_too(
    cast: Cast, door: str, eyes_of: Callable[[Member], Client]
) -> None:
    Practice.objects.update(is_simulated=True)
    assert "The door" in shown(eyes_of(cast.ana), door)


def test_the_plan_is_kept_once(anas: Client, cast: Cast, door: str, seat: Participant) -> None:
    said = {"key": form_key(), "every_sessions": "3", "version": "1"}
    assert [anas.post(f"{door}/plan", said).status_code for _ in range(2)] == [303, 303]
    assert AuditLine.objects.filter(action="door.changed").count() == 1
    assert door_plan.door_of(seat).every_sessions == 3
