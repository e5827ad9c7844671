"""Briefs: what the page of an invitation may ask, sealed; each until its day."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from lacrima.relay.letters import Came, has_room_for
from lacrima.relay.limits import Limits


@dataclass(frozen=True)
class Put:
    """A brief as the practice puts it: under which name, until when (seconds), its bytes."""

    name: bytes
    until: int
    brief: bytes


def brief_of(connection: sqlite3.Connection, name: bytes, *, now: int) -> bytes | None:
    """The brief under this name; None alike for one that was never there, revoked, or over."""
    row = connection.execute(
        "SELECT brief FROM briefs WHERE name = ? AND until > ?", (name, now)
    ).fetchone()
    return None if row is None else bytes(row[0])


def put(connection: sqlite3.Connection, mailbox: int, given: Put, *, limits: Limits) -> Came:
    """Put a brief in the place of the one before. UNKNOWN where the name is another mailbox's."""
    row = connection.execute(
        "SELECT mailbox, length(brief) FROM briefs WHERE name = ?", (given.name,)
    ).fetchone()
    if row is not None and int(row[0]) != mailbox:
        return Came.UNKNOWN
    before_bytes = 0 if row is None else int(row[1])
    more_bytes = len(given.brief) - before_bytes
    if more_bytes > 0 and not has_room_for(connection, mailbox, more_bytes, limits):
        return Came.NO_ROOM
    if row is None and _invitations(connection, mailbox) >= limits.invitations:
        return Came.NO_ROOM
    connection.execute("DELETE FROM briefs WHERE name = ?", (given.name,))
    connection.execute(
        "INSERT INTO briefs (name, mailbox, until, brief) VALUES (?, ?, ?, ?)",
        (given.name, mailbox, given.until, given.brief),
    )
    return Came.KEPT if row is None else Came.THERE


def _invitations(connection: sqlite3.Connection, mailbox: int) -> int:
    (count,) = connection.execute(
        "SELECT count(*) FROM briefs WHERE mailbox = ?", (mailbox,)
    ).fetchone()
    return int(count)


def revoke(connection: sqlite3.Connection, mailbox: int, name: bytes) -> bool:
    """Take a brief away; letters that came by it stay. Was it there?"""
    done = connection.execute("DELETE FROM briefs WHERE mailbox = ? AND name = ?", (mailbox, name))
    return done.rowcount > 0
