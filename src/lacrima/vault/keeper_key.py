"""A keeper's own key file: the private key, wrapped under a passphrase. A practice never has it.

JSON like the key slots of a practice (vault/slot_file): AES-256-GCM under argon2id of the
passphrase, all parameters covered, a checksum that finds accidents. There is no recovery code:
without file or passphrase nothing sealed for this key opens any more.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima import errors, strict_json
from lacrima.vault import disk, hpke_p256, kdf, ledger, secret
from lacrima.vault.slot_file import NONCE_BYTES, as_text, from_text

FORMAT = "lacrima.keeper"
VERSION = 1
MOST_BYTES = 64 * 1024
_PRIVATE_BYTES = 32


@dataclass(frozen=True)
class KeyFile:
    """The content of a key file; its secret is wrapped."""

    created: str
    public: bytes
    cost: kdf.KdfCost
    salt: bytes
    nonce: bytes = b""
    wrapped: bytes = b""

    def described(self) -> dict[str, Any]:
        """All but nonce, ciphertext and checksum: what the seal also covers."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "created": self.created,
            "algorithm": "p-256",
            "public": as_text(self.public),
            "cipher": "aes-256-gcm",
            "kdf": {**self.cost.as_json(), "salt": as_text(self.salt)},
        }

    def to_bytes(self) -> bytes:
        """The file as it is written."""
        sealed = {"nonce": as_text(self.nonce), "wrapped": as_text(self.wrapped)}
        body = {**self.described(), **sealed}
        return disk.readable({**body, "checksum": _checksum(body)})


def fresh(passphrase: str, *, now: datetime) -> KeyFile:
    """A new key under this passphrase. Slow on purpose. BadInput when it is very short."""
    chosen = secret.of_new_passphrase(passphrase).value
    private, cost = hpke_p256.generate(), kdf.STANDARD
    empty = KeyFile(
        created=ledger.moment(now),
        public=hpke_p256.public_of(private),
        cost=cost,
        salt=secrets.token_bytes(kdf.SALT_BYTES),
    )
    nonce = secrets.token_bytes(NONCE_BYTES)
    number = private.private_numbers().private_value.to_bytes(_PRIVATE_BYTES, "big")
    wrapped = _cipher(empty, chosen).encrypt(nonce, number, disk.canonical(empty.described()))
    return KeyFile(empty.created, empty.public, cost, empty.salt, nonce, wrapped)


def private_of(key: KeyFile, passphrase: str) -> ec.EllipticCurvePrivateKey:
    """The private key. Slow on purpose. WrongPassphrase when it does not open."""
    cipher = _cipher(key, secret.of_passphrase(passphrase).value)
    try:
        number = cipher.decrypt(key.nonce, key.wrapped, disk.canonical(key.described()))
    except InvalidTag:
        raise errors.WrongPassphrase(
            "this passphrase does not open the key file",
            next_step="Try again, with an eye on capital letters and the keyboard's language.",
        ) from None
    return ec.derive_private_key(int.from_bytes(number, "big"), ec.SECP256R1())


def _cipher(key: KeyFile, passphrase: bytes) -> AESGCM:
    return AESGCM(kdf.derive(passphrase, key.salt, key.cost))


def write(path: Path, key: KeyFile) -> None:
    """Write the file, which must not exist yet; its owner alone may read it."""
    with disk.clear_errors(path):
        disk.write_new(path, key.to_bytes())
        disk.sync_folder(path.parent)


def read(path: Path) -> KeyFile:
    """The key file. Raises BadInput for another file, Damaged, NewerVault."""
    try:
        with path.open("rb") as file:
            return parse(file.read(MOST_BYTES), where=str(path))
    except OSError as error:
        raise errors.BadInput(
            "the key file cannot be read", where=str(path), expected="a file of lacrima keeper new"
        ) from error


def parse(data: bytes, *, where: str = "") -> KeyFile:
    """The same from its bytes. The checksum is looked at before the version."""
    try:
        body = dict(strict_json.read(data))
        found = str(body.pop("checksum"))
        is_ours = body["format"] == FORMAT
    except (KeyError, TypeError, ValueError):
        is_ours = False
    if not is_ours:
        raise errors.BadInput(
            "this is not the key file of a keeper", where=where, expected="a file of keeper new"
        )
    if not hmac.compare_digest(found.encode(), _checksum(body).encode()):
        raise _damaged(where)
    if body.get("version") != VERSION:
        raise errors.NewerVault(
            "this key file was written by a newer Lacrima",
            where=where,
            expected=f"format {VERSION}",
            next_step="Update this Lacrima, then try again.",
        )
    try:
        return _content(body)
    except (KeyError, TypeError, ValueError, binascii.Error, errors.VaultDamaged) as error:
        raise _damaged(where) from error


def _content(body: dict[str, Any]) -> KeyFile:
    cost, names = body["kdf"], ("memory_kib", "iterations", "lanes")
    known = (body["algorithm"], body["cipher"], cost["name"], cost["version"])
    if known != ("p-256", "aes-256-gcm", kdf.NAME, kdf.VERSION):
        raise ValueError("another way")
    if any(type(cost[name]) is not int for name in names):
        raise TypeError("cost")
    public = from_text(body["public"])
    if not hpke_p256.is_public(public):
        raise ValueError("public")
    wanted = kdf.KdfCost(**{name: cost[name] for name in names})
    kdf.refuse_cheap(wanted)
    return KeyFile(
        created=str(body["created"]),
        public=public,
        cost=wanted,
        salt=from_text(cost["salt"], least=kdf.SALT_BYTES),
        nonce=from_text(body["nonce"], least=NONCE_BYTES),
        wrapped=from_text(body["wrapped"]),
    )


def _checksum(body: dict[str, Any]) -> str:
    return hashlib.sha256(disk.canonical(body)).hexdigest()


def _damaged(where: str) -> errors.Damaged:
    return errors.Damaged(
        "the key file is damaged",
        where=where,
        next_step="Take the copy of it that you put aside.",
    )
