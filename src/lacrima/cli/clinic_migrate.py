"""`lacrima clinic migrate`: the tables of a clinic follow the program."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from lacrima.cli import clinic_opening, loading
from lacrima.cli.clinic_opening import OwnerPasswordFile
from lacrima.cli.options import AsJson, verb
from lacrima.cli.said import say
from lacrima.vault import server_lock

app = verb()


@app.command()
def migrate(owner_password_file: OwnerPasswordFile = "", as_json: AsJson = False) -> int:
    """Make the tables of a clinic, or let them follow a newer Lacrima. Stop the server before.

    It comes in as the owner of the tables. Tables that hold something are backed up first. At the
    end the role that serves the pages has its rights on every table, and no others.
    """
    serving_role = clinic_opening.prepare_as_owner(owner_password_file)
    database = loading.practice("clinic_database")
    with ExitStack() as held, clinic_opening.explained():
        database.refuse_unreachable()
        tables = database.tables_here()
        backup = None
        if not tables.is_empty and tables.pending:
            held.enter_context(server_lock.hold(clinic_opening.folder()))
            held.enter_context(clinic_opening.opened_clinic())
            backup = loading.practice("vault_care").make_backup_before_update()
        done = database.migrate(serving_role=serving_role)
    result: dict[str, Any] = {
        "steps": list(done.steps),
        "tables": done.tables,
        "serving_role": done.role,
        "backup": str(backup.path) if backup else None,
    }
    say("clinic-migrate", result, as_json=as_json, text=_text(result))
    return 0


def _text(result: dict[str, Any]) -> str:
    steps = len(result["steps"])
    took = f"The tables took {steps} steps." if steps else "The tables were as they have to be."
    before = f"\nBefore that they were backed up: {result['backup']}" if result["backup"] else ""
    return f"{took} {result['serving_role']} may use {result['tables']} tables.{before}"
