"""A keeper on the pages: named in the settings, chosen at the door, handed over, told to nobody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from lacrima.practice import door_house, door_own_word, door_plan
from lacrima.practice.door_house import KeeperPurpose
from lacrima.records.models import AuditLine, DoorAnswer, DoorHouse, Member, Participant, Role
from tests.support import doors, keepers
from tests.support.at_the_door import at_the_door, sent, settled
from tests.support.cast import NOON, Cast
from tests.support.form_keys import form_key
from tests.support.still_clock import StillClock
from tests.support.windows import come_in

WORDS = "She held my hand too long"
ONLY = "only Nora Outside: my therapist cannot read it"
PASSING = re.compile(
    r'value="[A-Za-z0-9_-]{16,}"|[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|nonce="[^"]*"'
)


@pytest.fixture
def seat(cast: Cast) -> Participant:
    cast.session(9, start=NOON - timedelta(hours=2))
    place = cast.place_of(cast.mia, cast.care_of_mia)
    settled(place)
    return place


@pytest.fixture
def mias(cast: Cast, seat: Participant) -> Client:
    """Mia's browser, at a practice with a keeper: something stood out today."""
    keepers.named()
    browser = at_the_door(seat, by=cast.ana)
    sent(browser, shown(browser, "/door"), rating="2", stood_out="both")
    return browser


def shown(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def told(browser: Client, status: int = 303, **fields: object) -> str:
    """What stood out, for the keeper alone unless said otherwise."""
    said = {"words": WORDS, "release": "keeper", "keeper_key": keepers.KEY_ID, **fields}
    answer = browser.post("/door/more", {"key": form_key(), **said})
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


# --- in the settings


def test_a_keeper_is_named_and_her_ten_words_are_shown(anas: Client, cast: Cast) -> None:
    said = {"key": form_key(), "keeper_name": "Nora Outside", "keeper_code": keepers.CODE}
    assert "ten words" not in shown(anas, "/settings/door").replace("Compare the ten words", "")
    answer = anas.post("/settings/door", {**said, "keeper_purpose": "study"})
    assert answer.status_code == 303, answer.content.decode()
    row = DoorHouse.objects.get()
    assert (row.keeper_name, row.keeper_code) == ("Nora Outside", keepers.CODE)
    assert row.keeper_purpose == "study"
    page = shown(anas, "/settings/door")
    assert door_house.the_house().keeper_words in page
    assert 'href="/settings/door/keeper"' in page


def test_a_code_that_was_cut_short_is_said_beside_it_and_nothing_is_kept(
    anas: Client, cast: Cast
) -> None:
    said = {"key": form_key(), "keeper_name": "Nora", "keeper_code": keepers.CODE[:-3]}
    answer = anas.post("/settings/door", said)
    assert answer.status_code == 422
    assert "This code is cut short" in answer.content.decode()
    assert not DoorHouse.objects.exists()


# --- at the door


def test_without_a_keeper_the_choice_is_not_offered(cast: Cast, seat: Participant) -> None:
    browser = at_the_door(seat, by=cast.ana)
    sent(browser, shown(browser, "/door"), rating="2", stood_out="both")
    page = shown(browser, "/door/more")
    assert "nobody reads it for now" in page
    assert 'value="keeper"' not in page
    assert "keeper_key" not in page
    assert "sealed" not in shown(browser, "/door/who-reads-what")
    told(browser, 422)


def test_the_door_says_who_it_is_and_what_can_be_taken_back_before_one_chooses(
    mias: Client,
) -> None:
    page = shown(mias, "/door/more")
    assert ONLY in page
    assert "nobody in this practice can open it" in page
    assert "what was handed over before that stays there" in page
    reads = shown(mias, "/door/who-reads-what")
    assert "sealed with a key that this practice does not have" in reads
    assert "sees it for a moment" in reads
    assert door_house.the_house().keeper_words in reads
    assert "study" not in page + reads


def test_a_study_is_called_one(mias: Client) -> None:
    keepers.named(name="The Lisbon study", purpose=KeeperPurpose.STUDY)
    assert "The Lisbon study is a study" in shown(mias, "/door/more")
    assert "You take part in it with what you give it" in shown(mias, "/door/who-reads-what")


def test_a_child_reads_it_in_other_words(cast: Cast, seat: Participant, mias: Client) -> None:
    door_plan.change_door(seat, by=cast.ana, every_sessions=1, plan=[], for_child=True)
    page = shown(mias, "/door/more")
    assert "only Nora Outside: Ana cannot read it" in page
    assert "is locked so that Ana cannot open it" in page
    assert "Or only Nora Outside reads it" in shown(mias, "/door/who-reads-what")


def test_what_is_sealed_is_seen_as_that_and_can_be_taken_back_and_told_anew(mias: Client) -> None:
    told(mias, rating="-4")
    row = DoorAnswer.objects.get(step="first")
    assert keepers.opened(row).values == {"rating": -4, "words": WORDS}
    page = shown(mias, "/door/answers")
    assert "sealed for Nora Outside since 10 March" in page
    assert WORDS not in page
    assert f"/door/answers/{row.pk}/change" not in page
    back = f"/door/answers/{row.pk}/take-back"
    assert mias.get(f"/door/answers/{row.pk}/change")["Location"] == back
    assert "nobody here could open it" in shown(mias, back)
    assert mias.post(back, {"key": form_key()}).status_code == 303
    told(mias, words="anew", release="open")
    assert DoorAnswer.objects.get(step="first").release == "open"


def test_what_was_read_before_is_sealed_when_the_client_says_so(mias: Client) -> None:
    told(mias, release="open")
    row = DoorAnswer.objects.get(step="first")
    address = f"/door/answers/{row.pk}/change"
    assert ONLY in shown(mias, address)
    said = {"key": form_key(), "words": WORDS, "release": "keeper"}
    assert mias.post(address, said).status_code == 422  # not said for whom
    said = {**said, "key": form_key(), "keeper_key": keepers.KEY_ID}
    assert mias.post(address, said).status_code == 303
    row.refresh_from_db()
    assert (row.content, row.voice_id) == ("", None)
    assert keepers.opened(row).values == {"words": WORDS}


def test_nothing_is_sealed_for_another_keeper_than_the_client_read_of(mias: Client) -> None:
    shown(mias, "/door/more")
    keepers.named(keepers.EARLIER_CODE, "Somebody else")
    page = told(mias, 422)
    assert "This changed just now" in page
    assert "only Somebody else" in page
    assert f'name="keeper_key" value="{keepers.EARLIER_KEY_ID}"' in page
    assert not DoorAnswer.objects.filter(step="first").exists()


def test_who_comes_to_the_door_another_day_does_not_learn_that_it_is_sealed(
    cast: Cast, seat: Participant, mias: Client, still_clock: StillClock
) -> None:
    pages = []
    for release in ("nobody", "keeper"):
        with doors.undone():
            told(mias, release=release)
            row = DoorAnswer.objects.get(step="first")
            still_clock.move(hours=3)
            later = at_the_door(seat, by=cast.ana)
            back = shown(later, f"/door/answers/{row.pk}/take-back")
            pages.append(_plain(shown(later, "/door/answers") + back))
            still_clock.move(hours=-3)
    assert pages[0] == pages[1]
    assert "Ana does not read it" in pages[1]


def test_under_her_word_the_client_sees_it_again(
    cast: Cast, seat: Participant, mias: Client, still_clock: StillClock
) -> None:
    door_own_word.set_word(seat.pk, "blue boat")
    told(mias)
    still_clock.move(hours=3)
    later = at_the_door(seat, by=cast.ana)
    assert "sealed for" not in shown(later, "/door/answers")
    later.post("/door/own-word", {"key": form_key(), "word": "blue boat"})
    assert "sealed for Nora Outside" in shown(later, "/door/answers")


# --- the therapist's pages


def _plain(page: str) -> str:
    return re.sub(r"\d\d?:\d\d", "", PASSING.sub("-", page))


def test_no_page_of_the_therapist_tells_it_from_what_nobody_reads(
    anas: Client, cast: Cast, seat: Participant, mias: Client
) -> None:
    care, session = f"/clients/{seat.episode_id}", seat.episode.sessions.get(number=9)
    addresses = [
        "/", "/clients", care, f"{care}/door", f"{care}/export", f"{care}/report",
        f"/sessions/{session.pk}", "/settings", "/settings/door", "/settings/door/keeper",
        "/export", "/caseload", "/evidence",
    ]  # fmt: skip
    lives = {}
    for release in ("nobody", "keeper"):
        with doors.undone():
            told(mias, release=release)
            answers = [anas.get(address) for address in addresses]
            assert sum(one.status_code == 200 for one in answers) >= 9
            lives[release] = [_plain(one.content.decode()) for one in answers]
    for address, one, other in zip(addresses, lives["nobody"], lives["keeper"], strict=True):
        assert one == other, address


# --- handing over


def test_the_file_is_taken_and_nothing_says_how_much_is_in_it(
    anas: Client, cast: Cast, mias: Client
) -> None:
    told(mias)
    page = shown(anas, "/settings/door/keeper")
    assert "Nora Outside" in page
    said = {"key": form_key(), "key_id": keepers.KEY_ID}
    answer = anas.post("/settings/door/keeper", said)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith('"for-the-keeper.lacrima-keeper"')
    assert [one.values for one in keepers.opened_file(answer.content)] == [{"words": WORDS}]
    again = anas.post("/settings/door/keeper", {**said, "key": form_key()})
    assert keepers.opened_file(again.content) == []
    assert len(again.content) == len(answer.content)
    once_more = anas.post("/settings/door/keeper", {**said, "key": form_key(), "again": "on"})
    assert len(keepers.opened_file(once_more.content)) == 1
    assert _plain(page) == _plain(shown(anas, "/settings/door/keeper"))
    assert AuditLine.objects.filter(action="keeper.handed_over").count() == 3
    assert "handed over on 10 March" in shown(mias, "/door/answers")


def test_an_earlier_keeper_can_be_chosen(anas: Client, cast: Cast, mias: Client) -> None:
    told(mias)
    keepers.named(keepers.EARLIER_CODE, "Somebody else")
    assert "Somebody else" in shown(anas, "/settings/door/keeper")
    for key_id, keeper, count in (
        (keepers.EARLIER_KEY_ID, keepers.EARLIER, 0),
        (keepers.KEY_ID, keepers.PRIVATE, 1),
    ):
        answer = anas.post("/settings/door/keeper", {"key": form_key(), "key_id": key_id})
        assert len(keepers.opened_file(answer.content, keeper)) == count
    wrong = anas.post("/settings/door/keeper", {"key": form_key(), "key_id": "00"})
    assert wrong.status_code == 422
    assert "Content-Disposition" not in wrong


def test_without_a_keeper_there_is_no_such_page(anas: Client, cast: Cast) -> None:
    shown(anas, "/settings/door/keeper", 404)


@pytest.mark.clinic
def test_in_a_clinic_the_administrator_hands_over_and_a_therapist_does_not(
    cast: Cast, mias: Client, window: Client
) -> None:
    told(mias)
    nora = Member.objects.create(name="Nora Admin", role=Role.ADMINISTRATOR)
    said = {"key": form_key(), "key_id": keepers.KEY_ID}
    administrators = come_in(Client(headers={"host": "localhost"}), nora)
    answer = administrators.post("/settings/door/keeper", said)
    assert len(keepers.opened_file(answer.content)) == 1
    stellas = come_in(Client(headers={"host": "localhost"}), cast.stella)
    assert stellas.get("/settings/door/keeper").status_code in {403, 404}
    assert stellas.post("/settings/door/keeper", said).status_code in {403, 404}
