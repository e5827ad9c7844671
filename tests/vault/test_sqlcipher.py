"""The encrypted database under Django: never plain, closed by every lock, whole when it answers."""

from __future__ import annotations

import base64
import contextlib
import datetime
import decimal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from lacrima import errors
from lacrima.vault import engine
from lacrima.vault.process import LockState
from lacrima.vault.sqlcipher import base, guarded
from lacrima.vault.sqlcipher.creation import DatabaseCreation
from tests.vault.given import MIA, PASSPHRASE, Practice, flip

CANARY = "CANARY-she-said-it-was-raining"


class Store:
    """Django's connections to one practice's database, one a thread."""

    def __init__(self, practice: Practice, **settings: Any) -> None:
        named = {
            "ENGINE": "lacrima.vault.sqlcipher",
            "NAME": str(practice.folder.database),
            "CONN_MAX_AGE": None,
            **settings,
        }
        self.practice = practice
        self.handler = ConnectionHandler({"default": named})

    @property
    def connection(self) -> BaseDatabaseWrapper:
        """This thread's connection."""
        return self.handler["default"]

    def run(self, query: str, parameters: Any = None) -> list[Any]:
        """Run one statement and give all its rows."""
        with self.connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return list(cursor.fetchall()) if cursor.description else []


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch, opened: Practice) -> guarded.LiveConnections:
    """The list of open connections, of this test alone."""
    own = guarded.LiveConnections()
    monkeypatch.setattr(guarded, "VAULT", opened.vault)
    monkeypatch.setattr(base, "VAULT", opened.vault)
    monkeypatch.setattr(base, "LIVE", own)
    opened.vault.on_lock(own.close_all)
    return own


@pytest.fixture
def store(
    opened: Practice,
    live: guarded.LiveConnections,
    django_db_blocker: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Store]:
    """An open database with one table."""
    made = Store(opened)
    monkeypatch.setattr(transaction, "connections", made.handler)
    with django_db_blocker.unblock():
        made.run("CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT)")
        yield made
        made.connection.close()


def spellings(word: str) -> list[bytes]:
    """A word as it could lie on a disk."""
    raw = word.encode()
    return [raw, word.encode("utf-16-le"), raw.hex().encode(), base64.b64encode(raw)[:-4]]


def test_the_words_are_in_no_page_no_log_and_no_temporary_file(store: Store) -> None:
    before = set(Path(tempfile.gettempdir()).glob("etilqs*"))
    store.run("INSERT INTO note(text) VALUES (%s)", [CANARY])
    files = store.practice.contents()
    assert {"practice.db", "practice.db-wal"} <= files.keys()
    for data in files.values():
        assert not any(spelling in data for spelling in spellings(CANARY))
        assert b"CREATE TABLE" not in data
    store.run("SELECT text FROM note ORDER BY text || 'x'")
    assert set(Path(tempfile.gettempdir()).glob("etilqs*")) == before


def test_no_other_sqlite_can_read_it(store: Store) -> None:
    store.connection.close()
    path = store.practice.folder.database
    assert not path.read_bytes().startswith(b"SQLite format 3")
    query = "SELECT * FROM sqlite_master"
    with (
        contextlib.closing(sqlite3.connect(path)) as plain,
        pytest.raises(sqlite3.DatabaseError, match="not a database"),
    ):
        plain.execute(query).fetchone()
    with (
        contextlib.closing(engine.driver.connect(str(path))) as unkeyed,
        pytest.raises(engine.driver.DatabaseError),
    ):
        unkeyed.execute(query).fetchone()


def test_a_connection_is_in_the_state_that_was_decided(store: Store) -> None:
    expected: dict[str, object] = {
        "journal_mode": "wal",
        "synchronous": 2,
        "cache_size": -64000,
        "secure_delete": 1,
        "temp_store": 2,
        "mmap_size": 0,
        "journal_size_limit": 67108864,
        "foreign_keys": 1,
        "legacy_alter_table": 0,
    }
    assert {name: store.run(f"PRAGMA {name}")[0][0] for name in expected} == expected
    assert str(store.run("PRAGMA cipher_version")[0][0]).startswith("4.")
    wrapper: Any = store.connection
    assert wrapper.transaction_mode == "IMMEDIATE"
    assert wrapper.get_connection_params()["timeout"] == 20
    assert wrapper.features.supports_json_field


def test_values_come_back_as_they_went_in(store: Store) -> None:
    store.run("CREATE TABLE kinds(a date, b datetime, c time, d bool, e decimal)")
    row = (
        datetime.date(2026, 3, 10),
        datetime.datetime(2026, 3, 10, 12, 0, 1, 5),  # noqa: DTZ001 - Django makes it naive UTC
        "12:30:00",
        True,
        decimal.Decimal("1.5"),
    )
    store.run("INSERT INTO kinds VALUES (%s, %s, %s, %s, %s)", row)
    found = store.run("SELECT * FROM kinds WHERE d = %(d)s", {"d": True})[0]
    assert found == (row[0], row[1], datetime.time(12, 30), True, 1.5)
    with store.connection.cursor() as cursor:
        cursor.executemany("INSERT INTO note(text) VALUES (%s)", ((str(n),) for n in range(250)))
        cursor.execute("SELECT text FROM note ORDER BY id")
        assert [text for (text,) in cursor] == [str(n) for n in range(250)]


def test_a_locked_practice_has_no_database_at_all(store: Store, live: Any) -> None:
    store.practice.vault.full_lock()
    assert len(live) == 0
    before = store.practice.contents()
    with pytest.raises(errors.Locked):
        store.run("SELECT 1")
    assert store.practice.contents() == before
    assert "practice.db-wal" not in before, "the last connection writes its log back"


def test_the_edges_of_a_request_do_not_need_the_key(store: Store) -> None:
    store.practice.vault.full_lock()
    store.connection.close_if_unusable_or_obsolete()
    store.connection.close()


def test_after_unlocking_the_same_threads_go_on(store: Store) -> None:
    store.run("INSERT INTO note(text) VALUES ('x')")
    store.practice.vault.full_lock()
    store.practice.vault.unlock(store.practice.folder, PASSPHRASE)
    assert store.run("SELECT count(*) FROM note") == [(1,)]


def test_a_lock_closes_the_connections_of_all_threads(store: Store, live: Any) -> None:
    ready, leave = threading.Barrier(4), threading.Event()

    def visit() -> None:
        store.run("SELECT 1")
        ready.wait()
        leave.wait()

    threads = [threading.Thread(target=visit) for _ in range(3)]
    for thread in threads:
        thread.start()
    ready.wait()
    assert len(live) == 4
    store.practice.vault.full_lock()
    open_files = {str(path.resolve()) for path in Path("/proc/self/fd").glob("*")}
    assert str(store.practice.folder.database) not in open_files
    leave.set()
    for thread in threads:
        thread.join()


def test_a_lock_stops_what_is_still_running(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lacrima.vault.process.LOCK_WAIT_S", 0.1)
    started, stopped = threading.Event(), []
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    def count_for_ever() -> None:
        with store.practice.vault.in_use():
            store.run("SELECT 1")
            started.set()
            try:
                store.run(endless)
            except OperationalError as error:
                stopped.append(error)

    thread = threading.Thread(target=count_for_ever)
    thread.start()
    started.wait()
    time.sleep(0.05)
    store.practice.vault.full_lock()
    thread.join(timeout=10)
    assert len(stopped) == 1


def test_a_transaction_that_a_lock_cut_off_keeps_nothing_and_does_not_go_on(store: Store) -> None:
    vault = store.practice.vault

    def cut_off() -> None:
        with transaction.atomic():
            store.run("INSERT INTO note(text) VALUES ('first half')")
            vault.full_lock()
            vault.unlock(store.practice.folder, PASSPHRASE)
            store.run("INSERT INTO note(text) VALUES ('second half')")

    with pytest.raises(errors.Locked, match="nothing of it was kept"):
        cut_off()
    assert store.run("SELECT count(*) FROM note") == [(0,)]
    with transaction.atomic():
        store.run("INSERT INTO note(text) VALUES ('whole')")
    assert store.run("SELECT count(*) FROM note") == [(1,)]


def test_a_connection_that_was_being_opened_during_a_lock_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = store.practice.vault
    store.connection.close()
    real = engine.prepare

    def lock_in_between(*arguments: Any, **options: Any) -> None:
        real(*arguments, **options)
        vault.full_lock()

    monkeypatch.setattr(engine, "prepare", lock_in_between)
    with pytest.raises(errors.Locked):
        store.run("SELECT 1")
    assert vault.state is LockState.FULL


def test_without_a_cipher_nothing_is_opened(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "plain.db")) as plain:
        with pytest.raises(errors.NoCipher) as caught:
            engine.unlock(plain, bytes(32), where="here")
        assert caught.value.exit_code == 70


def test_without_json_nothing_is_opened() -> None:
    class Dull:
        """An engine that has a cipher and knows no JSON."""

        def execute(self, query: str) -> Any:
            if "json" in query:
                raise engine.driver.OperationalError("no such function: json_valid")
            return self

        def fetchone(self) -> tuple[str]:
            return ("4.19.0",)

    with pytest.raises(errors.NoCipher, match="JSON"):
        engine.unlock(Dull(), bytes(32), where="here")


def test_a_disk_that_cannot_keep_the_log_is_refused() -> None:
    class Share:
        """A database on a share answers with another journal."""

        def execute(self, _: str) -> Any:
            return self

        def fetchone(self) -> tuple[str]:
            return ("delete",)

    with pytest.raises(errors.OurFault, match="write-ahead"):
        engine.prepare(Share(), where="here")


def test_a_damaged_database_says_so_and_not_wrong_passphrase(store: Store) -> None:
    vault, folder = store.practice.vault, store.practice.folder
    vault.full_lock()
    flip(folder.database, 100)
    with pytest.raises(errors.VaultDamaged) as caught:
        vault.unlock(folder, PASSPHRASE)
    assert caught.value.exit_code == 6
    assert vault.state is LockState.FULL
    flip(folder.database, 100)
    vault.unlock(folder, PASSPHRASE)


def test_a_plain_database_in_the_place_of_ours_is_damage(store: Store) -> None:
    vault, folder = store.practice.vault, store.practice.folder
    vault.full_lock()
    folder.database.unlink()
    with contextlib.closing(sqlite3.connect(folder.database)) as plain:
        plain.execute("CREATE TABLE note(id)")
    with pytest.raises(errors.VaultDamaged):
        vault.unlock(folder, PASSPHRASE)


def test_a_lost_database_is_not_quietly_replaced_by_an_empty_one(store: Store) -> None:
    vault, folder = store.practice.vault, store.practice.folder
    vault.ensure_keys([MIA])
    vault.full_lock()
    folder.database.unlink()
    vault.unlock(folder, PASSPHRASE)
    with pytest.raises(errors.VaultDamaged, match="missing"):
        store.run("SELECT 1")
    assert not folder.database.exists()


def test_a_full_disk_stays_djangos_own_error_and_keeps_what_was_there(store: Store) -> None:
    store.run("INSERT INTO note(text) VALUES ('before')")
    pages = store.run("PRAGMA page_count")[0][0]
    store.run(f"PRAGMA max_page_count={pages}")
    with pytest.raises(OperationalError, match="disk is full"):
        store.run("INSERT INTO note(text) VALUES (hex(randomblob(200000)))")
    store.run("PRAGMA max_page_count=1000000")
    store.run("INSERT INTO note(text) VALUES ('after')")
    assert store.run("SELECT text FROM note ORDER BY id") == [("before",), ("after",)]


def test_many_writers_at_once_all_succeed(store: Store) -> None:
    failed: list[Exception] = []

    def write() -> None:
        try:
            for _ in range(10):
                with transaction.atomic():
                    count = store.run("SELECT count(*) FROM note")[0][0]
                    store.run("INSERT INTO note(text) VALUES (%s)", [str(count)])
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not happen
            failed.append(error)
        finally:
            store.connection.close()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert store.run("SELECT count(DISTINCT text) FROM note") == [(80,)]


def test_the_key_is_in_no_environment_and_no_command_line(store: Store) -> None:
    key = store.practice.vault.database_key()
    for name in ("environ", "cmdline"):
        data = Path(f"/proc/self/{name}").read_bytes()
        assert key not in data
        assert key.hex().encode() not in data.lower()


@pytest.mark.parametrize("name", [":memory:", "file:x?mode=memory", ""])
def test_a_test_database_in_memory_is_refused(opened: Practice, name: str) -> None:
    connection = Store(opened, NAME=name).connection
    with pytest.raises(ImproperlyConfigured):
        DatabaseCreation(connection)._get_test_db_name()  # type: ignore[arg-type]


def test_a_test_database_is_an_encrypted_file_beside_and_goes_away(
    opened: Practice, live: Any, django_db_blocker: Any
) -> None:
    store = Store(opened)
    creation: Any = store.connection.creation
    with django_db_blocker.unblock():
        name = creation._create_test_db(verbosity=0, autoclobber=True)
        assert name == str(opened.folder.root / "test_practice.db")
        store.connection.settings_dict["NAME"] = name
        store.run("CREATE TABLE note(text)")
        store.run("INSERT INTO note VALUES (%s)", [CANARY])
        assert CANARY.encode() not in Path(name + "-wal").read_bytes()
        creation._clone_test_db("1", verbosity=0)
        store.connection.close()
        creation._destroy_test_db(name, verbosity=0)
    assert not Path(name).exists()
    assert (opened.folder.root / "test_practice_1.db").exists()


def test_only_the_plug_knows_django() -> None:
    script = (
        "import sys, lacrima.vault.backup, lacrima.vault.spool, lacrima.vault.server_lock; "
        "print('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
