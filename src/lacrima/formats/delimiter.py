"""Finds what stands between the cells of a table: comma, semicolon, tab or bar."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterable

from lacrima.errors import BadTable

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_LOOK_AT_ROWS = 50
_SEP = re.compile(r'^\ufeff?"?sep=(.)"?\s*$', re.IGNORECASE)


def said_in_first_line(line: str) -> str | None:
    """The delimiter in a first line such as `sep=;`, which Excel writes and reads."""
    said = _SEP.match(line)
    return said[1] if said and said[1] in DELIMITERS else None


def find_delimiter(lines: Iterable[str]) -> str:
    """The delimiter under which all of the first rows have as many cells as the row of names.

    Where two would do, the one with more columns is taken. A table of one column has none, and
    is read with a comma. Raises BadTable where two fit equally well.
    """
    sample = list(itertools.islice(lines, _LOOK_AT_ROWS))
    widths = {mark: _widths(sample, mark) for mark in DELIMITERS}
    fitting = {mark: each[0] for mark, each in widths.items() if len(set(each)) == 1}
    loose = {mark: each[0] for mark, each in widths.items() if each}
    candidates = {mark: width for mark, width in fitting.items() if width > 1} or loose
    most = max(candidates.values(), default=1)
    if most <= 1:
        return ","
    best = [mark for mark, width in candidates.items() if width == most]
    if len(best) > 1:
        raise BadTable(
            f"cells that could be parted by {' or '.join(DELIMITERS[mark] for mark in best)}",
            where="row 1",
            expected="one clear mark between the cells",
            next_step="Say which in the map: [file] delimiter",
        )
    return best[0]


def _widths(sample: list[str], mark: str) -> list[int]:
    try:
        return [len(row) for row in csv.reader(sample, delimiter=mark) if row]
    except csv.Error:
        return []
