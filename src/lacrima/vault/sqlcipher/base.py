"""Django's SQLite backend with SQLCipher in the place of SQLite."""

from __future__ import annotations

import contextlib
import datetime
import decimal
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base as sqlite
from django.db.backends.sqlite3._functions import (  # type: ignore[import-untyped]
    register as register_functions,
)
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2 as driver

from lacrima.vault import engine
from lacrima.vault.process import VAULT
from lacrima.vault.sqlcipher.creation import DatabaseCreation
from lacrima.vault.sqlcipher.features import DatabaseFeatures
from lacrima.vault.sqlcipher.guarded import (
    LIVE,
    GuardedConnection,
    GuardedCursor,
    locked_meanwhile,
)

_OWNER_ONLY = 0o600
_TIMEOUT_S = 20
_TRANSACTION_MODE = "IMMEDIATE"

# The same translations that Django registers, on the other driver.
driver.register_converter("bool", b"1".__eq__)
driver.register_converter("date", sqlite.decoder(parse_date))
driver.register_converter("time", sqlite.decoder(parse_time))
driver.register_converter("datetime", sqlite.decoder(parse_datetime))
driver.register_converter("timestamp", sqlite.decoder(parse_datetime))
driver.register_adapter(decimal.Decimal, str)
driver.register_adapter(datetime.date, sqlite.adapt_date)
driver.register_adapter(datetime.datetime, sqlite.adapt_datetime)


class DatabaseWrapper(sqlite.DatabaseWrapper):
    """An encrypted connection of one thread, which ends with every lock of the vault."""

    Database = driver
    creation_class = DatabaseCreation
    features_class = DatabaseFeatures
    init_commands: list[str]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Not connected."""
        super().__init__(*arguments, **options)
        self._generation = -1

    def get_connection_params(self) -> dict[str, Any]:
        """Django's, with our transaction mode and timeout where the settings name none.

        IMMEDIATE: with DEFERRED every third of concurrent writes was lost to "locked".
        """
        params = super().get_connection_params()
        if "transaction_mode" not in self.settings_dict["OPTIONS"]:
            self.transaction_mode = _TRANSACTION_MODE
        return {"timeout": _TIMEOUT_S, **params}

    def get_new_connection(self, conn_params: dict[str, Any]) -> GuardedConnection:
        """Connect with the vault's key. Raises Locked, NoCipher, VaultDamaged."""
        generation = VAULT.generation
        key = VAULT.database_key()
        where = str(conn_params["database"])
        VAULT.refuse_lost_database(Path(where))
        _for_the_owner_alone(Path(where))
        connection = GuardedConnection(**conn_params)
        try:
            engine.unlock(connection, key, where=where)
            register_functions(connection)
            engine.prepare(connection, where=where)
            connection.execute("PRAGMA legacy_alter_table = OFF")
            for command in filter(None, map(str.strip, self.init_commands)):
                connection.execute(command)
        except BaseException:
            connection.close()
            raise
        LIVE.add(connection, generation)
        self._generation = generation
        return connection

    def create_cursor(self, name: str | None = None) -> GuardedCursor:
        """A cursor of ours."""
        cursor: GuardedCursor = self.connection.cursor(factory=GuardedCursor)
        return cursor

    def ensure_connection(self) -> None:
        """Connect if need be; a connection from before a lock is gone.

        Inside a transaction that the lock cut off nothing goes on: it would be half of it.
        """
        if self.is_from_before_a_lock():
            if self.in_atomic_block:
                raise locked_meanwhile()
            self.close()
        super().ensure_connection()

    def close_if_unusable_or_obsolete(self) -> None:
        """At the edges of a request: must not need the key, the practice may be locked."""
        if self.is_from_before_a_lock():
            self.close()
        super().close_if_unusable_or_obsolete()

    def is_from_before_a_lock(self) -> bool:
        """Whether the vault was locked since this connection was made."""
        return self.connection is not None and self._generation != VAULT.generation


def _for_the_owner_alone(path: Path) -> None:
    """SQLite makes files that everybody may read, and its log takes the mode of the database.

    An existing file is never opened here: closing it would let go of SQLite's own locks.
    """
    try:
        if path.stat().st_mode & ~_OWNER_ONLY & 0o777:
            path.chmod(_OWNER_ONLY)
    except FileNotFoundError:
        with contextlib.suppress(OSError):  # SQLite says more clearly why it cannot be made
            path.touch(_OWNER_ONLY)
