"""Pages of keeping and erasing: a hold is set and lifted, and erasing is looked at, then done."""

from __future__ import annotations

import pytest
from django.test import Client

from lacrima.practice import holding, notes
from lacrima.records.models import Client as Comer
from lacrima.records.models import LegalHold
from tests.support.cast import Cast
from tests.support.form_keys import form_key
from tests.support.things import Things


def _page(window: Client, address: str) -> str:
    answer = window.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_hold_is_set_shown_and_lifted(cast: Cast, anas: Client) -> None:
    place = f"/people/{cast.mia.pk}"
    assert f"{place}/keep" in _page(anas, f"/clients/{cast.care_of_mia.pk}")
    answer = anas.post(f"{place}/hold", {"key": form_key(), "reason": "a letter of a court"})
    assert (answer.status_code, answer["Location"]) == (303, f"{place}/keep")
    hold = LegalHold.objects.get()
    assert "a letter of a court" in _page(anas, f"{place}/keep")
    told = _page(anas, f"{place}/erase")
    assert "Nothing of this record may be deleted now" in told
    assert "typed_code" not in told
    assert anas.post(f"/holds/{hold.pk}/lift", {"key": form_key()}).status_code == 303
    assert "typed_code" in _page(anas, f"{place}/erase")
    again = anas.post(f"/holds/{hold.pk}/lift", {"key": form_key()})
    assert again.status_code == 422


def test_a_note_of_a_record_on_hold_is_not_deleted_and_the_page_says_why(
    cast: Cast, anas: Client
) -> None:
    note = notes.write_record_note(cast.care_of_mia, by=cast.ana, words="a note")
    holding.set_hold(cast.mia, by=cast.ana, reason="a letter")
    answer = anas.post(f"/notes/{note.pk}/delete", {"key": form_key()})
    assert answer.status_code == 422
    assert "on hold" in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "M 02"])
def test_another_code_erases_nobody(things: Things, anas: Client, typed: str) -> None:
    place = f"/people/{things.cast.mia.pk}/erase"
    answer = anas.post(place, {"key": form_key(), "version": 1, "typed_code": typed})
    assert answer.status_code == 422
    assert Comer.objects.filter(pk=things.cast.mia.pk).exists()


def test_a_client_is_erased_and_her_pages_are_gone(things: Things, anas: Client) -> None:
    cast = things.cast
    place = f"/people/{cast.mia.pk}/erase"
    told = _page(anas, place)
    for words in ('<dt>Sessions</dt><dd class="number">2</dd>', "My care: it is yours", "M 01"):
        assert words in told
    form = {"key": form_key(), "version": 1, "typed_code": "M 01"}
    answer = anas.post(place, form)
    assert (answer.status_code, answer["Location"]) == (303, "/erased")
    told = _page(anas, "/erased")
    assert "gone from the last backup by 15 April" in told
    assert "M 01" not in told
    for gone in (place, f"/people/{cast.mia.pk}/keep", f"/clients/{cast.care_of_mia.pk}"):
        assert anas.get(gone).status_code == 404
    assert anas.post(place, form).status_code == 404
    assert "M 01" not in _page(anas, "/clients")
    assert "M 01" not in _page(anas, "/")
    assert _page(anas, "/my-care")
