"""`lacrima collect`: fetch, open, check and keep what clients wrote, each letter once."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lacrima.cli import loading
from lacrima.cli.opening import opened, prepare
from lacrima.cli.options import AsJson, PassphraseFile, PracticeDir, verb
from lacrima.cli.said import say
from lacrima.errors import UsageError
from lacrima.vault.folder import Folder

app = verb()

Locked = Annotated[
    bool,
    typer.Option(
        "--locked",
        help="Without a passphrase: put the letters by, still sealed. They are kept when the "
        "practice is opened next.",
    ),
]


@app.command()
def collect(
    where: PracticeDir,
    locked: Locked = False,
    passphrase_file: PassphraseFile = "",
    as_json: AsJson = False,
) -> int:
    """Fetch the letters of the drop-box, and keep them. A letter is kept once, however often it
    comes; one that cannot be opened is set aside with the reason.
    """
    if locked and passphrase_file:
        raise UsageError("a passphrase for a practice that stays locked", expected="one of both")
    result = _put_by(where) if locked else _collected(where, passphrase_file)
    say("collect", result, as_json=as_json, text=_text(result))
    return 0


def _put_by(where: Any) -> dict[str, Any]:
    folder = Folder(where.absolute())
    folder.check()
    prepare(folder)
    count = loading.practice("drop_box_locked").fetch()
    nothing = {"kept": 0, "known": 0, "taken_back": 0, "clock_off": 0, "briefs": 0, "aside": []}
    return {"fetched": count, "spooled": count, **nothing}


def _collected(where: Any, passphrase_file: str) -> dict[str, Any]:
    with opened(where, passphrase_file):
        owner = loading.practice("people").owner()
        found: Any = loading.practice("drop_box_collect").collect(by=owner)
        return {**found.as_json(), "spooled": 0}


def _text(result: dict[str, Any]) -> str:
    if result["spooled"]:
        return f"{result['spooled']} letters put by, sealed, until the practice is opened."
    lines = [f"{result['fetched']} letters fetched, {result['kept']} kept."]
    if result["known"]:
        lines.append(f"{result['known']} were here already.")
    if result["taken_back"]:
        lines.append(f"{result['taken_back']} had been taken back by the client.")
    lines += [f"{one['n']} set aside: {one['reason']}." for one in result["aside"]]
    if result["aside"]:
        lines.append("See Settings, The drop-box.")
    return "\n".join(lines)
