"""The drop-box: what a phone sealed is kept once, as if it had been said at the door."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from lacrima.errors import BadInput, NotAllowed, NotReady, RelayAway, SealBroken
from lacrima.practice import (
    care,
    door_own,
    drop_box,
    drop_box_aside,
    drop_box_collect,
    drop_box_invite,
    drop_box_locked,
    erasing,
)
from lacrima.practice.answers import instrument_choice
from lacrima.practice.door_content import content_of
from lacrima.practice.drop_box_brief import version_of
from lacrima.practice.drop_box_collect import collect
from lacrima.practice.people import the_practice
from lacrima.records import clock
from lacrima.records.models import (
    Answers,
    AnswerSource,
    AuditLine,
    DoorAnswer,
    DropBox,
    DropBoxInvitation,
    DropBoxKey,
    DropBoxLetter,
    DropBoxName,
    LetterState,
    Participant,
    RiskItem,
    Voice,
)
from lacrima.vault import keeper_box, spool
from lacrima.vault.folder import Folder
from tests.support import doors, keepers, spools
from tests.support.cast import NOON, Cast
from tests.support.doors import TOLD, today_session
from tests.support.drop_boxes import PAGE, Phone, Relay, phone_by, phone_of, relay, set_up
from tests.support.still_clock import StillClock

__all__ = ["relay"]

pytestmark = pytest.mark.embedded
ASKED = {"rating": 2, "stood_out": ["me"]}


@pytest.fixture(autouse=True)
def _clean(vault_folder: Folder) -> Any:
    spools.empty(vault_folder)
    yield
    spools.empty(vault_folder)
    vault_folder.drop_box.unlink(missing_ok=True)


@pytest.fixture
def seat(cast: Cast, relay: Relay) -> Participant:
    """Mia's place; she agreed, and a relay is named."""
    set_up(relay, cast.ana)
    return doors.agreed_door(cast)


@pytest.fixture
def phone(cast: Cast, relay: Relay, seat: Participant) -> Phone:
    """Mia's phone, with the page open."""
    today_session(cast)
    return phone_of(relay, seat, cast.ana)


def _session(phone: Phone) -> str:
    return str(phone.brief["met"][-1]["session"])


def _states() -> list[tuple[str, str]]:
    return list(DropBoxLetter.objects.values_list("state", "reason"))


def test_nothing_is_asked_of_anybody_before_a_relay_is_named(cast: Cast, relay: Relay) -> None:
    seat = doors.agreed_door(cast)
    for do in (lambda: drop_box_invite.invite(seat, by=cast.ana), lambda: collect(by=cast.ana)):
        with pytest.raises(NotReady):
            do()
    assert not drop_box_collect.is_due(now=clock.now())
    assert relay.asked == []


@pytest.mark.parametrize("code", ["", "lr1.", "lr1.e30", "lr2.abc", "lr1.%%%", "x" * 900])
def test_what_is_no_relay_code_changes_nothing(cast: Cast, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        drop_box.set_up(code, PAGE, by=cast.ana)
    assert refused.value.where == "relay_code"
    assert not DropBox.objects.exists()


@pytest.mark.parametrize(
    "page", ["http://answers.example", "answers.example", "https://a.example/#x", "https://u:p@a"]
)
def test_a_page_is_reached_over_tls_or_not_at_all(cast: Cast, relay: Relay, page: str) -> None:
    with pytest.raises(BadInput):
        drop_box.set_up(relay.code, page, by=cast.ana)


def test_a_link_carries_its_secret_behind_the_fragment_alone(
    cast: Cast, relay: Relay, seat: Participant
) -> None:
    made = drop_box_invite.invite(seat, by=cast.ana)
    before, _, secret = made.link.partition("#i=")
    assert before == f"{PAGE}/"
    assert len(secret) == 43
    assert all(secret not in line for line in relay.asked)
    assert secret not in json.dumps(list(AuditLine.objects.values_list("details", flat=True)))


def test_what_the_relay_holds_of_a_brief_says_nothing(phone: Phone, relay: Relay) -> None:
    (sealed,) = relay.briefs.values()
    assert len(sealed) in {8192, 16384, 32768, 65536}
    assert phone.brief["her"].encode() not in sealed
    assert phone.brief["settled"]["evening_hour"] == 20
    assert all(one["pages"]["asked"] for one in phone.brief["texts"].values())


def test_the_two_questions_are_kept_as_at_the_door(phone: Phone, cast: Cast) -> None:
    phone.say("asked", session=_session(phone), values=ASKED)
    phone.say("first", session=_session(phone), values=TOLD, release="open").send()
    found = collect(by=cast.ana)
    assert (found.fetched, found.kept, found.aside) == (1, 1, {})
    asked = DoorAnswer.objects.get(step="asked")
    assert (asked.rating, asked.way, asked.sitting) == (2, "drop_box", phone.sitting)
    assert content_of(asked)["stood_out"] == ["me"]
    assert Voice.objects.get(side="client").words == TOLD["words"]


def test_a_letter_that_comes_again_changes_nothing(phone: Phone, relay: Relay, cast: Cast) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    kept = list(relay.letters)
    collect(by=cast.ana)
    box = DropBox.objects.get()
    box.fetched_to = 0  # as after a restore, or a relay that sends it again under a new number
    box.save()
    relay.letters = [one | {"n": one["n"] + 7} for one in kept]
    again = collect(by=cast.ana)
    assert (again.kept, again.known) == (0, 1)
    assert DoorAnswer.objects.count() == 1


def test_a_later_letter_of_a_sitting_repeats_what_the_earlier_one_held(
    phone: Phone, cast: Cast
) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    phone.say("statement", values={"words": "beside it"}).send()
    assert collect(by=cast.ana).kept == 2
    assert DoorAnswer.objects.filter(step="statement").count() == 1
    assert DoorAnswer.objects.count() == 2


def test_in_whichever_order_letters_come_the_end_is_the_same(
    phone: Phone, relay: Relay, cast: Cast
) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    phone.say("statement", values={"words": "beside it"}).send()
    first, second = relay.letters
    relay.letters = [second | {"n": 1}, first | {"n": 2}]
    collect(by=cast.ana)
    assert DoorAnswer.objects.count() == 2


def test_the_later_of_two_phones_holds_also_where_the_earlier_comes_last(
    phone: Phone, relay: Relay, cast: Cast, still_clock: StillClock
) -> None:
    other = Phone(relay, phone.secret).open()
    phone.say("asked", session=_session(phone), values={"rating": -3})
    still_clock.move(hours=1)
    other.say("asked", session=_session(phone), values={"rating": 3}).send()
    phone.send()
    still_clock.move(hours=1)
    collect(by=cast.ana)
    assert DoorAnswer.objects.get().rating == 3


def test_an_answer_that_may_mean_danger_stands_on_today(phone: Phone, cast: Cast) -> None:
    values = _items("phq-9", last=2)
    phone.say("form", slug="phq-9", version=version_of("phq-9"), values=values).send()
    assert collect(by=cast.ana).kept == 1
    assert Answers.objects.get().source == AnswerSource.AT_THE_DOOR
    assert RiskItem.objects.count() == 1


def _items(slug: str, last: int) -> dict[str, int]:
    items = [one.id for one in instrument_choice(slug).instrument.items]  # type: ignore[union-attr]
    return {**dict.fromkeys(items[:9], 0), items[min(8, len(items) - 1)]: last}


def test_a_questionnaire_in_another_version_is_set_aside_whole(phone: Phone, cast: Cast) -> None:
    phone.say("asked", session=_session(phone), values=ASKED)
    phone.say("form", slug="phq-8", version="0.0", values=_items("phq-8", last=1)).send()
    found = collect(by=cast.ana)
    assert dict(found.aside) == {"bad-letter": 1}
    assert not Answers.objects.exists()
    assert DoorAnswer.objects.count() == 1  # what could be kept of it is kept
    (aside,) = drop_box_aside.set_aside(cast.ana)
    assert not drop_box_aside.try_again(aside.id, by=cast.ana)
    assert DoorAnswer.objects.count() == 1


def test_a_receipt_takes_back_what_was_told_in_that_sitting(
    phone: Phone, relay: Relay, cast: Cast
) -> None:
    phone.say("asked", session=_session(phone), values=ASKED)
    phone.say("first", session=_session(phone), values=TOLD, release="open").send()
    collect(by=cast.ana)
    assert Voice.objects.filter(side="client").exists()
    later = Phone(relay, phone.secret).open()
    later.say("take_back", sitting=phone.sitting)
    later.say("asked", session=_session(phone), values={"rating": 0}).send()
    collect(by=cast.ana)
    assert not Voice.objects.filter(side="client").exists()
    assert DoorAnswer.objects.get().rating == 0


def test_what_was_taken_back_before_it_came_is_never_kept(
    phone: Phone, relay: Relay, cast: Cast
) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    held_back, relay.letters = list(relay.letters), []
    Phone(relay, phone.secret).open().say("take_back", sitting=phone.sitting).send()
    collect(by=cast.ana)
    relay.letters += [one | {"n": 50} for one in held_back]
    found = collect(by=cast.ana)
    assert found.taken_back == 1
    assert not DoorAnswer.objects.exists()


def test_what_is_written_anew_in_the_same_sitting_is_kept(
    phone: Phone, relay: Relay, cast: Cast
) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    phone.say("take_back", sitting=phone.sitting)
    phone.say("asked", session=_session(phone), values={"rating": -1}).send()
    phone.say("statement", values={"words": "and this"}).send()
    first, *later = relay.letters
    relay.letters = [one | {"n": place} for place, one in enumerate([*later, first], start=1)]
    collect(by=cast.ana)
    assert DoorAnswer.objects.get(step="asked").rating == -1
    assert DoorAnswer.objects.filter(step="statement").exists()


def test_what_is_written_after_another_phone_took_it_back_is_kept(
    phone: Phone, relay: Relay, cast: Cast, still_clock: StillClock
) -> None:
    phone.say("statement", values={"words": "before"}).send()
    still_clock.move(minutes=5)
    Phone(relay, phone.secret).open().say("take_back", sitting=phone.sitting).send()
    still_clock.move(minutes=5)
    phone.say("statement", values={"words": "after"}).send()
    collect(by=cast.ana)
    assert content_of(DoorAnswer.objects.get())["words"] == "after"


def test_with_a_guessed_receipt_nothing_is_taken_back(
    phone: Phone, relay: Relay, cast: Cast
) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    Phone(relay, phone.secret).open().say("take_back", sitting="0" * 32).send()
    collect(by=cast.ana)
    assert DoorAnswer.objects.count() == 1


def test_a_pause_a_stop_and_another_hour_hold_from_then_on(
    phone: Phone, relay: Relay, cast: Cast
) -> None:
    phone.say("evening", hour=18).send()
    collect(by=cast.ana)
    assert phone.open().brief["settled"]["evening_hour"] == 18
    until = (NOON + timedelta(days=9)).date().isoformat()
    phone.say("pause", until=until).send()
    collect(by=cast.ana)
    assert phone.open().brief["settled"]["paused_until"] == until
    phone.say("stop").send()
    collect(by=cast.ana)
    told = phone.open().brief
    assert told["settled"]["is_stopped"]
    assert not told["has_agreed"]


def test_after_a_stop_what_comes_late_is_set_aside_unread(
    phone: Phone, relay: Relay, cast: Cast
) -> None:
    other = Phone(relay, phone.secret).open()
    other.say("asked", session=_session(phone), values=ASKED)
    phone.say("stop").send()
    other.send()
    found = collect(by=cast.ana)
    assert dict(found.aside) == {"no-consent": 1}
    assert not DoorAnswer.objects.exists()
    door_own.agree(phone_seat(cast).pk)
    (aside,) = drop_box_aside.set_aside(cast.ana)
    assert drop_box_aside.try_again(aside.id, by=cast.ana)
    assert DoorAnswer.objects.get().rating == 2
    assert DropBoxLetter.objects.filter(state=LetterState.KEPT).count() == 2


def phone_seat(cast: Cast) -> Participant:
    return cast.place_of(cast.mia, cast.care_of_mia)


def test_who_has_not_agreed_yet_agrees_on_the_phone(cast: Cast, relay: Relay) -> None:
    set_up(relay, cast.ana)
    today_session(cast)
    phone = phone_of(relay, phone_seat(cast), cast.ana)
    assert not phone.brief["has_agreed"]
    phone.say("agree").say("asked", session=_session(phone), values=ASKED).send()
    assert collect(by=cast.ana).kept == 1
    assert phone.open().brief["has_agreed"]
    assert phone.brief["arrived"].keys() == {phone.sitting}


def test_a_session_that_had_not_made_itself_is_found_by_its_time(
    cast: Cast, relay: Relay, seat: Participant, still_clock: StillClock
) -> None:
    start = NOON + timedelta(days=2)
    care.add_slot(
        cast.care_of_mia, by=cast.ana, weekday=start.weekday(),
        local_time=start.astimezone(doors.MADRID).time(), from_on=start.date(),
    )  # fmt: skip
    phone = phone_of(relay, seat, cast.ana)
    meant = phone.brief["met"][0]["session"]
    still_clock.move_to(start + timedelta(hours=7))
    phone.say("asked", session=meant, values=ASKED).send()
    assert collect(by=cast.ana).kept == 1
    assert DoorAnswer.objects.get(session__start=start).rating == 2


def test_what_a_phone_sealed_for_the_keeper_is_kept_sealed_and_opens_for_nobody_here(
    cast: Cast, relay: Relay, seat: Participant
) -> None:
    keepers.named()
    today_session(cast)
    phone = phone_of(relay, seat, cast.ana)
    assert phone.brief["keeper"]["name"] == keepers.NAME
    public = base64.b64decode(phone.brief["keeper"]["public"])
    at = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    piece = keeper_box.seal(public, keeper_box.Told("first", at, TOLD))
    sealed = base64.b64encode(piece).decode()
    phone.say("first", session=_session(phone), values={}, release="keeper", sealed=sealed).send()
    assert collect(by=cast.ana).kept == 1
    row = DoorAnswer.objects.get()
    assert (row.content, row.rating, row.voice) == ("", None, None)
    assert keepers.opened(row).values["words"] == TOLD["words"]
    assert key_now_opens_nothing(piece)


def key_now_opens_nothing(piece: bytes) -> bool:
    """The practice's own key of the drop-box does not open it either."""
    private = drop_box.key_called(drop_box.key_now().key_id)
    assert private is not None
    with pytest.raises(SealBroken):
        keeper_box.unseal(piece, keeper=private)
    return True


@pytest.mark.parametrize(
    "part",
    [
        {"values": TOLD, "release": "keeper"},
        {"values": {}, "release": "keeper", "sealed": "c2VhbGVk"},
        {"values": {}, "release": "open", "sealed": "c2VhbGVk"},
    ],
)
def test_what_is_for_a_keeper_and_could_be_read_is_not_kept(
    phone: Phone, cast: Cast, part: dict[str, Any]
) -> None:
    keepers.named()
    phone.say("first", session=_session(phone), **part).send()
    assert sum(collect(by=cast.ana).aside.values()) == 1
    assert not DoorAnswer.objects.exists()


# ---- clocks -------------------------------------------------------------------------------


@pytest.mark.parametrize("off", [timedelta(days=-4000), timedelta(days=3), timedelta(days=9000)])
def test_where_the_phone_is_off_the_relays_clock_stands_for_it(
    phone: Phone, cast: Cast, still_clock: StillClock, off: timedelta
) -> None:
    at = clock.now() + timedelta(minutes=30)
    phone.say("asked", clock.now() + off, session=_session(phone), values=ASKED).send(at)
    still_clock.move(hours=2)
    found = collect(by=cast.ana)
    assert (found.kept, found.clock_off) == (1, 1)
    assert abs(DoorAnswer.objects.get().given_at - at) < timedelta(minutes=1)


def test_where_both_clocks_are_off_now_stands(phone: Phone, cast: Cast) -> None:
    far = clock.now() + timedelta(days=400)
    phone.say("asked", far, session=_session(phone), values=ASKED).send(far)
    assert collect(by=cast.ana).clock_off == 1
    assert abs(DoorAnswer.objects.get().given_at - clock.now()) < timedelta(minutes=1)


def test_a_letter_of_after_its_time_and_one_of_after_the_revoking_are_set_aside(
    phone: Phone, cast: Cast, still_clock: StillClock
) -> None:
    drop_box_invite.revoke(DropBoxInvitation.objects.get(), by=cast.ana)
    still_clock.move(hours=1)
    phone.say("asked", session=_session(phone), values=ASKED).send()
    still_clock.move(days=91)
    phone.parts.clear()
    phone.say("asked", session=_session(phone), values=ASKED).send()
    found = collect(by=cast.ana)
    assert dict(found.aside) == {"revoked": 1, "after-its-time": 1}
    assert not DoorAnswer.objects.exists()


def test_what_was_written_before_the_revoking_is_kept(
    phone: Phone, cast: Cast, relay: Relay, still_clock: StillClock
) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    still_clock.move(hours=1)
    drop_box_invite.revoke(DropBoxInvitation.objects.get(), by=cast.ana)
    assert collect(by=cast.ana).kept == 1
    assert relay.briefs == {}
    assert not DropBoxName.objects.exists()


# ---- keys ---------------------------------------------------------------------------------


def test_keys_change_and_no_letter_on_its_way_is_lost(
    phone: Phone, relay: Relay, cast: Cast, still_clock: StillClock
) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    drop_box.new_key(by=cast.ana)
    assert collect(by=cast.ana).kept == 1
    assert phone.open().brief["public"] != DropBoxKey.objects.earliest("created_at").public
    still_clock.move(days=59)
    collect(by=cast.ana)
    assert DropBoxKey.objects.count() == 2
    still_clock.move(days=2)
    collect(by=cast.ana)
    assert DropBoxKey.objects.count() == 1


def test_another_relay_gets_the_briefs_of_the_links_that_hold(
    phone: Phone, relay: Relay, cast: Cast
) -> None:
    relay.briefs.clear()
    relay.manage = "another-secret-of-another-mailbox-0000000000"
    set_up(relay, cast.ana)
    assert collect(by=cast.ana).briefs == 1
    assert relay.briefs.keys() == {phone.invitation.name.hex()}


def test_a_letter_to_a_key_that_is_not_here_is_set_aside(phone: Phone, cast: Cast) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    DropBoxKey.objects.all().delete()
    drop_box.new_key(by=cast.ana)
    assert dict(collect(by=cast.ana).aside) == {"unknown-key": 1}
    (aside,) = drop_box_aside.set_aside(cast.ana)
    assert aside.can_be_tried
    drop_box_aside.throw_away(aside.id, by=cast.ana)
    assert drop_box_aside.set_aside(cast.ana) == []
    assert DropBoxLetter.objects.get().content == ""


# ---- a relay that is hostile --------------------------------------------------------------


def test_a_relay_that_swaps_two_letters_is_found_out(
    phone: Phone, relay: Relay, cast: Cast
) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    phone.send()
    one, two = relay.letters
    one["letter"], two["letter"] = two["letter"], one["letter"]
    assert dict(collect(by=cast.ana).aside) == {"altered": 2}
    assert not DoorAnswer.objects.exists()


def test_a_letter_moved_to_another_invitation_opens_nothing(
    phone: Phone, relay: Relay, cast: Cast, seat: Participant
) -> None:
    other = phone_of(relay, seat, cast.ana)
    phone.say("asked", session=_session(phone), values=ASKED).send()
    relay.letters[0]["invitation"] = other.invitation.name.hex()
    assert dict(collect(by=cast.ana).aside) == {"altered": 1}


def test_letters_of_another_practice_are_set_aside_and_never_read(
    relay: Relay, cast: Cast, seat: Participant
) -> None:
    for number in range(3):
        relay.take(f"{number:032x}", f"{number:032x}", b"LLTR" + bytes(4092))
    assert dict(collect(by=cast.ana).aside) == {"unknown-invitation": 3}
    assert not DoorAnswer.objects.exists()


def test_a_relay_that_floods_us_is_left_and_nothing_is_forgotten_there(
    relay: Relay, cast: Cast, seat: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drop_box_collect, "MOST_STRANGE", 5)
    for number in range(9):
        relay.take(f"{number:032x}", f"{number:032x}", b"LLTR" + bytes(4092))
    for _again in range(3):  # also the second and third time no more comes in
        with pytest.raises(RelayAway):
            collect(by=cast.ana)
        assert DropBoxLetter.objects.count() == 5
    assert len(relay.letters) == 9
    assert drop_box_aside.throw_strange_away(by=cast.ana) == 5
    assert drop_box_aside.set_aside(cast.ana) == []
    with pytest.raises(NotAllowed):
        drop_box_aside.throw_strange_away(by=cast.hanna)
    assert dict(collect(by=cast.ana).aside) == {"unknown-invitation": 4}


def test_rubbish_by_a_known_link_is_no_way_around_that(
    phone: Phone, relay: Relay, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drop_box_collect, "MOST_STRANGE", 2)
    for number in range(4):
        relay.take(phone.invitation.name.hex(), f"{number:032x}", b"LLTR" + bytes(4092))
    with pytest.raises(RelayAway):
        collect(by=cast.ana)
    assert DropBoxLetter.objects.count() == 2


def test_rubbish_that_waits_keeps_no_practice_closed(
    relay: Relay, cast: Cast, seat: Participant, vault_folder: Folder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(drop_box_collect, "MOST_STRANGE", 2)
    for number in range(4):
        relay.take(f"{number:032x}", f"{number:032x}", b"LLTR" + bytes(4092))
    assert drop_box_locked.fetch() == 4
    assert drop_box_collect.take_in_spooled().aside["unknown-invitation"] == 2
    assert len(spool.names(vault_folder)) == 2


def test_no_more_waits_than_a_practice_gets(
    relay: Relay, seat: Participant, vault_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drop_box_locked, "MOST_WAITING", 3)
    for number in range(4):
        relay.take(f"{number:032x}", f"{number:032x}", b"LLTR" + bytes(4092))
    with pytest.raises(RelayAway):
        drop_box_locked.fetch()
    assert spool.names(vault_folder) == ()
    assert len(relay.letters) == 4


@pytest.mark.parametrize("place", [0, 4, 5, 12, 13, 16, 17, 81, 82, 300, 4095])
def test_a_flipped_bit_in_every_field_is_found(
    phone: Phone, relay: Relay, cast: Cast, place: int
) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    sealed = bytearray(base64.b64decode(relay.letters[0]["letter"]))
    sealed[place] ^= 1
    relay.letters[0]["letter"] = base64.b64encode(sealed).decode()
    assert sum(collect(by=cast.ana).aside.values()) == 1
    assert not DoorAnswer.objects.exists()


def test_while_the_relay_is_away_nothing_is_lost_and_it_is_said(
    phone: Phone, relay: Relay, cast: Cast
) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    relay.is_away = True
    with pytest.raises(RelayAway):
        collect(by=cast.ana)
    relay.is_away = False
    assert collect(by=cast.ana).kept == 1


def test_a_brief_that_could_not_be_put_is_put_the_next_time(
    phone: Phone, relay: Relay, cast: Cast
) -> None:
    drop_box.new_key(by=cast.ana)
    relay.is_away = True
    with pytest.raises(RelayAway):
        drop_box_invite.refresh(DropBox.objects.get())
    relay.is_away = False
    assert drop_box_invite.refresh(DropBox.objects.get()) == 1
    assert phone.open().brief["public"] == _public()


def _public() -> str:
    return base64.b64encode(bytes.fromhex(drop_box.key_now().public)).decode()


# ---- erased, restored, locked -------------------------------------------------------------


def test_for_a_client_since_erased_nothing_opens_any_more(
    phone: Phone, relay: Relay, cast: Cast
) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    erasing.erase_client(cast.mia, by=cast.ana, code=cast.mia.code)
    found = collect(by=cast.ana)
    assert dict(found.aside) == {"unknown-invitation": 1}
    assert relay.briefs == {}
    assert not DropBoxInvitation.objects.exists()


def test_letters_are_left_at_the_relay_until_a_backup_holds_them(
    phone: Phone, relay: Relay, cast: Cast, still_clock: StillClock
) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    collect(by=cast.ana)
    assert len(relay.letters) == 1
    still_clock.move(hours=1)
    practice = the_practice()
    assert practice is not None
    practice.last_backup_at = clock.now()
    practice.save()
    still_clock.move(hours=1)
    collect(by=cast.ana)
    assert relay.letters == []


def test_what_was_taken_back_goes_at_the_relay_at_once(
    phone: Phone, relay: Relay, cast: Cast
) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    collect(by=cast.ana)
    Phone(relay, phone.secret).open().say("take_back", sitting=phone.sitting).send()
    collect(by=cast.ana)
    assert len(relay.letters) == 1  # the letter that took it back, which holds no words


def test_while_locked_letters_are_put_by_sealed_and_kept_at_unlock(
    phone: Phone, cast: Cast, vault_folder: Folder
) -> None:
    phone.say("asked", session=_session(phone), values=ASKED).send()
    assert drop_box_locked.fetch() == 1
    assert drop_box_locked.fetch() == 0
    (place,) = spool.names(vault_folder)
    assert spool.kind_of(vault_folder, place) == "drop-box"
    assert not DoorAnswer.objects.exists()
    assert drop_box_collect.take_in_spooled().kept == 1
    assert spool.names(vault_folder) == ()
    assert collect(by=cast.ana).known == 1


def test_a_locked_practice_can_delete_nothing_at_the_relay(
    phone: Phone, relay: Relay, vault_folder: Folder
) -> None:
    told = vault_folder.drop_box.read_text()
    assert relay.manage not in told
    assert relay.fetch in told


def test_each_letter_leaves_its_lines_in_the_log_and_no_word(phone: Phone, cast: Cast) -> None:
    phone.say("first", session=_session(phone), values=TOLD, release="open").send()
    collect(by=cast.ana)
    actions = set(AuditLine.objects.values_list("action", flat=True))
    assert {"drop_box.letter_came", "door.answered", "drop_box.collected"} <= actions
    assert TOLD["words"] not in json.dumps(list(AuditLine.objects.values_list("details")))


# ---- letters that no page writes ----------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"sitting": "x"},
        {"sequence": "1"},
        {"written_at": "yesterday"},
        {"written_at": "2026-03-10T12:00:00"},
        {"parts": [{"kind": "asked"}]},
        {"parts": [{"kind": "own-key", "at": "2026-03-10T12:00:00Z"}]},
        {"parts": [{"kind": "stop", "at": "2026-03-10T12:00:00Z"}] * 41},
        {"parts": "stop"},
        {"parts": [[1]]},
    ],
)
def test_a_letter_that_says_what_none_may_say_is_set_aside(
    phone: Phone, cast: Cast, changes: dict[str, Any]
) -> None:
    phone.send(**changes)
    assert dict(collect(by=cast.ana).aside) == {"bad-letter": 1}
    assert _states() == [("aside", "bad-letter")]


@pytest.mark.parametrize(
    "part",
    [
        {"kind": "asked", "session": "0" * 32, "values": ASKED},
        {"kind": "asked", "session": 3, "values": ASKED},
        {"kind": "asked", "values": ASKED},
        {"kind": "asked", "values": []},
        {"kind": "first", "values": {"rating": 99}, "release": "open"},
        {"kind": "first", "values": TOLD, "release": "everybody"},
        {"kind": "form", "slug": "../x", "version": "1", "values": {}},
        {"kind": "evening", "hour": 77},
        {"kind": "evening", "hour": True},
        {"kind": "pause", "until": "never"},
        {"kind": "take_back", "sitting": "%"},
        {"kind": "statement", "values": {"words": ""}},
        {"kind": "statement", "values": {"words": "x" * 10_001}},
    ],
)
def test_a_part_that_cannot_be_kept_takes_no_other_with_it(
    phone: Phone, cast: Cast, part: dict[str, Any]
) -> None:
    at = "2026-03-10T12:00:00Z"
    if part.get("session") is None and part["kind"] == "first":
        part = part | {"session": _session(phone)}
    phone.parts = [{**part, "at": at}]
    phone.say("asked", session=_session(phone), values=ASKED).send()
    found = collect(by=cast.ana)
    assert sum(found.aside.values()) == 1
    assert DoorAnswer.objects.get().rating == 2


def test_an_invitation_that_was_guessed_finds_nothing(relay: Relay, seat: Participant) -> None:
    guessed = phone_by(relay, "#i=" + "A" * 43)
    with pytest.raises(KeyError):
        guessed.open()


# ---- who may ------------------------------------------------------------------------------


def test_only_who_sees_the_client_invites_and_revokes(
    relay: Relay, cast: Cast, seat: Participant
) -> None:
    made = drop_box_invite.invite(seat, by=cast.ana)
    for stranger in (cast.berta, cast.hanna, cast.stella):
        with pytest.raises(NotAllowed):
            drop_box_invite.invite(seat, by=stranger)
        with pytest.raises(NotAllowed):
            drop_box_invite.revoke(made.invitation, by=stranger)
        assert drop_box_invite.invitations_of(stranger, seat) == []
    assert len(relay.briefs) == 1


def test_only_the_owner_names_a_relay_and_sees_what_was_set_aside(
    relay: Relay, cast: Cast, seat: Participant, phone: Phone
) -> None:
    phone.send(v=2)
    collect(by=cast.ana)
    (aside,) = drop_box_aside.set_aside(cast.ana)
    for other in (cast.berta, cast.hanna, cast.stella):
        for do in (
            lambda by: drop_box.set_up(relay.code, PAGE, by=by),
            lambda by: drop_box.new_key(by=by),
            lambda by: drop_box.stop(by=by),
            drop_box_aside.set_aside,
            lambda by: drop_box_aside.try_again(aside.id, by=by),
            lambda by: drop_box_aside.throw_away(aside.id, by=by),
        ):
            with pytest.raises(NotAllowed):
                do(other)
    with pytest.raises(NotAllowed):
        collect(by=cast.hanna)


def test_after_the_stop_no_host_is_asked_and_keys_stay(
    phone: Phone, relay: Relay, cast: Cast, vault_folder: Folder
) -> None:
    drop_box.stop(by=cast.ana)
    relay.asked.clear()
    with pytest.raises(NotReady):
        collect(by=cast.ana)
    assert relay.asked == []
    assert DropBoxKey.objects.exists()
    assert not vault_folder.drop_box.exists()
