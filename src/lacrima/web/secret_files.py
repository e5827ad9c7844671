"""Secrets of a clinic's machine come from files, never from an argument or the environment.

A secret called `vault_passphrase` is in the file that LACRIMA_VAULT_PASSPHRASE_FILE names, or else
in the file `vault-passphrase` of the folder in which systemd hands credentials to a service.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

from lacrima.errors import UsageError

MOST_BYTES = 4096


def path_of(name: str, environment: Mapping[str, str]) -> Path | None:
    """Where this secret is; None where nobody said."""
    named = environment.get(f"LACRIMA_{name.upper()}_FILE", "")
    if named:
        return Path(named)
    handed = environment.get("CREDENTIALS_DIRECTORY", "")
    path = Path(handed) / name.replace("_", "-")
    return path if handed and path.exists() else None


def read(name: str, environment: Mapping[str, str]) -> str:
    """The first line of the secret's file. UsageError that says what is wrong with it."""
    where = f"LACRIMA_{name.upper()}_FILE"
    path = path_of(name, environment)
    if path is None:
        raise _wrong("no file was named for this secret", where)
    try:
        _refuse_open_to_others(path)
        line = path.read_bytes()[:MOST_BYTES].decode("utf-8-sig").partition("\n")[0].strip("\r")
    except FileNotFoundError as error:
        raise _wrong("the file of this secret is not there", str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong("the file of this secret cannot be read", str(path)) from error
    if not line:
        raise _wrong("the file of this secret is empty", str(path))
    return line


def _refuse_open_to_others(path: Path) -> None:
    if path.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        raise UsageError(
            "others can read or change the file of this secret",
            where=str(path),
            expected="a file that only its owner can read",
            next_step=f"chmod 400 {path}",
        )


def _wrong(found: str, where: str) -> UsageError:
    return UsageError(
        found,
        where=where,
        expected="a file with the secret in its first line, readable by this user alone",
        next_step="How to: docs/how-to/run-a-clinic.md",
    )
