"""Differences on one line each: the interval, its middle, and in grey what was likely before."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lacrima.practice.pages_after import Line
from lacrima.web.charts import svg
from lacrima.web.charts.course import Figure
from lacrima.web.charts.layout import CHARACTER_WIDTH, LINE_HEIGHT
from lacrima.web.charts.values import TableData

TICKS = (-0.6, -0.3, 0.0, 0.3, 0.6)
LOWEST, HIGHEST = -0.75, 0.75
PRIOR_TALL = 18.0
MARGIN = 10.0


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    width: float
    name: str


_WIDE, _NARROW = _Sheet(width=720, name="wide"), _Sheet(width=340, name="narrow")


def differences_figure(lines: Sequence[Line], *, title: str, name: str) -> Figure:
    """The picture for wide and narrow pages, with its table."""
    drawn = [
        _Drawing(lines=tuple(lines), sheet=sheet, title=title, name=name).draw()
        for sheet in (_WIDE, _NARROW)
    ]
    caption = _(
        "Next score after such sessions against comparable ones, in standard deviations of the "
        "norm, 90 %. In grey: what one would say before seeing any of your sessions. This cannot "
        "show that the tears did it."
    )
    head = (_("What"), _("Difference in standard deviations"))
    table = TableData(caption=title, head=head, rows=tuple((one.label, one.words) for one in lines))
    return Figure(wide=drawn[0], narrow=drawn[1], table=table, caption=SafeString(caption))


@dataclass(frozen=True, kw_only=True)
class _Drawing:
    lines: tuple[Line, ...]
    sheet: _Sheet
    title: str
    name: str

    def draw(self) -> SafeString:
        """A label above each interval, the scale behind all of them."""
        parts, y = list[SafeString](), 4.0
        for line in self.lines:
            words = textwrap.wrap(line.label, int(self.sheet.width / CHARACTER_WIDTH) - 2)
            for text in words:
                y += LINE_HEIGHT
                parts.append(svg.text(0, y, text, "label shift-word"))
            y += LINE_HEIGHT + 2
            parts += self._marks(line, y)
            y += LINE_HEIGHT
        return svg.picture(
            [*self._scale(y), *parts],
            width=self.sheet.width,
            height=y + 2 * LINE_HEIGHT + 8,
            css_class=self.sheet.name,
            title=self.title,
            description="; ".join(f"{one.label}: {one.words}" for one in self.lines),
            name=f"{self.name}-{self.sheet.name}",
        )

    def _x(self, value: float) -> float:
        inside = min(max(value, LOWEST), HIGHEST)
        share = (inside - LOWEST) / (HIGHEST - LOWEST)
        return MARGIN + share * (self.sheet.width - 2 * MARGIN)

    def _marks(self, line: Line, y: float) -> list[SafeString]:
        left, right = self._x(line.prior[0]), self._x(line.prior[2])
        half = PRIOR_TALL / 2
        box = f"M{svg.short(left)} {svg.short(y - half)}H{svg.short(right)}v{PRIOR_TALL:g}"
        parts = [svg.path(f"{box}H{svg.short(left)}Z", "beforehand")]
        if line.interval is not None:
            low, middle, high = line.interval
            parts.append(svg.horizontal(y, self._x(low), self._x(high), "line"))
            parts.append(svg.circle(self._x(middle), y, 5))
        return parts

    def _scale(self, bottom: float) -> list[SafeString]:
        parts = []
        for tick in TICKS:
            kind = "cutoff" if tick == 0 else "axis"
            parts.append(svg.vertical(self._x(tick), 4, bottom, kind))
            parts.append(svg.text(self._x(tick), bottom + LINE_HEIGHT, f"{tick:+.1f}" if tick else
                                  "0", anchor="middle"))  # fmt: skip
        y = bottom + 2 * LINE_HEIGHT
        parts.append(svg.text(0, y, _("worse next time")))
        parts.append(svg.text(self.sheet.width, y, _("better next time"), anchor="end"))
        return parts
