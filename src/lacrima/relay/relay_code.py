"""The relay code: all that a practice needs for its mailbox, in one line for a file."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from urllib.parse import urlsplit

from lacrima import errors
from lacrima.relay.mailboxes import Made

PREFIX = "lr1."
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def checked_address(address: str) -> str:
    """The relay's address as it stands in codes. Raises UsageError.

    With TLS, since the secrets of the mailbox are sent to it; without only on this machine.
    """
    try:
        parts = urlsplit(address.strip().rstrip("/"))
        host, _port = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    is_sealed = parts.scheme == "https" or (parts.scheme == "http" and host in HERE)
    if not host or not is_sealed or parts.path or parts.query or parts.fragment or parts.username:
        raise errors.UsageError(
            "this is not an address that a practice could safely use",
            where="--address",
            expected="https:// and a name, such as https://relay.example",
        )
    return parts.geturl()


def relay_code(address: str, made: Made) -> str:
    """The code of a new mailbox."""
    told = {
        "v": 1,
        "relay": address,
        "fetch": _base64url(made.fetch),
        "manage": _base64url(made.manage),
    }
    return PREFIX + _base64url(json.dumps(told, separators=(",", ":")).encode("ascii"))


def begin_file(out: Path) -> int:
    """Make the file for a code, for its owner alone; it must not be there. Gives its descriptor."""
    try:
        return os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise errors.BadInput(
            "There is such a file already", where=str(out), next_step="Choose another with --out."
        ) from error
    except OSError as error:
        raise errors.BadInput(
            f"The code cannot be written there ({error.strerror})", where=str(out)
        ) from error


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
