"""One server for one folder: a second one would show another practice's state of locking."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from lacrima import errors
from lacrima.vault import disk, file_lock
from lacrima.vault.folder import Folder


@contextlib.contextmanager
def hold(folder: Folder) -> Iterator[None]:
    """Be the one server of this folder, until the end of the block or of the process.

    Raises FolderInUse. The operating system keeps the lock, so a killed server leaves none.
    """
    with contextlib.ExitStack() as held:
        with disk.clear_errors(folder.server_lock):
            descriptor = _entered(held, folder)
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
        yield


def _entered(held: contextlib.ExitStack, folder: Folder) -> int:
    try:
        return held.enter_context(file_lock.exclusive(folder.server_lock, wait=False))
    except file_lock.HELD_BY_ANOTHER as error:
        raise _in_use(folder) from error


def _in_use(folder: Folder) -> errors.FolderInUse:
    holder = folder.server_lock.read_text(encoding="ascii", errors="replace").strip()
    return errors.FolderInUse(
        f"Lacrima is running for this folder already (process {holder or 'unknown'})",
        where=str(folder.root),
        next_step="Use the window that is open, or stop that Lacrima first.",
    )
