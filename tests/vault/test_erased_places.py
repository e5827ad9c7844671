"""What follows an erasure: the keys beside backups, sealed files, several ids in one write."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import pytest

from lacrima.vault import backup, disk, engine, erased_places, ledger, sealed_file
from lacrima.vault.erased_places import Copies
from tests.vault.given import BEN, MIA, NOW, Practice

A_ROW = "record_note:" + "c3" * 16


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A folder for backups, beside the practice."""
    place = tmp_path / "stick"
    place.mkdir()
    return place


@pytest.fixture
def backed_up(opened: Practice, stick: Path) -> Path:
    """The same with a backup of a practice with two clients."""
    opened.vault.ensure_keys([MIA, BEN])
    opened.folder.database.touch()
    key = opened.vault.database_key()
    with contextlib.closing(engine.connect(opened.folder.database, key)) as connection:
        connection.execute("CREATE TABLE note(id INTEGER PRIMARY KEY)")
    backup.make(opened.folder, stick, now=NOW, retention_days=35, vault=opened.vault)
    return stick


def test_several_are_forgotten_in_one_write_of_each_file(
    opened: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.vault.ensure_keys([MIA, BEN])
    written: list[Any] = []
    real = disk.write_atomically
    monkeypatch.setattr(
        disk, "write_atomically", lambda path, data: (written.append(path), real(path, data))
    )
    opened.vault.forget_for_good([MIA, A_ROW, MIA], now=NOW)
    assert written == [opened.folder.ledger, opened.folder.client_keys]
    assert {line.id for line in ledger.read(opened.folder.ledger)} == {MIA, A_ROW}
    assert (opened.vault.has_key(MIA), opened.vault.has_key(BEN)) == (False, True)


def test_a_folder_of_backups_follows_once_it_is_there(opened: Practice, backed_up: Path) -> None:
    away = backed_up.rename(backed_up.with_name("not connected"))
    opened.vault.forget_for_good([MIA], now=NOW)
    assert erased_places.follow(opened.folder, backed_up, vault=opened.vault) is Copies.NONE_THERE
    away.rename(backed_up)
    assert erased_places.look(opened.folder, backed_up) is Copies.KEYS_LEFT
    assert MIA in (backed_up / "client-keys.json").read_text()
    assert erased_places.follow(opened.folder, backed_up, vault=opened.vault) is Copies.FOLLOWED
    assert MIA not in (backed_up / "client-keys.json").read_text()
    assert BEN in (backed_up / "client-keys.json").read_text()
    assert erased_places.look(opened.folder, backed_up) is Copies.FOLLOWED


def test_an_empty_folder_in_the_place_of_a_disk_is_no_backup_and_gets_no_keys(
    opened: Practice, stick: Path
) -> None:
    opened.vault.ensure_keys([MIA])
    opened.vault.forget_for_good([MIA], now=NOW)
    assert erased_places.follow(opened.folder, stick, vault=opened.vault) is Copies.NONE_THERE
    assert list(stick.iterdir()) == []


def test_only_sealed_files_of_these_keys_go(opened: Practice) -> None:
    opened.vault.ensure_keys([MIA, BEN])
    for name, who in (("one", MIA), ("two", BEN)):
        path = opened.folder.files / name
        source = io.BytesIO(b"sound")
        sealed_file.write(path, key_id=who, place=name, source=source, vault=opened.vault)
    (opened.folder.files / "strange").write_bytes(b"no file of ours")
    assert erased_places.remove_sealed_files(opened.folder, {MIA}) == 1
    assert sorted(one.name for one in opened.folder.files.iterdir()) == ["strange", "two"]
