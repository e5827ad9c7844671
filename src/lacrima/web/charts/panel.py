"""One panel of a course: its scale, its line with the gaps left open, its labels at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lacrima.web.charts import svg
from lacrima.web.charts.layout import (
    CHARACTER_WIDTH,
    LINE_HEIGHT,
    Across,
    Sheet,
    Upwards,
    round_ticks,
    shortened,
    spread,
)
from lacrima.web.charts.shifts import shift_marks
from lacrima.web.charts.values import Band, CourseData, Role, Series


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A series with the place it is drawn in."""

    data: CourseData
    series: Series
    sheet: Sheet
    across: Across
    upwards: Upwards
    css_class: str

    def draw(self) -> SafeString:
        """Draw the whole panel."""
        parts = [self._band(), *self._scale(), *self._cutoff(), self._line(), *self._dots()]
        parts += self._heading() if needs_heading(self.series, self.sheet) else []
        parts += self._end_value() if self.sheet.is_narrow else self._end_labels()
        parts += shift_marks(self.data, self.series, self.across, self.upwards)
        return svg.group(self.css_class, *parts)

    def _points(self) -> list[tuple[int, float]]:
        pairs = zip(self.data.sessions, self.series.values, strict=True)
        return [(session, value) for session, value in pairs if value is not None]

    def _runs(self) -> Iterator[list[tuple[int, float]]]:
        """Stretches without a gap: a line is drawn inside a stretch and never between two."""
        run: list[tuple[int, float]] = []
        for session, value in self._points():
            if run and session - run[-1][0] > self.series.every:
                yield run
                run = []
            run.append((session, value))
        if run:
            yield run

    def _place(self, session: int, value: float) -> str:
        return f"{svg.short(self.across.x(session))} {svg.short(self.upwards.y(value))}"

    def _line(self) -> SafeString:
        long_enough = (run for run in self._runs() if len(run) > 1)
        d = "".join("M" + "L".join(self._place(*point) for point in run) for run in long_enough)
        return svg.path(d, "line") if d else svg.NOTHING

    def _dots(self) -> list[SafeString]:
        """The points; on a narrow page without words, since a finger covers them."""
        radius = max(1.6, min(3.4, self.across.step * 0.3))
        titles = {} if self.sheet.is_narrow else self._titles()
        return [
            svg.circle(
                self.across.x(session),
                self.upwards.y(value),
                radius,
                title=titles.get(session, ""),
            )
            for session, value in self._points()
        ]

    def _titles(self) -> dict[int, str]:
        """Each point in words, for the pointer."""
        dates = dict(zip(self.data.sessions, self.data.dates, strict=False))
        words = _("Session %(session)s: %(name)s %(value)s")
        return {
            session: with_date(
                words % {"session": session, "name": self.series.name, "value": f"{value:g}"},
                dates.get(session),
            )
            for session, value in self._points()
        }

    def _scale(self) -> list[SafeString]:
        parts: list[SafeString] = []
        for tick in round_ticks(self.series.low, self.series.high):
            y = self.upwards.y(tick)
            parts.append(svg.horizontal(y, self.sheet.left, self.sheet.right, "axis"))
            parts.append(svg.text(self.sheet.left - 7, y + 4, f"{tick:g}", anchor="end"))
        return parts

    def _cutoff(self) -> list[SafeString]:
        if self.series.cutoff is None:
            return []
        y = self.upwards.y(self.series.cutoff.value)
        return [svg.horizontal(y, self.sheet.left, self.sheet.right, "cutoff")]

    def _band(self) -> SafeString:
        if self.series.band is None:
            return svg.NOTHING
        d = "".join(
            self._band_piece(piece) for piece in band_runs(self.data.sessions, self.series.band)
        )
        return svg.path(d, "band") if d else svg.NOTHING

    def _band_piece(self, piece: list[tuple[int, float, float]]) -> str:
        upper = "L".join(self._place(session, high) for session, _low, high in piece)
        lower = "L".join(self._place(session, low) for session, low, _high in reversed(piece))
        return f"M{upper}L{lower}Z"

    def _end_labels(self) -> list[SafeString]:
        """Words right of the line, at the height of what they name, moved apart if they touch."""
        labels = list(self._wanted_labels())
        heights = spread([y for y, _css, _words in labels], self.upwards.top, self.upwards.bottom)
        fits = self.sheet.label_characters
        return [
            svg.text(self.sheet.label_x, y + 4, shortened(words, fits), css)
            for y, (_y, css, words) in zip(heights, labels, strict=True)
        ]

    def _wanted_labels(self) -> Iterator[tuple[float, str, str]]:
        points = self._points()
        y = self.upwards.y(points[-1][1]) if points else self.upwards.bottom
        yield y, "label", self._name_and_value()
        if self.series.note:
            yield y + LINE_HEIGHT, "tick", self.series.note
        if self.series.cutoff:
            yield self.upwards.y(self.series.cutoff.value), "tick", self.series.cutoff.label
        if self.series.band:
            edge = next(reversed(list(band_runs(self.data.sessions, self.series.band))), None)
            if edge:
                yield self.upwards.y(edge[-1][2]) + 6, "tick", self.series.band.label

    def _name_and_value(self) -> str:
        points = self._points()
        value = f"{points[-1][1]:g}" if points else _("no answer yet")
        if needs_heading(self.series, self.sheet):
            return value
        return f"{self.series.name} {value}"

    def _heading(self) -> list[SafeString]:
        """Above the panel: a name too long for the line's end, or any name on a narrow page."""
        y = self.upwards.top - 14
        has_key = self.sheet.is_narrow and self.series.cutoff is not None
        room = self.sheet.right * (0.5 if has_key else 1) / CHARACTER_WIDTH
        name = svg.text(0, y, shortened(self.series.name, int(room)), "label")
        return [name, *self._cutoff_key(y)] if has_key else [name]

    def _end_value(self) -> list[SafeString]:
        points = self._points()
        if not points:
            return []
        y = self.upwards.y(points[-1][1]) + 4
        return [svg.text(self.sheet.label_x, y, f"{points[-1][1]:g}", "label")]

    def _cutoff_key(self, y: float) -> list[SafeString]:
        words = self.series.cutoff.label if self.series.cutoff else ""
        start = self.sheet.right - 7 * len(words) - 26
        return [
            svg.horizontal(y - 4, start, start + 20, "cutoff"),
            svg.text(self.sheet.right, y, words, anchor="end"),
        ]


def with_date(words: str, date: object) -> str:
    """The words, with the day where it is known."""
    return f"{words} ({date})" if date else words


def band_runs(sessions: tuple[int, ...], band: Band) -> Iterator[list[tuple[int, float, float]]]:
    """Stretches of the expected course without a gap, as session, low and high."""
    run: list[tuple[int, float, float]] = []
    for session, low, high in zip(sessions, band.low, band.high, strict=True):
        if low is None or high is None:
            if len(run) > 1:
                yield run
            run = []
        else:
            run.append((session, low, high))
    if len(run) > 1:
        yield run


def panel_height(series: Series, sheet: Sheet) -> float:
    """How tall a panel is: symptoms lead, the alliance is smaller."""
    return sheet.small_panel_height if series.role is Role.ALLIANCE else sheet.panel_height


def needs_heading(series: Series, sheet: Sheet) -> bool:
    """Say whether the name stands above the panel, because there is no room at the line's end."""
    return sheet.is_narrow or len(series.name) + len(" 100") > sheet.bold_characters


def heading_height(series: Series, sheet: Sheet) -> float:
    """How much room stands above a panel."""
    return 30 if needs_heading(series, sheet) else 6
