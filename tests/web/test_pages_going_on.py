"""Pages of days away, endings, handing over, and a worry about somebody's safety."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from lacrima.practice import safeguarding
from lacrima.records.models import Absence, Episode, Member, Participant, Safeguarding
from tests.support.cast import NOON, Cast
from tests.support.form_keys import form_key
from tests.support.still_clock import StillClock

Eyes = Callable[[Member], Client]


def sent(**more: Any) -> dict[str, Any]:
    return {"key": form_key(), "version": "1", **more}


def text_of(window: Client, address: str) -> str:
    answer = window.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def away_days(**more: str) -> dict[str, Any]:
    days = {"from_on": "2026-03-10", "until_on": "2026-03-20", "kind": "illness"}
    return sent(**days, cover_contact="Dr Sol, 600 100 200", **more)


def test_days_away_are_kept_and_today_says_so(cast: Cast, eyes_of: Eyes) -> None:
    anas = eyes_of(cast.ana)
    made = anas.post("/away/new", away_days(cover=cast.berta.pk.hex))
    assert (made.status_code, made["Location"]) == (303, "/away")
    assert "Berta Sol stands in for you" in text_of(anas, "/away")
    assert "You are away until 20 March." in text_of(anas, "/")
    bertas = eyes_of(cast.berta)
    assert "You stand in for Ana Ruiz until 20 March" in text_of(bertas, "/")
    assert "M 01" in text_of(bertas, "/clients")
    assert "You stand in for Ana Ruiz." in text_of(bertas, f"/clients/{cast.care_of_mia.pk}")
    assert bertas.get(f"/away/{Absence.objects.get().pk}").status_code == 404


def test_days_away_are_changed_in_one_window_at_a_time_and_taken_back(
    cast: Cast, eyes_of: Eyes
) -> None:
    anas = eyes_of(cast.ana)
    anas.post("/away/new", away_days(cover=cast.berta.pk.hex))
    address = f"/away/{Absence.objects.get().pk}"
    assert anas.post(address, away_days(cover="")).status_code == 303
    assert anas.post(address, away_days(cover=cast.berta.pk.hex)).status_code == 409
    assert "M 01" not in text_of(eyes_of(cast.berta), "/clients")
    anas.post(f"{address}/delete", sent())
    assert not Absence.objects.exists()


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(cast: Cast, eyes_of: Eyes) -> None:
    answer = eyes_of(cast.ana).post("/away/new", away_days() | {"until_on": "2026-03-01"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Days that do not fit" in page
    assert "Dr Sol, 600 100 200" in page
    assert not Absence.objects.exists()


@pytest.mark.parametrize("how", ["planned", "drop_out", "transfer", "death", "other"])
def test_a_care_ends_in_one_of_several_ways(cast: Cast, eyes_of: Eyes, how: str) -> None:
    anas, address = eyes_of(cast.ana), f"/clients/{cast.care_of_mia.pk}"
    assert "The client died" in text_of(anas, f"{address}/end")
    anas.post(f"{address}/end", sent(ended_on="2026-03-10", ending=how))
    row = Episode.objects.get(pk=cast.care_of_mia.pk)
    assert (row.ending, str(row.ended_on)) == (how, "2026-03-10")
    assert "until today" in text_of(anas, address) or "until 10 March" in text_of(anas, address)


def test_a_care_is_handed_over_and_stands_with_the_colleague(cast: Cast, eyes_of: Eyes) -> None:
    anas, address = eyes_of(cast.ana), f"/clients/{cast.care_of_mia.pk}"
    assert "Stella Fuchs" in text_of(anas, f"{address}/hand-over")
    answer = anas.post(f"{address}/hand-over", sent(to=cast.stella.pk.hex))
    assert answer["Location"] == "/clients"
    assert anas.get(address).status_code == 404
    assert "M 01" in text_of(eyes_of(cast.stella), "/clients")
    assert Participant.objects.get(member=cast.ana).left_on == NOON.date()


def test_it_is_handed_to_nobody_who_was_not_offered(cast: Cast, eyes_of: Eyes) -> None:
    address = f"/clients/{cast.care_of_mia.pk}/hand-over"
    for key in ("", cast.hanna.pk.hex, cast.ana.pk.hex, "0" * 32):
        assert eyes_of(cast.ana).post(address, sent(to=key)).status_code == 422
    assert Participant.objects.filter(left_on=None, member=cast.ana).exists()


def test_a_worry_is_written_step_by_step_and_closed(cast: Cast, eyes_of: Eyes) -> None:
    anas = eyes_of(cast.ana)
    new = f"/clients/{cast.care_of_mia.pk}/safeguarding/new"
    assert "024, at any hour" in text_of(anas, new)
    first = {"seen": "A bruise on her arm.", "seen_on": "2026-03-09", "seen_at": "16:30"}
    kept = anas.post(new, sent(**first))
    here = kept["Location"]
    assert "Nobody yet, as far as it is written." in text_of(anas, here)
    today = text_of(anas, "/")
    assert "A worry about safety" in today
    assert "bruise" not in today
    step = {"told": "Child protection", "told_on": "2026-03-10", "done": ""}
    assert anas.post(f"{here}/write", sent(**first, **step)).status_code == 303
    assert anas.post(f"{here}/close", sent(done="")).status_code == 422
    anas.post(f"{here}/close", sent(done="They look after it."))
    assert "A worry about safety" not in text_of(anas, "/")
    assert here in text_of(anas, f"/clients/{cast.care_of_mia.pk}")
    assert "They look after it." in text_of(anas, here)
    anas.post(f"{here}/reopen", sent())
    assert "A worry about safety" in text_of(anas, "/")


def test_two_windows_do_not_overwrite_a_worry(cast: Cast, eyes_of: Eyes) -> None:
    row = safeguarding.note_worry(cast.care_of_mia, by=cast.ana, seen_at=NOON, seen="One.")
    anas, address = eyes_of(cast.ana), f"/safeguarding/{row.pk}/write"
    said = {"seen_on": "2026-03-09", "told": "", "done": ""}
    assert anas.post(address, sent(seen="Two.", **said)).status_code == 303
    late = anas.post(address, sent(seen="Three.", **said))
    assert late.status_code == 409
    assert "Three." in late.content.decode()
    assert Safeguarding.objects.get().seen == "Two."


def test_before_noon_something_of_today_needs_no_time(
    cast: Cast, eyes_of: Eyes, still_clock: StillClock
) -> None:
    anas = eyes_of(cast.ana)
    still_clock.move_to(datetime(2026, 3, 10, 8, 30, tzinfo=UTC))
    new = f"/clients/{cast.care_of_mia.pk}/safeguarding/new"
    assert anas.post(new, sent(seen="A call.", seen_on="2026-03-10")).status_code == 303
    assert Safeguarding.objects.get().seen_at <= datetime(2026, 3, 10, 8, 31, tzinfo=UTC)
