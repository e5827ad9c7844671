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


PART = ["--instrument", "phq-9", "--time-in", "sessions"]


class TestAnExpectationForOthers:
    """A larger practice writes one, a smaller one uses it by its name."""

    def test_it_goes_out_and_is_used_where_there_is_too_little(
        self, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "expected.json"
        out = [*PART, "--expectation-out", str(path), "--name", "Network north"]
        told = found(capsys, str(table), *LONG, *RANGE, *out)
        assert told["expectation"]["path"] == str(path)
        assert "no score" in told["expectation"]["discloses"][0]
        follows(json.loads(path.read_text("utf-8")), "expectation")
        assert path.stat().st_mode & 0o077 == 0
        few = tmp_path / "few.csv"
        few.write_text("who,week,phq\na,0,12\na,1,11\n", encoding="utf-8")
        told = found(capsys, str(few), *LONG, *RANGE, *PART, "--expectation", str(path))
        assert (told["state"], told["prior"]) == ("named-prior", "Network north")
        assert told["prior_used"]
        assert told["people"][0]["points"][1]["low"] is not None
        told = found(capsys, str(table), *LONG, *RANGE, *PART, "--expectation", str(path))
        assert (told["state"], told["prior_used"]) == ("own", False)

    def test_what_was_written_is_said_with_what_it_tells(
        self, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = [*PART, "--expectation-out", str(tmp_path / "e.json"), "--name", "Network north"]
        assert answer(["course", str(table), *LONG, *RANGE, *out]) == 0
        assert "It holds no score, no date" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (["--name", ""], 2),
            (["--instrument", ""], 2),
            (["--time-in", ""], 2),
            (["--time-in", "moons"], 2),
            (["--expectation", "nowhere.json"], 3),
            (["--name", "n" * 90], 3),
        ],
    )
    def test_what_is_told_by_half_writes_nothing(
        self,
        table: Path,
        tmp_path: Path,
        change: list[str],
        code: int,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        path = tmp_path / "e.json"
        out = [*PART, "--expectation-out", str(path), "--name", "Network north", *change]
        assert answer(["course", str(table), *LONG, *RANGE, *out, "--json"]) == code
        follows(json.loads(capsys.readouterr().out), "error")
        assert not path.exists()

    def test_too_few_people_write_none(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        few, path = tmp_path / "few.csv", tmp_path / "e.json"
        few.write_text("who,week,phq\na,0,12\na,1,11\n", encoding="utf-8")
        out = [*PART, "--expectation-out", str(path), "--name", "Network north"]
        assert answer(["course", str(few), *LONG, *RANGE, *out, "--json"]) == 4
        assert "30 people" in json.loads(capsys.readouterr().out)["expected"]
        assert not path.exists()

    def test_nothing_is_overwritten(
        self, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "e.json"
        path.write_text("mine", encoding="utf-8")
        out = [*PART, "--expectation-out", str(path), "--name", "Network north"]
        assert answer(["course", str(table), *LONG, *RANGE, *out, "--json"]) == 3
        assert path.read_text("utf-8") == "mine"

    def test_one_for_other_scores_is_refused(
        self, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "e.json"
        out = [*PART, "--expectation-out", str(path), "--name", "Network north"]
        assert answer(["course", str(table), *LONG, *RANGE, *out]) == 0
        for other in (["--instrument", "gad-7"], ["--max", "63"], ["--higher-is-better"]):
            asked = [*LONG, *RANGE, *PART, "--expectation", str(path), *other, "--json"]
            capsys.readouterr()
            assert answer(["course", str(table), *asked]) == 3
            assert "an expectation for another" in json.loads(capsys.readouterr().out)["found"]


class TestWhatIsOdd:
    """One client, one score each, the top of the scale, text among numbers, the same time twice."""

    def told(
        self, rows: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> dict[str, Any]:
        path = tmp_path / "odd.csv"
        path.write_text("\n".join(["who,week,phq", *rows, ""]), encoding="utf-8")
        return found(capsys, str(path), *LONG, *RANGE)

    @pytest.mark.parametrize(
        ("rows", "why"),
        [
            (["a,0,12"], "0 clients with three scores"),
            ([f"a,{week},{week % 5}" for week in range(200)], "1 clients with three scores"),
            ([f"P{who},0,{who % 20}" for who in range(300)], "0 clients with three scores"),
            ([f"P{who},{week},27" for who in range(40) for week in range(5)], "do not vary"),
            ([], "0 clients with three scores"),
        ],
    )
    def test_it_is_said_why_there_is_no_band(
        self, rows: list[str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        told = self.told(rows, tmp_path, capsys)
        assert told["state"] == "not-enough-data"
        assert why in told["why"]

    def test_nearly_everybody_at_the_top_gives_a_band_inside_the_scale(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = [
            f"P{who},{week},{26 if (who * 5 + week) % 50 == 0 else 27}"
            for who in range(40)
            for week in range(5)
        ]
        told = self.told(rows, tmp_path, capsys)
        assert told["state"] == "own"
        points = [point for person in told["people"] for point in person["points"]]
        assert all(0 <= point["low"] <= point["high"] <= 27 for point in points)

    def test_rows_need_not_stand_in_time(
        self, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A form that was filled in late stands last in the table, and first in the course."""
        plain = found(capsys, str(table), *LONG, *RANGE)
        head, *rows = table.read_text(encoding="utf-8").split("\n")
        turned = tmp_path / "turned.csv"
        turned.write_text("\n".join([head, *reversed(rows)]), encoding="utf-8")
        told = found(capsys, str(turned), *LONG, *RANGE)
        assert told["coverage_closed"] == pytest.approx(plain["coverage_closed"], abs=0.01)
        mine = {one["person"]: one["points"] for one in told["people"]}
        for one in plain["people"]:
            assert [p["time"] for p in mine[one["person"]]] == [p["time"] for p in one["points"]]
            assert mine[one["person"]][-1]["low"] == one["points"][-1]["low"]

    @pytest.mark.parametrize("cell", ["inf", "1e400", "12 points", "-0.5"])
    def test_what_is_no_score_is_refused_with_its_row_and_without_its_words(
        self, cell: str, table: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = table.read_text(encoding="utf-8")
        table.write_text(f"{text}P1,60,{cell}\n", encoding="utf-8")
        assert answer(["course", str(table), *LONG, *RANGE, "--json"]) == 3
        said = capsys.readouterr().out
        assert "row" in json.loads(said)["where"]
        assert "points" not in json.loads(said)["found"]
