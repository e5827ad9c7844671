"""The end of the audit chain, remembered in a file outside the database."""

from __future__ import annotations

import hmac
import json
import logging
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from lacrima import strict_json
from lacrima.errors import AuditBroken
from lacrima.vault.process import VAULT

log = logging.getLogger("lacrima.records")

FORMAT = 1
_writing = threading.Lock()


@dataclass(frozen=True)
class Head:
    """Where the chain ended when this was written."""

    segment: int
    sequence: int
    line_hash: str

    def matches(self, segment: int, sequence: int, line_hash: str) -> bool:
        """Is this the line that was remembered?"""
        return (self.segment, self.sequence, self.line_hash) == (segment, sequence, line_hash)

    def message(self) -> bytes:
        """What the vault's key vouches for."""
        place = f"{self.segment}|{self.sequence}|{self.line_hash}"
        return f"lacrima audit head {FORMAT}|{place}".encode()


def _path() -> Path | None:
    return VAULT.folder.audit_head if VAULT.folder else None


def write(head: Head) -> None:
    """Remember this end. Never goes back; without fsync, since it may lag behind.

    The change is kept by now. Where there is no room for this file the next change writes it:
    a page that said "not kept" would not be true.
    """
    path = _path()
    if path is None:
        return
    with _writing:
        before = _read_quietly(path)
        if before and (before.segment, before.sequence) >= (head.segment, head.sequence):
            return
        kept = {
            "format": FORMAT,
            "segment": head.segment,
            "sequence": head.sequence,
            "line_hash": head.line_hash,
            "mac": VAULT.audit_mac(head.message()).hex(),
        }
        try:
            _put(f"{path}.{os.getpid()}.new", str(path), json.dumps(kept))
        except OSError as error:
            log.warning("the end of the log was not written beside it: %s", type(error).__name__)


def _put(beside: str, target: str, text: str) -> None:
    """Whole or not at all, for the owner alone. After every change: so without pathlib."""
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(beside, target)


def read() -> Head | None:
    """What was remembered; None when there is no file. AuditBroken when it was tampered with."""
    path = _path()
    if path is None or not path.exists():
        return None
    try:
        kept = strict_json.read(path.read_text())
        head = Head(int(kept["segment"]), int(kept["sequence"]), str(kept["line_hash"]))
        is_ours = hmac.compare_digest(VAULT.audit_mac(head.message()).hex(), str(kept["mac"]))
    except (ValueError, KeyError, TypeError):
        is_ours = False
    if not is_ours:
        raise AuditBroken(
            "the file that remembers the end of the log was changed", where="audit-head.json"
        )
    return head


def _read_quietly(path: Path) -> Head | None:
    try:
        kept = strict_json.read(path.read_text())
        return Head(int(kept["segment"]), int(kept["sequence"]), str(kept["line_hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
