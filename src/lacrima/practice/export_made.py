"""What every export is made of: tables in the chosen format, the dictionary, words for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from lacrima.formats.archive import LeftOut, Manifest, write_archive
from lacrima.formats.dictionary import Shape, TableOut, dictionary_csv, dictionary_json
from lacrima.formats.export_formats import TableFormat
from lacrima.formats.losses import Loss
from lacrima.practice.people import the_practice
from lacrima.records import clock

PLAIN_TEXT = gettext_lazy(
    "This file is plain text: whoever has it can read it. Keep it on an encrypted disk, hand it "
    "over by a way that is encrypted, and delete copies that are no longer needed."
)
SIMULATED = gettext_lazy("SIMULATED: nobody in this file exists, and its numbers were made up.")


@dataclass(frozen=True)
class Exported:
    """A file that leaves: its bytes, what it is called, and what it says of itself."""

    data: bytes
    file_name: str
    manifest: Manifest

    def as_json(self) -> dict[str, Any]:
        """For the command line; the names are its contract."""
        told = self.manifest.as_json()
        names = ("kind", "format", "is_simulated", "rows", "left_out", "warnings", "losses")
        return {"bytes": len(self.data), **{name: told[name] for name in names}}


@dataclass(frozen=True)
class Contents:
    """What goes into an export."""

    kind: str
    format: TableFormat
    tables: Sequence[TableOut]
    left_out: Sequence[LeftOut]
    warnings: Sequence[str | Promise] = ()
    losses: Sequence[Loss] = ()
    more_files: Mapping[str, bytes] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    how_to_go_on: str = ""

    def shapes(self) -> list[Shape]:
        """The tables' shapes."""
        return [table.shape for table in self.tables]


def make(contents: Contents) -> Exported:
    """The archive, in memory. Raises BadInput where it would be too large."""
    manifest = _manifest(contents)
    files = {contents.format.file(one.shape.name): contents.format.write(one)
             for one in contents.tables}  # fmt: skip
    files |= {
        "dictionary.json": dictionary_json(contents.shapes()),
        "dictionary.csv": dictionary_csv(contents.shapes()),
        "README.txt": _read_me(contents, manifest).encode(),
        **contents.more_files,
    }
    return Exported(write_archive(files, manifest), file_name(contents.kind), manifest)


def make_plain(contents: Contents, files: Mapping[str, bytes], losses: Sequence[Loss]) -> Exported:
    """The same in a layout of others, which knows its own files alone: no tables, no dictionary.

    The manifest counts the rows that were there; the losses say which of them are not in it.
    """
    told = replace(contents, losses=losses)
    manifest = _manifest(told)
    about = {"README": _read_me(told, manifest, dictionary=False).encode()}
    return Exported(write_archive({**files, **about}, manifest), file_name(told.kind), manifest)


def file_name(kind: str) -> str:
    """What the file is called: what it is and the day, and nothing of anybody."""
    return f"lacrima-{kind}-{clock.now():%Y-%m-%d}.zip"


def losses_as_json(losses: Iterable[Loss]) -> tuple[dict[str, Any], ...]:
    """Losses as the manifest and the command line say them."""
    return tuple({"what": one.what, "why": one.why, "count": one.count} for one in losses)


def _manifest(contents: Contents) -> Manifest:
    practice = the_practice()
    is_simulated = bool(practice and practice.is_simulated)
    return Manifest(
        kind=contents.kind,
        made_at=clock.now().isoformat(),
        program=f"Lacrima {version('lacrima')}",
        format=contents.format.name,
        is_simulated=is_simulated,
        rows={one.shape.name: len(one.rows) for one in contents.tables},
        left_out=tuple(contents.left_out),
        warnings=tuple(map(str, [*([SIMULATED] if is_simulated else []), *contents.warnings])),
        losses=losses_as_json(contents.losses),
        more=contents.more,
    )


_HOW_TO_READ = (
    "dictionary.csv says what every column holds and means; dictionary.json says it to programs."
)
_HASHES = "manifest.json lists every file with its SHA-256."


def _read_me(contents: Contents, manifest: Manifest, *, dictionary: bool = True) -> str:
    """The same for people, in plain text."""
    rows = [f"  {name}: {count}" for name, count in manifest.rows.items()]
    left_out = [f"  {one.what}: {one.why}" for one in manifest.left_out]
    lost = [f"  {one.what} ({one.count}): {one.why}" for one in contents.losses]
    parts = [
        [f"An export of {manifest.program}, {manifest.made_at[:10]}."],
        *([warning] for warning in manifest.warnings),
        ["Rows:", *rows],
        ["Left out:", *left_out],
        ["What this format cannot keep:", *lost] if lost else [],
        [_HOW_TO_READ, _HASHES] if dictionary else [_HASHES],
        [contents.how_to_go_on] if contents.how_to_go_on else [],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"
