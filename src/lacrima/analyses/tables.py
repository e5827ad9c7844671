"""What an analysis asks of a table, so that it need not know where the table came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Protocol, TypeVar


class Numbered(Protocol):
    """A row that knows its number."""

    @property
    def number(self) -> int:
        """The row's number, as a spreadsheet counts."""


RowOf = TypeVar("RowOf", bound=Numbered)


class TableLike(Protocol[RowOf]):
    """Names of columns, rows, and what reads the texts or numbers of a column."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names, in the order of the file."""

    @property
    def rows(self) -> Iterator[RowOf]:
        """The rows below the names."""

    def index(self, column: str) -> int:
        """The place of a column; BadTable where there is none of that name."""

    def texts(self, column: str) -> Callable[[RowOf], str | None]:
        """What gives the text in that column of a row; None where it is empty."""

    def numbers(self, column: str) -> Callable[[RowOf], Decimal | None]:
        """What gives the number there; None where it is missing; BadTable where it is none."""
