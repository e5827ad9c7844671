"""The erasure ledger: what was thrown away for good, and when. Ids and dates, never content.

An id is that of a key (client:, episode:), or of a row that went without a key of its own. A
restore reads the ledger first, so that what was erased does not come back with an old backup.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lacrima import errors, strict_json
from lacrima.vault import disk

FORMAT = "lacrima.erased"
VERSION = 1


@dataclass(frozen=True)
class Erased:
    """One erasure: the id of what is gone, and when (UTC, ISO 8601)."""

    id: str
    at: str


def read(path: Path) -> tuple[Erased, ...]:
    """All erasures in the order they happened; none when there is no ledger yet."""
    try:
        document = strict_json.read(path.read_bytes())
    except FileNotFoundError:
        return ()
    except ValueError as error:
        raise _damaged(path) from error
    try:
        _check_version(document["format"], document["version"], path)
        return tuple(Erased(id=str(line["id"]), at=str(line["at"])) for line in document["erased"])
    except (KeyError, TypeError) as error:
        raise _damaged(path) from error


def write(path: Path, erased: Iterable[Erased]) -> None:
    """Write the whole ledger, at once or not at all."""
    lines = [{"id": line.id, "at": line.at} for line in erased]
    disk.write_atomically(
        path, disk.readable({"format": FORMAT, "version": VERSION, "erased": lines})
    )


def note(path: Path, ids: Iterable[str], now: datetime) -> None:
    """Add these erasures in one write, but those that stand there already."""
    known = read(path)
    there = {line.id for line in known}
    new = [one for one in dict.fromkeys(ids) if one not in there]
    if new:
        write(path, (*known, *(Erased(id=one, at=moment(now)) for one in new)))


def union(*ledgers: tuple[Erased, ...]) -> tuple[Erased, ...]:
    """All erasures of several ledgers, each once, the earliest kept, in order of time."""
    first: dict[str, Erased] = {}
    for line in sorted((line for ledger in ledgers for line in ledger), key=lambda line: line.at):
        first.setdefault(line.id, line)
    return tuple(first.values())


def moment(now: datetime) -> str:
    """A moment in UTC as our files write it; the moment must know its zone."""
    if now.tzinfo is None:
        raise errors.OurFault("A moment without a time zone", expected="a moment in UTC")
    return now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _check_version(found_format: object, version: object, path: Path) -> None:
    if found_format != FORMAT or not isinstance(version, int):
        raise _damaged(path)
    if version > VERSION:
        raise errors.NewerVault(
            f"The erasure ledger has format {version}",
            where=str(path),
            expected=f"format {VERSION} or lower",
            next_step="Open it with the newer Lacrima that wrote it, or update this one.",
        )


def _damaged(path: Path) -> errors.VaultDamaged:
    return errors.VaultDamaged(
        "The erasure ledger is damaged",
        where=str(path),
        next_step="Put erased.json from your last backup in its place.",
    )
