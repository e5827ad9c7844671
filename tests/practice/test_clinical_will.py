"""What a clinical will passes on, when it is written, and what never stands in it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from lacrima.errors import BadInput, NotAllowed, NotFound
from lacrima.practice import care, clinical_will, erasing_after, people
from lacrima.records.models import AuditLine, ClinicalWill
from lacrima.vault import will_box
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT
from lacrima.vault.will_box import Parts
from tests.support.cast import NOON, Cast
from tests.support.still_clock import StillClock
from tests.support.things import WORDS, Things

NAMES = {"colleague_name": "Berta Sol", "second_name": "Nora Notary"}
LATER = NOON + timedelta(hours=1)


def here() -> Folder:
    assert VAULT.folder is not None
    return VAULT.folder


def told(parts: Parts) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(will_box.open_will(here(), parts, now=NOON).plain)
    return found


def test_it_passes_on_whom_to_reach_and_what_is_open(things: Things) -> None:
    ana, mia = things.cast.ana, things.cast.mia
    care.change_client(
        mia, by=ana, expected_version=1, code=mia.code, reach="600 100 200, evenings"
    )
    said = told(clinical_will.make_will(by=ana, **NAMES))
    assert (said["therapist"], said["second"]) == ("Ana Ruiz", "Nora Notary")
    [one] = [one for one in said["care"] if one["clients"][0]["code"] == mia.code]
    assert one["clients"][0]["reach"] == "600 100 200, evenings"
    assert one["appointments"]
    assert [risk["client"] for risk in one["risks"]] == [mia.code]
    assert [worry["seen"] for worry in one["worries"]] == [WORDS]


def test_no_note_moment_or_answer_stands_in_it(things: Things) -> None:
    said = told(clinical_will.make_will(by=things.cast.ana, **NAMES))
    for one in said["care"]:
        one["worries"] = []
    assert WORDS not in json.dumps(said)
    keys = {key for one in said["care"] for key in one}
    assert keys == {"clients", "appointments", "risks", "worries"}


def test_her_clients_alone_stand_in_it(things: Things) -> None:
    said = told(clinical_will.make_will(by=things.cast.berta, **NAMES))
    codes = {client["code"] for one in said["care"] for client in one["clients"]}
    assert things.cast.mia.code not in codes
    assert things.cast.clara.code in codes


def test_it_is_written_anew_after_a_change_and_each_day(
    cast: Cast, still_clock: StillClock
) -> None:
    parts = clinical_will.make_will(by=cast.ana, **NAMES)
    assert clinical_will.keep_current(now=NOON) == 0
    still_clock.move(hours=1)
    mia = cast.mia
    care.change_client(mia, by=cast.ana, expected_version=1, code=mia.code, reach="another number")
    assert clinical_will.keep_current(now=LATER + timedelta(minutes=1)) == 1
    assert "another number" in json.dumps(told(parts))
    assert clinical_will.keep_current(now=LATER + timedelta(minutes=2)) == 0
    assert clinical_will.keep_current(now=LATER + timedelta(days=2)) == 1


def test_the_parts_are_kept_nowhere(cast: Cast) -> None:
    parts = clinical_will.make_will(by=cast.ana, **NAMES)
    kept = b"".join(path.read_bytes() for path in here().root.rglob("*") if path.is_file())
    row = ClinicalWill.objects.get()
    for part in (parts.one, parts.two):
        assert part.encode() not in kept
        assert part not in str(vars(row))
    line = AuditLine.objects.order_by("-sequence").first()
    assert line is not None
    assert "Berta" not in str(line.details)


def test_renewed_the_old_sheets_open_nothing(cast: Cast) -> None:
    old = clinical_will.make_will(by=cast.ana, **NAMES)
    new = clinical_will.make_will(by=cast.ana, **NAMES)
    with pytest.raises(NotFound):
        told(old)
    assert told(new)["therapist"] == "Ana Ruiz"
    assert ClinicalWill.objects.count() == 1


def test_taken_back_nothing_opens_any_more(cast: Cast) -> None:
    parts = clinical_will.make_will(by=cast.ana, **NAMES)
    clinical_will.revoke_will(by=cast.ana)
    with pytest.raises(NotFound):
        told(parts)
    with pytest.raises(NotFound):
        clinical_will.revoke_will(by=cast.ana)
    assert clinical_will.keep_current(now=NOON) == 0


def test_she_sees_that_it_was_opened_until_she_says_so(cast: Cast) -> None:
    parts = clinical_will.make_will(by=cast.ana, **NAMES)
    told(parts)
    assert clinical_will.openings(cast.ana) == (NOON,)
    assert clinical_will.openings(cast.berta) == ()
    clinical_will.note_openings_seen(by=cast.ana)
    assert clinical_will.openings(cast.ana) == ()
    line = AuditLine.objects.order_by("-sequence").first()
    assert line is not None
    assert (line.action, line.details) == ("will.opening_seen", {"count": 1})


def test_two_parts_go_to_two_people_and_a_supervisor_has_no_clients_to_leave(cast: Cast) -> None:
    with pytest.raises(BadInput):
        clinical_will.make_will(by=cast.ana, colleague_name="Berta", second_name=" berta ")
    with pytest.raises(BadInput):
        clinical_will.make_will(by=cast.ana, colleague_name="Berta", second_name=" ")
    with pytest.raises(NotAllowed):
        clinical_will.make_will(by=cast.hanna, **NAMES)
    assert not ClinicalWill.objects.exists()


def test_the_file_of_somebody_who_left_goes(cast: Cast) -> None:
    parts = clinical_will.make_will(by=cast.berta, **NAMES)
    people.change_member(cast.berta, by=cast.ana, left_on=NOON.date())
    clinical_will.keep_current(now=NOON)
    with pytest.raises(NotFound):
        told(parts)


def test_after_an_erasure_it_is_written_anew_at_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = clinical_will.make_will(by=cast.ana, **NAMES)
    cast.mia.participations.all().update(client=cast.clara)
    erasing_after.finish()
    assert cast.mia.code not in json.dumps(told(parts))

    def cannot(*_: object, **__: object) -> bytes:
        raise OSError

    monkeypatch.setattr(clinical_will, "content_of", cannot)
    erasing_after.finish()
    with pytest.raises(NotFound):
        told(parts)
