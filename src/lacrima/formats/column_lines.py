"""Columns as a person sees them: one by one, or many whose names differ by a number alone.

A table with a column for each session has hundreds of columns and says few things. Here
`bdi_s0` to `bdi_s12` become one line, `bdi_s{n}`; single answers of several sessions
(`phq1_s1` to `phq9_s4`) become one line too, `phq{item}_s{n}`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

NUMBER, ITEM = "{n}", "{item}"
FEWEST_TOGETHER = 2
_DIGITS = re.compile(r"[0-9]{1,6}")
_TWO_NUMBERS = re.compile(r"(.*?[^0-9])([0-9]{1,3})([^0-9]+)([0-9]{1,6})([^0-9]*)\Z")
_PLACES = frozenset({"s", "sess", "session", "sitzung", "t", "time", "w", "week", "wave", "fu"})


@dataclass(frozen=True, slots=True)
class Round:
    """Columns of single answers that were given together; `number` is the session's, if any."""

    number: int | None
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One column, or several that say the same thing again and again.

    numbers: the number in each column's name, beside `columns`; none for a single column.
    rounds: for single answers of several sessions: each session's columns, in their order.
    """

    name: str
    columns: tuple[str, ...]
    numbers: tuple[int, ...] = ()
    rounds: tuple[Round, ...] = ()

    @property
    def is_single(self) -> bool:
        """Is it one column alone?"""
        return not self.numbers and not self.rounds

    @property
    def answers_together(self) -> tuple[Round, ...]:
        """Its columns as single answers: one round, or one for each session."""
        return self.rounds or (Round(None, self.columns),)

    @property
    def stem(self) -> str:
        """The name without its numbers and without what only counts: `bdi` of `bdi_s{n}`."""
        return stem_of(self.name)


def stem_of(name: str) -> str:
    """What a name is about.

    >>> stem_of("bdi_s{n}"), stem_of("BDI_fu{n}"), stem_of("phq{item}_s{n}"), stem_of("who")
    ('bdi', 'BDI', 'phq', 'who')
    """
    words = [word for word in re.split(r"[^\w{}]+|_|(?=\{)|(?<=\})", name) if word]
    about = [
        word for word in words if word not in {NUMBER, ITEM} and word.casefold() not in _PLACES
    ]
    return " ".join(about) or name


def with_number(name: str) -> str:
    """The name with its last number left open: `bdi_fu{n}` of `bdi_fu1`; as it is without one."""
    runs = list(_DIGITS.finditer(name))
    return name[: runs[-1].start()] + NUMBER + name[runs[-1].end() :] if runs else name


def last_number(name: str) -> str:
    """The last number in a name; empty where there is none."""
    runs = _DIGITS.findall(name)
    return str(int(runs[-1])) if runs else ""


def counts_sessions(name: str) -> bool:
    """Does the number in a line's name count sessions? Follow-ups and time points do not.

    >>> counts_sessions("bdi_s{n}"), counts_sessions("bdi_fu{n}"), counts_sessions("bdi_t{n}")
    (True, False, False)
    """
    before = name.partition(NUMBER)[0]
    word = re.split(r"[^a-z]+|\}", before.rstrip("_- .").casefold())[-1]
    return word not in _PLACES - {"s", "sess", "session", "sitzung"}


def lines_of(columns: Sequence[str], *, measures: Collection[str] = ()) -> tuple[Line, ...]:
    """The columns as lines, in the order of the table.

    measures: names such as `phq9`, in small letters without signs, whose number belongs to the
    name: `phq9` and `phq8` are two measures, and not one of two sessions.
    """
    grids = _grids(columns)
    in_grids = {column for line in grids for column in line.columns}
    rest = [column for column in columns if column not in in_grids]
    lines = [*grids, *_numbered(rest, measures)]
    together = {column for line in lines for column in line.columns}
    lines += [Line(column, (column,)) for column in columns if column not in together]
    places = {column: place for place, column in enumerate(columns)}
    return tuple(sorted(lines, key=lambda line: places[line.columns[0]]))


def bare(name: str) -> str:
    """A name in small letters without signs: `PHQ-9` and `phq_9` are the same."""
    return re.sub(r"[\W_]+", "", name.casefold())


def _numbered(columns: Iterable[str], measures: Collection[str]) -> list[Line]:
    groups: dict[str, dict[int, str]] = defaultdict(dict)
    for column in columns:
        number = last_number(column)
        if number and "{" not in column and bare(column) not in measures:
            groups[with_number(column)].setdefault(int(number), column)
    return [
        Line(name, tuple(found[number] for number in sorted(found)), tuple(sorted(found)))
        for name, found in groups.items()
        if len(found) >= FEWEST_TOGETHER
    ]


def _grids(columns: Sequence[str]) -> list[Line]:
    """Names with two numbers that fill a whole grid: answers by session."""
    found: dict[tuple[str, str, str], dict[tuple[int, int], str]] = defaultdict(dict)
    for column in columns:
        parts = None if "{" in column else _TWO_NUMBERS.match(column)
        if parts:
            before, first, between, second, after = parts.groups()
            found[before, between, after][int(first), int(second)] = column
    return [line for words, cells in found.items() if (line := _grid(words, cells))]


def _grid(words: tuple[str, str, str], cells: dict[tuple[int, int], str]) -> Line | None:
    before, between, after = words
    is_first_the_place = re.split(r"[^a-z]+", before.casefold())[-1] in _PLACES
    if is_first_the_place:
        cells = {(item, place): column for (place, item), column in cells.items()}
    items = sorted({item for item, _ in cells})
    places = sorted({place for _, place in cells})
    is_whole = len(cells) == len(items) * len(places) and min(len(items), len(places)) > 1
    if not is_whole or items != list(range(items[0], items[0] + len(items))) or items[0] > 1:
        return None
    marks = (NUMBER, ITEM) if is_first_the_place else (ITEM, NUMBER)
    rounds = tuple(Round(n, tuple(cells[item, n] for item in items)) for n in places)
    every = tuple(column for one in rounds for column in one.columns)
    return Line(f"{before}{marks[0]}{between}{marks[1]}{after}", every, (), rounds)
