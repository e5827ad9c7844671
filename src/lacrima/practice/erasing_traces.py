"""Where ids and words of what was erased still lie: receipts, imports, letters, files."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection
from typing import Any

from lacrima.errors import LacrimaError
from lacrima.records.models import ImportBatch, Receipt
from lacrima.vault import erased_places, spool
from lacrima.vault.folder import Folder

NOWHERE = "/"  # where a form that is sent once more leads, when what it made is gone
_ID = re.compile(rb"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


def clear_receipts(gone: Collection[uuid.UUID]) -> int:
    """Receipts stay, so that no old form is kept a second time; their addresses go. How many."""
    told = Receipt.objects.exclude(location=NOWHERE).values_list("pk", "location")
    keys = [key for key, location in told.iterator() if _names_any(location.encode(), gone)]
    return Receipt.objects.filter(pk__in=keys).update(location=NOWHERE)


def clear_imports(gone: Collection[uuid.UUID]) -> int:
    """What an import remembers of the rows it made: those that are gone are forgotten. How many."""
    hexes = {one.hex for one in gone}
    changed = 0
    for batch in ImportBatch.objects.all().iterator():
        left = _left_of(batch, hexes)
        if any(getattr(batch, name) != value for name, value in left.items()):
            ImportBatch.objects.filter(pk=batch.pk).update(**left)
            changed += 1
    return changed


def _left_of(batch: ImportBatch, hexes: Collection[str]) -> dict[str, Any]:
    return {
        "clients_made": [one for one in batch.clients_made if _hex(one) not in hexes],
        "sessions_made": [one for one in batch.sessions_made if _hex(one[0]) not in hexes],
        "sessions_completed": [
            one for one in batch.sessions_completed if _hex(one[0]) not in hexes
        ],
    }


def _hex(key: str) -> str:
    return key.replace("-", "")


def letters_about(folder: Folder, gone: Collection[uuid.UUID]) -> list[str]:
    """Half-typed forms and other letters in the spool that name any of these, by their ids."""
    return [name for name in spool.names(folder) if _names_any(_letter(folder, name), gone)]


def _letter(folder: Folder, name: str) -> bytes:
    try:
        return spool.take(folder, spool.kind_of(folder, name), name)
    except LacrimaError:
        return b""  # none that we can read, so none that we wrote


def _names_any(text: bytes, gone: Collection[uuid.UUID]) -> bool:
    return any(uuid.UUID(found.decode()) in gone for found in _ID.findall(text.lower()))


def remove_letters_and_files(
    folder: Folder, gone: Collection[uuid.UUID], key_ids: Collection[str]
) -> None:
    """Take away letters that name these, and sealed files that only these keys open."""
    for name in letters_about(folder, gone):
        spool.remove(folder, name)
    erased_places.remove_sealed_files(folder, key_ids)
