"""What an open practice holds in memory: the data key, its sub-keys, the client keys."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima import errors
from lacrima.vault import slot_file, subkeys
from lacrima.vault.client_keys import ClientKeys
from lacrima.vault.folder import Folder
from lacrima.vault.slot_file import NONCE_BYTES, SlotFile
from lacrima.vault.subkeys import Purpose


def wrap_practice_key(data_key: bytearray, vault_id: str) -> tuple[bytes, bytes]:
    """A new key pair of the practice: its public key, and the private one wrapped."""
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    nonce = secrets.token_bytes(NONCE_BYTES)
    cipher = AESGCM(bytes(subkeys.sub_key(data_key, vault_id, Purpose.PRACTICE_KEY)))
    associated = slot_file.practice_key_associated(vault_id, public)
    return public, nonce + cipher.encrypt(nonce, private.private_bytes_raw(), associated)


def unwrap_practice_key(data_key: bytearray, content: SlotFile) -> X25519PrivateKey:
    """The practice's private key; VaultDamaged when the pair in vault.json was exchanged."""
    cipher = AESGCM(bytes(subkeys.sub_key(data_key, content.vault_id, Purpose.PRACTICE_KEY)))
    wrapped = content.practice_wrapped
    try:
        raw = cipher.decrypt(
            wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], content.practice_key_associated()
        )
        private = X25519PrivateKey.from_private_bytes(raw)
    except (InvalidTag, ValueError) as error:
        raise _exchanged() from error
    if private.public_key().public_bytes_raw() != content.practice_public:
        raise _exchanged()
    return private


def _exchanged() -> errors.VaultDamaged:
    return errors.VaultDamaged(
        "The practice's own key pair in vault.json was altered",
        next_step="Put vault.json from your last backup in its place.",
    )


class Opened:
    """The keys of one open practice. After ``wipe`` every buffer of ours holds zeros."""

    def __init__(self, folder: Folder, content: SlotFile, data_key: bytearray) -> None:
        """Derive the sub-keys and read the client keys; takes ``data_key`` over."""
        self.vault_id = content.vault_id
        self.data_key = data_key
        self.sub_keys = {
            purpose: subkeys.sub_key(data_key, content.vault_id, purpose) for purpose in Purpose
        }
        try:
            self.practice_private = unwrap_practice_key(data_key, content)
            self.clients = ClientKeys(folder, content.vault_id, self.sub_keys[Purpose.CLIENT_KEYS])
        except BaseException:
            self._overwrite()
            raise

    def key(self, purpose: Purpose) -> bytes:
        """A copy of one sub-key, for a library that needs it."""
        return bytes(self.sub_keys[purpose])

    def mac(self, purpose: Purpose, message: bytes) -> bytes:
        """HMAC-SHA256 under one sub-key."""
        return hmac.digest(self.key(purpose), message, hashlib.sha256().name)

    def wipe(self) -> None:
        """Overwrite our buffers and drop the rest."""
        self._overwrite()
        self.clients.close()
        del self.practice_private

    def _overwrite(self) -> None:
        for buffer in (self.data_key, *self.sub_keys.values()):
            subkeys.overwrite(buffer)
