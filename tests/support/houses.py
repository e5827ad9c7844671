"""What the tests of the locks and of the canaries share: a fresh home, and all that is secret."""

from __future__ import annotations

import os
from pathlib import Path

from lacrima.vault.folder import Folder
from lacrima.vault.process import Vault


def environment(top: Path) -> dict[str, str]:
    """The environment of a process whose home and temporary folder are ours to look through."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LACRIMA_", "DJ"))
    }
    folders = {"TMPDIR": str(top / "temporary"), "HOME": str(top / "home")}
    return {**kept, **folders, "PYTHONDONTWRITEBYTECODE": "1"}


def secrets_of(folder: Folder, passphrase: str, code: str = "") -> dict[str, str | bytes]:
    """Everything that opens a practice, by name."""
    vault = Vault()
    vault.unlock(folder, passphrase)
    try:
        opened = vault._opened
        assert opened is not None
        found: dict[str, str | bytes] = {
            "the passphrase": passphrase,
            "the data key": bytes(opened.data_key),
            "the practice's private key": opened.practice_private.private_bytes_raw(),
        }
        for purpose, key in opened.sub_keys.items():
            found[f"the key for {purpose.name.lower()}"] = bytes(key)
    finally:
        vault.full_lock()
    if code:
        found |= {"the recovery code": code, "the code without hyphens": code.replace("-", "")}
    return found
