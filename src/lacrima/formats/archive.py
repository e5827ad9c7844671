"""A zip that leaves with a manifest, and the careful reading of one that comes.

Names are ours alone (letters, digits, dots, hyphens, one level of folders), sizes are bounded
before and while anything is unpacked, every file is in the manifest with its hash, and nothing
is ever unpacked to the disk.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lacrima.errors import BadInput, BadTable
from lacrima.formats.export_json import load

SCHEMA = "lacrima.export/1"
VERSION = 1
MANIFEST = "manifest.json"
MOST_FILES = 2000
MOST_PACKED_BYTES = 200 * 1024 * 1024
MOST_BYTES = 512 * 1024 * 1024
MOST_RATIO = 250
RATIO_FROM_BYTES = 64 * 1024 * 1024  # smaller files may shrink as much as they like
_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,99}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")
_SCHEMA = re.compile(r"lacrima\.export/([0-9]{1,6})\Z")
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # as we and common programs pack
_SAME_MOMENT = (1980, 1, 1, 0, 0, 0)  # the same files give the same bytes
_HASH_HEAD = 16


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that is in the practice and not in the export, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export says of itself."""

    kind: str
    made_at: str
    program: str
    format: str
    is_simulated: bool
    rows: Mapping[str, int]
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()
    losses: tuple[Mapping[str, Any], ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it stands in the archive, without the files."""
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "made_at": self.made_at,
            "program": self.program,
            "format": self.format,
            "is_simulated": self.is_simulated,
            "rows": dict(self.rows),
            "left_out": [{"what": one.what, "why": one.why} for one in self.left_out],
            "warnings": list(self.warnings),
            "losses": [dict(one) for one in self.losses],
            **self.more,
        }


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive that was read and is whole: what it says of itself, and its files."""

    manifest: Mapping[str, Any]
    files: Mapping[str, bytes]


def write_archive(files: Mapping[str, bytes], manifest: Manifest) -> bytes:
    """A zip of these files with a manifest that names each with its size and hash.

    Raises BadInput where it would be larger than what can be read again.
    """
    _check_room(len(files) + 1, sum(map(len, files.values())))
    listed = [_listed(name, data) for name, data in sorted(files.items())]
    told = json.dumps({**manifest.as_json(), "files": listed}, ensure_ascii=False, indent=1)
    return zipped({MANIFEST: told.encode(), **dict(sorted(files.items()))})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A plain zip of these files, in this order; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _SAME_MOMENT)
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return packed.getvalue()


def _listed(name: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def is_archive(data: bytes) -> bool:
    """Does this begin as a zip and hold a manifest? Says nothing about the rest."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return MANIFEST in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def read_archive(data: bytes) -> Opened:
    """An export of ours, whole. Raises BadInput or BadTable that say what does not fit.

    Refused: no zip, a zip without a manifest, names that are not ours (folders above, drive
    letters, doubled ones), links, encrypted entries, packing that no export of ours has, more than
    it says or than there is room for, a newer format, a missing or an added file, a hash that
    differs.
    """
    files = _unpacked(data)
    manifest = load(files.pop(MANIFEST), name=MANIFEST)
    if not isinstance(manifest, dict):
        raise _no_export()
    _check_version(manifest.get("schema"))
    _check_files(manifest.get("files"), files)
    return Opened(manifest, files)


def _unpacked(data: bytes) -> dict[str, bytes]:
    if len(data) > MOST_PACKED_BYTES:
        raise _too_large()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries, len(data))
            return {entry.filename: _bytes_of(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise BadInput(
            "a zip that is damaged, or none at all",
            expected="the file as it was exported",
            next_step="Copy it once more from where it was kept.",
        ) from None


def _check_entries(entries: list[zipfile.ZipInfo], packed_bytes: int) -> None:
    names = [entry.filename for entry in entries]
    total = sum(entry.file_size for entry in entries)
    _check_room(len(entries), total)
    if total > RATIO_FROM_BYTES and total > MOST_RATIO * packed_bytes:
        raise _too_large()
    is_strange = any(not _NAME.match(name) for name in names)
    is_odd = any(
        entry.flag_bits & 0x1 or entry.compress_type not in _PACKED or _is_link(entry)
        for entry in entries
    )
    if is_strange or is_odd or len(set(names)) != len(names):
        raise BadInput(
            "a zip with names, links or locked files that no export of Lacrima has",
            expected="the file as it was exported",
            next_step="Nothing of it was unpacked.",
        )
    if MANIFEST not in names:
        raise _no_export()


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return (entry.external_attr >> 16) & 0o170000 == 0o120000


def _bytes_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One file; never more than it said it would be."""
    with archive.open(entry) as file:
        data = file.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise _too_large()
    return data


def _check_room(files: int, total_bytes: int) -> None:
    if files > MOST_FILES or total_bytes > MOST_BYTES:
        raise _too_large()


def _too_large() -> BadInput:
    return BadInput(
        "an archive that is, or would become, too large",
        expected=f"at most {MOST_FILES} files and {MOST_BYTES // 1024**2} MB unpacked",
        next_step="Nothing was kept.",
    )


def _no_export() -> BadInput:
    return BadInput(
        "a zip that is no export of Lacrima",
        where=MANIFEST,
        expected="a file that `lacrima export practice` wrote",
    )


def _check_version(schema: object) -> None:
    found = _SCHEMA.match(schema) if isinstance(schema, str) else None
    if found is None:
        raise _no_export()
    if int(found[1]) > VERSION:
        raise BadInput(
            f"an export of format {found[1]}, written by a newer Lacrima",
            where=MANIFEST,
            expected=f"format {VERSION} or lower",
            next_step="Bring it in with the Lacrima that wrote it, or update this one.",
        )


def _check_files(listed: object, files: Mapping[str, bytes]) -> None:
    told = {}
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict):
            told[one.get("name")] = one.get("sha256")
    if set(told) != set(files):
        raise BadInput(
            "files that were added or taken away",
            where=MANIFEST,
            expected="the files that the manifest lists, and no others",
        )
    for name, data in files.items():
        if hashlib.sha256(data).hexdigest() != told[name]:
            raise BadTable(
                "a file that was altered after it was exported",
                where=name,
                expected=f"the hash that begins {str(told[name])[:_HASH_HEAD]}",
                next_step="Take the export as it was made. To change things, bring it in first.",
            )
