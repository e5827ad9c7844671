"""Letters that wait to be fetched: kept once, listed in their order, forgotten."""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import Enum, auto

from lacrima.relay.limits import MOST_LISTED, MOST_LISTED_BYTES, Limits


class Came(Enum):
    """What came of a letter or a brief that was sent."""

    KEPT = auto()
    THERE = auto()
    OTHER = auto()
    UNKNOWN = auto()
    NO_ROOM = auto()


@dataclass(frozen=True)
class Posted:
    """A letter as it was sent: for which invitation, under which id, its sealed bytes."""

    name: bytes
    id: bytes
    letter: bytes


@dataclass(frozen=True)
class Listed:
    """A letter that waits, with its number in its mailbox."""

    n: int
    name: bytes
    id: bytes
    stored_at: int
    letter: bytes


def keep(connection: sqlite3.Connection, posted: Posted, *, now: int, limits: Limits) -> Came:
    """Keep a letter, once. What was over was forgotten before."""
    invitation = connection.execute(
        "SELECT mailbox FROM briefs WHERE name = ? AND until > ?", (posted.name, now)
    ).fetchone()
    if invitation is None:
        return Came.UNKNOWN
    mailbox = int(invitation[0])
    there = connection.execute(
        "SELECT letter FROM letters WHERE mailbox = ? AND name = ? AND id = ?",
        (mailbox, posted.name, posted.id),
    ).fetchone()
    if there is not None:
        is_same = hmac.compare_digest(bytes(there[0]), posted.letter)
        return Came.THERE if is_same else Came.OTHER
    if not _has_room(connection, mailbox, posted, limits):
        return Came.NO_ROOM
    _insert(connection, mailbox, posted, now=now, forget_at=now + limits.keep_s)
    return Came.KEPT


def _has_room(connection: sqlite3.Connection, mailbox: int, posted: Posted, limits: Limits) -> bool:
    (waiting,) = connection.execute(
        "SELECT count(*) FROM letters WHERE mailbox = ? AND name = ?", (mailbox, posted.name)
    ).fetchone()
    has_bytes = has_room_for(connection, mailbox, len(posted.letter), limits)
    return has_bytes and int(waiting) < limits.waiting_letters


def has_room_for(
    connection: sqlite3.Connection, mailbox: int, size_bytes: int, limits: Limits
) -> bool:
    """Does so much more fit into this mailbox?"""
    (held,) = connection.execute("SELECT bytes FROM mailboxes WHERE key = ?", (mailbox,)).fetchone()
    return int(held) + size_bytes <= limits.mailbox_bytes


def _insert(
    connection: sqlite3.Connection, mailbox: int, posted: Posted, *, now: int, forget_at: int
) -> None:
    connection.execute("UPDATE mailboxes SET last_n = last_n + 1 WHERE key = ?", (mailbox,))
    connection.execute(
        "INSERT INTO letters (mailbox, n, name, id, stored_at, forget_at, letter)"
        " SELECT key, last_n, ?, ?, ?, ?, ? FROM mailboxes WHERE key = ?",
        (posted.name, posted.id, now, forget_at, posted.letter, mailbox),
    )


def listed(
    connection: sqlite3.Connection, mailbox: int, *, after: int, now: int
) -> tuple[list[Listed], bool]:
    """The letters of this mailbox after a number; and are there more?

    At most a hundred and two megabytes: the answer is held in memory.
    """
    found: list[Listed] = []
    room = MOST_LISTED_BYTES
    with closing(
        connection.execute(
            "SELECT n, name, id, stored_at, letter FROM letters"
            " WHERE mailbox = ? AND n > ? AND forget_at > ? ORDER BY n",
            (mailbox, after, now),
        )
    ) as rows:
        for row in rows:
            one = Listed(*row)
            room -= len(one.letter)
            if len(found) == MOST_LISTED or room < 0:
                return found, True
            found.append(one)
    return found, False


def forget(connection: sqlite3.Connection, mailbox: int, ids: Sequence[bytes]) -> None:
    """Delete letters of this mailbox; ids that are not there are no mistake."""
    connection.executemany(
        "DELETE FROM letters WHERE mailbox = ? AND id = ?", [(mailbox, one) for one in ids]
    )
