"""One random key for each client, episode and member, wrapped under the data key, in one file.

Throwing away a line of this file makes all that was sealed with it unreadable, wherever copies
of the sealed text are, as long as no copy of the line is left. Hence a small file whose backups
are replaced and not kept (docs/decisions/0003).
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima import errors, strict_json
from lacrima.vault import disk, file_lock, ledger, slot_file
from lacrima.vault.folder import Folder

FORMAT = "lacrima.keys"
VERSION = 1
_KEY_BYTES = 32
_NONCE_BYTES = 12
_WRAPPED_BYTES = _NONCE_BYTES + _KEY_BYTES + 16
_KEY_ID = re.compile(r"practice|[a-z]{1,20}:[0-9a-f]{32}")

Stamp = tuple[int, int, int]


def read(path: Path, vault_id: str) -> dict[str, bytes]:
    """The wrapped keys by id. Raises VaultDamaged, NewerVault."""
    try:
        document = strict_json.read(path.read_bytes())
        _check_version(document["version"], path)
        if (document["format"], document["vault_id"]) != (FORMAT, vault_id):
            raise _damaged(path)
        keys = {
            _an_id(key_id): slot_file.from_text(text, least=_WRAPPED_BYTES)
            for key_id, text in document["keys"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(path) from error
    return keys


def _an_id(key_id: str) -> str:
    if not key_id.isascii():
        raise ValueError("no id")
    return key_id


def write(path: Path, vault_id: str, keys: dict[str, bytes]) -> None:
    """Write all wrapped keys, at once or not at all."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "vault_id": vault_id,
        "keys": {key_id: slot_file.as_text(wrapped) for key_id, wrapped in sorted(keys.items())},
    }
    disk.write_atomically(path, disk.readable(document))


def associated(vault_id: str, key_id: str) -> bytes:
    """What the wrapping of a key also covers: format, vault and whose key it is."""
    return f"{FORMAT}/{VERSION}|{vault_id}|{key_id}".encode("ascii")


def _check_version(version: object, path: Path) -> None:
    if not isinstance(version, int):
        raise _damaged(path)
    if version > VERSION:
        raise errors.NewerVault(
            f"The client keys have format {version}",
            where=str(path),
            expected=f"format {VERSION} or lower",
            next_step="Open it with the newer Lacrima that wrote it, or update this one.",
        )


def _damaged(path: Path) -> errors.VaultDamaged:
    return errors.VaultDamaged(
        "The file of client keys is missing or damaged",
        where=str(path),
        next_step="Put client-keys.json from your backup in its place.",
    )


class ClientKeys:
    """The keys of one open practice. Safe to use from several threads and processes."""

    def __init__(self, folder: Folder, vault_id: str, wrapping_key: bytearray) -> None:
        """Read the keys file; raises VaultDamaged when it is missing or not whole."""
        self._folder = folder
        self._vault_id = vault_id
        self._wrapping = AESGCM(bytes(wrapping_key))
        self._mutex = threading.RLock()
        self._wrapped: dict[str, bytes] = {}
        self._ciphers: dict[str, AESGCM] = {}
        self._stamp: Stamp | None = None
        self._apply_ledger()

    def has(self, key_id: str) -> bool:
        """Whether there is a key of this id."""
        with self._mutex:
            self._refresh()
            return key_id in self._wrapped

    def ids(self) -> frozenset[str]:
        """All ids that have a key."""
        with self._mutex:
            self._refresh()
            return frozenset(self._wrapped)

    def cipher(self, key_id: str) -> AESGCM:
        """The cipher of one client. Raises KeyGone when the key was erased or never made."""
        with self._mutex:
            self._refresh()
            found = self._ciphers.get(key_id)
            return found if found is not None else self._unwrap(key_id)

    def ensure(self, key_ids: Iterable[str]) -> None:
        """Make a key for each id that has none: one write for all of them."""
        wanted = set(key_ids)
        _refuse_strange(wanted)
        with self._mutex:
            self._refresh()
            if wanted <= self._wrapped.keys():
                return
            with file_lock.exclusive(self._folder.write_lock):
                self._refresh()
                missing = sorted(wanted - self._wrapped.keys())
                self._refuse_erased(missing)
                self._write({**self._wrapped, **{key: self._fresh(key) for key in missing}})

    def forget(self, ids: Iterable[str], now: datetime) -> None:
        """Note these in the ledger (first, so that a crash cannot lose it) and drop their keys.

        What has no key here is noted all the same.
        """
        gone = set(ids)
        with self._mutex, file_lock.exclusive(self._folder.write_lock):
            ledger.note(self._folder.ledger, sorted(gone), now)
            self._refresh()
            if gone & self._wrapped.keys():
                self._write({key: kept for key, kept in self._wrapped.items() if key not in gone})

    def close(self) -> None:
        """Drop everything."""
        with self._mutex:
            self._ciphers.clear()
            self._wrapped = {}

    def _apply_ledger(self) -> None:
        """Finish an erasure that was cut off between the ledger and the keys file."""
        self._refresh()
        erased = {line.id for line in ledger.read(self._folder.ledger)}
        if erased & self._wrapped.keys():
            with file_lock.exclusive(self._folder.write_lock):
                self._refresh()
                kept = {key: value for key, value in self._wrapped.items() if key not in erased}
                self._write(kept)

    def _refuse_erased(self, key_ids: list[str]) -> None:
        erased = {line.id for line in ledger.read(self._folder.ledger)}
        if erased.intersection(key_ids):
            raise _gone()

    def _refresh(self) -> None:
        """Read the file again when another process wrote it."""
        stamp = self._current_stamp()
        if stamp == self._stamp:
            return
        self._wrapped = read(self._folder.client_keys, self._vault_id)
        self._ciphers.clear()
        self._stamp = stamp

    def _current_stamp(self) -> Stamp:
        try:
            found = self._folder.client_keys.stat()
        except OSError as error:
            raise _damaged(self._folder.client_keys) from error
        return (found.st_ino, found.st_mtime_ns, found.st_size)

    def _write(self, keys: dict[str, bytes]) -> None:
        disk.remove_leftovers(self._folder.client_keys)
        write(self._folder.client_keys, self._vault_id, keys)
        self._stamp = None
        self._refresh()

    def _fresh(self, key_id: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        key = secrets.token_bytes(_KEY_BYTES)
        return nonce + self._wrapping.encrypt(nonce, key, associated(self._vault_id, key_id))

    def _unwrap(self, key_id: str) -> AESGCM:
        wrapped = self._wrapped.get(key_id)
        if wrapped is None:
            raise _gone()
        nonce, text = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        try:
            key = self._wrapping.decrypt(nonce, text, associated(self._vault_id, key_id))
        except InvalidTag as error:
            raise _damaged(self._folder.client_keys) from error
        self._ciphers[key_id] = AESGCM(key)
        return self._ciphers[key_id]


def _refuse_strange(key_ids: set[str]) -> None:
    if any(_KEY_ID.fullmatch(key_id) is None for key_id in key_ids):
        raise errors.OurFault(
            "A key was asked for under a strange id",
            expected="a short word, a colon and 32 hex digits, or practice",
        )


def _gone() -> errors.KeyGone:
    return errors.KeyGone(
        "The key to this was erased, so nobody can read it any more",
        next_step="There is nothing to do: erasing was meant.",
    )
