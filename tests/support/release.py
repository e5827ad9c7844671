"""Opens a practice in a process of its own and says what is in it.

    python -m tests.support.release FOLDER PASSPHRASE_FILE

Run over a copy of a practice that an older release has written: it is brought up to date as any
practice is, and then must say what was noted when it was written.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

from lacrima.cli.opening import unlocked
from lacrima.vault.folder import Folder

# Texts that the practices which were kept first cannot hold: their summaries are older.
CAME_LATER = frozenset({"records.Client.reach"})


def summary() -> dict[str, Any]:
    """Rows of each table, and a fingerprint of all sealed words and all totals."""
    audit = importlib.import_module("lacrima.records.audit")
    found = {model._meta.db_table: model._default_manager.count() for model in _tables()}
    return {"rows": found, "words": _words(), "totals": _totals(), "chain": audit.verify().lines}


def _tables() -> list[type[models.Model]]:
    return sorted(apps.get_app_config("records").get_models(), key=lambda one: one._meta.db_table)


def _words() -> str:
    sealed = importlib.import_module("lacrima.records.sealed").SealedTextField
    words = []
    for model in _tables():
        fields = [field for field in model._meta.fields if isinstance(field, sealed)]
        names = [field.name for field in fields if str(field) not in CAME_LATER]
        for row in model._default_manager.all() if names else ():
            words += [f"{row.pk} {name} {getattr(row, name)}" for name in names]
    return _fingerprint(words)


def _totals() -> str:
    answers = apps.get_model("records", "Answers")
    rows = answers._default_manager.values_list("pk", "instrument", "total")
    return _fingerprint(
        [f"{key} {name} {'' if total is None else total.normalize()}" for key, name, total in rows]
    )


def _fingerprint(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def main(folder: str, passphrase_file: str) -> int:
    """Print the summary as JSON."""
    with unlocked(Folder(Path(folder).absolute()), Path(passphrase_file).read_text().strip()):
        sys.stdout.write(json.dumps(summary(), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
