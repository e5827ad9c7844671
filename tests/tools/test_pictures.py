"""The picture of cost against size shows what was measured."""

from __future__ import annotations

import json

from benchmarks.sizes import MEASURED, PICTURE
from benchmarks.sizes_picture import picture, table
from tools.finding import ROOT


def test_the_picture_of_cost_is_drawn_from_the_figures_beside_the_benchmark() -> None:
    told = json.loads(MEASURED.read_text(encoding="utf-8"))
    assert PICTURE.read_text(encoding="utf-8") == picture(told)


def test_the_page_beside_the_picture_has_the_same_figures() -> None:
    told = json.loads(MEASURED.read_text(encoding="utf-8"))
    page = ROOT / "docs" / "explanation" / "cost-against-size.md"
    assert table(told["points"]) in page.read_text(encoding="utf-8")


def test_the_figures_say_on_what_and_when_they_were_measured() -> None:
    told = json.loads(MEASURED.read_text(encoding="utf-8"))
    assert {"date", "system", "load", "python", "packages", "points"} <= set(told)
    assert [point["rows"] for point in told["points"]] == sorted(
        point["rows"] for point in told["points"]
    )
