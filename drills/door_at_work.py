"""A hundred clients answer at a clinic's door within half a minute; then everything is killed.

Each comes in by a link and sends its answer twice with one key. PostgreSQL and the server share
the first core. Then some write on while server and database are killed by turns. Each answer that
was acknowledged is there once, with its line in the log.
"""

from __future__ import annotations

import statistics
import time

from benchmarks.figures import p95
from drills import clinic_house
from drills.clinic_at_work import kill, whole_clinic
from drills.clinic_house import ClinicServer, Machine
from drills.door_people import Answered, all_of
from drills.outcome import Asked, Outcome, run_as_program

CLIENTS, CLIENTS_QUICK = 100, 8
OVER_S, OVER_QUICK_S = 30.0, 2.0
KILLS, KILLS_QUICK = 51, 3
WRITERS = 6
AT_MOST_S = 0.8
INSIDE = "drills.door_inside"


def answer_calmly(server: ClinicServer, tokens: list[str], asked: Asked) -> Answered:
    """All of them, while nothing goes wrong."""
    work = Answered()
    over_s = OVER_QUICK_S if asked.quick else OVER_S
    people, _ends = all_of(server, tokens, work, over_s=over_s, seed=asked.seed)
    for one in people:
        one.join(120)
    return work


def write_through_kills(
    machine: Machine, server: ClinicServer, tokens: list[str], asked: Asked
) -> tuple[Answered, int]:
    """Some write on while everything dies around them; how often it did."""
    work, chance = Answered(), asked.chance()
    few = tokens[:WRITERS]
    people, ends = all_of(server, few, work, over_s=0.5, seed=asked.seed + 1, goes_on=True)
    kills = KILLS_QUICK if asked.quick else KILLS
    for number in range(kills):
        time.sleep(chance.uniform(0.2, 1.5))
        kill(number, machine, server)
        if not clinic_house.answers(server):
            kills = number + 1
            break
    ends.set()
    for one in people:
        one.join(240)
    return work, kills


def drill(asked: Asked) -> Outcome:
    """Open the doors, let them answer, kill, count."""
    outcome = Outcome(left_out=clinic_house.why_not())
    if outcome.left_out:
        return outcome
    with whole_clinic(asked) as (machine, _filled, server):
        tokens = clinic_house.inside(
            machine, "open", str(CLIENTS_QUICK if asked.quick else CLIENTS), program=INSIDE
        )
        calm = answer_calmly(server, tokens, asked)
        killed, kills = write_through_kills(machine, server, tokens, asked)
        outcome.expect(clinic_house.answers(server), "it did not come back after a kill")
        said = {
            "keys": [*calm.keys, *killed.keys],
            "asked": calm.asked,
            "statements": killed.statements,
            "never": killed.never,
        }
        outcome.faults += clinic_house.inside(machine, "check", said=said, program=INSIDE)
    for work in (calm, killed):
        outcome.expect(not work.strange(), f"answered with {work.strange()}")
    outcome.expect(calm.asked == len(tokens), f"{calm.asked} of {len(tokens)} answered")
    outcome.expect(bool(killed.statements), "nothing was kept while all was killed")
    if not asked.quick:
        taken = p95(calm.times_s)
        outcome.expect(taken <= AT_MOST_S, f"p95 {taken:.2f} s, at most {AT_MOST_S:g}")
    outcome.counts = counts(calm, killed, kills)
    return outcome


def counts(calm: Answered, killed: Answered, kills: int) -> dict[str, float]:
    """Figures of both halves."""
    return {
        "clients": calm.asked,
        "requests": len(calm.times_s),
        "ms p50": round(statistics.median(calm.times_s) * 1000),
        "ms p95": round(p95(calm.times_s) * 1000),
        "kills": kills,
        "kept under kills": killed.statements,
        "sent again": killed.again,
    }


if __name__ == "__main__":
    run_as_program(drill)
