"""Applies [session] of a map: which session a row belongs to, and what it says of it."""

from __future__ import annotations

import re
from datetime import date, datetime, time, tzinfo

from lacrima.formats.dates import to_datetime
from lacrima.formats.moment_map import SessionColumns, SessionMap
from lacrima.formats.rows import Row
from lacrima.formats.staged import Refusal, Staged, StagedSession
from lacrima.formats.table import Table
from lacrima.formats.told import CellRefused, as_many, is_filled, value_in
from lacrima.moments.words import LogState

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9])?\Z", re.ASCII)
HELD = "held"


def time_in(
    row: Row, column: str, date_format: str | None, table: Table, zone: tzinfo
) -> tuple[datetime, bool] | None:
    """The moment in a cell, and whether it has a time of day; None for an empty cell.

    Raises CellRefused for what is no such date.
    """
    cell = table.text(row, column)
    if cell is None:
        return None
    told_format = None if table.is_dated(column) else date_format
    moment = to_datetime(cell, told_format, zone)
    if moment is None:
        wanted = told_format or "an ISO date (2024-05-03), or date_format in the map"
        raise CellRefused(column, "text that is no such date", wanted)
    return moment, "%H" in told_format if told_format else len(cell) > len("2024-05-03")


class SessionStager:
    """Finds the session of each row, and puts together what several rows say of one."""

    def __init__(self, told: SessionMap, table: Table, zone: tzinfo, staged: Staged) -> None:
        """Begin with no session."""
        self._told = told
        self._table = table
        self._zone = zone
        self._staged = staged
        self._by_number: dict[tuple[str, int], StagedSession] = {}
        self._by_day: dict[tuple[str, date], list[StagedSession]] = {}
        self._all: list[StagedSession] = []

    def all(self) -> list[StagedSession]:
        """The sessions, in the order of the file."""
        return self._all

    def read(self, row: Row, client: str) -> StagedSession | None:
        """The session of a row; None where the row speaks of none. Raises CellRefused."""
        columns = self._told.session
        if columns is None:
            return None
        number = value_in(columns.number, row, self._table) if columns.number else None
        start, has_time = self._start(row, columns)
        values = as_many(columns.told, row, self._table)
        if number is None and start is None:
            self._refuse_homeless(row, columns)
            return None
        whole = None if number is None else int(str(number))
        anchor = self._column(columns)
        found = StagedSession(
            client, whole, start, has_time, values, row.number, anchor, columns.columns
        )
        there = self._find(found)
        if there is None:
            self._all.append(found)
        else:
            _put_together(there, found)
        self._remember(there or found)
        return there or found

    def _column(self, columns: SessionColumns) -> str:
        return (columns.number and columns.number.column) or columns.date or self._table.columns[0]

    def _refuse_homeless(self, row: Row, columns: SessionColumns) -> None:
        is_said = any(is_filled(one, row, self._table) for one in self._told.all_told())
        if is_said:
            raise CellRefused(self._column(columns), "empty", "the session's number or date")

    def _start(self, row: Row, columns: SessionColumns) -> tuple[datetime | None, bool]:
        if columns.date is None:
            return None, False
        found = time_in(row, columns.date, columns.date_format, self._table, self._zone)
        clock = self._table.text(row, columns.time) if columns.time else None
        if found is None or clock is None:
            return (found[0].astimezone(self._zone), found[1]) if found else (None, False)
        read = _TIME.match(clock)
        if read is None:
            raise CellRefused(columns.time or "", "text that is no such time", "such as 14:30")
        day = found[0].astimezone(self._zone).date()
        at = datetime.combine(day, time(int(read[1]), int(read[2])), tzinfo=self._zone)
        return at, True

    def _day(self, session: StagedSession) -> date | None:
        return session.start.date() if session.start else None

    def _find(self, found: StagedSession) -> StagedSession | None:
        if found.number is not None:
            there = self._by_number.get((found.client, found.number))
            if there is not None:
                return there
        day = self._day(found)
        of_day = self._by_day.get((found.client, day), []) if day else []
        fitting = [one for one in of_day if _could_be_one(one, found)]
        if len(fitting) > 1:
            raise CellRefused(
                found.column, "a day on which this file has several sessions", "a number, or a time"
            )
        return fitting[0] if fitting else None

    def _remember(self, session: StagedSession) -> None:
        if session.number is not None:
            self._by_number[session.client, session.number] = session
        day = self._day(session)
        if day is not None:
            of_day = self._by_day.setdefault((session.client, day), [])
            if session not in of_day:
                of_day.append(session)

    def finish(self) -> None:
        """What is said of each session has to fit together, and with its moments."""
        lists_all = self._told.session is not None and self._told.session.lists_all_moments
        for session in self._all:
            problem = _settle(session, lists_all=lists_all)
            if problem:
                self._staged.refuse(Refusal(session.row, session.column, *problem))


def _could_be_one(one: StagedSession, other: StagedSession) -> bool:
    """Of one client and day: the same session, unless number or time say otherwise."""
    if one.number is not None and other.number is not None:
        return False
    return not (one.has_time and other.has_time) or one.start == other.start


def _put_together(there: StagedSession, again: StagedSession) -> None:
    if there.number is None:
        there.number = again.number
    if again.start is not None:
        _put_start(there, again)
    for name, value in again.values.items():
        if there.values.setdefault(name, value) != value:
            raise _differs(there, again, name)


def _put_start(there: StagedSession, again: StagedSession) -> None:
    if there.start is None or again.start is None:
        there.start, there.has_time = again.start, again.has_time
        return
    is_same_day = there.start.date() == again.start.date()
    if not is_same_day or (there.has_time and again.has_time and there.start != again.start):
        raise _differs(there, again, "date")
    if again.has_time:
        there.start, there.has_time = again.start, True


def _differs(there: StagedSession, again: StagedSession, name: str) -> CellRefused:
    return CellRefused(
        again.column_of(name),
        f"another {name} than in row {there.row} for the same session",
        "the same, or empty",
    )


def _settle(session: StagedSession, *, lists_all: bool) -> tuple[str, str] | None:
    """Complete what is said of a session; what is wrong with it, and what would do, if anything."""
    values, has_moments = session.values, session.has_moments
    for name in ("heaviness", "heaviness_after"):
        giver = values.pop(f"{name}_by", "therapist")
        if name in values:
            values[f"{name}_by"] = giver
    said = values.pop("log_state", LogState.NOT_YET)
    if values.get("state", HELD) != HELD:
        is_logged = has_moments or said != LogState.NOT_YET
        return _problem_without_session(session.number, is_logged=is_logged)
    if has_moments and said == LogState.NOTHING:
        return "a moment in a session in which nothing stood out", "one of the two"
    log_state = LogState.MOMENTS if has_moments else LogState.NOTHING if lists_all else said
    if log_state != LogState.NOT_YET:
        values["log_state"] = str(log_state)
    return None


def _problem_without_session(number: int | None, *, is_logged: bool) -> tuple[str, str] | None:
    if number is not None:
        return "a number of a session that did not take place", "no number, and its date"
    return ("a log of a session that did not take place", "no log") if is_logged else None
