"""Where a process may not make machine code (the clinic's service), all answers are the same."""

from __future__ import annotations

import csv
import http.client
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lacrima.cli.main import answer
from tests.cli.conftest import command, environment
from tests.stats.test_course import simulated
from tests.support import clinic, no_machine_code
from tests.support.clinic import Machine
from tests.support.clinic_server import clinic_server
from tests.support.postgres import Cluster

PATIENCE_S = 100
PANEL = ("--clients", "60", "--sessions-per-client", "12", "--therapists", "5", "--clinics", "1")
MODEL = "next(score) ~ within(shed, client) + score + (1 + within(shed, client) | client)"
EFFECTS = ("effects", "panel.csv", "--order", "session", "--formula")
ASKED: dict[str, tuple[str, ...]] = {
    "reml": (*EFFECTS, f"{MODEL} + (1 | therapist)", "--df", "kenward-roger"),
    "memory": (*EFFECTS, MODEL, "--ar1"),
    "posterior": (*EFFECTS, MODEL, "--method", "bayes", "--norm-sd", "1"),
    "what came after": ("came-after", "--panel", "panel.csv", "--exposure", "shed"),
    "course": ("course", "course.csv", "--person", "who", "--time", "week", "--score", "phq",
               "--min", "0", "--max", "27"),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated panel, and scores of people over weeks."""
    top = tmp_path_factory.mktemp("tables")
    paths = ("--out", str(top / "panel.csv"), "--truth", str(top / "truth.json"))
    assert answer(["simulate", "panel", *PANEL, "--effect", "0.5", "--seed", "3", *paths]) == 0
    with (top / "course.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["who", "week", "phq"])
        writer.writerows(zip(*simulated(1, 32, mean=6), strict=True))
    return top


def said(folder: Path, arguments: tuple[str, ...], prefix: tuple[str, ...] = ()) -> Any:
    """What a process of its own answers."""
    done = subprocess.run(
        [*prefix, *command(*arguments, "--json")],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def assert_same(one: Any, other: Any, where: str = "") -> None:
    """The same words, and the same numbers but for rounding; seconds are nobody's answer."""
    if isinstance(one, dict):
        assert one.keys() == other.keys(), where
        for key in one.keys() - {"seconds"}:
            assert_same(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, list):
        assert len(one) == len(other), where
        for place, (left, right) in enumerate(zip(one, other, strict=True)):
            assert_same(left, right, f"{where}[{place}]")
    elif isinstance(one, float):
        assert one == pytest.approx(other, rel=1e-6, abs=1e-8), where
    else:
        assert one == other, where


@pytest.mark.parametrize("name", ASKED)
def test_a_verb_answers_the_same(folder: Path, name: str) -> None:
    without = said(folder, ASKED[name], no_machine_code.prefix())
    assert_same(said(folder, ASKED[name]), without)


def test_machine_code_really_cannot_be_made_there() -> None:
    asked = [
        *command()[:1],
        "-c",
        "from lacrima.stats import compiled; print(compiled.is_compiled())",
    ]
    plain, there = (
        subprocess.check_output([*prefix, *asked], env=environment(), text=True).strip()
        for prefix in ((), no_machine_code.prefix())
    )
    assert (plain, there) == ("True", "False")


@pytest.mark.postgresql
def test_a_clinic_s_server_starts_and_is_well(postgresql_cluster: Cluster, tmp_path: Path) -> None:
    with clinic.empty_database(clinic.prepared(postgresql_cluster).cluster) as database:
        machine = Machine(database, tmp_path)
        clinic.migrate(database, machine.keys)
        began = machine.verb("clinic", "init", "--zone", "Europe/Madrid")
        assert began.returncode == 0, began.stderr
        with clinic_server(machine, prefix=no_machine_code.prefix()) as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
            connection.request("GET", "/health", headers={"Host": "localhost"})
            answered = connection.getresponse().read()
            connection.close()
    assert answered == b"ok\n"
