"""What the tests of the vault stand on: one practice, its passphrase, two clients."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lacrima.vault import disk, kdf, slot_file
from lacrima.vault.folder import Folder
from lacrima.vault.process import Vault
from lacrima.vault.recovery_code import RecoveryCode

PASSPHRASE = "river amber teapot window"
OTHER = "another set of four words"
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
CHEAP = kdf.KdfCost(memory_kib=64, iterations=1, lanes=1)
MIA = "client:" + "a1" * 16
BEN = "client:" + "b2" * 16
PLACE = "care_note|text|7"


@dataclass(frozen=True)
class Practice:
    """A folder, its recovery code, and a vault of the test's own."""

    folder: Folder
    code: RecoveryCode
    vault: Vault

    def contents(self) -> dict[str, bytes]:
        """Every file of the folder, to see that nothing changed."""
        root = self.folder.root
        files = (path for path in sorted(root.rglob("*")) if path.is_file())
        return {str(path.relative_to(root)): path.read_bytes() for path in files}


def rewrite_slots(folder: Folder, change: Callable[[dict[str, Any]], None]) -> None:
    """Change vault.json as an attacker would: both copies, with a checksum that fits."""
    document = json.loads(folder.slots.read_bytes())
    change(document)
    del document["checksum"]
    document["checksum"] = slot_file._checksum(document)
    for path in (folder.slots, folder.slots_copy):
        path.write_bytes(disk.readable(document))


def flip(path: Path, offset: int) -> None:
    """Flip one bit of a file."""
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.write_bytes(data)
