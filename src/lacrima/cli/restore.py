"""`lacrima restore`: a backup into an empty folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.cli import loading
from lacrima.cli.opening import unlocked
from lacrima.cli.options import AsJson, EmptyDir, PassphraseFile, verb
from lacrima.cli.passphrase import passphrase_from
from lacrima.cli.said import say
from lacrima.vault import backup
from lacrima.vault.folder import Folder

app = verb()

From = Annotated[
    Path, typer.Argument(metavar="FROM", help="A backup, or the folder of backups: the newest.")
]


@app.command()
def restore(
    source: From, where: EmptyDir, passphrase_file: PassphraseFile = "", as_json: AsJson = False
) -> int:
    """Put a backup into an empty folder: all of it, proven, or nothing.

    The passphrase is the one of the day the backup was made. What was erased since stays erased.
    """
    folder = Folder(where.absolute())
    folder.refuse_filled()
    passphrase = passphrase_from(passphrase_file)
    brought = backup.restore(source, folder, passphrase=passphrase)
    with unlocked(folder, passphrase):
        people = loading.practice("people")
        owner = people.owner() if people.the_practice() else None
        loading.practice("vault_care").after_restore(by=owner)
    result: dict[str, Any] = {
        "dir": str(folder.root),
        "made_at": brought.created.isoformat(),
        "erased": len(brought.erased),
    }
    text = f"The practice as it was on {brought.created:%Y-%m-%d %H:%M} UTC is in {folder.root}."
    say("restore", result, as_json=as_json, text=text)
    return 0
