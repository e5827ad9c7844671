"""`lacrima clinic restore`: a backup of a clinic into an empty database and an empty folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.cli import clinic_opening, loading
from lacrima.cli.clinic_opening import OwnerPasswordFile
from lacrima.cli.options import AsJson, verb
from lacrima.cli.passphrase import first_line_of
from lacrima.cli.said import say
from lacrima.vault import backup, slots
from lacrima.vault.folder import Folder

app = verb()

From = Annotated[
    Path, typer.Argument(metavar="FROM", help="A backup, or the folder of backups: the newest.")
]
RecoveryCodeFile = Annotated[
    str,
    typer.Option(
        "--recovery-code-file",
        metavar="PATH",
        help="When the passphrase of that day is lost: read the printed recovery code from the "
        "first line of this file. The passphrase of this machine then opens the clinic.",
    ),
]


@app.command()
def restore(
    source: From,
    owner_password_file: OwnerPasswordFile = "",
    recovery_code_file: RecoveryCodeFile = "",
    as_json: AsJson = False,
) -> int:
    """Put a backup into an empty database and an empty folder: all of it, proven, or nothing.

    The passphrase is the one of the day the backup was made. What was erased since stays erased,
    and everybody has to sign in anew.
    """
    code = first_line_of(recovery_code_file, what="the recovery code") if recovery_code_file else ""
    serving_role = clinic_opening.prepare_as_owner(owner_password_file)
    folder = clinic_opening.folder()
    folder.refuse_filled()
    with clinic_opening.explained():
        database = loading.practice("clinic_database")
        database.refuse_unreachable()
        database.refuse_filled()
        brought = _bring(source, folder, code, database.address_here())
    with clinic_opening.opened_clinic():
        steps = database.migrate(serving_role=serving_role).steps
        loading.practice("clinic_restoring").after_restore()
    result: dict[str, Any] = {
        "dir": str(folder.root),
        "made_at": brought.created.isoformat(),
        "erased": len(brought.erased),
        "steps": list(steps),
    }
    text = f"The clinic as it was on {brought.created:%Y-%m-%d %H:%M} UTC is here again."
    say("clinic-restore", result, as_json=as_json, text=text)
    return 0


def _bring(source: Path, folder: Folder, code: str, database: Any) -> backup.RestoreReport:
    """By the recovery code: then the passphrase of this machine takes the place of the lost one."""
    passphrase = loading.web("clinic_vault").passphrase()
    if not code:
        return backup.restore(source, folder, passphrase=passphrase, database=database)
    brought = backup.restore(source, folder, recovery_code=code, database=database)
    slots.reset_passphrase(folder, code, passphrase)
    return brought
