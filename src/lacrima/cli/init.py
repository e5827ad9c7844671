"""`lacrima init`: a new, encrypted practice in an empty folder."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from lacrima.cli import loading
from lacrima.cli.opening import unlocked
from lacrima.cli.options import AsJson, EmptyDir, PassphraseFile, verb
from lacrima.cli.passphrase import new_passphrase_from
from lacrima.cli.said import say
from lacrima.vault import create
from lacrima.vault.folder import Folder

app = verb()

Name = Annotated[
    str, typer.Option("--your-name", help="Your name, as the pages greet you. Else: asked later.")
]
PracticeName = Annotated[str, typer.Option("--practice-name", help="What your practice is called.")]
Zone = Annotated[str, typer.Option("--zone", help="Your time zone, such as Europe/Madrid.")]


@app.command()
def init(
    where: EmptyDir,
    passphrase_file: PassphraseFile = "",
    your_name: Name = "",
    practice_name: PracticeName = "My practice",
    zone: Zone = "UTC",
    as_json: AsJson = False,
) -> int:
    """Make a new, encrypted practice in an empty folder.

    The recovery code is shown once, here: write it on paper. Without it, and without the
    passphrase, nobody can open the practice, we neither.
    """
    folder = Folder(where.absolute())
    passphrase = new_passphrase_from(passphrase_file)
    code = create(folder, passphrase, now=datetime.now(UTC))
    with unlocked(folder, passphrase):
        if your_name:
            people = loading.practice("people")
            people.open_practice(owner_name=your_name, practice_name=practice_name, zone=zone)
    result = {"dir": str(folder.root), "recovery_code": str(code), "has_owner": bool(your_name)}
    say("init", result, as_json=as_json, text=f"Recovery code: {code}")
    sys.stderr.write(
        "Write the recovery code on paper, and keep it apart from this computer. It is not "
        f"shown again.\nOpen the practice: lacrima serve --dir {where}\n"
    )
    return 0
