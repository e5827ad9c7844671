"""Sealed files: one random key a file, wrapped by a client's key, in chunks of 64 KiB.

    "LFIL" | version (1) | length (2) | the file's key, sealed as a value (vault/sealed) | chunks
    chunk: AES-256-GCM, nonce = number of the chunk (11 bytes) and 1 for the last, else 0 (1 byte)
    also covered by each chunk: SHA-256 of all that stands before the chunks

So a flipped bit, a swapped, missing or added chunk, and a cut at any place are found, and a part
from the middle can be read without the rest.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima import errors
from lacrima.vault import disk, sealed
from lacrima.vault.process import VAULT, Vault

MAGIC = b"LFIL"
VERSION = 1
CHUNK_BYTES = 64 * 1024
_TAG_BYTES = 16
_KEY_BYTES = 32
_NUMBER_BYTES = 11
_PREFIX_BYTES = len(MAGIC) + 3


def write(path: Path, *, key_id: str, place: str, source: BinaryIO, vault: Vault = VAULT) -> None:
    """Seal all that ``source`` gives into a new file, whole or not at all.

    ``place`` says what the file belongs to ("table|column|row id"). KeyGone, Locked, FullDisk.
    """
    key = secrets.token_bytes(_KEY_BYTES)
    header = _header(vault.seal(key_id, place, key))
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    with disk.clear_errors(path):
        try:
            with temporary.open("xb") as target:
                temporary.chmod(0o600)
                target.write(header)
                target.writelines(_sealed_chunks(AESGCM(key), header, source))
            disk.sync_file(temporary)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        disk.sync_folder(path.parent)


def _sealed_chunks(cipher: AESGCM, header: bytes, source: BinaryIO) -> Iterator[bytes]:
    associated = hashlib.sha256(header).digest()
    number = 0
    chunk = _filled(source)
    while True:
        following = _filled(source) if len(chunk) == CHUNK_BYTES else b""
        is_last = not following
        yield cipher.encrypt(_nonce(number, is_last=is_last), chunk, associated)
        if is_last:
            return
        chunk, number = following, number + 1


def _filled(source: BinaryIO) -> bytes:
    """A full chunk unless the source ends: pipes give less than was asked for."""
    parts: list[bytes] = []
    missing = CHUNK_BYTES
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


class SealedFile:
    """An open sealed file; knows its length, gives the whole or a part."""

    def __init__(self, file: BinaryIO, *, place: str, vault: Vault = VAULT) -> None:
        """Open the file's key. Raises SealBroken, KeyGone, Locked, NewerVault."""
        self._file = file
        header, wrapped = _read_header(file)
        self._cipher = AESGCM(vault.open_sealed(place, wrapped))
        self._associated = hashlib.sha256(header).digest()
        self._start = len(header)
        length = file.seek(0, 2) - self._start
        self._chunks = -(-length // (CHUNK_BYTES + _TAG_BYTES))
        if length < _TAG_BYTES:
            raise sealed.broken()
        self.size = length - self._chunks * _TAG_BYTES
        self._chunk(self._chunks - 1)  # proves that the end is the end

    def read_range(self, offset: int, length: int) -> bytes:
        """Up to ``length`` bytes from ``offset``; less where the file ends."""
        end = min(offset + length, self.size)
        if offset < 0 or offset >= end:
            return b""
        first, last = offset // CHUNK_BYTES, (end - 1) // CHUNK_BYTES
        joined = b"".join(self._chunk(number) for number in range(first, last + 1))
        return joined[offset - first * CHUNK_BYTES : end - first * CHUNK_BYTES]

    def chunks(self) -> Iterator[bytes]:
        """All of it, chunk by chunk."""
        for number in range(self._chunks):
            yield self._chunk(number)

    def _chunk(self, number: int) -> bytes:
        self._file.seek(self._start + number * (CHUNK_BYTES + _TAG_BYTES))
        text = self._file.read(CHUNK_BYTES + _TAG_BYTES)
        nonce = _nonce(number, is_last=number == self._chunks - 1)
        try:
            return self._cipher.decrypt(nonce, text, self._associated)
        except InvalidTag as error:
            raise sealed.broken() from error


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(_NUMBER_BYTES, "big") + bytes([is_last])


def _header(wrapped: bytes) -> bytes:
    return MAGIC + bytes([VERSION]) + len(wrapped).to_bytes(2, "big") + wrapped


def _read_header(file: BinaryIO) -> tuple[bytes, bytes]:
    prefix = file.read(_PREFIX_BYTES)
    if len(prefix) < _PREFIX_BYTES or not prefix.startswith(MAGIC):
        raise sealed.broken()
    if prefix[len(MAGIC)] > VERSION:
        raise errors.NewerVault(
            f"A sealed file has format {prefix[len(MAGIC)]}", expected=f"format {VERSION}"
        )
    wrapped = file.read(int.from_bytes(prefix[-2:], "big"))
    return prefix + wrapped, wrapped


def key_id_of(path: Path) -> str:
    """Whose key sealed this file. Only a claim until it was opened."""
    with path.open("rb") as file:
        return sealed.key_id_of(_read_header(file)[1])
