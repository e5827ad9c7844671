"""`lacrima serve`: a practice in the browser, on this computer alone."""

from __future__ import annotations

from typing import Any

from lacrima.cli.opening import prepare, unlock
from lacrima.cli.options import AsJson, NoBrowser, PassphraseFile, Port, PracticeDir, verb
from lacrima.cli.passphrase import passphrase_from
from lacrima.cli.said import say
from lacrima.cli.serving import Door, serve_until_stopped
from lacrima.vault.folder import Folder

app = verb()


@app.command()
def serve(
    where: PracticeDir,
    port: Port = 0,
    no_browser: NoBrowser = False,
    passphrase_file: PassphraseFile = "",
    as_json: AsJson = False,
) -> int:
    """Open a practice in the browser, on this computer alone, until Ctrl+C.

    It is locked until you unlock it there; with --passphrase-file it is open at once. An empty
    folder begins with the first run. A second server on one folder is refused.
    """
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
