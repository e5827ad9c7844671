"""The way into a clinic: a password, a second factor, once more, and out; and what thieves get."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client

from lacrima.practice import accounts, browser_sessions
from lacrima.records import models
from lacrima.records.accounts import BrowserSession
from lacrima.web import held_files
from tests.support.cast import Cast
from tests.support.form_keys import form_key
from tests.support.signed_in import account_of
from tests.support.signing_in import (
    PASSWORD,
    code_of,
    give_password,
    new_window,
    set_up_app,
)
from tests.support.still_clock import StillClock
from tests.support.windows import come_in, sign_in

if settings.IS_CLINIC:  # on a laptop it is not set up, and no test of this file is chosen
    from allauth.mfa.models import Authenticator

pytestmark = [pytest.mark.django_db, pytest.mark.clinic]


@pytest.fixture
def ana(cast: Cast) -> str:
    """The name with which Ana signs in, with a password and nothing else yet."""
    return str(account_of(cast.ana, PASSWORD).sign_in_name)


def test_a_password_alone_leads_to_a_second_factor_and_to_no_page(ana: str) -> None:
    window = new_window()
    assert window.get("/clients")["Location"] == "/sign-in"
    assert give_password(window, ana) == "/clients"
    assert window.get("/clients")["Location"] == "/sign-in/second-factor"
    assert window.get("/sign-in/second-factor").status_code == 200


def test_an_app_is_set_up_its_secret_is_sealed_and_the_codes_are_shown_once(
    committed_cast: Cast,  # what was proved is noted when the new factor is really kept
) -> None:
    window = new_window()
    give_password(window, str(account_of(committed_cast.ana, PASSWORD).sign_in_name))
    secret = set_up_app(window)
    assert window.get("/clients").status_code == 200
    kept = Authenticator.objects.get(type="totp").data
    assert secret not in str(kept)
    first = window.get("/my-sign-in/codes").content.decode()
    codes = re.findall(r"<li>(\d{8})</li>", first)
    assert len(codes) == 10
    assert not any(code in window.get("/my-sign-in/codes").content.decode() for code in codes)


def test_the_second_factor_is_asked_and_each_code_works_once(ana: str) -> None:
    first = new_window()
    give_password(first, ana)
    secret = set_up_app(first)
    second = new_window()
    assert give_password(second, ana) == "/sign-in/code"
    assert second.get("/clients")["Location"] == "/sign-in"
    assert second.post("/sign-in/code", {"code": "000000"}).status_code == 200
    code = code_of(secret)
    assert second.post("/sign-in/code", {"code": code}).status_code == 302
    assert second.get("/clients").status_code == 200
    third = new_window()
    give_password(third, ana)
    assert third.post("/sign-in/code", {"code": code}).status_code == 200
    assert third.get("/clients").status_code == 303


def test_another_app_takes_the_place_of_the_one_that_is_gone(committed_cast: Cast) -> None:
    """With a new phone nobody is stuck: the app before holds until the new one has shown a code."""
    window, name = new_window(), str(account_of(committed_cast.ana, PASSWORD).sign_in_name)
    give_password(window, name)
    before = set_up_app(window)
    assert "Another app in place of this one" in window.get("/my-sign-in").content.decode()
    assert "opens nothing any more after that" in window.get("/my-sign-in/app").content.decode()
    window.post("/my-sign-in/app", {"code": "000000"})
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_of(before))
    cache.clear()  # a code works once
    after = set_up_app(window)
    kept = Authenticator.objects.get(type="totp").wrap()
    assert kept.validate_code(code_of(after))
    assert not kept.validate_code(code_of(before))
    assert Authenticator.objects.filter(type="recovery_codes").count() == 1


def test_who_signs_out_lets_go_of_the_table_that_she_looked_at(cast: Cast) -> None:
    window = sign_in(new_window(), cast.ana)
    held = held_files.hold(cast.ana.pk, b"client,session,phq9\nM 01,1,3\n")
    of_berta = held_files.hold(cast.berta.pk, b"client,session,phq9\nC 07,1,3\n")
    window.post("/lock")
    assert held_files.find(cast.ana.pk, held.file_id) is None
    assert held_files.find(cast.berta.pk, of_berta.file_id) is of_berta
    held_files.forget_all()


def test_a_wrong_name_and_a_wrong_password_are_answered_by_the_same_words(ana: str) -> None:
    pages = [
        new_window().post("/sign-in", {"login": name, "password": "not this one at all"})
        for name in (ana, "nobody of this name")
    ]
    said = [re.findall(r"<li>([^<]*)</li>", page.content.decode()) for page in pages]
    assert said[0] == said[1] != []


@pytest.mark.parametrize("name", ["hers", "nobody of this name", "hers who left"])
def test_a_name_that_is_not_there_costs_as_many_hashes_as_a_wrong_password(
    ana: str, cast: Cast, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers_who_left = str(account_of(cast.stella, PASSWORD).sign_in_name)
    accounts.let_leave(cast.stella, by=cast.ana)
    login = {"hers": ana, "hers who left": hers_who_left}.get(name, name)
    counted = _counted_hashes(monkeypatch)
    give_password(new_window(), login, "not this one at all")
    assert len(counted) == 1


def _counted_hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by one whenever a password is hashed, with the salt of each."""
    counted: list[str] = []
    hash_it = ScryptPasswordHasher.encode

    def encode(
        self: ScryptPasswordHasher, password: str, salt: str, *more: Any, **also: Any
    ) -> str:
        counted.append(salt)
        return str(hash_it(self, password, salt, *more, **also))

    monkeypatch.setattr(ScryptPasswordHasher, "encode", encode)
    return counted


def test_many_wrong_passwords_are_slowed_down(ana: str) -> None:
    for _ in range(5):
        give_password(new_window(), ana, "not this one at all")
    page = new_window().post("/sign-in", {"login": ana, "password": PASSWORD})
    assert "many tries" in page.content.decode()


def test_the_session_gets_a_new_name_and_an_older_one_opens_nothing(ana: str) -> None:
    window = new_window()
    window.get("/clients")
    before = window.cookies[settings.SESSION_COOKIE_NAME].value
    give_password(window, ana)
    after = window.cookies[settings.SESSION_COOKIE_NAME].value
    assert before != after
    thief = new_window()
    thief.cookies[settings.SESSION_COOKIE_NAME] = before
    assert thief.get("/sign-in/second-factor")["Location"] == "/sign-in"


def test_a_stolen_cookie_opens_nothing_after_sign_out(cast: Cast) -> None:
    window = sign_in(new_window(), cast.ana)
    stolen = window.cookies[settings.SESSION_COOKIE_NAME].value
    answer = window.post("/lock")
    assert answer["Location"] == "/sign-in"
    assert "storage" in answer["Clear-Site-Data"]
    thief = new_window()
    thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert thief.get("/clients")["Location"] == "/sign-in"


def test_tables_hold_no_name_of_a_session_and_nothing_of_what_it_remembers(ana: str) -> None:
    window = new_window()
    give_password(window, ana)
    key = window.cookies[settings.SESSION_COOKIE_NAME].value
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM browser_session")
        rows = str([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor])
    assert key not in rows
    assert "proved" not in rows
    assert "127.0.0.1" not in rows
    assert BrowserSession.objects.get().device == "Firefox, Linux"


def test_a_quiet_browser_shows_nothing_until_she_proves_who_she_is(
    ana: str, cast: Cast, still_clock: StillClock
) -> None:
    window = sign_in(new_window(), cast.ana)
    still_clock.move_to(still_clock.at + timedelta(minutes=12))
    typed = {"name": "Another name", "key": form_key(), "version": "1"}
    assert window.post("/settings/name", typed)["Location"] == "/sign-in/again"
    page = window.get("/sign-in/again").content.decode()
    assert "Another name" not in page
    assert "/clients" not in page
    answer = window.post("/sign-in/again", {"password": PASSWORD})
    assert answer["Location"] == "/settings/name"
    assert "Another name" in window.get("/settings/name").content.decode()


def test_what_one_person_half_typed_is_never_offered_to_another(
    ana: str, cast: Cast, still_clock: StillClock
) -> None:
    hers = sign_in(new_window(), cast.ana)
    still_clock.move_to(still_clock.at + timedelta(minutes=12))
    typed = {"name": "canary of Ana", "key": form_key(), "version": "1"}
    hers.post("/settings/name", typed)
    other = come_in(new_window(), cast.berta)
    assert "canary" not in other.get("/drafts").content.decode()
    hers.post("/sign-in/again", {"password": PASSWORD})
    assert "canary of Ana" in hers.get("/drafts").content.decode()


def test_after_twelve_hours_she_signs_in_anew_however_busy_she_was(
    cast: Cast, still_clock: StillClock
) -> None:
    window = sign_in(new_window(), cast.ana)
    for _ in range(12 * 6):
        still_clock.move_to(still_clock.at + timedelta(minutes=10))
        answer = window.get("/settings")
    assert answer["Location"] == "/sign-in"


def test_another_password_ends_every_other_browser(ana: str, cast: Cast) -> None:
    here, there = sign_in(new_window(), cast.ana), sign_in(new_window(), cast.ana)
    new = "quite another lantern here"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    answer = here.post("/my-sign-in/password", fields)
    assert answer.status_code == 303, answer.content.decode()
    assert here.get("/clients").status_code == 200
    assert there.get("/clients")["Location"] == "/sign-in"


def test_who_left_is_out_at_once(cast: Cast) -> None:
    window = sign_in(new_window(), cast.stella)
    assert window.get("/clients").status_code == 200
    accounts.let_leave(cast.stella, by=cast.ana)
    assert window.get("/clients")["Location"] == "/sign-in"


def test_what_matters_asks_once_more_after_five_minutes(
    ana: str, cast: Cast, still_clock: StillClock
) -> None:
    window = sign_in(new_window(), cast.ana)
    assert window.get("/people/new").status_code == 200
    still_clock.move_to(still_clock.at + timedelta(minutes=6))
    assert window.get("/clients").status_code == 200
    assert window.get("/people/new")["Location"] == "/sign-in/again"
    answer = window.post("/sign-in/again", {"password": PASSWORD})
    assert answer["Location"] == "/people/new"
    assert window.get("/people/new").status_code == 200


@pytest.mark.usefixtures("ana")
def test_care_begun_with_a_colleague_asks_once_more_and_alone_does_not(
    cast: Cast, still_clock: StillClock
) -> None:
    window = sign_in(new_window(), cast.ana)
    still_clock.move_to(still_clock.at + timedelta(minutes=6))
    said = {"kind": "individual", "started_on": "2026-03-10"}
    alone = {**said, "client_code_0": "N 77", "key": form_key()}
    assert window.post("/clients/new?kind=individual", alone)["Location"].startswith("/clients/")
    shared = {**said, "client_code_0": "N 78", "co_therapist": str(cast.berta.pk)}
    answer = window.post("/clients/new?kind=individual", {**shared, "key": form_key()})
    assert answer["Location"] == "/sign-in/again"
    assert not models.Client.objects.filter(code="N 78").exists()
    again = window.post("/sign-in/again", {"password": PASSWORD})
    assert again.status_code == 302, again.content.decode()
    answer = window.post("/clients/new?kind=individual", {**shared, "key": form_key()})
    assert answer["Location"].startswith("/clients/")
    assert models.Client.objects.filter(code="N 78").exists()


def test_one_and_all_other_browsers_are_signed_out_from_the_list(cast: Cast) -> None:
    here, there, third = (sign_in(new_window(), cast.ana) for _ in range(3))
    page = here.get("/my-sign-in").content.decode()
    address = re.search(r'action="(/my-sign-in/browsers/[0-9a-f-]+/end)"', page)
    assert address
    here.post(address[1])
    assert sum(one.get("/clients").status_code == 200 for one in (there, third)) == 1
    here.post("/my-sign-in/browsers/end")
    assert sum(one.get("/clients").status_code == 200 for one in (there, third)) == 0
    assert here.get("/clients").status_code == 200


def test_an_invitation_works_once_and_its_code_is_kept_as_a_hash(cast: Cast) -> None:
    admin = sign_in(new_window(), cast.ana)
    page = admin.post(
        "/people/new", {"name": "Nora Lind", "role": "therapist", "key": form_key()}
    ).content.decode()
    code = re.findall(r'<p class="code">([0-9A-Z-]+)</p>', page)[0]
    assert f"/invited#{code}" in page
    said = {"code": code, "password": PASSWORD, "password_again": PASSWORD}
    nora = new_window()
    assert nora.post("/invited", {**said, "sign_in_name": "nora"}).status_code == 302
    assert nora.get("/")["Location"] == "/sign-in/second-factor"
    again = new_window().post("/invited", {**said, "sign_in_name": "somebody else"})
    assert "opens nothing" in again.content.decode()


def test_an_invitation_is_good_for_a_week(cast: Cast, still_clock: StillClock) -> None:
    _, code = accounts.invite(by=cast.ana, name="Nora Lind", role="therapist")
    still_clock.move_to(still_clock.at + timedelta(days=7, minutes=1))
    said = {"code": code, "password": PASSWORD, "password_again": PASSWORD, "sign_in_name": "nora"}
    assert "opens nothing" in new_window().post("/invited", said).content.decode()


def test_nobody_leaves_while_a_client_would_be_without_a_therapist(cast: Cast) -> None:
    admin = sign_in(new_window(), cast.ana)
    address = f"/people/{cast.berta.pk}/leave"
    answer = admin.post(address, {"key": form_key(), "to": ""})
    assert "no therapist" in answer.content.decode()
    answer = admin.post(address, {"key": form_key(), "to": cast.stella.pk.hex})
    assert answer.status_code == 303
    assert cast.care_of_clara.participants.filter(member=cast.stella, left_on=None).exists()


def test_pages_of_the_people_are_for_who_looks_after_them(cast: Cast) -> None:
    window = sign_in(new_window(), cast.berta)
    for address in ("/people", "/people/new", f"/people/{cast.ana.pk}/role"):
        assert window.get(address).status_code == 403


def test_what_only_a_laptop_has_is_not_there(cast: Cast) -> None:
    window = sign_in(new_window(), cast.ana)
    for address in ("/unlock", "/open", "/welcome", "/vault", "/look-as", "/recovery"):
        assert window.get(address).status_code == 404


def test_cookies_are_of_this_host_alone_and_go_over_tls_alone(cast: Cast) -> None:
    window = new_window()
    window.get("/clients")
    window.get("/sign-in")
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        cookie = window.cookies[name]
        assert name.startswith("__Host-")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["path"] == "/"
        assert not cookie["domain"]
    secure = Client(headers={"host": "localhost"}).get("/sign-in", secure=True)
    assert "max-age=31536000" in secure["Strict-Transport-Security"]


def test_ended_sessions_are_forgotten_a_day_later(cast: Cast, still_clock: StillClock) -> None:
    sign_in(new_window(), cast.ana)
    still_clock.move_to(still_clock.at + timedelta(hours=40))
    assert browser_sessions.forget_ended() == 1
