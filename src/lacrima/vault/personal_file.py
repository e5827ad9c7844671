"""The written form of a member's own key: wrapped once for each way in which she can open it.

The format is explained in docs/reference/crypto-format.md.
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from lacrima import errors
from lacrima.vault import disk, kdf
from lacrima.vault.slot_file import NONCE_BYTES, as_text, from_text

FORMAT = "lacrima.personal-key"
VERSION = 1
ID_BYTES = 16
_CIPHER = "aes-256-gcm"
_HKDF = "hkdf-sha256"
_MOST_SLOTS = 20


class PersonalWay(StrEnum):
    """The ways in which a member opens what is hers alone."""

    PASSPHRASE = "passphrase"  # noqa: S105 - a word in the file, not a secret
    RECOVERY = "recovery"
    PASSKEY = "passkey"


@dataclass(frozen=True)
class PersonalSlot:
    """The key, wrapped under one secret. `cost` is there for a secret that could be guessed."""

    way: PersonalWay
    cost: kdf.KdfCost | None
    salt: bytes
    credential_id: bytes
    nonce: bytes
    wrapped: bytes

    def described(self) -> dict[str, Any]:
        """All but nonce and ciphertext: what the seal of the slot also covers."""
        made_by = {"name": _HKDF} if self.cost is None else self.cost.as_json()
        said: dict[str, Any] = {
            "kind": self.way.value,
            "cipher": _CIPHER,
            "kdf": {**made_by, "salt": as_text(self.salt)},
        }
        if self.way is PersonalWay.PASSKEY:
            said["credential_id"] = as_text(self.credential_id)
        return said

    def as_json(self) -> dict[str, Any]:
        """The slot as it is written."""
        wrapped = {"nonce": as_text(self.nonce), "wrapped": as_text(self.wrapped)}
        return {**self.described(), **wrapped}


@dataclass(frozen=True)
class PersonalFile:
    """All ways to open one member's own key. `number` tells one key of hers from another."""

    member: str
    number: str
    slots: tuple[PersonalSlot, ...]

    def of(self, way: PersonalWay) -> tuple[PersonalSlot, ...]:
        """The slots of one way."""
        return tuple(slot for slot in self.slots if slot.way is way)

    def with_slot(self, new: PersonalSlot) -> PersonalFile:
        """The same with one slot put in; a passphrase or code in the place of the former one."""
        kept = tuple(slot for slot in self.slots if not _is_replaced(slot, new))
        return replace(self, slots=(*kept, new))

    def without_passkey(self, credential_id: bytes) -> PersonalFile:
        """The same without one passkey."""
        kept = (
            slot
            for slot in self.slots
            if slot.way is not PersonalWay.PASSKEY or slot.credential_id != credential_id
        )
        return replace(self, slots=tuple(kept))

    def associated(self, slot: PersonalSlot) -> bytes:
        """What the wrapping in a slot also covers: whose key, which one, and every parameter."""
        return disk.canonical({**self._named(), "slot": slot.described()})

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {**self._named(), "slots": [slot.as_json() for slot in self.slots]}

    def _named(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "version": VERSION,
            "member": self.member,
            "number": self.number,
        }


def _is_replaced(slot: PersonalSlot, new: PersonalSlot) -> bool:
    return (slot.way, slot.credential_id) == (new.way, new.credential_id)


def parse(document: object) -> PersonalFile:
    """Read what was kept. Raises VaultDamaged, NewerVault."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise damaged()
    _refuse_newer(document.get("version"))
    try:
        return _content(document)
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        raise damaged() from error


def _refuse_newer(version: object) -> None:
    if type(version) is not int or version < 1:
        raise damaged()
    if version > VERSION:
        raise errors.NewerVault(
            f"Your own key has format {version}",
            expected=f"format {VERSION} or lower",
            next_step="It was written by a newer Lacrima: ask whoever looks after the server.",
        )


def _content(document: dict[str, Any]) -> PersonalFile:
    entries = document["slots"]
    if not isinstance(entries, list) or len(entries) > _MOST_SLOTS:
        raise ValueError("slots")
    return PersonalFile(
        member=_an_id(document["member"]),
        number=_an_id(document["number"]),
        slots=tuple(_slot(entry) for entry in entries),
    )


def _an_id(text: Any) -> str:
    if not isinstance(text, str) or len(text) != 2 * ID_BYTES or bytes.fromhex(text).hex() != text:
        raise ValueError("an id")
    return text


def _slot(entry: dict[str, Any]) -> PersonalSlot:
    way = PersonalWay(entry["kind"])
    if entry["cipher"] != _CIPHER:
        raise ValueError("cipher")
    is_passkey = way is PersonalWay.PASSKEY
    return PersonalSlot(
        way=way,
        cost=_cost(entry["kdf"], is_passkey=is_passkey),
        salt=_exactly(entry["kdf"]["salt"], kdf.SALT_BYTES),
        credential_id=from_text(entry["credential_id"], least=1) if is_passkey else b"",
        nonce=_exactly(entry["nonce"], NONCE_BYTES),
        wrapped=from_text(entry["wrapped"]),
    )


def _exactly(text: Any, length: int) -> bytes:
    data = from_text(text, least=length)
    if len(data) != length:
        raise ValueError("too long")
    return data


def _cost(told: dict[str, Any], *, is_passkey: bool) -> kdf.KdfCost | None:
    if is_passkey:
        if told["name"] != _HKDF:
            raise ValueError("kdf")
        return None
    if (told["name"], told["version"]) != (kdf.NAME, kdf.VERSION):
        raise ValueError("kdf")
    costs = {name: told[name] for name in ("memory_kib", "iterations", "lanes")}
    if any(type(value) is not int for value in costs.values()):
        raise TypeError("cost")
    return kdf.KdfCost(**costs)


def damaged() -> errors.VaultDamaged:
    """The error for a key that is not whole."""
    return errors.VaultDamaged(
        "What holds your own key is damaged",
        next_step="Ask whoever looks after the server to restore the last backup.",
    )
