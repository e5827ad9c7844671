"""The people of a clinic: what whoever looks after them does, at once; who has just come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from lacrima.practice import accounts, people
from tests.support.cast import Cast
from tests.support.form_keys import form_key
from tests.support.own_keys import own_things_closed
from tests.support.signed_in import account_of
from tests.support.signing_in import PASSWORD, code_of, give_password, new_window, set_up_app
from tests.support.windows import sign_in

if settings.IS_CLINIC:  # on a laptop it is not set up, and no test of this file is chosen
    from allauth.mfa.models import Authenticator

pytestmark = [pytest.mark.django_db, pytest.mark.clinic]


# --- what whoever looks after the people does, and what it does at once


def test_another_role_holds_from_the_next_page_on(cast: Cast) -> None:
    admin, hers = sign_in(new_window(), cast.ana), sign_in(new_window(), cast.stella)
    assert hers.get("/clients").status_code == 200
    assert 'href="/clients"' in hers.get("/").content.decode()
    said = {"role": "supervisor", "version": str(cast.stella.version), "key": form_key()}
    assert admin.post(f"/people/{cast.stella.pk}/role", said)["Location"] == "/people"
    assert hers.get("/clients").status_code == 403
    assert 'href="/clients"' not in hers.get("/").content.decode()
    assert hers.get("/supervision").status_code == 200


def test_a_role_changed_from_an_old_page_is_not_overwritten(cast: Cast) -> None:
    admin = sign_in(new_window(), cast.ana)
    old = {"role": "supervisor", "version": str(cast.stella.version)}
    address = f"/people/{cast.stella.pk}/role"
    assert admin.post(address, {**old, "key": form_key()}).status_code == 303
    assert admin.post(address, {**old, "role": "colleague", "key": form_key()}).status_code == 409
    cast.stella.refresh_from_db()
    assert cast.stella.role == "supervisor"


def test_the_last_who_looks_after_the_people_stays(cast: Cast) -> None:
    ada = people.add_member(by=cast.ana, name="Ada Amt", role="administrator")
    account_of(ada, PASSWORD)
    admin = sign_in(new_window(), ada)
    said = {"role": "therapist", "version": str(ada.version), "key": form_key()}
    assert "nobody else could look after" in _words(admin.post(f"/people/{ada.pk}/role", said))
    ada.refresh_from_db()
    assert ada.role == "administrator"


def _words(answer: Any) -> str:
    return str(answer.content.decode())


def test_when_a_second_factor_is_lost_a_new_one_is_set_up_and_the_old_one_opens_nothing(
    committed_cast: Cast,
) -> None:
    stella = committed_cast.stella
    name = str(account_of(stella, PASSWORD).sign_in_name)
    there = new_window()
    give_password(there, name)
    lost = set_up_app(there)
    admin = sign_in(new_window(), committed_cast.ana)
    said = {"kind": "new_sign_in", "key": form_key()}
    page = _words(admin.post(f"/people/{stella.pk}/code", said))
    code = re.findall(r'<p class="code">([0-9A-Z-]+)</p>', page)[0]
    assert there.get("/clients").status_code == 200, "nothing ends before the code is used"
    new = "quite another lantern here"
    here = new_window()
    said = {"code": code, "password": new, "password_again": new, "sign_in_name": ""}
    assert here.post("/invited", said).status_code == 302
    assert there.get("/clients")["Location"] == "/sign-in", "every browser of hers is signed out"
    assert not Authenticator.objects.filter(user__member=stella).exists()
    assert here.get("/clients")["Location"] == "/sign-in/second-factor"
    assert set_up_app(here) != lost
    assert here.get("/clients").status_code == 200
    second = new_window()
    assert give_password(second, name, new) == "/sign-in/code"
    assert second.post("/sign-in/code", {"code": code_of(lost)}).status_code == 200


def test_a_new_password_alone_leaves_the_second_factor(committed_cast: Cast) -> None:
    stella = committed_cast.stella
    there = new_window()
    give_password(there, str(account_of(stella, PASSWORD).sign_in_name))
    set_up_app(there)
    code = accounts.invite_again(stella, by=committed_cast.ana, kind="new_password")
    new = "quite another lantern here"
    here = new_window()
    said = {"code": code, "password": new, "password_again": new, "sign_in_name": ""}
    assert here.post("/invited", said)["Location"] == "/sign-in/code"
    assert here.get("/clients")["Location"] == "/sign-in"


# --- her own key, when she has come


@pytest.fixture
def nobody_holds_a_key() -> Iterator[None]:
    """As on a real server, where the tests' own keys are not."""
    with own_things_closed():
        yield


@pytest.mark.usefixtures("nobody_holds_a_key")
def test_who_has_just_come_is_led_to_her_own_key_once_and_today_says_that_it_waits(
    committed_cast: Cast,
) -> None:
    window = _come_as_new(committed_cast, "therapist")
    assert window.get("/")["Location"] == "/own-things/make"
    page = _words(window.get("/own-things/make"))
    assert 'href="/">Not now' in page
    today = _words(window.get("/"))
    assert 'href="/own-things/make"' in today
    own = "orange kettle under seven bridges"
    made = window.post("/own-things/make", {"passphrase": own, "passphrase_again": own})
    assert 'class="code"' in _words(made)
    assert 'href="/own-things/make"' not in _words(window.get("/"))


@pytest.mark.usefixtures("nobody_holds_a_key")
@pytest.mark.parametrize("role", ["administrator", "researcher"])
def test_who_writes_nothing_privately_is_not_asked_for_a_key(
    committed_cast: Cast, role: str
) -> None:
    window = _come_as_new(committed_cast, role)
    today = window.get("/")
    assert today.status_code == 200
    assert "/own-things" not in _words(today)


def _come_as_new(cast: Cast, role: str) -> Client:
    """Somebody was invited, chose a password, and has set up an app for codes."""
    _, code = accounts.invite(by=cast.ana, name="Nora Lind", role=role)
    said = {"code": code, "password": PASSWORD, "password_again": PASSWORD, "sign_in_name": "nora"}
    window = new_window()
    assert window.post("/invited", said).status_code == 302
    set_up_app(window)
    assert window.get("/my-sign-in/codes").status_code == 200
    return window
