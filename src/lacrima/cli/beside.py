"""Files that a verb writes beside its answer, and never over what is there."""

from __future__ import annotations

import os
from pathlib import Path

from lacrima.errors import BadInput, FolderNotEmpty

_BINARY: int = getattr(os, "O_BINARY", 0)  # Windows alone has it, and alone needs it


def refuse_filled(where: Path, next_step: str = "") -> None:
    """Go on when the folder is empty or not there yet; FolderNotEmpty otherwise."""
    if where.exists() and (not where.is_dir() or any(where.iterdir())):
        raise FolderNotEmpty(
            "something is there already",
            where=str(where),
            expected="an empty folder, or one that is not there yet",
            next_step=next_step,
        )


def write_privately(path: Path, text: str) -> None:
    """Write a file that only this user can read."""
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def write_new(path: Path, data: bytes) -> None:
    """Write a file that only this user can read, whole or not at all, never over another one.

    Raises BadInput where the file is there already or its folder is not.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    except (FileExistsError, FileNotFoundError, NotADirectoryError) as mistake:
        is_there = isinstance(mistake, FileExistsError)
        raise BadInput(
            "a file that is there already" if is_there else "a folder that is not there",
            where=path.name,
            expected="a new file in a folder that is there",
        ) from mistake
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
