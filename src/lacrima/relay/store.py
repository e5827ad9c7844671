"""One SQLite file through one connection, one at a time; letters that wait share a commit.

A rollback journal, not write-ahead logging: with one connection that would bring nothing, and
older SQLites can damage a file when such a log is reset. With EXTRA and a truncated journal a
commit that came back is on the disk. What is deleted is overwritten with zeros (secure_delete).
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from lacrima import errors
from lacrima.relay import schema

Connection = sqlite3.Connection
PAGE_BYTES = 4096
BUSY_S = 10.0  # a verb of the command line may be writing beside a running relay
SETTINGS = (
    f"PRAGMA page_size = {PAGE_BYTES}",
    "PRAGMA auto_vacuum = INCREMENTAL",
    "PRAGMA journal_mode = TRUNCATE",
    "PRAGMA synchronous = EXTRA",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
)
GIVEN_BACK_AT_ONCE = 2_000  # pages; so that nobody waits long for it
T = TypeVar("T")


class _Waiting(Generic[T]):
    """A change that waits for its commit, and then what came of it."""

    def __init__(self, change: Callable[[Connection], T]) -> None:
        self.change = change
        self.is_done = False
        self._value: T | None = None
        self._error: Exception | None = None

    def end(self, value: T | None, error: Exception | None = None) -> None:
        """Committed, with this value; or not, for this reason."""
        self._value, self._error, self.is_done = value, error, True

    def outcome(self) -> T:
        """What the change gave; what it raised."""
        if not self.is_done:
            raise errors.OurFault("A change was neither made nor refused")
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]  # it is what the change gave


class Store:
    """The file. `write` comes back when the change is on the disk, or was not made at all."""

    def __init__(self, path: Path | str, *, most_bytes: int) -> None:
        """Open it, and make its tables where there are none. Raises Damaged, FullDisk, BadInput."""
        self._path, self._most_bytes = path, most_bytes
        self._lock = threading.Lock()
        self._queue: deque[_Waiting[Any]] = deque()
        self._connection: Connection | None = self._opened()

    def read(self, question: Callable[[Connection], T]) -> T:
        """Ask something. Raises as `write` does."""
        with self._lock:
            try:
                return question(self._usable())
            except sqlite3.Error as error:
                raise explained(error) from error

    def write(self, change: Callable[[Connection], T]) -> T:
        """Make a change and let it reach the disk, together with all that wait just now.

        Who comes first commits for everybody. Raises FullDisk, Damaged or OurFault, and then
        nothing of this change was kept.
        """
        waiting = _Waiting(change)
        self._queue.append(waiting)
        with self._lock:
            if not waiting.is_done:
                self._commit_all_that_wait()
        return waiting.outcome()

    def give_back(self) -> None:
        """Give pages that became empty back to the disk. Raises as `write` does.

        As a script: only so does Python go through all the steps of this pragma.
        """
        with self._lock:
            try:
                self._usable().executescript(f"PRAGMA incremental_vacuum({GIVEN_BACK_AT_ONCE})")
            except sqlite3.Error as error:
                self._undo()
                raise explained(error) from error

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()

    def _commit_all_that_wait(self) -> None:
        self._settle([self._queue.popleft() for _ in range(len(self._queue))])

    def _settle(self, together: list[_Waiting[Any]]) -> None:
        error = self._commit(together)
        if error is None:
            return
        if len(together) == 1:
            together[0].end(None, error)
            return
        for one in together:  # one of them may be the reason, so each alone
            self._settle([one])

    def _commit(self, together: list[_Waiting[Any]]) -> Exception | None:
        """All of them in one transaction, or none and why."""
        try:
            connection = self._usable()
            connection.execute("BEGIN IMMEDIATE")
            values = [one.change(connection) for one in together]
            connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001  handed to whoever waits for this change
            self._undo()
            return explained(error) if isinstance(error, sqlite3.Error) else error
        for one, value in zip(together, values, strict=True):
            one.end(value)
        return None

    def _undo(self) -> None:
        connection = self._connection
        if connection is None or not connection.in_transaction:
            return
        try:
            connection.execute("ROLLBACK")
        except sqlite3.Error:  # a connection in an unknown state is not used again
            self._connection = None
            with contextlib.suppress(sqlite3.Error):
                connection.close()

    def _usable(self) -> Connection:
        if self._connection is None:
            self._connection = self._opened()
        return self._connection

    def _opened(self) -> Connection:
        with contextlib.ExitStack() as at_a_fault:
            try:
                connection = sqlite3.connect(
                    self._path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
                )
                at_a_fault.callback(connection.close)
                self._set_up(connection)
            except sqlite3.Error as error:
                raise explained(error) from error
            at_a_fault.pop_all()
        return connection

    def _set_up(self, connection: Connection) -> None:
        for setting in SETTINGS:
            connection.execute(setting)
        connection.execute(f"PRAGMA max_page_count = {self._most_bytes // PAGE_BYTES}")
        schema.make(connection)


def explained(error: sqlite3.Error) -> errors.LacrimaError:
    """What SQLite said as one of our errors; without its words, which may quote what is kept."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return errors.FullDisk(
            "There is no room left, on this disk or in what the relay may take",
            next_step="Make room, or let the relay take more with --most-mb.",
        )
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return errors.Damaged(
            "The relay's file is damaged",
            where="relay.db",
            next_step="Stop the relay, put the file away and begin a new one with new mailboxes.",
        )
    return errors.OurFault(
        f"The relay's file does not answer ({getattr(error, 'sqlite_errorname', 'SQLITE')})",
        where="relay.db",
        next_step="Look whether the disk is connected and may be written to.",
    )
