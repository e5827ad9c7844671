"""Expectations from elsewhere: taken in by who looks after the practice, shown, and removed."""

from __future__ import annotations

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lacrima.records.models import AuditLine, NamedExpectation
from tests.support.expectations import expectation
from tests.support.form_keys import form_key

LIST = "/settings/expectations"


def _page(window: Client, address: str = LIST) -> str:
    return html.unescape(window.get(address).content.decode())


def _sent(data: bytes) -> dict[str, object]:
    return {"key": form_key(), "file": SimpleUploadedFile("expected.json", data)}


def test_the_settings_lead_to_it_and_nothing_is_kept_at_first(anas: Client) -> None:
    assert f'href="{LIST}"' in _page(anas, "/settings")
    page = _page(anas)
    assert "None is kept." in page
    assert "no score and nobody’s name" in page


def test_a_file_is_taken_in_shown_and_removed(anas: Client) -> None:
    answer = anas.post(LIST, _sent(expectation()))
    assert (answer.status_code, answer["Location"]) == (303, LIST)
    page = _page(anas)
    assert "Network north" in page
    assert "from 412 clients, 5012 scores" in page
    row = NamedExpectation.objects.get()
    remove = f"{LIST}/{row.pk}/remove"
    assert remove in page
    assert "no band is drawn" in _page(anas, remove)
    assert anas.post(remove, {"key": form_key()})["Location"] == LIST
    assert not NamedExpectation.objects.exists()
    actions = set(AuditLine.objects.values_list("action", flat=True))
    assert {"expectation.taken_in", "expectation.removed"} <= actions


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (expectation(maximum=63), "another scale"),
        (expectation(instrument="sesame"), "not known here"),
        (expectation(time="weeks"), "another count of time"),
        (b"client,score\nMia,9\n", "no expectation, or is damaged"),
        (b"x" * 30_000, "no expectation, or is damaged"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field_and_not_kept(
    anas: Client, data: bytes, said: str
) -> None:
    answer = anas.post(LIST, _sent(data))
    page = html.unescape(answer.content.decode())
    assert said in page
    assert "Mia,9" not in page
    assert not NamedExpectation.objects.exists()


def test_words_in_a_file_are_shown_as_words(anas: Client) -> None:
    anas.post(LIST, _sent(expectation(name="<script>x</script>")))
    assert b"<script>x" not in anas.get(LIST).content
