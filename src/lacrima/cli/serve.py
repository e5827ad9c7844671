"""`lacrima serve`: a practice in the browser, on this computer alone; or a clinic's server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.cli import serving_clinic
from lacrima.cli.opening import prepare, unlock
from lacrima.cli.options import AsJson, NoBrowser, PassphraseFile, Port, verb
from lacrima.cli.passphrase import passphrase_from
from lacrima.cli.said import say
from lacrima.cli.serving import Door, serve_until_stopped, without_waiting_for_a_compiler
from lacrima.errors import UsageError
from lacrima.vault.folder import Folder

app = verb()

OwnPracticeDir = Annotated[
    Path | None, typer.Option("--dir", metavar="FOLDER", help="The folder of the practice.")
]
IsClinic = Annotated[
    bool,
    typer.Option(
        "--clinic", help="Serve a clinic on PostgreSQL; the settings of this machine say which."
    ),
]
Bind = Annotated[
    str,
    typer.Option(
        "--bind",
        metavar="ADDRESS",
        help="With --clinic: where the proxy finds it, HOST:PORT on this machine or unix:PATH.",
    ),
]
Threads = Annotated[
    int,
    typer.Option("--threads", min=1, max=64, help="With --clinic: pages that are made at a time."),
]


@app.command()
def serve(
    where: OwnPracticeDir = None,
    port: Port = 0,
    no_browser: NoBrowser = False,
    passphrase_file: PassphraseFile = "",
    is_clinic: IsClinic = False,
    bind: Bind = serving_clinic.STANDARD_PLACE,
    threads: Threads = serving_clinic.STANDARD_THREADS,
    as_json: AsJson = False,
) -> int:
    """Open a practice in the browser, on this computer alone, until Ctrl+C.

    It is locked until you unlock it there; with --passphrase-file it is open at once. An empty
    folder begins with the first run. A second server on one folder is refused.

    With --clinic it is a clinic's server behind a proxy. Folder, database and secrets stand in
    the settings of the machine, and what is missing there is said before anything is served.
    """
    if is_clinic:
        return serving_clinic.serve_clinic(bind=bind, threads=threads, as_json=as_json)
    if where is None:
        raise UsageError("no practice was named", where="--dir", expected="the practice's folder")
    return _serve_own(where, port, no_browser, passphrase_file, as_json)


def _serve_own(
    where: Path, port: int, no_browser: bool, passphrase_file: str, as_json: bool
) -> int:
    without_waiting_for_a_compiler()
    folder = Folder(where.absolute())
    is_first_run = not where.exists() or (where.is_dir() and not any(where.iterdir()))
    if not is_first_run:
        folder.check()
    passphrase = passphrase_from(passphrase_file) if passphrase_file else ""
    door = Door.at(port)
    prepare(folder, port=door.port)
    if passphrase:
        unlock(folder, passphrase)

    def tell(ready: Any) -> None:
        result = {"address": ready.address, "dir": str(folder.root), "is_open": ready.is_open}
        text = f"Your practice is at {ready.address} (Ctrl+C stops it)."
        say("serve", result, as_json=as_json, text=text)

    serve_until_stopped(folder, door, opens_browser=not no_browser, tell=tell)
    return 0
