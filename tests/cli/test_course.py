"""`lacrima course` says where scores were expected, and keeps the contract of the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from lacrima.cli.main import answer
from tests.cli.conftest import follows
from tests.stats.test_course import simulated

SGDATA = Path(__file__).resolve().parents[3] / "shared" / "reference" / "sgdata.csv"
needs_sgdata = [
    pytest.mark.shared,
    pytest.mark.skipif(not SGDATA.exists(), reason="the reference data is not beside the project"),
]
RANGE = ["--min", "0", "--max", "27"]
LONG = ["--person", "who", "--time", "week", "--score", "phq"]


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The result of the verb, checked against its schema."""
    assert answer(["course", *arguments, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    follows(told, "course")
    return told


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """One row a score, of 32 people."""
    path = tmp_path / "long.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["who", "week", "phq"])
        for person, time, score in zip(*simulated(1, 32, mean=6), strict=True):
            writer.writerow([f"P{person}", f"{time:g}", f"{score:g}"])
        writer.writerow(["P1", "99", ""])
    return path


class TestTheReferenceData:
    """The Beck Depression Inventory of 43 people over thirteen sessions."""

    pytestmark = needs_sgdata

    def test_its_coverage_comes_out(self, capsys: pytest.CaptureFixture[str]) -> None:
        columns = ["--scores", "bdi_s0..bdi_s12", "--min", "0", "--max", "63"]
        told = found(capsys, str(SGDATA), "--person", "id", *columns)
        assert (told["state"], told["clients"], told["scores"]) == ("own", 43, 486)
        assert told["coverage"] == pytest.approx(0.848, abs=0.01)
        assert told["coverage_low"] == pytest.approx(0.805, abs=0.01)
        assert told["coverage_high"] == pytest.approx(0.890, abs=0.01)
        assert told["rule"]["left_out"] == "anew"


class TestATable:
    """One row a score, or one row a person."""

    def test_one_row_a_score(self, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
        told = found(capsys, str(table), *LONG, *RANGE)
        assert told["state"] == "own"
        assert len(told["people"]) == 32
        point = told["people"][0]["points"][1]
        assert point["low"] <= point["middle"] <= point["high"]
        assert told["coverage_low"] < told["coverage"] < told["coverage_high"]
        again = found(capsys, str(table), *LONG, *RANGE)
        assert again == told

    def test_in_words(self, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert answer(["course", str(table), *LONG, *RANGE, "--reliable-change", "6"]) == 0
        text = capsys.readouterr().out
        assert "lay inside their 80 % band" in text
        assert "if therapy goes on" in text

    def test_too_few_is_a_state(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "wide.csv"
        path.write_text("id;s1;s2;s3\na;12;11;9\nb;8;;7\n", encoding="utf-8")
        told = found(capsys, str(path), "--person", "id", "--scores", "s1..s3", *RANGE)
        assert told["state"] == "not-enough-data"
        assert told["coverage"] is None
        assert [point["time"] for point in told["people"][1]["points"]] == [0.0, 2.0]
        assert answer(["course", str(path), "--person", "id", "--scores", "s1..s3", *RANGE]) == 0
        assert "Not enough data" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (["--scores", "week"], 2),
            (["--max", "20"], 3),
            (["--min", "30"], 3),
            (["--score", "nowhere"], 3),
            (["--reliable-change", "-1"], 3),
        ],
    )
    def test_what_does_not_fit_is_refused(
        self, table: Path, change: list[str], code: int, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert answer(["course", str(table), *LONG, *RANGE, *change, "--json"]) == code
        follows(json.loads(capsys.readouterr().out), "error")

    @pytest.mark.parametrize("row", ["P1,0,9", ",3,9", "P1,,9", "P1,50,28", "P1,50,high"])
    def test_a_bad_row_is_named(
        self, table: Path, row: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = table.read_text(encoding="utf-8")
        table.write_text(f"{text}{row}\n", encoding="utf-8")
        assert answer(["course", str(table), *LONG, *RANGE, "--json"]) == 3
        assert "row" in json.loads(capsys.readouterr().out)["where"]
