"""The two pictures of My care: own tears by month, and their share beside what is published.

A month in which no session was looked back on has no mark at all: a gap is a gap.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lacrima.practice.own_care_tears import Month, ShareLine, Tears
from lacrima.web.charts import svg
from lacrima.web.charts.course import Figure
from lacrima.web.charts.drops import framed
from lacrima.web.charts.layout import CHARACTER_WIDTH, LINE_HEIGHT, round_ticks
from lacrima.web.charts.values import TableData

_PANEL, _TOP, _GAP = 96.0, 22.0, 2.0
_SMALLEST_TOP = 3  # of the scale of counts, so that one moment is no tower
_LEAST_PERCENT = 10.0
_NEAR_JANUARY = 10  # two years side by side would touch on a phone


# --- by month


@dataclass(frozen=True, kw_only=True)
class _MonthSheet:
    width: float
    left: float
    is_narrow: bool

    @property
    def step(self) -> float:
        """The room of one month."""
        return (self.width - self.left - 4) / 12


_WIDE_MONTHS = _MonthSheet(width=720, left=26, is_narrow=False)
_NARROW_MONTHS = _MonthSheet(width=340, left=18, is_narrow=True)


def months_figure(tears: Tears) -> Figure:
    """Sessions with own tears, shown and held back, for each of twelve months."""
    return Figure(
        wide=_Months(months=tears.months, sheet=_WIDE_MONTHS).draw(),
        narrow=_Months(months=tears.months, sheet=_NARROW_MONTHS).draw(),
        table=_months_table(tears.months),
        caption=_months_caption(),
    )


@dataclass(frozen=True, kw_only=True)
class _Months:
    months: tuple[Month, ...]
    sheet: _MonthSheet

    def draw(self) -> SafeString:
        """Two bars a month on a common line, months under it."""
        name = "narrow" if self.sheet.is_narrow else "wide"
        columns = (self._column(place, one) for place, one in enumerate(self.months))
        return svg.picture(
            [*self._scale(), *columns],
            width=self.sheet.width,
            height=_TOP + _PANEL + 2 * LINE_HEIGHT + 2,
            css_class=name,
            title=_("Own tears by month"),
            description=_("For each month, the sessions in which tears showed or were held back."),
            name=f"own-months-{name}",
        )

    @property
    def most(self) -> int:
        """The top of the scale."""
        counts = [count for one in self.months for count in (one.shown, one.held_back)]
        return max([_SMALLEST_TOP, *counts])

    def _y(self, count: float) -> float:
        return _TOP + _PANEL * (1 - count / self.most)

    def _scale(self) -> Iterator[SafeString]:
        for tick in (one for one in round_ticks(0, self.most) if one == int(one)):
            yield svg.horizontal(self._y(tick), self.sheet.left, self.sheet.width, "axis")
            yield svg.text(self.sheet.left - 6, self._y(tick) + 4, f"{tick:g}", anchor="end")

    def _column(self, place: int, one: Month) -> SafeString:
        middle = self.sheet.left + (place + 0.5) * self.sheet.step
        wide = min(16.0, self.sheet.step / 2 - _GAP)
        parts = [self._name(place, one, middle)]
        if one.shown:
            parts.append(self._bar(middle - wide - 1, wide, one.shown, "drop-3"))
        if one.held_back:
            parts.append(self._bar(middle + 1, wide, one.held_back, "drop-line drop-back"))
        if one.sessions and not (one.shown or one.held_back):
            parts.append(svg.circle(middle, self._y(0) - 5, 2.5, "calm"))
        return svg.group("month", *parts, title=_month_words(one))

    def _bar(self, x: float, wide: float, count: int, css_class: str) -> SafeString:
        top, bottom = svg.short(self._y(count)), svg.short(self._y(0))
        d = f"M{svg.short(x)} {bottom}V{top}H{svg.short(x + wide)}V{bottom}Z"
        return svg.path(d, css_class)

    def _name(self, place: int, one: Month, middle: float) -> SafeString:
        """The month; its year under January, and under the first where January is not near."""
        said = date_format(one.first, "M")
        y = _TOP + _PANEL + LINE_HEIGHT
        parts = [svg.text(middle, y, said[0] if self.sheet.is_narrow else said, anchor="middle")]
        if one.first.month == 1 or (place == 0 and one.first.month < _NEAR_JANUARY):
            year = str(one.first.year)
            parts.append(svg.text(middle, y + LINE_HEIGHT - 2, year, anchor="middle"))
        return svg.joined(parts)


def _month_words(one: Month) -> str:
    if not one.sessions and not one.held_back:
        return _("%(month)s: nothing looked back on") % {"month": date_format(one.first, "F Y")}
    return _("%(month)s: shown %(shown)d, held back %(held)d, of %(n)d sessions") % {
        "month": date_format(one.first, "F Y"),
        "shown": one.shown,
        "held": one.held_back,
        "n": one.sessions,
    }


def _months_caption() -> SafeString:
    full = svg.path("M10 34V12H22V34Z", "drop-3")
    hollow = svg.path("M10 34V12H22V34Z", "drop-line drop-back")
    keys = (
        (framed(full, "inline-drop"), _("sessions in which your tears showed")),
        (framed(hollow, "inline-drop"), _("in which you held some back")),
        (framed(svg.circle(20, 28, 5, "calm"), "inline-drop"), _("looked back on, no tears")),
    )
    return format_html_join("", '<span class="key">{}{}</span>', keys)


def _months_table(months: Sequence[Month]) -> TableData:
    rows = tuple(
        (date_format(one.first, "F Y"), str(one.sessions), str(one.shown), str(one.held_back))
        for one in months
    )
    head = (_("Month"), _("Sessions looked back on"), _("Tears showed"), _("Held back"))
    return TableData(caption=_("Own tears by month"), head=head, rows=rows)


# --- beside what is published


@dataclass(frozen=True, kw_only=True)
class _ShareSheet:
    width: float
    words_to: float
    left: float
    right: float
    value_x: float
    is_narrow: bool


_WIDE_SHARES = _ShareSheet(
    width=720, words_to=262, left=276, right=560, value_x=576, is_narrow=False
)
_NARROW_SHARES = _ShareSheet(
    width=340, words_to=336, left=8, right=216, value_x=228, is_narrow=True
)


def shares_figure(tears: Tears) -> Figure:
    """Her share of sessions with its interval, above the published numbers."""
    return Figure(
        wide=_Shares(lines=tears.lines, sheet=_WIDE_SHARES).draw(),
        narrow=_Shares(lines=tears.lines, sheet=_NARROW_SHARES).draw(),
        table=_shares_table(tears.lines),
        caption=_shares_caption(has_own=bool(tears.own)),
    )


@dataclass(frozen=True, kw_only=True)
class _Shares:
    lines: tuple[ShareLine, ...]
    sheet: _ShareSheet

    def draw(self) -> SafeString:
        """A row a line from top to bottom, the scale behind them."""
        rows, y = list[SafeString](), 6.0
        for one in self.lines:
            drawn, y = self._row(one, y)
            rows.append(drawn)
        name = "narrow" if self.sheet.is_narrow else "wide"
        return svg.picture(
            [*self._scale(y), *rows],
            width=self.sheet.width,
            height=y + LINE_HEIGHT + 6,
            css_class=name,
            title=_("Share of sessions with own tears"),
            description=_("Your share with its interval, beside the published numbers."),
            name=f"own-shares-{name}",
        )

    @property
    def most(self) -> float:
        """The top of the scale, in per cent."""
        return max([_LEAST_PERCENT, *(one.high for one in self.lines)])

    def _x(self, value: float) -> float:
        return self.sheet.left + value / self.most * (self.sheet.right - self.sheet.left)

    def _scale(self, bottom: float) -> Iterator[SafeString]:
        for tick in round_ticks(0, self.most):
            yield svg.vertical(self._x(tick), 6, bottom, "axis")
            said = f"{tick:g}\N{NO-BREAK SPACE}%"
            yield svg.text(self._x(tick), bottom + LINE_HEIGHT, said, anchor="middle")

    def _row(self, one: ShareLine, top: float) -> tuple[SafeString, float]:
        words = textwrap.wrap(one.label, int(self.sheet.words_to / CHARACTER_WIDTH))
        tall = len(words) * LINE_HEIGHT
        css_class = "label" if one.is_own else ""
        texts = [
            svg.text(0, top + LINE_HEIGHT + place * LINE_HEIGHT, line, css_class)
            for place, line in enumerate(words)
        ]
        middle = top + tall + (16 if self.sheet.is_narrow else 4 - tall / 2)
        value = svg.text(self.sheet.value_x, middle + 4, one.said, "tick")
        bottom = top + tall + (26 if self.sheet.is_narrow else 10)
        return svg.joined([*texts, *self._mark(one, middle), value]), bottom

    def _mark(self, one: ShareLine, y: float) -> Iterator[SafeString]:
        css_class = "line" if one.is_own else "line s-published"
        if one.low < one.high:
            yield svg.horizontal(y, self._x(one.low), self._x(one.high), css_class)
        if one.value is not None:
            dot = "dot" if one.is_own else "shift-loss"
            yield svg.circle(self._x(one.value), y, 4.5, dot)


def _shares_caption(*, has_own: bool) -> SafeString:
    dot = framed(svg.circle(20, 24, 9, "dot"), "inline-drop")
    ring = framed(svg.circle(20, 24, 9, "shift-loss"), "inline-drop")
    line = framed(svg.path("M2 24H38", "line s-published"), "inline-drop")
    own = [(dot, _("yours, with the interval of 95 %"))] if has_own else []
    keys = [*own, (ring, _("a published guess")), (line, _("a span worked out from a survey"))]
    return format_html_join("", '<span class="key">{}{}</span>', keys)


def _shares_table(lines: Sequence[ShareLine]) -> TableData:
    rows = tuple((one.label, one.said, f"{one.n:,}" if one.n else "–") for one in lines)
    head = (_("Who"), _("Share of sessions"), _("Sessions"))
    return TableData(caption=_("Share of sessions with own tears"), head=head, rows=rows)
