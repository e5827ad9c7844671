"""Contrast of the colours that meet on a page, light and dark (WCAG 2.2: 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lacrima.web

STATIC = Path(lacrima.web.__file__).parent / "static" / "lacrima"
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")

GROUNDS = ("paper", "lamp", "sheet", "well")
TEXT_PAIRS = [
    *((ink, ground) for ground in GROUNDS for ink in ("ink", "quiet", "accent", "accent-deep")),
    *((ink, "accent-soft") for ink in ("ink", "accent", "accent-deep")),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    *(("attention", ground) for ground in (*GROUNDS, "attention-soft")),
    *(("danger", ground) for ground in (*GROUNDS, "danger-soft")),
    ("ink", "attention-soft"),
    ("ink", "danger-soft"),
    ("quiet", "attention-soft"),
    ("sheet", "ink"),
    ("alliance", "sheet"),
    ("third", "sheet"),
]
MARK_PAIRS = [
    *(("field", ground) for ground in GROUNDS),
    *((drop, "sheet") for drop in ("tears-1", "tears-2", "tears-3")),
    ("tears-3", "accent-soft"),
    ("accent", "paper"),
    ("field", "accent-soft"),
]


def _colours(mode: int) -> dict[str, str]:
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6})(?:\w\w)?, (#\w{6})(?:\w\w)?\);", TOKENS)
    return {pair[0]: pair[1 + mode] for pair in pairs}


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_ratio_is_the_one_of_the_standard() -> None:
    # Worked values: black on white is 21 by definition; #767676 on white is the known 4.54.
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_can_be_read_on_its_ground(ink: str, ground: str, mode: int) -> None:
    colours = _colours(mode)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARK_PAIRS)
def test_marks_and_edges_of_fields_can_be_seen(mark: str, ground: str, mode: int) -> None:
    colours = _colours(mode)
    assert contrast(colours[mark], colours[ground]) >= 3.0


def test_an_older_browser_sees_the_same_light_colours() -> None:
    fallback = TOKENS.split("@supports not", 1)[1].split("@media print", 1)[0]
    plain = dict(re.findall(r"--([\w-]+): (#\w+);", fallback))
    light = dict(re.findall(r"--([\w-]+): light-dark\((#\w+),", TOKENS))
    assert plain == light
