"""Browser sessions of a clinic, for Django: kept by practice/browser_sessions.

What happened to a session in another request wins: one that was ended stays ended.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.db import DatabaseError, IntegrityError, InterfaceError

from lacrima.practice import browser_sessions
from lacrima.web.fresh_keys import FreshKeys


class SessionStore(FreshKeys):
    """Django's session, kept as one row."""

    def __init__(self, session_key: str | None = None) -> None:
        """Nothing is read yet. `device` is what the browser calls itself, in few words."""
        super().__init__(session_key)
        self.row: browser_sessions.BrowserSession | None = None
        self.device = ""
        self.asked_for = session_key or ""

    def load(self) -> dict[str, Any]:
        """What is remembered under this key; a new empty session when it has ended."""
        try:
            self.row = browser_sessions.find(self.session_key or "")
        except (DatabaseError, InterfaceError):
            self._session_cache: dict[str, Any] = {}  # the page that says so asks no more
            raise
        if self.row is None:
            self._session_key = None
            return {}
        return browser_sessions.content_of(self.row)

    def exists(self, session_key: str) -> bool:
        """Is there a session of this key?"""
        return browser_sessions.exists(session_key)

    def save(self, must_create: bool = False) -> None:
        """Keep it."""
        if self.session_key is None:
            return self.create()
        content = dict(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        more = {"account": str(content.get(SESSION_KEY, "")), "device": self.device}
        if must_create:
            try:
                self.row = browser_sessions.begin(self.session_key, content, **more)
            except IntegrityError as error:
                raise CreateError from error
        elif self.row is None or not browser_sessions.keep(self.row, content, **more):
            raise UpdateError
        return None

    def delete(self, session_key: str | None = None) -> None:
        """End it."""
        browser_sessions.end(session_key or self.session_key or "")

    @classmethod
    def clear_expired(cls) -> None:
        """Forget those that ended long ago."""
        browser_sessions.forget_ended()
