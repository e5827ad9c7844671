"""One random data key, and from it a key for each purpose, so that none serves two."""

from __future__ import annotations

from enum import Enum

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

DATA_KEY_BYTES = 32


class Purpose(Enum):
    """What a sub-key is for. The value is the HKDF label; never change or reuse one."""

    DATABASE = b"lacrima/1/database"
    CLIENT_KEYS = b"lacrima/1/client keys"
    AUDIT = b"lacrima/1/audit head"
    MANIFEST = b"lacrima/1/backup manifest"
    PRACTICE_KEY = b"lacrima/1/practice private key"
    PERSONAL_KEYS = b"lacrima/1/personal keys"


def sub_key(data_key: bytes | bytearray, vault_id: str, purpose: Purpose) -> bytearray:
    """HKDF-SHA256 of the data key, salted with the vault's id: 32 bytes we can overwrite."""
    return expand(data_key, salt=bytes.fromhex(vault_id), label=purpose.value)


def expand(secret: bytes | bytearray, *, salt: bytes, label: bytes, length: int = 32) -> bytearray:
    """HKDF-SHA256 (RFC 5869) into a buffer of our own."""
    derivation = HKDF(algorithm=SHA256(), length=length, salt=salt, info=label)
    return bytearray(derivation.derive(bytes(secret)))


def overwrite(buffer: bytearray) -> None:
    """Fill a key buffer with zeros. Copies that Python or a library made are out of reach."""
    buffer[:] = bytes(len(buffer))
