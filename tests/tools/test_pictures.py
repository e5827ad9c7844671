"""The picture of cost against size, and the page beside it, show what was measured."""

from __future__ import annotations

import doctest
import json

from benchmarks import sizes_picture
from benchmarks.sizes_picture import MEASURED, PAGE, PICTURE, drawn, table


def test_the_picture_and_the_page_show_the_figures_beside_the_benchmark() -> None:
    assert {path: path.read_text(encoding="utf-8") for path in (PICTURE, PAGE)} == drawn()


def test_the_table_stands_in_the_page_whole_and_once() -> None:
    told = json.loads(MEASURED.read_text(encoding="utf-8"))
    assert drawn()[PAGE].count(table(told["points"])) == 1


def test_two_digits_are_shown_also_where_the_last_is_a_nought() -> None:
    assert doctest.testmod(sizes_picture).failed == 0


def test_the_figures_say_on_what_and_when_they_were_measured() -> None:
    told = json.loads(MEASURED.read_text(encoding="utf-8"))
    assert {"date", "system", "load", "python", "packages", "points"} <= set(told)
    assert [point["rows"] for point in told["points"]] == sorted(
        point["rows"] for point in told["points"]
    )
