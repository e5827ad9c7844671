"""Connections that another thread may close safely, and the list of all that are open."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from sqlcipher3 import dbapi2 as driver

from lacrima import errors
from lacrima.vault.process import VAULT


class GuardedConnection(driver.Connection):  # type: ignore[misc]
    """A connection whose steps and whose closing never run at the same time.

    The lock closes connections of other threads; without the guard it could free a statement
    under a thread that is just stepping through it.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Open, with a guard of its own."""
        self.guard = threading.RLock()
        super().__init__(*arguments, **options)

    def commit(self) -> None:
        """Commit, unless it is just being closed."""
        with self.guard:
            super().commit()

    def rollback(self) -> None:
        """Roll back, unless it is just being closed."""
        with self.guard:
            super().rollback()

    def close(self) -> None:
        """Close, after the step that is running."""
        with self.guard:
            super().close()

    def stop_and_close(self) -> None:
        """Close from another thread; what is just running is interrupted.

        An idle connection is not interrupted: its last checkpoint would be too, and the
        write-ahead log would stay behind.
        """
        if not self.guard.acquire(blocking=False):
            self.interrupt()
            self.guard.acquire()
        try:
            super().close()
        finally:
            self.guard.release()


class GuardedCursor(driver.Cursor):  # type: ignore[misc]
    """Django's cursor for SQLite (%s becomes ?), on a guarded connection."""

    connection: GuardedConnection
    convert_query = SQLiteCursorWrapper.convert_query

    def execute(self, query: str, params: Any = None) -> Any:
        """Run one statement."""
        with self.connection.guard:
            if params is None:
                return super().execute(query)
            names = list(params) if isinstance(params, Mapping) else None
            return super().execute(self.convert_query(query, param_names=names), params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        """Run one statement for each set of parameters."""
        rows = list(param_list)
        names = list(rows[0]) if rows and isinstance(rows[0], Mapping) else None
        with self.connection.guard:
            return super().executemany(self.convert_query(query, param_names=names), rows)

    def fetchone(self) -> Any:
        """The next row."""
        with self.connection.guard:
            return super().fetchone()

    def fetchmany(self, *arguments: Any, **options: Any) -> Any:
        """The next rows."""
        with self.connection.guard:
            return super().fetchmany(*arguments, **options)

    def fetchall(self) -> Any:
        """All rows that are left."""
        with self.connection.guard:
            return super().fetchall()

    def __iter__(self) -> Iterator[Any]:
        """The cursor itself."""
        return self

    def __next__(self) -> Any:
        """The next row, while looping."""
        with self.connection.guard:
            return super().__next__()


class LiveConnections:
    """Every open connection of this process, so that a lock can close them all."""

    def __init__(self) -> None:
        """None is open."""
        self._mutex = threading.Lock()
        self._open: weakref.WeakSet[GuardedConnection] = weakref.WeakSet()

    def add(self, connection: GuardedConnection, generation: int) -> None:
        """Take a connection in; Locked when a lock came while it was being opened."""
        with self._mutex:
            if VAULT.generation == generation:
                self._open.add(connection)
                return
        connection.close()
        raise locked_meanwhile()

    def close_all(self) -> None:
        """Stop what is running and close every connection."""
        with self._mutex:
            connections = list(self._open)
            self._open.clear()
        for connection in connections:
            with contextlib.suppress(driver.Error):
                connection.stop_and_close()

    def __len__(self) -> int:
        """How many are open."""
        with self._mutex:
            return len(self._open)


def locked_meanwhile() -> errors.Locked:
    """The error for work that a lock cut short."""
    return errors.Locked(
        "The practice was locked while this was running, and nothing of it was kept",
        next_step="Unlock it and do it again.",
    )


LIVE = LiveConnections()
VAULT.on_lock(LIVE.close_all)
