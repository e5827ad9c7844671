"""Canaries: words that are typed once and must not be found again anywhere outside the cipher.

Every canary begins with the same mark, so that looking for the mark finds all of them. Looked for
as UTF-8, UTF-16 (both orders), hexadecimal (both cases) and base64 (all three alignments, both
alphabets), in file names and contents, and in what a running process shows of itself.
"""

from __future__ import annotations

import base64
import itertools
import os
import secrets
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SHORTEST = 12  # characters of a canary: what a field must have room for
_ALIGNMENTS = 3


@dataclass
class Canaries:
    """A source of canaries that all begin with one mark, in small letters and digits."""

    mark: str = field(default_factory=lambda: f"cn{secrets.token_hex(3)}")
    given: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def fresh(self, where: str) -> str:
        """A canary for one place."""
        canary = f"{self.mark}{next(self._numbers):04d}"
        self.given[canary] = where
        return canary

    def whose(self, text: str) -> list[str]:
        """The places whose canaries stand in a text."""
        return [where for canary, where in self.given.items() if canary in text]


def spellings(secret: str | bytes) -> dict[str, bytes]:
    """How a secret may look on a disk: name of the spelling to bytes."""
    raw = secret.encode() if isinstance(secret, str) else secret
    found = {"as it is": raw, "hexadecimal": raw.hex().encode()}
    found["hexadecimal, capitals"] = raw.hex().upper().encode()
    for offset in range(_ALIGNMENTS):
        middle = _base64_middle(raw, offset)
        found[f"base64 at {offset}"] = middle
        found[f"base64 at {offset}, for addresses"] = middle.replace(b"+", b"-").replace(b"/", b"_")
    if isinstance(secret, str):
        found["UTF-16, little end first"] = secret.encode("utf-16-le")
        found["UTF-16, big end first"] = secret.encode("utf-16-be")
    return found


def _base64_middle(raw: bytes, offset: int) -> bytes:
    """The letters that do not depend on what stands before and after."""
    whole = base64.b64encode(bytes(offset) + raw)
    first = -(-offset * 8 // 6)
    last = (offset + len(raw)) * 8 // 6
    return whole[first:last]


@dataclass(frozen=True)
class Place:
    """Somewhere to look: its name and its bytes."""

    name: str
    content: bytes


def leaks(secrets_by_name: Mapping[str, str | bytes], places: Iterable[Place]) -> list[str]:
    """Where any of these stands, in any spelling. The list names the place, never the secret."""
    needles = {
        f"{name}, {spelling}": needle
        for name, secret in secrets_by_name.items()
        for spelling, needle in spellings(secret).items()
    }
    return [
        f"{place.name}: {name}, at byte {place.content.find(needle)}"
        for place in places
        for name, needle in needles.items()
        if needle in place.content
    ]


def in_folder(root: Path) -> Iterator[Place]:
    """Every file below a folder, and every name (its own name is not looked at)."""
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        yield Place(f"the name {root.name}/{name}", os.fsencode(name))
        if path.is_file():
            yield Place(f"{root.name}/{name}", path.read_bytes())


def in_process(pid: int) -> Iterator[Place]:
    """What Linux shows of a process: environment, arguments, open files (also deleted ones)."""
    shown = Path(f"/proc/{pid}")
    for name in ("environ", "cmdline", "comm", "maps"):
        yield Place(f"/proc/PID/{name}", (shown / name).read_bytes())
    for one in sorted((shown / "fd").iterdir()):
        yield from _open_file(one)


def _open_file(one: Path) -> Iterator[Place]:
    try:
        target = os.readlink(one)
        is_file = stat.S_ISREG(one.stat().st_mode)
        content = one.read_bytes() if is_file else b""
    except OSError:
        return  # closed meanwhile
    yield Place(f"the name of the open file {target}", target.encode())
    yield Place(f"the open file {target}", content)
