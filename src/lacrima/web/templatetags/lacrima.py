"""What the templates need and Django does not have: drops, short dates, signed numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from html import escape

from django import template
from django.forms import BoundField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from lacrima.practice.languages import LANGUAGES
from lacrima.web.charts.drops import tile_picture
from lacrima.web.speaking import FOR_CHILDREN

register = template.Library()


@register.simple_tag
def drop(kind: object, css_class: str = "drop") -> SafeString:
    """Draw the picture that goes with a word for what showed; nothing for words without one."""
    return tile_picture(str(kind), css_class=css_class)


@register.filter
def day(when: dt.date | dt.datetime | None, today: dt.date | None = None) -> str:
    """Give the local day, such as 2 March, with the year unless it is the year of `today`."""
    if when is None:
        return ""
    local = timezone.localtime(when).date() if isinstance(when, dt.datetime) else when
    is_this_year = today is not None and local.year == today.year
    return date_format(local, "MONTH_DAY_FORMAT" if is_this_year else "DATE_FORMAT")


@register.filter
def clock(when: dt.datetime | dt.time | None) -> str:
    """Give the local time of day in hours and minutes, such as 09:00."""
    if when is None:
        return ""
    local = timezone.localtime(when) if isinstance(when, dt.datetime) else when
    return local.strftime("%H:%M")


@register.filter
def signed(number: float | None) -> str:
    """Write a number with its sign, the minus as a minus: +2, 0, −1."""
    if number is None:
        return ""
    text = f"{abs(number):g}"
    if number == 0:
        return text
    return f"+{text}" if number > 0 else f"\N{MINUS SIGN}{text}"


@register.filter
def unlocalized(number: object) -> str:
    """Write a number for a machine, without separators of the reader's language."""
    return str(number)


@register.simple_tag
def languages_by_own_name() -> list[tuple[str, str]]:
    """Every language to choose from; its name is written in itself."""
    return list(LANGUAGES.items())


@register.filter
def language_tag(language: str) -> str:
    """Name a language as HTML knows it: the words for children are no language of their own."""
    return language.partition("-")[0] if language in FOR_CHILDREN.values() else language


@register.filter
def speaks(language: str) -> str:
    """The language to choose from the list: that of everybody, where the words are a child's."""
    return {kind: plain for plain, kind in FOR_CHILDREN.items()}.get(language, language)


@register.filter
def letter(keys: str | None, place: int) -> str:
    """Give the key at this place in a string of keys, or nothing when there is none."""
    return keys[place] if keys and place < len(keys) else ""


@register.filter
def focus_id(field: BoundField) -> str:
    """Name the element a link in the error summary should lead to."""
    return str(field.id_for_label or f"{field.auto_id}_0")


@register.filter
def table_body(rows: Iterable[Sequence[object]]) -> SafeString:
    """The rows of a table; the first cell of a row names it.

    Written here and not as loops of a template, which take ten times as long for long tables.
    """
    return SafeString("\n".join(_table_row(row) for row in rows))


def _table_row(row: Sequence[object]) -> str:
    first, *others = (escape(str(cell)) for cell in row)
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>'
