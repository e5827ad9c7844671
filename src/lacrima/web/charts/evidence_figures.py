"""Figures of studies on one scale: a mark a number, its interval as a line, groups with headings.

A full dot was read in the paper, a ring in a page about it, a triangle was worked out here.
Drawn twice: beside the words on a wide page, under them on a phone.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lacrima.practice import evidence_pages
from lacrima.practice.evidence_pages import (
    READ,
    EvidenceFigure,
    EvidencePicture,
    Read,
    Unit,
    number_words,
)
from lacrima.web.charts import svg
from lacrima.web.charts.course import Figure
from lacrima.web.charts.drops import framed
from lacrima.web.charts.layout import CHARACTER_WIDTH, LINE_HEIGHT, round_ticks
from lacrima.web.charts.shifts import triangle
from lacrima.web.charts.values import TableData

_RADIUS = 4.5
_NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """Where words and marks stand, in about CSS pixels."""

    width: float
    words_to: float
    left: float
    right: float
    value_x: float
    is_narrow: bool

    @property
    def characters(self) -> int:
        """How many letters of a label fit on a line."""
        return int(self.words_to / CHARACTER_WIDTH)


_WIDE = _Sheet(width=720, words_to=262, left=276, right=540, value_x=556, is_narrow=False)
_NARROW = _Sheet(width=340, words_to=336, left=8, right=168, value_x=180, is_narrow=True)


def evidence_figure(picture: EvidencePicture) -> Figure:
    """The picture for wide and narrow pages, with its table."""
    return Figure(
        wide=_Drawing(picture=picture, sheet=_WIDE).draw(),
        narrow=_Drawing(picture=picture, sheet=_NARROW).draw(),
        table=_table(picture),
        caption=_caption(picture),
    )


@dataclass(frozen=True, kw_only=True)
class _Drawing:
    picture: EvidencePicture
    sheet: _Sheet

    def draw(self) -> SafeString:
        """Headings and rows from top to bottom, the scale behind them."""
        parts, y = list[SafeString](), 10.0
        for row in self.picture.rows:
            y += LINE_HEIGHT
            parts.append(svg.text(0, y, row.name, "label shift-word"))
            y += 8
            for one in map(evidence_pages.figure, row.figures):
                drawn, y = self._row(one, y)
                parts.append(drawn)
            y += 8
        name = "narrow" if self.sheet.is_narrow else "wide"
        return svg.picture(
            [*self._scale(y), *parts],
            width=self.sheet.width,
            height=y + LINE_HEIGHT + 6,
            css_class=name,
            title=self.picture.title,
            description=self.picture.text,
            name=f"{self.picture.id}-{name}",
        )

    def _x(self, value: float) -> float:
        low, high = self.picture.lowest, self.picture.highest
        share = (value - low) / (high - low)
        return self.sheet.left + share * (self.sheet.right - self.sheet.left)

    def _scale(self, bottom: float) -> list[SafeString]:
        parts = []
        for tick in round_ticks(self.picture.lowest, self.picture.highest):
            x = self._x(tick)
            parts.append(svg.vertical(x, 14, bottom, "cutoff" if tick == 0 else "axis"))
            parts.append(svg.text(x, bottom + LINE_HEIGHT, self._tick(tick), anchor="middle"))
        return parts

    def _tick(self, tick: float) -> str:
        """A number on the scale, with the per cent sign where the figures are shares."""
        first = evidence_pages.figure(self.picture.rows[0].figures[0])
        return f"{number_words(tick)}{_NBSP}%" if first.unit is Unit.PERCENT else number_words(tick)

    def _row(self, one: EvidenceFigure, top: float) -> tuple[SafeString, float]:
        words = f"{one.label} ({_n(one.n)})" if one.n else one.label
        lines = textwrap.wrap(words, self.sheet.characters)
        tall = len(lines) * LINE_HEIGHT
        first = top + LINE_HEIGHT - 4
        texts = [
            svg.text(0, first + place * LINE_HEIGHT, line, "shift-word")
            for place, line in enumerate(lines)
        ]
        middle = top + tall + 10 if self.sheet.is_narrow else top + tall / 2
        bottom = top + tall + (24 if self.sheet.is_narrow else 7)
        value = svg.text(self.sheet.value_x, middle + 4, _number(one), "tick")
        return svg.joined([*texts, *self._mark(one, middle), value]), bottom

    def _mark(self, one: EvidenceFigure, y: float) -> list[SafeString]:
        parts = []
        if one.low is not None and one.high is not None:
            parts.append(svg.horizontal(y, self._x(one.low), self._x(one.high), "line"))
        return [*parts, _shape(one.read, self._x(one.value), y)]


def _shape(read: Read, x: float, y: float, size: float = _RADIUS) -> SafeString:
    if read is Read.DERIVED:
        return triangle(x, y, falls=False, is_gain=True, size=size + 1)
    return svg.circle(x, y, size, "dot" if read is Read.PAPER else "shift-loss")


def _n(people: int) -> str:
    """How many a number rests on, never broken over two lines."""
    return (_("n %(people)s") % {"people": f"{people:,}"}).replace(" ", _NBSP)


def _number(one: EvidenceFigure) -> str:
    """The number as it stands in the picture: the letter of a link is said by the scale."""
    return one.said.removeprefix("r = ").removeprefix("d = ")


def _caption(picture: EvidencePicture) -> SafeString:
    shown = {evidence_pages.figure(one).read for row in picture.rows for one in row.figures}
    keys = [(framed(_shape(read, 20, 24, 9), "inline-drop"), READ[read]) for read in READ]
    used = [pair for read, pair in zip(READ, keys, strict=True) if read in shown]
    return format_html_join("", '<span class="key">{}{}</span>', used)


def _table(picture: EvidencePicture) -> TableData:
    rows = []
    for row in picture.rows:
        for one in map(evidence_pages.figure, row.figures):
            n = f"{one.n:,}" if one.n else _("not said")
            told = (f"{row.name}: {one.label}", one.said, n, one.who, str(READ[one.read]))
            rows.append((*told, one.derived or "–"))
    head = (_("What"), _("Number"), _("n"), _("Who"), _("How it was read"), _("Arithmetic"))
    return TableData(caption=picture.title, head=head, rows=tuple(rows))
