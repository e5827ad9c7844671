"""The sums of each client as one question to a database: written once, for every engine.

The only place that knows Ibis. An expression is put together here and handed out as text; nothing
here is connected to anything. DuckDB in the process runs it (`formats.engine_table`), and so may a
warehouse of somebody's own. Two or three questions are enough:

- *looks*: of each column the smallest and largest value, and whether it is whole;
- *parts*: of those that are not, whether they are in halves, tenths, ...;
- *sums*: by one GROUP BY over the ids, the products of every two raw columns, count and total of
  columns whose means are wanted, and why rows are left out.

Columns that are whole in some unit are summed as integers, shifted in the database: exactly, and so
the same in any order of rows, number of threads and engine. No window, no join, no second pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations_with_replacement
from math import prod
from typing import Any, TypeAlias

import ibis

from lacrima.errors import BadInput
from lacrima.stats.columns import UNITS, Scale
from lacrima.stats.expansion import Columns
from lacrima.stats.model import Model
from lacrima.stats.sums import products_of

DIALECT = "duckdb"
FLAG, WHOLE, NUMBER, WORD = "boolean", "int64", "float64", "string"
LARGE = "decimal(38, 0)"
WHOLE_BELOW, LARGE_BELOW = 2.0**53, 1e35

Value: TypeAlias = Any  # an expression of Ibis, whose types do not say what it is of


@dataclass(frozen=True, slots=True)
class PanelTable:
    """A table in a database: its name there, and of each column what it holds.

    kinds: `boolean`, `int64`, `float64` or `string` by the column's name.
    """

    name: str
    kinds: Mapping[str, str]

    def check(self, model: Model) -> None:
        """Refuse columns and ids that are not there, and words where numbers are needed."""
        for name in (*columns_of(model), *ids_of(self, model)):
            if name not in self.kinds:
                raise BadInput(f"no column {name!r}", where="model", expected=", ".join(self.kinds))
        for name in columns_of(model):
            if self.kinds[name] == WORD:
                raise BadInput("text among numbers", where=f"column {name}", expected="numbers")


def columns_of(model: Model) -> Columns:
    """The columns of which something is summed, the outcome first."""
    return tuple(dict.fromkeys((model.outcome, *model.columns)))


def ids_of(table: PanelTable, model: Model) -> Columns:
    """The columns of ids that the groupings need: `therapist/client` needs two."""
    parts = ([name] if name in table.kinds else name.split("/") for name in model.groupings)
    return tuple(dict.fromkeys(chain.from_iterable(parts)))


def means_of(model: Model) -> Columns:
    """The columns whose means over all rows are wanted."""
    pieces = chain.from_iterable(term.pieces for term in model.terms)
    return tuple(dict.fromkeys(piece.column for piece in pieces if piece.level))


def looks_sql(table: PanelTable, model: Model, *, dialect: str = DIALECT) -> str:
    """The question that comes first: one row, `rows`, and for column i `low{i}`, `high{i}` and, of
    columns that may hold other numbers, `part{i}_1`: how many values are not whole.
    """
    rows = _rows(table)
    asked = {"rows": rows.count()}
    for place, name in enumerate(columns_of(model)):
        value = _there(rows[name], table.kinds[name])
        asked |= {f"low{place}": value.min(), f"high{place}": value.max()}
        if table.kinds[name] == NUMBER:
            asked[f"part{place}_1"] = _parts(value, 1)
    return _text(rows.aggregate(**asked), dialect)


def parts_sql(
    table: PanelTable, model: Model, places: Iterable[int], *, dialect: str = DIALECT
) -> str:
    """The question for columns i that are not whole: `part{i}_{u}`, how many are not in 1/u."""
    rows, names = _rows(table), columns_of(model)
    asked = {
        f"part{place}_{units}": _parts(_there(rows[names[place]], NUMBER), units)
        for place in places
        for units in UNITS[1:]
    }
    return _text(rows.aggregate(**asked), dialect)


def sums_sql(
    table: PanelTable,
    model: Model,
    scales: Mapping[str, Scale],
    *,
    rows: int,
    dialect: str = DIALECT,
) -> str:
    """The question for the sums: one row for each combination of ids.

    scales: of each column, from the looks or from sums that are kept. rows: how many there may be,
    which says how large sums can become. The answer: `id{k}`; `rows`; `lack{i}`, rows that are
    left out because column i is the first that is missing; `count{b}`, `total{b}`; and
    `sum{p}` for pair p of the raw columns, in the order of `Sums.cross`.
    """
    scaled = _scaled(table, model, scales)
    asked: dict[str, Value] = {"rows": scaled.count()}
    asked |= {f"lack{place}": scaled[f"lacks{place}"].sum() for place in _places(model)}
    for place, name in enumerate(means_of(model)):
        value = scaled[f"value{columns_of(model).index(name)}"]
        most = scales[name].most * rows
        asked[f"count{place}"] = value.count()
        asked[f"total{place}"] = _sum_of(value, most if is_whole(scales[name]) else None)
    asked |= dict(_pairs(scaled, model, scales, rows))
    ids = [scaled[f"id{place}"] for place, _ in enumerate(ids_of(table, model))]
    return _text(scaled.aggregate(by=ids, **asked), dialect)


def _rows(table: PanelTable) -> Value:
    return ibis.table(dict(table.kinds), name=table.name)


def _text(expression: Value, dialect: str) -> str:
    return str(ibis.to_sql(expression, dialect=dialect))


def _there(value: Value, kind: str) -> Value:
    """The value, null where it is missing: flags as 0 and 1, no NaN, no empty text."""
    if kind == NUMBER:
        return value.isnan().ifelse(ibis.null(NUMBER), value)
    if kind == WORD:
        return value.nullif("")
    return value.cast(WHOLE)


def _parts(value: Value, units: int) -> Value:
    return (_rounded(value * float(units)) / float(units) != value).cast(WHOLE).sum()


def _rounded(value: Value) -> Value:
    """To a whole number; from 2^53 on there is nothing to round, and Ibis rounds to 64 bits."""
    return (value.abs() < WHOLE_BELOW).ifelse(value.round().cast(NUMBER), value)


def _scaled(table: PanelTable, model: Model, scales: Mapping[str, Scale]) -> Value:
    """Each row's ids, values in their scales, those of complete rows, and what is missing first."""
    rows = _rows(table)
    names = columns_of(model)
    ids = {
        f"id{place}": _there(rows[name], table.kinds[name])
        for place, name in enumerate(ids_of(table, model))
    }
    values = {
        f"value{place}": _in_scale(_there(rows[name], table.kinds[name]), scales[name])
        for place, name in enumerate(names)
    }
    found = rows.select(**ids, **values)
    lacks: dict[str, Value] = {}
    is_complete: Value = ibis.literal(value=True)
    for place in _places(model):
        is_gone = found[f"value{place}"].isnull()
        lacks[f"lacks{place}"] = (is_complete & is_gone).cast(WHOLE)
        is_complete = is_complete & ~is_gone
    used = {
        f"used{place}": is_complete.ifelse(found[f"value{place}"], ibis.null())
        for place in _places(model)
    }
    return found.mutate(**lacks, **used, one=is_complete.ifelse(1, ibis.null(WHOLE)))


def _in_scale(value: Value, scale: Scale) -> Value:
    units = scale.units or 1
    value = value if units == 1 else value * units
    if is_whole(scale):
        whole = value.round().cast(WHOLE)
        return whole - int(scale.shift) if scale.shift else whole
    number = value.cast(NUMBER)
    number = _rounded(number) if units > 1 else number
    return number - scale.shift if scale.shift else number


def is_whole(scale: Scale) -> bool:
    """Whether a column is summed as integers: whole in some unit, and not huge."""
    return scale.units is not None and scale.most + abs(scale.shift) < WHOLE_BELOW


def _places(model: Model) -> range:
    return range(len(columns_of(model)))


def _pairs(
    scaled: Value, model: Model, scales: Mapping[str, Scale], rows: int
) -> Iterator[tuple[str, Value]]:
    """The sums of products of every two raw columns, the upper triangle by rows."""
    names = columns_of(model)
    both = combinations_with_replacement(products_of(model, scales), 2)
    for place, (one, two) in enumerate(both):
        factors = (*one, *two)
        are_whole = all(is_whole(scales[name]) for name in factors)
        most = prod((scales[name].most for name in factors), start=1.0) if are_whole else None
        values = [scaled[f"used{names.index(name)}"] for name in factors]
        product = prod(map(_as(most, rows), values[1:]), start=_first(values, scaled, most, rows))
        yield f"sum{place}", _sum_of(product, None if most is None else most * rows)


def _first(values: list[Value], scaled: Value, most: float | None, rows: int) -> Value:
    return _as(most, rows)(values[0] if values else scaled["one"])


def _as(most: float | None, rows: int) -> Any:
    """How the factors of a product are written, so that neither it nor its sum overflows."""
    kind = _kind(None if most is None else most * max(rows, 1))
    return lambda value: value if kind == WHOLE else value.cast(kind)


def _kind(most: float | None) -> str:
    if most is None or most >= LARGE_BELOW:
        return NUMBER
    return WHOLE if most < WHOLE_BELOW else LARGE


def _sum_of(value: Value, most: float | None) -> Value:
    kind = _kind(most)
    return (value if kind == WHOLE else value.cast(kind)).sum().cast(NUMBER)
