"""What a model expects of a session: of a client it knows, of a new one, with how much error.

Going down the levels, a group that is known passes on its own coefficients and their errors
(`stats.shrinkage`); one that is not known adds the level's covariance, since its coefficients may
be anybody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lacrima.errors import BadInput
from lacrima.stats.columns import as_column
from lacrima.stats.groups import Labels
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.maps import ancestors, mean_of
from lacrima.stats.model import Model, Part, Piece, Rows, Term
from lacrima.stats.numbers import Numbers
from lacrima.stats.problem import Point, Problem
from lacrima.stats.reported import to_working
from lacrima.stats.results import Fit
from lacrima.stats.shrinkage import below, level_of
from lacrima.stats.sums import Sums
from lacrima.stats.working import Working, working

TOO_SMALL = "the fit is singular, so that the errors of known groups are too small: ask bayes"


@dataclass(frozen=True, slots=True)
class Predicted:
    """Of n rows: the expected outcome, its standard error, and that of a single new outcome.

    why: at a singular fit, that the errors of known groups are too small; else empty.
    """

    expected: Numbers
    se: Numbers
    se_new: Numbers
    why: str


def predicted(sums: Sums, model: Model, fit: Fit, rows: Rows) -> Predicted:
    """What outcome is to be expected in each of n rows, given all that is known of its groups?

    sums, model, fit: as fitted. rows: columns of the model's terms and ids of its levels; the
    outcome is not needed. A group without rows in the sums is a new one. A missing number gives a
    missing prediction (NaN). Under AR(1) the residual before is not used.

    Raises BadInput for a column that is not there, and for a new group where the model has parts
    within or between groups: nothing is known of its mean.

    >>> from lacrima.stats.model import INTERCEPT, Level, Model, Rows
    >>> from lacrima.stats.multilevel import fit_sums
    >>> from lacrima.stats.sums import sums_of
    >>> rows = Rows({"y": np.array([1.0, 2, 4, 6, 9, 8])}, {"g": np.array([1, 1, 2, 2, 3, 3])})
    >>> model = Model("y", (INTERCEPT,), (Level("g"),))
    >>> sums = sums_of(rows, model)
    >>> wanted = Rows({}, {"g": np.array([1, 4])})
    >>> predicted(sums, model, fit_sums(sums, model), wanted).expected.round(3).tolist()
    [1.643, 5.0]
    """
    made = working(sums, model)
    point = Problem(made, fit.method == "reml").at(to_working(fit.theta, fit.phi, made))
    places = {name: _found(sums, name, rows.ids) for name in sums.names}
    v, errors = _down(rows.n, model, made, point, places)
    table = np.column_stack([_values(sums, term, rows, places) for term in model.terms])
    table = (table - made.basis.shift[:-1]) * made.basis.scale[:-1]
    size, variance = made.basis.scale[-1], point.root.variance
    expected = -np.einsum("nk,nk->n", table, v[:, :-1]) / size + made.basis.shift[-1]
    spread = np.einsum("nk,nkj,nj->n", table, errors[:, :-1, :-1], table)
    return Predicted(
        expected,
        np.sqrt(spread * variance) / size,
        np.sqrt((spread + 1) * variance) / size,
        TOO_SMALL if fit.singular else "",
    )


def _found(sums: Sums, name: str, ids: Mapping[str, Labels]) -> Places:
    """Where each row's group stands among the sums' groups of a grouping; -1 where it is new."""
    parts = [name] if name in ids else name.split("/")
    if not set(parts) <= set(ids):
        raise BadInput(f"no ids for {name!r}", where="rows", expected=", ".join(sums.names))
    known = {str(label): place for place, label in enumerate(sums.labels[sums.names.index(name)])}
    words = zip(*(np.asarray(ids[part]).tolist() for part in parts), strict=True)
    return np.array([known.get("/".join(map(str, each)), -1) for each in words], dtype=np.int64)


def _down(
    n: int, model: Model, made: Working, point: Point, places: Mapping[str, Places]
) -> tuple[Numbers, Numbers]:
    """v and its errors for every row, from the root through each level that it is known at."""
    k, p = len(made.total), point.root.fixed
    v, errors = np.zeros((n, k)), np.zeros((n, k, k))
    v[:, :p], v[:, -1] = -point.root.beta, 1.0
    errors[:, :p, :p] = point.root.unscaled
    lambdas = point.lambdas[len(point.lambdas) - len(made.bands) :]
    for place in reversed(range(len(made.bands))):
        band, lam = made.bands[place], lambdas[place]
        groups = places[model.levels[band.place].name]
        own = np.searchsorted(band.groups, np.maximum(groups, 0))
        is_known = (groups >= 0) & (band.groups[np.minimum(own, len(band.groups) - 1)] == groups)
        of_group, its_errors = below(made, point, level_of(made, point, place), place)
        v[is_known], errors[is_known] = of_group[own[is_known]], its_errors[own[is_known]]
        z = made.basis.z[band.place]
        new = np.flatnonzero(~is_known)
        errors[np.ix_(new, z, z)] += lam @ lam.T
    return v, errors


def _values(sums: Sums, term: Term, rows: Rows, places: Mapping[str, Places]) -> Numbers:
    n = rows.n
    product = np.ones(n)
    for piece in term.pieces:
        product = product * _piece(sums, piece, rows, places)
    return product


def _piece(sums: Sums, piece: Piece, rows: Rows, places: Mapping[str, Places]) -> Numbers:
    mean: npt.NDArray[np.float64] = np.zeros(rows.n)
    if piece.level:
        groups = places[piece.level]
        if (groups < 0).any():
            found = f"a {piece.level} of whom nothing is known"
            raise BadInput(found, where=piece.name, expected="groups of the fitted rows")
        means = mean_of(sums, piece.column, piece.level) + sums.scales[piece.column].middle
        by_group = np.empty(len(sums.labels[sums.names.index(piece.level)]))
        by_group[ancestors(sums, piece.level)] = means
        mean = by_group[groups]
    if piece.part is Part.BETWEEN:
        return mean
    if piece.column not in rows.columns:
        raise BadInput(f"no column {piece.column!r}", where="rows", expected=piece.column)
    return as_column(piece.column, rows.columns[piece.column]).astype(np.float64) - mean
