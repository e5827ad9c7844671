"""What the forms for a clinic say of the program is there: files, tests, pages."""

from __future__ import annotations

import re

import pytest

from tools.finding import ROOT

FORMS = sorted((ROOT / "docs" / "templates").glob("*.md"))
_FILE = re.compile(r"`(tests/[\w/.]+)`")
_LINK = re.compile(r"\]\((\.\./[^)]+)\)")


def test_there_are_two() -> None:
    assert [one.stem for one in FORMS] == ["dpia", "hazard-log"]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_the_files_and_pages_that_a_form_names_are_there(form) -> None:  # type: ignore[no-untyped-def]
    text = form.read_text(encoding="utf-8")
    named = _FILE.findall(text) + [f"docs/templates/{way}" for way in _LINK.findall(text)]
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_each_hazard_is_held_by_something_and_says_what_may_come_of_it() -> None:
    lines = (ROOT / "docs" / "templates" / "hazard-log.md").read_text().splitlines()
    rows = [line.split(" | ") for line in lines if re.match(r"\| \d+ \|", line)]
    assert len(rows) >= 17
    for row in rows[:-1]:
        assert len(row) == 9, row[0]
        assert "`" in row[4] or "](" in row[4], row[0]
