"""The scores of many people from a table: one row a score, or one row a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lacrima.analyses.course_values import Score
from lacrima.analyses.gains import columns_between
from lacrima.analyses.tables import RowOf, TableLike
from lacrima.errors import BadInput, BadTable


def long_scores(table: TableLike[RowOf], *, person: str, time: str, score: str) -> Iterator[Score]:
    """One row a person and time. Rows without a score are left out.

    Raises BadTable, with the row, for a missing column, a score without a person or a time, or one
    that is no number.
    """
    who, when, what = table.texts(person), table.numbers(time), table.numbers(score)
    for row in table.rows:
        value = what(row)
        if value is None:
            continue
        name, at = who(row), when(row)
        if name is None or at is None:
            missing = person if name is None else time
            raise BadTable(
                "a score without a person" if name is None else "a score without a time",
                where=f"row {row.number}, column {missing!r}",
                expected="whose score it is, and when it was given",
            )
        yield Score(name, float(at), float(value), row.number)


def wide_scores(table: TableLike[RowOf], *, person: str, scores: Sequence[str]) -> Iterator[Score]:
    """One row a person, one column a time: times are counted from 0, in the order of the columns.

    scores: names of columns, or ranges of them (`gains.columns_between`). Raises BadTable for a
    missing column, a person twice, scores without a person, or one that is no number.
    """
    names = columns_between(table.columns, scores)
    if person in names or len(set(names)) != len(names):
        raise BadInput("a column twice", where="scores", expected="each session once")
    who, cells = table.texts(person), [table.numbers(name) for name in names]
    seen: set[str] = set()
    for row in table.rows:
        found = [
            (time, value) for time, read in enumerate(cells) if (value := read(row)) is not None
        ]
        name = who(row)
        if name is None and not found:
            continue
        if name is None or name in seen:
            raise BadTable(
                "scores without a person" if name is None else "a person twice",
                where=f"row {row.number}, column {person!r}",
                expected="one row for each person",
            )
        seen.add(name)
        for time, value in found:
            yield Score(name, float(time), float(value), row.number)
