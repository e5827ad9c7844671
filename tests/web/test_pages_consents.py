"""Pages of what a client agreed to."""

from __future__ import annotations

from typing import Any

from django.test import Client

from lacrima.records.models import Consent, Representative
from tests.support.cast import Cast
from tests.support.form_keys import form_key


def sent(**more: Any) -> dict[str, Any]:
    return {"key": form_key(), "version": "1", **more}


def here(cast: Cast) -> str:
    return f"/who/{cast.mia.pk}/agreements"


def text_of(window: Client, address: str) -> str:
    answer = window.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_each_purpose_that_is_used_stands_with_its_words_and_no_other(
    anas: Client, cast: Cast
) -> None:
    page = text_of(anas, here(cast))
    assert "Supervision" in page
    assert "Research" in page
    assert "Recording" not in page
    assert "Training of others" not in page
    assert here(cast) in text_of(anas, f"/clients/{cast.care_of_mia.pk}")


def test_an_agreement_is_noted_corrected_and_withdrawn_with_what_cannot_be_undone(
    anas: Client, cast: Cast
) -> None:
    new = f"{here(cast)}/new/supervision"
    assert "people who advise her" in text_of(anas, new)
    made = anas.post(new, sent(given_on="2026-03-09", way="in_writing"))
    assert (made.status_code, made["Location"]) == (303, here(cast))
    row = Consent.objects.get()
    page = text_of(anas, here(cast))
    assert "in writing" in page
    assert anas.post(new, sent(given_on="2026-03-09", way="aloud")).status_code == 422
    anas.post(f"/agreements/{row.pk}", sent(given_on="2026-03-08", way="aloud"))
    row.refresh_from_db()
    assert (str(row.given_on), row.way) == ("2026-03-08", "aloud")
    assert "cannot be called back" in text_of(anas, f"/agreements/{row.pk}/withdraw")
    anas.post(f"/agreements/{row.pk}/withdraw", sent())
    page = text_of(anas, here(cast))
    assert "Withdrawn. Nothing is done for it." in page
    assert "Withdrawn before" in page


def test_who_decides_for_a_child_is_named_and_may_then_agree(anas: Client, cast: Cast) -> None:
    new = f"/who/{cast.mia.pk}/representatives/new"
    said = {"name": "Rosa L.", "relation": "mother", "ground": "custody", "from_on": "2026-01-01"}
    assert anas.post(new, sent(**said)).status_code == 422, "neither decides nor reads"
    anas.post(new, sent(**said, may_consent="on"))
    mother = Representative.objects.get()
    assert "Rosa L." in text_of(anas, f"{here(cast)}/new/research")
    anas.post(
        f"{here(cast)}/new/research",
        sent(given_on="2026-03-09", way="aloud", given_by=mother.pk.hex),
    )
    assert Consent.objects.get().given_by == mother
    assert "by Rosa L." in text_of(anas, here(cast))
    changed = sent(**{**said, "until_on": "2026-02-01"}, may_consent="on")
    assert anas.post(f"/representatives/{mother.pk}", changed).status_code == 303
    assert "Ask anew" in text_of(anas, here(cast))


def test_the_sheet_has_the_words_of_every_purpose_and_room_to_sign(
    anas: Client, cast: Cast
) -> None:
    page = text_of(anas, f"{here(cast)}/sheet")
    assert page.count("I do not agree") == 3  # feedback, supervision, research
    assert "signature" in page


def test_a_purpose_that_nothing_uses_has_no_page(anas: Client, cast: Cast) -> None:
    assert anas.get(f"{here(cast)}/new/training").status_code == 404
