"""`lacrima simulate panel` writes a table and its truth, and never over what is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lacrima.cli.main import answer
from lacrima.formats.table import read_table
from tests.cli.conftest import follows

SIZE = ["--clients", "12", "--sessions-per-client", "5", "--therapists", "3", "--clinics", "2"]
RULE = [*SIZE, "--effect", "0.25", "--seed", "4"]


def made(
    capsys: pytest.CaptureFixture[str], folder: Path, name: str, *more: str, truth: str = "t.json"
) -> tuple[int, dict[str, Any]]:
    files = ["--out", str(folder / name), "--truth", str(folder / truth)]
    code = answer(["simulate", "panel", *RULE, *files, *more, "--json"])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, told


def cells(path: Path) -> list[tuple[float | None, ...]]:
    table = read_table(path)
    numbers = [table.numbers(name) for name in table.columns if name != "is_simulated"]
    return [
        tuple(None if (cell := read(row)) is None else float(cell) for read in numbers)
        for row in table.rows
    ]


def test_csv_and_parquet_hold_the_same_rows_and_say_what_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = made(capsys, tmp_path, "p.csv")
    assert code == 0
    follows(told, "simulate-panel")
    assert (told["rows"], told["bytes"]) == (60, (tmp_path / "p.csv").stat().st_size)
    made(capsys, tmp_path, "p.parquet", truth="u.json")
    made(capsys, tmp_path, "q.csv", "--shuffled", truth="v.json")
    plain = cells(tmp_path / "p.csv")
    assert plain == cells(tmp_path / "p.parquet")
    assert plain != cells(tmp_path / "q.csv")
    assert sorted(plain) == sorted(cells(tmp_path / "q.csv"))
    table = read_table(tmp_path / "p.csv")
    says = table.texts("is_simulated")
    assert {says(row) for row in table.rows} == {"true"}
    truth = json.loads((tmp_path / "t.json").read_text("utf-8"))
    follows(truth, "panel-truth")
    assert truth["truth"]["effect"] == 0.25
    assert truth == json.loads((tmp_path / "u.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("name", "truth", "more", "code"),
    [
        ("there.csv", "t.json", [], 3),
        ("p.xlsx", "t.json", [], 3),
        ("nowhere/p.csv", "t.json", [], 3),
        ("p.csv", "there.csv", [], 2),
        ("p.csv", "p.csv", [], 2),
        ("p.csv", "t.json", ["--therapists", "13"], 3),
        ("p.csv", "t.json", ["--clients", "0"], 2),
        ("p.csv", "t.json", ["--effect", "much"], 2),
    ],
)
def test_what_cannot_be_made_says_why_and_leaves_nothing(
    tmp_path: Path,
    name: str,
    truth: str,
    more: list[str],
    code: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "there.csv").write_text("mine", "utf-8")
    was, told = made(capsys, tmp_path, name, *more, truth=truth)
    assert was == code
    follows(told, "error")
    assert [path.name for path in tmp_path.iterdir()] == ["there.csv"]
    assert (tmp_path / "there.csv").read_text("utf-8") == "mine"
