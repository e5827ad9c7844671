"""What is hers alone in a clinic: her key opens it, others' do not, and the log tells nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from lacrima.errors import (
    BadInput,
    EditConflict,
    NotAllowed,
    NotFound,
    OnHold,
    PersonalThingsClosed,
    WrongPassphrase,
    WrongRecoveryCode,
)
from lacrima.practice import holding, notes, own_care, own_key, people, share_making
from lacrima.practice import supervision_hours as hours
from lacrima.practice.own_care_entries import Entry, OfOneself, Own, Remind
from lacrima.practice.own_care_page import today_lines
from lacrima.practice.own_key import Opened, OwnThings
from lacrima.records.models import (
    AuditLine,
    Member,
    OwnCare,
    PersonalKey,
    PrivateNote,
    Role,
    SupervisionHour,
    Weighing,
)
from lacrima.vault import in_hand, kdf, personal
from lacrima.vault.folder import Folder
from lacrima.vault.in_hand import OneKey
from tests.support.cast import NOON, Cast
from tests.support.own_keys import own_things_closed
from tests.support.things import Things, about_oneself

OWN = "seven quiet boats on Sunday"
OTHER = "a lamp beside the harbour"


@pytest.fixture(autouse=True)
def _cheaper_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = kdf.KdfCost(memory_kib=64, iterations=1, lanes=1)
    monkeypatch.setattr(kdf, "STANDARD", cheap)
    monkeypatch.setattr(kdf, "FLOOR", cheap)


@pytest.fixture
def closed() -> Iterator[None]:
    """Nobody's key is in hand."""
    with own_things_closed():
        yield


def held(opened: Opened, by: Member) -> in_hand.Keys:
    """Her key, to take in hand."""
    return OneKey(by.sealing_key_id(), lambda: bytearray(opened.key))


@pytest.mark.clinic
def test_her_passphrase_opens_what_she_wrote_and_another_ones_key_does_not(
    cast: Cast, closed: None
) -> None:
    made = own_key.make_own_key(OWN, by=cast.ana)
    of_berta = own_key.make_own_key(OTHER, by=cast.berta)
    with in_hand.in_hand(held(made.opened, cast.ana)):
        note = notes.write_private_note(by=cast.ana, words="mine", expires_on=date(2026, 5, 1))
    again = own_key.open_own_key(personal.by_passphrase(OWN), by=cast.ana)
    note = PrivateNote.objects.get(pk=note.pk)
    with in_hand.in_hand(held(of_berta.opened, cast.berta)), pytest.raises(PersonalThingsClosed):
        _ = note.words
    with in_hand.in_hand(held(again, cast.ana)):
        assert note.words == "mine"
    with pytest.raises(WrongPassphrase):
        own_key.open_own_key(personal.by_passphrase(OTHER), by=cast.ana)


@pytest.mark.clinic
def test_how_it_stands_is_said_before_and_after(cast: Cast, closed: None) -> None:
    assert own_key.needs_own_key(cast.ana)
    assert own_key.how_it_stands(cast.ana) is OwnThings.NO_KEY_YET
    made = own_key.make_own_key(OWN, by=cast.ana)
    assert own_key.how_it_stands(cast.ana) is OwnThings.CLOSED
    with in_hand.in_hand(held(made.opened, cast.ana)):
        assert own_key.how_it_stands(cast.ana) is OwnThings.OPEN
        assert own_key.how_it_stands(cast.berta) is OwnThings.NO_KEY_YET


@pytest.mark.clinic
def test_who_writes_nothing_privately_has_no_key(cast: Cast) -> None:
    looks_after = people.add_member(by=cast.ana, name="Ada", role=Role.ADMINISTRATOR)
    assert not own_key.needs_own_key(looks_after)
    with pytest.raises(NotAllowed):
        own_key.make_own_key(OWN, by=looks_after)


@pytest.mark.embedded
def test_on_ones_own_computer_there_is_no_key_of_this_kind(cast: Cast) -> None:
    assert own_key.is_open(cast.ana)
    assert not own_key.needs_own_key(cast.ana)
    with pytest.raises(NotFound):
        own_key.make_own_key(OWN, by=cast.ana)


@pytest.mark.clinic
def test_a_second_key_is_refused_and_a_missing_one_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        own_key.open_own_key(personal.by_passphrase(OWN), by=cast.ana)
    own_key.make_own_key(OWN, by=cast.ana)
    with pytest.raises(BadInput):
        own_key.make_own_key(OTHER, by=cast.ana)


@pytest.mark.clinic
def test_each_change_of_a_way_closes_it_elsewhere_and_the_old_way_opens_nothing(
    cast: Cast,
) -> None:
    made = own_key.make_own_key(OWN, by=cast.ana)
    by_words = personal.by_passphrase(OWN)
    assert own_key.about_now(cast.ana) == made.opened.about
    changed = own_key.add_way(personal.by_new_passphrase(OTHER), by=cast.ana, opened_by=by_words)
    assert changed.about == own_key.about_now(cast.ana) != made.opened.about
    assert changed.key == made.opened.key
    with pytest.raises(WrongPassphrase):
        own_key.open_own_key(by_words, by=cast.ana)
    code = personal.by_recovery_code(made.code)
    assert own_key.open_own_key(code, by=cast.ana).key == made.opened.key


@pytest.mark.clinic
def test_the_recovery_code_is_proved_replaced_and_the_new_one_not_proved_yet(cast: Cast) -> None:
    made = own_key.make_own_key(OWN, by=cast.ana)
    code = personal.by_recovery_code(made.code)
    own_key.note_recovery_code_proved(code, by=cast.ana)
    proved_at = own_key.own_key(cast.ana).recovery_proved_at
    assert proved_at is not None
    assert proved_at.date() == NOON.date()
    new = own_key.replace_recovery_code(by=cast.ana, opened_by=personal.by_passphrase(OWN))
    assert own_key.own_key(cast.ana).recovery_proved_at is None
    with pytest.raises(WrongRecoveryCode):
        own_key.note_recovery_code_proved(code, by=cast.ana)
    own_key.open_own_key(personal.by_recovery_code(new.code), by=cast.ana)


@pytest.mark.clinic
def test_a_passkey_opens_it_until_it_is_taken_away(cast: Cast) -> None:
    made = own_key.make_own_key(OWN, by=cast.ana)
    passkey, by_words = personal.by_passkey(b"one", b"p" * 32), personal.by_passphrase(OWN)
    own_key.add_way(passkey, by=cast.ana, opened_by=by_words)
    assert own_key.passkeys_of(own_key.own_key(cast.ana)) == [b"one"]
    assert own_key.open_own_key(passkey, by=cast.ana).key == made.opened.key
    own_key.remove_passkeys(by=cast.ana, opened_by=by_words)
    assert own_key.passkeys_of(own_key.own_key(cast.ana)) == []


@pytest.mark.clinic
def test_of_two_changes_at_once_the_second_is_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_key.make_own_key(OWN, by=cast.ana)
    by_words, before = personal.by_passphrase(OWN), own_key.own_key(cast.ana)
    own_key.add_way(personal.by_new_passphrase(OTHER), by=cast.ana, opened_by=by_words)
    monkeypatch.setattr(own_key, "own_key", lambda _by: before)
    with pytest.raises(EditConflict):
        own_key.replace_recovery_code(by=cast.ana, opened_by=by_words)


@pytest.mark.clinic
def test_the_log_names_no_object_and_no_count(cast: Cast) -> None:
    made = own_key.make_own_key(OWN, by=cast.ana)
    by_words = personal.by_passphrase(OWN)
    own_key.open_own_key(by_words, by=cast.ana)
    own_key.note_recovery_code_proved(personal.by_recovery_code(made.code), by=cast.ana)
    own_key.replace_recovery_code(by=cast.ana, opened_by=by_words)
    own_key.begin_anew(OTHER, by=cast.ana)
    lines = list(AuditLine.objects.order_by("-sequence")[:4])
    assert [line.action for line in reversed(lines)] == [
        "own_key.made",
        "own_key.changed",
        "own_key.changed",
        "own_key.begun_anew",
    ]
    assert {(line.thing, line.thing_id, str(line.details)) for line in lines} == {("", "", "{}")}


# --- begun anew, and left


@pytest.mark.clinic
def test_who_lost_every_way_begins_anew_and_what_was_sealed_is_gone(things: Things) -> None:
    ana, berta = things.cast.ana, things.cast.berta
    own_care.put_entry(about_oneself(things.moment), by=ana)
    hours.add_hour(by=ana, on=date(2026, 3, 2), minutes=50, is_group=False, topics="tears")
    of_berta = notes.write_private_note(by=berta, words="hers", expires_on=date(2026, 5, 1))
    own_key.make_own_key(OWN, by=ana)
    anew = own_key.begin_anew(OTHER, by=ana)
    for kind in (OwnCare, PrivateNote, SupervisionHour):
        assert not kind._default_manager.filter(member=ana).exists(), kind
    assert {row.recorded_at is None for row in Weighing.objects.filter(member=ana)} == {False}
    assert list(PrivateNote.objects.all()) == [of_berta]
    with own_things_closed(), in_hand.in_hand(held(anew.opened, ana)):
        notes.write_private_note(by=ana, words="new", expires_on=date(2026, 5, 1))
    with pytest.raises(WrongPassphrase):
        own_key.open_own_key(personal.by_passphrase(OWN), by=ana)


@pytest.mark.clinic
def test_while_a_hold_stands_on_it_nothing_is_begun_anew(things: Things) -> None:
    ana = things.cast.ana
    own_key.make_own_key(OWN, by=ana)
    holding.set_hold(things.cast.mia, by=ana, reason="a court asked")
    with pytest.raises(OnHold):
        own_key.begin_anew(OTHER, by=ana)
    assert PrivateNote.objects.filter(pk=things.private_note.pk).exists()
    own_key.open_own_key(personal.by_passphrase(OWN), by=ana)


def test_a_year_after_somebody_left_what_was_hers_alone_is_deleted(things: Things) -> None:
    cast = things.cast
    notes.write_private_note(by=cast.berta, words="hers", expires_on=date(2027, 3, 1))
    own_care.put_entry(about_oneself_of(cast.berta), by=cast.berta)
    people.change_member(cast.berta, by=cast.ana, left_on=NOON.date())
    before = AuditLine.objects.count()
    own_key.forget_things_of_those_who_left(now=NOON + timedelta(days=364))
    assert OwnCare.objects.filter(member=cast.berta).exists()
    own_key.forget_things_of_those_who_left(now=NOON + timedelta(days=365))
    assert not OwnCare.objects.filter(member=cast.berta).exists()
    assert not PrivateNote.objects.filter(member=cast.berta).exists()
    assert not PersonalKey.objects.filter(member=cast.berta).exists()
    assert PrivateNote.objects.filter(member=cast.ana).exists()
    own_key.forget_things_of_those_who_left(now=NOON + timedelta(days=366))
    assert AuditLine.objects.count() == before + 1
    line = AuditLine.objects.order_by("-sequence")[0]
    assert (line.action, line.by, line.thing_id, line.details) == (
        "own_things.forgotten",
        "",
        "",
        {},
    )


def about_oneself_of(by: Member) -> Entry:
    """An entry that is about no session."""
    own = Own(of=frozenset({OfOneself.OWN_LIFE}))
    return Entry(day=NOON.date(), content=own, words=f"of {by.pk.hex}")


# --- what goes on without her key


@pytest.mark.clinic
def test_today_does_without_reminders_while_it_is_closed(things: Things) -> None:
    ana = things.cast.ana
    own_care.put_reminder(by=ana, what=Remind.REST, first_on=NOON.date(), is_on_today=True)
    assert today_lines(ana, NOON.date())
    with own_things_closed():
        assert today_lines(ana, NOON.date()) == ()


@pytest.mark.clinic
def test_old_entries_go_when_she_opens_her_key_and_not_before(things: Things) -> None:
    ana = things.cast.ana
    own_care.keep_entries_for(90, by=ana)
    later = NOON + timedelta(days=91)
    with own_things_closed():
        own_care.forget_old_entries(now=later)
    assert len(own_care.entries(ana)) == 1
    own_care.forget_old_entries(now=later)
    assert own_care.entries(ana) == []


@pytest.mark.clinic
def test_what_is_shown_to_others_is_sealed_with_a_key_that_they_have(things: Things) -> None:
    ana = things.cast.ana
    subject = share_making.subject_of(ana)
    choice = share_making.Choice(
        readers=frozenset({f"member:{things.cast.hanna.pk.hex}"}),
        purpose="learning",
        expires_on=date(2026, 6, 1),
        question="what now?",
    )
    with own_things_closed():
        seen = share_making.compose(ana, subject, choice)
        share = share_making.share(ana, subject, choice, seen=share_making.mark_of(seen))
        assert type(share).objects.get(pk=share.pk).content
    assert share.sealing_key_id() == "practice"


@pytest.mark.clinic
def test_no_members_key_lies_with_the_vault(things: Things, vault_folder: Folder) -> None:
    own_key.make_own_key(OWN, by=things.cast.ana)
    assert "member:" not in vault_folder.client_keys.read_text()
