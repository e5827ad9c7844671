"""A clinical will: a file that two printed parts open together, while the practice is locked.

    "LWIL" | version (1) | public key of the will (32) | sealed letter (vault/practice_box)

Each part is 160 random bits. The private key comes from both by HKDF-SHA256, so that one part
alone is worth nothing. Writing needs the public key only: no part is kept anywhere here.
The text is filled up with blanks, so that its length tells little.
"""

from __future__ import annotations

import contextlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from lacrima import errors, strict_json
from lacrima.vault import disk, practice_box, sealed, subkeys
from lacrima.vault.crockford import (
    ALPHABET,
    CHECK_LETTERS,
    GROUP,
    check_letters,
    grouped,
    letters_of,
)
from lacrima.vault.folder import Folder

MAGIC = b"LWIL"
VERSION = 1
KIND = "clinical-will"
ENDING = ".sealed"
OPENED_ENDING = ".opened"
STEP_BYTES = 4096
MOST_BYTES = 4 * 1024 * 1024
_KEY_BYTES = 32
_HEAD_BYTES = len(MAGIC) + 1 + _KEY_BYTES
_SECRET_LETTERS = 32
_LABEL = b"lacrima/1/clinical will"
_SALT = b"lacrima/1/clinical will, two parts"
_ID = re.compile(r"[0-9a-f]{32}")


class Part(str):
    """One of the two parts in its one spelling. It does not show itself in a traceback."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Keep the part out of logs and tracebacks."""
        return "Part(...)"

    @property
    def secret(self) -> bytes:
        """The 32 letters without hyphens and check group."""
        return self.replace("-", "")[:_SECRET_LETTERS].encode("ascii")


@dataclass(frozen=True, repr=False)
class Parts:
    """Both parts. Only together they are a key."""

    one: Part
    two: Part

    @property
    def private_key(self) -> X25519PrivateKey:
        """The key that opens what was sealed for this will."""
        both = self.one.secret + self.two.secret
        made = subkeys.expand(both, salt=_SALT, label=_LABEL, length=_KEY_BYTES)
        return X25519PrivateKey.from_private_bytes(bytes(made))

    @property
    def public(self) -> bytes:
        """The key by which the will is written: it opens nothing."""
        return self.private_key.public_key().public_bytes_raw()


@dataclass(frozen=True)
class Opened:
    """What stood in a will, as bytes of JSON, and which will it was."""

    will_id: str
    plain: bytes

    def content(self) -> dict[str, Any]:
        """What stood in it. SealBroken for what no Lacrima wrote."""
        try:
            told = strict_json.read(self.plain)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise sealed.broken()
        return told


def fresh() -> Parts:
    """Two new parts, each of 160 random bits of its own."""
    return Parts(*(_spelled(_random(), number) for number in (1, 2)))


def parse(one: str, two: str) -> Parts:
    """Both parts as people type them: any case, spaces, O for 0, I or L for 1, U for V.

    Raises WrongRecoveryCode that says which part, and whether the two were exchanged.
    """
    return Parts(_part(one, 1), _part(two, 2))


def _random() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(_SECRET_LETTERS))


def _label(number: int) -> bytes:
    return b"lacrima/1/will part %d check" % number


def _spelled(secret: str, number: int) -> Part:
    return Part(grouped(secret + check_letters(_label(number), secret)))


def _part(text: str, number: int) -> Part:
    letters = letters_of(text)
    where = ("part_one", "part_two")[number - 1]
    if len(letters) != _SECRET_LETTERS + CHECK_LETTERS or set(letters) - set(ALPHABET):
        raise _wrong(f"This part has {len(letters)} letters and digits that count", where)
    part = _spelled(letters[:_SECRET_LETTERS], number)
    if secrets.compare_digest(part.replace("-", ""), letters):
        return part
    other = _spelled(letters[:_SECRET_LETTERS], 3 - number)
    if secrets.compare_digest(other.replace("-", ""), letters):
        raise _wrong("This is the other part", where)
    raise _wrong("A letter or digit of this part is not as printed", where)


def _wrong(found: str, where: str) -> errors.WrongRecoveryCode:
    return errors.WrongRecoveryCode(
        found,
        where=where,
        expected=f"{(_SECRET_LETTERS + CHECK_LETTERS) // GROUP} groups of {GROUP}",
        next_step="Compare it with the printed sheet, group by group.",
    )


def seal(public: bytes, plain: bytes, *, ephemeral: X25519PrivateKey | None = None) -> bytes:
    """The file for a will with this public key. `ephemeral` is given by test vectors alone."""
    filled = plain + b" " * (-len(plain) % STEP_BYTES)
    once = ephemeral or X25519PrivateKey.generate()
    letter = practice_box.seal_with(once, public, KIND, filled)
    return MAGIC + bytes([VERSION]) + public + letter


def unseal(parts: Parts, data: bytes) -> bytes:
    """What is inside. Raises NotFound for another will, SealBroken, NewerVault."""
    if not _is_for(parts, data):
        raise not_opened()
    return practice_box.unseal(parts.private_key, KIND, data[_HEAD_BYTES:]).rstrip(b" ")


def _is_for(parts: Parts, data: bytes) -> bool:
    """Is this a will of these parts? NewerVault for one that a later Lacrima wrote."""
    if not data.startswith(MAGIC) or len(data) < _HEAD_BYTES:
        return False
    if data[len(MAGIC)] > VERSION:
        raise errors.NewerVault("A will has a newer format", expected=f"format {VERSION}")
    return data[_HEAD_BYTES - _KEY_BYTES : _HEAD_BYTES] == parts.public


def not_opened() -> errors.NotFound:
    """The same for a wrong part and for no will: it tells nothing."""
    return errors.NotFound(
        "nothing here opens with these two parts",
        expected="both parts of the same will, and the newest sheets",
        next_step="Compare both sheets. After a will was renewed, the older sheets open nothing.",
    )


# --- in the folder


def write(folder: Folder, will_id: str, public: bytes, plain: bytes) -> None:
    """Put the newest words in the place of those before."""
    with disk.clear_errors(folder.wills):
        folder.wills.mkdir(mode=0o700, exist_ok=True)
    disk.write_atomically(_path(folder, will_id), seal(public, plain))


def keep_only(folder: Folder, will_ids: set[str]) -> None:
    """Remove every sealed file of a will that is not among these."""
    for path in _files(folder):
        if path.stem not in will_ids:
            remove(folder, path.stem)


def remove(folder: Folder, will_id: str) -> None:
    """Nothing here opens any more with the parts of this will."""
    _path(folder, will_id).unlink(missing_ok=True)


def exists(folder: Folder, will_id: str) -> bool:
    """Is the file of this will there?"""
    return _path(folder, will_id).is_file()


def is_any_here(folder: Folder) -> bool:
    """Is there a will in this folder that somebody could open?"""
    return any(True for _path_ in _files(folder))


def open_will(folder: Folder, parts: Parts, *, now: datetime) -> Opened:
    """The will that both parts open, and a mark beside it that it was opened now.

    Works while the practice is locked, and in a folder of backups. Raises NotFound, SealBroken.
    """
    for path in _files(folder):
        with disk.clear_errors(path):
            data = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
        if _is_for(parts, data):
            plain = unseal(parts, data)
            _mark(folder, path.stem, now)
            return Opened(path.stem, plain)
    raise not_opened()


def _mark(folder: Folder, will_id: str, now: datetime) -> None:
    """In a folder that nobody may write to, a will opens without a mark: it must open."""
    with contextlib.suppress(OSError), _opened_path(folder, will_id).open("a") as file:
        file.write(f"{now.astimezone(UTC).isoformat(timespec='seconds')}\n")


def openings(folder: Folder, will_id: str) -> tuple[datetime, ...]:
    """When this will was opened, as far as it was not looked at yet."""
    try:
        lines = _opened_path(folder, will_id).read_text().splitlines()
    except FileNotFoundError:
        return ()
    return tuple(datetime.fromisoformat(line) for line in lines if _is_time(line))


def _is_time(line: str) -> bool:
    try:
        return datetime.fromisoformat(line).tzinfo is not None
    except ValueError:
        return False


def forget_openings(folder: Folder, will_id: str) -> None:
    """They were looked at."""
    _opened_path(folder, will_id).unlink(missing_ok=True)


def _files(folder: Folder) -> list[Path]:
    if not folder.wills.is_dir():
        return []
    found = folder.wills.glob(f"*{ENDING}")
    return sorted(one for one in found if _ID.fullmatch(one.stem) and not one.is_symlink())


def _path(folder: Folder, will_id: str) -> Path:
    return folder.wills / f"{will_id}{ENDING}"


def _opened_path(folder: Folder, will_id: str) -> Path:
    return folder.wills / f"{will_id}{OPENED_ENDING}"
