"""The few SVG pieces the charts are made of, every word and number escaped."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def short(number: float) -> str:
    """Write a coordinate with one decimal at most: 12, 12.5."""
    return f"{round(number, 1) + 0.0:g}"


def joined(parts: Iterable[SafeString]) -> SafeString:
    """Put pieces one after the other."""
    return format_html_join("", "{}", ((part,) for part in parts))


def path(d: str, css_class: str) -> SafeString:
    """Draw a path."""
    return format_html('<path class="{}" d="{}"/>', css_class, d)


def horizontal(y: float, left: float, right: float, css_class: str) -> SafeString:
    """Draw a level line."""
    return path(f"M{short(left)} {short(y)}H{short(right)}", css_class)


def vertical(x: float, top: float, bottom: float, css_class: str) -> SafeString:
    """Draw an upright line."""
    return path(f"M{short(x)} {short(top)}V{short(bottom)}", css_class)


def text(
    x: float, y: float, words: str, css_class: str = "tick", anchor: str = "start"
) -> SafeString:
    """Write words at a place; anchor is start, middle or end."""
    return format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>',
        css_class,
        short(x),
        short(y),
        anchor,
        words,
    )


def dot(x: float, y: float, radius: float, words: str) -> SafeString:
    """Draw a dot that says what it stands for when pointed at."""
    return format_html(
        '<circle class="dot" cx="{}" cy="{}" r="{}"><title>{}</title></circle>',
        short(x),
        short(y),
        short(radius),
        words,
    )


def group(css_class: str, *parts: SafeString, title: str = "") -> SafeString:
    """Put pieces into one group, with a title to read when pointed at."""
    named = format_html("<title>{}</title>", title) if title else SafeString("")
    return format_html('<g class="{}">{}{}</g>', css_class, named, joined(parts))


def picture(
    parts: Iterable[SafeString],
    *,
    width: float,
    height: float,
    css_class: str,
    title: str,
    description: str,
    name: str,
) -> SafeString:
    """Frame the pieces as one image with a title and a description; `name` makes the ids unique."""
    return format_html(
        '<svg class="{0}" viewBox="0 0 {1} {2}" role="img" aria-labelledby="{5}-t {5}-d">'
        '<title id="{5}-t">{3}</title><desc id="{5}-d">{4}</desc>{6}</svg>',
        css_class,
        short(width),
        short(height),
        title,
        description,
        name,
        joined(parts),
    )
