"""Groups of rows: who belongs to which client, therapist, clinic, and whether that is in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import numpy as np

from lacrima.analyses.formula import Formula, Group, group_name
from lacrima.analyses.model_columns import MISSING, Codes, Columns, Words
from lacrima.errors import BadInput
from lacrima.stats.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Grouping:
    """codes: the group of each row, 0 to n - 1, -1 where it is not known. labels: their names."""

    codes: Codes
    labels: tuple[str, ...]

    @property
    def n(self) -> int:
        """How many groups."""
        return len(self.labels)


Groupings = Mapping[Group, Grouping]


def groupings(columns: Columns, groups: Iterable[Group]) -> dict[Group, Grouping]:
    """Each group of a formula with the rows that belong to it."""
    return {group: _grouping(columns, group) for group in groups}


def _grouping(columns: Columns, group: Group) -> Grouping:
    found = [column for name in group if isinstance(column := columns[name], Words)]
    one = reduce(_inside, found)
    return Grouping(one.codes, one.levels)


def _inside(outer: Words, inner: Words) -> Words:
    """Who is who where the same id may mean another person in another outer group."""
    width = max(len(inner.levels), 1)
    both = np.where(
        (outer.codes == MISSING) | (inner.codes == MISSING),
        MISSING,
        outer.codes * width + inner.codes,
    )
    pairs, codes = np.unique(both, return_inverse=True)
    is_missing_there = bool(len(pairs)) and pairs[0] == MISSING
    pairs, codes = (pairs[1:], codes - 1) if is_missing_there else (pairs, codes)
    labels = [f"{outer.levels[pair // width]}/{inner.levels[pair % width]}" for pair in pairs]
    return Words(codes.astype(np.int64), tuple(labels))


def finest(found: Groupings) -> Group | None:
    """The group with the most members: the one of which rows have a next and a previous one."""
    return max(found, key=lambda group: (found[group].n, len(group)), default=None)


def check_nesting(formula: Formula, found: Groupings) -> None:
    """Refuse groups that are not one inside the other, and ids that mean two people.

    A smaller group has to lie in one larger one. Where it lies in several, either its ids are
    used again by each (then `therapist/client` says so, and somebody with two therapists is two
    episodes), or the two are crossed, which these models do not have. The same is asked of what
    within and between name.
    """
    in_order = enumerate(formula.named_groups())
    by_size = [group for _, group in sorted(in_order, key=lambda one: (-found[one[1]].n, -one[0]))]
    for finer, coarser in pairwise(by_size):
        several = _in_several(found[finer].codes, found[coarser].codes)
        if several:
            raise _not_nested(finer, coarser, several)


def _in_several(finer: Codes, coarser: Codes) -> int:
    """How many of the finer groups lie in more than one of the coarser."""
    is_known = (finer != MISSING) & (coarser != MISSING)
    if not is_known.any():
        return 0
    inner, outer = finer[is_known], coarser[is_known]
    parent = np.full(inner.max() + 1, MISSING, dtype=np.int64)
    parent[inner] = outer
    return len(np.unique(inner[parent[inner] != outer]))


def _not_nested(finer: Group, coarser: Group, several: int) -> BadInput:
    inner, outer = group_name(finer), group_name(coarser)
    return BadInput(
        f"{several} of {inner} in more than one {outer}",
        where="formula",
        expected=f"each {inner} in one {outer} (crossed groups are not fitted: their sums do not "
        "part into groups)",
        next_step=f"Write {outer}/{group_name(finer[-1:])}, also in within() and between(), where "
        f"an id is used again, or where each stretch with one {outer} is an episode of its own",
    )


@dataclass(frozen=True, slots=True)
class Sequence:
    """The rows in their order within the finest group.

    rows: places of the rows that have one, group by group. is_last, is_first: of these, whether
    it is that of its group.
    """

    rows: Codes
    is_first: np.typing.NDArray[np.bool_]
    is_last: np.typing.NDArray[np.bool_]


def sequence(grouping: Grouping, order: Numbers, *, name: str, group: Group) -> Sequence:
    """The rows one after the other. Rows without group or order stand nowhere.

    Raises BadInput where two rows of one group share a place, since neither is then the next.
    """
    rows = np.flatnonzero((grouping.codes != MISSING) & ~np.isnan(order))
    codes, places = grouping.codes[rows], order[rows]
    is_same_group = codes[1:] == codes[:-1]
    is_rising = (codes[1:] > codes[:-1]) | (is_same_group & (places[1:] > places[:-1]))
    if not is_rising.all():
        rows = rows[np.lexsort((places, codes))]
        codes, places = grouping.codes[rows], order[rows]
        is_same_group = codes[1:] == codes[:-1]
    twins = int((is_same_group & (places[1:] == places[:-1])).sum())
    if twins:
        raise BadInput(
            f"{twins} rows at the same place as another of the same {group_name(group)}",
            where=f"column {name!r}",
            expected="a different place for each row of one group",
        )
    edge = np.ones(min(len(rows), 1), dtype=np.bool_)
    return Sequence(
        rows, np.concatenate([edge, ~is_same_group]), np.concatenate([~is_same_group, edge])
    )
