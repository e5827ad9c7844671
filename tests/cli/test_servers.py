"""`serve` and `demo`: they say where they are, keep secrets to themselves, and stop cleanly."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lacrima.cli import serving
from tests.cli.conftest import PATIENCE_S, Ready, command, environment, follows, lacrima


class Server:
    """A running server, and the first thing that it said."""

    def __init__(self, *arguments: str | Path) -> None:
        quiet = ["--json"] if arguments[0] == "relay" else ["--no-browser", "--json"]
        self.process = subprocess.Popen(
            command(*map(str, arguments), *quiet),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        )

    def said(self) -> dict[str, Any]:
        """The JSON object, as soon as it is whole."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.rstrip() == "}":
                break
        told: dict[str, Any] = json.loads("".join(lines))
        return told

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(number)
        self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode


@contextmanager
def running(*arguments: str | Path) -> Iterator[Server]:
    """A server that is gone afterwards, whatever happens."""
    server = Server(*arguments)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate(timeout=PATIENCE_S)


def status_of(address: str) -> int:
    """The answer's status."""
    with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:
        return int(answer.status)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, Any]]]:
    """The demo, running."""
    where = tmp_path_factory.mktemp("demo") / "here"
    with running("demo", "--dir", where) as server:
        yield server, server.said()


def test_the_demo_says_where_it_is_and_what_to_look_at(
    played: tuple[Server, dict[str, Any]],
) -> None:
    told = played[1]
    follows(told, "demo")
    assert told["address"].startswith("http://localhost:")
    assert "/open#t=" in told["open_once"]
    assert "Mia L." in told["look_at"]
    assert status_of(told["address"]) == 200


def test_the_demos_passphrase_is_not_inside_the_demo(
    played: tuple[Server, dict[str, Any]], tmp_path: Path
) -> None:
    told = played[1]
    folder, passphrase = Path(told["dir"]), Path(told["passphrase_file"]).read_text().strip()
    assert not Path(told["passphrase_file"]).is_relative_to(folder)
    shutil.copytree(folder, tmp_path / "copied")
    copied = b"".join(
        path.read_bytes() for path in (tmp_path / "copied").rglob("*") if path.is_file()
    )
    assert passphrase.encode() not in copied
    assert b"Mia L." not in copied
    key = ["--dir", str(tmp_path / "copied"), "--json"]
    wrong = lacrima("audit", "verify", *key, "--passphrase-file", "-", typed="another one\n")
    assert wrong.json["code"] == "wrong-passphrase"
    assert lacrima("audit", "verify", *key, "--passphrase-file", told["passphrase_file"]).code == 0


def test_a_key_slot_costs_what_is_promised_where_nothing_was_made_cheap_for_tests(
    played: tuple[Server, dict[str, Any]],
) -> None:
    slots = json.loads((Path(played[1]["dir"]) / "vault.json").read_text())["slots"]
    costs = {(one["kdf"]["memory_kib"], one["kdf"]["iterations"]) for one in slots}
    assert costs == {(128 * 1024, 3)}


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_no_secret_stands_in_the_processs_arguments_or_environment(
    played: tuple[Server, dict[str, Any]],
) -> None:
    server, told = played
    seen = Path(f"/proc/{server.process.pid}")
    open_to_all = (seen / "cmdline").read_bytes() + (seen / "environ").read_bytes()
    passphrase = Path(told["passphrase_file"]).read_text().strip()
    once = told["open_once"].partition("#t=")[2]
    for secret in (passphrase, once):
        assert secret.encode() not in open_to_all


def test_verbs_run_beside_a_server_and_a_second_server_is_refused(
    played: tuple[Server, dict[str, Any]],
) -> None:
    told = played[1]
    key = ["--dir", told["dir"], "--passphrase-file", told["passphrase_file"], "--json"]
    assert lacrima("audit", "verify", *key).code == 0
    second = lacrima("serve", "--dir", told["dir"], "--no-browser", "--json")
    assert (second.code, second.json["code"]) == (7, "folder-in-use")


def test_a_filled_folder_gets_no_demo(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    refused = lacrima("demo", "--dir", tmp_path, "--no-browser", "--json")
    assert (refused.code, refused.json["code"]) == (3, "folder-not-empty")
    assert os.listdir(tmp_path) == ["letter.txt"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_demo_is_there_and_stops_cleanly(tmp_path: Path, number: int) -> None:
    with running("demo", "--dir", tmp_path / "demo") as server:
        told = server.said()
        status_of(told["address"])
        assert server.stop(number) == 0
    key = ["--dir", told["dir"], "--passphrase-file", told["passphrase_file"], "--json"]
    assert lacrima("audit", "verify", *key).code == 0


def test_a_practice_is_served_locked_and_with_its_passphrase_open(ready: Ready) -> None:
    with running("serve", "--dir", ready.folder) as server:
        told = server.said()
        follows(told, "serve")
        assert told["is_open"] is False
        assert server.stop() == 0
    with running("serve", *ready.key) as server:
        assert server.said()["is_open"] is True
        assert server.stop() == 0


def test_a_folder_with_something_else_in_it_is_not_served(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    refused = lacrima("serve", "--dir", tmp_path, "--no-browser", "--json")
    assert (refused.code, refused.json["code"]) == (3, "not-a-vault")


def test_a_port_that_is_taken_is_said(ready: Ready, tmp_path: Path) -> None:
    with running("serve", "--dir", ready.folder) as server:
        port = server.said()["address"].rpartition(":")[2]
        other = lacrima(
            "serve", "--dir", tmp_path / "new", "--port", port, "--no-browser", "--json"
        )
        assert (other.code, other.json["code"]) == (2, "usage")
        assert server.stop() == 0


# --- no page waits for a compiler -----------------------------------------------------------------


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What would be started beside the server; its threads are done at once."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(
        serving.subprocess, "run", lambda command, **more: found.append({"it": command, **more})
    )
    monkeypatch.setattr(serving.threading.Thread, "start", threading.Thread.run)
    return found


def test_a_server_uses_what_lies_ready_and_makes_the_rest_ready_beside_itself(
    monkeypatch: pytest.MonkeyPatch, started: list[dict[str, Any]]
) -> None:
    monkeypatch.setenv("LACRIMA_NUMBA", "as it was")  # so that it is taken back at the end
    monkeypatch.delenv("LACRIMA_NUMBA")
    serving.without_waiting_for_a_compiler()
    assert os.environ["LACRIMA_NUMBA"] == "ready"
    serving.get_ready_beside()
    [one] = started
    assert one["it"][1:] == ["-P", "-m", "lacrima.analyses.getting_ready"]
    assert one["env"]["LACRIMA_NUMBA"] == "1"
    assert {one["stdin"], one["stdout"], one["stderr"]} == {subprocess.DEVNULL}


@pytest.mark.parametrize("said", ["0", "1"])
def test_who_says_otherwise_is_obeyed(
    said: str, monkeypatch: pytest.MonkeyPatch, started: list[dict[str, Any]]
) -> None:
    monkeypatch.setenv("LACRIMA_NUMBA", said)
    serving.without_waiting_for_a_compiler()
    serving.get_ready_beside()
    assert os.environ["LACRIMA_NUMBA"] == said
    assert started == []
