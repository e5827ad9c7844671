"""What both stores of browser sessions share: a new session has a key that nobody has."""

from __future__ import annotations

from django.contrib.sessions.backends.base import CreateError, SessionBase


class FreshKeys(SessionBase):
    """Django's session, which tries keys until one is free."""

    def create(self) -> None:
        """A new key nobody has."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return
