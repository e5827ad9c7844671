"""Work that one process does at a time, however many serve the same clinic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# Any two numbers would do; they are this program's and this work's.
_OURS = 0x6C616372  # "lacr"
HOUSEKEEPING = 1


@contextmanager
def alone(work: int) -> Iterator[bool]:
    """Whether nobody else is at this work now; while the block lasts nobody else begins it.

    The lock is the database's own and ends with the connection, so a killed process leaves none.
    In one person's own practice there is one process, and the answer is always yes.
    """
    if connection.vendor != "postgresql":
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_OURS, work])
        (is_ours,) = cursor.fetchone()
    try:
        yield bool(is_ours)
    finally:
        if is_ours and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_OURS, work])
