"""The vault of a clinic's server: opened at its start, with the passphrase of a secret file."""

from __future__ import annotations

from django.conf import settings

from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT


def folder() -> Folder:
    """Where the keys lie."""
    return Folder(settings.LACRIMA_DIR)


def open_it() -> None:
    """Open it in this process. Raises what the vault raises, such as WrongPassphrase."""
    VAULT.unlock(folder(), settings.VAULT_PASSPHRASE())
