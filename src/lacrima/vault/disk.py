"""Writing so that a file is whole or absent, and saying clearly why a disk said no."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lacrima import errors

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_OWNER_ONLY = 0o600


@contextlib.contextmanager
def clear_errors(where: Path) -> Iterator[None]:
    """Turn what the operating system says about a disk into our own tree of errors."""
    try:
        yield
    except OSError as error:
        raise explained(error, where) from error


def explained(error: OSError, where: Path) -> errors.LacrimaError:
    """The same as one of our errors: full, not writable, or the disk itself."""
    if error.errno in _FULL:
        return full(where)
    if error.errno in _READ_ONLY:
        return errors.BadInput(
            "Lacrima may not write here",
            where=str(where),
            expected="a folder that you may write to",
            next_step="Choose another folder, or change its permissions.",
        )
    return errors.OurFault(
        f"The disk answered: {error.strerror or type(error).__name__}",
        where=str(where),
        next_step="Check that the disk is connected and healthy, then try again.",
    )


def full(where: Path) -> errors.FullDisk:
    """The error for a disk without room."""
    return errors.FullDisk(
        "There is no room left on this disk",
        where=str(where),
        next_step="Free some space and try again. Nothing was half written.",
    )


def write_atomically(path: Path, data: bytes) -> None:
    """Write so that after a crash at any moment the old or the new content stands there.

    Temporary file beside it, fsync, rename, fsync of the folder. Readable by the owner alone.
    """
    with clear_errors(path):
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
        try:
            write_new(temporary, data)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet, down to the disk; owner alone may read it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut. Windows has no such call and does without."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Make a file that another library wrote survive a power cut."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def remove_leftovers(path: Path) -> None:
    """Remove temporary files that a killed writer of ``path`` left. Call it under its lock."""
    for leftover in path.parent.glob(f".{path.name}.*.tmp"):
        with contextlib.suppress(OSError):
            leftover.unlink()


def canonical(value: object) -> bytes:
    """The one spelling of a JSON value: keys sorted, no spaces, ASCII. Ours to sign and seal.

    >>> canonical({"b": 1, "a": "é"})
    b'{"a":"\\\\u00e9","b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def readable(value: dict[str, Any]) -> bytes:
    """JSON for a file that a person may want to look at."""
    return (json.dumps(value, indent=1, ensure_ascii=True) + "\n").encode()
