"""Tables, and the maps that say which of their columns is what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drills.fuzz_parsers import CSV, CSV_LATIN, DIARY, DIARY_MAP, MAP, parquet
from drills.fuzz_shapes import DEEP, LONG
from drills.fuzz_targets.target import Target
from lacrima.errors import LacrimaError
from lacrima.formats import map_reading_back, score_map, staging
from lacrima.formats.column_looks import look_at
from lacrima.formats.map_guess import propose, propose_lines
from lacrima.formats.table import Table, read_table_bytes
from lacrima.instruments import reading
from lacrima.instruments.catalogue import shipped

DIARY_READ = score_map.read_map_bytes(DIARY_MAP)
DIARY_TABLE = read_table_bytes(DIARY)
CSV_TABLE = read_table_bytes(CSV.rpartition(b"3,40")[0])
_WITHOUT_END = (b"x = " + DEEP, b"x = " + LONG)
_DATA = Path(reading.__file__).parent / "data"


def csv(data: bytes) -> None:
    """A table of text: every cell as text and as number, and what the page for maps thinks."""
    if not data.startswith(b"PAR1"):
        _look_through(read_table_bytes(data))


def a_parquet(data: bytes) -> None:
    """A Parquet file, of which only our own side is followed."""
    _look_through(read_table_bytes(b"PAR1" + data.removeprefix(b"PAR1")))


def _look_through(table: Table) -> None:
    rows = list(table.rows)
    for column in table.columns:
        _numbers(table, column, rows)
    propose(look_at(table), propose_lines(table.columns, {}), {})


def _numbers(table: Table, column: str, rows: list[Any]) -> None:
    try:
        in_row = table.numbers(column)
        for row in rows:
            in_row(row)
    except LacrimaError:  # a column of text, the others go on
        return


def scores(data: bytes) -> None:
    """A map of scores: read, applied, and read back for the page."""
    read = score_map.read_map_bytes(data)
    lines = propose_lines(CSV_TABLE.columns, read.plain)
    map_reading_back.draft_of(data.decode("utf-8-sig"), lines, read.plain)
    staging.apply(read, CSV_TABLE)


def moments(data: bytes) -> None:
    """A map of sessions, moments and voices: read and applied."""
    staging.apply(score_map.read_map_bytes(data), DIARY_TABLE)


def diary(data: bytes) -> None:
    """The cells of sessions, moments and voices."""
    if not data.startswith(b"PAR1"):
        staging.apply(DIARY_READ, read_table_bytes(data))


def instrument(data: bytes) -> None:
    """A data file of an instrument."""
    reading.read_instrument(data, name="file")


TARGETS = {
    "csv": Target(csv, (CSV, CSV_LATIN, DIARY)),
    "parquet": Target(a_parquet, (parquet(),), memory_mb=3_000),
    "score_map": Target(scores, (MAP, DIARY_MAP, *_WITHOUT_END)),
    "moment_map": Target(moments, (DIARY_MAP, *_WITHOUT_END)),
    "diary": Target(diary, (DIARY,)),
    "instrument": Target(
        instrument,
        (
            *((_DATA / f"{slug}.toml").read_bytes() for slug in sorted(shipped())[:12]),
            *_WITHOUT_END,
        ),
    ),
}
