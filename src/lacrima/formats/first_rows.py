"""The beginning of a table, read as the whole table is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from lacrima.formats.rows import Row, Rows
from lacrima.formats.table import Table


@dataclass(frozen=True, slots=True)
class _First:
    """The first few of some rows."""

    rows: Rows
    count: int

    def read(self) -> Iterator[Row]:
        """Those few."""
        return islice(self.rows.read(), self.count)


def first_rows(table: Table, count: int) -> Table:
    """The same table with its first rows alone; marks and encoding as the whole file showed."""
    return replace(table, _rows=_First(table._rows, count), row_count=min(count, table.row_count))
