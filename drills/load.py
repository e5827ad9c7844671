"""People who write without pause, and what was acknowledged to them."""

from __future__ import annotations

import http.client
import threading
import uuid
from dataclasses import dataclass, field

from drills.visitor import Reply, Visitor

LOST = (OSError, http.client.HTTPException)


@dataclass
class Written:
    """What the server acknowledged, by the key of the form; and what it did not."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    refused: int = 0
    times_s: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, key: str, reply: Reply) -> None:
        """Remember what was answered to this form."""
        with self.lock:
            self.statuses[reply.status] = self.statuses.get(reply.status, 0) + 1
            if reply.kept:
                self.acknowledged[key] = reply.location
            else:
                self.refused += 1


def keep_a_moment(visitor: Visitor, session: str, key: str) -> Reply:
    """Log one moment in this session."""
    return visitor.post(f"/sessions/{session}/moment", {"cell": "both:2"}, key=key)


def keep_a_note(visitor: Visitor, episode: str, key: str) -> Reply:
    """Write one note into the record of this episode."""
    return visitor.post(f"/clients/{episode}/notes/new", {"words": f"drill {key}"}, key=key)


class Writers:
    """Several people, each writing one form after another until told to stop."""

    def __init__(
        self, visitor: Visitor, sessions: list[str], written: Written, people: int
    ) -> None:
        """Get ready; `visitor` must have opened the practice."""
        self.sessions = sessions
        self.written = written
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(visitor.like_me(), number), daemon=True)
            for number in range(people)
        ]

    def start(self) -> None:
        """Begin writing."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop writing and wait until everybody has."""
        self._stop.set()
        for thread in self._threads:
            thread.join(120)

    def _write(self, visitor: Visitor, number: int) -> None:
        turn = number
        while not self._stop.is_set():
            key = uuid.uuid4().hex
            session = self.sessions[turn % len(self.sessions)]
            try:
                self.written.note(key, keep_a_moment(visitor, session, key))
            except LOST:
                visitor.close()
                return
            turn += 1
