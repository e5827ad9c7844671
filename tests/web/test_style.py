"""The stylesheets and scripts stay small, fetch nothing, and fit a strict content policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lacrima.web

WEB = Path(lacrima.web.__file__).parent
STATIC = WEB / "static" / "lacrima"
SHEETS = sorted(STATIC.glob("*.css"))
SCRIPTS = sorted(STATIC.glob("*.js"))
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
# A file that a person takes along has to carry its style inside, under a policy of its own.
TAKEN_ALONG = [template for template in TEMPLATES if template.name == "alone.html"]
PAGES = [template for template in TEMPLATES if template not in TAKEN_ALONG]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_stylesheets_together_stay_below_40_kilobytes() -> None:
    assert sum(sheet.stat().st_size for sheet in SHEETS) < 40 * 1024


def test_the_script_of_every_page_stays_below_12_kilobytes() -> None:
    assert (STATIC / "lacrima.js").stat().st_size < 12 * 1024


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_stylesheet_asks_nobody_for_anything(sheet: Path) -> None:
    assert not re.search(r"@import|url\(|https?:|@font-face", _text(sheet))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_evaluates_no_text_and_keeps_nothing_in_the_browser(script: Path) -> None:
    forbidden = r"\beval\(|new Function|innerHTML|https?:|localStorage|sessionStorage|indexedDB"
    assert not re.search(forbidden, _text(script))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_colour_comes_from_a_token(sheet: Path) -> None:
    used = set(re.findall(r"var\(--([\w-]+)", _text(sheet)))
    given = set(re.findall(r"--([\w-]+):", "".join(map(_text, SHEETS))))
    assert used <= given
    if sheet.name != "tokens.css":
        colours = set(re.findall(r"#[0-9a-f]{3,8}\b", _text(sheet)))
        assert colours <= {"#0006"}, "only the shade behind a dialog is no token"


@pytest.mark.parametrize("template", TAKEN_ALONG, ids=lambda path: path.name)
def test_a_file_to_take_along_runs_nothing_and_says_so_itself(template: Path) -> None:
    text = _text(template)
    assert "Content-Security-Policy" in text
    assert not re.search(r"<script|\sstyle=|\son\w+=\"|javascript:", text)


@pytest.mark.parametrize("template", PAGES, ids=lambda path: path.name)
def test_a_template_has_no_inline_script_or_style(template: Path) -> None:
    text = _text(template)
    assert not re.search(r"<style|\sstyle=|\son\w+=\"|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_asks_no_other_host(template: Path) -> None:
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", _text(template))


def test_braces_of_the_stylesheets_pair() -> None:
    for sheet in SHEETS:
        assert _text(sheet).count("{") == _text(sheet).count("}")
