"""What a clinic gives to whoever holds another's form, another's session, or planted one."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from lacrima.practice import moments, sessions
from lacrima.records.models import AuditLine, Member, Moment, Session
from tests.support.cast import NOON, Cast
from tests.support.form_keys import form_key
from tests.support.own_keys import own_things_closed
from tests.support.signed_in import account_of
from tests.support.still_clock import StillClock
from tests.support.windows import sign_in

if settings.IS_CLINIC:  # on a laptop it is not set up, and no test of this file is chosen
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

pytestmark = [pytest.mark.django_db, pytest.mark.clinic]

PASSWORD = "copper lantern meadow"
COOKIE = settings.SESSION_COOKIE_NAME
_SECRET = re.compile(r'<p class="code">([A-Z2-7]{32})</p>')


def _window(**more: bool) -> Client:
    return Client(headers={"host": "localhost"}, **more)


def _with_cookie(value: str) -> Client:
    thief = _window()
    thief.cookies[COOKIE] = value
    return thief


def _held_by(window: Client) -> str:
    return str(window.cookies[COOKIE].value)


# --- a form that was sent before, sent again ------------------------------------------------------


@pytest.fixture
def session(cast: Cast) -> Session:
    """A session of Ana's with Mia."""
    return cast.session(1)


@pytest.fixture
def form(session: Session) -> dict[str, str]:
    """A form of Ana's as it went over the line, its key with it."""
    return {"key": form_key(), "cell": "both:2"}


def _send(window: Client, session: Session, form: dict[str, str], **more: str) -> HttpResponse:
    return window.post(f"/sessions/{session.pk}/moment", {**form, **more})


def _logged() -> tuple[int, int]:
    lines = AuditLine.objects.filter(action="moment.logged").count()
    return Moment.objects.count(), lines


def test_a_replayed_form_changes_nothing_even_with_other_words_in_it(
    cast: Cast, session: Session, form: dict[str, str]
) -> None:
    window = sign_in(_window(), cast.ana)
    first = _send(window, session, form)
    for again in ({}, {"cell": "both:1"}, {"cell": "both:2", "more": "words"}):
        assert _send(window, session, form, **again)["Location"] == first["Location"]
    assert _logged() == (1, 1)
    other = cast.session(2)
    assert _send(window, other, form)["Location"] == first["Location"]
    assert _logged() == (1, 1)


def test_a_replayed_form_does_not_bring_back_what_was_deleted(
    cast: Cast, session: Session, form: dict[str, str]
) -> None:
    window = sign_in(_window(), cast.ana)
    _send(window, session, form)
    moments.delete_moment(Moment.objects.get(), by=cast.ana)
    _send(window, session, form)
    assert _logged() == (0, 1)


@pytest.mark.parametrize(
    ("who", "status"),
    [("berta", 404), ("stella", 404), ("hanna", 403)],  # who supervises logs nothing at all
)
def test_a_form_replayed_by_somebody_else_leads_nowhere(
    cast: Cast, session: Session, form: dict[str, str], who: str, status: int
) -> None:
    _send(sign_in(_window(), cast.ana), session, form)
    other: Member = getattr(cast, who)
    answer = _send(sign_in(_window(), other), session, form)
    assert answer.status_code == status
    assert str(Moment.objects.get().pk) not in answer.content.decode()
    assert _logged() == (1, 1)


def test_anothers_key_on_a_form_for_ones_own_client_keeps_nothing(
    cast: Cast, session: Session, form: dict[str, str]
) -> None:
    _send(sign_in(_window(), cast.ana), session, form)
    own = sessions.add_session(cast.care_of_clara, by=cast.berta, start=NOON)
    assert _send(sign_in(_window(), cast.berta), own, form).status_code == 404
    assert _logged() == (1, 1)


def test_a_form_replayed_after_she_signed_out_is_not_kept(
    cast: Cast, session: Session, form: dict[str, str]
) -> None:
    window = sign_in(_window(), cast.ana)
    stolen = _held_by(window)
    window.post("/lock")
    assert _send(_with_cookie(stolen), session, form)["Location"] == "/sign-in"
    assert _logged() == (0, 0)


def test_a_form_replayed_without_her_browsers_token_or_from_another_page_is_refused(
    cast: Cast, session: Session, form: dict[str, str]
) -> None:
    window = sign_in(_window(enforce_csrf_checks=True), cast.ana)
    assert _send(window, session, form).status_code == 403
    window.get("/")
    token = window.cookies[settings.CSRF_COOKIE_NAME].value
    signed = {**form, "csrfmiddlewaretoken": token}
    address = f"/sessions/{session.pk}/moment"
    elsewhere = window.post(address, signed, headers={"origin": "https://elsewhere.example"})
    assert elsewhere.status_code == 403
    assert _logged() == (0, 0)
    assert _send(window, session, signed).status_code == 303
    assert _logged() == (1, 1)


# --- a stolen session -----------------------------------------------------------------------------


def test_a_stolen_session_changes_nothing_that_matters_without_her_password(
    cast: Cast, still_clock: StillClock
) -> None:
    account_of(cast.ana, PASSWORD)
    thief = _with_cookie(_held_by(sign_in(_window(), cast.ana)))
    still_clock.move_to(still_clock.at + timedelta(minutes=6))
    assert thief.get("/clients").status_code == 200  # she would be shown it too
    asked = (
        "/people/new",
        f"/people/{cast.berta.pk}/role",
        "/my-sign-in/app",
        "/my-sign-in/passkey",
        "/my-sign-in/codes/new",
        "/my-sign-in/password",
        f"/clients/{cast.care_of_mia.pk}/take-along",
        f"/people/{cast.mia.pk}/erase",
    )
    for address in asked:
        assert thief.get(address)["Location"] == "/sign-in/again", address
    new = "quite another lantern here"
    fields = {"oldpassword": "not this one", "password1": new, "password2": new}
    thief.post("/my-sign-in/password", fields)
    account = account_of(cast.ana)
    assert account.check_password(PASSWORD)


def test_a_stolen_session_does_not_open_what_is_hers_alone(cast: Cast) -> None:
    thief = _with_cookie(_held_by(sign_in(_window(), cast.ana)))
    with own_things_closed():  # as in a browser that never gave her passphrase
        assert thief.get("/my-care")["Location"].startswith("/own-things")


def test_who_is_signed_out_everywhere_is_so_in_the_browser_of_a_thief_too(cast: Cast) -> None:
    hers, other = sign_in(_window(), cast.ana), sign_in(_window(), cast.ana)
    thief = _with_cookie(_held_by(hers))
    assert thief.get("/clients").status_code == 200
    other.post("/my-sign-in/browsers/end")
    assert thief.get("/clients")["Location"] == "/sign-in"


def test_a_stolen_session_does_not_live_longer_by_being_used(
    cast: Cast, still_clock: StillClock
) -> None:
    thief = _with_cookie(_held_by(sign_in(_window(), cast.ana)))
    for _ in range(12 * 6 - 1):
        still_clock.move_to(still_clock.at + timedelta(minutes=10))
        thief.get("/clients")
    still_clock.move_to(still_clock.at + timedelta(minutes=11))
    assert thief.get("/clients")["Location"] == "/sign-in"


def test_a_session_is_taken_from_its_cookie_alone(cast: Cast) -> None:
    key = _held_by(sign_in(_window(), cast.ana))
    for headers in ({"Authorization": f"Bearer {key}"}, {"X-Session": key}, {COOKIE: key}):
        bare = Client(headers={"host": "localhost", **headers})
        assert bare.get("/clients")["Location"] == "/sign-in"
    assert _window().get("/clients", {COOKIE: key, "session": key})["Location"] == "/sign-in"


# --- a session that was fixed ---------------------------------------------------------------------


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def _give_password(window: Client, name: str) -> HttpResponse:
    return window.post("/sign-in", {"login": name, "password": PASSWORD})


def test_a_name_that_somebody_made_up_is_never_taken_over(cast: Cast) -> None:
    name = str(account_of(cast.ana, PASSWORD).sign_in_name)
    fixed = "a" * 32
    hers = _with_cookie(fixed)
    hers.get("/sign-in")
    _give_password(hers, name)
    assert _held_by(hers) != fixed
    assert _with_cookie(fixed).get("/sign-in/second-factor")["Location"] == "/sign-in"


def test_at_each_step_of_the_way_in_a_planted_session_is_left_behind(cast: Cast) -> None:
    name = str(account_of(cast.ana, PASSWORD).sign_in_name)
    first = _window()
    _give_password(first, name)
    secret = _SECRET.search(first.get("/my-sign-in/app").content.decode())
    assert secret
    first.post("/my-sign-in/app", {"code": _code(secret[1])})

    attacker = _window()
    attacker.get("/clients")  # a stranger's session of the attacker's own
    planted = _held_by(attacker)
    hers = _with_cookie(planted)
    assert _give_password(hers, name)["Location"] == "/sign-in/code"
    between = _held_by(hers)
    answer = hers.post("/sign-in/code", {"code": _code_later(secret[1])})
    assert answer.status_code == 302, answer.content.decode()
    assert hers.get("/clients").status_code == 200
    for known in (planted, between):
        assert _held_by(hers) != known
        assert _with_cookie(known).get("/clients")["Location"] == "/sign-in"


def _code_later(secret: str) -> str:
    """The next one: a code works once."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + 1))


def test_a_planted_token_of_forms_is_another_one_after_she_signed_in(cast: Cast) -> None:
    name = str(account_of(cast.ana, PASSWORD).sign_in_name)
    hers = _window()
    hers.get("/sign-in")
    planted = hers.cookies[settings.CSRF_COOKIE_NAME].value
    _give_password(hers, name)
    assert hers.cookies[settings.CSRF_COOKIE_NAME].value != planted


def test_who_signs_in_where_another_was_finds_nothing_of_the_other(cast: Cast) -> None:
    """An attacker signs the browser in as herself first; what she sees then is not the victim's."""
    window = sign_in(_window(), cast.stella)
    planted = _held_by(window)
    window.post("/lock")
    name = str(account_of(cast.ana, PASSWORD).sign_in_name)
    _give_password(window, name)
    assert _held_by(window) != planted
    assert _with_cookie(planted).get("/clients")["Location"] == "/sign-in"
