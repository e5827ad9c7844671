"""Sudden gains and losses: a triangle between two sessions, pointing where the score went.

Full for a gain, hollow for a loss, each with its word beside it: never colour alone.
"""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lacrima.web.charts import svg
from lacrima.web.charts.drops import framed
from lacrima.web.charts.layout import Across, Upwards
from lacrima.web.charts.values import CourseData, Series, Shift

_SIZE = 6.0


def shift_marks(
    data: CourseData, series: Series, across: Across, upwards: Upwards
) -> list[SafeString]:
    """Every sudden gain and loss of one series, where it happened."""
    pairs = zip(data.sessions, series.values, strict=True)
    score_in = {session: value for session, value in pairs if value is not None}
    return [
        _mark(shift, score_in[shift.after], score_in[shift.before], across, upwards)
        for shift in series.shifts
    ]


def _mark(
    shift: Shift,
    first: float,
    last: float,
    across: Across,
    upwards: Upwards,
) -> SafeString:
    x = (across.x(shift.after) + across.x(shift.before)) / 2
    y = (upwards.y(first) + upwards.y(last)) / 2
    falls = last < first
    word = svg.text(x + 9, y - 3 if falls else y + 13, shift_word(shift), "tick shift-word")
    return svg.group("shift", triangle(x, y, falls=falls, is_gain=shift.is_gain), word)


def shift_word(shift: Shift) -> str:
    """The word beside the mark."""
    return _("gain") if shift.is_gain else _("loss")


def triangle(x: float, y: float, *, falls: bool, is_gain: bool, size: float = _SIZE) -> SafeString:
    """The mark itself, its middle at x, y."""
    tip = size if falls else -size
    d = (
        f"M{svg.short(x - size)} {svg.short(y - tip * 0.8)}h{svg.short(2 * size)}"
        f"L{svg.short(x)} {svg.short(y + tip)}Z"
    )
    return svg.path(d, "shift-gain" if is_gain else "shift-loss")


def shift_keys(data: CourseData) -> list[tuple[SafeString, str]]:
    """Say what the triangles mean: only those that are on the picture."""
    kinds = {shift.is_gain for series in data.series for shift in series.shifts}
    words = {True: _("a sudden gain"), False: _("a sudden loss")}
    return [(_picture(kind), words[kind]) for kind in (True, False) if kind in kinds]


def _picture(is_gain: bool) -> SafeString:
    return framed(triangle(20, 22, falls=True, is_gain=is_gain, size=11), "inline-drop")


def shift_cell(series: Series, session: int) -> str:
    """What the table says beside the score after a gain or loss; empty where there is none."""
    words = [shift.words for shift in series.shifts if shift.before == session]
    return "; ".join(words)
