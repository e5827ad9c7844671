"""What a backup says about itself: its files and their sums, signed with the practice's key."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lacrima import errors, strict_json
from lacrima.vault import disk, slot_file
from lacrima.vault.process import Vault

FORMAT = "lacrima.backup"
VERSION = 1
NAME = "manifest.json"
ROWS_KIND = "backup-rows"
_READ_BYTES = 1 << 20


@dataclass(frozen=True)
class FileSum:
    """One file of the backup, its size in bytes and its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The content of manifest.json. Row counts are sealed: a finder learns no numbers."""

    vault_id: str
    created: datetime
    files: tuple[FileSum, ...]
    rows_sealed: bytes

    def body(self) -> dict[str, Any]:
        """All that the signature covers."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "vault_id": self.vault_id,
            "created": self.created.isoformat(),
            "files": [vars(one) for one in self.files],
            "rows_sealed": slot_file.as_text(self.rows_sealed),
        }

    def rows(self, vault: Vault) -> dict[str, int]:
        """How many rows each table had. Needs the practice open."""
        counted = strict_json.read(vault.open_for_practice(ROWS_KIND, self.rows_sealed))
        return {str(table): int(count) for table, count in counted.items()}


def describe(folder: Path, names: list[str], **known: Any) -> Manifest:
    """The manifest of these files of a folder."""
    return Manifest(files=tuple(_sum(folder, name) for name in sorted(names)), **known)


def write(folder: Path, manifest: Manifest, vault: Vault) -> None:
    """Sign and write manifest.json."""
    body = manifest.body()
    mac = vault.manifest_mac(disk.canonical(body)).hex()
    disk.write_atomically(folder / NAME, disk.readable({**body, "mac": mac}))


def read(folder: Path) -> Manifest:
    """What the backup says, not yet proven. Raises BackupDamaged, NewerVault."""
    return _parsed(_document(folder), folder)


def read_proven(folder: Path, vault: Vault) -> Manifest:
    """What the backup says, with its signature and every file's sum proven, or BackupDamaged."""
    document = _document(folder)
    mac = str(document.pop("mac", ""))
    expected = vault.manifest_mac(disk.canonical(document)).hex()
    if not hmac.compare_digest(mac.encode(), expected.encode()):
        raise damaged(folder, "Its list of files was not signed by this practice")
    manifest = _parsed(document, folder)
    for one in manifest.files:
        if not _is_inside(folder, one.name) or _sum_quietly(folder, one.name) != one:
            raise damaged(folder, f"The file {one.name} is missing or altered")
    return manifest


def damaged(folder: Path, found: str) -> errors.BackupDamaged:
    """The error for a backup that is not whole."""
    return errors.BackupDamaged(
        found, where=str(folder), next_step="Use another backup. This one was left as it is."
    )


def _document(folder: Path) -> dict[str, Any]:
    try:
        document = strict_json.read((folder / NAME).read_bytes())
    except (OSError, ValueError) as error:
        raise damaged(folder, "Its list of files is missing or unreadable") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise damaged(folder, "Its list of files is not one of Lacrima")
    version = document.get("version")
    if isinstance(version, int) and version > VERSION:
        raise errors.NewerVault(
            f"This backup has format {version}",
            where=str(folder),
            expected=f"format {VERSION} or lower",
            next_step="Restore it with the newer Lacrima that made it, or update this one.",
        )
    return document


def _parsed(document: dict[str, Any], folder: Path) -> Manifest:
    try:
        return Manifest(
            vault_id=str(document["vault_id"]),
            created=_zoned(datetime.fromisoformat(document["created"])),
            files=tuple(
                FileSum(str(one["name"]), int(one["size"]), str(one["sha256"]))
                for one in document["files"]
            ),
            rows_sealed=slot_file.from_text(document["rows_sealed"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(folder, "Its list of files is unreadable") from error


def _zoned(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return moment


def _is_inside(folder: Path, name: str) -> bool:
    try:
        return (folder / name).resolve().is_relative_to(folder.resolve())
    except ValueError:  # a name that no file can have: with a zero in it, or half a character
        return False


def _sum_quietly(folder: Path, name: str) -> FileSum | None:
    try:
        return _sum(folder, name)
    except OSError:
        return None


def _sum(folder: Path, name: str) -> FileSum:
    digest = hashlib.sha256()
    size = 0
    with (folder / name).open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
            size += len(block)
    return FileSum(name=name, size=size, sha256=digest.hexdigest())
