"""The one vault of this process: open, quick-locked or fully locked.

Everything that needs a key asks ``VAULT`` at the moment of use and keeps nothing. What a lock can
and cannot take out of memory: docs/explanation/locks-and-keys.md.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from enum import Enum
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lacrima import errors
from lacrima.vault import (
    engine,
    in_hand,
    keyring_slot,
    practice_box,
    recovery_code,
    sealed,
    secret,
    share_box,
    subkeys,
)
from lacrima.vault.folder import Folder
from lacrima.vault.holds import Holds
from lacrima.vault.opened import Opened
from lacrima.vault.quick import QuickKeys
from lacrima.vault.secret import Secret
from lacrima.vault.slot_file import mend
from lacrima.vault.subkeys import Purpose

LOCK_WAIT_S = 5.0
_PERSONAL_LABEL = b"lacrima/1/personal key"


class LockState(Enum):
    """How locked the practice is."""

    FULL = "full"
    QUICK = "quick"
    OPEN = "open"


class Vault:
    """Holds the keys of one practice while it is open. Safe to use from several threads."""

    def __init__(self) -> None:
        """Fully locked, of no folder yet."""
        self._state = LockState.FULL
        self._folder: Folder | None = None
        self._generation = 0
        self._opened: Opened | None = None
        self._quick = QuickKeys()
        self._callbacks: list[Callable[[], None]] = []
        self._holds = Holds()
        self.members_hold_their_own_keys = False  # in a clinic: see in_hand
        self._mutex = threading.RLock()  # nobody wipes a key while another thread uses it
        self._unlocking = threading.RLock()  # one slow derivation at a time: each takes 128 MiB

    @property
    def state(self) -> LockState:
        """Open, quick-locked or fully locked."""
        return self._state

    @property
    def folder(self) -> Folder | None:
        """The practice that was unlocked last; None before the first unlock."""
        return self._folder

    @property
    def generation(self) -> int:
        """Grows at every lock: what was opened under a lower number is closed."""
        return self._generation

    # ---- unlocking --------------------------------------------------------------------------

    def unlock(self, folder: Folder, passphrase: str) -> None:
        """Open the practice by its passphrase (about half a second, on purpose).

        Raises WrongPassphrase, VaultDamaged, NotAVault, NewerVault: four different things.
        """
        self._unlock(folder, secret.of_passphrase(passphrase))

    def unlock_with_recovery(self, folder: Folder, code: str) -> None:
        """Open the practice by its printed recovery code, or raise WrongRecoveryCode."""
        self._unlock(folder, secret.of_recovery_code(recovery_code.parse(code)))

    def unlock_with_keyring(self, folder: Folder) -> None:
        """Open the practice by what this computer's own keyring holds, or raise Locked."""
        self._unlock(folder, keyring_slot.secret_of(folder))

    def _unlock(self, folder: Folder, key: Secret) -> None:
        with self._unlocking:
            content = folder.read_slots()
            opened = Opened(folder, content, secret.data_key(content, key))
            try:
                _check_database(folder, opened)
            except BaseException:
                opened.wipe()
                raise
            mend(folder.slots, folder.slots_copy, content)
            self._install(folder, opened)

    def _install(self, folder: Folder, opened: Opened) -> None:
        if self._state is not LockState.FULL and folder != self._folder:
            self.full_lock()
        with self._mutex:
            former, self._opened = self._opened, opened
            self._folder = folder
            self._state = LockState.OPEN
            if former is not None:
                former.wipe()

    # ---- the two locks ----------------------------------------------------------------------

    def full_lock(self) -> None:
        """Drop every key, overwrite our buffers, close every connection, forget PIN and passkey."""
        self._lock(LockState.FULL)

    def quick_lock(self) -> LockState:
        """Lock until the PIN or passkey of this day; a full lock where neither was set.

        Gives the state it is in now.
        """
        target = LockState.QUICK if self._quick.is_armed else LockState.FULL
        if self._state is LockState.OPEN:
            self._lock(target)
        return self._state

    def _lock(self, target: LockState) -> None:
        with self._holds.closed(LOCK_WAIT_S), ExitStack() as last:
            for callback in self._callbacks:
                last.callback(callback)  # each is called even when another raises
            with self._mutex:
                if target is LockState.FULL:
                    self._quick.clear()
                self._state = target
                self._generation += 1
                opened, self._opened = self._opened, None
                if opened is not None:
                    opened.wipe()

    def on_lock(self, callback: Callable[[], None]) -> None:
        """Have this called at every lock, when no key is left and before the lock returns."""
        if callback not in self._callbacks:
            self._callbacks.append(callback)

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Hold the practice for one request: a lock waits for it, for at most a few seconds.

        Says nothing about the state: ask it inside. A lock asked for inside its own hold does
        not wait for itself. Without a hold everything works too, but a lock may cut it short.
        """
        with self._holds.shared():
            yield

    # ---- quick unlock -----------------------------------------------------------------------

    @property
    def has_pin(self) -> bool:
        """Whether a PIN was set since the last full lock."""
        return self._quick.has_pin

    @property
    def pin_tries_left(self) -> int:
        """How many wrong PINs are left before the full lock."""
        return self._quick.tries_left

    @property
    def passkey_credential_id(self) -> bytes | None:
        """Which passkey can open the quick lock, if any."""
        return self._quick.passkey_credential_id

    def set_pin(self, pin: str) -> None:
        """Set the PIN of this day (at least four characters); needs the practice open."""
        with self._unlocking, self._mutex:
            self._quick.set_pin(pin, self._needed().data_key)

    def arm_passkey(self, credential_id: bytes, prf_output: bytes) -> None:
        """Let a passkey open the quick lock of this day; needs the practice open."""
        with self._mutex:
            self._quick.arm_passkey(credential_id, prf_output, self._needed().data_key)

    def quick_unlock(self, pin: str) -> None:
        """Open by PIN. WrongPin says how many tries are left; after five it is fully locked."""
        with self._unlocking:
            self._refuse_when_full()
            try:
                found = self._quick.open_by_pin(pin)
            except errors.WrongPin:
                if self._quick.tries_left <= 0:
                    self.full_lock()
                raise
            self._open_again(found)

    def quick_unlock_with_passkey(self, prf_output: bytes) -> None:
        """Open by the secret value that the armed passkey gives, or raise WrongPin."""
        with self._unlocking:
            self._refuse_when_full()
            self._open_again(self._quick.open_by_passkey(prf_output))

    def _open_again(self, data_key: bytearray) -> None:
        folder = self._folder
        if folder is None:
            raise _locked()
        opened = Opened(folder, folder.read_slots(), data_key)
        with self._mutex:
            if self._state is LockState.QUICK:
                self._opened = opened
                self._state = LockState.OPEN
                return
        opened.wipe()  # another window was quicker, or a full lock came in between
        self._refuse_when_full()

    def _refuse_when_full(self) -> None:
        if self._state is LockState.FULL:
            raise _locked()

    # ---- using the keys ---------------------------------------------------------------------

    def _needed(self) -> Opened:
        """The keys; call it and use them under the mutex."""
        if self._opened is None:
            raise _locked()
        return self._opened

    def database_key(self) -> bytes:
        """The 32 bytes that SQLCipher takes. Raises Locked."""
        with self._mutex:
            return self._needed().key(Purpose.DATABASE)

    def refuse_lost_database(self, path: Path) -> None:
        """Raise VaultDamaged when this practice has clients, but its database file is gone.

        Without this a fresh, empty database would quietly stand in the place of the lost one.
        """
        if self._folder is None or path != self._folder.database or path.exists():
            return
        with self._mutex:
            ids = self._needed().clients.ids()
        if any(key_id.startswith("client:") for key_id in ids):
            raise errors.VaultDamaged(
                "The database of this practice is missing",
                where=str(path),
                next_step="Restore the practice from your last backup.",
            )

    def manifest_mac(self, message: bytes) -> bytes:
        """HMAC-SHA256 over a backup's manifest. Raises Locked."""
        with self._mutex:
            return self._needed().mac(Purpose.MANIFEST, message)

    def audit_mac(self, message: bytes) -> bytes:
        """HMAC-SHA256 over the head of the audit chain. Raises Locked."""
        with self._mutex:
            return self._needed().mac(Purpose.AUDIT, message)

    def vault_id(self) -> str:
        """The id of the open practice (32 hex digits). Raises Locked."""
        with self._mutex:
            return self._needed().vault_id

    def ensure_keys(self, ids: Iterable[str]) -> None:
        """Make a key for each id that has none (like client:<32 hex digits>): one write for all.

        KeyGone for an id that was erased: it never gets a second key. Where members hold their
        own keys, none of theirs is ever made here.
        """
        with self._mutex:
            ours = [key_id for key_id in ids if not self._is_hers_alone(key_id)]
            self._needed().clients.ensure(ours)

    def forget_key(self, key_id: str, *, now: datetime) -> None:
        """Throw a key away for good and note id and moment in the erasure ledger."""
        self.forget_for_good([key_id], now=now)

    def forget_for_good(self, ids: Iterable[str], *, now: datetime) -> None:
        """The same for several at once; an id that is no key's is noted in the ledger alone."""
        with self._mutex:
            self._needed().clients.forget(ids, now)

    def has_key(self, key_id: str) -> bool:
        """Whether there is a key of this id, or one in hand. Raises Locked."""
        with self._mutex:
            opened = self._needed()
            if not self._is_hers_alone(key_id):
                return opened.clients.has(key_id)
        return in_hand.found(key_id) is not None

    def _is_hers_alone(self, key_id: str) -> bool:
        return self.members_hold_their_own_keys and in_hand.is_of_a_member(key_id)

    def _cipher(self, key_id: str) -> AESGCM:
        with self._mutex:
            opened = self._needed()
            if not self._is_hers_alone(key_id):
                return opened.clients.cipher(key_id)
        return in_hand.needed(key_id)

    def personal_wrapping_key(self, first: bytes | bytearray) -> bytearray:
        """What wraps a member's own key: what she alone can give, mixed with a key of ours.

        So a stolen table of such keys cannot even be guessed at without this vault. Raises Locked.
        """
        with self._mutex:
            ours = self._needed().key(Purpose.PERSONAL_KEYS)
        return subkeys.expand(first, salt=ours, label=_PERSONAL_LABEL)

    def seal(self, key_id: str, place: str, plain: bytes) -> bytes:
        """Seal under one client's key, for one place ("table|column|row id"). KeyGone, Locked."""
        return sealed.seal(self._cipher(key_id), key_id, place, plain)

    def open_sealed(self, place: str, text: bytes) -> bytes:
        """Open what was sealed for this place. SealBroken, KeyGone, Locked."""
        return sealed.unseal(self._cipher(sealed.key_id_of(text)), place, text)

    def open_several(self, pieces: Iterable[tuple[str, bytes]]) -> list[bytes]:
        """Open many pieces, each for its place; each key is asked for once. As open_sealed."""
        ciphers: dict[str, AESGCM] = {}  # of this call alone
        opened = []
        for place, text in pieces:
            key_id = sealed.key_id_of(text)
            cipher = ciphers.get(key_id)
            if cipher is None:
                cipher = ciphers[key_id] = self._cipher(key_id)
            opened.append(sealed.unseal(cipher, place, text))
        return opened

    def seal_for_practice(self, kind: str, plain: bytes, *, folder: Folder | None = None) -> bytes:
        """Seal a letter that only the open practice can read. Works while locked."""
        target = folder or self._folder
        if target is None:
            raise _locked()
        return practice_box.seal(target.read_slots().practice_public, kind, plain)

    def open_for_practice(self, kind: str, letter: bytes) -> bytes:
        """Open a letter to the practice. Raises SealBroken, Locked."""
        with self._mutex:
            private = self._needed().practice_private
        return practice_box.unseal(private, kind, letter)

    # ---- files between practices --------------------------------------------------------------

    def public_key(self) -> bytes:
        """The open practice's own public key (32 bytes), as its private one says. Raises Locked."""
        with self._mutex:
            return self._needed().practice_private.public_key().public_bytes_raw()

    def seal_share(self, kind: str, plain: bytes, *, reader: bytes) -> bytes:
        """A file of this kind from this practice to the one with this public key."""
        with self._mutex:
            private = self._needed().practice_private
        return share_box.seal(kind, plain, sender=private, reader=reader)

    def open_share(self, envelope: share_box.Envelope) -> bytes:
        """What is inside a file for this practice. Raises BadShare, Locked."""
        with self._mutex:
            private = self._needed().practice_private
        return share_box.unseal(envelope, reader=private)


def _check_database(folder: Folder, opened: Opened) -> None:
    """After a good unwrap, a database that does not open is damaged, and said so now."""
    if folder.database.exists():
        engine.check_opens(folder.database, opened.key(Purpose.DATABASE))


def _locked() -> errors.Locked:
    return errors.Locked("The practice is locked", next_step="Unlock it with your passphrase.")


VAULT = Vault()
