"""What this engine can do, asked of the engine that is really used."""

from __future__ import annotations

from django.db.backends.sqlite3 import features as sqlite
from sqlcipher3 import dbapi2 as driver


class DatabaseFeatures(sqlite.DatabaseFeatures):
    """SQLite's features by the version inside SQLCipher; JSON is proven at each connecting."""

    can_alter_table_drop_column = driver.sqlite_version_info >= (3, 35, 5)
    test_db_allows_multiple_connections = True
    supports_json_field = True
