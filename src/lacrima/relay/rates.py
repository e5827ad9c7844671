"""How often anybody may ask. Kept in memory alone, under hashes that end with the process.

A bucket holds so many tokens and fills again by the second; who finds it empty waits. At most
so many buckets are kept: who asked longest ago is forgotten first, and begins with a full one.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_BUCKETS = 20_000
Ticks = Callable[[], float]


@dataclass(frozen=True)
class Rate:
    """So many at once, and so many a second after that."""

    at_once: float
    per_s: float


# Many phones may share one address (a clinic, a mobile network), so the first is wide. Who asks
# for a name that is not there has a bad link or guesses. One invitation is one client: a sitting
# sends a letter or a few, each with all of it so far. A practice puts a brief for each of its
# clients after a collecting.
BY_ADDRESS = Rate(600, 30)
MISSES = Rate(60, 0.5)
BY_INVITATION = Rate(60, 0.1)
BY_MAILBOX = Rate(6_000, 50)


class Buckets:
    """One bucket for each key."""

    def __init__(self, rate: Rate, ticks: Ticks = time.monotonic) -> None:
        """All full."""
        self._rate, self._ticks = rate, ticks
        self._salt = secrets.token_bytes(32)
        self._held: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: bytes) -> int:
        """Take one token: 0 when there was one, else the seconds until there is."""
        return self._look(key, takes=1.0)

    def wait_of(self, key: bytes) -> int:
        """The same without taking."""
        return self._look(key, takes=0.0)

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._held)

    def _look(self, key: bytes, takes: float) -> int:
        hashed, now = self._hashed(key), self._ticks()
        with self._lock:
            tokens, at = self._held.pop(hashed, (self._rate.at_once, now))
            tokens = min(self._rate.at_once, tokens + (now - at) * self._rate.per_s)
            has_one = tokens >= 1
            self._held[hashed] = (tokens - takes if has_one else tokens, now)
            if len(self._held) > MOST_BUCKETS:
                self._held.popitem(last=False)
        return 0 if has_one else math.ceil((1 - tokens) / self._rate.per_s)

    def _hashed(self, key: bytes) -> bytes:
        return hashlib.blake2b(key, key=self._salt, digest_size=16).digest()


class Rates:
    """All buckets of one relay."""

    def __init__(self, ticks: Ticks = time.monotonic) -> None:
        """All full."""
        self.by_address = Buckets(BY_ADDRESS, ticks)
        self.misses = Buckets(MISSES, ticks)
        self.by_invitation = Buckets(BY_INVITATION, ticks)
        self.by_mailbox = Buckets(BY_MAILBOX, ticks)

    def wait_of_client(self, source: bytes | None) -> int:
        """May somebody from there ask now? 0, or the seconds to wait. None: nobody can be told
        from another there, so nobody is made to wait for another."""
        if source is None:
            return 0
        return self.misses.wait_of(source) or self.by_address.take(source)

    def missed(self, source: bytes | None) -> int:
        """Somebody from there asked for what is not there; 0, or the seconds to wait."""
        return 0 if source is None else self.misses.take(source)
