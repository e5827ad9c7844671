"""The practice is locked while a client is at the door: nothing is lost, and nothing is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from lacrima.practice import door_visits, door_waiting
from lacrima.practice.door_visits import DoorWay
from lacrima.records.models import Door, DoorAnswer, Participant
from lacrima.vault import spool
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT, LockState
from lacrima.web import opening
from tests.support import spools
from tests.support.at_the_door import at_the_door, sent, settled
from tests.support.cast import NOON, PASSPHRASE, Cast
from tests.support.form_keys import form_key
from tests.support.windows import come_in

WORDS = "I was glad and then I was afraid"


@pytest.fixture
def folder(vault_folder: Folder) -> Iterator[Folder]:
    spools.empty(vault_folder)
    yield vault_folder
    spools.empty(vault_folder)
    if VAULT.state is not LockState.OPEN:
        VAULT.unlock(vault_folder, PASSPHRASE)


@pytest.fixture
def seat(committed_cast: Cast) -> Participant:
    committed_cast.session(9, start=NOON - timedelta(hours=2))
    place = committed_cast.place_of(committed_cast.mia, committed_cast.care_of_mia)
    settled(place)
    return place


def page_of(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


@pytest.mark.embedded
def test_answers_given_while_it_is_locked_wait_sealed_and_are_kept_once(
    committed_cast: Cast, seat: Participant, folder: Folder
) -> None:
    mias = at_the_door(seat, by=committed_cast.ana)
    page_of(mias, "/door")
    VAULT.full_lock()
    page = page_of(mias, "/door")
    assert "How was today?" in page
    sent(mias, page, rating="2", stood_out="therapist")
    page = page_of(mias, "/door")
    assert "How much of it showed in Ana?" in page
    sent(mias, page, rating="-1", words=WORDS, release="open")
    assert "waits sealed" in page_of(mias, "/door")
    page_of(mias, "/door/answers", status=423)
    letters = spool.names(folder)
    assert len(letters) == 2
    for letter in letters:
        assert WORDS.encode() not in (folder.spool / f"{letter}.letter").read_bytes()
    VAULT.unlock(folder, PASSPHRASE)
    opening.bring_up_to_date()
    assert spool.names(folder) == ()
    rows = {row.step: row for row in DoorAnswer.objects.all()}
    assert set(rows) == {"asked", "first"}
    assert rows["first"].voice is not None
    assert rows["first"].voice.words == WORDS
    assert door_waiting.take_in(folder) == 0


@pytest.mark.embedded
def test_a_language_chosen_while_it_is_locked_holds_for_the_sitting(
    committed_cast: Cast, seat: Participant, folder: Folder
) -> None:
    mias = at_the_door(seat, by=committed_cast.ana)
    page_of(mias, "/door")
    VAULT.full_lock()
    assert mias.post("/door/language", {"language": "de"})["Location"] == "/door"
    assert '<html lang="de">' in page_of(mias, "/door")
    VAULT.unlock(folder, PASSPHRASE)
    assert not Door.objects.filter(participant=seat, language="de").exists()


@pytest.mark.embedded
def test_after_unlocking_this_browser_is_the_therapists_again(
    committed_cast: Cast, seat: Participant, folder: Folder
) -> None:
    mias = at_the_door(seat, by=committed_cast.ana)
    assert mias.get("/")["Location"] == "/unlock"
    assert mias.post("/unlock", {"passphrase": PASSPHRASE}).status_code == 303
    assert mias.get("/").status_code == 200
    assert mias.get("/door")["Location"] == "/door/come-in"


def test_what_is_sent_to_a_door_that_is_shut_is_shown_again(
    committed_cast: Cast, seat: Participant
) -> None:
    mias = at_the_door(seat, by=committed_cast.ana)
    mias.post("/door/leave")
    told = {"key": form_key(), "words": WORDS}
    answer = mias.post("/door/beside-the-record", told)
    assert answer.status_code == 410
    assert WORDS in answer.content.decode()
    assert not DoorAnswer.objects.exists()


def test_a_visit_goes_through_memory_unchanged(seat: Participant) -> None:
    visit = door_visits.visit_of(seat, DoorWay.HANDED_OVER)
    assert door_visits.visit_from(visit.as_plain()) == visit


@pytest.mark.embedded
def test_after_handing_over_a_pin_will_do(
    committed_cast: Cast, seat: Participant, folder: Folder
) -> None:
    window = come_in(Client(headers={"host": "localhost"}))
    VAULT.set_pin("271828")
    mias = at_the_door(seat, by=committed_cast.ana, window=window)
    session = mias.session
    session.pop("opened")
    session.save()
    assert mias.get("/")["Location"] == "/unlock"
    assert "PIN" in mias.get("/unlock").content.decode()
    answer = mias.post("/unlock/quick", {"pin": "271828"})
    assert answer.status_code == 303, answer.content.decode()
    assert mias.get("/").status_code == 200
