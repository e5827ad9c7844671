"""A client's course: scores by session with the moments on the same axis, and its table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lacrima.web.charts import svg
from lacrima.web.charts.bands import band_cell, band_keys
from lacrima.web.charts.drops import mark, tile_picture
from lacrima.web.charts.layout import (
    NARROW,
    WIDE,
    Across,
    Sheet,
    Upwards,
    labelled_sessions,
    shortened,
)
from lacrima.web.charts.panel import Panel, heading_height, panel_height
from lacrima.web.charts.shifts import shift_cell, shift_keys
from lacrima.web.charts.values import CourseData, MarkKind, MomentMark, Role, Series, TableData

_ABOVE, _BELOW = 36.0, 38.0  # room for the therapist's drops above the line, the client's below
_GAP = 16.0


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A picture and the same numbers as a table."""

    svg: SafeString
    table: TableData


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A picture drawn for wide and for narrow pages, with its table and its words."""

    wide: SafeString
    narrow: SafeString
    table: TableData
    caption: SafeString


def course_figure(data: CourseData) -> Figure:
    """Draw the course twice, so that its words can be read on a phone as well."""
    return Figure(
        wide=_Drawing(data=data, sheet=WIDE).draw(),
        narrow=_Drawing(data=data, sheet=NARROW).draw(),
        table=course_table(data),
        caption=course_caption(data),
    )


def course_chart(data: CourseData, *, narrow: bool = False) -> Chart:
    """Draw the course once."""
    drawing = _Drawing(data=data, sheet=NARROW if narrow else WIDE)
    return Chart(svg=drawing.draw(), table=course_table(data))


@dataclass(frozen=True, kw_only=True)
class _Drawing:
    data: CourseData
    sheet: Sheet

    def draw(self) -> SafeString:
        """Stack panels and the line of moments, then frame them."""
        parts, y, tops = [], 8.0, []
        rows = self._ordered()
        for series in rows:
            if series is None:
                parts.append(self._moments(y + _ABOVE))
                y += _ABOVE + _BELOW
                continue
            top = y + heading_height(series, self.sheet)
            tops.append(top)
            y = top + panel_height(series, self.sheet)
            parts.append(self._panel(series, top, y).draw())
            y += _GAP
        guides = [self._guide(session, tops[0], y) for session in self._moment_sessions()]
        y += 12 if rows[-1] is None else 4
        parts = [*guides, *parts, self._axis(y)]
        return self._framed(parts, y + (26 if self.sheet.is_narrow else 8))

    def _framed(self, parts: list[SafeString], height: float) -> SafeString:
        width = "narrow" if self.sheet.is_narrow else "wide"
        return svg.picture(
            parts,
            width=self.sheet.width,
            height=height,
            css_class=width,
            title=self.data.title,
            description=self.data.description,
            name=f"{self.data.name}-{width}",
        )

    def _ordered(self) -> list[Series | None]:
        """Symptoms first, then the line of moments (None), then the alliance."""
        symptoms = [one for one in self.data.series if one.role is Role.SYMPTOMS]
        alliance = [one for one in self.data.series if one.role is Role.ALLIANCE]
        middle: list[Series | None] = [None] if self._has_moments() else []
        return [*symptoms, *middle, *alliance]

    def _has_moments(self) -> bool:
        return bool(self.data.moments or self.data.quiet_sessions)

    @property
    def across(self) -> Across:
        return Across(
            first=self.data.sessions[0],
            last=self.data.sessions[-1],
            left=self.sheet.left + 8,
            right=self.sheet.right,
        )

    def _panel(self, series: Series, top: float, bottom: float) -> Panel:
        same_role = [one for one in self.data.series if one.role is series.role]
        is_second = same_role.index(series) > 0
        return Panel(
            data=self.data,
            series=series,
            sheet=self.sheet,
            across=self.across,
            upwards=Upwards(low=series.low, high=series.high, top=top, bottom=bottom),
            css_class=f"s-{'third' if is_second else series.role.value}",
        )

    def _moment_sessions(self) -> list[int]:
        return sorted({moment.session for moment in self.data.moments})

    def _guide(self, session: int, top: float, bottom: float) -> SafeString:
        return svg.vertical(self.across.x(session), top, bottom - _GAP, "guide")

    def _moments(self, y: float) -> SafeString:
        """The line of moments: the therapist's above, the client's below, joined if one moment."""
        fits = self.sheet.label_characters
        you, client = self.data.therapist_label or _("you"), self.data.client_label or _("client")
        parts = [
            svg.horizontal(y, self.sheet.left, self.sheet.right, "axis"),
            svg.text(self.sheet.label_x, y - 10, shortened(you, fits)),
            svg.text(self.sheet.label_x, y + 20, shortened(client, fits)),
        ]
        return svg.group("moments", *parts, *self._calm(y), *self._marks(y))

    def _calm(self, y: float) -> list[SafeString]:
        """A small dot for each session in which nothing stood out."""
        words = _("Session %(session)s: nothing stood out")
        across, radius = self.across, max(1.2, min(2.4, self.across.step * 0.2))
        return [
            svg.circle(across.x(session), y, radius, "calm", title=words % {"session": session})
            for session in sorted(self.data.quiet_sessions & set(self.data.sessions))
        ]

    def _marks(self, y: float) -> list[SafeString]:
        total = Counter(moment.session for moment in self.data.moments)
        seen: Counter[int] = Counter()
        radius = max(3.2, min(6.0, self.across.step * 0.36))
        across, parts = self.across, []
        for moment in self.data.moments:
            place = seen[moment.session] - (total[moment.session] - 1) / 2
            seen[moment.session] += 1
            x = across.x(moment.session) + place * 2.3 * radius
            parts.append(_one_moment(moment, x, y, radius))
        return parts

    def _axis(self, y: float) -> SafeString:
        across = self.across
        parts = [
            svg.text(across.x(session), y, str(session), anchor="middle")
            for session in labelled_sessions(across)
        ]
        if self.sheet.is_narrow:
            parts.append(svg.text(across.right, y + 18, _("session"), anchor="end"))
        else:
            parts.append(svg.text(self.sheet.label_x + 8, y, _("session")))
        return svg.group("sessions-axis", *parts)


def _one_moment(moment: MomentMark, x: float, y: float, radius: float) -> SafeString:
    words = _("Session %(session)s: %(words)s") % {"session": moment.session, "words": moment.words}
    above, below = y - 2.4 * radius, y + 3.2 * radius
    parts: list[SafeString] = []
    if moment.therapist and moment.client:
        parts.append(svg.vertical(x, above + radius, below - 2.1 * radius, "joined"))
    sides: list[tuple[MarkKind | None, float]] = [(moment.therapist, above), (moment.client, below)]
    for kind, height in sides:
        if kind:
            parts.append(mark(kind, x, height, radius, is_paused=moment.is_paused))
    return svg.group("moment", *parts, title=words)


def course_caption(data: CourseData) -> SafeString:
    """Say what the shapes mean, each beside its shape: only those that are on the picture."""
    names = {
        MarkKind.HELD_BACK: _("held back"),
        MarkKind.MOIST: _("moist eyes or voice"),
        MarkKind.TEARS: _("tears"),
        MarkKind.SOBBING: _("sobbing"),
        MarkKind.SLIGHT: _("something else, slight"),
        MarkKind.CLEAR: _("something else, clear"),
        MarkKind.STRONG: _("something else, strong"),
        MarkKind.NOTHING: _("none where one expected it"),
    }
    used = {kind for moment in data.moments for kind in (moment.therapist, moment.client)}
    shapes = [(kind.value, words) for kind, words in names.items() if kind in used]
    if any(moment.is_paused for moment in data.moments):
        shapes.append(("paused", _("with a bar: the session paused")))
    if data.quiet_sessions:
        shapes.append(("calm", _("nothing stood out")))
    keys = [(tile_picture(shape, css_class="inline-drop"), words) for shape, words in shapes]
    keys += shift_keys(data)
    keys += band_keys(data)
    if _has_gap(data):
        keys.append((svg.NOTHING, _("a gap: no answer")))
    return format_html_join(" ", '<span class="key">{}{}</span>', keys)


def _has_gap(data: CourseData) -> bool:
    return any(value is None for series in data.series for value in series.values)


def course_table(data: CourseData) -> TableData:
    """Write the course as a table, one row a session."""
    has_moments = bool(data.moments or data.quiet_sessions)
    head = [_("Session"), *([_("Date")] if data.dates else [])]
    head += [words for series in data.series for words in _heads(series)]
    head += [_("Moments")] if has_moments else []
    rows = []
    for place, session in enumerate(data.sessions):
        row = [str(session), *([_day(data, place)] if data.dates else [])]
        row += [words for series in data.series for words in _cells(series, place, session)]
        rows.append(tuple([*row, _moment_words(data, session)] if has_moments else row))
    return TableData(caption=data.title, head=tuple(head), rows=tuple(rows))


def _heads(series: Series) -> list[str]:
    named = [_named(series)]
    return [*named, _("Expected, 8 in 10")] if series.band else named


def _cells(series: Series, place: int, session: int) -> list[str]:
    score = [_score(series, place, session)]
    return [*score, band_cell(series.band, place)] if series.band else score


def _named(series: Series) -> str:
    said = {"name": series.name, "low": f"{series.low:g}", "high": f"{series.high:g}"}
    return _("%(name)s (%(low)s to %(high)s)") % said


def _day(data: CourseData, place: int) -> str:
    day = data.dates[place]
    return _day_words(day, get_language()) if day else _("not known")


@lru_cache(maxsize=4096)
def _day_words(day: date, _language: str | None) -> str:
    """A day in figures, as the language writes it; the same few days stand on many pages."""
    return str(date_format(day, "SHORT_DATE_FORMAT"))


def _score(series: Series, place: int, session: int) -> str:
    value = series.values[place]
    if value is None:
        return _("no answer")
    said = {"score": f"{value:g}", "words": shift_cell(series, session)}
    return _("%(score)s (%(words)s)") % said if said["words"] else said["score"]


def _moment_words(data: CourseData, session: int) -> str:
    words = [moment.words for moment in data.moments if moment.session == session]
    if words:
        return "; ".join(words)
    return _("nothing stood out") if session in data.quiet_sessions else _("not logged")
