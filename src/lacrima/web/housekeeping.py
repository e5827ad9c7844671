"""What a served practice does by itself: locks, backups, sessions that make themselves.

It runs in one thread beside the requests, holds the vault while it works, and touches nothing
while the practice is locked. A clinic's server locks nothing: its vault stays open as long as it
serves, and each person's own session ends instead.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import close_old_connections, connections

from lacrima import practice
from lacrima.practice import (
    browser_sessions,
    calendars,
    clinical_will,
    drop_box_collect,
    erasing_after,
    notes,
    one_at_a_time,
    own_care,
    own_key,
    second_looks,
    sessions,
    share_ending,
    vault_care,
    weighing,
)
from lacrima.practice.mode import is_clinic
from lacrima.vault.process import VAULT, LockState
from lacrima.web import activity, locking, memory_sessions

log = logging.getLogger("lacrima.web")

LOOK_EVERY_S = 5.0
CHORES_EVERY_S = 60.0
LONG_QUIET_S = 8 * 3600.0


@dataclass
class Night:
    """Which night was locked already."""

    hour: int
    done_for: date | None = None

    def is_due(self, local: datetime) -> bool:
        """Has the hour of the night passed since it was last locked for the night?"""
        night_of = (local - timedelta(hours=self.hour)).date()
        if self.done_for is None:  # the process was started after this night's hour
            self.done_for = night_of
        return night_of > self.done_for

    def note_done(self, local: datetime) -> None:
        """Locked for this night."""
        self.done_for = (local - timedelta(hours=self.hour)).date()


def lock_when_quiet(night: Night, *, now: datetime, zone: ZoneInfo) -> None:
    """Lock what nobody uses: quickly after its idle time, fully at night or after eight hours."""
    quiet_s, local = activity.quiet_s(), now.astimezone(zone)
    is_idle = quiet_s >= activity.idle_limit_s()
    is_night = night.is_due(local)
    if VAULT.state is LockState.FULL or not is_idle:
        return
    if is_night or quiet_s >= LONG_QUIET_S:
        night.note_done(local)
        locking.lock(fully=True)
    elif VAULT.state is LockState.OPEN:
        locking.lock(fully=False)


def do_chores() -> None:
    """Sessions that are due, private things past their day, the daily backup."""
    with VAULT.in_use():
        if VAULT.state is not LockState.OPEN:
            return
        now = practice.now()
        with one_at_a_time.housekeeping() as is_ours:
            for chore in _CHORES if is_ours else ():
                _try(chore, now)
        _try(_find_second_looks, now)
        if is_clinic():
            browser_sessions.forget_ended()
    memory_sessions.SessionStore.clear_expired()


def _make_due(now: datetime) -> None:
    sessions.make_due(now=now)
    calendars.give_numbers(now=now)


def _forget_private_notes(now: datetime) -> None:
    notes.forget_expired_private_notes(now=now)


def _forget_weighings(now: datetime) -> None:
    weighing.forget_expired_weighings(now=now)


def _forget_things_of_those_who_left(now: datetime) -> None:
    own_key.forget_things_of_those_who_left(now=now)


def _end_shares(now: datetime) -> None:
    share_ending.forget_expired_shares(now=now)


def _forget_own_care(now: datetime) -> None:
    own_care.forget_old_entries(now=now)


def _find_second_looks(now: datetime) -> None:
    """In every process of its own, since what is found is held in memory alone."""
    second_looks.refresh(now=now)


def _finish_erasures(_now: datetime) -> None:
    erasing_after.finish_what_was_left()


def _keep_wills(now: datetime) -> None:
    clinical_will.keep_current(now=now)


def _fetch_letters(now: datetime) -> None:
    if drop_box_collect.is_due(now=now):
        drop_box_collect.collect(by=None)


def _back_up(now: datetime) -> None:
    if vault_care.backup_is_due(now=now):
        vault_care.make_backup(by=None)


_CHORES = (
    _make_due,
    _forget_private_notes,
    _forget_weighings,
    _forget_own_care,
    _forget_things_of_those_who_left,
    _end_shares,
    _finish_erasures,
    _keep_wills,  # before the backup, which takes them along
    _back_up,
    _fetch_letters,  # last: a relay may be slow
)


def _try(chore: Callable[[datetime], None], now: datetime) -> None:
    try:
        chore(now)
    except Exception as mishap:  # noqa: BLE001  one chore that cannot be done stops no other
        log.warning("%s was not done: %s", chore.__name__.strip("_"), type(mishap).__name__)


class Housekeeper:
    """The thread. Use as a context: it ends with the block."""

    def __init__(self) -> None:
        """Not running yet."""
        self._end = threading.Event()
        self._night = Night(settings.NIGHT_LOCK_HOUR)
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def __enter__(self) -> Housekeeper:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, and wait a little for a chore that is being done."""
        self._end.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        quiet_looks = 0
        try:
            while not self._end.wait(LOOK_EVERY_S):
                self._look()
                quiet_looks += 1
                if quiet_looks * LOOK_EVERY_S >= CHORES_EVERY_S:
                    quiet_looks = 0
                    self._keep_house()
        finally:
            connections.close_all()

    def _keep_house(self) -> None:
        try:
            close_old_connections()  # one that a restarted database left broken
            do_chores()
        except Exception as mishap:  # noqa: BLE001  the next round comes in a minute
            log.warning("the house was not kept: %s", type(mishap).__name__)

    def _look(self) -> None:
        if is_clinic():
            return
        try:
            lock_when_quiet(self._night, now=practice.now(), zone=activity.zone())
        except Exception as mishap:  # noqa: BLE001  the next look comes in five seconds
            log.warning("the idle lock was not done: %s", type(mishap).__name__)
