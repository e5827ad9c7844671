"""The pages of the drop-box: naming a relay, a link for a phone, what was set aside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from lacrima.practice import drop_box
from lacrima.records.models import (
    AuditLine,
    DoorAnswer,
    DropBox,
    DropBoxInvitation,
    DropBoxLetter,
    Member,
    Participant,
)
from lacrima.vault.folder import Folder
from tests.support import doors
from tests.support.cast import Cast
from tests.support.drop_boxes import PAGE, Relay, phone_of, relay, set_up
from tests.support.form_keys import form_key

__all__ = ["relay"]

pytestmark = pytest.mark.embedded


@pytest.fixture
def ana(cast: Cast, eyes_of: Callable[[Member], Client]) -> Client:
    return eyes_of(cast.ana)


@pytest.fixture(autouse=True)
def _clean(vault_folder: Folder) -> Iterator[None]:
    yield
    vault_folder.drop_box.unlink(missing_ok=True)


@pytest.fixture
def seat(cast: Cast) -> Participant:
    doors.today_session(cast)
    return doors.agreed_door(cast)


def _shown(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def _sent(browser: Client, address: str, follow: bool = True, **fields: object) -> str:
    answer = browser.post(address, {"key": form_key(), **fields}, follow=follow)
    return str(answer.content.decode())


def _phone_page(cast: Cast) -> str:
    return f"/clients/{cast.care_of_mia.pk}/door/phone/new"


def test_before_a_relay_is_named_the_page_explains_and_asks_nobody(
    ana: Client, relay: Relay, cast: Cast
) -> None:
    assert "Name a relay" in _shown(ana, "/settings/drop-box")
    assert "/settings/drop-box" in _shown(ana, f"/clients/{cast.care_of_mia.pk}/door")
    assert "no relay was named yet" in _sent(ana, "/settings/drop-box/collect")
    assert "no relay was named yet" in _sent(ana, _phone_page(cast), days=90)
    assert relay.asked == []


def test_a_relay_is_named_and_its_secrets_are_shown_nowhere(ana: Client, relay: Relay) -> None:
    page = _sent(ana, "/settings/drop-box/relay", relay_code=relay.code, page=PAGE)
    assert DropBox.objects.get().relay in page
    for secret in (relay.code, relay.fetch, relay.manage):
        assert secret not in page
        assert secret not in _shown(ana, "/settings/drop-box/relay")
    assert not any(relay.manage in str(line.details) for line in AuditLine.objects.all())


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"relay_code": "lr1.x"}, "no relay code"), ({"page": "http://a.example"}, "no address")],
)
def test_what_is_no_relay_is_said_beside_its_field_and_nothing_is_kept(
    ana: Client, relay: Relay, changes: dict[str, str], words: str
) -> None:
    said = {"relay_code": relay.code, "page": PAGE, **changes}
    page = _sent(ana, "/settings/drop-box/relay", **said)
    assert words in page
    assert relay.manage not in page
    assert not DropBox.objects.exists()


def test_a_link_is_shown_once_with_its_picture_and_revoked(
    ana: Client, relay: Relay, cast: Cast, seat: Participant
) -> None:
    set_up(relay, cast.ana)
    page = _sent(ana, _phone_page(cast), days=30)
    assert re.search(rf"{PAGE}/#i=[\w-]{{43}}<", page)
    assert "<svg" in page
    door = _shown(ana, f"/clients/{cast.care_of_mia.pk}/door")
    assert "#i=" not in door
    row = DropBoxInvitation.objects.get()
    _sent(ana, f"/clients/{cast.care_of_mia.pk}/door/phone/{row.pk}/revoke")
    assert DropBoxInvitation.objects.get().revoked_at is not None


def test_while_the_relay_is_away_no_link_is_made_and_it_is_said(
    ana: Client, relay: Relay, cast: Cast, seat: Participant
) -> None:
    set_up(relay, cast.ana)
    relay.is_away = True
    assert "does not answer" in _sent(ana, _phone_page(cast), days=30)
    assert "does not answer" in _sent(ana, "/settings/drop-box/collect")
    assert not DropBoxInvitation.objects.exists()


def test_fetched_by_a_tap_and_what_was_set_aside_is_tried_again_or_thrown_away(
    ana: Client, relay: Relay, cast: Cast, seat: Participant
) -> None:
    set_up(relay, cast.ana)
    phone = phone_of(relay, seat, cast.ana)
    session = phone.brief["met"][-1]["session"]
    phone.say("asked", session=session, values={"rating": 1}).send()
    phone.send(v=9)
    page = _sent(ana, "/settings/drop-box/collect")
    assert "1 letter came and is kept. 1 was set aside" in page
    assert DoorAnswer.objects.get().rating == 1
    assert "does not say what a letter may say" in page
    letter = DropBoxLetter.objects.get(state="aside")
    where = f"/settings/drop-box/letters/{letter.pk}"
    assert "It still cannot be kept." in _sent(ana, f"{where}/try")
    assert "Thrown away." in _sent(ana, f"{where}/throw-away")
    assert "Set aside" not in _shown(ana, "/settings/drop-box")
    assert "Nothing new has come." in _sent(ana, "/settings/drop-box/collect")


def test_the_key_is_changed_and_the_relay_let_go(ana: Client, relay: Relay, cast: Cast) -> None:
    set_up(relay, cast.ana)
    before = drop_box.key_now().key_id
    assert before not in _sent(ana, "/settings/drop-box/key")
    assert "No relay is asked any more." in _sent(ana, "/settings/drop-box/stop")
    assert not DropBox.objects.exists()
