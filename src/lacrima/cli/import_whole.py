"""The part of `lacrima import` that takes a whole practice back in from its export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lacrima.cli import loading
from lacrima.cli.opening import opened
from lacrima.cli.said import say
from lacrima.errors import BadInput
from lacrima.formats.archive import MOST_PACKED_BYTES, is_archive

_ZIP = b"PK\x03\x04"


def is_export(file: Path) -> bool:
    """Is this the export of a practice (or of anything else of Lacrima's)?"""
    try:
        with file.open("rb") as opened_file:
            if opened_file.read(len(_ZIP)) != _ZIP:
                return False
            if file.stat().st_size > MOST_PACKED_BYTES:
                return False
            opened_file.seek(0)
            return is_archive(opened_file.read())
    except OSError:
        return False  # the reader of tables says what is wrong with it


def bring_in(where: Path, file: Path, passphrase_file: str, *, dry_run: bool, as_json: bool) -> int:
    """Bring it into the empty practice in this folder, all of it or nothing."""
    try:
        data = file.read_bytes()
    except OSError as mistake:
        raise BadInput(
            "a file that cannot be read", where=file.name, expected="an export of a practice"
        ) from mistake
    with opened(where, passphrase_file):
        whole, owner = loading.practice("whole_import"), loading.practice("people").owner()
        result = whole.bring_in_whole(data, by=owner, dry_run=dry_run).as_json()
    say("import-practice", result, as_json=as_json, text=_text(result))
    return 0


def _text(result: dict[str, Any]) -> str:
    rows = ", ".join(f"{name} {count}" for name, count in result["rows"].items())
    left_out = "\n".join(f"  {one['what']}: {one['why']}" for one in result["left_out"])
    done = "This was a dry run; nothing was changed." if result["dry_run"] else "All of it is here."
    return f"{rows}\n{done}\nNever in an export:\n{left_out}"
