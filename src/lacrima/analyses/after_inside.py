"""The rows of the plain regression inside clients, and sessions matched inside a client."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lacrima.analyses.after_model import Design
from lacrima.analyses.after_table import AfterTable
from lacrima.errors import NoResult
from lacrima.stats.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Rows:
    """outcome (n), columns (n, p) with the exposure first, groups (n): clients from 0; names (p)
    of the columns; at (n): the places in the table, in the order of sessions inside each client.
    """

    outcome: Numbers
    columns: Numbers
    groups: npt.NDArray[np.int64]
    names: tuple[str, ...]
    at: npt.NDArray[np.int64]


def rows_inside(table: AfterTable, design: Design, *, used: bool = True) -> Rows:
    """What the regression inside clients is fitted to. Raises NoResult where nothing is there.

    used: rows with an outcome alone; else all eligible ones, with NaN as the outcome of some.
    """
    order = np.lexsort([table.columns["session"], table.client.codes])
    at = order[table.is_used[order]] if used else order
    if not len(at):
        raise NoResult("no session with a next score", expected="some")
    plain = [one for one in design.plain if "(" not in one and one != "score_first"]
    names = (design.exposure, *design.beside, *plain)
    columns = [np.nan_to_num(table.columns[name][at]) for name in names]
    columns.append(np.log(table.columns["session"][at]))
    return Rows(
        outcome=table.columns[design.outcome][at],
        columns=np.column_stack(columns),
        groups=np.unique(table.client.codes[at], return_inverse=True)[1].astype(np.int64),
        names=(*names, "log(session)"),
        at=at.astype(np.int64),
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """A session with such a moment, and the one of the same client that is most like it.

    with_it, without: places in the table. gap: how unlike they are, in standard deviations.
    """

    client: str
    with_it: int
    without: int
    gap: float


LIKE = ("score", "heavy")
FARTHEST = 3.0
SESSIONS_APART = 0.1  # standard deviations a session


def pairs_of(table: AfterTable, exposure: str) -> tuple[Pair, ...]:
    """For each exposed session the nearest other one of the same client, in score before,
    heaviness and time; none where the nearest is more than three standard deviations away.
    """
    met, used = table.columns[exposure] > 0, table.is_used
    if not used.any():
        return ()
    sizes = {name: float(np.std(table.columns[name][used])) or 1.0 for name in LIKE}
    found = []
    for here in np.flatnonzero(met & used):
        own = np.flatnonzero(used & ~met & (table.client.codes == table.client.codes[here]))
        if len(own):
            gaps = _gaps(table, int(here), own, sizes)
            best = int(np.argmin(gaps))
            if gaps[best] <= FARTHEST:
                client = table.client.levels[table.client.codes[here]]
                found.append(Pair(client, int(here), int(own[best]), float(gaps[best])))
    return tuple(found)


def _gaps(
    table: AfterTable, here: int, others: npt.NDArray[np.intp], sizes: dict[str, float]
) -> Numbers:
    square = np.zeros(len(others))
    for name, by in sizes.items():
        values = table.columns[name]
        square += ((values[others] - values[here]) / by) ** 2
    session = table.columns["session"]
    square += (SESSIONS_APART * (session[others] - session[here])) ** 2
    return np.asarray(np.sqrt(square))
