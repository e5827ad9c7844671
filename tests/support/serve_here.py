"""Serve a folder as `lacrima serve` does, for tests: prints where it can be opened.

python serve_here.py FOLDER [PASSPHRASE]: with a passphrase the practice is open from the start.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import django

from lacrima.vault import kdf
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT
from lacrima.web import ports


def say(line: str) -> None:
    """One line to whoever started this."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(where: str, passphrase: str = "") -> None:
    """Serve until told to stop."""
    kdf.STANDARD = kdf.FLOOR  # new keys cost the least that Lacrima accepts
    folder, sockets = Folder(Path(where)), ports.listen()
    os.environ["LACRIMA_DIR"] = where
    os.environ["LACRIMA_PORT"] = str(ports.port_of(sockets))
    os.environ["DJANGO_SETTINGS_MODULE"] = "lacrima.web.settings"
    django.setup()
    if passphrase:
        VAULT.unlock(folder, passphrase)
    serving = importlib.import_module("lacrima.web.serving")
    serving.serve(folder, sockets, on_ready=lambda ready: say(ready.opening_address()))
    say("ended")


if __name__ == "__main__":
    main(*sys.argv[1:])
