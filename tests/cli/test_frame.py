"""The contract that all verbs keep: one JSON object, exit codes, no traceback, quick help."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from lacrima.cli import main, said
from lacrima.cli.main import VERBS, answer
from lacrima.errors import LacrimaError
from tests.cli.conftest import command, environment, follows, lacrima


def every_error(kind: type[LacrimaError] = LacrimaError) -> list[type[LacrimaError]]:
    """The whole tree of errors."""
    return [kind, *(leaf for child in kind.__subclasses__() for leaf in every_error(child))]


def test_help_names_every_verb_with_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["--help"]) == 0
    told = capsys.readouterr().out
    for name, verb in VERBS.items():
        assert name in told
        assert verb.does in told


def test_help_answers_within_three_tenths_of_a_second() -> None:
    taken_s = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(command("--help"), check=True, capture_output=True, env=environment())
        taken_s.append(time.perf_counter() - start)
    assert min(taken_s) < 0.3


def test_no_verb_is_loaded_before_it_is_called() -> None:
    told = "import sys, lacrima.cli.main as m; m.answer(['--help']); print(*sys.modules)"
    done = subprocess.run(
        [command()[0], "-c", told], check=True, capture_output=True, text=True, env=environment()
    )
    loaded = set(done.stdout.split())
    assert not {"typer", "django", "numpy", "lacrima.vault"} & loaded
    assert not {verb.module for verb in VERBS.values()} & loaded


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer([*name.split(), "--help"]) == 0
    told = capsys.readouterr().out
    assert f"Usage: lacrima {name}" in told
    assert "--json" in told


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["--version"]) == 0
    assert capsys.readouterr().out.startswith("lacrima 0.")


@pytest.mark.parametrize(
    "arguments",
    [
        ["chnage", "--json"],
        ["audit", "look", "--json"],
        ["change", "--json"],
        ["doctor", "--colour", "--json"],
        ["serve", "--dir", "here", "--port", "many", "--json"],
        ["import", "--dir", "here", "--json"],
        ["import", "a.csv", "--undo", "1", "--dir", "here", "--json"],
    ],
)
def test_a_command_that_does_not_fit_together_exits_with_2_and_says_so_as_json(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(arguments) == 2
    told = json.loads(capsys.readouterr().out)
    follows(told, "error")
    assert told["code"] == "usage"


def test_a_mistyped_verb_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["chnage"]) == 2
    assert "lacrima change" in capsys.readouterr().err


def test_the_first_word_of_two_lists_what_may_follow(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["audit"]) == 0
    assert "audit verify" in capsys.readouterr().out


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.code)
def test_every_error_leaves_by_its_own_exit_code(
    kind: type[LacrimaError],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(_arguments: object) -> int:
        raise kind("this was found", where="here", expected="that", next_step="Do so.")

    monkeypatch.setattr(main, "_do", refuse)
    assert answer(["--json"]) == kind.exit_code
    told = json.loads(capsys.readouterr().out)
    follows(told, "error")
    assert (told["code"], told["found"], told["next"]) == (kind.code, "this was found", "Do so.")
    assert answer([]) == kind.exit_code
    assert capsys.readouterr().err == "here: this was found. Expected: that. Do so.\n"


def fail(_arguments: object) -> int:
    """A mistake of ours, with a client's words in it."""
    words = "Mia is worried"
    raise RuntimeError(words)


def test_an_unexpected_error_is_our_fault_and_shows_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(main, "_do", fail)
    assert answer([]) == 70
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    assert "Mia" not in told.err
    assert told.out == ""


def test_developers_see_kinds_and_lines_but_never_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(main, "_do", fail)
    monkeypatch.setenv("LACRIMA_TRACEBACK", "1")
    assert answer([]) == 70
    told = capsys.readouterr().err
    assert "builtins.RuntimeError" in told
    assert "test_frame.py" in told
    assert "Mia" not in told


def test_no_number_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    result: dict[str, Any] = {"a": float("nan"), "b": [float("inf"), 0.1]}
    said.say("change", result, as_json=True, text="")
    assert json.loads(capsys.readouterr().out) == {
        "schema": "lacrima.change/1",
        "a": None,
        "b": [None, 0.1],
    }


def test_the_module_does_what_the_command_does() -> None:
    assert lacrima("--version").out.startswith("lacrima 0.")


def test_a_passphrase_is_asked_for_on_a_terminal_only(tmp_path: Path, ready_folder: Path) -> None:
    refused = lacrima("doctor", "--dir", tmp_path / "none", "--json")
    assert (refused.code, refused.json["code"]) == (3, "not-a-vault")
    locked = lacrima("audit", "verify", "--dir", ready_folder / "practice", "--json")
    assert (locked.code, locked.json["code"]) == (5, "locked")
