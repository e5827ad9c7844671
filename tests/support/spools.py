"""The spool of the tests' practice: what other tests left half typed is no part of the next one."""

from __future__ import annotations

from lacrima.vault import spool
from lacrima.vault.folder import Folder


def empty(folder: Folder) -> None:
    """Take every letter away."""
    for name in spool.names(folder):
        spool.remove(folder, name)
