"""Letters that wait: what arrives while the practice is locked, sealed for its own key.

One file a letter, with a random name. In the file: "LSPL", version (1), length of kind (1), kind
(ASCII), and the sealed letter (practice_box). The kind is part of what the seal covers.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from lacrima import errors
from lacrima.vault import disk, practice_box, sealed
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT

MAGIC = b"LSPL"
VERSION = 1
MOST_BYTES = 4 * 1024 * 1024
_ENDING = ".letter"
_NAME = re.compile(r"[0-9a-f]{32}")
_KIND = re.compile(r"[a-z][a-z0-9-]{0,31}")
_HEAD_BYTES = len(MAGIC) + 2


def put(folder: Folder, kind: str, payload: bytes) -> str:
    """Seal a letter and put it by, down to the disk; gives its random id. Works while locked."""
    if _KIND.fullmatch(kind) is None:
        raise errors.OurFault("A letter of a strange kind", expected="a short lower-case word")
    if len(payload) > MOST_BYTES:
        raise errors.BadInput(
            "This is too long to be put by", expected=f"at most {MOST_BYTES // 1024 // 1024} MB"
        )
    letter = practice_box.seal(folder.read_slots().practice_public, kind, payload)
    letter_id = secrets.token_hex(16)
    with disk.clear_errors(folder.spool):
        folder.spool.mkdir(mode=0o700, exist_ok=True)
    disk.write_atomically(_path(folder, letter_id), _head(kind) + letter)
    return letter_id


def take(folder: Folder, kind: str, letter_id: str) -> bytes:
    """Open a letter; it stays until it is removed. Needs the practice open.

    Raises Locked, NotFound, SealBroken (the letter is kept: somebody may want to look at it).
    """
    content = _content(folder, letter_id)
    head = _head(kind)
    if not content.startswith(head):
        raise sealed.broken(where=f"spool/{letter_id}")
    return VAULT.open_for_practice(kind, content[len(head) :])


def kind_of(folder: Folder, letter_id: str) -> str:
    """Which kind a letter says it is; true once it was opened."""
    content = _content(folder, letter_id)[: _HEAD_BYTES + 255]
    if len(content) < _HEAD_BYTES or not content.startswith(MAGIC):
        raise sealed.broken(where=f"spool/{letter_id}")
    kind = content[_HEAD_BYTES : _HEAD_BYTES + content[_HEAD_BYTES - 1]]
    return kind.decode("ascii", "replace")


def remove(folder: Folder, letter_id: str) -> None:
    """Take a letter away for good; one that is gone already is no mistake."""
    with disk.clear_errors(folder.spool):
        _path(folder, letter_id).unlink(missing_ok=True)
        if folder.spool.exists():
            disk.sync_folder(folder.spool)


def names(folder: Folder) -> tuple[str, ...]:
    """The ids of all letters, the oldest first."""
    if not folder.spool.is_dir():
        return ()
    found = [
        (_age_ns(path), path.stem)
        for path in folder.spool.glob(f"*{_ENDING}")
        if _NAME.fullmatch(path.stem)
    ]
    return tuple(name for _, name in sorted(found))


def _age_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:  # taken away by another window just now
        return 0


def _head(kind: str) -> bytes:
    name = kind.encode("ascii")
    return MAGIC + bytes([VERSION, len(name)]) + name


def _content(folder: Folder, letter_id: str) -> bytes:
    path = _path(folder, letter_id)
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise errors.NotFound("There is no such letter") from error


def _path(folder: Folder, letter_id: str) -> Path:
    if _NAME.fullmatch(letter_id) is None:
        raise errors.NotFound("There is no such letter")
    return folder.spool / f"{letter_id}{_ENDING}"
