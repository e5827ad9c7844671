"""Columns of numbers as one large file, CSV or Parquet, written as it is made.

DuckDB writes (closed_engine) into one file that was opened for it, so that neither the text of a
table nor its Parquet is ever held as a whole.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy.typing as npt

from lacrima.errors import BadInput
from lacrima.formats.closed_engine import Room, closed_engine, quoted

MEMORY_LIMIT = "1GB"
HOW = {
    ".csv": "FORMAT csv, HEADER",
    ".parquet": "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880",
}


class _Outbox(Room):
    """A room with a door: what is written to `/out` goes into a file on the disk."""

    def __init__(self, door: Path) -> None:
        super().__init__()
        self._door = door

    def _open(self, path: str, mode: str = "rb", *args: Any, **options: Any) -> Any:
        if path == "/out":
            return self._door.open(mode)
        return super()._open(path, mode, *args, **options)


def refuse_unwritable(path: Path) -> None:
    """Go on where this file can be made. Raises BadInput; ask before the work is done."""
    if path.suffix.lower() not in HOW:
        raise BadInput(
            "a file of another kind", where=path.name, expected="a name ending in .csv or .parquet"
        )
    if path.exists() or not path.parent.is_dir():
        raise BadInput(
            "a file that is there already" if path.exists() else "a folder that is not there",
            where=str(path),
            expected="the name of a new file in a folder that is there",
        )


def write_columns(
    path: Path,
    columns: Mapping[str, npt.NDArray[Any]],
    *,
    hundredths: Collection[str] = (),
    is_simulated: bool = False,
) -> int:
    """Write columns of one length, in their order; how many bytes it came to.

    hundredths: columns of whole numbers in which 1 is 0.01. is_simulated: add a column that says
    so in each row. CSV or Parquet by the ending. Raises BadInput as `refuse_unwritable`; nothing
    is left behind when it fails.
    """
    refuse_unwritable(path)
    chosen = [
        f"CAST({quoted(name)} AS DOUBLE) / 100 AS {quoted(name)}"
        if name in hundredths
        else quoted(name)
        for name in columns
    ]
    chosen += ["true AS is_simulated"] * is_simulated
    path.touch(mode=0o600, exist_ok=False)
    try:
        with closed_engine(_Outbox(path), memory_limit=MEMORY_LIMIT, threads=1) as engine:
            engine.register("made", dict(columns))
            _copy(engine, ", ".join(chosen), HOW[path.suffix.lower()])
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path.stat().st_size


def _copy(engine: duckdb.DuckDBPyConnection, chosen: str, how: str) -> None:
    engine.execute(f"COPY (SELECT {chosen} FROM made) TO 'memory://out' ({how})")  # noqa: S608
