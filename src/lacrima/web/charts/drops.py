"""Drops and their kin: one small shape for each word about what showed.

Fill and shape carry the meaning, never colour alone: hollow held back, half moist eyes or voice,
full tears, two drops sobbing, a bar underneath where the session paused. Other emotions are
diamonds (slight hollow, clear half, strong full); none where one expected it is a dashed ring.
"""

from __future__ import annotations

from django.utils.safestring import SafeString

from lacrima.web.charts.svg import NOTHING, circle, joined, path, short
from lacrima.web.charts.values import MarkKind

# Words that pages and forms use for the same pictures.
_KIND_OF_WORD = {
    "held": MarkKind.HELD_BACK,
    "held_back": MarkKind.HELD_BACK,
    "held-back": MarkKind.HELD_BACK,
    "wholly": MarkKind.HELD_BACK,
    "moist": MarkKind.MOIST,
    "1": MarkKind.MOIST,
    "tears": MarkKind.TEARS,
    "2": MarkKind.TEARS,
    "sobbing": MarkKind.SOBBING,
    "3": MarkKind.SOBBING,
    "slight": MarkKind.SLIGHT,
    "clear": MarkKind.CLEAR,
    "strong": MarkKind.STRONG,
    "none": MarkKind.NOTHING,
    "missed": MarkKind.NOTHING,
    "nothing": MarkKind.NOTHING,
    "0": MarkKind.NOTHING,
}


def _drop_path(x: float, y: float, radius: float) -> str:
    """A drop whose round part has its centre at x, y."""
    tip, waist, shoulder = y - 2.15 * radius, y - 1.15 * radius, y - 0.6 * radius
    left, right = x - radius, x + radius
    return (
        f"M{short(x)} {short(tip)}C{short(x + 0.35 * radius)} {short(waist)} "
        f"{short(right)} {short(shoulder)} {short(right)} {short(y)}"
        f"A{short(radius)} {short(radius)} 0 1 1 {short(left)} {short(y)}"
        f"C{short(left)} {short(shoulder)} {short(x - 0.35 * radius)} {short(waist)} "
        f"{short(x)} {short(tip)}Z"
    )


def _lower_half(x: float, y: float, radius: float) -> str:
    """The water standing in the round part of a drop."""
    return (
        f"M{short(x - radius)} {short(y)}"
        f"A{short(radius)} {short(radius)} 0 0 0 {short(x + radius)} {short(y)}Z"
    )


def _one_drop(x: float, y: float, radius: float, *, fill: str) -> SafeString:
    outline = path(_drop_path(x, y, radius), f"drop-line {fill}")
    if fill != "drop-half":
        return outline
    water = path(_lower_half(x, y, radius), "drop-2")
    back = path(_drop_path(x, y, radius), "drop-back")
    return joined([back, water, path(_drop_path(x, y, radius), "drop-line")])


def _diamond(x: float, y: float, radius: float, *, kind: MarkKind) -> SafeString:
    side = radius * 1.25
    shape = f"M{short(x)} {short(y - side)}l{short(side)} {short(side)} {short(-side)} " + (
        f"{short(side)} {short(-side)} {short(-side)}Z"
    )
    if kind is not MarkKind.CLEAR:
        return path(shape, f"drop-line {'drop-3' if kind is MarkKind.STRONG else 'drop-back'}")
    lower = f"M{short(x - side)} {short(y)}h{short(2 * side)}L{short(x)} {short(y + side)}Z"
    return joined([path(shape, "drop-line drop-back"), path(lower, "drop-2")])


def _ring(x: float, y: float, radius: float) -> SafeString:
    return circle(x, y, radius, "drop-line drop-none")


def shape(kind: MarkKind, x: float, y: float, radius: float) -> SafeString:
    """Draw one mark with its round part centred at x, y."""
    if kind is MarkKind.NOTHING:
        return _ring(x, y, radius)
    if kind in (MarkKind.SLIGHT, MarkKind.CLEAR, MarkKind.STRONG):
        return _diamond(x, y, radius, kind=kind)
    if kind is MarkKind.SOBBING:
        small = 0.8 * radius
        return joined(
            [
                _one_drop(x - 0.85 * small, y, small, fill="drop-3"),
                _one_drop(x + 0.85 * small, y, small, fill="drop-3"),
            ]
        )
    fill = {MarkKind.HELD_BACK: "drop-back", MarkKind.MOIST: "drop-half"}.get(kind, "drop-3")
    return _one_drop(x, y, radius, fill=fill)


def pause_bar(x: float, y: float, radius: float) -> SafeString:
    """Draw the bar that says the session paused or ended there."""
    return path(f"M{short(x - radius)} {short(y)}h{short(2 * radius)}", "drop-bar")


def mark(kind: MarkKind, x: float, y: float, radius: float, *, is_paused: bool) -> SafeString:
    """Draw one side of a moment, with the bar if the session paused."""
    drawn = shape(kind, x, y, radius)
    return joined([drawn, pause_bar(x, y + 1.75 * radius, radius)]) if is_paused else drawn


def tile_picture(word: str, *, css_class: str = "drop") -> SafeString:
    """Draw the picture for a choice tile; words without a picture give nothing."""
    if word == "calm":
        return framed(circle(20, 26, 4, "calm"), css_class)
    kind = _KIND_OF_WORD.get(word)
    is_paused = word in ("paused", "ended", "ended_early", "ended-early")
    if kind is None and not is_paused:
        return NOTHING
    parts = [shape(kind or MarkKind.TEARS, 20, 24, 8)]
    if is_paused:
        parts.append(pause_bar(20, 37, 8))
    return framed(joined(parts), css_class)


def framed(drawn: SafeString, css_class: str) -> SafeString:
    """A small picture of its own, 40 by 40, that says nothing by itself."""
    return SafeString(
        f'<svg class="{css_class}" viewBox="0 0 40 40" aria-hidden="true" focusable="false">'
        f"{drawn}</svg>"
    )
