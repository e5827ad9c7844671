"""How a folder of backups is laid out, and what is in it.

TARGET/lacrima-20260310T120000Z/   one backup: practice.db (of a clinic: database.dump.sealed),
                                   vault.json, audit-head.json, erased.json, spool/,
                                   manifest.json
TARGET/client-keys.json            the client keys: one file, replaced, never kept in versions
TARGET/erased.json                 what was erased, of all times
TARGET/files/                      the sealed files, each under its client's key
TARGET/wills/                      the clinical wills as they are today, never kept in versions
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lacrima import errors
from lacrima.vault import disk, manifest

UNFINISHED = ".unfinished-"
_NAME = re.compile(r"lacrima-\d{8}T\d{6}Z(-\d+)?")


@dataclass(frozen=True)
class Backup:
    """One finished backup: where it is, when it was made (UTC), of which practice."""

    path: Path
    created: datetime
    vault_id: str


def all_in(target: Path) -> tuple[Backup, ...]:
    """All finished backups of a folder with a readable manifest, the oldest first."""
    if not target.is_dir():
        return ()
    found = [_described(path) for path in target.iterdir() if _NAME.fullmatch(path.name)]
    return tuple(sorted((one for one in found if one), key=lambda one: (one.created, one.path)))


def latest(target: Path) -> Backup | None:
    """The newest finished backup of a folder; None when there is none."""
    return next(reversed(all_in(target)), None)


def find(source: Path) -> Path:
    """The backup a person means: its folder, a file in it, or the newest of a whole target."""
    for place in (source, source.parent):
        if (place / manifest.NAME).is_file():
            return place
    newest = latest(source if source.is_dir() else source.parent)
    if newest is None:
        raise errors.NotAVault(
            "There is no backup here",
            where=str(source),
            expected="a folder lacrima-… with a manifest.json in it, or the folder above",
            next_step="Choose the folder in which your backups are kept.",
        )
    return newest.path


def fresh_name(target: Path, now: datetime) -> str:
    """The name of a backup made now; a number is added when it is taken."""
    name = f"lacrima-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    taken = {path.name for path in target.iterdir()}
    names = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in names if one not in taken)


def copy_file(source: Path, target: Path) -> bool:
    """Copy one ordinary file down to the disk; False when it has just gone."""
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError:
        if source.exists():
            raise
        return False
    target.chmod(0o600)
    disk.sync_file(target)
    return True


def copy_ordinary_files(source: Path, target: Path) -> list[str]:
    """Copy the ordinary files of a folder (no links, no hidden ones); gives their names."""
    target.mkdir(mode=0o700, exist_ok=True)
    return [name for name in ordinary_files(source) if copy_file(source / name, target / name)]


def ordinary_files(folder: Path) -> list[str]:
    """The names of the files in a folder that are no links and not hidden."""
    if not folder.is_dir():
        return []
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".")
    )


def _described(path: Path) -> Backup | None:
    try:
        found = manifest.read(path)
    except errors.LacrimaError:
        return None
    return Backup(path=path, created=found.created, vault_id=found.vault_id)
