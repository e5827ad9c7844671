"""What a map's parts are called on the page, and what is still lacking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from django.utils.formats import date_format as said_date
from django.utils.translation import gettext as _

from lacrima.formats.column_lines import Line
from lacrima.formats.column_looks import DATE_FORMATS, ColumnLook
from lacrima.formats.dates import to_datetime
from lacrima.formats.map_draft import Lack


def title_of(line: Line) -> str:
    """The line in the names of its columns: first to last."""
    if line.is_single:
        return line.name
    return f"{line.columns[0]} … {line.columns[-1]}"


def lack_words(lack: Lack) -> str:
    """What is lacking, in a sentence."""
    return {
        Lack.SESSION: _("Say which column has the number of the session, or its date."),
        Lack.TIME: _("A time of day needs a column with the date."),
        Lack.WHO: _("Say whose emotion the moments were."),
        Lack.LOG: _("This needs columns that speak of moments."),
        Lack.CLIENT: _("Say which column holds the client's code."),
        Lack.ONCE: _("Another column is this already. Choose one of the two."),
        Lack.SINGLE: _("This can be one column alone, not several."),
        Lack.SCORES: _("Say which columns hold scores."),
        Lack.MEASURE: _("Say which score this is."),
        Lack.ANSWERS: _("Say of which questionnaire these are the answers."),
        Lack.PLACE: _("Say where each one belongs."),
        Lack.NUMBER: _("Give the number, such as 1."),
        Lack.DATE_FORMAT: _("Say how its dates are written: day, month and year."),
        Lack.NAME: _("Give it a name."),
        Lack.NAME_TAKEN: _("There is a score of this short name already."),
        Lack.RANGE: _("Give the lowest and the highest possible value; the highest is above."),
        Lack.DIRECTION: _("Say what a higher value means."),
        Lack.RECALL: _("Give whole days, at most 366; or leave it empty."),
    }[lack]


def short(cell: str) -> str:
    return cell if len(cell) <= 24 else f"{cell[:23]}…"


def formats_for(look: ColumnLook) -> Sequence[str]:
    days = [one for one in DATE_FORMATS if "%H" not in one]
    return look.date_formats or days


def format_words(date_format: str, look: ColumnLook) -> str:
    """A way of writing dates, with what it makes of the column's first one."""
    example = look.examples[0] if look.examples else ""
    moment = to_datetime(example, date_format or None, UTC) if example else None
    if moment is None:
        return plain_format(date_format)
    said = {
        "written": example,
        "date": said_date(moment, "DAY_MONTH_YEAR"),
        "way": plain_format(date_format),
    }
    return _("%(way)s: %(written)s is %(date)s") % said


def plain_format(date_format: str) -> str:
    """A way of writing dates, as people write it: day.month.year."""
    if not date_format:
        return _("year-month-day")
    words = {"%d": _("day"), "%m": _("month"), "%Y": _("year"), "%y": _("year"), "%H": _("hour")}
    words |= {"%M": _("minute"), "%S": _("second")}
    for mark, word in words.items():
        date_format = date_format.replace(mark, word)
    return date_format
