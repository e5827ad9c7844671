"""Pages of the clinical will: left, shown once, opened before the door, seen afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from lacrima.records.models import ClinicalWill, Member
from lacrima.vault import will_box
from lacrima.web.patience import FREE_TRIES, OF_WILLS
from tests.support.cast import Cast
from tests.support.form_keys import form_key

Eyes = Callable[[Member], Client]
NAMES = {"colleague_name": "Berta Sol", "second_name": "Nora Notary"}


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    """Nobody was wrong before, and nobody waits afterwards."""
    OF_WILLS.note_right()
    yield
    OF_WILLS.note_right()


def left(window: Client) -> dict[str, str]:
    """A will that was left; its parts as they stand on the sheets."""
    made = window.post("/will/make", {"key": form_key(), **NAMES})
    assert made.status_code == 200
    one, two = re.findall(r'<p class="code">([^<]+)</p>', made.content.decode())
    return {"part_one": one, "part_two": two}


def test_both_parts_open_it_for_somebody_who_is_not_signed_in(cast: Cast, eyes_of: Eyes) -> None:
    anas = eyes_of(cast.ana)
    parts = left(anas)
    shown = Client(headers={"host": "localhost"}).post("/open-a-will", parts)
    assert shown.status_code == 200
    assert cast.mia.code in shown.content.decode()
    page = anas.get("/will").content.decode()
    assert "Your will was opened" in page
    assert parts["part_one"] not in page
    anas.post("/will/seen", {"key": form_key()})
    assert "Your will was opened" not in anas.get("/will").content.decode()


def test_a_wrong_part_is_said_beside_it_and_after_some_tries_one_waits(
    cast: Cast, eyes_of: Eyes
) -> None:
    parts = left(eyes_of(cast.ana))
    stranger = Client(headers={"host": "localhost"})
    exchanged = {"part_one": parts["part_two"], "part_two": parts["part_one"]}
    for _ in range(FREE_TRIES):
        refused = stranger.post("/open-a-will", exchanged)
        assert refused.status_code == 422
        assert "This is the other part" in refused.content.decode()
        assert cast.mia.code not in refused.content.decode()
    assert stranger.post("/open-a-will", parts).status_code == 429


def test_parts_of_another_will_open_nothing(cast: Cast, eyes_of: Eyes) -> None:
    left(eyes_of(cast.ana))
    other = will_box.fresh()
    refused = Client(headers={"host": "localhost"}).post(
        "/open-a-will", {"part_one": other.one, "part_two": other.two}
    )
    assert refused.status_code == 422


def test_it_is_taken_back(cast: Cast, eyes_of: Eyes) -> None:
    anas = eyes_of(cast.ana)
    parts = left(anas)
    assert anas.post("/will/take-back", {"key": form_key()})["Location"] == "/will"
    assert not ClinicalWill.objects.exists()
    stranger = Client(headers={"host": "localhost"})
    assert stranger.post("/open-a-will", parts).status_code == 422
