"""`lacrima clinic backup`: the rows and the keys of a clinic, sealed and proven, elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lacrima.cli import clinic_opening, loading
from lacrima.cli.backup import said_of, text_of
from lacrima.cli.options import AsJson, verb
from lacrima.cli.said import say
from lacrima.vault.backup import BackupReport

app = verb()

To = Annotated[
    Path | None,
    typer.Option(
        "--to",
        metavar="FOLDER",
        help="The folder of backups, on another disk. It is remembered: the server backs up there "
        "each day. Without it: where it was the last time.",
    ),
]


@app.command()
def backup(to: To = None, as_json: AsJson = False) -> int:
    """Back a clinic up while it is in use, and prove the copy.

    PostgreSQL's own dump of the rows is sealed as it is made, and read back to its end. It opens
    with the clinic's passphrase of today, or with its recovery code.
    """
    clinic_opening.prepare_clinic()
    with clinic_opening.opened_clinic():
        care = loading.practice("vault_care")
        if to is not None:
            care.remember_backup_place(to.absolute())
        made: BackupReport = care.make_backup(by=None)
    result = said_of(made)
    say("clinic-backup", result, as_json=as_json, text=text_of(result))
    return 0
