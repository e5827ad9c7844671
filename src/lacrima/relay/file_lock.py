"""One relay for one folder, by the operating system's own lock on a file.

The lock ends with the process however that ends. (The vault has the like; the relay imports
nothing of the vault, so these few lines stand here again.)
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from lacrima import errors

if sys.platform == "win32":
    import msvcrt

    HELD_BY_ANOTHER: type[OSError] = PermissionError

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    HELD_BY_ANOTHER: type[OSError] = BlockingIOError

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def hold(path: Path) -> Iterator[None]:
    """Be the one relay of this folder until the end of the block. Raises FolderInUse."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _lock(descriptor)
        except HELD_BY_ANOTHER as error:
            raise errors.FolderInUse(
                "A relay is running for this folder already",
                where=str(path.parent),
                next_step="Stop that one first, or choose another folder.",
            ) from error
        yield
    finally:
        os.close(descriptor)
