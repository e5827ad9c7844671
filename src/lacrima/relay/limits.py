"""What the relay takes, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass

LETTER_BYTES = (4096, 16384, 65536)
BRIEF_BYTES = (8192, 16384, 32768, 65536)
LETTER_HEAD = b"LLTR\x01"
BRIEF_HEAD = b"LBRF\x01"
MOST_BODY_BYTES = 65_536
MOST_BRIEF_DAYS = 200
MOST_LISTED = 100
MOST_LISTED_BYTES = 2 * 1024 * 1024  # so that one answer stays small in memory, and in none on disk
MOST_FORGOTTEN_AT_ONCE = 1000
DAY_S = 86_400
MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How much is kept, and for how long. A day is 86,400 seconds."""

    keep_days: int = 30
    most_bytes: int = 1024 * MIB
    waiting_letters: int = 300
    invitations: int = 2_000

    @property
    def keep_s(self) -> int:
        """How long a letter waits for being fetched."""
        return self.keep_days * DAY_S

    @property
    def mailbox_bytes(self) -> int:
        """Half of all: one practice whose letters pile up leaves room for the others."""
        return self.most_bytes // 2
