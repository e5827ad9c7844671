"""`lacrima backup`: a proven copy of a practice, elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.cli import loading
from lacrima.cli.opening import opened
from lacrima.cli.options import AsJson, PassphraseFile, PracticeDir, verb
from lacrima.cli.said import say
from lacrima.vault.backup import BackupReport

app = verb()

To = Annotated[
    Path,
    typer.Option("--to", metavar="FOLDER", help="The folder of backups, best on another disk."),
]


@app.command()
def backup(
    where: PracticeDir, to: To, passphrase_file: PassphraseFile = "", as_json: AsJson = False
) -> int:
    """Copy a practice to another place, and prove the copy.

    It may be in use meanwhile. The copy is encrypted as the practice is, and opens with the
    passphrase of today.
    """
    with opened(where, passphrase_file):
        owner = loading.practice("people").owner()
        made: BackupReport = loading.practice("vault_care").make_backup(
            by=owner, target=to.absolute()
        )
    result = said_of(made)
    say("backup", result, as_json=as_json, text=text_of(result))
    return 0


def said_of(made: BackupReport) -> dict[str, Any]:
    """What a program is told about a backup."""
    return {
        "path": str(made.path),
        "made_at": made.created.isoformat(),
        "bytes": made.size_bytes,
        "is_proven": True,
        "removed": list(made.removed),
        "erased_gone_by": made.erased_gone_by.isoformat(),
        "is_on_same_disk": made.is_on_same_disk,
    }


def text_of(result: dict[str, Any]) -> str:
    """The same for a person."""
    near = (
        "\nIt lies on the same disk as the practice: keep another one elsewhere."
        if result["is_on_same_disk"]
        else ""
    )
    return f"Backed up, and proven whole: {result['path']} ({result['bytes'] // 1024} KB).{near}"
