"""Pages and saving, over the size of a large practice, the server on one core.

500 clients, 12,000 sessions, 40,000 answers (simulated). The server is held on the first core, the
visitors on the second. Encrypted is measured against the same rows in a plain database, page by
page in turn, in the same run.
"""

from __future__ import annotations

import datetime as dt
import http.client
import os
import random
import re
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, middle, p95
from drills.house import PASSPHRASE, House, Server, close_records, fill, open_records, serve
from drills.load import keep_a_moment
from drills.visitor import Visitor

CLIENTS, SESSIONS = 500, 12_000
LOOKS = 120
WEIGHED = 12
OWN_ENTRIES = 1_000  # half a year of two taps around four sessions a day
CASELOAD = "/caseload?who=ended"  # of the 500 nearly all
AT_ONCE = 8
SAVERS = 32
SAVING_S = 8.0
ON_FIRST_CORE = ("taskset", "-c", "0")


@dataclass(frozen=True)
class Places:
    """Where to look and where to write."""

    clients: list[str]
    sessions: list[str]


def make(house: House) -> Places:
    """Write the practice; the ids of its clients' pages and of its sessions."""
    fill(house, clients=CLIENTS, sessions=SESSIONS, seed=7)
    open_records(house)
    from lacrima.records.models import Episode, Session

    _write_in_my_care()
    alone = Session.objects.filter(episode__kind="individual")
    clients = [str(key) for key in Episode.objects.values_list("pk", flat=True)]
    sessions = [str(key) for key in alone.values_list("pk", flat=True)[:2000]]
    close_records()
    return Places(clients, sessions)


def _write_in_my_care() -> None:
    """Months of taps in the owner's My care."""
    from lacrima.practice import own_care, people
    from lacrima.practice.own_care_entries import Entry, State, When

    owner = people.owner()
    today = dt.datetime.now(dt.UTC).date()
    for number in range(OWN_ENTRIES):
        state = State(when=When.AFTER, full=number % 11)
        day = today - dt.timedelta(days=1 + number % 180)
        own_care.put_entry(Entry(day=day, content=state, words="a line of words"), by=owner)


def plain_copy(house: House) -> Path:
    """The same rows in a plain database."""
    from sqlcipher3 import dbapi2

    open_records(house)
    from lacrima.vault.process import VAULT

    key = VAULT.database_key().hex()
    close_records()
    target = house.root / "plain.db"
    connection = dbapi2.connect(str(house.practice / "practice.db"))
    connection.execute(f"PRAGMA key=\"x'{key}'\"")
    connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(target),))
    connection.execute("SELECT sqlcipher_export('plain')")
    connection.close()
    return target


def start(house: House, plain: Path | None = None) -> tuple[Server, Visitor]:
    """A server on the first core, and somebody who has opened it."""
    if plain is not None:
        os.environ["LACRIMA_PLAIN_DATABASE"] = str(plain)
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.plain_settings"
    else:
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    server = serve(house, prefix=ON_FIRST_CORE)
    visitor = Visitor(server.port)
    visitor.unlock(PASSPHRASE)
    return server, visitor


def timed(visitor: Visitor, path: str) -> float:
    """Milliseconds for one page, which must answer with 200."""
    started = time.perf_counter()
    reply = visitor.get(path)
    taken = (time.perf_counter() - started) * 1000
    assert reply.status == 200, f"{path} answered {reply.status}"
    return taken


def alone(visitors: list[Visitor], paths: list[str]) -> list[list[float]]:
    """Each path by each visitor in turn; milliseconds per visitor."""
    times: list[list[float]] = [[] for _ in visitors]
    for path in paths[:5]:
        for visitor in visitors:
            visitor.get(path)
    for path in paths:
        for number, visitor in enumerate(visitors):
            times[number].append(timed(visitor, path))
    return times


def at_once(work: Callable[[int], list[float]], people: int) -> list[float]:
    """The same work by several people at the same time; all their milliseconds."""
    results: list[list[float]] = [[] for _ in range(people)]

    def one(number: int) -> None:
        results[number] = work(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [value for result in results for value in result]


def looked_at_once(visitor: Visitor, paths: list[str]) -> list[float]:
    """Eight people looking at pages."""
    people = [visitor.like_me() for _ in range(AT_ONCE)]
    return at_once(lambda n: [timed(people[n], path) for path in paths[n::AT_ONCE]], AT_ONCE)


def saved_one_by_one(visitor: Visitor, sessions: list[str]) -> list[float]:
    """Milliseconds for each of some moments, kept by one person."""
    times = []
    for number in range(LOOKS):
        started = time.perf_counter()
        reply = keep_a_moment(visitor, sessions[number % len(sessions)], uuid.uuid4().hex)
        times.append((time.perf_counter() - started) * 1000)
        assert reply.kept, f"a moment was answered with {reply.status}"
    return times


def saved_by_many(visitor: Visitor, sessions: list[str]) -> tuple[float, int]:
    """Acknowledged a second, and how many were not, by 32 people at once."""
    until = time.perf_counter() + SAVING_S
    failed = [0] * SAVERS

    def work(number: int) -> list[float]:
        me, chance, times = visitor.like_me(), random.Random(number), []
        while time.perf_counter() < until:
            key = uuid.uuid4().hex
            try:
                if keep_a_moment(me, chance.choice(sessions), key).kept:
                    times.append(0.0)
                else:
                    failed[number] += 1
            except (OSError, http.client.HTTPException):
                failed[number] += 1
        return times

    kept = at_once(work, SAVERS)
    return len(kept) / SAVING_S, sum(failed)


def weight(visitor: Visitor, path: str) -> float:
    """Kilobytes of a page with all that it loads, nothing kept from before."""
    seen, total = {path}, 0
    body = visitor.get(path).body
    total += len(body.encode())
    for link in re.findall(r'(?:href|src)="(/static/[^"]+)"', body):
        if link not in seen:
            seen.add(link)
            total += len(visitor.get(link).body.encode())
    return total / 1024


def measure(house: House) -> list[Figure]:
    """All figures of pages and saving."""
    os.sched_setaffinity(0, {1} if (os.cpu_count() or 1) > 1 else {0})
    places = make(house)
    encrypted_server, encrypted = start(house)
    figures: list[Figure] = []
    try:
        figures += looking(encrypted, places)
        figures += saving(encrypted, places)
    finally:
        encrypted_server.stop()
    figures += beside_plain(house, plain_copy(house), places)  # the same rows, with what was saved
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    return figures


def looking(visitor: Visitor, places: Places) -> list[Figure]:
    """Today and clients' pages, alone and eight at once, and what they weigh."""
    chance = random.Random(1)
    pages = [f"/clients/{key}" for key in chance.sample(places.clients, LOOKS)]
    today, client = alone([visitor], ["/"] * LOOKS)[0], alone([visitor], pages)[0]
    both = looked_at_once(visitor, ["/"] * LOOKS)
    caseload = alone([visitor], [CASELOAD] * (LOOKS // 3))[0]
    weighing = alone([visitor], _weighings(visitor, places.sessions))[0]
    own = alone([visitor], ["/my-care"] * (LOOKS // 3))[0]
    return [
        Figure("Today, alone, p95", p95(today), "ms", at_most=60),
        Figure("client page, alone, p95", p95(client), "ms", at_most=60),
        Figure("weighing a moment, alone, p95", p95(weighing), "ms", at_most=100),
        Figure("My care with 1,000 entries, alone, p95", p95(own), "ms", at_most=150),
        Figure("caseload of those who came before, alone, p95", p95(caseload), "ms", at_most=250),
        Figure("Today, eight at once, p95", p95(both), "ms", at_most=250),
        Figure(
            "client page, eight at once, p95",
            p95(looked_at_once(visitor, pages)),
            "ms",
            at_most=250,
        ),
        Figure("Today with all it loads, cold", weight(visitor, "/"), "KB", at_most=120),
        Figure("client page with all it loads", weight(visitor, pages[0]), "KB", at_most=120),
    ]


def _weighings(visitor: Visitor, sessions: list[str]) -> list[str]:
    """Pages on which a few moments are weighed, each looked at several times."""
    until = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)).isoformat()
    begun = []
    for session in sessions[-WEIGHED:]:
        moment = keep_a_moment(visitor, session, uuid.uuid4().hex).location.partition("?")[0]
        reply = visitor.post(f"{moment}/weigh", {"expires_on": until})
        assert reply.kept, f"a weighing was answered with {reply.status}"
        begun.append(reply.location)
    return begun * (LOOKS // WEIGHED)


def saving(visitor: Visitor, places: Places) -> list[Figure]:
    """Moments kept by one person and by many."""
    one = saved_one_by_one(visitor, places.sessions)
    rate, failed = saved_by_many(visitor, places.sessions)
    return [
        Figure("saving a moment, one person, p95", p95(one), "ms", at_most=80),
        Figure("moments acknowledged by 32 at once", rate, "/s", at_least=100),
        Figure("of these not kept", failed, "", at_most=0),
    ]


def beside_plain(house: House, plain: Path, places: Places) -> list[Figure]:
    """The same pages from both databases, in turn."""
    servers = [start(house), start(house.beside(), plain)]
    visitors = [visitor for _, visitor in servers]
    chance = random.Random(2)
    pages = [f"/clients/{key}" for key in chance.sample(places.clients, LOOKS)]
    try:
        today, client = alone(visitors, ["/"] * LOOKS), alone(visitors, pages)
    finally:
        for server, _ in servers:
            server.stop()
    return [
        Figure(
            f"encrypted over plain, {name}, medians",
            middle(times[0]) / middle(times[1]),
            "x",
            at_most=1.15,
        )
        for name, times in (("Today", today), ("client page", client))
    ]
