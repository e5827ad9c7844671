"""What every table is made of, however it is stored: bytes that can be read again, and rows."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from lacrima.errors import BadTable

MAX_COLUMNS = 2_000


class Row(NamedTuple):
    """One row: its number as a spreadsheet counts (the names stand in row 1), and its cells."""

    number: int
    cells: tuple[str, ...]


class Rows(Protocol):
    """A kind of file that can give its rows again and again."""

    def read(self) -> Iterator[Row]:
        """The rows below the names, read from the file as they are asked for."""
        ...


@dataclass(frozen=True, slots=True)
class File:
    """Bytes that can be opened again and again."""

    path: Path | None = None
    data: bytes = b""

    def open(self) -> BinaryIO:
        """From the beginning."""
        return self.path.open("rb") if self.path else io.BytesIO(self.data)

    def size(self) -> int:
        """How many bytes."""
        return self.path.stat().st_size if self.path else len(self.data)

    def all(self) -> bytes:
        """All of it at once."""
        return self.path.read_bytes() if self.path else self.data


def names(cells: tuple[str, ...] | None) -> tuple[str, ...]:
    """The names of the columns. Raises BadTable for none, far too many, an empty one, a twin."""
    if cells is None or not any(cell.strip() for cell in cells):
        raise BadTable("no names", where="row 1", expected="a name above each column")
    if len(cells) > MAX_COLUMNS:
        raise BadTable(f"{len(cells)} columns", where="row 1", expected=f"at most {MAX_COLUMNS}")
    columns = tuple(cell.strip() for cell in cells)
    for place, name in enumerate(columns, start=1):
        where = f"row 1, column {place}"
        if not name:
            raise BadTable("an empty name", where=where, expected="a name above each column")
        if columns.index(name) != place - 1:
            raise BadTable(f"the name {name!r} twice", where=where, expected="each name once")
    return columns
