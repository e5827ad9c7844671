"""The practice, those who work in it, and forms that come twice."""

from __future__ import annotations

import uuid

import pytest

from lacrima import practice
from lacrima.errors import BadInput, EditConflict, NotFound, OutOfRange
from lacrima.practice import care, people, receipts, words
from lacrima.records.models import Client, Receipt
from lacrima.vault.process import VAULT


def test_a_folder_holds_one_practice(cast):
    with pytest.raises(BadInput, match="already holds"):
        people.open_practice(owner_name="B", practice_name="C", zone="UTC")


def test_before_the_first_run_there_is_nobody(db):
    assert people.the_practice() is None
    with pytest.raises(NotFound):
        people.owner()


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd"])
def test_a_zone_nobody_knows_is_refused(db, zone):
    with pytest.raises(OutOfRange, match="zone"):
        people.open_practice(owner_name="A", practice_name="B", zone=zone)
    assert people.the_practice() is None


def test_everybody_has_a_key_of_their_own(cast):
    assert VAULT.has_key(cast.ana.sealing_key_id())
    assert VAULT.has_key(cast.mia.sealing_key_id())
    assert VAULT.has_key(cast.care_of_mia.sealing_key_id())


def test_who_left_is_no_member_any_more_and_the_owner_cannot_leave(cast):
    people.change_member(cast.berta, by=cast.ana, left_on=cast.care_of_mia.started_on)
    assert [one.name for one in people.members()] == ["Ana Ruiz", "Hanna Weiss", "Stella Fuchs"]
    with pytest.raises(NotFound):
        people.member(cast.berta.pk)
    with pytest.raises(BadInput):
        people.change_member(cast.ana, by=cast.ana, left_on=cast.care_of_mia.started_on)


def test_settings_know_their_fields_and_versions(cast):
    changed = people.change_practice(by=cast.ana, expected_version=1, shows_names=True)
    assert people.display_name(cast.mia, changed) == "Mia L."
    with pytest.raises(EditConflict):
        people.change_practice(by=cast.ana, expected_version=1, name="x")
    with pytest.raises(BadInput, match="is_simulated"):
        people.change_practice(by=cast.ana, is_simulated=True)


def test_a_client_without_a_name_shows_a_code(cast):
    bare = Client(code="X 1")
    shown = people.change_practice(by=cast.ana, shows_names=True)
    assert people.display_name(bare, shown) == "X 1"


def test_an_address_that_is_no_id_is_not_found(cast):
    for key in ("", "x", "' OR 1=1", str(uuid.uuid4())):
        with pytest.raises(NotFound):
            practice.find(cast.ana, "session", key)
    assert practice.find(cast.ana, "episode", str(cast.care_of_mia.pk)) == cast.care_of_mia


# --- a form that comes twice


def test_a_form_sent_twice_is_kept_once_and_leads_to_the_same_page(cast):
    def do() -> str:
        care.keep_in_mind(cast.care_of_mia, by=cast.ana, words="a word")
        return "/clients/1"

    for _ in range(3):
        assert receipts.once("key-1", by=cast.ana, do=do) == "/clients/1"
    assert cast.care_of_mia.kept_in_mind.count() == 1


def test_a_form_that_was_refused_can_be_sent_again(cast):
    def refused() -> str:
        care.keep_in_mind(cast.care_of_mia, by=cast.ana, words="a word")
        raise BadInput("no")

    with pytest.raises(BadInput):
        receipts.once("key-1", by=cast.ana, do=refused)
    assert not Receipt.objects.exists()
    assert not cast.care_of_mia.kept_in_mind.exists()
    assert receipts.once("key-1", by=cast.ana, do=lambda: "/here") == "/here"


def test_the_key_of_somebody_else_leads_nowhere(cast):
    receipts.once("key-1", by=cast.ana, do=lambda: "/here")
    with pytest.raises(NotFound):
        receipts.once("key-1", by=cast.berta, do=lambda: "/there")


@pytest.mark.parametrize("key", ["", "k" * 65])
def test_a_form_without_a_fit_key_is_refused(cast, key):
    with pytest.raises(BadInput):
        receipts.once(key, by=cast.ana, do=lambda: "/here")


# --- words


def test_every_word_has_something_to_read():
    enums = [one for one in vars(words).values() if isinstance(one, type) and one is not words.Word]
    enums = [one for one in enums if hasattr(one, "__members__") and one is not words.Enum]
    assert len(enums) > 20
    for enum in enums:
        assert all(str(words.label(value)) for value in enum), enum


def test_the_same_word_of_two_lists_reads_differently():
    assert str(words.label(words.Party.THERAPIST)) == "I"
    assert str(words.label(words.Side.THERAPIST)) == "you"
    assert str(words.label(words.Role.THERAPIST)) == "therapist"


def test_no_word_blames_or_shouts():
    forbidden = ("should have", "failed", "overdue", "abnormal", "!")
    for said in words.LABELS.values():
        assert not any(one in str(said) for one in forbidden)


def test_how_much_showed_reads_by_its_kind():
    assert str(words.shown_label("tears", 2)) == "tears fell"
    assert str(words.shown_label("anger", 2)) == "clear"
