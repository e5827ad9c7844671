"""One server a folder. In a first run the folder is empty still: then it is entered once made."""

from __future__ import annotations

import threading
from contextlib import ExitStack

from lacrima.vault import server_lock
from lacrima.vault.folder import Folder

_lock = threading.Lock()
_held = ExitStack()
_is_serving = False
_has_entered = False


def enter(folder: Folder) -> None:
    """From now on this process serves the folder. FolderInUse when another does."""
    global _is_serving  # noqa: PLW0603  one server for the process
    with _lock:
        _is_serving = True
    enter_once_made(folder)


def enter_once_made(folder: Folder) -> None:
    """Hold the folder of a vault that is there; in a process that does not serve, do nothing."""
    global _has_entered  # noqa: PLW0603
    with _lock:
        is_there = folder.slots.exists() or folder.slots_copy.exists()
        if _is_serving and is_there and not _has_entered:
            _held.enter_context(server_lock.hold(folder))
            _has_entered = True


def leave() -> None:
    """Let another server have it."""
    global _is_serving, _has_entered  # noqa: PLW0603
    with _lock:
        _held.close()
        _is_serving = _has_entered = False
