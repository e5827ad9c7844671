"""`lacrima came-after`: a panel file, a practice, the contract of the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lacrima.cli.main import answer
from tests.cli.conftest import follows, lacrima

PANEL = ("--clients", "60", "--sessions-per-client", "20", "--therapists", "1", "--clinics", "1")


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated panel with a true difference of 0.8 better."""
    top = tmp_path_factory.mktemp("panel")
    paths = ("--out", str(top / "panel.csv"), "--truth", str(top / "truth.json"))
    assert answer(["simulate", "panel", *PANEL, "--effect", "0.8", "--seed", "3", *paths]) == 0
    return top / "panel.csv"


def asked(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    capsys.readouterr()
    assert answer(["came-after", *map(str, arguments), "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    follows(told, "came-after")
    return told


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    capsys.readouterr()
    code = answer(["came-after", *map(str, arguments), "--json"])
    told = json.loads(capsys.readouterr().out)
    follows(told, "error")
    return code, told["code"]


def test_a_panel_is_answered_and_marked_unscheduled(
    panel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = asked(capsys, "--panel", panel, "--exposure", "shed")
    assert told["unscheduled"]
    assert (told["looked"], told["next_look"]) == (None, None)
    assert told["low"] < 0.8 < told["high"] or abs(told["estimate"] - 0.8) < 0.3
    assert told["state"] in {"leans", "fairly-clear"}
    assert {one["name"] for one in told["checks"]} >= {"staying-away", "hidden-factor", "shifts"}


def test_the_client_s_tears_are_the_usual_question(
    panel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(capsys, "--panel", panel)["exposure"] == "client-shed"


def test_points_of_a_measure_say_the_same_as_norm_sds(
    panel: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = panel.read_text("utf-8").splitlines()
    names = lines[0].split(",")
    norm, points = [lines[0]], [lines[0]]
    for line in lines[1:]:
        cells, other_cells = line.split(","), line.split(",")
        for name in ("score", "score_first"):
            place = names.index(name)
            value = min(max(float(cells[place]), -2.4), 2.4)  # what the form has room for
            cells[place], other_cells[place] = str(value), str(round(13.5 - 5.5 * value, 4))
        norm.append(",".join(cells))
        points.append(",".join(other_cells))
    same, other = tmp_path / "norm.csv", tmp_path / "points.csv"
    same.write_text("\n".join(norm), "utf-8")
    other.write_text("\n".join(points), "utf-8")
    one = asked(capsys, "--panel", same, "--exposure", "shed")
    two = asked(capsys, "--panel", other, "--exposure", "shed", "--outcome", "phq-9")
    assert two["estimate"] == pytest.approx(one["estimate"], abs=1e-4)


def test_one_client_of_a_panel_is_described(
    panel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = asked(capsys, "--panel", panel, "--exposure", "shed", "--client", "1")
    assert (told["of"], told["state"]) == ("client", "described")


def test_what_does_not_fit_is_refused(panel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys) == (2, "usage")
    assert refused(capsys, "--panel", panel, "--dir", "x") == (2, "usage")
    assert refused(capsys, "--panel", panel, "--exposure", "laughter") == (2, "usage")
    assert refused(capsys, "--panel", panel, "--outcome", "alliance-check") == (2, "usage")
    assert refused(capsys, "--panel", panel, "--exposure", "held-back") == (3, "bad-input")
    assert refused(capsys, "--panel", panel, "--client", "nobody") == (3, "bad-input")
    assert refused(capsys, "--panel", panel, "--client-file", "x") == (2, "usage")


@pytest.mark.slow
def test_a_practice_is_answered_as_of_the_last_set_look(tmp_path: Path) -> None:
    made = lacrima(
        "simulate", "practice", "--clients", "12", "--sessions", "120", "--seed", "4",
        "--dir", "there", cwd=tmp_path,
    )  # fmt: skip
    assert made.code == 0
    opened = ("--dir", "there/practice", "--passphrase-file", "there/passphrase.txt", "--json")
    told = lacrima("came-after", *opened, cwd=tmp_path).json
    follows(told, "came-after")
    assert not told["unscheduled"]
    assert told["looked"] < told["next_look"]
    (tmp_path / "code").write_text("S 00001\n", "utf-8")
    answered = lacrima("came-after", *opened, "--client-file", "code", cwd=tmp_path)
    assert answered.json["of"] == "client"
    assert "S 00001" not in answered.out
