"""Opening SQLCipher the one right way: never without cipher, never without key, never plain."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlcipher3 import dbapi2 as driver

from lacrima import errors
from lacrima.vault import disk

_KEY_BYTES = 32
_NOT_A_DATABASE = "file is not a database"
_MALFORMED = "malformed"
_DISK_FULL = "disk is full"

# For every connection that writes. Measured and argued in docs/decisions/0001.
_WORKING_PRAGMAS = (
    "synchronous=FULL",
    "cache_size=-64000",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "mmap_size=0",
    "journal_size_limit=67108864",
    "foreign_keys=ON",
    *(("fullfsync=1", "checkpoint_fullfsync=1") if sys.platform == "darwin" else ()),
)

Connected = TypeVar("Connected")


def unlock(connection: Connected, key: bytes, *, where: str) -> Connected:
    """Give a fresh connection its key and prove that cipher, JSON and key are right.

    Raises NoCipher when the engine cannot encrypt, VaultDamaged when the key (which is right:
    it came out of its slot) does not open the file.
    """
    raw: Any = connection
    if len(key) != _KEY_BYTES:
        raise errors.OurFault("A database key of the wrong length", expected="32 bytes")
    raw.execute("PRAGMA cipher_log_level=NONE")
    _refuse_plain(raw)
    raw.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    try:
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except driver.DatabaseError as error:
        if is_damage(error):
            raise damaged(where) from error
        raise
    _refuse_without_json(raw)
    return connection


def _refuse_plain(connection: Any) -> None:
    row = connection.execute("PRAGMA cipher_version").fetchone()
    if not row or not row[0]:
        raise errors.NoCipher(
            "The database engine here cannot encrypt",
            expected="SQLCipher, as the package sqlcipher3 brings it",
            next_step="Install Lacrima again. Nothing was opened.",
        )


def _refuse_without_json(connection: Any) -> None:
    try:
        connection.execute("SELECT json_valid('{}'), json_extract('[1]', '$[0]')").fetchone()
    except driver.Error as error:
        raise errors.NoCipher(
            "The database engine here does not know JSON",
            expected="SQLCipher with the JSON functions, as the package sqlcipher3 brings it",
            next_step="Install Lacrima again. Nothing was opened.",
        ) from error


def prepare(connection: Any, *, where: str) -> None:
    """Put an unlocked connection into the state in which all our work is done."""
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()
    if not mode or str(mode[0]).lower() != "wal":
        raise errors.OurFault(
            "The database cannot keep its write-ahead log here",
            where=where,
            expected="a folder on a disk of this computer, not on a network share",
            next_step="Move the practice to a local disk.",
        )
    for pragma in _WORKING_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def connect(path: Path, key: bytes, *, timeout_s: float = 20.0) -> Any:
    """A direct connection to an existing practice database, ready for work."""
    connection = _opened(path, key, mode="rw", timeout_s=timeout_s)
    prepare(connection, where=str(path))
    return connection


def connect_read_only(path: Path, key: bytes) -> Any:
    """A connection that changes nothing and leaves no file beside the database."""
    return _opened(path, key, mode="ro", timeout_s=20.0)


def _opened(path: Path, key: bytes, *, mode: str, timeout_s: float) -> Any:
    address = f"file:{quote(str(path.resolve()))}?mode={mode}"
    connection = driver.connect(
        address, uri=True, timeout=timeout_s, check_same_thread=False, isolation_level=None
    )
    try:
        return unlock(connection, key, where=str(path))
    except BaseException:
        connection.close()
        raise


def check_opens(path: Path, key: bytes) -> None:
    """Raise VaultDamaged unless the key opens this database. Takes milliseconds."""
    _opened(path, key, mode="rw", timeout_s=20.0).close()


def problems(connection: Any) -> list[str]:
    """What SQLCipher and SQLite find wrong in the whole file; empty when all is well."""
    found = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
    try:
        rows = [str(row[0]) for row in connection.execute("PRAGMA quick_check")]
    except driver.DatabaseError as error:
        rows = [str(error)]
    return found + [row for row in rows if row != "ok"]


def is_damage(error: Exception) -> bool:
    """Whether an error of the engine means that the file is not whole."""
    return _NOT_A_DATABASE in str(error) or _MALFORMED in str(error)


def damaged(where: str) -> errors.VaultDamaged:
    """The error for a database that its own right key does not open."""
    return errors.VaultDamaged(
        "The database of this practice is damaged",
        where=where,
        expected="a database that opens with the key in vault.json",
        next_step="Restore the practice from your last backup.",
    )


def explained(error: Exception, path: Path) -> errors.LacrimaError:
    """An error of the engine as one of ours."""
    if is_damage(error):
        return damaged(str(path))
    if _DISK_FULL in str(error):
        return disk.full(path)
    return errors.OurFault(
        f"The database engine answered: {type(error).__name__}",
        where=str(path),
        next_step="Check that the disk is connected and healthy, then try again.",
    )
