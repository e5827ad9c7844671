"""The words of an expected course: what the light band means, and its numbers in the table."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lacrima.web.charts.drops import framed
from lacrima.web.charts.svg import path
from lacrima.web.charts.values import Band, CourseData


def band_keys(data: CourseData) -> list[tuple[SafeString, str]]:
    """Say what the light band means, where there is one."""
    whose = dict.fromkeys(series.band.whose for series in data.series if series.band)
    return [(_picture(), _words(name)) for name in whose]


def _words(whose: str) -> str:
    if not whose:
        return _(
            "expected: here lay 8 in 10 scores of clients of this practice who began alike and "
            "still came; it is no aim"
        )
    words = _(
        "expected by %(name)s, not by this practice: there lay 8 in 10 scores of clients who began "
        "alike and still came; it is no aim"
    )
    return words % {"name": whose}


def band_cell(band: Band, place: int) -> str:
    """The band of one session in the table."""
    low, high = band.low[place], band.high[place]
    if low is None or high is None:
        return _("not drawn")
    return _("%(low)s to %(high)s") % {"low": f"{low:.3g}", "high": f"{high:.3g}"}


def _picture() -> SafeString:
    return framed(path("M2 8H38V32H2Z", "band"), "inline-drop")
