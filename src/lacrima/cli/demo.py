"""`lacrima demo`: a simulated practice, made and opened with one command."""

from __future__ import annotations

import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.cli import loading
from lacrima.cli.beside import refuse_filled, write_privately
from lacrima.cli.opening import prepare, unlock
from lacrima.cli.options import AsJson, NoBrowser, Port, verb
from lacrima.cli.said import say
from lacrima.cli.serving import Door, serve_until_stopped, without_waiting_for_a_compiler
from lacrima.vault import create
from lacrima.vault.folder import Folder

app = verb()

Where = Annotated[
    Path | None,
    typer.Option("--dir", metavar="EMPTY", help="An empty folder for it; else a temporary one."),
]


@app.command()
def demo(
    no_browser: NoBrowser = False, port: Port = 0, where: Where = None, as_json: AsJson = False
) -> int:
    """Open a simulated practice in the browser, until Ctrl+C. Nobody in it exists.

    Its folder holds practice/ (encrypted) and passphrase.txt: side by side, so that the practice
    copied elsewhere cannot be opened. With --no-browser the line that is printed holds an
    address that opens it once, within a minute.
    """
    if where is not None:
        refuse_filled(where, "lacrima serve --dir EMPTY/practice opens an earlier demo again.")
    without_waiting_for_a_compiler()
    top = where or Path(tempfile.mkdtemp(prefix="lacrima-demo-"))
    door = Door.at(port)
    folder = Folder((top / "practice").absolute())
    prepare(folder, port=door.port)
    look_at, passphrase_file = _make(top, folder)

    def tell(ready: Any) -> None:
        address = ready.opening_address() if no_browser else ready.address
        result = {
            "address": ready.address,
            "open_once": address if no_browser else None,
            "dir": str(folder.root),
            "passphrase_file": str(passphrase_file),
            "look_at": look_at,
            "is_simulated": True,
        }
        text = f"{look_at}: {address} (passphrase: {passphrase_file}; Ctrl+C stops)"
        say("demo", result, as_json=as_json, text=text)

    serve_until_stopped(folder, door, opens_browser=not no_browser, tell=tell)
    return 0


def _make(top: Path, folder: Folder) -> tuple[str, Path]:
    passphrase = secrets.token_urlsafe(18)
    top.mkdir(parents=True, exist_ok=True)
    passphrase_file = (top / "passphrase.txt").absolute()
    create(folder, passphrase, now=datetime.now(UTC))
    write_privately(passphrase_file, f"{passphrase}\n")
    unlock(folder, passphrase)
    story = loading.practice("demo")
    story.make_demo()
    return story.WHAT_TO_LOOK_AT, passphrase_file
