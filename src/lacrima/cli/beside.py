"""Files beside a simulated practice, in a folder that was empty before."""

from __future__ import annotations

from pathlib import Path

from lacrima.errors import FolderNotEmpty


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
