"""From what a person knows, or a keyring holds, to the data key of a practice."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from lacrima import errors
from lacrima.vault import slot_file
from lacrima.vault.recovery_code import RecoveryCode
from lacrima.vault.slot_file import SlotFile, SlotKind

LEAST_PASSPHRASE = 8


@dataclass(frozen=True)
class Secret:
    """What opens one kind of slot. It does not show itself in a traceback."""

    kind: SlotKind
    value: bytes = field(repr=False)


def of_passphrase(text: str) -> Secret:
    """A passphrase as bytes: Unicode NFC, so that every keyboard's "ä" is the same; UTF-8."""
    value = unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
    return Secret(SlotKind.PASSPHRASE, value)


def of_new_passphrase(text: str) -> Secret:
    """The same for a passphrase that is being chosen; BadInput when it is very short."""
    if len(text) < LEAST_PASSPHRASE:
        raise errors.BadInput(
            f"The passphrase has {len(text)} characters",
            expected=f"at least {LEAST_PASSPHRASE}, better four or five words",
        )
    return of_passphrase(text)


def of_recovery_code(code: RecoveryCode) -> Secret:
    """The recovery code's letters."""
    return Secret(SlotKind.RECOVERY, code.secret)


def data_key(content: SlotFile, key: Secret) -> bytearray:
    """The data key that this secret opens. Slow on purpose.

    Raises WrongPassphrase, WrongRecoveryCode, or Locked where there is no slot of this kind.
    """
    slot = content.slot(key.kind)
    if slot is None:
        raise errors.Locked(
            "This way of opening is not set up for this practice",
            next_step="Unlock with your passphrase.",
        )
    found = slot_file.unwrap(slot, content.vault_id, key.value)
    if found is None:
        raise _wrong(key.kind)
    return found


def _wrong(kind: SlotKind) -> errors.Locked:
    if kind is SlotKind.PASSPHRASE:
        return errors.WrongPassphrase(
            "This passphrase does not open the practice",
            next_step="Try again, with an eye on capital letters and the keyboard's language.",
        )
    if kind is SlotKind.RECOVERY:
        return errors.WrongRecoveryCode(
            "This recovery code does not open the practice",
            next_step="Check that the sheet belongs to this practice and is the newest one.",
        )
    return errors.Locked(
        "What this computer's keyring holds does not open the practice",
        next_step="Unlock with your passphrase, and set up the computer login again.",
    )
