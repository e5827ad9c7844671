"""Locking the practice, from a button, from idleness, at night, at the end."""

from __future__ import annotations

import logging

from django.db import DatabaseError, connection

from lacrima.vault.process import VAULT, LockState
from lacrima.web import doorway, memory_sessions, one_time

log = logging.getLogger("lacrima.web")


def lock(*, fully: bool) -> LockState:
    """Lock; quickly only where a PIN or a passkey was set for the day. Gives the state now."""
    if fully or not has_quick_way():
        _tidy_database()
        VAULT.full_lock()
    else:
        VAULT.quick_lock()
    return VAULT.state


def has_quick_way() -> bool:
    """Is there a PIN or a passkey for the rest of the day?"""
    return VAULT.has_pin or VAULT.passkey_credential_id is not None


def _tidy_database() -> None:
    """Write the write-ahead log back, so that the folder at rest is one whole file."""
    if VAULT.state is not LockState.OPEN or connection.vendor != "sqlite":
        return
    try:
        with VAULT.in_use(), connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except DatabaseError:
        log.warning("the database could not be tidied before the lock")


def _when_locked() -> None:
    """Whoever locked it, and for whatever reason: nothing typed stays in any session."""
    if VAULT.state is LockState.FULL:
        memory_sessions.keep_only(doorway.LEFT_BY_A_FULL_LOCK)
        one_time.forget()


VAULT.on_lock(_when_locked)
