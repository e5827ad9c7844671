"""Cost against size as a picture (two logarithmic axes, a line each, its name at its end) and as
the table of the page beside it. `make docs` and `python -m benchmarks.sizes` write both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).with_name("cost-against-size.json")
DOCS = Path(__file__).parents[1] / "docs"
PICTURE = DOCS / "pictures" / "cost-against-size.svg"
PAGE = DOCS / "explanation" / "cost-against-size.md"
ROWS_OF_TABLE = re.compile(r"(?<=\|---\|\n)(\|.*\n)*")

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 80, 540, 30, 390
Point = dict[str, Any]
LINES: tuple[tuple[str, str, str, Callable[[Point], float]], ...] = (
    ("estimates, Kenward-Roger too", "#7a3e8e", "",
     lambda p: p["sums_s"] + p["fit_s"] + p["kenward_roger_wall_s"]),
    ("sums and estimates", "#1f5f99", "", lambda p: p["sums_s"] + p["fit_s"]),
    ("sums by DuckDB", "#2f7d4f", "6 4", lambda p: p["engine_s"]),
    ("sums of each client", "#b3541e", "", lambda p: p["sums_s"]),
    ("reading the columns once", "#666666", "2 4", lambda p: p["limit_s"]),
)  # fmt: skip


@dataclass(frozen=True)
class Axes:
    """Powers of ten on both sides."""

    low_x: int
    high_x: int
    low_y: int
    high_y: int

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point stands."""
        right = (log10(x) - self.low_x) / (self.high_x - self.low_x)
        up = (log10(y) - self.low_y) / (self.high_y - self.low_y)
        return LEFT + right * (RIGHT - LEFT), BOTTOM - up * (BOTTOM - TOP)


def drawn() -> dict[Path, str]:
    """The picture and the page with its table, as they have to be for what was measured."""
    told = json.loads(MEASURED.read_text(encoding="utf-8"))
    page = ROWS_OF_TABLE.sub(table(told["points"]), PAGE.read_text(encoding="utf-8"), count=1)
    return {PICTURE: picture(told), PAGE: page}


def picture(told: dict[str, Any]) -> str:
    """The SVG, for a light and a dark page alike: it brings its own ground."""
    points = told["points"]
    values = [of(point) for *_, of in LINES for point in points]
    axes = Axes(3, round(log10(points[-1]["rows"])), floor(log10(min(values))),
                ceil(log10(max(values))))  # fmt: skip
    said = (
        f"Processor seconds of one thread against sessions, both logarithmic. Measured "
        f"{told['date']}, {told['system']}, load {told['load']}."
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-labelledby="t d" font-family="system-ui, sans-serif" font-size="13">',
        '<title id="t">Cost against size</title>',
        f'<desc id="d">{escape(said)}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *grid(axes),
        *lines(axes, points),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def grid(axes: Axes) -> Iterator[str]:
    """A line for each power of ten, and what it is."""
    for power in range(axes.low_x, axes.high_x + 1):
        x, _ = axes.at(10**power, 10**axes.low_y)
        yield f'<path d="M{x:.1f} {TOP}V{BOTTOM}" stroke="#dddddd"/>'
        yield f'<text x="{x:.1f}" y="{BOTTOM + 20}" text-anchor="middle">{10**power:,}</text>'
    for power in range(axes.low_y, axes.high_y + 1):
        _, y = axes.at(10**axes.low_x, 10.0**power)
        yield f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="#dddddd"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{seconds(power)}</text>'
    yield f'<text x="{(LEFT + RIGHT) / 2}" y="{BOTTOM + 42}" text-anchor="middle">sessions</text>'


def seconds(power: int) -> str:
    """A power of ten in words: 10 µs, 1 ms, 10 s."""
    unit, name = next((u, n) for u, n in ((0, "s"), (-3, "ms"), (-6, "µs")) if power >= u)
    return f"{10 ** (power - unit)} {name}"


def lines(axes: Axes, points: list[Point]) -> Iterator[str]:
    """Each line, and its name at its end, moved apart where two would meet."""
    free = BOTTOM + 20.0
    ends = sorted(LINES, key=lambda line: line[3](points[-1]))
    for name, colour, dash, of in ends:
        places = [axes.at(point["rows"], of(point)) for point in points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        yield (
            f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dash}"/>'
        )
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places)
        free = min(places[-1][1] + 4, free - 17)
        x = places[-1][0] + 12
        yield f'<text x="{x:.1f}" y="{free:.1f}" fill="{colour}">{escape(name)}</text>'


def table(points: list[Point]) -> str:
    """The same in figures, as the page has them."""
    return "".join(
        f"| {p['rows']:,} | {shown(p['sums_s'])} | {shown(p['sums_s'] + p['fit_s'])} "
        f"| {shown(p['sums_s'] + p['fit_s'] + p['kenward_roger_wall_s'])} "
        f"| {shown(p['engine_s'])} | {p['sums_s'] / p['limit_s']:.0f} |\n"
        for p in points
    )


def shown(taken_s: float) -> str:
    """Two digits, in seconds or milliseconds.

    >>> [shown(taken_s) for taken_s in (0.00024, 0.0064, 0.0174, 0.0996, 0.1009, 2.89, 12.3, 348)]
    ['0.24 ms', '6.4 ms', '17 ms', '0.10 s', '0.10 s', '2.9 s', '12 s', '350 s']
    """
    two_digits = float(f"{taken_s:.2g}")
    value, unit = (two_digits, "s") if two_digits >= 0.1 else (two_digits * 1000, "ms")
    return f"{value:.0f} {unit}" if value >= 10 else f"{value:#.2g} {unit}"
