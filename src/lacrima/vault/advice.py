"""What a person should know about the folder she chose, before she relies on it."""

from __future__ import annotations

import shutil
from enum import StrEnum
from pathlib import Path

LEAST_FREE_BYTES = 1 << 30
_MOUNTS = Path("/proc/mounts")
_SYNCED = (
    "dropbox",
    "onedrive",
    "google drive",
    "googledrive",
    "my drive",
    "icloud",
    "icloud drive",
    "com~apple~clouddocs",
    "mobile documents",
    "nextcloud",
    "owncloud",
    "syncthing",
    "pcloud drive",
)
_SHARES = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "fuse.sshfs", "fuse.rclone", "davfs", "9p"}
)


class FolderAdvice(StrEnum):
    """What speaks against a folder; a sentence each."""

    SYNCED = (
        "This folder is copied to other computers by a sync service, which can tear an open "
        "database apart. Keep the practice on this computer and let the service have the backups."
    )
    SHARE = (
        "This folder lies on a network share, where an open database can be damaged. Keep the "
        "practice on a disk of this computer."
    )
    LITTLE_SPACE = "There is less than 1 GB left on this disk."


def folder_advice(path: Path) -> tuple[FolderAdvice, ...]:
    """What speaks against keeping a practice here; nothing for a good folder.

    Found by names and mounts, so that it may miss a service or a share.
    """
    real = path.expanduser().absolute()
    found = []
    if is_synced(real):
        found.append(FolderAdvice.SYNCED)
    if is_on_share(real):
        found.append(FolderAdvice.SHARE)
    if shutil.disk_usage(_existing(real)).free < LEAST_FREE_BYTES:
        found.append(FolderAdvice.LITTLE_SPACE)
    return tuple(found)


def is_synced(path: Path) -> bool:
    """Whether a folder above bears the name of a sync service ("OneDrive - Practice" too)."""
    names = [part.casefold() for part in path.parts]
    return any(
        name == service or name.startswith((f"{service} ", f"{service}-"))
        for name in names
        for service in _SYNCED
    )


def is_on_share(path: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether the nearest mount is a network file system; Windows' \\\\server paths too."""
    if str(path).startswith(("\\\\", "//")):
        return True
    try:
        lines = mounts.read_text(errors="replace").splitlines()
    except OSError:
        return False
    nearest, kind = "", ""
    for line in lines:
        place, name = _mounted(line)
        if path.is_relative_to(place) and len(place) >= len(nearest):
            nearest, kind = place, name
    return kind in _SHARES


def _mounted(line: str) -> tuple[str, str]:
    fields = [*line.split(), "", "", ""]
    return fields[1].replace("\\040", " "), fields[2]


def _existing(path: Path) -> Path:
    return next(place for place in (path, *path.parents) if place.exists())
