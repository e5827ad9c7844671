"""Panels that are not as they should be: the right state and sentence, or a refusal that helps."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lacrima.cli.main import answer
from tests.cli.conftest import follows

Row = dict[str, Any]
Ask = Callable[..., dict[str, Any]]


def rows(clients: int = 12, weeks: int = 10) -> list[Row]:
    """Twelve clients, ten sessions each, tears in one of five."""
    rng, made = np.random.default_rng(1), []
    for client in range(clients):
        score = rng.normal()
        for session in range(1, weeks + 1):
            shed = int(rng.random() < 0.2)
            made.append({"client": f"c{client}", "session": session, "score": round(score, 2),
                         "shed": shed})  # fmt: skip
            score = 0.6 * score + rng.normal(0, 0.6)
    return made


def changed(change: Callable[[int, Row], Row]) -> list[Row]:
    return [{**row, **change(place, row)} for place, row in enumerate(rows())]


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Asks of a panel; what it says, with its exit code as `exit`."""

    def asked(made: list[Row] | str, *more: str) -> dict[str, Any]:
        text = made if isinstance(made, str) else _csv(made)
        (tmp_path / "panel.csv").write_text(text, "utf-8")
        capsys.readouterr()
        words = ["came-after", "--panel", str(tmp_path / "panel.csv"), "--exposure", "shed"]
        code = answer([*words, "--json", *more])
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        follows(told, "error" if code else "came-after")
        return told | {"exit": code}

    return asked


def _csv(made: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(made[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(made)
    return out.getvalue()


def test_one_client_is_too_early(ask: Ask) -> None:
    told = ask([row for row in rows() if row["client"] == "c0"])
    assert told["state"] == "too-early"
    assert "too early to tell" in told["sentence"]
    assert (told["clients"], told["checks"], told["p_fair"]) == (1, [], None)


def test_without_such_a_session_nothing_is_compared(ask: Ask) -> None:
    told = ask(changed(lambda _place, _row: {"shed": 0}))
    assert (told["state"], told["estimate"], told["exposed"]) == ("too-early", None, 0)
    assert "sessions so far: 0; clients: 0" in told["sentence"]


def test_where_all_had_it_there_is_nothing_to_compare_with(ask: Ask) -> None:
    told = ask(changed(lambda _place, _row: {"shed": 1}))
    assert (told["state"], told["others"]) == ("too-early", 0)
    assert "there is nothing to compare with" in told["sentence"]
    assert told["checks"] == []


def test_scores_at_the_end_of_the_scale_cannot_tell(ask: Ask) -> None:
    told = ask(changed(lambda place, _row: {"score": 5 * (place % 4 == 0)}), "--outcome", "phq-9")
    assert told["state"] == "too-early"
    assert "lie at an end of the scale" in told["sentence"]
    assert told["at_an_end"] > 0.5


def test_scores_that_never_change_cannot_tell(ask: Ask) -> None:
    told = ask(changed(lambda _place, _row: {"score": 7}), "--outcome", "phq-9")
    assert told["state"] == "too-early"
    assert "the next score was the same every time" in told["sentence"]


def test_where_the_measure_was_changed_midway_the_rest_is_left_out_and_counted(ask: Ask) -> None:
    told = ask(changed(lambda _place, row: {"score": row["score"] if row["session"] < 6 else None}))
    assert told["left_out"] == [{"reason": "no score before it", "n": 60}]
    assert told["sessions"] == 60


def test_points_of_another_measure_are_refused_with_the_scale(ask: Ask) -> None:
    told = ask(changed(lambda _place, _row: {"score": 40}), "--outcome", "phq-9")
    assert (told["exit"], told["code"]) == (3, "bad-input")
    assert "0 to 27" in told["expected"]


def test_a_third_that_was_not_logged_is_left_out_and_counted(ask: Ask) -> None:
    told = ask(changed(lambda place, row: {"shed": None if place % 3 == 0 else row["shed"]}))
    assert told["left_out"] == [{"reason": "not logged", "n": 40}]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "bad-table", "an empty file"),
        ("who,when,what\n1,2,3\n", "bad-input", "no column 'client'"),
        ("client,session,score\na,1,0\n", "bad-input", "no column of this exposure"),
        ("client,session,score,shed\na,1,0,yes\n", "bad-input", "words where numbers are needed"),
        ("client,session,score,shed\na,1,0,2\n", "bad-input", "neither 0 nor 1"),
        ("client,session,score,shed\na,0,0,1\n", "bad-input", "a number below 1"),
        ("client,session,score,shed\na,1,0,1\na,1,1,0\n", "bad-input", "has already"),
        ("client,session,score,score,shed\na,1,0,0,1\n", "bad-table", "twice"),
    ],
    ids=["empty", "columns", "exposure", "words", "two", "zero", "twice", "same-name"],
)
def test_what_does_not_fit_is_refused_and_says_what_was_found(
    ask: Ask, text: str, code: str, said: str
) -> None:
    told = ask(text)
    assert (told["exit"], told["code"]) == (3, code)
    assert said in told["found"]


def test_a_file_with_column_names_alone_is_too_early(ask: Ask) -> None:
    told = ask("client,session,score,shed\n")
    assert (told["state"], told["sessions"]) == ("too-early", 0)


def test_rows_without_a_number_or_a_client_are_counted(ask: Ask) -> None:
    told = ask(changed(lambda place, row: {
        "session": None if place == 3 else row["session"],
        "client": None if place == 4 else row["client"],
    }))  # fmt: skip
    assert told["left_out"] == [
        {"reason": "no client", "n": 1}, {"reason": "no session number", "n": 1},
    ]  # fmt: skip


def test_a_therapist_who_is_not_named_everywhere_is_the_only_one_all_the_same(ask: Ask) -> None:
    alone = ask(rows())
    told = ask(changed(lambda place, _row: {"therapist": "ana" if place % 5 else ""}))
    assert (told["estimate"], told["pool"]) == (alone["estimate"], None)


def test_whoever_has_two_therapists_is_two_courses_of_a_pool(ask: Ask) -> None:
    told = ask(changed(lambda _place, row: {"therapist": "ana" if row["session"] < 6 else "ben"}))
    assert told["pool"]["therapists"] == 2
    assert told["state"] in {"no-direction", "too-early"}
    assert [one["n"] for one in told["pool"]["spreads"] if one["between"] == "client"] == [24]
