"""Quick unlock within the day: the data key wrapped in this process's memory, never on disk.

Under a PIN it is wrapped by argon2id of the PIN mixed with a random value of this process; under
a passkey by HKDF of the value that the passkey alone can give (PRF). Whoever can read this
process's memory while the practice is quick-locked can try PINs: that is what the full lock is for.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima import errors
from lacrima.vault import kdf, subkeys

TRIES = 5
_LEAST_PIN = 4
_LEAST_PRF_BYTES = 32
_NONCE_BYTES = 12
_PIN_LABEL = b"lacrima/1/quick lock by pin"
_PASSKEY_LABEL = b"lacrima/1/quick lock by passkey"


@dataclass(frozen=True)
class _Wrapped:
    """The data key under one quick secret, and the random values of this process."""

    salt: bytes
    random: bytearray
    nonce: bytes
    text: bytes


class QuickKeys:
    """The quick ways back in, while this process lives and until the next full lock."""

    def __init__(self) -> None:
        """No way is armed."""
        self._pin: _Wrapped | None = None
        self._passkey: _Wrapped | None = None
        self.passkey_credential_id: bytes | None = None
        self.tries_left = TRIES

    @property
    def has_pin(self) -> bool:
        """Whether a PIN was set since the last full lock."""
        return self._pin is not None

    @property
    def is_armed(self) -> bool:
        """Whether there is any quick way back."""
        return self._pin is not None or self._passkey is not None

    def set_pin(self, pin: str, data_key: bytearray) -> None:
        """Take a PIN of at least four characters. Slow on purpose."""
        if len(pin) < _LEAST_PIN:
            raise errors.BadInput(
                "The PIN is too short", expected=f"at least {_LEAST_PIN} digits or letters"
            )
        random, salt = _randoms()
        self._pin = _wrap(_pin_key(pin, salt, random), salt, random, data_key)
        self.tries_left = TRIES

    def arm_passkey(self, credential_id: bytes, prf_output: bytes, data_key: bytearray) -> None:
        """Take the passkey's own secret value (PRF output of 32 bytes or more)."""
        if len(prf_output) < _LEAST_PRF_BYTES:
            raise errors.BadInput(
                "This passkey gave no secret value",
                expected="a passkey that offers the PRF extension",
                next_step="Use a PIN for the quick lock.",
            )
        random, salt = _randoms()
        key = subkeys.expand(prf_output, salt=bytes(random), label=_PASSKEY_LABEL)
        self._passkey = _wrap(key, salt, random, data_key)
        self.passkey_credential_id = credential_id

    def open_by_pin(self, pin: str) -> bytearray:
        """The data key, or WrongPin saying how many tries are left (none: lock fully)."""
        armed = self._pin
        if armed is None or self.tries_left <= 0:
            raise errors.Locked(
                "No PIN is set", next_step="Unlock with your passphrase, then set a PIN."
            )
        self.tries_left -= 1  # before the slow part, so that tries side by side count too
        found = _unwrap(_pin_key(pin, armed.salt, armed.random), armed)
        if found is None:
            raise _wrong_pin(self.tries_left)
        self.tries_left = TRIES
        return found

    def open_by_passkey(self, prf_output: bytes) -> bytearray:
        """The data key, or WrongPin when this is another passkey."""
        armed = self._passkey
        if armed is None:
            raise errors.Locked("No passkey is set", next_step="Unlock with your passphrase.")
        key = subkeys.expand(prf_output, salt=bytes(armed.random), label=_PASSKEY_LABEL)
        found = _unwrap(key, armed)
        if found is None:
            raise errors.WrongPin(
                "This passkey is not the one of this day",
                next_step="Unlock with your PIN or your passphrase.",
            )
        return found

    def clear(self) -> None:
        """Overwrite the random values, without which nothing here opens, and forget all."""
        for armed in (self._pin, self._passkey):
            if armed is not None:
                subkeys.overwrite(armed.random)
        self._pin = self._passkey = self.passkey_credential_id = None
        self.tries_left = TRIES


def _randoms() -> tuple[bytearray, bytes]:
    return bytearray(secrets.token_bytes(32)), secrets.token_bytes(kdf.SALT_BYTES)


def _pin_key(pin: str, salt: bytes, random: bytearray) -> bytearray:
    slow = kdf.derive(unicodedata.normalize("NFC", pin).encode(), salt, kdf.STANDARD)
    return subkeys.expand(slow, salt=bytes(random), label=_PIN_LABEL)


def _wrap(key: bytearray, salt: bytes, random: bytearray, data_key: bytearray) -> _Wrapped:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    text = AESGCM(bytes(key)).encrypt(nonce, bytes(data_key), None)
    subkeys.overwrite(key)
    return _Wrapped(salt=salt, random=random, nonce=nonce, text=text)


def _unwrap(key: bytearray, armed: _Wrapped) -> bytearray | None:
    try:
        return bytearray(AESGCM(bytes(key)).decrypt(armed.nonce, armed.text, None))
    except InvalidTag:
        return None
    finally:
        subkeys.overwrite(key)


def _wrong_pin(tries_left: int) -> errors.WrongPin:
    if tries_left <= 0:
        return errors.WrongPin(
            "This PIN does not open the practice, and it was the last try",
            next_step="The practice is now fully locked. Unlock it with your passphrase.",
        )
    tries = "1 try" if tries_left == 1 else f"{tries_left} tries"
    return errors.WrongPin(
        f"This PIN does not open the practice; {tries} left",
        next_step="Try again, or unlock with your passphrase.",
    )
