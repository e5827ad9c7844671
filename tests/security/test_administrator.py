"""A clinic's administrator holds tables, dumps, backups, logs, and the server's own secret files.

Whatever Ana sealed with her own key is looked for in all of that: as it is, in other spellings, and
in everything that the practice's keys open. Beside it lies a note of the record, which she does
find there, and a plain name; so the search is one that finds. Who changes the program that runs
could read along: that is said in docs/explanation/threat-model.md, and no test can show otherwise.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.test import Client

from lacrima.errors import Locked
from lacrima.formats import share_file
from lacrima.practice import (
    accounts,
    colleagues,
    moments,
    notes,
    own_care,
    own_key,
    share_files,
    supervision_hours,
    vault_care,
    weighing,
)
from lacrima.practice.own_care_entries import Entry, OfOneself, Own, Remind
from lacrima.practice.weighing_thinking import Thinking
from lacrima.records.models import AuditLine, Member, Practice
from lacrima.vault import in_hand, kdf, personal, personal_file, share_box, share_code, slot_file
from lacrima.vault.in_hand import OneKey
from lacrima.vault.process import VAULT
from lacrima.web import own_things
from tests.support.administrator import Administrator
from tests.support.canaries import Canaries, Place, leaks
from tests.support.cast import NOON, PASSPHRASE, Cast
from tests.support.form_keys import form_key
from tests.support.hers_alone import fields_hers_alone, sealed_fields
from tests.support.own_keys import own_things_closed
from tests.support.signed_in import account_of
from tests.support.still_clock import StillClock
from tests.support.windows import sign_in

pytestmark = pytest.mark.clinic

OWN = "seven quiet boats on Sunday"
PASSWORD = "copper lantern meadow"
LATER = date(2026, 5, 1)


@pytest.fixture(autouse=True)
def _cheaper_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = kdf.KdfCost(memory_kib=64, iterations=1, lanes=1)
    monkeypatch.setattr(kdf, "STANDARD", cheap)
    monkeypatch.setattr(kdf, "FLOOR", cheap)


@dataclass
class House:
    """What Ana wrote, and what would open it."""

    cast: Cast
    window: Client
    hers: Canaries
    others: Canaries
    code: str
    key: bytes
    first_line: int
    last_line: int

    @property
    def secrets(self) -> dict[str, str | bytes]:
        """What must be nowhere: her words (by their mark), and whatever opens them."""
        cookie = self.window.cookies[own_things.COOKIE].value
        return {
            "her words": self.hers.mark,
            "her key": self.key,
            "her passphrase": OWN,
            "her recovery code": self.code,
            "the half in her cookie": cookie,
            "the same, as bytes": slot_file.from_text(cookie),
        }


@pytest.fixture
def house(committed_cast: Cast, still_clock: StillClock) -> Iterator[House]:
    """Ana signed in, made her key, and wrote of everything; then she fell quiet."""
    with own_things_closed():
        yield _filled(committed_cast, still_clock)


def _filled(cast: Cast, still_clock: StillClock) -> House:
    account_of(cast.ana, PASSWORD)
    window = sign_in(Client(headers={"host": "localhost"}), cast.ana)
    made = own_key.make_own_key(OWN, by=cast.ana)
    assert window.post("/own-things/open", {"passphrase": OWN}).status_code == 303
    hers, others = Canaries(), Canaries()
    moment = moments.log_moment(
        cast.session(), by=cast.ana, who="client", shown=2, spoken_of="planned"
    )
    notes.write_record_note(cast.care_of_mia, by=cast.ana, words=others.fresh("a note"))
    data = _from_outside(cast, hers)
    first = _lines()
    with in_hand.in_hand(OneKey(cast.ana.sealing_key_id(), lambda: bytearray(made.opened.key))):
        _write_what_is_hers(cast.ana, moment, hers, data)
    _write_on_pages(cast, window, hers)
    house = House(
        cast, window, hers, others, made.code, bytes(made.opened.key), first, last_line=_lines()
    )
    _half_typed(house, still_clock)
    return house


def _lines() -> int:
    return AuditLine.objects.count()


def _from_outside(cast: Cast, hers: Canaries) -> bytes:
    """A share that a colleague outside sent to Ana."""
    outside = X25519PrivateKey.generate()
    code = share_code.code_of(outside.public_key().public_bytes_raw())
    colleagues.add_colleague(by=cast.ana, name="Nora Outside", code=code)
    told = share_file.Share(
        file_id="c" * 32,
        sender_name="Nora Outside",
        purpose=share_file.Purpose.LEARNING,
        expires_on=LATER,
        shown=share_file.Shown(about="A question", question=hers.fresh("received")),
    )
    return share_box.seal("share", told.to_bytes(), sender=outside, reader=VAULT.public_key())


def _write_what_is_hers(ana: Member, moment: Any, hers: Canaries, data: bytes) -> None:
    own = Own(of=frozenset({OfOneself.OWN_LIFE}))
    entry = Entry(day=NOON.date(), content=own, moment=moment.pk, words=hers.fresh("My care"))
    own_care.put_entry(entry, by=ana)
    own_care.put_reminder(
        by=ana, what=Remind.REST, first_on=NOON.date(), words=hers.fresh("a reminder")
    )
    notes.write_private_note(by=ana, words=hers.fresh("a private note"), expires_on=LATER)
    thought = Thinking(takes=hers.fresh("a private weighing"))
    row = weighing.begin_weighing(moment, by=ana, expires_on=LATER)
    weighing.write_weighing(row, by=ana, expected_version=1, thinking=thought)
    supervision_hours.add_hour(
        by=ana, on=date(2026, 3, 2), minutes=50, is_group=False, topics=hers.fresh("topics")
    )
    came = share_files.open_share_file(data, by=ana).received
    assert came is not None
    share_files.say_of_received(came, by=ana, kind="comment", words=hers.fresh("said of it"))


def _write_on_pages(cast: Cast, window: Client, hers: Canaries) -> None:
    """In the browser too: so that session, receipts and log have had their chance."""
    care = {"day": str(NOON.date()), "of": "own_life", "words": hers.fresh("My care, on a page")}
    note = {"words": hers.fresh("a note, on a page"), "expires_on": str(LATER)}
    for address, typed in (
        ("/my-care/own", care),
        (f"/clients/{cast.care_of_mia.pk}/private-notes/new", note),
    ):
        assert window.post(address, {"key": form_key(), **typed}).status_code == 303


def _half_typed(house: House, still_clock: StillClock) -> None:
    """After a pause she sent two forms: the one that is hers alone is not put by."""
    still_clock.move_to(still_clock.at + timedelta(minutes=12))
    care = f"/clients/{house.cast.care_of_mia.pk}"
    for address, words in (
        (f"{care}/private-notes/new", house.hers.fresh("half typed, hers")),
        (f"{care}/notes/new", house.others.fresh("half typed")),
    ):
        typed = {"key": form_key(), "words": words, "expires_on": str(LATER)}
        assert house.window.post(address, typed)["Location"] == "/sign-in/again"


@pytest.fixture
def administrator(house: House, tmp_path: Path) -> Administrator:
    """Whoever looks after the machine, with a backup of today."""
    backups = tmp_path / "backups"
    Practice.objects.update(backup_target=str(backups))
    vault_care.make_backup(by=None, target=backups)
    folder = VAULT.folder
    assert folder is not None
    desk = tmp_path / "desk"
    desk.mkdir()
    return Administrator(folder, PASSPHRASE, backups, desk)


def test_every_field_that_a_members_own_key_seals_holds_a_canary(house: House) -> None:
    """A new one fails here until somebody writes into it, and so it is looked for below."""
    with in_hand.in_hand(OneKey(house.cast.ana.sealing_key_id(), lambda: bytearray(house.key))):
        found = {
            f"{model.__name__}.{one.name}"
            for model, one in sealed_fields()
            for row in model._default_manager.all()
            if in_hand.is_of_a_member(row.sealing_key_id())  # type: ignore[attr-defined]
            and house.hers.mark in getattr(row, one.name)
        }
    assert found == fields_hers_alone()
    assert "OwnCare.content" in found
    assert "RecordNote.words" not in found


def test_who_holds_tables_dumps_backups_logs_and_the_servers_keys_reads_nothing_of_hers(
    capfd: pytest.CaptureFixture[str],  # first: what is said while she writes is heard as well
    house: House,
    administrator: Administrator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    raw = [*administrator.sees_raw(), *_logs(caplog, capfd)]
    assert leaks(house.secrets, raw) == []
    assert leaks({"a note of the record": house.others.mark}, raw) == [], "it is sealed as well"
    in_plain = leaks({"a plain name": "Nora Outside"}, raw)
    for place in ("a row of colleague", "a dump of the tables", "pg_wal/"):
        assert any(one.startswith(place) for one in in_plain), place
    for look in (administrator.opens, administrator.opens_backup):
        administrator.could_not_open.clear()
        opened = [*look()]
        assert leaks(house.secrets, opened) == []
        found = leaks({"a note of the record": house.others.mark}, opened)
        assert any(one.startswith("RecordNote.words") for one in found)
        assert any(one.startswith("a letter that waits") for one in found)
        assert administrator.could_not_open == fields_hers_alone()


def _logs(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[Place]:
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    assert any(one.name == "lacrima.requests" for one in records)
    said = capfd.readouterr()
    assert "private-note-new" in said.err, "one line for each request is there to be looked at"
    yield Place("the log", "\n".join(str(vars(one)) for one in records).encode())
    yield Place("what the process said", f"{said.out}{said.err}".encode())


def test_the_search_finds_what_lies_there_by_mistake_in_any_spelling(
    house: House, administrator: Administrator
) -> None:
    canary = house.hers.fresh("by mistake")
    raw = canary.encode()
    for spelled in (canary, raw.hex(), base64.b64encode(raw).decode()):
        Practice.objects.update(crisis_contacts=spelled)
        found = leaks(house.secrets, administrator.sees_raw())
        assert any(one.startswith("a row of practice") for one in found)
        assert any(one.startswith("a dump of the tables") for one in found)
    Practice.objects.update(crisis_contacts="")
    (administrator.folder.root / "left.txt").write_bytes(canary.encode("utf-16"))
    (administrator.backups / "left.bin").write_bytes(house.key)
    found = leaks(house.secrets, administrator.sees_raw())
    assert any("left.txt" in one for one in found)
    assert any("left.bin: her key" in one for one in found)
    (administrator.folder.root / "left.txt").unlink()


def test_lines_of_the_log_about_what_is_hers_name_no_object_and_no_count(house: House) -> None:
    lines = list(AuditLine.objects.order_by("segment", "sequence"))
    about_hers = lines[house.first_line : house.last_line]
    assert len(about_hers) >= len(house.hers.given) - 2
    for line in about_hers:
        assert (line.thing, line.thing_id, line.details) == ("", "", {}), line.action


def test_a_new_password_and_a_new_second_factor_open_nothing_of_hers(house: House) -> None:
    cast = house.cast
    code = accounts.invite_again(cast.ana, by=cast.ana, kind="new_sign_in")
    theirs = "a password that the administrator chose"
    accounts.accept(code, sign_in_name="", password=theirs)
    cast.ana.refresh_from_db()
    window = sign_in(Client(headers={"host": "localhost"}), cast.ana)
    assert house.window.get("/")["Location"] == "/sign-in", "Ana notices: her browser is out"
    assert window.get("/my-care")["Location"] == "/own-things/open"
    for guess in (theirs, PASSWORD, PASSPHRASE):
        page = window.post("/own-things/open", {"passphrase": guess})
        assert page.status_code == 422
    for address in (f"/clients/{cast.care_of_mia.pk}", "/supervision", "/my-care", "/drafts"):
        answer = window.get(address)
        assert house.hers.mark not in answer.content.decode(), address
    client = window.get(f"/clients/{cast.care_of_mia.pk}").content.decode()
    assert house.others.mark in client, "what belongs to the record she reads as Ana: docs say so"


def test_beginning_anew_in_her_name_opens_nothing_either(house: House) -> None:
    made = own_key.begin_anew("a lamp beside the harbour", by=house.cast.ana)
    with in_hand.in_hand(
        OneKey(house.cast.ana.sealing_key_id(), lambda: bytearray(made.opened.key))
    ):
        texts = [
            getattr(row, one.name)
            for model, one in sealed_fields()
            for row in model._default_manager.all()
        ]
    assert house.hers.mark not in "\n".join(texts)
    assert bytes(made.opened.key) != house.key


def test_the_kept_key_opens_by_none_of_the_servers_secrets(house: House) -> None:
    kept = own_key.own_key(house.cast.ana)
    content = personal_file.parse(kept.slots)
    for secret in (personal.by_passphrase(PASSPHRASE), personal.by_passphrase(PASSWORD)):
        with pytest.raises(Locked):
            personal.opened(content, secret)
    other = own_key.make_own_key("orange kettle under bridges", by=house.cast.berta)
    for secret in (
        personal.by_passphrase("orange kettle under bridges"),
        personal.by_recovery_code(other.code),
    ):
        with pytest.raises(Locked):
            personal.opened(content, secret)
