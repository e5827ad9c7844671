"""Groups in groups: the client, therapist and clinic of each row, checked to be nested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from lacrima.errors import BadInput
from lacrima.stats.compiled import is_compiled
from lacrima.stats.groups_compiled import heads_of, spread, spread_plainly
from lacrima.stats.leaf_compiled import Places

Labels = npt.NDArray[Any]

# Runs of rows are looked for in so many rows, and used where they are so long.
MANY, SHORT = 1000, 3

CROSSED = (
    "If other groups use the same ids again, name the level {outer}/{inner} (somebody with two of "
    "them is then two episodes). If the two are truly crossed, sums of each {inner} alone cannot "
    "hold the model: leave one of the levels out"
)


@dataclass(frozen=True, slots=True)
class Codes:
    """Each row's group as a number (n), -1 where the id is missing, and the ids in order.

    is_whole: it is known that none is missing.
    """

    codes: Places
    labels: Labels
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Forest:
    """Groupings from the finest to the coarsest, each nested in the next.

    names: of the groupings. labels: the ids of each grouping's groups, sorted within their parents.
    parents: for every grouping but the last, the place of each group's parent. of_row (n): the
    finest group of each row, -1 where an id is missing.
    """

    names: tuple[str, ...]
    labels: tuple[Labels, ...]
    parents: tuple[Places, ...]
    of_row: Places


def codes_of(ids: Labels) -> Codes:
    """Number the groups of n ids (integers, text, or floats that are whole) in sorted order.

    None, NaN and empty text are missing and get -1.

    >>> found = codes_of(np.array(["b", "a", "", "b"]))
    >>> found.codes.tolist(), found.labels.tolist()
    ([1, 0, -1, 1], ['a', 'b'])
    """
    values = np.asarray(ids)
    if values.dtype.kind == "b":
        values = values.astype(np.int64)
    if values.dtype.kind in "iu" and values.size:
        low, high = int(values.min()), int(values.max())
        if high - low < 4 * values.size + 1024:
            return _by_place(values, low, high)
    return _by_runs(values)


def _by_place(values: Labels, low: int, high: int) -> Codes:
    """Integers in a narrow range are their own numbers, once the gaps are closed."""
    offsets = values.astype(np.int64, copy=False)
    if low:
        offsets = offsets - low
    is_there = np.zeros(high - low + 1, dtype=np.bool_)
    is_there[offsets] = True
    if not is_there.all():
        number = np.cumsum(is_there, dtype=np.int64) - 1
        offsets = number[offsets]
    return Codes(offsets, np.flatnonzero(is_there) + low, is_whole=True)


def _by_runs(values: Labels) -> Codes:
    """Equal neighbours are one run, so that a file sorted by client is quickly numbered."""
    is_start = np.ones(values.size, dtype=np.bool_)
    is_start[1:] = values[1:] != values[:-1]
    heads = values[is_start]
    if heads.dtype.kind in "OT":
        labels, numbers = _by_words(heads.tolist())
    else:
        labels, numbers = np.unique(heads, return_inverse=True)
        numbers = numbers.astype(np.int64)
        is_gone = np.isnan(labels) if labels.dtype.kind == "f" else labels == _nothing(labels)
        numbers = np.where(is_gone[numbers], -1, numbers - np.count_nonzero(is_gone[:1]))
        labels = labels[~is_gone]
    return Codes(_spread(numbers, is_start), labels)


def _nothing(labels: Labels) -> Any:
    return "" if labels.dtype.kind in "US" else np.iinfo(np.int64).min


def _by_words(heads: Sequence[object]) -> tuple[Labels, Places]:
    """Text, and what else Python objects may hold; their text counts."""
    words = ["" if each is None or each != each else str(each) for each in heads]
    labels = sorted(set(words) - {""})
    places = {label: place for place, label in enumerate(labels)} | {"": -1}
    return np.array(labels, dtype=np.str_), np.array([places[word] for word in words], np.int64)


def forest_of(ids: Mapping[str, Labels], names: Sequence[str], n: int) -> Forest:
    """Put groupings in order, the finest first, and check that each lies in the next.

    ids: n ids by name. A name like `therapist/client` is a grouping by both together. Raises
    BadInput for a name without ids, and for groups that lie in several of the next grouping.
    """
    arrays = {name: np.asarray(values) for name, values in ids.items()}
    parts = _parts(arrays, names)
    is_head = _are_heads([arrays[part] for part in parts], n)
    if is_head is None:
        return _forest_of(arrays, names, n)
    heads = _places(is_head)
    try:
        found = _forest_of({part: arrays[part][heads] for part in parts}, names, heads.size)
    except BadInput:
        return _forest_of(arrays, names, n)  # which says it with the numbers of the rows
    return replace(found, of_row=_spread(found.of_row, is_head))


def _parts(ids: Mapping[str, Labels], names: Sequence[str]) -> set[str]:
    """The ids that make up the groupings, those that are there."""
    parts = [part for name in names for part in ([name] if name in ids else name.split("/"))]
    return {part for part in parts if part in ids}


def _are_heads(ids: Sequence[Labels], n: int) -> npt.NDArray[np.bool_] | None:
    """Which rows begin a run of rows with the same ids; None where runs are short."""
    if not ids or n < MANY or any(each.dtype.kind == "O" for each in ids):
        return None
    is_head = np.ones(n, dtype=np.bool_)
    np.not_equal(ids[0][1:], ids[0][:-1], out=is_head[1:])
    if np.count_nonzero(is_head) * SHORT > n:
        return None
    for each in ids[1:]:
        is_head[1:] |= each[1:] != each[:-1]
    return is_head


def _places(is_head: npt.NDArray[np.bool_]) -> Places:
    runs = int(np.count_nonzero(is_head))
    return heads_of(is_head, runs) if is_compiled() else np.flatnonzero(is_head)


def _spread(values: Places, is_head: npt.NDArray[np.bool_]) -> Places:
    return spread(values, is_head) if is_compiled() else spread_plainly(values, is_head)


def _forest_of(ids: Mapping[str, Labels], names: Sequence[str], n: int) -> Forest:
    found = {name: _named(ids, name) for name in names}
    if not found:
        return Forest((), (np.zeros(1, np.int64),), (), np.zeros(n, np.int64))
    ordered = sorted(names, key=lambda name: -found[name].labels.shape[0])
    is_lacking = np.zeros(n, dtype=np.bool_)
    for each in found.values():
        if not each.is_whole:
            is_lacking |= each.codes < 0
    parents = [
        _parents(found[inner], found[outer], is_lacking, inner, outer)
        for inner, outer in pairwise(ordered)
    ]
    return _sorted_forest(ordered, found, parents, is_lacking)


def _named(ids: Mapping[str, Labels], name: str) -> Codes:
    parts = [name] if name in ids else name.split("/")
    for part in parts:
        if part not in ids:
            raise BadInput(f"no ids for {part!r}", where=name, expected=", ".join(ids) or "ids")
    found = [codes_of(ids[part]) for part in parts]
    joint = found[0]
    for part_codes in found[1:]:
        joint = _paired(joint, part_codes)
    return joint


def _paired(outer: Codes, inner: Codes) -> Codes:
    """Groups by both ids together, labelled `outer/inner`."""
    width = max(inner.labels.shape[0], 1)
    is_there = (outer.codes >= 0) & (inner.codes >= 0)
    found = codes_of((outer.codes * width + inner.codes)[is_there])
    codes = np.full(is_there.size, -1, dtype=np.int64)
    codes[is_there] = found.codes
    words = [f"{outer.labels[each // width]}/{inner.labels[each % width]}" for each in found.labels]
    return Codes(codes, np.array(words, dtype=np.str_))


def _parents(
    inner: Codes, outer: Codes, is_lacking: npt.NDArray[np.bool_], inner_name: str, outer_name: str
) -> Places:
    """The parent of each inner group; refuses a group that lies in several."""
    rows = np.flatnonzero(~is_lacking) if is_lacking.any() else slice(None)
    codes, above = inner.codes[rows], outer.codes[rows]
    parents = np.full(inner.labels.shape[0], -1, dtype=np.int64)
    parents[codes] = above
    is_elsewhere = parents[codes] != above
    if is_elsewhere.any():
        one = int(np.flatnonzero(is_elsewhere)[0])
        two = int(np.flatnonzero(codes == codes[one])[-1])
        number = np.arange(1, is_lacking.size + 1)[rows]
        raise BadInput(
            f"a {inner_name} that lies in more than one {outer_name} (rows {number[one]} and "
            f"{number[two]})",
            where=f"{outer_name}, {inner_name}",
            expected=f"each {inner_name} in one {outer_name}",
            next_step=CROSSED.format(inner=inner_name, outer=outer_name),
        )
    return parents


def _sorted_forest(
    names: Sequence[str],
    found: Mapping[str, Codes],
    parents: Sequence[Places],
    is_lacking: npt.NDArray[np.bool_],
) -> Forest:
    """Siblings side by side at every grouping, parents in the order of their ids."""
    labels = [found[names[-1]].labels]
    above: list[Places] = []
    place = np.arange(labels[0].shape[0])
    for name, parent in zip(reversed(names[:-1]), reversed(parents), strict=True):
        parent_place = np.where(parent < 0, -1, place[parent])
        order = np.argsort(parent_place, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(order.size)
        labels.insert(0, found[name].labels[order])
        above.insert(0, parent_place[order])
    of_row = found[names[0]].codes
    if not np.array_equal(place, np.arange(place.size)):
        of_row = place[of_row]
    if is_lacking.any():
        of_row = np.where(is_lacking, -1, of_row)
    return Forest(tuple(names), tuple(labels), tuple(above), of_row)
