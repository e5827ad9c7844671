"""`lacrima clinic tidy`: what was erased leaves the database's files too."""

from __future__ import annotations

from typing import Any

from lacrima.cli import clinic_opening, loading
from lacrima.cli.clinic_opening import OwnerPasswordFile
from lacrima.cli.options import AsJson, verb
from lacrima.cli.said import say

app = verb()


@app.command()
def tidy(owner_password_file: OwnerPasswordFile = "", as_json: AsJson = False) -> int:
    """Write every table anew, so that nothing deleted is left between its rows.

    PostgreSQL only marks a deleted row and uses its place again some day. Each table is held for
    the moment in which it is written; pages wait for that. Run it at night after an erasure. The
    server's write-ahead log keeps older pages until it comes round: docs/how-to/run-a-clinic.md.
    """
    clinic_opening.prepare_as_owner(owner_password_file)
    with clinic_opening.explained():
        database = loading.practice("clinic_database")
        database.refuse_unreachable()
        result: dict[str, Any] = {"tables": database.write_anew()}
    text = f"{result['tables']} tables were written anew."
    say("clinic-tidy", result, as_json=as_json, text=text)
    return 0
