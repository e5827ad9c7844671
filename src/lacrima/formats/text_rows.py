"""Rows of a text file: commas, semicolons, tabs or bars between its cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from lacrima.errors import BadTable
from lacrima.formats.delimiter import find_delimiter, said_in_first_line
from lacrima.formats.encoding import MAX_LINE_BYTES, find_encoding, too_long
from lacrima.formats.rows import File, Row, names


@dataclass(frozen=True, slots=True)
class TextRows:
    """A text file of which encoding and delimiter are known."""

    file: File
    encoding: str
    delimiter: str

    def columns(self) -> tuple[str, ...]:
        """The names in the first row. Raises BadTable where they cannot be names."""
        header = next(self._records(), None)
        return names(header.cells if header else None)

    def read(self) -> Iterator[Row]:
        """The rows below the names. Raises BadTable for one that is not as wide as the names."""
        rows = self._records()
        width = len(next(rows).cells)
        for row in rows:
            if len(row.cells) == width:
                yield row
            elif any(row.cells):
                raise BadTable(
                    f"{len(row.cells)} cells",
                    where=f"row {row.number}",
                    expected=f"{width}, as in row 1",
                )

    def _records(self) -> Iterator[Row]:
        """Every row, the names first; a leading `sep=` line counts but is not given out."""
        number = 0
        with io.TextIOWrapper(self.file.open(), encoding=self.encoding, newline="") as text:
            lines = _bounded_lines(text)
            first = next(lines, "")
            if said_in_first_line(first):
                number = 1
            else:
                lines = chain([first], lines)
            try:
                for cells in csv.reader(lines, delimiter=self.delimiter, strict=True):
                    number += 1
                    yield Row(number, tuple(cells))
            except csv.Error as mistake:
                raise BadTable(
                    "a quotation mark that does not fit, or a very long cell",
                    where=f"row {number + 1}",
                    expected='quotation marks around whole cells, doubled ("") inside',
                ) from mistake


def text_rows(file: File, *, delimiter: str | None, encoding: str | None) -> TextRows:
    """The rows of a text file; what was not told is found out. Raises BadTable."""
    with file.open() as binary:
        found = find_encoding(binary, told=encoding)
    return TextRows(file, found, delimiter or _find_delimiter(file, found))


def _find_delimiter(file: File, encoding: str) -> str:
    with io.TextIOWrapper(file.open(), encoding=encoding, newline="") as text:
        lines = iter(_bounded_lines(text))
        first = next(lines, "")
        said = said_in_first_line(first)
        return said or find_delimiter(chain([first], lines))


def _bounded_lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            raise too_long(number)
        yield line
