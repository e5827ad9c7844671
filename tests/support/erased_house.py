"""A process that opens a restored practice as a person would, and says who is in it.

python erased_house.py FOLDER, the passphrase on standard input; answers with one JSON object.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path

import django
from django.db import connections

from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT


def main(where: str) -> None:
    """Open it, let it be brought up to date, look."""
    os.environ["LACRIMA_DIR"] = where
    os.environ["DJANGO_SETTINGS_MODULE"] = "lacrima.web.settings"
    django.setup()
    VAULT.unlock(Folder(Path(where)), sys.stdin.read())
    importlib.import_module("lacrima.web.opening").bring_up_to_date()
    models = importlib.import_module("lacrima.records.models")
    told = {
        "codes": list(models.Client.objects.values_list("code", flat=True)),
        "actions": list(models.AuditLine.objects.values_list("action", flat=True)),
        "key": VAULT.database_key().hex(),
    }
    connections.close_all()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main(*sys.argv[1:])
