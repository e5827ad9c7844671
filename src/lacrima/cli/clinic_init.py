"""`lacrima clinic init`: the keys of a new clinic, and its first administrator."""

from __future__ import annotations

import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

import typer

from lacrima.cli import clinic_opening, loading
from lacrima.cli.beside import write_privately
from lacrima.cli.options import AsJson, verb
from lacrima.cli.said import say
from lacrima.errors import UsageError
from lacrima.vault import create

app = verb()

Name = Annotated[
    str, typer.Option("--your-name", metavar="NAME", help="The name of the first administrator.")
]
PracticeName = Annotated[
    str, typer.Option("--practice-name", metavar="NAME", help="What the clinic is called.")
]
Zone = Annotated[
    str, typer.Option("--zone", metavar="ZONE", help="Such as Europe/Madrid: what its clocks show.")
]
Backups = Annotated[
    Path | None,
    typer.Option("--backups", metavar="FOLDER", help="Where the server backs up each day."),
]


@app.command()
def init(
    zone: Zone,
    your_name: Name = "Administrator",
    practice_name: PracticeName = "Our clinic",
    backups: Backups = None,
    as_json: AsJson = False,
) -> int:
    """Make the keys of a new clinic and invite its first administrator.

    The tables must be there (lacrima clinic migrate), the folder of the keys must be empty. A
    passphrase is made by chance where its file is not there yet. The recovery code and the
    invitation are shown once, here.
    """
    if zone not in available_timezones():
        raise UsageError(
            "a time zone nobody knows", where="--zone", expected="such as Europe/Madrid"
        )
    made_secrets = _make_missing_secrets()
    clinic_opening.prepare_clinic()
    folder = clinic_opening.folder()
    with clinic_opening.explained():
        database = loading.practice("clinic_database")
        database.refuse_unreachable()
        database.refuse_unfit_for_serving()
    folder.refuse_filled()
    code = create(folder, loading.web("clinic_vault").passphrase(), now=datetime.now(UTC))
    with clinic_opening.opened_clinic():
        invitation = _open(zone, your_name, practice_name, backups)
    result: dict[str, Any] = {
        "dir": str(folder.root),
        "recovery_code": str(code),
        "invitation": invitation,
        "made": made_secrets,
    }
    text = f"Recovery code: {code}\nFirst invitation, to be typed at /invited: {invitation}"
    say("clinic-init", result, as_json=as_json, text=text)
    sys.stderr.write(
        "Write the recovery code on paper and keep it away from this machine: with a backup it "
        "brings the clinic back. Neither is shown again.\n"
    )
    return 0


def _open(zone: str, your_name: str, practice_name: str, backups: Path | None) -> str:
    administrator = loading.practice("clinic_opening").open_clinic(
        practice_name=practice_name,
        zone=zone,
        administrator=your_name,
        backup_target=str(backups.absolute()) if backups else "",
    )
    code: str = loading.practice("accounts").invite_first(administrator)
    return code


_BY_CHANCE = ("LACRIMA_SECRET_KEY_FILE", "LACRIMA_VAULT_PASSPHRASE_FILE")


def _make_missing_secrets() -> list[str]:
    """Write a secret by chance into each of these files that is named and not there."""
    named = [Path(os.environ[name]) for name in _BY_CHANCE if os.environ.get(name)]
    missing = [path for path in named if not path.exists() and path.parent.is_dir()]
    for path in missing:
        write_privately(path, f"{secrets.token_urlsafe(33)}\n")
    return [str(path) for path in missing]
