"""The sums of each client, added up where the rows lie: in a database, not in this process.

What comes back is one row a client. It is the same `stats.sums.Sums` that adding up arrays gives:
bit for bit where columns are whole in some unit, and to rounding where they are not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from lacrima.analyses.panel import (
    PanelTable,
    columns_of,
    ids_of,
    looks_sql,
    means_of,
    parts_sql,
    sums_sql,
)
from lacrima.errors import BadInput, NoResult
from lacrima.stats.columns import UNITS, Scale, scale_for, scale_from
from lacrima.stats.groups import Forest, Labels, forest_of
from lacrima.stats.model import Model
from lacrima.stats.numbers import Numbers
from lacrima.stats.results import Dropped
from lacrima.stats.sums import Sums, products_of

Answer: TypeAlias = Mapping[str, npt.NDArray[Any]]
Ask: TypeAlias = Callable[[str], Answer]


def sums_in_engine(
    ask: Ask,
    table: PanelTable,
    model: Model,
    *,
    scales: Mapping[str, Scale] | None = None,
    dialect: str = "duckdb",
) -> Sums:
    """What must be known of the rows to fit `model`, added up by the engine that holds them.

    ask: takes a question in SQL and gives the answer's columns as arrays, NaN where null. table:
    n rows, one a session; missing is null, NaN or empty text. scales: of columns, when sums of
    several places are to be put together; else from a first look at the table. Which rows are
    used, and what is dropped, is as in `stats.sums.sums_of`, with the same result.

    Not for AR(1), which needs neighbouring rows. Raises BadInput for columns or ids that are not
    there, text or infinite numbers in a column, numbers finer than `scales`, and groups that are
    not nested; NoResult when no row can be used.

    Source: a client's cross-products are all that a Gaussian model needs; Bates et al. 2015,
    10.18637/jss.v067.i01, and docs/explanation/how-the-engine-works.md.

    >>> from lacrima.analyses.panel import PanelTable
    >>> from lacrima.stats.model import INTERCEPT, Level, Model
    >>> told = {"rows": np.array([3])} | {f"{end}0": np.array([4.0]) for end in ("low", "high")}
    >>> told |= {"lack0": np.array([0]), "id0": np.array(["a"], dtype=object)}
    >>> told |= {"sum0": np.array([3.0]), "sum1": np.array([0.0]), "sum2": np.array([0.0])}
    >>> table = PanelTable("panel", {"score": "int64", "client": "string"})
    >>> found = sums_in_engine(lambda question: told, table,
    ...     Model("score", (INTERCEPT,), (Level("client"),)))
    >>> found.rows_used, found.labels[0].tolist(), found.scales["score"].shift
    (3, ['a'], 4.0)
    """
    table.check(model)
    looks = dict(ask(looks_sql(table, model, dialect=dialect)))
    broken = [place for place, _ in enumerate(columns_of(model)) if _parts(looks, place, 1)]
    if broken:
        looks |= ask(parts_sql(table, model, broken, dialect=dialect))
    rows = int(looks["rows"][0])
    known = _scales(looks, model, scales or {})
    answer = ask(sums_sql(table, model, known, rows=rows, dialect=dialect))
    found = _placed(answer, table, model, known)
    if not found.rows_used:
        raise NoResult("no row with everything that the model needs", expected="complete rows")
    return found


def _scales(looks: Answer, model: Model, kept: Mapping[str, Scale]) -> dict[str, Scale]:
    """In the order in which arrays are looked at. Raises BadInput for what does not fit `kept`."""
    found = {}
    for name in dict.fromkeys((*model.columns, model.outcome)):
        place = columns_of(model).index(name)
        low, high = (_number(looks, f"{end}{place}") for end in ("low", "high"))
        if np.isinf(low) or np.isinf(high):
            raise BadInput("an infinite number", where=f"column {name}", expected="finite numbers")
        scale = kept.get(name)
        if scale is None:
            found[name] = scale_from(low, high, _units(looks, place))
        else:
            is_whole = scale.units is None or not _parts(looks, place, scale.units)
            found[name] = scale_for(name, low, high, scale, is_whole=is_whole)
    return found


def _number(looks: Answer, name: str) -> float:
    number = float(looks[name][0])
    return 0.0 if np.isnan(number) else number


def _units(looks: Answer, place: int) -> int | None:
    """The smallest of UNITS in which nothing is left over."""
    return next((units for units in UNITS if not _parts(looks, place, units)), None)


def _parts(looks: Answer, place: int, units: int) -> float:
    """How many values are not whole in units of 1/units; where it was not asked, none."""
    name = f"part{place}_{units}"
    return _number(looks, name) if name in looks else 0.0


def _placed(answer: Answer, table: PanelTable, model: Model, scales: Mapping[str, Scale]) -> Sums:
    """Each row of the answer put where its group is: one row for each, since they are nested."""
    products, means = products_of(model, scales), means_of(model)
    rows = answer["rows"].astype(np.int64)
    forest = _forest(answer, table, model, len(rows))
    pairs = len(products) * (len(products) + 1) // 2
    return Sums(
        outcome=model.outcome,
        products=products,
        scales=scales,
        cross=_table(answer, "sum", pairs, forest),
        means=means,
        count=_table(answer, "count", len(means), forest),
        total=_table(answer, "total", len(means), forest),
        names=forest.names,
        labels=forest.labels,
        parents=forest.parents,
        rows_read=int(rows.sum()),
        dropped=_dropped(answer, model, rows, forest),
    )


def _forest(answer: Answer, table: PanelTable, model: Model, groups: int) -> Forest:
    ids: dict[str, Labels] = {
        name: answer[f"id{place}"] for place, name in enumerate(ids_of(table, model))
    }
    try:
        return forest_of(ids, model.groupings, groups)
    except BadInput as mistake:  # its rows are rows of the answer, which nobody has seen
        found = mistake.found.partition(" (rows ")[0]
        raise BadInput(
            found, where=mistake.where, expected=mistake.expected, next_step=mistake.next_step
        ) from None


def _table(answer: Answer, name: str, width: int, forest: Forest) -> Numbers:
    made = np.zeros((forest.labels[0].shape[0], width))
    is_known = forest.of_row >= 0
    for place in range(width):
        values = answer[f"{name}{place}"].astype(np.float64)
        made[forest.of_row[is_known], place] = np.where(np.isnan(values), 0.0, values)[is_known]
    return made


def _dropped(
    answer: Answer, model: Model, rows: npt.NDArray[np.int64], forest: Forest
) -> tuple[Dropped, ...]:
    is_known = forest.of_row >= 0
    reasons = {"no group": int(rows[~is_known].sum())} | {
        f"no {name}": int(np.nansum(answer[f"lack{place}"][is_known]))
        for place, name in enumerate(columns_of(model))
    }
    return tuple(Dropped(reason, n) for reason, n in reasons.items() if n)
