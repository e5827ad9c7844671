"""Forty people work in a clinic at once, on one core; then server and database are killed.

PostgreSQL and the server share the first core; the people have the others. First they work for half
a minute, each with about three seconds to think before each page or form, and it must be quick.
Then they work on while, by turns, the serving process, one of PostgreSQL's and all of PostgreSQL's
are killed. Each form that was acknowledged is there once, with its line in the log.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from random import Random

from benchmarks.figures import p95
from drills import clinic_house
from drills.clinic_house import ClinicServer, Filled, Machine
from drills.clinic_people import Crew, Work
from drills.cores import on_one_core
from drills.outcome import Asked, Outcome, run_as_program

PEOPLE, PEOPLE_QUICK = 40, 8
SIZE, SIZE_QUICK = (500, 12_000), (24, 120)
WORK_S, WORK_QUICK_S = 30.0, 3.0
PATIENCE_S = 60.0  # until somebody has kept something
THINK_S, THINK_QUICK_S = 3.0, 0.5
AT_MOST_S = 0.5  # judged in the full drill alone: the quick one runs beside other work
KILLS, KILLS_QUICK = 51, 3  # each of the three as often


@contextmanager
def whole_clinic(asked: Asked) -> Iterator[tuple[Machine, Filled, ClinicServer]]:
    """Database, server and people."""
    clients, sessions = SIZE_QUICK if asked.quick else SIZE
    people = PEOPLE_QUICK if asked.quick else PEOPLE
    with ExitStack() as held:
        with on_one_core():
            machine = held.enter_context(clinic_house.temporary_clinic())
            size = {"clients": clients, "sessions": sessions, "people": people}
            filled = clinic_house.fill_clinic(machine, **size, seed=asked.seed)
            server = held.enter_context(clinic_house.serve_clinic(machine))
        yield machine, filled, server


def warm_up(server: ClinicServer, filled: Filled, asked: Asked) -> Work:
    """One person does everything once: a server that was just started makes its pages ready."""
    work = Work()
    crew = Crew(server, filled.people[:1], work, first=9000, seed=asked.seed, think_s=0.01)
    crew.start()
    until = time.monotonic() + PATIENCE_S
    while not work.acknowledged["answers"] and time.monotonic() < until:
        time.sleep(0.1)
    crew.stop()
    return work


def work_calmly(server: ClinicServer, filled: Filled, asked: Asked) -> Work:
    """Nothing goes wrong for a while."""
    work = Work()
    think_s = THINK_QUICK_S if asked.quick else THINK_S
    crew = Crew(server, filled.people, work, first=0, seed=asked.seed, think_s=think_s)
    crew.start()
    time.sleep(WORK_QUICK_S if asked.quick else WORK_S)
    until = time.monotonic() + (PATIENCE_S if asked.quick else 0.0)
    while work.writes() < len(filled.people) and time.monotonic() < until:
        time.sleep(0.1)
    crew.stop()
    return work


def kill(number: int, machine: Machine, server: ClinicServer) -> None:
    """One of three, by turns; what does not begin again by itself is begun again."""
    cluster = machine.database.cluster
    if number % 3 == 0:
        clinic_house.kill_serving(server)
    elif number % 3 == 1:
        clinic_house.kill_connection(cluster)
    else:
        with on_one_core():
            clinic_house.kill_database(cluster)
            clinic_house.begin_again(cluster)


def work_through_kills(
    machine: Machine, filled: Filled, server: ClinicServer, asked: Asked, chance: Random
) -> tuple[Work, int]:
    """They work on while everything dies around them; how often it did."""
    work, kills = Work(), KILLS_QUICK if asked.quick else KILLS
    crew = Crew(server, filled.people, work, first=5000, seed=asked.seed + 1, think_s=THINK_QUICK_S)
    crew.start()
    for number in range(kills):
        time.sleep(chance.uniform(0.2, 1.5))
        kill(number, machine, server)
        if not clinic_house.answers(server):
            crew.stop(gives_up=True)
            return work, number + 1
    crew.stop()
    return work, kills


def judge_calm(work: Work, outcome: Outcome) -> None:
    """Nothing failed."""
    refused = sum(work.statuses[status] for status in (503, 507)) + work.lost
    outcome.expect(not refused, f"{refused} requests were not answered while all was well")


def judge_time(work: Work, outcome: Outcome) -> None:
    """It was quick enough, each kind of page and form by itself."""
    for kind, times in work.times_s.items():
        taken = p95(times)
        outcome.expect(taken <= AT_MOST_S, f"{kind}: p95 {taken:.2f} s, at most {AT_MOST_S:g}")


def judge_both(works: tuple[Work, Work], outcome: Outcome) -> None:
    """What holds whether all is well or not."""
    for work in works:
        outcome.expect(not work.strange(), f"answered with {work.strange()}")
        outcome.expect(not work.never, f"{work.never} forms were never acknowledged")
        outcome.expect(not work.without_words, f"{work.without_words} refusals were bare")
        outcome.expect(bool(work.writes()), "no form was ever acknowledged")


def drill(asked: Asked) -> Outcome:
    """Fill a clinic, let them work, kill, count."""
    outcome = Outcome(left_out=clinic_house.why_not())
    if outcome.left_out:
        return outcome
    with whole_clinic(asked) as (machine, filled, server):
        warm = warm_up(server, filled, asked)
        calm = work_calmly(server, filled, asked)
        killed, kills = work_through_kills(machine, filled, server, asked, asked.chance())
        outcome.expect(clinic_house.answers(server), "it did not come back after a kill")
        outcome.faults += clinic_house.faults_in(machine, filled, warm, calm, killed)
    judge_calm(calm, outcome)
    if not asked.quick:
        judge_time(calm, outcome)
    judge_both((calm, killed), outcome)
    outcome.counts = {**counts_of(calm, filled), **counts_under(killed, kills)}
    return outcome


def counts_of(work: Work, filled: Filled) -> dict[str, float]:
    """Of the calm half minute."""
    times = work.all_times_s()
    return {
        "people": len(filled.people),
        "requests": len(times),
        "forms kept": work.writes(),
        "ms p50": round(statistics.median(times) * 1000),
        "ms p95": round(p95(times) * 1000),
        "ms longest": round(max(times) * 1000),
    }


def counts_under(work: Work, kills: int) -> dict[str, float]:
    """Of what was done while everything died."""
    return {"kills": kills, "kept under kills": work.writes(), "sent again": work.again}


if __name__ == "__main__":
    run_as_program(drill)
