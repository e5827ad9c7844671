"""Reads dates without guessing: ISO dates as they are, all others only by a format that is told."""

from __future__ import annotations

import re
from datetime import datetime, time, tzinfo

_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?\Z", re.ASCII
)
_DIRECTIVE = re.compile(r"%(.)")
_KNOWN = frozenset("dmYyHMSj%")
_NOON = time(12)


def problem_with_format(date_format: str) -> str:
    """Why a date format cannot be used; empty where it can.

    >>> problem_with_format("%d.%m.%Y")
    ''
    >>> problem_with_format("%d.%m.")
    'a date format without day, month and year'
    """
    used = set(_DIRECTIVE.findall(date_format))
    if not used <= _KNOWN:
        return "a date format with parts other than %d %m %Y %y %j %H %M %S"
    has_day = "j" in used or {"d", "m"} <= used
    if not has_day or not used & {"Y", "y"}:
        return "a date format without day, month and year"
    return ""


def to_datetime(cell: str, date_format: str | None, zone: tzinfo) -> datetime | None:
    """The moment in a cell, aware; None where the cell does not hold one.

    A time without an offset is taken in `zone`; a date without a time stands at noon there, so
    that it stays on its day when the zone changes by a few hours. Without a format only ISO
    dates are read (2024-05-03, 2024-05-03T14:00, with or without an offset).
    """
    try:
        if date_format is None:
            return _from_iso(cell, zone)
        moment = datetime.strptime(cell, date_format)  # noqa: DTZ007  (the zone follows)
    except (ValueError, OverflowError):
        return None
    has_time = "%H" in date_format
    local = moment if has_time else datetime.combine(moment.date(), _NOON)
    return local.replace(tzinfo=zone)


def _from_iso(cell: str, zone: tzinfo) -> datetime | None:
    if not _ISO.match(cell):
        return None
    moment = datetime.fromisoformat(cell)
    if len(cell) == len("2024-05-03"):
        moment = datetime.combine(moment.date(), _NOON)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
