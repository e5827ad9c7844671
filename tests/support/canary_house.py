"""A process with an open practice that is full of canaries. Told and asked by lines of text.

python canary_house.py FOLDER BACKUPS, and on standard input: the passphrase, the mark; then
`lock` and `end`. It answers `filled`, `locked`, or says by name what it could not fill.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import django

from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT


def main(where: str, backups: str) -> None:
    """Fill, back up, lock, end: each when told."""
    passphrase, mark = sys.stdin.readline().strip(), sys.stdin.readline().strip()
    os.environ["LACRIMA_DIR"] = where
    os.environ["DJANGO_SETTINGS_MODULE"] = "lacrima.web.settings"
    django.setup()
    VAULT.unlock(Folder(Path(where)), passphrase)
    _answer(_fill(mark, Path(backups)))
    for told in sys.stdin:
        if told.strip() == "lock":
            importlib.import_module("lacrima.web.locking").lock(fully=True)
            _answer("locked")
        else:
            return


def _answer(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _fill(mark: str, backups: Path) -> str:
    importlib.import_module("lacrima.web.opening").bring_up_to_date()
    rows = importlib.import_module("tests.support.canary_rows")
    canaries = importlib.import_module("tests.support.canaries")
    filler = rows.Filler(canaries.Canaries(mark))
    filler.fill_all()
    missing = filler.missing()
    importlib.import_module("lacrima.practice.vault_care").make_backup(by=None, target=backups)
    return f"missing: {', '.join(missing)}" if missing else "filled"


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main(*sys.argv[1:])
