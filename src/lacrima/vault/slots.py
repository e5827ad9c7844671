"""Making a practice's vault, and changing the ways to open it."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum

from lacrima import errors
from lacrima.vault import (
    client_keys,
    disk,
    file_lock,
    kdf,
    keyring_slot,
    ledger,
    recovery_code,
    secret,
    slot_file,
    subkeys,
)
from lacrima.vault.folder import Folder
from lacrima.vault.opened import wrap_practice_key
from lacrima.vault.recovery_code import RecoveryCode
from lacrima.vault.secret import Secret
from lacrima.vault.slot_file import SlotFile, SlotKind

_VAULT_ID_BYTES = 16
_LONG_ENOUGH = 15
_FEWEST_LETTERS = 6
_EVERYONES = ("password", "passwort", "passphrase", "lacrima", "qwert", "12345", "letmein")


def create(folder: Folder, passphrase: str, *, now: datetime) -> RecoveryCode:
    """Make a fresh vault in an empty folder; gives the recovery code, which is nowhere kept.

    The database itself is made by the first migration. Raises FolderNotEmpty, BadInput (a very
    short passphrase), FullDisk.
    """
    chosen = secret.of_new_passphrase(passphrase)
    code = recovery_code.fresh()
    content, data_key = _fresh_content(now)
    content = _wrapped_for(content, data_key, chosen, secret.of_recovery_code(code))
    subkeys.overwrite(data_key)
    with disk.clear_errors(folder.root):
        folder.refuse_filled()
        folder.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.spool.mkdir(mode=0o700)
        folder.files.mkdir(mode=0o700)
        client_keys.write(folder.client_keys, content.vault_id, {})
        ledger.write(folder.ledger, ())
        slot_file.write(folder.slots, folder.slots_copy, content)
    return code


def _fresh_content(now: datetime) -> tuple[SlotFile, bytearray]:
    data_key = bytearray(secrets.token_bytes(subkeys.DATA_KEY_BYTES))
    vault_id = secrets.token_bytes(_VAULT_ID_BYTES).hex()
    public, wrapped = wrap_practice_key(data_key, vault_id)
    content = SlotFile(
        vault_id=vault_id,
        created=ledger.moment(now),
        slots=(),
        practice_public=public,
        practice_wrapped=wrapped,
    )
    return content, data_key


def _wrapped_for(content: SlotFile, data_key: bytearray, *keys: Secret) -> SlotFile:
    for key in keys:
        slot = slot_file.wrap(data_key, content.vault_id, key.kind, key.value, kdf.STANDARD)
        content = content.with_slot(slot)
    return content


def change_passphrase(folder: Folder, old: str, new: str) -> None:
    """Put a new passphrase in the place of the old one; the database stays as it is."""
    _put_slot(folder, opened_by=secret.of_passphrase(old), new=secret.of_new_passphrase(new))


def reset_passphrase(folder: Folder, code: str, new: str) -> None:
    """Set a new passphrase by the recovery code, when the old one is lost."""
    opened_by = secret.of_recovery_code(recovery_code.parse(code))
    _put_slot(folder, opened_by=opened_by, new=secret.of_new_passphrase(new))


def prove_recovery_code(folder: Folder, code: str) -> bool:
    """Whether this code opens the practice: asked once, after it was written down."""
    try:
        key = secret.of_recovery_code(recovery_code.parse(code))
        subkeys.overwrite(secret.data_key(folder.read_slots(), key))
    except errors.WrongRecoveryCode:
        return False
    return True


def replace_recovery_code(folder: Folder, passphrase: str) -> RecoveryCode:
    """A new recovery code; the old sheet opens nothing any more."""
    code = recovery_code.fresh()
    _put_slot(
        folder,
        opened_by=secret.of_passphrase(passphrase),
        new=secret.of_recovery_code(code),
    )
    return code


def has_keyring(folder: Folder) -> bool:
    """Whether opening with the computer's login was set up for this practice."""
    return folder.read_slots().slot(SlotKind.KEYRING) is not None


def add_keyring(folder: Folder, passphrase: str) -> None:
    """Let this computer's login open the practice too. Locked when there is no keyring."""
    opened_by = secret.of_passphrase(passphrase)
    content = folder.read_slots()
    subkeys.overwrite(secret.data_key(content, opened_by))
    _put_slot(folder, opened_by=opened_by, new=keyring_slot.keep_fresh(content.vault_id))


def remove_keyring(folder: Folder) -> None:
    """Take the computer's login away as a way to open the practice."""
    with file_lock.exclusive(folder.write_lock):
        content = folder.read_slots().without_slot(SlotKind.KEYRING)
        slot_file.write(folder.slots, folder.slots_copy, content)
    keyring_slot.forget(content.vault_id)


def _put_slot(folder: Folder, *, opened_by: Secret, new: Secret) -> None:
    folder.check()
    with disk.clear_errors(folder.root), file_lock.exclusive(folder.write_lock):
        content = folder.read_slots()
        data_key = secret.data_key(content, opened_by)
        content = _wrapped_for(content, data_key, new)
        subkeys.overwrite(data_key)
        slot_file.write(folder.slots, folder.slots_copy, content)


class PassphraseAdvice(StrEnum):
    """What could make a passphrase better; a sentence each."""

    LONGER = "Four or five words are easier to remember and much harder to guess."
    MORE_LETTERS = "It repeats a few letters. Different words would be harder to guess."
    EVERYONES = "It holds a word that everybody tries first."


def passphrase_advice(text: str) -> tuple[PassphraseAdvice, ...]:
    """What could make this passphrase better; nothing to say about a good one.

    >>> passphrase_advice("river amber teapot window")
    ()
    """
    found = []
    if len(text) < _LONG_ENOUGH:
        found.append(PassphraseAdvice.LONGER)
    if len(set(text.casefold())) < _FEWEST_LETTERS:
        found.append(PassphraseAdvice.MORE_LETTERS)
    if any(word in text.casefold() for word in _EVERYONES):
        found.append(PassphraseAdvice.EVERYONES)
    return tuple(found)
