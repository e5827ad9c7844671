"""The process is killed while the schema changes: all is old or all is new, and it can go on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from drills.house import PASSPHRASE, House, fill, temporary_house
from drills.outcome import Asked, Outcome, run_as_program

KILLS = 25
KILLS_QUICK = 4
MIGRATE = "--migrate"
BACK = "--back"
STATE = "--state"


def inside(practice: str, what: str) -> int:
    """In a process of its own: migrate, go back, or say which state the practice is in."""
    os.environ["LACRIMA_DIR"] = practice
    os.environ["DJANGO_SETTINGS_MODULE"] = "drills.next_settings"
    import django
    from django.core.management import call_command
    from django.db import connection

    from lacrima.vault.folder import Folder
    from lacrima.vault.process import VAULT

    django.setup()
    VAULT.unlock(Folder(Path(practice)), PASSPHRASE)
    print("ready", flush=True)
    if what == MIGRATE:
        call_command("migrate", verbosity=0)
    if what == BACK:
        call_command("migrate", "records", before_drill(), verbosity=0)
    if what == STATE:
        print(state(connection), flush=True)
    VAULT.full_lock()
    return 0


def before_drill() -> str:
    """The last migration that is not the drill's."""
    from drills.next_migrations.m9999_drill import LATEST

    return LATEST


def state(connection) -> str:  # type: ignore[no-untyped-def]
    """ "old", "new", or what is wrong."""
    with connection.cursor() as cursor:
        columns = {
            c.name for c in connection.introspection.get_table_description(cursor, "session")
        }
        cursor.execute("SELECT count(*) FROM django_migrations WHERE name = 'm9999_drill'")
        noted = cursor.fetchone()[0]
        if "drill_mark" not in columns:
            return "old" if not noted else "noted but not done"
        cursor.execute("SELECT count(*) FROM session WHERE drill_mark <> coalesce(number, 0) + 1")
        unfilled = cursor.fetchone()[0]
    if unfilled:
        return f"{unfilled} rows are not filled"
    return "new" if noted else "done but not noted"


def ask(house: House, what: str, *, kill_after_s: float | None = None) -> str:
    """Run one of these in a process of its own, perhaps killing it; what it said last."""
    process = subprocess.Popen(
        [sys.executable, "-m", "drills.kill_migration", what, str(house.practice)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        process.kill()
    said = process.stdout.read().strip()
    process.wait(120)
    return said


def drill(asked: Asked) -> Outcome:
    """Learn how long it takes; then kill at moments within that time."""
    outcome, chance, seen = Outcome(), asked.chance(), {"old": 0, "new": 0}
    kills = KILLS_QUICK if asked.quick else KILLS
    with temporary_house() as house:
        fill(house, clients=30, sessions=600, seed=asked.seed)
        started = time.monotonic()
        ask(house, MIGRATE)
        takes_s = time.monotonic() - started
        outcome.expect(ask(house, STATE) == "new", "the migration did not run at all")
        ask(house, BACK)
        for _ in range(kills):
            ask(house, MIGRATE, kill_after_s=chance.uniform(0.0, takes_s * 0.6))
            found = ask(house, STATE)
            outcome.expect(found in seen, f"after a kill: {found}")
            seen[found] = seen.get(found, 0) + 1
            ask(house, MIGRATE)
            outcome.expect(ask(house, STATE) == "new", "it did not go on after a kill")
            ask(house, BACK)
    outcome.counts = {"kills": kills, **seen}
    return outcome


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] in {MIGRATE, BACK, STATE}:
        sys.exit(inside(sys.argv[2], sys.argv[1]))
    run_as_program(drill)
