"""The ways a table can leave and come back: one row a format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from lacrima.errors import BadInput
from lacrima.formats.dictionary import Record, Shape, TableOut
from lacrima.formats.export_csv import read_csv, write_csv
from lacrima.formats.export_json import read_json, write_json
from lacrima.formats.export_parquet import read_parquet, write_parquet


class Reader(Protocol):
    """Reads the rows of a table of this shape from bytes; `name` is for messages."""

    def __call__(self, shape: Shape, data: bytes, *, name: str) -> Iterator[Record]:
        """The rows; BadTable names file, row and column."""
        ...


@dataclass(frozen=True, slots=True)
class TableFormat:
    """One way of writing tables."""

    name: str
    for_whom: str
    write: Callable[[TableOut], bytes]
    read: Reader

    def file(self, table: str) -> str:
        """The file of a table in an archive."""
        return f"tables/{table}.{self.name}"


FORMATS: Mapping[str, TableFormat] = {
    one.name: one
    for one in (
        TableFormat("csv", "opens in any spreadsheet", write_csv, read_csv),
        TableFormat("parquet", "for R, Python and databases", write_parquet, read_parquet),
        TableFormat("json", "for programs", write_json, read_json),
    )
}


def table_format(name: str) -> TableFormat:
    """The format of this name; BadInput names the others."""
    if name not in FORMATS:
        raise BadInput("an unknown format", where="format", expected=", ".join(FORMATS))
    return FORMATS[name]
