"""Everything that is done to what waits, with the clock: what is over is never given out.

What is over is deleted when anybody asks for anything, so a clock that is set back afterwards
brings nothing back; what waits longer than it ever may, by a clock set back, is cut to that.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from lacrima import errors
from lacrima.relay import briefs, letters, mailboxes
from lacrima.relay.limits import DAY_S, MOST_BRIEF_DAYS, Limits
from lacrima.relay.store import Store

Clock = Callable[[], datetime]
T = TypeVar("T")
BUILT = datetime(2026, 1, 1, tzinfo=UTC)


def utc_now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


class Keeper:
    """What the relay keeps. Every method raises FullDisk, Damaged or OurFault as the store does."""

    def __init__(self, store: Store, limits: Limits, clock: Clock = utc_now) -> None:
        """Over this store, by this clock. Raises NotReady where the clock was never set."""
        self._store, self.limits, self._clock = store, limits, clock
        if clock() < BUILT:
            raise errors.NotReady(
                "The clock of this machine stands before this program was written",
                next_step="Let the machine learn the time, then start again.",
            )

    @property
    def now(self) -> int:
        """Seconds since 1970; never before the program was written, whatever the clock says."""
        return int(max(self._clock(), BUILT).timestamp())

    def brief(self, name: bytes) -> bytes | None:
        """The sealed brief of an invitation; None where there is none, or no longer."""
        return self._read(lambda connection, now: briefs.brief_of(connection, name, now=now))

    def put_brief(self, mailbox: int, given: briefs.Put) -> letters.Came:
        """Put or replace a brief."""
        return self._write(
            lambda connection, _: briefs.put(connection, mailbox, given, limits=self.limits)
        )

    def revoke(self, mailbox: int, name: bytes) -> bool:
        """Take no more letters for this name."""
        return self._write(lambda connection, _: briefs.revoke(connection, mailbox, name))

    def keep(self, posted: letters.Posted) -> letters.Came:
        """Keep a letter; when this comes back with KEPT it is on the disk."""
        return self._write(
            lambda connection, now: letters.keep(connection, posted, now=now, limits=self.limits)
        )

    def listed(self, mailbox: int, after: int) -> tuple[list[letters.Listed], bool]:
        """Letters of a mailbox after a number; and are there more?"""
        return self._read(
            lambda connection, now: letters.listed(connection, mailbox, after=after, now=now)
        )

    def forget(self, mailbox: int, ids: Sequence[bytes]) -> None:
        """Delete letters that were fetched."""
        self._write(lambda connection, _: letters.forget(connection, mailbox, ids))

    def caller(self, secret: bytes) -> mailboxes.Caller | None:
        """Whose secret this is."""
        return self._store.read(lambda connection: mailboxes.caller(connection, secret))

    def make_mailbox(self) -> mailboxes.Made:
        """A new mailbox."""
        return self._write(lambda connection, now: mailboxes.make(connection, now=now))

    def filled_mailboxes(self) -> list[mailboxes.Filled]:
        """How full each mailbox is."""
        return self._read(lambda connection, _: mailboxes.filled(connection))

    def close_mailbox(self, mailbox_id: str) -> mailboxes.Filled:
        """Delete a mailbox and all in it. Raises NotFound."""
        return self._write(lambda connection, _: mailboxes.close(connection, mailbox_id))

    def forget_what_is_over(self) -> None:
        """Delete what nobody fetched in time, and give empty pages back to the disk."""
        self._write(lambda connection, now: None)
        self._store.give_back()

    def _read(self, question: Callable[[sqlite3.Connection, int], T]) -> T:
        now = self.now
        if self._store.read(lambda connection: _is_anything_over(connection, now, self.limits)):
            with contextlib.suppress(errors.FullDisk):  # what is over is not given out anyhow
                self._write(lambda connection, now: None)
        return self._store.read(lambda connection: question(connection, now))

    def _write(self, change: Callable[[sqlite3.Connection, int], T]) -> T:
        now = self.now

        def whole(connection: sqlite3.Connection) -> T:
            if _is_anything_over(connection, now, self.limits):
                _forget_what_is_over(connection, now, self.limits)
            return change(connection, now)

        return self._store.write(whole)


def _longest(now: int, limits: Limits) -> tuple[int, int]:
    """Until when a letter and a brief that come now may be kept at most."""
    return now + limits.keep_s, now + MOST_BRIEF_DAYS * DAY_S


def _is_anything_over(connection: sqlite3.Connection, now: int, limits: Limits) -> bool:
    letter_end, brief_end = _longest(now, limits)
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM letters WHERE forget_at <= ?)"
        " OR EXISTS (SELECT 1 FROM letters WHERE forget_at > ?)"
        " OR EXISTS (SELECT 1 FROM briefs WHERE until <= ?)"
        " OR EXISTS (SELECT 1 FROM briefs WHERE until > ?)",
        (now, letter_end, now, brief_end),
    ).fetchone()
    return bool(row[0])


def _forget_what_is_over(connection: sqlite3.Connection, now: int, limits: Limits) -> None:
    letter_end, brief_end = _longest(now, limits)
    connection.execute("DELETE FROM letters WHERE forget_at <= ?", (now,))
    connection.execute("DELETE FROM briefs WHERE until <= ?", (now,))
    connection.execute(
        "UPDATE letters SET forget_at = ? WHERE forget_at > ?", (letter_end, letter_end)
    )
    connection.execute("UPDATE briefs SET until = ? WHERE until > ?", (brief_end, brief_end))
