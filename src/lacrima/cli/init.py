"""`lacrima init`: a new, encrypted practice in an empty folder."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import available_timezones

import typer

from lacrima.cli import loading
from lacrima.cli.opening import unlocked
from lacrima.cli.options import AsJson, EmptyDir, PassphraseFile, verb
from lacrima.cli.passphrase import new_passphrase_from
from lacrima.cli.said import say
from lacrima.errors import UsageError
from lacrima.vault import create
from lacrima.vault.folder import Folder

app = verb()

Name = Annotated[
    str,
    typer.Option("--your-name", metavar="NAME", help="Your name, as supervisors will read it."),
]
PracticeName = Annotated[
    str, typer.Option("--practice-name", metavar="NAME", help="What your practice is called.")
]
Zone = Annotated[
    str, typer.Option("--zone", metavar="ZONE", help="Such as Europe/Madrid; else this computer's.")
]


@app.command()
def init(
    where: EmptyDir,
    passphrase_file: PassphraseFile = "",
    your_name: Name = "Therapist",
    practice_name: PracticeName = "My practice",
    zone: Zone = "",
    as_json: AsJson = False,
) -> int:
    """Make a new, encrypted practice in an empty folder.

    The recovery code is shown once, here: write it on paper. Without it, and without the
    passphrase, nobody can open the practice, we neither.
    """
    if zone and zone not in available_timezones():
        raise UsageError(
            "a time zone nobody knows", where="--zone", expected="such as Europe/Madrid"
        )
    folder = Folder(where.absolute())
    folder.refuse_filled()
    passphrase = new_passphrase_from(passphrase_file)
    code = create(folder, passphrase, now=datetime.now(UTC))
    with unlocked(folder, passphrase):
        _open_practice(your_name, practice_name, zone)
    result = {"dir": str(folder.root), "recovery_code": str(code)}
    say("init", result, as_json=as_json, text=f"Recovery code: {code}")
    sys.stderr.write(
        "Write the recovery code on paper, and keep it apart from this computer. It is not "
        f"shown again.\nOpen the practice: lacrima serve --dir {where}\n"
    )
    return 0


def _open_practice(your_name: str, practice_name: str, zone: str) -> None:
    zone = zone or loading.practice("demo_calendar").local_zone(datetime.now(UTC))
    people = loading.practice("people")
    people.open_practice(owner_name=your_name, practice_name=practice_name, zone=zone)
