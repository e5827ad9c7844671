"""From a folder and a passphrase to an open practice, and back to a locked one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.db import DatabaseError, connections

from lacrima.cli import loading
from lacrima.cli.passphrase import passphrase_from
from lacrima.vault import engine
from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT


def prepare(folder: Folder, *, port: int | None = None) -> None:
    """Let this process be about this folder (and port): the settings read it; nothing is opened."""
    os.environ["LACRIMA_DIR"] = str(folder.root.absolute())
    if port is not None:
        os.environ["LACRIMA_PORT"] = str(port)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", loading.SETTINGS)
    django.setup()


@contextmanager
def opened(where: Path, passphrase_file: str) -> Iterator[Folder]:
    """An open practice for the length of one verb; fully locked afterwards, whatever happens.

    Raises NotAVault, NewerVault or VaultDamaged before a passphrase is asked for.
    """
    folder = Folder(where.absolute())
    folder.check()
    with unlocked(folder, passphrase_from(passphrase_file)):
        yield folder


def unlock(folder: Folder, passphrase: str) -> None:
    """Open the practice in this process, and let its rows follow the program."""
    VAULT.unlock(folder, passphrase)
    loading.web("opening").bring_up_to_date()


@contextmanager
def unlocked(folder: Folder, passphrase: str) -> Iterator[None]:
    """The same as `opened`, for a passphrase that is at hand.

    A page of the database may turn out damaged long after it was opened: that is said as damage.
    """
    prepare(folder)
    try:
        unlock(folder, passphrase)
        yield
    except DatabaseError as error:
        raise engine.explained(error, folder.database) from error
    finally:
        connections.close_all()
        VAULT.full_lock()
