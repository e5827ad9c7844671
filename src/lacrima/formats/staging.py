"""Applies a map to a table: everything it holds, and every cell that cannot be used.

Nothing is kept here: the result is handed to those who publish it. A refusal names row, column
and what kind of thing was found there, never the thing itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from lacrima.errors import BadMap, BadTable
from lacrima.formats.dates import to_datetime
from lacrima.formats.numbers import is_missing
from lacrima.formats.score_map import ScoreColumns, ScoreMap
from lacrima.formats.staged import MAX_REFUSALS, Refusal, Staged, StagedScore
from lacrima.formats.staging_moments import MomentStager
from lacrima.formats.table import Row, Table
from lacrima.formats.told import CellRefused, check_range
from lacrima.instruments.catalogue import shipped
from lacrima.instruments.definition import Instrument, Item
from lacrima.instruments.scoring import score as score_items

__all__ = ["MAX_REFUSALS", "Refusal", "Staged", "StagedScore", "apply"]

MAX_NUMBER = 100_000


def apply(score_map: ScoreMap, table: Table, *, zone: tzinfo = UTC) -> Staged:
    """Every score, session, moment and voice that the map finds in the table.

    zone: where dates without an offset belong. Empty cells, NA and NaN make no score. A second
    score of one client, measure and place is refused, and so is a moment that cannot have been.

    Raises BadMap where the map names a column that the table lacks, or a pattern fits none;
    BadTable where a column's numbers can be read two ways.
    """
    finders = [finder for rule in score_map.scores for finder in _finders(rule, score_map, table)]
    _check_columns(score_map, finders, table)
    staged, seen = Staged(), dict[tuple[str, str], dict[object, int]]()
    staged.unused = _unused(score_map, finders, table)
    moments = MomentStager(score_map.sessions, table, zone, staged)
    has_sessions = score_map.sessions.session is not None
    for row in table.rows:
        staged.read += 1
        client = table.text(row, score_map.client)
        client = client and sys.intern(
            score_map.client_prefix + client
        )  # one copy of a code, however many rows it has
        if client is None:
            if _is_anything(row, finders, table) or (has_sessions and moments.has_anything(row)):
                staged.refuse(Refusal(row.number, score_map.client, "empty", "a client"))
            continue
        for score in _scores_in(row, client, finders, table, zone, staged):
            _keep(score, seen, staged)
        if has_sessions:
            moments.read(row, client)
    if has_sessions:
        moments.finish()
    return staged


def _is_anything(row: Row, finders: list[_Finder], table: Table) -> bool:
    cells = (table.text(row, column) for finder in finders for column in finder.columns)
    return any(cell is not None and not is_missing(cell) for cell in cells)


@dataclass(frozen=True, slots=True)
class _Finder:
    """One place in a row where a score may stand."""

    rule: ScoreColumns
    columns: tuple[str, ...]
    items: tuple[Item, ...]
    instrument: Instrument | None
    minimum: Decimal
    maximum: Decimal
    is_whole: bool
    session: int | str | None
    assessment: int | str | None

    @property
    def places(self) -> tuple[str, ...]:
        """The columns that hold a number of a session or an assessment."""
        return tuple(each for each in (self.session, self.assessment) if isinstance(each, str))

    @property
    def used(self) -> tuple[str, ...]:
        """Every column that is looked at."""
        dates = (self.rule.date,) if self.rule.date else ()
        return (*self.columns, *self.places, *dates)


def _finders(rule: ScoreColumns, score_map: ScoreMap, table: Table) -> Iterator[_Finder]:
    instrument = None if rule.is_plain else shipped()[rule.slug]
    measure = instrument or score_map.plain[rule.slug]
    items = instrument.items if instrument else ()
    if instrument and len(rule.items) == len(instrument.scored_items):
        items = instrument.scored_items
    is_whole = instrument is not None and instrument.decimals == 0
    numbered = rule.numbers_in(table.columns)
    if rule.pattern is not None and not numbered:
        raise BadMap(
            f"the pattern {rule.pattern!r}, which fits no column",
            where=rule.where,
            expected="names as they stand in row 1 of the table",
        )
    places: list[tuple[tuple[str, ...], int | str | None, int | str | None]] = [
        ((name,), number, None) if rule.counts == "session" else ((name,), None, number)
        for name, number in numbered
    ]
    if rule.pattern is None:
        names = rule.items or ((rule.column,) if rule.column else ())
        places = [(names, rule.session, rule.assessment)]
    for columns, session, assessment in places:
        yield _Finder(
            rule, columns, items if rule.items else (), instrument,
            measure.minimum, measure.maximum, is_whole, session, assessment,
        )  # fmt: skip


def _check_columns(score_map: ScoreMap, finders: list[_Finder], table: Table) -> None:
    numbers: list[str] = []
    for finder in finders:
        numbers += [*finder.columns, *finder.places]
        for name in finder.used:
            _check_column(name, finder.rule.where, table)
    for told in score_map.sessions.all_told():
        numbers += told.used if told.is_number and not told.values else ()
        for name in told.used:
            _check_column(name, told.where, table)
    for name in (score_map.client, *score_map.sessions.texts):
        _check_column(name, "client" if name == score_map.client else "date", table)
    for name in set(numbers):
        table.decimal_of(name)
    totals = [name for finder in finders for name in finder.columns]
    twice = next((name for name in totals if totals.count(name) > 1), None)
    if twice is not None:
        raise BadMap(f"the column {twice!r} for two scores", where="map", expected="each once")


def _unused(score_map: ScoreMap, finders: list[_Finder], table: Table) -> tuple[str, ...]:
    """The columns that the map does not use, in the table's order."""
    used = {score_map.client, *score_map.sessions.texts}
    used.update(name for finder in finders for name in finder.used)
    used.update(name for told in score_map.sessions.all_told() for name in told.used)
    return tuple(name for name in table.columns if name not in used)


def _check_column(name: str, where: str, table: Table) -> None:
    try:
        table.index(name)
    except BadTable as mistake:
        raise BadMap(mistake.found, where=where, expected=mistake.expected) from mistake


def _scores_in(
    row: Row,
    client: str,
    finders: list[_Finder],
    table: Table,
    zone: tzinfo,
    staged: Staged,
) -> Iterator[StagedScore]:
    for finder in finders:
        try:
            total, items, is_there = _value(row, finder, table)
            if not is_there:
                continue
            session, assessment, time = _place(row, finder, table, zone)
        except CellRefused as refused:
            staged.refuse(Refusal(row.number, refused.column, refused.found, refused.expected))
            continue
        yield StagedScore(
            client, finder.rule.slug, finder.rule.is_plain, session, assessment, time,
            total, items, row.number, finder.columns[0],
        )  # fmt: skip


def _value(
    row: Row, finder: _Finder, table: Table
) -> tuple[Decimal | None, Mapping[str, int | None] | None, bool]:
    if finder.items and finder.instrument:
        answers = {
            item.id: _answer(row, column, item, table)
            for item, column in zip(finder.items, finder.columns, strict=True)
        }
        is_there = any(value is not None for value in answers.values())
        scored = score_items(finder.instrument, answers) if is_there else None
        return (scored.total if scored else None), answers, is_there
    column = finder.columns[0]
    total = _number(row, column, table)
    if total is not None:
        check_range(total, column, finder.minimum, finder.maximum, is_whole=finder.is_whole)
    return total, None, total is not None


def _answer(row: Row, column: str, item: Item, table: Table) -> int | None:
    value = _number(row, column, table)
    if value is None:
        return None
    low, high = Decimal(item.scale.minimum), Decimal(item.scale.maximum)
    check_range(value, column, low, high, is_whole=True)
    return int(value)


def _number(row: Row, column: str, table: Table) -> Decimal | None:
    try:
        return table.number(row, column)
    except BadTable as mistake:
        raise CellRefused(column, mistake.found, mistake.expected) from mistake


def _place(
    row: Row, finder: _Finder, table: Table, zone: tzinfo
) -> tuple[int | None, int | None, datetime | None]:
    session = _count(row, finder.session, table)
    assessment = _count(row, finder.assessment, table)
    time, column = None, finder.rule.date
    if column is not None:
        cell = table.text(row, column)
        told_format = None if table.is_dated(column) else finder.rule.date_format
        time = to_datetime(cell, told_format, zone) if cell else None
        has_number = session is not None or assessment is not None
        if time is None and (cell or not has_number):
            wanted = (
                finder.rule.date_format or "an ISO date (2024-05-03), or date_format in the map"
            )
            raise CellRefused(column, "text that is no such date" if cell else "empty", wanted)
    return session, assessment, time


def _count(row: Row, said: int | str | None, table: Table) -> int | None:
    if not isinstance(said, str):
        return said
    number = _number(row, said, table)
    if number is None:
        raise CellRefused(said, "empty", "a whole number")
    check_range(number, said, Decimal(0), Decimal(MAX_NUMBER), is_whole=True)
    return int(number)


def _keep(
    score: StagedScore, seen: dict[tuple[str, str], dict[object, int]], staged: Staged
) -> None:
    places = seen.setdefault((score.client, score.instrument), {})
    place: object = score.time
    if score.session is not None:
        place = score.session
    elif score.assessment is not None:
        place = -1 - score.assessment  # one small number, kept apart from the sessions
    earlier = places.get(place)
    if earlier is None:
        places[place] = score.row
        staged.scores.append(score)
        return
    staged.refuse(
        Refusal(
            score.row,
            score.column,
            f"a second score for the client, measure and place of row {earlier}",
            "one score for each",
        )
    )
