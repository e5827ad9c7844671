"""Filled questionnaires in a table: one column an item, one row a person."""

from __future__ import annotations

from collections.abc import Callable

from lacrima.errors import BadForm
from lacrima.formats.filled.answer import from_text, plain
from lacrima.formats.filled.forms import NAN, Filled, Packing
from lacrima.formats.filled.naming import PERSON_NAMES, Match, Question, match
from lacrima.formats.losses import Loss
from lacrima.formats.table import Row, Table
from lacrima.instruments.definition import Instrument, Item

_SHOWN_NAMES = 12

Report = Callable[[int], None]


def read_table_of_items(
    table: Table,
    instrument: Instrument,
    *,
    person: str | None = None,
    on_progress: Report | None = None,
) -> Filled:
    """The forms in a table with a column for each item.

    person: the column that says who; without it, the one column with a name such as `person`,
    `client` or `id`. A missing cell (empty, NA, NaN) is a missing answer; an item without a
    column is missing in every row.

    Raises BadForm or OutOfRange, with row and column, for a cell that is no answer; as `match`
    for columns that are no items; BadTable for a column that is not there.
    """
    packing = Packing(instrument)
    matched = match(
        instrument, [Question(name, text=name) for name in table.columns], is_whole=True
    )
    packing.note(*matched.notes)
    who = _person_column(table, matched, person, packing)
    reader = _Reader(table, instrument, matched)
    for row in table.rows:
        named = None if who is None else row.cells[who].strip() or None
        packing.add(row.number, named, reader.values(row))
        if on_progress and not packing.count % 10_000:
            on_progress(packing.count)
    if not packing.count:
        raise BadForm("a table without a row", where="row 2", expected="one row a person")
    _say_what_is_not_used(packing, table, matched, who)
    return packing.done()


def _person_column(table: Table, matched: Match, told: str | None, packing: Packing) -> int | None:
    if told is not None:
        return table.index(told)
    likely = [
        place
        for place, name in enumerate(table.columns)
        if place not in matched.items and plain(name) in PERSON_NAMES
    ]
    if len(likely) > 1:
        packing.note("Several columns could say who; none was taken. Say which: --person COLUMN")
    return likely[0] if len(likely) == 1 else None


class _Reader:
    """Turns rows into values; each text of a column is understood once."""

    def __init__(self, table: Table, instrument: Instrument, matched: Match) -> None:
        places = {item.id: place for place, item in matched.items.items()}
        self._table = table
        self._items: list[tuple[Item, int | None]] = [
            (item, places.get(item.id)) for item in instrument.items
        ]
        self._known: list[tuple[dict[str, float], int]] = [
            (_Absent() if place is None else {}, place or 0) for _, place in self._items
        ]
        self._decimals = {
            place: table.decimal_of(table.columns[place]) for place in places.values()
        }

    def values(self, row: Row) -> list[float]:
        """A value for each item: as known, else understood now and known from then on."""
        cells = row.cells
        try:
            return [known[cells[place]] for known, place in self._known]
        except KeyError:
            self._understand(row)
        return [known[cells[place]] for known, place in self._known]

    def _understand(self, row: Row) -> None:
        for (item, place), (known, _) in zip(self._items, self._known, strict=True):
            if place is None or row.cells[place] in known:
                continue
            where = f"row {row.number}, column {self._table.columns[place]!r}"
            answer = from_text(item, row.cells[place], where=where, decimal=self._decimals[place])
            known[row.cells[place]] = NAN if answer is None else float(answer)


class _Absent(dict[str, float]):
    """What the cells of an item say that has no column: nothing, whatever they hold."""

    def __missing__(self, cell: str) -> float:
        return NAN


def _say_what_is_not_used(packing: Packing, table: Table, matched: Match, who: int | None) -> None:
    name = packing.instrument.name
    used = {*matched.items, who}
    unused = [column for place, column in enumerate(table.columns) if place not in used]
    found = {item.id for item in matched.items.values()}
    absent = [item.id for item in packing.instrument.items if item.id not in found]
    if absent:
        packing.note(f"Items of {name} without a column, missing in every row: {_some(absent)}")
    if unused:
        packing.note(f"Columns that were not used: {_some(unused)}")
        packing.lose(Loss("columns of the table", f"they are no items of {name}", len(unused)))


def _some(names: list[str]) -> str:
    more = len(names) - _SHOWN_NAMES
    return ", ".join(names[:_SHOWN_NAMES]) + (f" and {more} more" if more > 0 else "")
