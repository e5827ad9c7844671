"""A process in a clinic's own environment that makes two clients, erases one, or says who is there.

python -m tests.support.clinic_inside make | erase CODE | look; answers with one JSON object.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

import django

CODES = ("E 01", "E 02")


def main(what: str, *words: str) -> None:
    """Open the clinic as its server does, do it, say how it is now."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lacrima.web.settings")
    django.setup()
    importlib.import_module("lacrima.web.clinic_vault").open_it()
    {"make": _make, "erase": _erase, "look": lambda: None}[what](*words)
    sys.stdout.write(json.dumps(_look()))


def _practice(name: str) -> Any:
    return importlib.import_module(f"lacrima.practice.{name}")


def _models() -> Any:
    return importlib.import_module("lacrima.records.models")


def _make() -> None:
    people, care = _practice("people"), _practice("care")
    administrator = _models().Member.objects.get(role="administrator")
    therapist = people.add_member(by=administrator, name="Nora Lind", role="therapist")
    for code in CODES:
        episode = care.start_episode(by=therapist, clients=[care.NewClient(code)])
        care.write_record_note(episode, by=therapist, words=f"words about {code}")


def _erase(code: str) -> None:
    models = _models()
    client = models.Client.objects.get(code=code)
    therapist = models.Member.objects.get(role="therapist")
    _practice("erasing").erase_client(client, by=therapist, code=code)


def _look() -> dict[str, Any]:
    models = _models()
    return {
        "codes": sorted(models.Client.objects.values_list("code", flat=True)),
        "notes": sorted(note.words for note in models.RecordNote.objects.all()),
        "actions": list(models.AuditLine.objects.values_list("action", flat=True)),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
