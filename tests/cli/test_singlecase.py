"""`lacrima singlecase` gives the published results, and keeps the contract of the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lacrima.cli.main import answer
from tests.cli.conftest import follows

PARKER = [20, 20, 26, 25, 22, 23], [28, 25, 24, 27, 30, 30, 29]
RULE = ["--person", "who", "--time", "day", "--score", "s", "--phase", "p"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = [f"x;2026-01-{day:02d};{s};A" for day, s in enumerate(PARKER[0], 1)]
    rows += [f"x;2026-02-{day:02d};{s};B" for day, s in enumerate(PARKER[1], 1)]
    rows += ["y;2026-03-01;4;A", "y;2026-03-02;;B", "y;;3;B", ";2026-03-02;3;B"]
    file = tmp_path / "phases.csv"
    file.write_text("\n".join(["who;day;s;p", *reversed(rows)]) + "\n", encoding="utf-8")
    return file


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert answer(["singlecase", *arguments, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    follows(told, "singlecase")
    return told


def test_the_published_numbers_come_out_whatever_the_order_of_rows(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = found(capsys, str(table), *RULE)
    y, x = told["results"]
    assert (x["nap"], x["tau"], x["n_a"], x["n_b"]) == (
        pytest.approx(38.5 / 42),
        pytest.approx(35 / 42),
        6,
        7,
    )
    assert x["why"] is None
    assert (y["nap"], y["n_a"], y["n_b"]) == (None, 1, 0)
    assert y["why"]["nap"] == "phase B has no score"
    assert told["dropped"] == [
        {"reason": "missing who", "n": 1},
        {"reason": "missing day", "n": 1},
    ]


def test_low_scores_may_be_good_ones_and_the_baseline_may_be_named(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    turned = found(capsys, str(table), *RULE, "--lower-is-better")["results"][1]
    assert turned["nap"] == pytest.approx(3.5 / 42)
    swapped = found(capsys, str(table), *RULE, "--baseline", "B")
    assert (swapped["phase_a"], swapped["phase_b"]) == ("B", "A")
    assert swapped["results"][1]["nap"] == pytest.approx(3.5 / 42)
    assert "not wholly before" in swapped["results"][1]["why"]["tau_u"]


def test_people_read_the_same_in_words(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["singlecase", str(table), *RULE]) == 0
    said = capsys.readouterr().out
    assert "2 people; A is A, B is B." in said
    assert "no nap: phase B has no score" in said
    assert "1 rows left out: missing day" in said


@pytest.mark.parametrize(
    ("text", "rule", "code"),
    [
        ("who;day;s;p\nx;1;2;A\nx;2;3;B\n", ["--phase", "nothing"], 3),
        ("who;day;s;p\nx;1;2;A\nx;2;3;B\n", ["--phase", "who"], 3),
        ("who;day;s;p\nx;1;2;A\nx;2;3;B\n", ["--baseline", "C"], 3),
        ("who;day;s;p\nx;1;2;A\nx;2;3;B\nx;3;3;C\n", [], 3),
        ("who;day;s;p\nx;1;2;A\nx;2;3;A\n", [], 3),
        ("who;day;s;p\nx;1;2;A\nx;1;3;B\n", [], 3),
        ("who;day;s;p\nx;1;two;A\nx;2;three;B\n", [], 3),
        ("who;day;s;p\nx;1;2;A\nx;2;three;B\n", [], 3),
        ("who;day;s;p\nx;soon;2;A\nx;later;3;B\n", [], 3),
        ("who;day;s;p\n;1;2;A\n;2;3;B\n", [], 4),
        ("who;day;s;p\nx;;2;A\nx;;3;B\n", [], 4),
    ],
)
def test_what_cannot_be_answered_says_why(
    tmp_path: Path, text: str, rule: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
    assert answer(["singlecase", str(tmp_path / "bad.csv"), *RULE, *rule, "--json"]) == code
    told = json.loads(capsys.readouterr().out)
    follows(told, "error")
    assert told["found"]
