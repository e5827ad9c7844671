"""A clock that stands, so that a test knows what time it is."""

from __future__ import annotations

from datetime import datetime, timedelta


class StillClock:
    """A clock that stands, but for a microsecond a look, so that rows keep their order."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at

    def move_to(self, at: datetime) -> None:
        """It is now this moment."""
        self.at = at

    def move(self, **span: float) -> None:
        """Let time go by: `move(days=2)`."""
        self.at += timedelta(**span)
