"""How much of a large file is held at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

AT_ONCE = 500
LITTLE_CACHE = -8_000  # below zero SQLite counts KiB, not pages


@contextmanager
def little_cache() -> Iterator[None]:
    """A large import would fill the database's page cache with pages that nobody reads again."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = int(cursor.execute("PRAGMA cache_size").fetchone()[0])
        cursor.execute(f"PRAGMA cache_size = {LITTLE_CACHE}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {usual}")
