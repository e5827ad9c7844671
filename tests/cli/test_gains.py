"""`lacrima gains` gives the published results, and keeps the contract of the command line."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import pytest

from lacrima.cli.main import answer
from tests.cli.conftest import follows, lacrima

SGDATA = Path(__file__).resolve().parents[3] / "shared" / "reference" / "sgdata.csv"
needs_sgdata = [
    pytest.mark.shared,
    pytest.mark.skipif(not SGDATA.exists(), reason="the reference data is not beside the project"),
]
COLUMNS = ",".join(f"bdi_s{number}" for number in range(1, 13))
PUBLISHED = {"gains": 24, "people_with_gain": 15, "people_with_several": 8, "losses": 3}


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The result of the verb, checked against its schema."""
    assert answer(["gains", *arguments, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    follows(told, "gains")
    return told


# Where the numbers come from: tests/stats/test_gains.py.
class TestThePublishedResults:
    """The Beck Depression Inventory of 43 people over twelve sessions."""

    pytestmark = needs_sgdata

    @pytest.mark.parametrize("scores", [COLUMNS, "bdi_s1..bdi_s12", "bdi_s1,bdi_s2..bdi_s12"])
    def test_they_come_out(self, scores: str, capsys: pytest.CaptureFixture[str]) -> None:
        told = found(
            capsys,
            str(SGDATA),
            "--person",
            "id",
            "--scores",
            scores,
            "--cut",
            "7",
            "--percent",
            "25",
        )
        assert {key: told[key] for key in PUBLISHED} == PUBLISHED
        assert told["magnitude_mean"] == pytest.approx(11.00, abs=0.005)
        assert told["magnitude_sd"] == pytest.approx(3.43, abs=0.005)
        assert told["reversals"] == sum(event["reversed"] for event in told["events"]) == 4

    def test_with_full_windows(self, capsys: pytest.CaptureFixture[str]) -> None:
        rule = ["--scores", COLUMNS, "--cut", "7", "--full-windows"]
        told = found(capsys, str(SGDATA), "--person", "id", *rule)
        assert [told[key] for key in ("gains", "people_with_gain", "people_with_several")] == [
            21, 14, 7,
        ]  # fmt: skip

    def test_rows_and_columns_in_another_order_and_unit(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with SGDATA.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            for name in COLUMNS.split(","):
                row[name] = f"{float(row[name]) / 10:g}" if row[name] else ""
        chance, names = random.Random(11), list(rows[0])
        chance.shuffle(rows)
        chance.shuffle(names)
        with (tmp_path / "moved.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, delimiter="\t")
            writer.writeheader()
            writer.writerows(rows)
        rule = ["--scores", COLUMNS, "--cut", "0.7"]
        told = found(capsys, str(tmp_path / "moved.csv"), "--person", "id", *rule)
        assert {key: told[key] for key in PUBLISHED} == PUBLISHED
        assert told["magnitude_mean"] == pytest.approx(1.1, abs=0.0005)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A gain that is reversed, a loss, nothing, and somebody with too few scores."""
    path = tmp_path / "course.csv"
    rows = ["a,30,30,30,10,10,10,25", "b,5,5,5,25,25,25,5", "c,9,9,9,9,9,9,9", "d,9,,9,,,,NA"]
    path.write_text("\n".join(["id,s1,s2,s3,s4,s5,s6,s7", *rows, ""]), "utf-8")
    return path


RULE = ["--person", "id", "--scores", "s1..s7", "--cut", "7"]


def test_an_event_says_who_when_how_much_and_whether_it_lasted(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = found(capsys, str(table), *RULE)
    assert told["events"] == [
        {"person": "a", "kind": "gain", "after": "s3", "size": 20.0, "reversed": True},
        {"person": "b", "kind": "loss", "after": "s3", "size": 20.0, "reversed": False},
    ]
    assert told["excluded"] == [{"person": "d", "reason": "2 scores"}]
    assert told["magnitude_sd"] is None
    assert told["why"]


def test_high_scores_may_be_good_ones(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = found(capsys, str(table), *RULE, "--higher-is-better")
    assert [event["kind"] for event in told["events"]] == ["loss", "gain"]


def test_people_read_the_same_in_words(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["gains", str(table), *RULE]) == 0
    said = capsys.readouterr().out
    assert "4 people; 3 can be judged" in said
    assert "a: gain of 20 after s3, reversed later" in said


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (["--person", "who"], 3),
        (["--scores", "s1,s2,s3"], 3),
        (["--scores", "s1,,s3,s4"], 2),
        (["--scores", "s6..s1"], 3),
        (["--cut", "0"], 3),
        (["--cut", "seven"], 2),
        (["--percent", "250"], 3),
    ],
)
def test_what_cannot_be_answered_says_why(
    table: Path, change: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(["gains", str(table), *RULE, *change, "--json"]) == code
    told = json.loads(capsys.readouterr().out)
    follows(told, "error")
    assert told["found"]


def test_a_table_in_which_nobody_can_be_judged_has_no_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "few.csv").write_text("id,s1,s2,s3,s4\na,1,,3,\n", "utf-8")
    rule = ["--person", "id", "--scores", "s1..s4", "--cut", "7"]
    assert answer(["gains", str(tmp_path / "few.csv"), *rule, "--json"]) == 4
    follows(json.loads(capsys.readouterr().out), "error")


def test_it_works_where_there_is_no_practice(table: Path, tmp_path: Path) -> None:
    told = lacrima("gains", table, *RULE, "--json", cwd=tmp_path)
    assert told.code == 0
    follows(told.json, "gains")
