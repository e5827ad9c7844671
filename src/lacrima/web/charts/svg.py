"""The few SVG pieces the charts are made of.

Words are escaped here, once; all the rest that goes in is numbers and class names of our own.
(Django's format_html would do the same five times slower, and a long course has 300 pieces.)
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString

NOTHING = SafeString("")


@lru_cache(maxsize=8192)
def short(number: float) -> str:
    """Write a coordinate with one decimal at most: 12, 12.5. (A picture has each many times.)"""
    return f"{round(number, 1) + 0.0:g}"


def joined(parts: Iterable[SafeString]) -> SafeString:
    """Put pieces one after the other."""
    return SafeString("".join(parts))


def path(d: str, css_class: str) -> SafeString:
    """Draw a path."""
    return SafeString(f'<path class="{css_class}" d="{d}"/>')


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
    placed = f'class="{css_class}" x="{short(x)}" y="{short(y)}"'
    anchored = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return SafeString(f"<text {placed}{anchored}>{escape(str(words))}</text>")


def circle(
    x: float, y: float, radius: float, css_class: str = "dot", *, title: str = ""
) -> SafeString:
    """Draw a dot or a ring; with a title to read when pointed at."""
    placed = f'class="{css_class}" cx="{short(x)}" cy="{short(y)}" r="{short(radius)}"'
    named = f"><title>{escape(str(title))}</title></circle>" if title else "/>"
    return SafeString(f"<circle {placed}{named}")


def group(css_class: str, *parts: SafeString, title: str = "") -> SafeString:
    """Put pieces into one group, with a title to read when pointed at."""
    named = f"<title>{escape(str(title))}</title>" if title else ""
    return SafeString(f'<g class="{css_class}">{named}{"".join(parts)}</g>')


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
    box = f'class="{css_class}" viewBox="0 0 {short(width)} {short(height)}" role="img"'
    label = escape(name)
    return SafeString(
        f'<svg {box} aria-labelledby="{label}-t {label}-d">'
        f'<title id="{label}-t">{escape(str(title))}</title>'
        f'<desc id="{label}-d">{escape(str(description))}</desc>{"".join(parts)}</svg>'
    )
