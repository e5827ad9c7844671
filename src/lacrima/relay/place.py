"""The folder of a relay: its own, for its user alone, with nothing else in it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from lacrima import errors

DATABASE = "relay.db"
LOCK = "relay.lock"
OWN = frozenset({DATABASE, f"{DATABASE}-journal", LOCK})
VAULT_MARKS = ("vault.json", "vault.json.copy")
LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})  # made by the desktop, not by people


@dataclass(frozen=True)
class Place:
    """Where a relay keeps what it keeps."""

    root: Path

    @property
    def database(self) -> Path:
        """Everything that waits."""
        return self.root / DATABASE

    @property
    def lock(self) -> Path:
        """Held by the one relay that serves this folder."""
        return self.root / LOCK

    def prepare(self) -> None:
        """Make the folder, or look whether it is ours; afterwards its owner alone may look in.

        Raises FolderNotEmpty, for a practice as well, and BadInput where nothing may be written.
        """
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._refuse_strange()
            self.root.chmod(0o700)
            os.close(os.open(self.database, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise _not_writable(self.root, error) from error

    def check(self) -> None:
        """Refuse a folder that no relay was begun in. Raises NotFound."""
        if not self.database.is_file():
            raise errors.NotFound(
                "There is no relay in this folder",
                where=str(self.root),
                next_step="Name the folder with --dir; `relay mailbox` begins a new one.",
            )
        self._refuse_strange()

    def _refuse_strange(self) -> None:
        names = {one.name for one in self.root.iterdir()} - OWN - LITTER
        if names.intersection(VAULT_MARKS):
            raise errors.FolderNotEmpty(
                "This folder is a practice; a relay must never lie beside what it may not open",
                where=str(self.root),
                expected="a folder of its own, best on another machine",
            )
        if names:
            raise errors.FolderNotEmpty(
                "There is something else in this folder",
                where=str(self.root),
                expected="an empty folder, or one that a relay was begun in",
            )


def _not_writable(root: Path, error: OSError) -> errors.BadInput:
    return errors.BadInput(
        f"The relay may not use this folder ({error.strerror or type(error).__name__})",
        where=str(root),
        expected="a folder of its own, which it may write to",
    )
