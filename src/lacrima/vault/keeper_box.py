"""What a client tells a keeper outside the therapy, or a study: nobody here can open it.

    "LKPR" | version (1) | key id (8) | encapsulated key (65) | ciphertext and tag
    plain: length (4) | JSON (UTF-8) | zeros

HPKE in its base mode (vault/hpke_p256), bound to its purpose and to all that stands before the
encapsulated key. The whole is 4096, 16384 or 65536 bytes, the smallest that holds it, so that its
length tells little. Written out in docs/reference/drop-box-format.md. Anybody can seal for a
keeper: that it opens does not say who wrote it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from lacrima import errors, strict_json
from lacrima.vault import hpke_p256

MAGIC = b"LKPR"
VERSION = 1
SIZES = (4096, 16384, 65536)
KEY_ID_BYTES = 8
_INFO = b"lacrima/1/keeper"
_LENGTH_BYTES = 4
_HEAD_BYTES = len(MAGIC) + 1 + KEY_ID_BYTES
_AROUND_BYTES = _HEAD_BYTES + hpke_p256.PUBLIC_BYTES + hpke_p256.TAG_BYTES


@dataclass(frozen=True)
class Told:
    """What stands inside: at which step, when (UTC, ending in Z), and what was answered.

    Without a step it is a filling, which says nothing at all (vault/keeper_file).
    """

    step: str
    at: str
    values: Mapping[str, Any]

    @property
    def is_filling(self) -> bool:
        """Does it stand there only so that nobody can count?"""
        return not self.step

    def as_json(self) -> dict[str, Any]:
        """As it is sealed."""
        return {"v": VERSION, "step": self.step, "at": self.at, "values": dict(self.values)}


def key_id(public: bytes) -> bytes:
    """What a sealed piece says of its key: eight bytes of the key's hash."""
    return hashlib.sha256(public).digest()[:KEY_ID_BYTES]


def seal(
    public: bytes,
    told: Told,
    *,
    least: int = SIZES[0],
    ephemeral: EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Seal for the keeper with this key. `least`: at least this long; `ephemeral`: vectors alone.

    Raises BadInput when it is too long, or for what is no key.
    """
    plain = _plain(told)
    sizes = [size for size in SIZES if size >= least and _room(size) >= len(plain)]
    if not sizes:
        raise errors.BadInput("this is too long to be sealed", expected="fewer words")
    filled = (len(plain).to_bytes(_LENGTH_BYTES, "big") + plain).ljust(
        sizes[0] - _AROUND_BYTES, b"\0"
    )
    head = MAGIC + bytes([VERSION]) + key_id(public)
    try:
        return head + hpke_p256.seal(
            filled, recipient=public, bound=_bound(head), ephemeral=ephemeral
        )
    except ValueError:
        raise errors.BadInput("this is not the key of a keeper", where="keeper_code") from None


def key_id_of(sealed: bytes) -> bytes:
    """For which key this is sealed, as it says itself. BadInput for what has no such form."""
    if len(sealed) not in SIZES or not sealed.startswith(MAGIC):
        raise errors.BadInput("this was not sealed for a keeper", expected="a sealed piece")
    if sealed[len(MAGIC)] != VERSION:
        raise errors.BadInput(
            "this was sealed by a newer Lacrima",
            expected=f"format {VERSION}",
            next_step="Update this Lacrima, then open it again.",
        )
    return sealed[len(MAGIC) + 1 : _HEAD_BYTES]


def unseal(sealed: bytes, *, keeper: EllipticCurvePrivateKey) -> Told:
    """What is inside. Raises BadInput for another form, SealBroken where it does not open."""
    key_id_of(sealed)
    head, text = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES:]
    filled = hpke_p256.unseal(text, recipient=keeper, bound=_bound(head))
    if filled is None:
        raise broken()
    return _told(filled)


def _plain(told: Told) -> bytes:
    """Its JSON, in UTF-8: the longest words in any script have room in the largest size."""
    said = json.dumps(told.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return said.encode()


def _told(filled: bytes) -> Told:
    end = _LENGTH_BYTES + int.from_bytes(filled[:_LENGTH_BYTES], "big")
    try:
        if any(filled[end:]):
            raise ValueError("more than was said")
        told = strict_json.read(filled[_LENGTH_BYTES:end])
        if set(told) != {"v", "step", "at", "values"} or told["v"] != VERSION:
            raise ValueError("another form")
        kinds = [(told["step"], str), (told["at"], str), (told["values"], dict)]
        if not all(isinstance(value, kind) for value, kind in kinds):
            raise ValueError("another form")
    except (TypeError, ValueError):
        raise broken() from None
    return Told(told["step"], told["at"], told["values"])


def broken() -> errors.SealBroken:
    """The error for a piece that does not open, or is none; it names no content."""
    return errors.SealBroken(
        "a sealed piece was altered, or is for another key",
        next_step="The others can be opened all the same.",
    )


def _room(size: int) -> int:
    return size - _AROUND_BYTES - _LENGTH_BYTES


def _bound(head: bytes) -> hpke_p256.Bound:
    return hpke_p256.Bound(info=_INFO, beside=head)
