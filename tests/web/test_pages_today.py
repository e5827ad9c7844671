"""Today: risk first, the sessions of the day, one tap for several, and little else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from lacrima.instruments.catalogue import shipped
from lacrima.practice import answers, moments, sessions
from lacrima.records.models import Member, Practice, RiskItem, Session
from tests.support.cast import NOON, Cast
from tests.support.form_keys import form_key
from tests.support.still_clock import StillClock


def _today_sessions(cast: Cast) -> tuple[Session, Session]:
    past = sessions.add_session(cast.care_of_mia, by=cast.ana, start=NOON - timedelta(hours=3))
    later = sessions.add_session(cast.care_of_mia, by=cast.ana, start=NOON + timedelta(hours=3))
    return past, later


def _raise_a_risk(cast: Cast) -> RiskItem:
    items = dict.fromkeys((item.id for item in shipped()["phq-9"].items), 0)
    items[shipped()["phq-9"].flags[0].item] = 2
    session = cast.session(1)
    answers.record_answers(
        cast.mia, cast.care_of_mia, by=cast.ana, instrument="phq-9", items=items, session=session
    )
    return RiskItem.objects.get()


def test_an_empty_practice_teaches_by_one_sentence_and_one_action(anas: Client, cast: Cast) -> None:
    page = anas.get("/").content.decode()
    assert "No sessions today." in page
    assert "Nothing stood out for these" not in page
    assert cast.mia.name not in page


def test_only_past_sessions_of_today_are_ticked_and_earlier_ones_are_not(
    anas: Client, cast: Cast
) -> None:
    past, later = _today_sessions(cast)
    before = cast.session(9, start=NOON - timedelta(days=1))
    page = anas.get("/").content.decode()
    assert f'value="{past.pk}" checked' in page
    assert f'value="{later.pk}"' not in page
    assert f'value="{before.pk}" aria-label' in page
    assert "never “nothing”" in page


def test_nothing_stood_out_for_several_is_kept_by_one_button_and_undone_by_another(
    anas: Client, cast: Cast
) -> None:
    rows = [cast.session(number) for number in (1, 2, 3)]
    data = {"key": form_key(), "session": [str(row.pk) for row in rows[:2]]}
    answer = anas.post("/sessions/nothing-stood-out", data, follow=True)
    assert "nothing stood out in 2 sessions" in answer.content.decode()
    states = Session.objects.order_by("number").values_list("log_state", flat=True)
    assert list(states) == ["nothing", "nothing", "not_yet"]
    anas.post("/sessions/nothing-undo", {**data, "key": form_key()})
    assert set(Session.objects.values_list("log_state", flat=True)) == {"not_yet"}


def test_nothing_ticked_changes_nothing_and_says_so(anas: Client, cast: Cast) -> None:
    cast.session(1)
    answer = anas.post("/sessions/nothing-stood-out", {"key": form_key()}, follow=True)
    assert "nothing was changed" in answer.content.decode()
    assert Session.objects.get().log_state == "not_yet"


def test_a_risk_stands_first_with_crisis_contacts_until_what_was_done_is_noted(
    anas: Client, cast: Cast
) -> None:
    risk = _raise_a_risk(cast)
    page = anas.get("/").content.decode()
    assert page.index("Look at this first") < page.index('id="sessions"')
    assert "024, at any hour" in page
    assert "024, at any hour" in anas.get(f"/clients/{cast.care_of_mia.pk}").content.decode()
    address = f"/risk/{risk.pk}"
    empty = anas.post(address, {"key": form_key(), "done": " "})
    assert empty.status_code == 422
    anas.post(address, {"key": form_key(), "done": "Spoke with her, safety plan renewed"})
    risk.refresh_from_db()
    assert risk.seen_by == cast.ana
    assert "Look at this first" not in anas.get("/").content.decode()
    seen = anas.get(address).content.decode()
    assert "safety plan renewed" in seen
    anas.post(f"{address}/undo", {"key": form_key()})
    assert "Look at this first" in anas.get("/").content.decode()


def test_risks_are_never_capped(anas: Client, cast: Cast) -> None:
    items = dict.fromkeys((item.id for item in shipped()["phq-9"].items), 0)
    items[shipped()["phq-9"].flags[0].item] = 1
    for number in range(1, 8):
        answers.record_answers(
            cast.mia,
            cast.care_of_mia,
            by=cast.ana,
            instrument="phq-9",
            items=items,
            session=cast.session(number),
        )
    assert anas.get("/").content.decode().count('href="/risk/') == 7


def test_a_suggestion_is_closed_by_one_tap(anas: Client, cast: Cast) -> None:
    moment = moments.log_moment(
        cast.session(1), by=cast.ana, who="both", shown=2, spoken_of="planned"
    )
    Practice.objects.update(last_backup_at=NOON)
    assert "You planned to speak of it." in anas.get("/").content.decode()
    offer = moment.offers.get()
    anas.post(f"/offers/{offer.pk}/close", {"key": form_key()})
    assert "You planned to speak of it." not in anas.get("/").content.decode()
    anas.post(f"/offers/{offer.pk}/reopen", {"key": form_key()})
    assert "You planned to speak of it." in anas.get("/").content.decode()


def test_a_client_who_would_like_to_talk_is_written_down_and_stands_on_today(
    anas: Client, cast: Cast
) -> None:
    moment = moments.log_moment(cast.session(4), by=cast.ana, who="therapist", flow="paused")
    mia = cast.place_of(cast.mia, cast.care_of_mia)
    said = {"occasion": "same_evening", "how": "aloud", "would_like_to_talk": "on"}
    address = f"/moments/{moment.pk}/voices/{mia.pk}"
    assert "Would like to talk about it" in anas.get(address).content.decode()
    assert anas.post(address, {"key": form_key(), **said}).status_code == 303
    page = anas.get("/").content.decode()
    assert "M 01 would like to talk about session 4" in page
    assert "No more than that was said. The session paused that day." in page
    assert page.count(f'href="/moments/{moment.pk}"') == 1
    assert "M 01 would like to talk about it." in anas.get(f"/moments/{moment.pk}").content.decode()
    anas.post(f"/offers/{moment.offers.get().pk}/close", {"key": form_key()})
    assert "would like to talk" not in anas.get("/").content.decode()


def test_a_backup_is_the_business_of_who_may_make_one(
    cast: Cast, eyes_of: Callable[[Member], Client]
) -> None:
    for member in (cast.berta, cast.hanna):
        assert "There is no backup yet." not in eyes_of(member).get("/").content.decode()


def test_the_last_backup_is_said_in_words(anas: Client, still_clock: StillClock) -> None:
    assert "There is no backup yet." in anas.get("/").content.decode()
    Practice.objects.update(last_backup_at=NOON - timedelta(hours=4))
    assert "Last backup today at 09:00" in anas.get("/").content.decode()


def test_a_supervisor_and_an_administrator_see_their_own_honest_page(
    cast: Cast, eyes_of: Callable[[Member], Client]
) -> None:
    _today_sessions(cast)
    page = eyes_of(cast.hanna).get("/").content.decode()
    assert "Nothing waits now." in page
    assert "M 01" not in page
    assert "Log a moment" not in page


@pytest.mark.parametrize("address", ["/", "/clients", "/clients/new"])
def test_a_page_asks_the_browser_to_remember_nothing(anas: Client, address: str) -> None:
    assert anas.get(address)["Cache-Control"] == "no-store"
