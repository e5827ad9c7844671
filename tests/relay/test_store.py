"""One file, one connection: letters share commits, and one that cannot be kept harms no other."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from lacrima import errors
from lacrima.relay.limits import MIB
from lacrima.relay.store import Connection, Store
from tests.relay.given import MIA, Relay, letter, opened


def note(text: str) -> object:
    """A change that writes one row."""

    def change(connection: Connection) -> str:
        connection.execute("INSERT INTO notes VALUES (?)", (text,))
        return text

    return change


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with a table of notes."""
    made = Store(tmp_path / "relay.db", most_bytes=4 * MIB)
    made.write(lambda connection: connection.execute("CREATE TABLE notes (text TEXT)"))
    return made


def all_at_once(store: Store, changes: list[object]) -> list[object]:
    """What came of each, when all wait for the same commit."""
    came: list[object] = [None] * len(changes)

    def one(place: int) -> None:
        try:
            came[place] = store.write(changes[place])  # type: ignore[arg-type]
        except Exception as error:  # noqa: BLE001  handed back to the test
            came[place] = error

    threads = [threading.Thread(target=one, args=(n,)) for n in range(len(changes))]
    with store._lock:  # nobody may commit until all of them wait
        for thread in threads:
            thread.start()
        while len(store._queue) < len(changes):
            pass
    for thread in threads:
        thread.join()
    return came


def notes(store: Store) -> list[str]:
    """What is written."""
    rows = store.read(lambda connection: connection.execute("SELECT text FROM notes").fetchall())
    return sorted(row[0] for row in rows)


def test_changes_that_wait_share_one_commit(store: Store) -> None:
    commits: list[str] = []
    connection = store._usable()
    connection.set_trace_callback(lambda text: commits.append(text) if text == "COMMIT" else None)
    texts = [f"{n:02}" for n in range(16)]
    assert all_at_once(store, [note(text) for text in texts]) == texts
    assert notes(store) == texts
    assert len(commits) == 1


def test_a_change_that_fails_fails_alone(store: Store) -> None:
    def wrong(connection: Connection) -> None:
        connection.execute("INSERT INTO notes VALUES ('half')")
        raise KeyError("wrong")

    came = all_at_once(store, [note("a"), wrong, note("b")])
    assert (came[0], came[2]) == ("a", "b")
    assert isinstance(came[1], KeyError)
    assert notes(store) == ["a", "b"]


def test_a_full_disk_refuses_what_does_not_fit_and_keeps_what_does(store: Store) -> None:
    big = "x" * (8 * MIB)
    came = all_at_once(store, [note("a"), note(big), note("b")])
    assert (came[0], came[2]) == ("a", "b")
    assert isinstance(came[1], errors.FullDisk)
    assert notes(store) == ["a", "b"]
    assert store.write(note("c")) == "c"  # type: ignore[arg-type]


def test_the_same_letter_from_many_at_once_is_kept_once(tmp_path: Path) -> None:
    relay = Relay(tmp_path / "relay.db")
    ana = relay.keeper.make_mailbox()
    relay.put(ana)
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(relay.post(letter("once")).status))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 11 + [201]
    assert [opened(one) for one in relay.listed(ana)] == [letter("once")]


def test_another_process_may_write_beside_it(relay: Relay) -> None:
    beside = Relay(relay.path)
    ana = beside.keeper.make_mailbox()
    assert relay.put(ana).status == 201
    assert beside.ask("GET", f"/v1/briefs/{MIA}").status == 200
    beside.store.close()


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / "relay.db").write_bytes(b"no database at all " * 400)
    with pytest.raises(errors.Damaged):
        Store(tmp_path / "relay.db", most_bytes=MIB)


def test_a_file_of_a_newer_relay_is_left_alone(tmp_path: Path) -> None:
    Store(tmp_path / "relay.db", most_bytes=MIB).close()
    connection = sqlite3.connect(tmp_path / "relay.db")
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(errors.BadInput, match="newer"):
        Store(tmp_path / "relay.db", most_bytes=MIB)


def test_a_file_that_went_bad_while_it_was_served_is_answered_with_not_now(
    relay: Relay, caplog: pytest.LogCaptureFixture
) -> None:
    ana = relay.keeper.make_mailbox()
    relay.put(ana)
    for n in range(20):
        relay.post(letter(), id=f"{n:032x}")
    relay.store.read(lambda connection: connection.execute("PRAGMA cache_size = 1"))
    whole = bytearray(Path(relay.path).read_bytes())
    whole[4096:] = b"\xa5" * (len(whole) - 4096)
    Path(relay.path).write_bytes(whole)
    relay.store.read(lambda connection: connection.execute("PRAGMA shrink_memory"))
    relay.store._connection = None
    assert relay.ask("GET", f"/v1/briefs/{MIA}").status == 503
    assert "damaged" in caplog.text
    assert MIA not in caplog.text
