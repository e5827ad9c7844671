"""Each group's own coefficients, drawn towards those of all groups, and what they predict.

From the root downwards: with v = (-beta, 1) above a group, its deviations are b = Psi C v, and v of
its children is v - E_z b, so that after each level v holds the total coefficients there. The
errors of v come down as the adjoints of `stats.tree` do: P, the root's being the covariance of
beta, becomes T P T' + E_z K E_z'. The error of b has the covariance

    K + Psi C P C' Psi + 2 sum of w_rs B' E_r G E_s B,

relative to the residual variance: the group's own uncertainty, that of everything above it, and
what is not known about the level's covariance (w, the covariance of the elements of Psi; Kackar and
Harville 1984, 10.1080/01621459.1984.10477102, with the factor 2 of Prasad and Rao 1990,
10.1080/01621459.1990.10475320). The last part cannot be formed at a singular fit; intervals are too
narrow there (a slope's of nominally 90 % held 29 % in a simulation), so a level that is singular
gets none, and a posterior (`stats.bayes`) should be asked instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lacrima.errors import BadInput
from lacrima.stats.groups import Labels
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.model import Model
from lacrima.stats.newton import is_singular
from lacrima.stats.node import turned
from lacrima.stats.numbers import Numbers
from lacrima.stats.problem import Point, Problem
from lacrima.stats.reported import to_working
from lacrima.stats.results import Fit
from lacrima.stats.sums import Sums
from lacrima.stats.tree import adjoints, basis_of
from lacrima.stats.working import Working, working

SINGULAR = (
    "the fit is singular, so that what is not known about the SDs cannot be counted: ask bayes"
)


@dataclass(frozen=True, slots=True)
class Shrunken:
    """The coefficients of n groups of one level, q terms each, in the outcome's units.

    ids (n). deviation, deviation_se (n, q): from what is above the group. total, total_se (n, q):
    of the terms in that group altogether: fixed part, levels above, its own. covariance
    (n, q, q): of the errors of `total`. NaN for the errors of a level whose covariance is singular;
    why: says so, or that only another level's is; else empty.
    """

    level: str
    terms: tuple[str, ...]
    ids: Labels
    deviation: Numbers
    deviation_se: Numbers
    total: Numbers
    total_se: Numbers
    covariance: Numbers
    why: str


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """One level of the tree on the way down; C, K, B of its n groups and the v and P above them."""

    z: Places
    solved: Numbers
    shrunk: Numbers
    weights: Numbers
    above: Numbers
    adjoint: Numbers


def shrunken(sums: Sums, model: Model, fit: Fit, level: str, *, block: int = 0) -> Shrunken:
    """What are the coefficients in each group of a level, given all that is known?

    sums, model, fit: as fitted. level: its name. block: which, where several have that name.
    Groups without a row that was used are left out. Raises BadInput for a level that the model
    does not have.

    >>> from lacrima.stats.model import INTERCEPT, Level, Model, Rows
    >>> from lacrima.stats.multilevel import fit_sums
    >>> from lacrima.stats.sums import sums_of
    >>> rows = Rows({"y": np.array([1.0, 2, 4, 6, 9, 8])}, {"g": np.array([1, 1, 2, 2, 3, 3])})
    >>> model = Model("y", (INTERCEPT,), (Level("g"),))
    >>> sums = sums_of(rows, model)
    >>> found = shrunken(sums, model, fit_sums(sums, model), "g")
    >>> found.ids.tolist(), found.total.ravel().round(3).tolist()
    ([1, 2, 3], [1.643, 5.0, 8.357])
    """
    made = working(sums, model)
    places = [place for place, band in enumerate(made.bands) if _name(model, made, place) == level]
    if block >= len(places):
        raise BadInput(f"no level {level!r}", where="model", expected=", ".join(sums.names))
    point = Problem(made, fit.method == "reml").at(to_working(fit.theta, fit.phi, made))
    place = places[block]
    found = level_of(made, point, place)
    return _in_units(sums, model, made, point, found, place)


def _name(model: Model, made: Working, place: int) -> str:
    return model.levels[made.bands[place].place].name


def level_of(made: Working, point: Point, wanted: int) -> OnTheWay:
    """Go down from the root to one level of the tree's bands."""
    tree, climbed = made.tree, point.climbed
    root = np.zeros(climbed.root.shape)
    root[: point.root.fixed, : point.root.fixed] = point.root.unscaled
    down = adjoints(tree, climbed, root, 1.0)
    v = np.zeros((1, len(root)))
    v[0, : point.root.fixed] = -point.root.beta
    v[0, -1] = 1.0
    bands = range(len(made.bands) - len(climbed.nodes), len(made.bands))
    steps = zip(bands, climbed.nodes, tree.first, down[1:], strict=True)
    for band, node, first, adjoint in reversed(list(steps)):
        v = np.repeat(v, np.diff(first), axis=0)
        if band == wanted:
            return OnTheWay(node.z, node.solved, node.shrunk, node.weights, v, adjoint)
        v[:, node.z] -= (node.divided @ v[..., None])[..., 0]
    return _of_leaf(made, point, v, down[0])


def _of_leaf(made: Working, point: Point, v: Numbers, adjoint: Numbers) -> OnTheWay:
    """The finest level, whose matrices the passes do not keep."""
    leaf, up = made.tree.leaf, point.climbed.up
    if leaf is None or up is None:
        raise BadInput("no such level", where="model", expected="a level with coefficients")
    lam, szz = point.lambdas[0], leaf.by_client(leaf.sz)[:, :, leaf.z]
    inner = np.eye(leaf.z.size) + lam.T @ szz @ lam
    shrunk = lam @ np.linalg.solve(inner, np.broadcast_to(lam.T, inner.shape))
    counts = np.diff(leaf.first)
    return OnTheWay(
        z=leaf.z,
        solved=leaf.by_client(up.solved),
        shrunk=shrunk,
        weights=np.eye(leaf.z.size) - szz @ shrunk,
        above=np.repeat(np.broadcast_to(v, (counts.size, v.shape[1])), counts, axis=0),
        adjoint=np.repeat(adjoint, counts, axis=0),
    )


def _errors(
    made: Working, point: Point, found: OnTheWay, place: int
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Deviations and totals with their errors' covariances, in working columns and unscaled."""
    factor = _lambda(made, point, place)
    divided = factor @ factor.T @ found.solved
    deviation = (divided @ found.above[..., None])[..., 0]
    own = found.shrunk + _unknown(made, point, found, place)
    image = found.adjoint[:, found.z] - divided @ found.adjoint
    of_deviation = own + divided @ found.adjoint @ turned(divided)
    of_total = own + image[:, :, found.z] - image @ turned(divided)
    return deviation, of_deviation, deviation - found.above[:, found.z], of_total


def below(made: Working, point: Point, found: OnTheWay, place: int) -> tuple[Numbers, Numbers]:
    """v (n, k) and its errors' covariance P (n, k, k) for whatever lies in each of n groups."""
    factor = _lambda(made, point, place)
    divided = factor @ factor.T @ found.solved
    v = found.above.copy()
    v[:, found.z] -= (divided @ found.above[..., None])[..., 0]
    errors = found.adjoint.copy()
    errors[:, found.z] -= divided @ found.adjoint
    errors[:, :, found.z] -= errors @ turned(divided)
    errors[:, found.z[:, None], found.z] += found.shrunk + _unknown(made, point, found, place)
    return v, errors


def _lambda(made: Working, point: Point, place: int) -> Numbers:
    return point.lambdas[len(point.lambdas) - len(made.bands) + place]


def _in_units(
    sums: Sums, model: Model, made: Working, point: Point, found: OnTheWay, place: int
) -> Shrunken:
    deviation, of_deviation, total, of_total = _errors(made, point, found, place)
    band, basis, name = made.bands[place], made.basis, _name(model, made, place)
    back, variance = basis.back(found.z) / basis.scale[-1], point.root.variance
    covariance = back @ of_total @ back.T * variance
    if is_singular((_lambda(made, point, place),)):
        covariance, of_deviation = covariance * np.nan, of_deviation * np.nan
    shown = total @ back.T
    if basis.shift[-1] and basis.intercept in found.z:
        shown[:, found.z.tolist().index(basis.intercept)] += basis.shift[-1]
    return Shrunken(
        level=name,
        terms=tuple(term.name for term in model.levels[band.place].terms),
        ids=sums.labels[sums.names.index(name)][band.groups],
        deviation=deviation @ back.T,
        deviation_se=_roots(back @ of_deviation @ back.T * variance),
        total=shown,
        total_se=_roots(covariance),
        covariance=covariance,
        why=SINGULAR if is_singular(point.lambdas) else "",
    )


def _unknown(made: Working, point: Point, found: OnTheWay, place: int) -> Numbers:
    """2 sum of w_rs B' E_r G E_s B of each group; nothing at a singular fit."""
    q = found.z.size
    if is_singular(point.lambdas):
        return np.zeros((1, q, q))
    sizes = [made.basis.z[band.place].size for band in made.bands[:place]]
    start = int(made.serial is not None) + sum(each * (each + 1) // 2 for each in sizes)
    own = slice(start, start + q * (q + 1) // 2)
    known = 2 * np.linalg.inv(point.by_psi.hessian)[own, own]
    images = basis_of(q)[None] @ found.weights[:, None]
    weighted = np.einsum("rs,nsab->nrab", known, found.solved[:, :, found.z][:, None] @ images)
    return np.asarray(2 * (turned(images) @ weighted).sum(axis=1))


def _roots(covariance: Numbers) -> Numbers:
    return np.sqrt(np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 0.0))
