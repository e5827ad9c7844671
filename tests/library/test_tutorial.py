"""The tutorial does what it says, block by block."""

from __future__ import annotations

from tools.docs_page_runs import runs_of
from tools.finding import ROOT

PAGE = ROOT / "docs" / "tutorials" / "in-python.md"


def test_every_block_of_the_tutorial_prints_what_stands_below_it() -> None:
    runs = list(runs_of(PAGE.read_text(encoding="utf-8")))
    assert len(runs) > 8
    for code, said, printed in runs:
        assert printed == said, code


def test_the_tutorial_says_nothing_else_than_the_numbers_do() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert "An interval from -0.9 to 1.9" in text
    assert "95 % interval -0.92 to 1.91" in text
