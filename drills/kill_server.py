"""The server is killed while people write. Nothing that was acknowledged may be lost."""

from __future__ import annotations

import time

from drills.house import (
    PASSPHRASE,
    House,
    close_records,
    fill,
    open_records,
    serve,
    temporary_house,
)
from drills.load import Writers, Written
from drills.outcome import Asked, Outcome, run_as_program
from drills.visitor import Visitor

KILLS = 100
KILLS_QUICK = 4
PEOPLE = 6


def sessions_of(house: House) -> list[str]:
    """The ids of some sessions of the practice; what was simulated before is not looked at."""
    open_records(house)
    from lacrima.records.models import Moment, Session

    Moment.objects.all().delete()
    alone = Session.objects.filter(episode__kind="individual")
    ids = [str(key) for key in alone.values_list("pk", flat=True)[:40]]
    close_records()
    return ids


def check(house: House, written: Written, outcome: Outcome) -> None:
    """Each acknowledged form has its receipt, its row and its audit line; the chain is whole."""
    open_records(house)
    from lacrima.errors import LacrimaError
    from lacrima.records import audit
    from lacrima.records.models import AuditLine, Moment, Receipt

    receipts = set(Receipt.objects.values_list("key", flat=True))
    moments = {key.hex for key in Moment.objects.values_list("pk", flat=True)}
    lines = set(AuditLine.objects.filter(action="moment.logged").values_list("thing_id", flat=True))
    lost = [key for key in written.acknowledged if key not in receipts]
    outcome.expect(not lost, f"{len(lost)} acknowledged forms are not there")
    outcome.expect(not moments - lines, f"{len(moments - lines)} moments have no audit line")
    outcome.expect(not lines - moments, f"{len(lines - moments)} audit lines have no moment")
    try:
        audit.verify()
    except LacrimaError as broken:
        outcome.faults.append(f"audit chain: {broken}")
    close_records()


def one_kill(house: House, sessions: list[str], wait_s: float, written: Written) -> None:
    """Start, let people write for a while, kill."""
    server = serve(house)
    visitor = Visitor(server.port)
    try:
        visitor.unlock(PASSPHRASE)
        writers = Writers(visitor, sessions, written, PEOPLE)
        writers.start()
        time.sleep(wait_s)
    finally:
        server.kill()
    writers.stop()


def drill(asked: Asked) -> Outcome:
    """Kill at moments chosen by chance; look after every fifth and at the end."""
    outcome, chance, written = Outcome(), asked.chance(), Written()
    kills = KILLS_QUICK if asked.quick else KILLS
    with temporary_house() as house:
        fill(house, clients=8, sessions=48, seed=asked.seed)
        sessions = sessions_of(house)
        for number in range(1, kills + 1):
            one_kill(house, sessions, chance.uniform(0.05, 1.5), written)
            if number % 5 == 0 or number == kills:
                check(house, written, outcome)
    outcome.expect(bool(written.acknowledged), "no form was ever acknowledged")
    outcome.counts = {
        "kills": kills,
        "acknowledged": len(written.acknowledged),
        "not kept": written.refused,
    }
    return outcome


if __name__ == "__main__":
    run_as_program(drill)
