"""People at work in a clinic: they read, log moments and enter answers, and think in between.

What was not acknowledged is sent once more with the same key, as a browser's own form would be,
until it is.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from drills.clinic_house import ClinicServer, Person
from drills.load import LOST
from drills.visitor import Reply, Visitor

SESSION_COOKIE = "__Host-lacrima_session"
AGAIN_AFTER_S = 0.2
LONGEST_S = 90.0
CALM = frozenset({503, 507})  # the page says in words that it was not kept
GAD_7 = {f"item_{number}": "1" for number in range(7)}


@dataclass
class Work:
    """What was done by all of them, and how long each request took."""

    acknowledged: dict[str, list[str]] = field(
        default_factory=lambda: {"moments": [], "answers": []}
    )
    times_s: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    without_words: int = 0
    lost: int = 0
    again: int = 0
    never: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, reply: Reply, taken_s: float) -> None:
        """One request was answered."""
        with self.lock:
            self.statuses[reply.status] += 1
            self.times_s.setdefault(kind, []).append(taken_s)
            if reply.status in CALM and "<h1" not in reply.body:
                self.without_words += 1

    def count(self, name: str) -> None:
        """One more of these."""
        with self.lock:
            setattr(self, name, getattr(self, name) + 1)

    def kept(self, kind: str, key: str) -> None:
        """A form was acknowledged."""
        with self.lock:
            self.acknowledged[kind].append(key)

    def all_times_s(self) -> list[float]:
        """Of every request."""
        return [taken for times in self.times_s.values() for taken in times]

    def writes(self) -> int:
        """How many forms were acknowledged."""
        return sum(map(len, self.acknowledged.values()))

    def strange(self) -> dict[int, int]:
        """Answers that are neither a page, nor a form that was kept, nor a calm refusal."""
        return {n: times for n, times in self.statuses.items() if n not in CALM | {200, 303}}


class Worker(threading.Thread):
    """One of them, until told to stop."""

    def __init__(
        self,
        server: ClinicServer,
        person: Person,
        work: Work,
        *,
        first: int,
        chance: random.Random,
        think_s: float,
    ) -> None:
        """Get ready; nothing is sent yet. Her answers are numbered from `first` on."""
        super().__init__(daemon=True)
        self.visitor = Visitor(server.port, timeout_s=30)
        self.visitor.cookies[SESSION_COOKIE] = person.session
        self.person, self.work, self.chance, self.think_s = person, work, chance, think_s
        self.ends = threading.Event()
        self.gives_up = threading.Event()
        self._assessment = first

    def run(self) -> None:
        """Come in, then one round after another."""
        self._think()
        while not self.ends.is_set() and not self.visitor.has_token:
            self._read("Today", "/")  # a form can be sent once a page was seen
            self._think()
        while not self.ends.is_set():
            self._round()
        self.visitor.close()

    def _round(self) -> None:
        episode = self.chance.choice(self.person.episodes)
        session = self.chance.choice(self.person.sessions)
        form = f"/clients/{episode}/answers/new/gad-7"
        for step in (
            lambda: self._read("Today", "/"),
            lambda: self._read("client page", f"/clients/{episode}"),
            lambda: self._keep("moments", f"/sessions/{session}/moment", {"cell": "both:2"}),
            lambda: self._read("form of answers", form),
            lambda: self._keep("answers", form, self._answered()),
        ):
            if self.ends.is_set():
                return
            step()
            self._think()

    def _answered(self) -> dict[str, str]:
        self._assessment += 1
        return {"session": "", "assessment": str(self._assessment), "on": "", "at": "", **GAD_7}

    def _think(self) -> None:
        self.ends.wait(self.chance.uniform(0.5, 1.5) * self.think_s)

    def _read(self, kind: str, path: str) -> None:
        try:
            started = time.perf_counter()
            reply = self.visitor.get(path)
            self.work.note(kind, reply, time.perf_counter() - started)
        except LOST:
            self.visitor.close()
            self.work.count("lost")

    def _keep(self, kind: str, path: str, fields: Mapping[str, str]) -> None:
        """Send it until it is acknowledged."""
        key, until = uuid.uuid4().hex, time.monotonic() + LONGEST_S
        while not self._sent(kind, path, fields, key):
            if time.monotonic() > until or self.gives_up.is_set():
                return self.work.count("never")
            self.work.count("again")
            time.sleep(AGAIN_AFTER_S)
        return self.work.kept(kind, key)

    def _sent(self, kind: str, path: str, fields: Mapping[str, str], key: str) -> bool:
        try:
            started = time.perf_counter()
            reply = self.visitor.post(path, fields, key=key)
            self.work.note(f"keeping {kind}", reply, time.perf_counter() - started)
        except LOST:
            self.visitor.close()
            self.work.count("lost")
            return False
        return reply.kept and "sign-in" not in reply.location


class Crew:
    """All of them."""

    def __init__(
        self,
        server: ClinicServer,
        people: tuple[Person, ...],
        work: Work,
        *,
        first: int,
        seed: int,
        think_s: float,
    ) -> None:
        """Get ready."""
        self.workers = [
            Worker(
                server,
                person,
                work,
                first=first,
                chance=random.Random(f"{seed} {number}"),
                think_s=think_s,
            )
            for number, person in enumerate(people)
        ]

    def start(self) -> None:
        """All begin."""
        for worker in self.workers:
            worker.start()

    def stop(self, *, gives_up: bool = False) -> None:
        """Nobody begins anything more; what was begun is sent until it is kept, or given up."""
        for worker in self.workers:
            worker.ends.set()
            if gives_up:
                worker.gives_up.set()
        for worker in self.workers:
            worker.join(LONGEST_S * 2)
