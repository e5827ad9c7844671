"""In the server of a laptop, forms are kept one after another, by one thread.

SQLite lets one connection write at a time, and each that does makes all others read (and
decrypt) their pages anew. Four threads that take turns in writing spent two fifths of the
processor on that, and waited in no order. One thread keeps its pages warm, and who came first is
kept first (measured in one sitting: 72 kept moments a second against 100).

Where no server runs (verbs, tests), and on PostgreSQL, everything is kept where it is asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, connections
from django.utils import timezone, translation

ResultT = TypeVar("ResultT")

_writer: ThreadPoolExecutor | None = None
_here = threading.local()


def _become_writer() -> None:
    _here.is_writer = True


@contextmanager
def one_writer() -> Iterator[None]:
    """While this lasts, `in_turn` hands over to one thread, which ends with it."""
    global _writer  # noqa: PLW0603  one process, one server, one writer
    if connection.vendor != "sqlite":
        yield
        return
    with ThreadPoolExecutor(
        max_workers=1, thread_name_prefix="writer", initializer=_become_writer
    ) as executor:
        _writer = executor
        try:
            yield
        finally:
            _writer = None
            executor.submit(connections.close_all)


def in_turn(do: Callable[[], ResultT]) -> ResultT:
    """Do this when all that came before is kept; what it returns or raises.

    It runs with the language and the clock of whoever asks, who waits and holds the vault
    meanwhile. Who has a turn already goes on in it.
    """
    writer = _writer
    if writer is None or getattr(_here, "is_writer", False):
        return do()
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def as_asked() -> ResultT:
        with translation.override(language), timezone.override(zone):
            return do()

    return writer.submit(as_asked).result()
