"""Test databases: encrypted files like the real one, never in memory and never plain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import creation as sqlite

_COMPANIONS = ("-wal", "-shm", "-journal")


class DatabaseCreation(sqlite.DatabaseCreation):
    """Makes and removes test databases."""

    def _get_test_db_name(self) -> str:
        given = self.connection.settings_dict["TEST"]["NAME"]
        if given:
            return _refuse_memory(str(given))
        real = Path(_refuse_memory(str(self.connection.settings_dict["NAME"])))
        return str(real.with_name(f"test_{real.name}"))

    def _create_test_db(self, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name = self._get_test_db_name()
        if not keepdb:
            _remove_companions(name)
        made: str = super()._create_test_db(  # type: ignore[misc]  # not in the stubs
            verbosity, autoclobber, keepdb
        )
        return made

    def _clone_test_db(self, suffix: str, verbosity: int, keepdb: bool = False) -> Any:
        with self.connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return super()._clone_test_db(  # type: ignore[misc]  # not in the stubs
            suffix, verbosity, keepdb
        )

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        Path(test_database_name).unlink(missing_ok=True)
        _remove_companions(test_database_name)


def _refuse_memory(name: str) -> str:
    if not name or sqlite.DatabaseCreation.is_in_memory_db(name):
        raise ImproperlyConfigured(
            "A database in memory has no cipher: name a file in DATABASES, NAME or TEST NAME."
        )
    return name


def _remove_companions(name: str) -> None:
    for ending in _COMPANIONS:
        Path(name + ending).unlink(missing_ok=True)
