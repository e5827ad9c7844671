"""Sums that are kept: put together, taken apart, written down and read again.

Sums over disjoint rows add. So a new session, another month or another clinic is summed alone, in
the scales of what is kept, and joined; a client who withdraws is taken out. Where columns are exact
(`Sums.exact_columns`) the result is that of adding up all rows anew, to the last bit.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any
from zipfile import BadZipFile

import numpy as np

from lacrima.errors import BadInput
from lacrima.stats.columns import Scale
from lacrima.stats.groups import Forest, Labels, forest_of
from lacrima.stats.leaf_compiled import Places
from lacrima.stats.maps import ancestors
from lacrima.stats.numbers import Numbers
from lacrima.stats.results import Dropped
from lacrima.stats.serial import SerialSums
from lacrima.stats.sums import Sums

FORMAT = "lacrima.sums/1"
FEW = 20


def joined(one: Sums, two: Sums) -> Sums:
    """The sums over the rows of both, which must not be the same rows.

    Both must have been made for one model and in the same scales (`sums_of(..., scales=...)`).
    Raises BadInput otherwise, for groups that lie in different parents, and for a client with
    sessions in both where the order of sessions counts: neighbours across the two are not known.

    >>> from lacrima.stats.model import INTERCEPT, Level, Model, Rows
    >>> from lacrima.stats.sums import sums_of
    >>> model = Model("y", (INTERCEPT,), (Level("g"),))
    >>> old = sums_of(Rows({"y": np.array([1.0, 5])}, {"g": np.array(["a", "a"])}), model)
    >>> new = Rows({"y": np.array([3.0])}, {"g": np.array(["b"])})
    >>> joined(old, sums_of(new, model, scales=old.scales)).n.tolist()
    [2.0, 1.0]
    """
    _alike(one, two)
    known = _known(one, two)
    forest = _together(one, two) if known is None else _same(one, known)
    return replace(
        _placed(one, forest),
        scales={name: _wider(one.scales[name], two.scales[name]) for name in one.scales},
        cross=_added(one.cross, two.cross, forest),
        count=_added(one.count, two.count, forest),
        total=_added(one.total, two.total, forest),
        rows_read=one.rows_read + two.rows_read,
        dropped=_dropped(one.dropped, two.dropped),
        serial=_serial(one.serial, two.serial, forest),
    )


def _wider(one: Scale, two: Scale) -> Scale:
    return replace(one, most=max(one.most, two.most))


def _together(one: Sums, two: Sums) -> Forest:
    """The groups of both, in order; one row a group of either."""
    ids = {name: _labels_of(one, two, name) for name in one.names}
    return forest_of(ids, one.names, one.cross.shape[0] + two.cross.shape[0])


def _known(one: Sums, two: Sums) -> Places | None:
    """Where a few groups stand among those of a store; None where one of them is new there."""
    if two.names != one.names or two.cross.shape[0] > FEW:
        return None
    found = []
    for place, label in enumerate(two.labels[0]):
        there = np.flatnonzero(one.labels[0] == label)
        is_same = there.size == 1 and all(
            _labels_at(one, name)[there[0]] == _labels_at(two, name)[place] for name in one.names
        )
        if not is_same:
            return None
        found.append(there[0])
    return np.array(found, dtype=np.int64)


def _same(one: Sums, known: Places) -> Forest:
    """The store's own groups, and where those of the few stand among them."""
    of_row = np.concatenate([np.arange(one.cross.shape[0]), known])
    return Forest(one.names, one.labels, one.parents, of_row)


def without(sums: Sums, level: str, ids: Sequence[object]) -> Sums:
    """The sums without some groups of a level, as if their rows had never been.

    Rows of theirs that had been dropped stay in `rows_read` and `dropped`: nothing was kept of
    them. Raises BadInput for a level or a group that is not there, and where the order of sessions
    counts, since the counts of neighbours are not kept by client.
    """
    if sums.serial is not None:
        raise BadInput("sums in the order of sessions", where="sums", expected="sums without it")
    if level not in sums.names:
        raise BadInput(f"no level {level!r}", where="sums", expected=", ".join(sums.names))
    labels = sums.labels[sums.names.index(level)]
    is_out = np.isin(labels, np.asarray(list(ids), dtype=labels.dtype))
    if int(is_out.sum()) != len(set(ids)):
        raise BadInput(f"a {level} that is not there", where="sums", expected="groups of the sums")
    stays = np.flatnonzero(~is_out[ancestors(sums, level)])
    kept = {name: _labels_at(sums, name)[stays] for name in sums.names}
    forest = forest_of(kept, sums.names, stays.size)
    gone = sums.rows_used - int(sums.n[stays].sum())
    nothing = np.empty((0, 0))
    return replace(
        _placed(sums, forest),
        cross=_added(sums.cross[stays], nothing, forest),
        count=_added(sums.count[stays], nothing, forest),
        total=_added(sums.total[stays], nothing, forest),
        rows_read=sums.rows_read - gone,
    )


def as_bytes(sums: Sums) -> bytes:
    """The sums as a file (NumPy's npz, without pickles): for a store, or to be sent."""
    about = {
        "format": FORMAT,
        "outcome": sums.outcome,
        "products": sums.products,
        "scales": {name: asdict(scale) for name, scale in sums.scales.items()},
        "means": sums.means,
        "names": sums.names,
        "rows_read": sums.rows_read,
        "dropped": [asdict(each) for each in sums.dropped],
        "serial": None if sums.serial is None else (sums.serial.gaps, sums.serial.pairs),
    }
    arrays: dict[str, Any] = {"cross": sums.cross, "count": sums.count, "total": sums.total}
    arrays |= {f"labels{place}": each for place, each in enumerate(sums.labels)}
    arrays |= {f"parents{place}": each for place, each in enumerate(sums.parents)}
    if sums.serial is not None:
        arrays |= {"ends": sums.serial.ends, "lagged": sums.serial.lagged}
    file = io.BytesIO()
    np.savez(file, about=np.array(json.dumps(about)), **arrays)
    return file.getvalue()


def from_bytes(content: bytes) -> Sums:
    """Sums read again. Raises BadInput for anything that `as_bytes` did not write."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = dict(file)
        about = json.loads(str(arrays["about"]))
    except (ValueError, KeyError, OSError, EOFError, BadZipFile) as mistake:
        raise BadInput("no file of sums", where="sums", expected=FORMAT) from mistake
    if about.get("format") != FORMAT:
        raise BadInput("sums of another format", where="sums", expected=FORMAT)
    levels = range(len(about["names"]))
    return Sums(
        outcome=about["outcome"],
        products=tuple(tuple(each) for each in about["products"]),
        scales={name: Scale(**scale) for name, scale in about["scales"].items()},
        cross=arrays["cross"],
        means=tuple(about["means"]),
        count=arrays["count"],
        total=arrays["total"],
        names=tuple(about["names"]),
        labels=tuple(arrays[f"labels{place}"] for place in levels) or (arrays["labels0"],),
        parents=tuple(arrays[f"parents{place}"] for place in levels[:-1]),
        rows_read=about["rows_read"],
        dropped=tuple(Dropped(**each) for each in about["dropped"]),
        serial=_read_serial(about["serial"], arrays),
    )


def _read_serial(
    about: tuple[list[int], list[int]] | None, arrays: dict[str, Numbers]
) -> SerialSums | None:
    if about is None:
        return None
    return SerialSums(tuple(about[0]), tuple(about[1]), arrays["ends"], arrays["lagged"])


def _alike(one: Sums, two: Sums) -> None:
    for name in ("outcome", "products", "means"):
        if getattr(one, name) != getattr(two, name):
            raise BadInput("sums for different models", where=name, expected="one model")
    if set(one.names) != set(two.names):
        raise BadInput("sums over different levels", where="levels", expected=", ".join(one.names))
    for name, scale in one.scales.items():
        other = two.scales[name]
        if (scale.units, scale.shift) != (other.units, other.shift):
            raise BadInput(
                "sums in different scales", where=f"column {name}", expected="scales of the first"
            )


def _labels_at(sums: Sums, name: str) -> Labels:
    """The id at a level of each finest group."""
    return sums.labels[sums.names.index(name)][ancestors(sums, name)]


def _labels_of(one: Sums, two: Sums, name: str) -> Labels:
    return np.concatenate([_labels_at(one, name), _labels_at(two, name)])


def _placed(sums: Sums, forest: Forest) -> Sums:
    return replace(sums, names=forest.names, labels=forest.labels, parents=forest.parents)


def _added(one: Numbers, two: Numbers, forest: Forest) -> Numbers:
    """Rows of both put where their groups are now."""
    size = forest.labels[0].shape[0]
    result = np.zeros((size, one.shape[1]))
    result[forest.of_row[: len(one)]] = one
    if len(two):
        np.add.at(result, forest.of_row[len(one) :], two)
    return result


def _dropped(one: Sequence[Dropped], two: Sequence[Dropped]) -> tuple[Dropped, ...]:
    reasons = dict.fromkeys((each.reason for each in (*one, *two)), 0)
    for each in (*one, *two):
        reasons[each.reason] += each.n
    return tuple(Dropped(reason, n) for reason, n in reasons.items())


def _serial(one: SerialSums | None, two: SerialSums | None, forest: Forest) -> SerialSums | None:
    if one is None or two is None:
        if one is not two:
            raise BadInput("sums with and without the order of sessions", expected="both alike")
        return None
    if forest.labels[0].shape[0] < forest.of_row.size:
        raise BadInput("a client with sessions in both", where="sums", expected="new clients")
    gaps = tuple(sorted({*one.gaps, *two.gaps}))
    pairs = tuple(_pairs(one, gap) + _pairs(two, gap) for gap in gaps)
    ends, lagged = (
        np.array([_at_gap(one, two, gap, name, forest.of_row) for gap in gaps])
        for name in ("ends", "lagged")
    )
    return SerialSums(gaps, pairs, ends, lagged)


def _pairs(sums: SerialSums, gap: int) -> int:
    return sums.pairs[sums.gaps.index(gap)] if gap in sums.gaps else 0


def _at_gap(one: SerialSums, two: SerialSums, gap: int, name: str, of_row: Places) -> Numbers:
    parts = []
    for each in (one, two):
        table = getattr(each, name)
        is_there = gap in each.gaps
        parts.append(table[each.gaps.index(gap)] if is_there else np.zeros(table.shape[1:]))
    result = np.zeros((of_row.size, parts[0].shape[1]))
    result[of_row] = np.concatenate(parts)
    return result
