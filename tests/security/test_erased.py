"""An erased client is looked for where nobody looks: in raw pages, logs, keys, letters, backups."""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from lacrima.practice import care, erasing, people, vault_care
from lacrima.practice.removing import ROAD_TO_CLIENT, ROAD_TO_EPISODE
from lacrima.records import roles
from lacrima.records.models import (
    Answers,
    Client,
    ClinicalWill,
    Contact,
    Disclosure,
    LegalHold,
    Participant,
    Practice,
    Session,
    Share,
)
from lacrima.vault import backup, spool
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT
from tests.support import erased_house
from tests.support.canaries import Canaries, Place, in_folder, leaks
from tests.support.canary_rows import Filler
from tests.support.cast import NOON, PASSPHRASE, Cast
from tests.support.houses import environment
from tests.support.raw_pages import pages_of

SCORE = Decimal("7316.4259")
AS_KEPT = struct.pack(">d", float(SCORE))


@dataclass
class Full:
    """A client in whose record every field holds a canary, and a backup from before."""

    client: Client
    canaries: dict[str, str]
    backups: Path
    folder: Folder

    @property
    def keys(self) -> list[str]:
        """The ids of the keys that must go."""
        return [f"client:{self.client.pk.hex}"]


@pytest.fixture
def full(committed_cast: Cast, tmp_path: Path) -> Full:
    """Filled, changed (so that old values lie about), written in many places, backed up."""
    canaries, ana = Canaries(), committed_cast.ana
    filler = Filler(canaries)
    filler.fill_all()
    client = filler.made[Client]
    assert isinstance(client, Client)
    seat = filler.made[Participant]
    Participant.objects.filter(pk=seat.pk).update(client=client)
    Participant.objects.create(episode=seat.episode, member=ana, role="therapist")  # type: ignore[attr-defined]
    Share.objects.update(episode=seat.episode)  # type: ignore[attr-defined]
    LegalHold.objects.update(lifted_at=NOON)
    Disclosure.objects.update(state="declined")
    ClinicalWill.objects.all().delete()  # its key is no key
    about = {**ROAD_TO_EPISODE, **ROAD_TO_CLIENT}
    hers = {name: planted for name, planted in filler.planted.items()
            if name.partition(".")[0] in {model.__name__ for model in about}}  # fmt: skip
    _change(client, ana, canaries, hers)
    folder = VAULT.folder
    assert folder is not None
    spool.put(folder, "draft", json.dumps({"action": f"/clients/{client.pk}"}).encode())
    backups = tmp_path / "backups"
    Practice.objects.update(backup_target=str(backups))  # that of the cast, and the filled one
    vault_care.make_backup(by=None, target=backups)
    return Full(client, hers, backups, folder)


def _change(client: Client, by: people.Member, canaries: Canaries, hers: dict[str, str]) -> None:
    """Old values in free room: a code before another, many rows that grew, one that went."""
    Answers.objects.filter(client=client).update(total=SCORE)
    client.refresh_from_db()
    Client.objects.filter(pk=client.pk).update(code=canaries.fresh("an older code"))
    hers["an older code"] = Client.objects.get(pk=client.pk).code
    Client.objects.filter(pk=client.pk).update(code=client.code)
    episode = Participant.objects.get(client=client).episode
    for number in range(200):
        uid = canaries.fresh(f"calendar {number}") * 4
        Session.objects.create(episode=episode, number=number + 100, calendar_uid=uid)
        hers[f"calendar {number}"] = uid
    Session.objects.filter(episode=episode, number__gte=250).delete()
    contact = Contact.objects.filter(episode=episode).first()
    assert contact is not None
    care.delete_contact(contact, by=by)


def _erase(full: Full, by: people.Member) -> None:
    erasing.erase_client(full.client, by=by, code=full.client.code)


def _found(full: Full, places: Iterator[Place], *more: bytes) -> list[str]:
    """Where a canary of hers stands, or one of these; in one go, since a clinic has many files."""
    needles = [canary.encode() for canary in full.canaries.values()]
    looked_for = re.compile(b"|".join(re.escape(one) for one in (*needles, *more)))
    return [place.name for place in places if looked_for.search(place.content)]


# --- one person's own practice


@pytest.mark.embedded
def test_no_raw_page_of_the_encrypted_file_holds_anything_of_her(
    full: Full, committed_cast: Cast
) -> None:
    key, database = VAULT.database_key(), full.folder.database
    before = _found(full, pages_of(database, key), AS_KEPT)
    assert len(before) > 20
    assert any("frame" in one for one in before), "nothing of her was in the log before"
    assert any(AS_KEPT in place.content for place in pages_of(database, key))
    _erase(full, committed_cast.ana)
    assert _found(full, pages_of(database, key), AS_KEPT) == []
    log = database.with_name(f"{database.name}-wal")
    assert not log.exists() or log.stat().st_size == 0
    others = {"somebody else": committed_cast.clara.code}
    assert leaks(others, pages_of(database, key)), "the search finds what is there"


def _keys_in(place: Path) -> str:
    return (place / "client-keys.json").read_text()


@pytest.mark.embedded
def test_keys_letters_and_the_backup_disk_hold_nothing_that_opens_it(
    full: Full, committed_cast: Cast
) -> None:
    for place in (full.folder.root, full.backups):
        assert all(key in _keys_in(place) for key in full.keys)
    _erase(full, committed_cast.ana)
    for place in (full.folder.root, full.backups):
        assert not any(key in _keys_in(place) for key in full.keys)
        assert all(key in (place / "erased.json").read_text() for key in full.keys)
    assert spool.names(full.folder) == ()
    assert _found(full, in_folder(full.folder.root)) == []


@pytest.mark.embedded
@pytest.mark.slow
def test_a_backup_from_before_brings_nobody_back(
    full: Full, committed_cast: Cast, tmp_path: Path
) -> None:
    _erase(full, committed_cast.ana)
    first = backup.latest(full.backups)
    assert first is not None
    back = Folder(tmp_path / "back")
    backup.restore(first.path, back, passphrase=PASSPHRASE)
    for name in ("temporary", "home"):
        (tmp_path / name).mkdir()
    done = subprocess.run(
        [sys.executable, erased_house.__file__, str(back.root)],
        input=PASSPHRASE,
        capture_output=True,
        text=True,
        check=True,
        env=environment(tmp_path),
    )
    told = json.loads(done.stdout)
    assert committed_cast.clara.code in told["codes"]
    assert full.client.code not in told["codes"]
    assert told["actions"].count("erasure.applied") == 1
    key = bytes.fromhex(told["key"])
    assert _found(full, pages_of(back.database, key)) == []


# --- a clinic


def _files_of_server() -> Iterator[Place]:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        root = Path(cursor.fetchone()[0])
    yield from in_folder(root / "base")


@pytest.mark.clinic
def test_after_the_tables_were_written_anew_no_file_of_the_database_holds_anything_of_her(
    full: Full, committed_cast: Cast
) -> None:
    assert _found(full, _files_of_server())
    _erase(full, committed_cast.ana)
    assert not Client.objects.filter(pk=full.client.pk).exists()
    assert _found(full, _files_of_server()), "PostgreSQL only marks a deleted row: said in the docs"
    _write_anew()
    assert _found(full, _files_of_server()) == []


def _write_anew() -> None:
    connection.close()
    roles.write_anew()


def test_the_same_search_finds_a_canary_in_a_page(
    committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    care.change_client(
        committed_cast.mia, by=committed_cast.ana, expected_version=1, code="M 01", name="cn-there"
    )
    look: dict[str, Callable[[], Iterator[Place]]] = {
        "sqlite": lambda: pages_of(
            VAULT.folder.database,
            VAULT.database_key(),  # type: ignore[union-attr]
        ),
        "postgresql": _files_of_server,
    }
    assert leaks({"a canary": "cn-there"}, look[connection.vendor]())
