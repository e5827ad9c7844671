"""Letters at a relay that has one core: posted over sixteen lines, each on the disk before its 201.

The clients use the other cores. Nothing is kept in memory for later: the relay's acknowledgement
means that the letter was written through to the disk.
"""

from __future__ import annotations

import http.client
import random
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field

from benchmarks.figures import Figure, middle, p95
from drills.cores import on_one_core
from drills.house import House
from drills.relay_people import Line, Relay

LINES = 16
OVER_S = 10.0
INVITATIONS = 500
BRIEFS = 2_000
SMALL, LARGE = 4096, 65536


@dataclass
class Work:
    """What the lines did: milliseconds of each letter that was kept, and all that were not."""

    times_ms: list[float] = field(default_factory=list)
    failed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, times_ms: list[float], failed: int) -> None:
        """What one line did."""
        with self.lock:
            self.times_ms += times_ms
            self.failed += failed


def post_for_a_while(relay: Relay, names: list[str], size: int, seed: int, work: Work) -> None:
    """One line: a letter after the other."""
    chance, times_ms, failed = random.Random(seed), [], 0
    letter = b"LLTR\x01" + chance.randbytes(size - 5)
    until = time.perf_counter() + OVER_S
    with closing(Line(relay.port)) as line:
        while (started := time.perf_counter()) < until:
            path = f"/v1/letters/{chance.choice(names)}/{chance.randbytes(16).hex()}"
            try:
                status, _ = line.ask("POST", path, letter, {})
            except (OSError, http.client.HTTPException):
                status = 0
                line.close()
            if status == 201:
                times_ms.append((time.perf_counter() - started) * 1000)
            else:
                failed += 1
    work.note(times_ms, failed)


def posted(relay: Relay, size: int, lines: int) -> Work:
    """So many lines post at once."""
    names, work = relay.invite(INVITATIONS), Work()
    threads = [
        threading.Thread(target=post_for_a_while, args=(relay, names, size, seed, work))
        for seed in range(lines)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return work


def fetched(relay: Relay) -> list[float]:
    """Milliseconds for one brief after the other."""
    names, times_ms = relay.invite(50), []
    with closing(Line(relay.port)) as line:
        for number in range(BRIEFS):
            started = time.perf_counter()
            status, _ = line.ask("GET", f"/v1/briefs/{names[number % 50]}", None, {})
            times_ms.append((time.perf_counter() - started) * 1000)
            assert status == 200, f"a brief was answered with {status}"
    return times_ms


def measure(house: House) -> list[Figure]:
    """Letters a second, how long one waits, and briefs."""
    relay = Relay(house.root, most_mb=8192)
    with on_one_core():
        relay.start()
    try:
        relay.make_mailbox()
        many, few = posted(relay, SMALL, LINES), posted(relay, SMALL, 1)
        large, briefs = posted(relay, LARGE, LINES), fetched(relay)
    finally:
        relay.stop()
    rate = len(many.times_ms) / OVER_S
    failed = many.failed + few.failed + large.failed
    return [
        Figure("letters of 4 kB kept by the relay, 16 lines", rate, "/s", at_least=200),
        Figure("of these, how long one waited, p95", p95(many.times_ms), "ms", at_most=250),
        Figure("letters of 4 kB, one line, median", middle(few.times_ms), "ms"),
        Figure("letters of 64 kB, 16 lines", len(large.times_ms) / OVER_S, "/s"),
        Figure("of all these not kept", failed, "", at_most=0),
        Figure("a brief fetched, p95", p95(briefs), "ms", at_most=20),
    ]
