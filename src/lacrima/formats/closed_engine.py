"""DuckDB shut in: tables in memory, and nothing outside that it could reach, write or load.

The one place where an engine is opened. It may read and write the files of one folder of this
process's memory, spills nowhere, loads no extension, and its settings are locked before it sees
a row.
"""

from __future__ import annotations

from typing import Any, ClassVar

import duckdb
from fsspec.implementations.memory import MemoryFileSystem


class Room(MemoryFileSystem):  # type: ignore[misc]  # has no types
    """The files of one engine alone: fsspec's own memory is shared, and kept for the process."""

    cachable = False
    protocol: ClassVar[str] = "memory"

    def __init__(self, **files: bytes) -> None:
        """Empty, or with a file `/NAME.parquet` for each of these."""
        super().__init__()
        self.store: dict[str, Any] = {}
        self.pseudo_dirs = [""]
        for name, data in files.items():
            self.pipe_file(f"/{name}.parquet", data)


def closed_engine(
    room: Room, *, memory_limit: str, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """An engine over the files of this room, to be closed by the caller (it is a context)."""
    engine = duckdb.connect(":memory:")
    engine.register_filesystem(room)
    for setting in _settings(memory_limit, threads):
        engine.execute(setting)
    return engine


def _settings(memory_limit: str, threads: int | None) -> list[str]:
    """The order matters: after the last one none can be changed."""
    return [
        "SET temp_directory=''",
        f"SET memory_limit='{memory_limit}'",
        *([f"SET threads={threads}"] if threads else []),
        "SET autoinstall_known_extensions=false",
        "SET autoload_known_extensions=false",
        "SET allowed_directories=['memory://']",
        "SET enable_external_access=false",
        "SET lock_configuration=true",
    ]


def quoted(name: str) -> str:
    """A column's name as the engine reads it, whatever signs are in it."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
