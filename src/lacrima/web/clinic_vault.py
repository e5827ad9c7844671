"""The vault of a clinic's server: opened at its start, with the passphrase of a secret file."""

from __future__ import annotations

import os

from django.conf import settings

from lacrima.vault.folder import Folder
from lacrima.vault.process import VAULT
from lacrima.web import secret_files


def folder() -> Folder:
    """Where the keys lie."""
    return Folder(settings.LACRIMA_DIR)


def passphrase() -> str:
    """What opens them. Read when it is needed, and kept nowhere."""
    return secret_files.read("vault_passphrase", os.environ)


def open_it() -> None:
    """Open it in this process. Raises what the vault raises, such as WrongPassphrase."""
    VAULT.unlock(folder(), passphrase())
