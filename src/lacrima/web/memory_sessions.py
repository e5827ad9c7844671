"""Browser sessions, in the memory of this process only: nothing of them is ever on disk.

They hold a page to go back to, a message, whose eyes one looks with. They end with the process
or after twelve hours; a full lock empties them but for the way back.
"""

from __future__ import annotations

import copy
import threading
import time
from typing import Any

from django.contrib.sessions.backends.base import CreateError, UpdateError

from lacrima.web.fresh_keys import FreshKeys

LONGEST_LIFE_S = 12 * 3600
MOST_SESSIONS = 500

_kept: dict[str, tuple[float, dict[str, Any]]] = {}
_lock = threading.Lock()


def forget_all() -> None:
    """End every session (a full lock, the end of the process)."""
    with _lock:
        _kept.clear()


def keep_only(names: frozenset[str]) -> None:
    """Of every session keep only these entries (a full lock: nothing anybody typed stays)."""
    with _lock:
        for key, (began, entries) in list(_kept.items()):
            _kept[key] = (began, {name: entries[name] for name in names & entries.keys()})


def how_many() -> int:
    """How many sessions are kept now?"""
    return len(_kept)


def _make_room() -> None:
    """Drop what is too old; of too many, the oldest. Called with the lock held."""
    oldest_allowed = time.monotonic() - LONGEST_LIFE_S
    for key in [key for key, (began, _) in _kept.items() if began < oldest_allowed]:
        del _kept[key]
    while len(_kept) >= MOST_SESSIONS:
        del _kept[min(_kept, key=lambda key: _kept[key][0])]


class SessionStore(FreshKeys):
    """Django's session, kept in a dictionary."""

    def load(self) -> dict[str, Any]:
        """What was kept under this key; a new empty session when it is gone."""
        with _lock:
            found = _kept.get(self._session_key or "")
            if found and time.monotonic() - found[0] < LONGEST_LIFE_S:
                return copy.deepcopy(found[1])
        self._session_key = None
        return {}

    def exists(self, session_key: str) -> bool:
        """Is there a session of this key?"""
        return session_key in _kept

    def save(self, must_create: bool = False) -> None:
        """Keep it, whole, in one step."""
        if self.session_key is None:
            return self.create()
        plain = copy.deepcopy(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        with _lock:
            self._write(self.session_key, plain, must_create)
        return None

    def _write(self, key: str, plain: dict[str, Any], must_create: bool) -> None:
        before = _kept.get(key)
        if must_create and before:
            raise CreateError
        if not must_create and not before:
            raise UpdateError
        if not before:
            _make_room()
        _kept[key] = (before[0] if before else time.monotonic(), plain)

    def delete(self, session_key: str | None = None) -> None:
        """End it."""
        with _lock:
            _kept.pop(session_key or self.session_key or "", None)

    @classmethod
    def clear_expired(cls) -> None:
        """Drop what is too old."""
        with _lock:
            _make_room()
