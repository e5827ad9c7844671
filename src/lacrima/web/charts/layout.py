"""Where things stand in a chart: widths, margins, sessions across, scores upwards."""

from __future__ import annotations

import math
from dataclasses import dataclass

LINE_HEIGHT = 17.0
CHARACTER_WIDTH = 7.0
BOLD_CHARACTER_WIDTH = 8.4  # the widest of the usual interface fonts


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The paper a chart is drawn on, in user units of which one is about one CSS pixel."""

    width: float
    left: float
    right: float
    panel_height: float
    small_panel_height: float
    is_narrow: bool

    @property
    def label_x(self) -> float:
        """Where the words to the right of the lines begin."""
        return self.right + 10

    @property
    def label_characters(self) -> int:
        """How many characters fit to the right of the lines."""
        return int((self.width - self.label_x) / CHARACTER_WIDTH)

    @property
    def bold_characters(self) -> int:
        """How many bold ones fit there in any usual font: on paper nothing may hang out."""
        return int((self.width - self.label_x) / BOLD_CHARACTER_WIDTH)


WIDE = Sheet(
    width=720, left=34, right=584, panel_height=128, small_panel_height=84, is_narrow=False
)
NARROW = Sheet(
    width=340, left=24, right=288, panel_height=112, small_panel_height=72, is_narrow=True
)


@dataclass(frozen=True, kw_only=True)
class Across:
    """Session numbers laid out from left to right, evenly by number."""

    first: int
    last: int
    left: float
    right: float

    @property
    def step(self) -> float:
        """The distance from one session to the next."""
        return (self.right - self.left) / max(1, self.last - self.first)

    def x(self, session: int) -> float:
        """Where a session stands."""
        return self.left + (session - self.first) * self.step


@dataclass(frozen=True, kw_only=True)
class Upwards:
    """Scores of one panel laid out from bottom to top over the whole scale."""

    low: float
    high: float
    top: float
    bottom: float

    def y(self, score: float) -> float:
        """Where a score stands."""
        return self.bottom - (score - self.low) / (self.high - self.low) * (self.bottom - self.top)


def every_nth_label(step: float, widest_label: float) -> int:
    """Say which session numbers to write, every n-th, so that none touch."""
    for nth in (1, 2, 5, 10, 20, 25, 50, 100):
        if nth * step >= widest_label + 6:
            return nth
    return 200


def labelled_sessions(across: Across) -> list[int]:
    """Choose the session numbers that are written under the axis."""
    widest = len(str(across.last)) * CHARACTER_WIDTH
    nth = every_nth_label(across.step, widest)
    rest = [one for one in range(across.first, across.last + 1) if one % nth == 0]
    if not rest or (rest[0] - across.first) * across.step >= widest + 6:
        return [across.first, *rest]
    return rest


def round_ticks(low: float, high: float) -> list[float]:
    """Choose three or four round numbers on a scale."""
    rough = (high - low) / 3.5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [count * step for count in range(first, last + 1)]


def spread(wanted: list[float], top: float, bottom: float) -> list[float]:
    """Move labels apart until none overlap, each crowd staying around its own middle."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    crowds: list[list[int]] = []
    for place in order:
        crowds.append([place])
        while len(crowds) > 1 and _touch(crowds[-2], crowds[-1], wanted, top, bottom):
            crowds[-2:] = [crowds[-2] + crowds[-1]]
    heights = [0.0] * len(wanted)
    for crowd in crowds:
        start = _start(crowd, wanted, top, bottom)
        for rank, place in enumerate(crowd):
            heights[place] = start + rank * LINE_HEIGHT
    return heights


def _start(crowd: list[int], wanted: list[float], top: float, bottom: float) -> float:
    """The height of a crowd's first label: centred on what they want, inside the panel."""
    tall = (len(crowd) - 1) * LINE_HEIGHT
    middle = sum(wanted[place] for place in crowd) / len(crowd)
    return max(top, min(middle - tall / 2, bottom - tall))


def _touch(
    upper: list[int], lower: list[int], wanted: list[float], top: float, bottom: float
) -> bool:
    end = _start(upper, wanted, top, bottom) + (len(upper) - 1) * LINE_HEIGHT
    return end + LINE_HEIGHT > _start(lower, wanted, top, bottom)


def shortened(words: str, characters: int) -> str:
    """Cut words that do not fit, marking the cut."""
    return words if len(words) <= characters else words[: max(1, characters - 1)].rstrip() + "…"
