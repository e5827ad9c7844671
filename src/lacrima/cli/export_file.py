"""A file that a verb of export writes: new, whole or not there, for this user alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lacrima.cli.said import say
from lacrima.errors import BadInput
from lacrima.vault import disk

To = Annotated[
    Path, typer.Option("--to", metavar="FILE.zip", help="The new file. Nothing is overwritten.")
]
Format = Annotated[
    str, typer.Option("--format", metavar="csv|parquet|json", help="How the tables are written.")
]


def refuse_existing(path: Path) -> None:
    """Go on when this file can be made. BadInput otherwise; ask before the work is done."""
    if path.exists() or not path.parent.is_dir():
        is_there = path.exists()
        raise BadInput(
            "a file that is there already" if is_there else "a folder that is not there",
            where=str(path if is_there else path.parent),
            expected="the name of a new file in a folder that is there",
            next_step="Choose another name. Nothing was exported.",
        )


def hand_over(verb: str, data: bytes, told: dict[str, Any], path: Path, *, as_json: bool) -> int:
    """Write the file and say what is in it."""
    refuse_existing(path)
    disk.write_atomically(path, data)
    result = {"path": str(path.absolute()), **told}
    say(verb, result, as_json=as_json, text=_text(result))
    return 0


def _text(result: dict[str, Any]) -> str:
    size = f"{max(result['bytes'] // 1024, 1)} KB"
    lines = [f"Written: {result['path']} ({size})."]
    rows = result.get("rows", {})
    if rows:
        lines.append("  " + ", ".join(f"{name} {count}" for name, count in rows.items()))
    for word, key in (("Left out", "left_out"), ("Lost in this format", "losses")):
        told = [f"  {one['what']}: {one['why']}" for one in result.get(key, ())]
        lines += [f"{word}:", *told] if told else []
    return "\n".join([*lines, *result.get("warnings", ())])
