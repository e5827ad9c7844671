"""Sealed texts: readable in their own row alone, and by nobody once the key is gone."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from lacrima.errors import KeyGone, OurFault, PersonalThingsClosed, SealBroken
from lacrima.practice import care
from lacrima.records.models import KeptInMind, RecordNote
from lacrima.records.sealed import texts_of
from lacrima.vault.process import VAULT
from tests.support.cast import NOON
from tests.support.own_keys import own_things_closed

WORDS = "She said: I am not too much. Ærø ✓"


@pytest.fixture
def note(cast) -> RecordNote:
    """A note of the record, as it comes out of the database."""
    kept = care.write_record_note(cast.care_of_mia, by=cast.ana, words=WORDS)
    return RecordNote.objects.get(pk=kept.pk)


def _in_the_database(table: str, key) -> bytes:
    with connection.cursor() as cursor:
        field = RecordNote._meta.pk
        value = field.get_db_prep_value(key, connection)
        cursor.execute(f"SELECT words FROM {table} WHERE id = %s", [value])  # noqa: S608
        return bytes(cursor.fetchone()[0])


def test_what_was_written_can_be_read_and_is_not_in_the_column(note):
    assert note.words == WORDS
    sealed = _in_the_database("record_note", note.pk)
    assert len(sealed) > len(WORDS.encode())
    assert b"too much" not in sealed


def test_an_empty_text_stays_empty(cast):
    contact = care.add_contact(cast.care_of_mia, by=cast.ana, at=NOON)
    contact.refresh_from_db()
    assert contact.words == ""


def test_saving_a_row_without_reading_it_keeps_the_sealed_bytes_as_they_are(note):
    before = _in_the_database("record_note", note.pk)
    untouched = RecordNote.objects.get(pk=note.pk)
    untouched.version = 9
    untouched.save()
    assert _in_the_database("record_note", note.pk) == before
    assert RecordNote.objects.get(pk=note.pk).words == WORDS


def test_a_sealed_text_moved_to_another_row_is_refused(cast, note):
    other = care.write_record_note(cast.care_of_mia, by=cast.ana, words="other")
    sealed = _in_the_database("record_note", note.pk)
    RecordNote.objects.filter(pk=other.pk).update(words=sealed)
    with pytest.raises(SealBroken):
        _ = RecordNote.objects.get(pk=other.pk).words


def test_a_sealed_text_moved_to_another_table_is_refused(cast, note):
    kept = care.keep_in_mind(cast.care_of_mia, by=cast.ana, words="other")
    KeptInMind.objects.filter(pk=kept.pk).update(words=_in_the_database("record_note", note.pk))
    with pytest.raises(SealBroken):
        _ = KeptInMind.objects.get(pk=kept.pk).words


def test_an_altered_byte_is_refused(note):
    sealed = bytearray(_in_the_database("record_note", note.pk))
    sealed[-1] ^= 1
    RecordNote.objects.filter(pk=note.pk).update(words=bytes(sealed))
    with pytest.raises(SealBroken):
        _ = RecordNote.objects.get(pk=note.pk).words


def _notes() -> list[tuple[object, str]]:
    return texts_of(RecordNote.objects.order_by("created_at"), "words")


def test_many_texts_are_opened_together_as_they_are_one_by_one(cast, note):
    other = care.write_record_note(cast.care_of_clara, by=cast.berta, words="other")
    empty = RecordNote.objects.get(pk=other.pk)
    empty.words = ""
    assert _notes() == [(note.pk, WORDS), (other.pk, "other")]
    empty.save()
    assert _notes() == [(note.pk, WORDS), (other.pk, "")]


def test_many_texts_opened_together_are_refused_when_one_was_moved(cast, note):
    other = care.write_record_note(cast.care_of_mia, by=cast.ana, words="other")
    RecordNote.objects.filter(pk=other.pk).update(words=_in_the_database("record_note", note.pk))
    with pytest.raises(SealBroken):
        _notes()


def test_many_texts_are_not_opened_together_once_a_key_is_gone(cast, note):
    VAULT.forget_key(cast.care_of_mia.sealing_key_id(), now=NOON)
    with pytest.raises(KeyGone):
        _notes()


def test_plain_text_on_any_other_road_is_refused(note):
    with pytest.raises(OurFault, match="unsealed"), transaction.atomic():
        RecordNote.objects.filter(pk=note.pk).update(words="plain")
    with pytest.raises(OurFault):
        RecordNote.objects.filter(words="plain").exists()
    assert RecordNote.objects.get(pk=note.pk).words == WORDS


def test_once_the_key_is_gone_nobody_reads_it(cast, note):
    VAULT.forget_key(cast.care_of_mia.sealing_key_id(), now=NOON)
    with pytest.raises(KeyGone):
        _ = RecordNote.objects.get(pk=note.pk).words
    assert RecordNote.objects.get(pk=note.pk).version == 1


@pytest.mark.embedded
def test_private_notes_are_sealed_with_the_writers_own_key(things):
    note = things.private_note
    assert note.sealing_key_id() == things.cast.ana.sealing_key_id()
    VAULT.forget_key(things.cast.ana.sealing_key_id(), now=NOON)
    note = type(note).objects.get(pk=note.pk)
    with pytest.raises(KeyGone):
        _ = note.words
    assert RecordNote.objects.get(pk=things.record_note.pk).words


@pytest.mark.clinic
def test_in_a_clinic_private_notes_are_closed_when_the_writers_key_is_not_in_hand(things):
    note = type(things.private_note).objects.get(pk=things.private_note.pk)
    with own_things_closed(), pytest.raises(PersonalThingsClosed):
        _ = note.words
    assert RecordNote.objects.get(pk=things.record_note.pk).words
    assert note.words == things.private_note.words


def test_the_clients_voice_is_sealed_with_the_clients_key(things):
    assert things.mia_voice.sealing_key_id() == things.cast.mia.sealing_key_id()
    assert things.own_voice.sealing_key_id() == things.cast.care_of_mia.sealing_key_id()
