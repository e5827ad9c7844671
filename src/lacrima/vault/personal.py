"""A member's own key in a clinic: made, opened, and given other ways to open it.

Nothing here opens it without her passphrase, her recovery code or her passkey: no password, no
secret of the vault, nothing that lies in the database. What she knows is mixed with a key of the
vault, so that who stole the tables alone cannot even try to guess.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima import errors
from lacrima.vault import kdf, personal_file, recovery_code, secret, subkeys
from lacrima.vault.personal_file import PersonalFile, PersonalSlot, PersonalWay
from lacrima.vault.process import VAULT, Vault
from lacrima.vault.recovery_code import RecoveryCode
from lacrima.vault.slot_file import NONCE_BYTES

KEY_BYTES = 32
MOST_PASSKEYS = 5
_LEAST_PRF_BYTES = 32
_PASSKEY_LABEL = b"lacrima/1/personal key by passkey"
_ASKED_LABEL = b"lacrima/1/personal key, what a passkey is asked|"
_one_at_a_time = threading.Lock()  # each slow derivation takes 128 MiB


@dataclass(frozen=True)
class PersonalSecret:
    """What opens one way. It does not show itself in a traceback."""

    way: PersonalWay
    value: bytes = field(repr=False)
    credential_id: bytes = b""


def by_passphrase(text: str) -> PersonalSecret:
    """Her passphrase, as she types it to open."""
    return PersonalSecret(PersonalWay.PASSPHRASE, secret.of_passphrase(text).value)


def by_new_passphrase(text: str) -> PersonalSecret:
    """A passphrase that is being chosen; BadInput when it is very short."""
    return PersonalSecret(PersonalWay.PASSPHRASE, secret.of_new_passphrase(text).value)


def by_recovery_code(text: str) -> PersonalSecret:
    """Her recovery code, as people type it. WrongRecoveryCode when it cannot be one."""
    return PersonalSecret(PersonalWay.RECOVERY, recovery_code.parse(text).secret)


def by_passkey(credential_id: bytes, prf_output: bytes) -> PersonalSecret:
    """What her passkey alone can give. BadInput when it gave nothing."""
    if len(prf_output) < _LEAST_PRF_BYTES or not credential_id:
        raise errors.BadInput(
            "This passkey gave no secret value",
            expected="a passkey that offers the PRF extension",
            next_step="Use your own passphrase.",
        )
    return PersonalSecret(PersonalWay.PASSKEY, prf_output, credential_id)


def asked_of_passkeys(content: PersonalFile) -> bytes:
    """What her passkeys are asked to answer. No secret."""
    return hashlib.sha256(_ASKED_LABEL + content.number.encode()).digest()


@dataclass(frozen=True)
class NewKey:
    """A key that was just made: what is kept, the code that is shown once, and the key itself."""

    content: PersonalFile
    code: RecoveryCode = field(repr=False)
    key: bytearray = field(repr=False)


def make(member: str, passphrase: str, *, vault: Vault = VAULT) -> NewKey:
    """A new key for this member (32 hex digits), opened by a passphrase and a recovery code."""
    chosen = by_new_passphrase(passphrase)
    code = recovery_code.fresh()
    key = bytearray(secrets.token_bytes(KEY_BYTES))
    number = secrets.token_bytes(personal_file.ID_BYTES).hex()
    content = PersonalFile(member=member, number=number, slots=())
    for one in (chosen, PersonalSecret(PersonalWay.RECOVERY, code.secret)):
        content = with_way(content, key, one, vault=vault)
    return NewKey(content, code, key)


def with_way(
    content: PersonalFile, key: bytearray, new: PersonalSecret, *, vault: Vault = VAULT
) -> PersonalFile:
    """The same with one way more; a new passphrase or code takes the place of the old one."""
    passkeys = {slot.credential_id for slot in content.of(PersonalWay.PASSKEY)}
    is_one_more = new.way is PersonalWay.PASSKEY and new.credential_id not in passkeys
    if is_one_more and len(passkeys) >= MOST_PASSKEYS:
        raise errors.BadInput(
            "There are as many passkeys as there can be",
            expected=f"at most {MOST_PASSKEYS}",
            next_step="Take one away first.",
        )
    return content.with_slot(_wrapped(content, key, new, vault))


def with_new_recovery_code(
    content: PersonalFile, key: bytearray, *, vault: Vault = VAULT
) -> tuple[PersonalFile, RecoveryCode]:
    """The same with another recovery code; the sheet before opens nothing any more."""
    code = recovery_code.fresh()
    by_code = PersonalSecret(PersonalWay.RECOVERY, code.secret)
    return with_way(content, key, by_code, vault=vault), code


def opened(content: PersonalFile, key: PersonalSecret, *, vault: Vault = VAULT) -> bytearray:
    """Her key, by one of the ways. Slow on purpose.

    Raises WrongPassphrase, WrongRecoveryCode; Locked for a passkey that is not one of hers.
    """
    slots = [slot for slot in content.of(key.way) if slot.credential_id == key.credential_id]
    found = _first(_unwrapped(content, slot, key, vault) for slot in slots)
    if found is None:
        raise _wrong(key.way)
    return found


def _first(found: Iterable[bytearray | None]) -> bytearray | None:
    return next((key for key in found if key is not None), None)


def _wrapped(
    content: PersonalFile, key: bytearray, by: PersonalSecret, vault: Vault
) -> PersonalSlot:
    empty = PersonalSlot(
        way=by.way,
        cost=None if by.way is PersonalWay.PASSKEY else kdf.STANDARD,
        salt=secrets.token_bytes(kdf.SALT_BYTES),
        credential_id=by.credential_id,
        nonce=secrets.token_bytes(NONCE_BYTES),
        wrapped=b"",
    )
    cipher = _wrapping(empty, by, vault)
    text = cipher.encrypt(empty.nonce, bytes(key), content.associated(empty))
    return replace(empty, wrapped=text)


def _unwrapped(
    content: PersonalFile, slot: PersonalSlot, by: PersonalSecret, vault: Vault
) -> bytearray | None:
    if slot.cost is not None:
        kdf.refuse_cheap(slot.cost)
    try:
        cipher = _wrapping(slot, by, vault)
        found = bytearray(cipher.decrypt(slot.nonce, slot.wrapped, content.associated(slot)))
    except InvalidTag:
        return None
    if len(found) != KEY_BYTES:
        raise personal_file.damaged()
    return found


def _wrapping(slot: PersonalSlot, by: PersonalSecret, vault: Vault) -> AESGCM:
    wrapping = vault.personal_wrapping_key(_first_step(slot, by))
    try:
        return AESGCM(bytes(wrapping))
    finally:
        subkeys.overwrite(wrapping)


def _first_step(slot: PersonalSlot, by: PersonalSecret) -> bytes | bytearray:
    if slot.cost is None:
        return subkeys.expand(by.value, salt=slot.salt, label=_PASSKEY_LABEL)
    with _one_at_a_time:
        return kdf.derive(by.value, slot.salt, slot.cost)


def _wrong(way: PersonalWay) -> errors.Locked:
    if way is PersonalWay.PASSPHRASE:
        return errors.WrongPassphrase(
            "This passphrase does not open your own things",
            next_step="It is not the password you sign in with. Try again.",
        )
    if way is PersonalWay.RECOVERY:
        return errors.WrongRecoveryCode(
            "This recovery code does not open your own things",
            next_step="Check that the sheet is yours and the newest one.",
        )
    return errors.Locked(
        "This passkey is not one of those that open your own things",
        next_step="Use your own passphrase.",
    )
