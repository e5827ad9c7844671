"""Clients at the door of a clinic: each comes in by a link and answers; what was lost is resent."""

from __future__ import annotations

import random
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from drills.clinic_house import ClinicServer
from drills.load import LOST
from drills.visitor import Reply, Visitor

LONGEST_S = 90.0
AGAIN_AFTER_S = 0.2
MARK = re.compile(r'name="mark" value="([^"]+)"')
CALM = frozenset({200, 303, 502, 503, 507})


@dataclass
class Answered:
    """What all of them sent, and how long it took."""

    keys: list[str] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    asked: int = 0
    statements: int = 0
    never: int = 0
    again: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, reply: Reply, taken_s: float) -> None:
        """One request was answered."""
        with self.lock:
            self.statuses[reply.status] += 1
            self.times_s.append(taken_s)

    def count(self, name: str, key: str = "") -> None:
        """One more of these, acknowledged under this key."""
        with self.lock:
            setattr(self, name, getattr(self, name) + 1)
            if key:
                self.keys.append(key)

    def strange(self) -> dict[int, int]:
        """Answers that are neither a page, nor kept, nor a calm refusal."""
        return {status: times for status, times in self.statuses.items() if status not in CALM}


class ClientAtTheDoor(threading.Thread):
    """One client: comes in, answers the two questions twice with one key, and may go on writing."""

    def __init__(
        self,
        server: ClinicServer,
        token: str,
        work: Answered,
        *,
        after_s: float,
        ends: threading.Event,
        goes_on: bool,
        chance: random.Random,
    ) -> None:
        """Get ready."""
        super().__init__(daemon=True)
        self.visitor = Visitor(server.port, timeout_s=30)
        self.token, self.work, self.after_s = token, work, after_s
        self.ends, self.goes_on, self.chance = ends, goes_on, chance

    def run(self) -> None:
        """Come in at its time."""
        self.ends.wait(self.after_s)
        self._until_it_is(lambda: self._ask("GET", "/door/come-in", {}))
        self._until_it_is(lambda: self._ask("POST", "/door/come-in", {"opener": self.token}))
        if not self.goes_on:
            self._answer_twice()
        while self.goes_on and not self.ends.is_set():
            self._write("statements", "/door/beside-the-record", {"words": "as it was"})
            self.ends.wait(self.chance.uniform(0.3, 1.0))
        self.visitor.close()

    def _answer_twice(self) -> None:
        page = self._until_it_is(lambda: self._ask("GET", "/door", {}))
        mark = MARK.search(page.body) if page else None
        if mark is None:
            return self.work.count("never")
        told = {"mark": mark[1].replace("&amp;", "&"), "rating": "2", "stood_out": "no"}
        key = uuid.uuid4().hex
        self._write("asked", "/door", told, key)
        self._ask("POST", "/door", told, key)
        return None

    def _write(self, name: str, path: str, told: Mapping[str, str], key: str = "") -> None:
        key = key or uuid.uuid4().hex
        kept = self._until_it_is(lambda: self._ask("POST", path, told, key))
        if kept is None or "come-in" in kept.location:
            return self.work.count("never")
        return self.work.count(name, key)

    def _until_it_is(self, ask: Callable[[], Reply | None]) -> Reply | None:
        until = time.monotonic() + LONGEST_S
        while time.monotonic() < until:
            reply = ask()
            if reply is not None and reply.status in {200, 303}:
                return reply
            self.work.count("again")
            time.sleep(AGAIN_AFTER_S)
        return None

    def _ask(
        self, method: str, path: str, told: Mapping[str, str], key: str | None = None
    ) -> Reply | None:
        try:
            started = time.perf_counter()
            is_get = method == "GET"
            reply = self.visitor.get(path) if is_get else self.visitor.post(path, told, key=key)
            self.work.note(reply, time.perf_counter() - started)
        except LOST:
            self.visitor.close()
            return None
        return reply


def all_of(
    server: ClinicServer,
    tokens: list[str],
    work: Answered,
    *,
    over_s: float,
    seed: int,
    goes_on: bool = False,
) -> tuple[list[ClientAtTheDoor], threading.Event]:
    """They come one after the other, spread evenly over this time."""
    ends = threading.Event()
    people = [
        ClientAtTheDoor(
            server,
            token,
            work,
            after_s=over_s * place / len(tokens),
            ends=ends,
            goes_on=goes_on,
            chance=random.Random(f"{seed} {place}"),
        )
        for place, token in enumerate(tokens)
    ]
    for one in people:
        one.start()
    return people, ends
