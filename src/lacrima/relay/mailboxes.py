"""Mailboxes: each belongs to one practice and has two secrets, of which only hashes are kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from dataclasses import dataclass

from lacrima import errors

SECRET_BYTES = 32


@dataclass(frozen=True)
class Made:
    """A new mailbox, with its secrets: they are given once and kept nowhere."""

    id: str
    fetch: bytes
    manage: bytes


@dataclass(frozen=True)
class Caller:
    """Who asks: which mailbox, and by which of its secrets."""

    mailbox: int
    may_manage: bool


@dataclass(frozen=True)
class Filled:
    """How full a mailbox is, for whoever runs the relay."""

    id: str
    made_at: int
    invitations: int
    letters: int
    bytes: int


def make(connection: sqlite3.Connection, *, now: int) -> Made:
    """A mailbox with fresh secrets."""
    made = Made(
        secrets.token_hex(4), secrets.token_bytes(SECRET_BYTES), secrets.token_bytes(SECRET_BYTES)
    )
    connection.execute(
        "INSERT INTO mailboxes (id, fetch_hash, manage_hash, made_at) VALUES (?, ?, ?, ?)",
        (made.id, _hash(made.fetch), _hash(made.manage), now),
    )
    return made


def caller(connection: sqlite3.Connection, secret: bytes) -> Caller | None:
    """Whose secret this is; None for nobody's.

    What is looked up is a hash, so how long it takes tells nothing about a secret.
    """
    told = _hash(secret)
    row = connection.execute(
        "SELECT key, fetch_hash, manage_hash FROM mailboxes"
        " WHERE fetch_hash = ? OR manage_hash = ?",
        (told, told),
    ).fetchone()
    if row is None:
        return None
    key, fetch, manage = row
    is_manage, is_fetch = hmac.compare_digest(told, manage), hmac.compare_digest(told, fetch)
    return Caller(int(key), may_manage=is_manage) if is_manage or is_fetch else None


def filled(connection: sqlite3.Connection) -> list[Filled]:
    """All mailboxes, the oldest first."""
    rows = connection.execute(
        "SELECT id, made_at, (SELECT count(*) FROM briefs WHERE mailbox = mailboxes.key),"
        " (SELECT count(*) FROM letters WHERE mailbox = mailboxes.key), bytes"
        " FROM mailboxes ORDER BY key"
    )
    return [Filled(*row) for row in rows]


def close(connection: sqlite3.Connection, mailbox_id: str) -> Filled:
    """Delete a mailbox with all that is in it; how full it was. Raises NotFound."""
    found = [one for one in filled(connection) if one.id == mailbox_id]
    if not found:
        raise errors.NotFound(
            "There is no mailbox with this id", next_step="See: lacrima relay mailboxes"
        )
    (key,) = connection.execute("SELECT key FROM mailboxes WHERE id = ?", (mailbox_id,)).fetchone()
    for table in ("letters", "briefs"):
        connection.execute(f"DELETE FROM {table} WHERE mailbox = ?", (key,))  # noqa: S608
    connection.execute("DELETE FROM mailboxes WHERE key = ?", (key,))
    return found[0]


def _hash(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()
