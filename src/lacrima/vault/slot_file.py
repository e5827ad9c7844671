"""The key slots: vault.json. The data key, wrapped once for each way to open the practice.

The format is written out in docs/reference/crypto-format.md.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima import errors, strict_json
from lacrima.vault import disk, kdf

FORMAT = "lacrima.vault"
VERSION = 1
NONCE_BYTES = 12
_MOST_BYTES = 1 << 20


class SlotKind(StrEnum):
    """The ways to open a practice."""

    PASSPHRASE = "passphrase"  # noqa: S105 - a word in the file, not a secret
    RECOVERY = "recovery"
    KEYRING = "keyring"


@dataclass(frozen=True)
class Slot:
    """The data key wrapped by AES-256-GCM under argon2id of one secret."""

    kind: SlotKind
    cost: kdf.KdfCost
    salt: bytes
    nonce: bytes
    wrapped: bytes

    def described(self) -> dict[str, Any]:
        """All but nonce and ciphertext: what the seal of the slot also covers."""
        return {
            "kind": self.kind.value,
            "cipher": "aes-256-gcm",
            "kdf": {**self.cost.as_json(), "salt": as_text(self.salt)},
        }

    def as_json(self) -> dict[str, Any]:
        """The slot as it stands in vault.json."""
        return {
            **self.described(),
            "nonce": as_text(self.nonce),
            "wrapped": as_text(self.wrapped),
        }


@dataclass(frozen=True)
class SlotFile:
    """The content of vault.json."""

    vault_id: str
    created: str
    slots: tuple[Slot, ...]
    practice_public: bytes
    practice_wrapped: bytes

    def slot(self, kind: SlotKind) -> Slot | None:
        """The slot of this kind, if there is one."""
        return next((slot for slot in self.slots if slot.kind is kind), None)

    def with_slot(self, slot: Slot) -> SlotFile:
        """The same with one slot put in, in the place of the former one of its kind."""
        others = tuple(other for other in self.slots if other.kind is not slot.kind)
        return replace(self, slots=(*others, slot))

    def without_slot(self, kind: SlotKind) -> SlotFile:
        """The same without the slot of this kind."""
        return replace(self, slots=tuple(slot for slot in self.slots if slot.kind is not kind))

    def practice_key_associated(self) -> bytes:
        """What the wrapping of the practice's private key also covers."""
        return practice_key_associated(self.vault_id, self.practice_public)

    def to_bytes(self) -> bytes:
        """The file as it is written, with the checksum that finds accidental damage."""
        body: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "vault_id": self.vault_id,
            "created": self.created,
            "slots": [slot.as_json() for slot in self.slots],
            "practice_key": {
                "algorithm": "x25519",
                "public": as_text(self.practice_public),
                "wrapped": as_text(self.practice_wrapped),
            },
        }
        return disk.readable({**body, "checksum": _checksum(body)})


def practice_key_associated(vault_id: str, public: bytes) -> bytes:
    """What the wrapping of the practice's private key also covers."""
    return disk.canonical(
        {
            "format": FORMAT,
            "version": VERSION,
            "vault_id": vault_id,
            "practice_key": {"algorithm": "x25519", "public": as_text(public)},
        }
    )


def wrap(
    data_key: bytes | bytearray, vault_id: str, kind: SlotKind, secret: bytes, cost: kdf.KdfCost
) -> Slot:
    """A new slot in which ``secret`` opens the data key. Slow on purpose."""
    empty = Slot(
        kind=kind,
        cost=cost,
        salt=secrets.token_bytes(kdf.SALT_BYTES),
        nonce=secrets.token_bytes(NONCE_BYTES),
        wrapped=b"",
    )
    cipher = AESGCM(kdf.derive(secret, empty.salt, cost))
    wrapped = cipher.encrypt(empty.nonce, bytes(data_key), _associated(empty, vault_id))
    return replace(empty, wrapped=wrapped)


def unwrap(slot: Slot, vault_id: str, secret: bytes) -> bytearray | None:
    """The data key, or None when the secret (or any parameter of the slot) is another."""
    kdf.refuse_cheap(slot.cost)
    cipher = AESGCM(kdf.derive(secret, slot.salt, slot.cost))
    try:
        return bytearray(cipher.decrypt(slot.nonce, slot.wrapped, _associated(slot, vault_id)))
    except InvalidTag:
        return None


def _associated(slot: Slot, vault_id: str) -> bytes:
    return disk.canonical(
        {"format": FORMAT, "version": VERSION, "vault_id": vault_id, "slot": slot.described()}
    )


def write(main: Path, copy: Path, content: SlotFile) -> None:
    """Write both copies, one after the other, each whole or not at all. Call under the lock."""
    for path in (main, copy):
        disk.remove_leftovers(path)
        disk.write_atomically(path, content.to_bytes())


def mend(main: Path, copy: Path, content: SlotFile) -> None:
    """Make both copies equal to what opened the practice; a folder that is read-only stays."""
    wanted = content.to_bytes()
    for path in (main, copy):
        with contextlib.suppress(OSError, errors.LacrimaError):
            if not path.exists() or path.read_bytes() != wanted:
                disk.write_atomically(path, wanted)


def read_first_whole(*paths: Path) -> SlotFile | None:
    """The first copy that is whole; None when there is none at all.

    Raises VaultDamaged when copies exist but none is whole, NewerVault, NotAVault.
    """
    problem: errors.LacrimaError | None = None
    for path in paths:
        try:
            return parse(_bytes_of(path), where=path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (errors.VaultDamaged, errors.NotAVault) as error:
            problem = problem or error
    if problem is not None:
        raise problem
    return None


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        raise _damaged(path) from error


def parse(data: bytes, *, where: Path) -> SlotFile:
    """Read vault.json. Raises VaultDamaged, NewerVault or NotAVault.

    The checksum comes before the version, in this format and in every later one: a flipped bit
    must not pass for a newer practice.
    """
    document = _document(data, where)
    if document.get("format") != FORMAT:
        raise _foreign(where)
    body = {key: value for key, value in document.items() if key != "checksum"}
    if not hmac.compare_digest(str(document.get("checksum")).encode(), _checksum(body).encode()):
        raise _damaged(where)
    _refuse_newer(body, where)
    try:
        return _content(body)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise _damaged(where) from error


def _document(data: bytes, where: Path) -> dict[str, Any]:
    try:
        document = strict_json.read(data)
    except ValueError as error:
        raise _damaged(where) from error
    if not isinstance(document, dict):
        raise _damaged(where)
    return document


def _foreign(where: Path) -> errors.NotAVault:
    return errors.NotAVault(
        "The file vault.json here belongs to another program",
        where=str(where),
        expected="a practice made by Lacrima",
        next_step="Choose the folder of your practice.",
    )


def _refuse_newer(body: dict[str, Any], where: Path) -> None:
    version = body.get("version")
    if type(version) is not int or version < 1:
        raise _damaged(where)
    if version > VERSION:
        raise errors.NewerVault(
            f"This practice has format {version}",
            where=str(where),
            expected=f"format {VERSION} or lower",
            next_step="Open it with the newer Lacrima that wrote it, or update this one.",
        )


def _content(body: dict[str, Any]) -> SlotFile:
    practice = body["practice_key"]
    if practice["algorithm"] != "x25519":
        raise ValueError("algorithm")
    vault_id = body["vault_id"]
    if not isinstance(vault_id, str) or bytes.fromhex(vault_id).hex() != vault_id:
        raise ValueError("vault_id")
    return SlotFile(
        vault_id=vault_id,
        created=str(body["created"]),
        slots=tuple(_slot(entry) for entry in body["slots"]),
        practice_public=from_text(practice["public"]),
        practice_wrapped=from_text(practice["wrapped"]),
    )


def _slot(entry: dict[str, Any]) -> Slot:
    derivation = entry["kdf"]
    known = (derivation["name"], derivation["version"], entry["cipher"])
    if known != (kdf.NAME, kdf.VERSION, "aes-256-gcm"):
        raise ValueError("kdf")
    costs = {name: derivation[name] for name in ("memory_kib", "iterations", "lanes")}
    if any(type(value) is not int for value in costs.values()):
        raise TypeError("cost")
    return Slot(
        kind=SlotKind(entry["kind"]),
        cost=kdf.KdfCost(**costs),
        salt=from_text(derivation["salt"], least=kdf.SALT_BYTES),
        nonce=from_text(entry["nonce"], least=NONCE_BYTES),
        wrapped=from_text(entry["wrapped"]),
    )


def _checksum(body: dict[str, Any]) -> str:
    return hashlib.sha256(disk.canonical(body)).hexdigest()


def _damaged(where: Path) -> errors.VaultDamaged:
    return errors.VaultDamaged(
        "The key slots are damaged",
        where=str(where),
        next_step="Put vault.json from your last backup in its place.",
    )


def as_text(data: bytes) -> str:
    """Bytes as base64, as they stand in our JSON files."""
    return base64.b64encode(data).decode("ascii")


def from_text(text: str, *, least: int = 0) -> bytes:
    """Base64 back to bytes; ValueError unless it is exactly that and long enough."""
    data = base64.b64decode(text, validate=True)
    if len(data) < least:
        raise ValueError("too short")
    return data
