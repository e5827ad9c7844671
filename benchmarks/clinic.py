"""Pages and saving in a clinic: PostgreSQL and its server on one core, one person signed in.

The same practice as for a laptop: 500 clients, 12,000 sessions, 40,000 answers (simulated), all of
them hers. Page by page in turn with a laptop's server over a practice of the same size, in the
same run, each on the first core; the visitor is on the second.
"""

from __future__ import annotations

import random
import time
import uuid
from contextlib import ExitStack

from benchmarks.figures import Figure, middle, p95
from benchmarks.pages import CLIENTS, LOOKS, SESSIONS, make, start, timed
from drills import clinic_house
from drills.clinic_house import Person
from drills.clinic_people import SESSION_COOKIE
from drills.cores import on_one_core
from drills.house import House
from drills.load import keep_a_moment
from drills.visitor import Visitor

WARM_LOOKS = 5


def measure(house: House) -> list[Figure]:
    """All figures of a clinic, or none where there can be no clinic."""
    if left_out := clinic_house.why_not():
        print(f"A clinic is left out: {left_out}")
        return []
    laptop_places = make(house)
    with ExitStack() as held:
        with on_one_core():
            machine = held.enter_context(clinic_house.temporary_clinic())
            filled = clinic_house.fill_clinic(
                machine, clients=CLIENTS, sessions=SESSIONS, people=1, seed=7
            )
            server = held.enter_context(clinic_house.serve_clinic(machine))
        laptop_server, laptop = start(house)
        held.callback(laptop_server.stop)
        (person,) = filled.people
        visitor = Visitor(server.port)
        visitor.cookies[SESSION_COOKIE] = person.session
        figures = pages((visitor, laptop), person, laptop_places.clients)
        return figures + saving((visitor, laptop), person, laptop_places.sessions)


def in_turn(visitors: tuple[Visitor, Visitor], paths: list[tuple[str, str]]) -> list[list[float]]:
    """Each pair of pages: the clinic's, the laptop's; milliseconds of each."""
    times: list[list[float]] = [[], []]
    for place, pair in enumerate(paths[:WARM_LOOKS] + paths):
        for number, path in enumerate(pair):
            taken = timed(visitors[number], path)
            if place >= WARM_LOOKS:
                times[number].append(taken)
    return times


def pages(visitors: tuple[Visitor, Visitor], person: Person, on_laptop: list[str]) -> list[Figure]:
    """Today and clients' pages."""
    chance = random.Random(1)
    here, there = chance.sample(person.episodes, LOOKS), chance.sample(on_laptop, LOOKS)
    today = in_turn(visitors, [("/", "/")] * LOOKS)
    client = in_turn(
        visitors,
        [(f"/clients/{one}", f"/clients/{two}") for one, two in zip(here, there, strict=True)],
    )
    return [*figures_of("Today", today), *figures_of("client page", client)]


def saving(visitors: tuple[Visitor, Visitor], person: Person, on_laptop: list[str]) -> list[Figure]:
    """Moments kept by one person."""
    times: list[list[float]] = [[], []]
    for place in range(LOOKS):
        for number, sessions in enumerate((person.sessions, on_laptop)):
            session = sessions[place % len(sessions)]
            started = time.perf_counter()
            reply = keep_a_moment(visitors[number], session, uuid.uuid4().hex)
            times[number].append((time.perf_counter() - started) * 1000)
            assert reply.kept, f"a moment was answered with {reply.status}"
    return figures_of("saving a moment", times)


def figures_of(name: str, times: list[list[float]]) -> list[Figure]:
    """The clinic's own figure, and beside a laptop's."""
    clinic, laptop = times
    return [
        Figure(f"clinic: {name}, alone, p95", p95(clinic), "ms", at_most=60),
        Figure(f"clinic over laptop, {name}, medians", middle(clinic) / middle(laptop), "x"),
    ]
