"""Opening with the computer's own login: an optional slot, never the only one.

People who moved between desktops have lost their data to keys held only there; so the passphrase
and the recovery code always stand beside it.
"""

from __future__ import annotations

import importlib
import importlib.util
import secrets
from typing import Any

from lacrima import errors
from lacrima.vault.folder import Folder
from lacrima.vault.secret import Secret
from lacrima.vault.slot_file import SlotKind

SERVICE = "Lacrima"
_HAS_LIBRARY = importlib.util.find_spec("keyring") is not None


def is_available() -> bool:
    """Whether this computer has a keyring that we could use."""
    if not _HAS_LIBRARY:
        return False
    try:
        return float(_library().get_keyring().priority) > 0
    except (RuntimeError, AttributeError):
        return False


def secret_of(folder: Folder) -> Secret:
    """What the keyring holds for this practice; Locked when it has nothing or is not there."""
    vault_id = folder.read_slots().vault_id
    library = _needed_library()
    try:
        text = library.get_password(SERVICE, vault_id)
    except library.errors.KeyringError as error:
        raise _not_there() from error
    if text is None:
        raise errors.Locked(
            "This computer's keyring holds nothing for this practice",
            next_step="Unlock with your passphrase.",
        )
    return Secret(SlotKind.KEYRING, text.encode("ascii", "replace"))


def keep_fresh(vault_id: str) -> Secret:
    """A new random secret of 256 bits, put into the keyring."""
    library = _needed_library()
    text = secrets.token_hex(32)
    try:
        library.set_password(SERVICE, vault_id, text)
    except library.errors.KeyringError as error:
        raise _not_there() from error
    return Secret(SlotKind.KEYRING, text.encode("ascii"))


def forget(vault_id: str) -> None:
    """Take our entry out of the keyring, if there is one."""
    if not _HAS_LIBRARY:
        return
    library = _library()
    try:
        library.delete_password(SERVICE, vault_id)
    except library.errors.KeyringError:
        return  # nothing was kept there: just what was wanted


def _library() -> Any:
    """The keyring library, loaded when first used: it looks for a desktop and takes its time."""
    importlib.import_module("keyring.errors")
    return importlib.import_module("keyring")


def _needed_library() -> Any:
    if not _HAS_LIBRARY:
        raise _not_there()
    return _library()


def _not_there() -> errors.Locked:
    return errors.Locked(
        "This computer offers no keyring that Lacrima could use",
        next_step="Unlock with your passphrase.",
    )
