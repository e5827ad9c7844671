"""Backups: whole, proven, while writing; and back again, less what was erased."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lacrima import errors
from lacrima.vault import (
    backup,
    backup_place,
    engine,
    manifest,
    sealed_file,
    slots,
    spool,
    will_box,
)
from lacrima.vault.folder import Folder
from lacrima.vault.process import Vault
from tests.vault.given import BEN, MIA, NOW, OTHER, PASSPHRASE, PLACE, Practice, flip

DAYS = 35


@contextlib.contextmanager
def database(practice: Practice) -> Iterator[Any]:
    """A direct connection to the practice's database."""
    practice.folder.database.touch()
    key = practice.vault.database_key()
    with contextlib.closing(engine.connect(practice.folder.database, key)) as connection:
        yield connection


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def filled(opened: Practice) -> Practice:
    """A practice with two clients, rows, a letter and a sealed file."""
    opened.vault.ensure_keys([MIA, BEN])
    with database(opened) as connection:
        connection.execute("CREATE TABLE note(id INTEGER PRIMARY KEY, text BLOB)")
        rows = [(opened.vault.seal(who, PLACE, b"words"),) for who in (MIA, BEN)]
        connection.executemany("INSERT INTO note(text) VALUES (?)", rows)
    spool.put(opened.folder, "answers", b"nine answers")
    for name, who in (("one", MIA), ("two", BEN)):
        path = opened.folder.files / name
        sealed_file.write(
            path, key_id=who, place=name, source=io.BytesIO(b"sound"), vault=opened.vault
        )
    opened.folder.audit_head.write_text("{}")
    return opened


def make(practice: Practice, target: Path, **changed: Any) -> backup.BackupReport:
    """A backup of now."""
    options = {"now": NOW, "retention_days": DAYS, "vault": practice.vault, **changed}
    return backup.make(practice.folder, target, **options)


def notes(folder: Folder, passphrase: str = PASSPHRASE) -> list[bytes | None]:
    """What can be read of the notes after opening a folder; None where the key is gone."""
    vault = Vault()
    vault.unlock(folder, passphrase)
    with contextlib.closing(engine.connect(folder.database, vault.database_key())) as connection:
        rows = [text for (text,) in connection.execute("SELECT text FROM note ORDER BY id")]
    return [_opened(vault, text) for text in rows]


def _opened(vault: Vault, text: bytes) -> bytes | None:
    try:
        return vault.open_sealed(PLACE, text)
    except errors.KeyGone:
        return None


def test_a_backup_comes_back_whole(filled: Practice, target: Path, tmp_path: Path) -> None:
    report = make(filled, target)
    assert report.rows == {"note": 2}
    assert report.removed == ()
    assert backup.verify(target, vault=filled.vault).rows == {"note": 2}
    back = Folder(tmp_path / "back")
    restored = backup.restore(target, back, passphrase=PASSPHRASE)
    assert restored.rows == {"note": 2}
    assert restored.created == NOW
    assert restored.needs_new_audit_segment
    assert notes(back) == [b"words", b"words"]
    assert back.audit_head.read_text() == "{}"
    assert sorted(path.name for path in back.files.iterdir()) == ["one", "two"]
    assert spool.names(back) == spool.names(filled.folder)
    assert back.slots_copy.read_bytes() == back.slots.read_bytes()
    assert not (back.root / "manifest.json").exists()


def test_a_backup_opens_by_the_recovery_code_too(
    filled: Practice, target: Path, tmp_path: Path
) -> None:
    make(filled, target)
    backup.restore(target, Folder(tmp_path / "back"), recovery_code=filled.code)
    with pytest.raises(errors.UsageError):
        backup.restore(target, Folder(tmp_path / "again"))


def test_what_was_erased_does_not_come_back(filled: Practice, target: Path, tmp_path: Path) -> None:
    first = make(filled, target)
    filled.vault.forget_key(MIA, now=NOW)
    (filled.folder.files / "one").unlink()
    backup.renew_keys(filled.folder, target, vault=filled.vault)
    assert MIA not in (target / "client-keys.json").read_text()
    back = Folder(tmp_path / "back")
    restored = backup.restore(first.path, back, passphrase=PASSPHRASE)
    assert [line.id for line in restored.erased] == [MIA]
    assert notes(back) == [None, b"words"]
    assert sorted(path.name for path in back.files.iterdir()) == ["two"]
    assert MIA in back.ledger.read_text()


def test_a_ledger_wins_over_an_old_keys_file(
    filled: Practice, target: Path, tmp_path: Path
) -> None:
    make(filled, target)
    old_keys = (target / "client-keys.json").read_bytes()
    filled.vault.forget_key(MIA, now=NOW)
    backup.renew_keys(filled.folder, target, vault=filled.vault)
    (target / "client-keys.json").write_bytes(old_keys)
    back = Folder(tmp_path / "back")
    backup.restore(target, back, passphrase=PASSPHRASE)
    assert notes(back) == [None, b"words"]


def test_the_keys_stand_once_in_the_target_and_in_no_version(
    filled: Practice, target: Path
) -> None:
    for day in range(3):
        make(filled, target, now=NOW + timedelta(days=day))
    assert [path.parent for path in target.rglob("client-keys.json")] == [target]


def test_old_backups_go_and_the_newest_never(filled: Practice, target: Path) -> None:
    first = make(filled, target)
    second = make(filled, target, now=NOW + timedelta(days=DAYS))
    assert second.removed == ()
    third = make(filled, target, now=NOW + timedelta(days=DAYS, hours=1))
    assert third.removed == (first.path.name,)
    assert third.erased_gone_by >= (NOW + timedelta(days=2 * DAYS)).date()
    fourth = make(filled, target, now=NOW - timedelta(days=400))  # a clock set back
    assert fourth.removed == ()
    newest = backup.latest(target)
    assert newest is not None
    assert newest.path == third.path
    assert backup.latest(target / "nowhere") is None


def test_two_backups_in_one_second_stand_beside_each_other(filled: Practice, target: Path) -> None:
    assert make(filled, target).path != make(filled, target).path


def test_a_backup_while_another_connection_writes_holds_all_that_was_acknowledged(
    filled: Practice, target: Path, tmp_path: Path
) -> None:
    acknowledged, stop = [0], threading.Event()

    def write() -> None:
        with database(filled) as connection:
            while not stop.is_set():
                connection.execute("INSERT INTO note(text) VALUES (randomblob(400))")
                acknowledged[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while acknowledged[0] < 20:
            stop.wait(0.01)
        before = acknowledged[0]
        report = make(filled, target)
    finally:
        stop.set()
        writer.join()
    assert before + 2 <= report.rows["note"] <= acknowledged[0] + 3
    back = Folder(tmp_path / "back")
    assert backup.restore(target, back, passphrase=PASSPHRASE).rows == report.rows


@pytest.mark.parametrize("name", ["practice.db", "vault.json", "manifest.json", "erased.json"])
def test_a_damaged_backup_is_refused_before_anything_is_put_in_place(
    filled: Practice, target: Path, tmp_path: Path, name: str
) -> None:
    path = make(filled, target).path / name
    back = Folder(tmp_path / "back")
    for offset in (0, path.stat().st_size // 2, -2):
        flip(path, offset)
        refused = (errors.BackupDamaged, errors.NotAVault, errors.WrongPassphrase)
        with pytest.raises(refused):
            backup.restore(target, back, passphrase=PASSPHRASE)
        with pytest.raises((errors.BackupDamaged, errors.NotAVault)):
            backup.verify(path.parent, vault=filled.vault)
        flip(path, offset)
    backup.verify(path.parent, vault=filled.vault)
    assert not back.root.exists()
    assert [one.name for one in tmp_path.glob(".*restoring*")] == []


def test_rows_cannot_be_taken_from_a_backup_unseen(
    filled: Practice, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(filled, target).path
    document = json.loads((path / "manifest.json").read_bytes())
    document["files"] = [one for one in document["files"] if not one["name"].startswith("spool")]
    (path / "manifest.json").write_text(json.dumps(document))
    with pytest.raises(errors.BackupDamaged, match="not signed"):
        backup.verify(path, vault=filled.vault)


def test_a_backup_without_its_keys_file_says_so(
    filled: Practice, target: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone" / "lacrima-20260310T120000Z"
    shutil.copytree(make(filled, target).path, alone)
    with pytest.raises(errors.BackupDamaged, match="client keys"):
        backup.restore(alone, Folder(tmp_path / "back"), passphrase=PASSPHRASE)


def test_a_restore_needs_an_empty_folder_and_the_right_passphrase(
    filled: Practice, target: Path, tmp_path: Path
) -> None:
    make(filled, target)
    with pytest.raises(errors.FolderNotEmpty):
        backup.restore(target, filled.folder, passphrase=PASSPHRASE)
    back = Folder(tmp_path / "back")
    with pytest.raises(errors.WrongPassphrase):
        backup.restore(target, back, passphrase=OTHER)
    back.root.mkdir()
    (back.root / ".DS_Store").touch()
    backup.restore(target / "client-keys.json", back, passphrase=PASSPHRASE)
    with pytest.raises(errors.NotAVault):
        backup.restore(tmp_path / "nothing", Folder(tmp_path / "more"), passphrase=PASSPHRASE)


def test_an_older_backup_opens_with_the_passphrase_of_its_day(
    filled: Practice, target: Path, tmp_path: Path
) -> None:
    make(filled, target)
    slots.change_passphrase(filled.folder, PASSPHRASE, OTHER)
    backup.restore(target, Folder(tmp_path / "back"), passphrase=PASSPHRASE)


def test_unfit_targets_are_refused(filled: Practice, target: Path, tmp_path: Path) -> None:
    inside = (filled.folder.root, filled.folder.root / "backups", tmp_path / "x" / "stick")
    for unfit in inside:
        with pytest.raises(errors.BadInput):
            make(filled, unfit)
    (tmp_path / "link").symlink_to(filled.folder.root)
    with pytest.raises(errors.BadInput):
        make(filled, tmp_path / "link" / "backups")
    with pytest.raises(errors.BadInput):
        make(filled, target, retention_days=0)
    assert not (filled.folder.root / "backups").exists()


def test_the_backups_of_another_practice_are_never_overwritten(
    filled: Practice, target: Path, tmp_path: Path
) -> None:
    make(filled, target)
    before = (target / "client-keys.json").read_bytes()
    other = Folder(tmp_path / "other")
    slots.create(other, OTHER, now=NOW)
    filled.vault.full_lock()
    filled.vault.unlock(other, OTHER)
    second = Practice(other, filled.code, filled.vault)
    with database(second):
        pass
    with pytest.raises(errors.BadInput, match="another practice"):
        make(second, target)
    with pytest.raises(errors.Locked):
        make(filled, target)
    assert (target / "client-keys.json").read_bytes() == before


def test_a_locked_practice_is_not_backed_up(filled: Practice, target: Path) -> None:
    filled.vault.full_lock()
    with pytest.raises(errors.Locked):
        make(filled, target)
    assert not target.exists()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named_and_nothing_half_made_stays(
    filled: Practice, target: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    make(filled, target)
    before = sorted(target.rglob("*"))

    def is_full(*_: object) -> None:
        raise OSError(code, "full")

    monkeypatch.setattr(backup_place.shutil, "copyfile", is_full)
    with pytest.raises(errors.FullDisk):
        make(filled, target, now=NOW + timedelta(days=1))
    assert sorted(target.rglob("*")) == before


def test_what_a_killed_backup_left_is_cleared_by_the_next(filled: Practice, target: Path) -> None:
    left = target / ".unfinished-lacrima-20260309T120000Z"
    left.mkdir(parents=True)
    (left / "practice.db").write_bytes(b"half")
    make(filled, target)
    assert not left.exists()


def test_no_words_and_no_numbers_of_rows_stand_in_a_backup(filled: Practice, target: Path) -> None:
    make(filled, target)
    texts = [path.read_bytes() for path in target.rglob("*") if path.is_file()]
    assert not any(b"words" in text or b"note" in text for text in texts)


def test_wills_lie_once_beside_the_backups_and_one_taken_back_leaves_there_too(
    filled: Practice, target: Path, tmp_path: Path
) -> None:
    parts, others = will_box.fresh(), will_box.fresh()
    will_box.write(filled.folder, "ab" * 16, parts.public, b"{}")
    will_box.write(filled.folder, "cd" * 16, others.public, b"{}")
    make(filled, target)
    will_box.remove(filled.folder, "cd" * 16)
    make(filled, target)
    assert will_box.open_will(Folder(target), parts, now=NOW).plain == b"{}"
    with pytest.raises(errors.NotFound):
        will_box.open_will(Folder(target), others, now=NOW)
    back = Folder(tmp_path / "back")
    backup.restore(target, back, passphrase=PASSPHRASE)
    assert will_box.open_will(back, parts, now=NOW).plain == b"{}"


@pytest.mark.parametrize(
    "name", ["../elsewhere", "/etc/passwd", "vault\0.json", "half \ud800", "a/../.."]
)
def test_a_list_of_files_names_only_files_that_can_lie_in_the_backup(
    name: str, tmp_path: Path
) -> None:
    assert not manifest._is_inside(tmp_path, name)
    assert manifest._is_inside(tmp_path, "vault.json")
