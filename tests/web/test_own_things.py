"""Your own things in a clinic, on pages: closed without breaking, opened, closed again in time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from lacrima.practice import own_key
from lacrima.records.models import AuditLine, Member, OwnCare, Receipt
from lacrima.vault import kdf, personal
from lacrima.web import own_things, patience
from tests.support.cast import NOON, Cast
from tests.support.form_keys import form_key
from tests.support.own_keys import own_things_closed
from tests.support.still_clock import StillClock
from tests.support.things import WORDS, Things

pytestmark = pytest.mark.clinic

OWN = "seven quiet boats on Sunday"
OTHER = "a lamp beside the harbour"
HARD = "orange kettle under seven bridges"


@pytest.fixture(autouse=True)
def _cheaper_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = kdf.KdfCost(memory_kib=64, iterations=1, lanes=1)
    monkeypatch.setattr(kdf, "STANDARD", cheap)
    monkeypatch.setattr(kdf, "FLOOR", cheap)


@pytest.fixture(autouse=True)
def _nobody_holds_a_key(request: pytest.FixtureRequest) -> Iterator[None]:
    """As between two requests; what is there already was written with the keys of the tests."""
    if "things" in request.fixturenames:
        request.getfixturevalue("things")
    with own_things_closed():
        yield


@pytest.fixture
def made(cast: Cast) -> own_key.Made:
    """Ana made her key."""
    return own_key.make_own_key(OWN, by=cast.ana)


@pytest.fixture
def opened(anas: Client, made: own_key.Made) -> Client:
    """Ana's browser, in which she opened her own things."""
    assert _open(anas).status_code == 303
    return anas


def _open(window: Client, passphrase: str = OWN, **more: str) -> HttpResponse:
    return window.post("/own-things/open", {"passphrase": passphrase, **more})


def _post(window: Client, address: str, **fields: object) -> HttpResponse:
    return window.post(address, {"key": form_key(), **fields})


def _entry(window: Client) -> HttpResponse:
    return _post(window, "/my-care/own", day=str(NOON.date()), of="own_life", words="a thought")


def test_before_there_is_a_key_my_care_leads_to_making_one_and_then_back(
    anas: Client, cast: Cast
) -> None:
    answer = anas.get("/my-care")
    assert answer["Location"] == "/own-things/make"
    words = {"passphrase": HARD, "passphrase_again": HARD}
    answer = anas.post("/own-things/make", words)
    code = re.search(r'class="code">([^<]+)<', answer.content.decode())
    assert answer.status_code == 200
    assert code is not None
    assert anas.get("/my-care").status_code == 200
    answer = anas.post("/own-things/recovery-code/prove", {"recovery_code": code[1].lower()})
    assert answer["Location"] == "/my-care"
    assert own_key.own_key(cast.ana).recovery_proved_at is not None
    assert code[1] not in anas.get("/own-things").content.decode()
    assert anas.post("/own-things/make", words)["Location"] == "/own-things"


def test_an_easy_passphrase_is_taken_only_after_advice(anas: Client, cast: Cast) -> None:
    words = {"passphrase": "passwordpassword", "passphrase_again": "passwordpassword"}
    answer = anas.post("/own-things/make", words)
    assert "everybody tries first" in answer.content.decode()
    assert not own_key.has_own_key(cast.ana)
    assert (
        'class="code"' in anas.post("/own-things/make", words | {"advised": "yes"}).content.decode()
    )


def test_closed_pages_lead_to_the_passphrase_and_back_to_where_she_was(
    anas: Client, made: own_key.Made
) -> None:
    assert anas.get("/my-care/workbook")["Location"] == "/own-things/open"
    assert "Your own things are closed" in anas.get("/own-things/open").content.decode()
    assert _open(anas)["Location"] == "/my-care/workbook"
    assert anas.get("/my-care/workbook").status_code == 200


def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(
    anas: Client, made: own_key.Made
) -> None:
    cookie = _open(anas).cookies[own_things.COOKIE]
    assert own_things.COOKIE.startswith("__Host-")
    assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")
    assert (cookie["samesite"], cookie["max-age"], cookie["domain"]) == ("Strict", "", "")


def test_a_wrong_passphrase_says_so_and_after_five_each_try_waits_for_her_alone(
    anas: Client, made: own_key.Made, cast: Cast
) -> None:
    for _ in range(patience.FREE_TRIES):
        answer = _open(anas, OTHER)
        assert answer.status_code == 422
        assert "not the password you sign in with" in answer.content.decode()
    assert "Please wait" in _open(anas).content.decode()
    assert patience.of_member(cast.berta.pk.hex).wait_s() == 0
    patience.of_member(cast.ana.pk.hex).note_right()
    assert _open(anas).status_code == 303


@pytest.mark.parametrize("which", ["cookie", "session"])
def test_either_half_alone_opens_nothing_and_the_cookie_goes(opened: Client, which: str) -> None:
    assert opened.get("/my-care").status_code == 200
    if which == "cookie":
        del opened.cookies[own_things.COOKIE]
    else:
        session = opened.session
        session.pop("own_key")
        session.save()
    answer = opened.get("/my-care")
    assert answer["Location"] == "/own-things/open"
    if which == "session":
        assert answer.cookies[own_things.COOKIE].value == ""


def test_closing_ends_it_and_the_former_cookie_opens_nothing(opened: Client) -> None:
    kept = opened.cookies[own_things.COOKIE].value
    opened.post("/own-things/close")
    assert opened.get("/my-care")["Location"] == "/own-things/open"
    opened.cookies[own_things.COOKIE] = kept
    assert opened.get("/my-care")["Location"] == "/own-things/open"


def _held_since(still_clock: StillClock) -> Any:
    """A browser's request whose session has held its half from now on."""
    now_s = int(still_clock.at.timestamp())
    entry = {"kept": "", "about": "", "began": now_s, "seen": now_s}
    return SimpleNamespace(session={"own_key": entry})


def test_it_closes_when_she_falls_quiet_but_not_while_she_is_there(
    still_clock: StillClock,
) -> None:
    request = _held_since(still_clock)
    for minutes, is_open in ((9, True), (9, True), (9, True), (11, False)):
        still_clock.move_to(still_clock.at + timedelta(minutes=minutes))
        assert own_things.note_seen(request, idle_minutes=10) is is_open
    assert request.session == {}


def test_after_twelve_hours_it_is_closed_whatever_she_does(still_clock: StillClock) -> None:
    request = _held_since(still_clock)
    for quarter in range(1, 49):
        still_clock.move_to(still_clock.at + timedelta(minutes=15))
        assert own_things.note_seen(request, idle_minutes=60) is (quarter < 48)
    assert request.session == {}


def test_who_fell_quiet_finds_it_closed_after_signing_in_again(
    opened: Client, still_clock: StillClock
) -> None:
    still_clock.move_to(still_clock.at + timedelta(minutes=11))
    assert opened.get("/my-care").status_code == 303
    assert opened.get("/my-care")["Location"] != "/my-care"


def test_another_passphrase_closes_it_in_every_other_browser(
    opened: Client, cast: Cast, eyes_of: Callable[[Member], Client]
) -> None:
    other = eyes_of(cast.ana)
    assert _open(other).status_code == 303
    assert other.get("/my-care").status_code == 200
    words = {"old_passphrase": OWN, "passphrase": OTHER, "passphrase_again": OTHER}
    assert opened.post("/own-things/passphrase", words)["Location"] == "/own-things"
    assert opened.get("/my-care").status_code == 200
    assert other.get("/my-care")["Location"] == "/own-things/open"
    assert _open(other).status_code == 422
    assert _open(other, OTHER).status_code == 303


def test_one_members_halves_open_nothing_for_another(
    opened: Client, cast: Cast, eyes_of: Callable[[Member], Client]
) -> None:
    own_key.make_own_key(OTHER, by=cast.berta)
    bertas = eyes_of(cast.berta)
    mine = opened.session["own_key"]
    session = bertas.session
    session["own_key"] = mine
    session.save()
    bertas.cookies[own_things.COOKIE] = opened.cookies[own_things.COOKIE].value
    assert bertas.get("/my-care")["Location"] == "/own-things/open"


def test_a_form_that_was_sent_meanwhile_goes_on_once_her_key_is_open(
    opened: Client, cast: Cast
) -> None:
    opened.post("/own-things/close")
    answer = _entry(opened)
    assert answer.status_code == 423
    assert "a thought" in answer.content.decode()
    sent = dict(
        re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.content.decode())
    )
    assert sent["send_to"] == "/my-care/own"
    wrong = opened.post("/own-things/open", sent | {"passphrase": OTHER})
    assert wrong.status_code == 423
    assert "a thought" in wrong.content.decode()
    on = opened.post("/own-things/open", sent | {"passphrase": OWN})
    assert (on.status_code, on["Location"]) == (307, "/my-care/own")
    assert opened.post("/my-care/own", sent | {"passphrase": OWN}).status_code == 303
    assert OwnCare.objects.filter(member=cast.ana).count() == 1


@pytest.mark.parametrize("where", ["https://elsewhere.example/", "//elsewhere.example", "/unlock"])
def test_a_form_is_sent_on_to_our_own_pages_alone(
    anas: Client, made: own_key.Made, where: str
) -> None:
    answer = _open(anas, send_to=where)
    assert (answer.status_code, answer["Location"]) == (303, "/own-things")


def test_pages_that_hold_something_of_hers_say_closed_and_show_the_rest(
    anas: Client, things: Things
) -> None:
    own_key.make_own_key(OWN, by=things.cast.ana)
    client = anas.get(f"/clients/{things.cast.care_of_mia.pk}").content.decode()
    assert "Closed. Your own passphrase opens it." in client
    supervision = anas.get("/supervision").content.decode()
    assert "Closed. Your own passphrase opens it." in supervision
    assert "Your hours" not in supervision
    for address in ("/", f"/sessions/{things.session.pk}", f"/moments/{things.moment.pk}"):
        assert anas.get(address).status_code == 200, address


def test_every_page_of_hers_alone_leads_to_the_passphrase(anas: Client, things: Things) -> None:
    own_key.make_own_key(OWN, by=things.cast.ana)
    for address in (
        f"/private-notes/{things.private_note.pk}",
        f"/weighings/{things.weighing.pk}",
        f"/weighings/{things.weighing.pk}/write",
        f"/my-care/entries/{things.own_care.pk}",
        "/my-care/entries",
        f"/my-care/reminders/{things.reminder}",
    ):
        assert anas.get(address)["Location"] == "/own-things/open", address
    assert anas.get(f"/weighings/{things.recorded.pk}").status_code == 200


def test_opened_the_same_pages_show_it(opened: Client, cast: Cast) -> None:
    address = f"/clients/{cast.care_of_mia.pk}"
    answer = _post(opened, f"{address}/private-notes/new", words=WORDS, expires_on="2026-04-01")
    assert answer.status_code == 303
    _post(opened, "/supervision/hours/new", on="2026-03-02", minutes="50", topics="tears here")
    assert WORDS in opened.get(address).content.decode()
    assert "tears here" in opened.get("/supervision").content.decode()
    opened.post("/own-things/close")
    assert WORDS not in opened.get(address).content.decode()
    assert "tears here" not in opened.get("/supervision").content.decode()


def test_opening_lets_go_of_entries_past_their_day(opened: Client, cast: Cast) -> None:
    _entry(opened)
    _post(opened, "/my-care/how-long", keep_days="90")
    OwnCare.objects.update(created_at=NOON - timedelta(days=91))
    assert OwnCare.objects.filter(member=cast.ana).count() == 2
    _open(opened)
    assert OwnCare.objects.filter(member=cast.ana).count() == 1, "what she set up stays"


# --- the other ways


def test_the_recovery_code_and_a_new_passphrase(anas: Client, made: own_key.Made) -> None:
    words = {"passphrase": OTHER, "passphrase_again": OTHER}
    wrong = anas.post("/own-things/recover", words | {"recovery_code": "7" * 36})
    assert wrong.status_code == 422
    answer = anas.post("/own-things/recover", words | {"recovery_code": made.code})
    assert answer.status_code == 303
    assert anas.get("/my-care").status_code == 200
    anas.post("/own-things/close")
    assert _open(anas, OTHER).status_code == 303


def test_a_passkey_opens_it_and_all_can_be_taken_away(opened: Client, cast: Cast) -> None:
    passkey = {"credential_id": "b25l", "prf_output": "cHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHA"}
    assert (
        opened.post("/own-things/passkey", passkey | {"old_passphrase": OTHER}).status_code == 422
    )
    assert opened.post("/own-things/passkey", passkey | {"old_passphrase": OWN}).status_code == 303
    opened.post("/own-things/close")
    assert 'data-credential="b25l"' in opened.get("/own-things/open").content.decode()
    assert opened.post("/own-things/open/passkey", passkey).status_code == 303
    assert opened.get("/my-care").status_code == 200
    gone = opened.post("/own-things/passkeys/remove", {"old_passphrase": OWN})
    assert gone.status_code == 303
    assert opened.post("/own-things/open/passkey", passkey).status_code == 422


def test_a_new_recovery_code_stands_in_one_answer_and_is_kept_nowhere(
    opened: Client, made: own_key.Made, cast: Cast
) -> None:
    answer = opened.post("/own-things/recovery-code", {"old_passphrase": OWN})
    code = re.search(r'class="code">([^<]+)<', answer.content.decode())
    assert code is not None
    assert code[1] != made.code
    assert "no-store" in answer["Cache-Control"]
    assert code[1] not in opened.get("/own-things/recovery-code").content.decode()
    own_key.open_own_key(personal.by_recovery_code(code[1]), by=cast.ana)


def test_beginning_anew_asks_first_and_then_everything_that_was_sealed_is_gone(
    opened: Client, cast: Cast
) -> None:
    _entry(opened)
    words = {"passphrase": OTHER, "passphrase_again": OTHER}
    assert opened.post("/own-things/begin-anew", words).status_code == 422
    assert OwnCare.objects.filter(member=cast.ana).exists()
    answer = opened.post("/own-things/begin-anew", words | {"is_understood": "on"})
    assert 'class="code"' in answer.content.decode()
    assert not OwnCare.objects.filter(member=cast.ana).exists()
    assert opened.get("/my-care").status_code == 200


def test_nothing_of_it_reaches_the_log_the_receipts_or_an_address(
    opened: Client, made: own_key.Made, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    _open(opened)
    _open(opened, OTHER)
    _entry(opened)
    opened.post("/own-things/close")
    cookie = opened.cookies[own_things.COOKIE].value
    kept = " ".join(str(vars(row)) for row in (*AuditLine.objects.all(), *Receipt.objects.all()))
    for secret in (OWN, OTHER, made.code):
        assert secret not in caplog.text
        assert secret not in kept
    assert cookie == ""
