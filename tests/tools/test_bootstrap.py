"""The first run on many kinds of machines: each is made here for real, in small."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import bootstrap
from tests.tools.conftest import BASE_PYTHON, ROOT, House

pytestmark = pytest.mark.skipif(os.name == "nt", reason="these machines are made of POSIX parts")

OLD_NAMES = ("python3.10", "python3.9", "python3.8", "python3.7")
PRETEND_OLD = (
    "import runpy, sys; sys.version_info = (3, 9, 2); sys.argv = sys.argv[1:]; "
    "runpy.run_path(sys.argv[0], run_name='__main__')"
)

has_pip = not subprocess.run(
    [BASE_PYTHON, "-c", "import pip"], capture_output=True, check=False
).returncode
needs_pip = pytest.mark.skipif(not has_pip, reason="this Python comes without pip")


def has_answered(done: subprocess.CompletedProcess[str], words: str) -> bool:
    """Whether the chore ran to its end and printed this line."""
    return done.returncode == 0 and done.stdout.strip() == words


@pytest.mark.slow
def test_uv_on_the_path_is_used(house: House, uv_program: Path) -> None:
    (house.path / "uv").symlink_to(uv_program / "uv")
    assert has_answered(house.run("demo", "--no-browser"), "lacrima got demo --no-browser")
    assert not (house.root / ".bootstrap").exists()


@pytest.mark.slow
def test_without_uv_one_of_our_own_is_fetched_and_the_next_run_is_instant(
    house: House, uv_wheel: Path
) -> None:
    house.offer(uv_wheel)
    first = house.run("demo", "--port", "8123")
    assert has_answered(first, "lacrima got demo --port 8123"), first.stderr
    assert (house.root / ".bootstrap" / "venv" / "bin" / "uv").exists()

    start = time.monotonic()
    second = house.run("demo")
    assert time.monotonic() - start < 1
    assert has_answered(second, "lacrima got demo")
    assert second.stderr == ""


@pytest.mark.slow
@needs_pip
def test_without_venv_pip_alone_fetches_uv(house: House, uv_wheel: Path) -> None:
    house.offer(uv_wheel)
    house.take_away("venv", "ensurepip")
    done = house.run("demo")
    assert has_answered(done, "lacrima got demo"), done.stderr
    assert (house.root / ".bootstrap" / "alone" / "bin" / "uv").exists()


@pytest.mark.slow
def test_where_uv_cannot_be_had_venv_and_pip_do_it(house: House) -> None:
    done = house.run("check", "--fast")
    assert has_answered(done, "tools got --fast"), done.stderr
    assert (house.root / ".bootstrap" / "constraints.txt").exists()


@pytest.mark.slow
def test_debian_without_ensurepip_but_with_pip_can_do_it(house: House) -> None:
    house.take_away("ensurepip")
    done = house.run("demo")
    assert has_answered(done, "lacrima got demo"), done.stderr


@pytest.mark.slow
def test_a_python_that_its_system_manages_is_left_alone(house: House, uv_wheel: Path) -> None:
    python = externally_managed()
    house.offer(uv_wheel)
    before = installed_in(python)
    done = house.run("demo", python=python)
    assert has_answered(done, "lacrima got demo"), done.stderr
    assert installed_in(python) == before


@pytest.mark.slow
def test_a_small_environment_grows_when_a_developer_comes(house: House, uv_program: Path) -> None:
    (house.path / "uv").symlink_to(uv_program / "uv")
    assert has_answered(house.run("demo"), "lacrima got demo")
    assert has_answered(house.run("check", "--fast"), "tools got --fast")
    assert '"for_developers": true' in (house.root / ".venv" / "lacrima-ready.json").read_text()


@pytest.mark.slow
def test_another_python_keeps_the_environment_that_is_there(house: House, uv_program: Path) -> None:
    (house.path / "uv").symlink_to(uv_program / "uv")
    assert has_answered(house.run("check"), "tools got")
    made_by = (house.root / ".venv" / "pyvenv.cfg").read_text()
    beside = house.root / ".venv" / "beside.txt"
    beside.write_text("kept")
    with (house.root / "pyproject.toml").open("a") as pyproject:
        pyproject.write("\n[tool.other]\n")  # the fingerprint is another now
    other = next(iter(another_python()), BASE_PYTHON)
    assert has_answered(house.run("demo", python=other), "lacrima got demo")
    assert (house.root / ".venv" / "pyvenv.cfg").read_text() == made_by
    assert beside.read_text() == "kept"
    assert '"for_developers": true' in (house.root / ".venv" / "lacrima-ready.json").read_text()


@pytest.mark.slow
def test_without_a_line_to_the_internet_a_working_environment_is_not_cleared(
    house: House, uv_program: Path
) -> None:
    (house.path / "uv").symlink_to(uv_program / "uv")
    assert has_answered(house.run("demo"), "lacrima got demo")
    text = (house.root / "pyproject.toml").read_text()
    needing = text.replace("requires = []", 'requires = ["not-to-be-had"]')
    (house.root / "pyproject.toml").write_text(needing)
    assert house.run("demo").returncode == 1
    (house.root / "pyproject.toml").write_text(text)
    answered = [house.root / ".venv" / "bin" / "python", "-m", "lacrima", "demo"]
    assert subprocess.run(answered, capture_output=True, check=False).returncode == 0


def test_without_venv_and_pip_the_line_that_helps_is_said(house: House) -> None:
    house.take_away("venv", "ensurepip", "pip")
    done = house.run("demo")
    assert done.returncode == 1
    assert "sudo apt install python3-venv" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_package_that_cannot_be_fetched_is_told_with_the_next_step(house: House) -> None:
    pyproject = house.root / "pyproject.toml"
    text = pyproject.read_text().replace("requires = []", 'requires = ["not-to-be-had"]')
    pyproject.write_text(text)
    done = house.run("demo")
    assert done.returncode == 1
    assert "not-to-be-had" in done.stderr
    assert "Is there a line to the internet?" in done.stderr
    assert not (house.root / ".venv" / "lacrima-ready.json").exists()


def test_a_python_too_old_says_so(house: House) -> None:
    done = house.run("demo", python=old_python(house))
    assert done.returncode == 2
    assert "Lacrima needs Python 3.11 or newer" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_python_too_old_hands_over_to_a_newer_one(house: House, uv_program: Path) -> None:
    (house.path / "uv").symlink_to(uv_program / "uv")
    (house.path / "python3.11").symlink_to(BASE_PYTHON)
    done = house.run("demo", python=old_python(house))
    assert has_answered(done, "lacrima got demo"), done.stderr


def test_a_changed_lock_is_noticed(house: House) -> None:
    probe = "import bootstrap; print(bootstrap.wanted())"
    command = [BASE_PYTHON, "-c", probe]

    def fingerprint() -> str:
        return subprocess.run(
            command, cwd=house.root, capture_output=True, text=True, check=True
        ).stdout

    before = fingerprint()
    (house.root / "uv.lock").write_text("version = 2\n")
    assert fingerprint() != before


def test_an_unknown_chore_is_answered_with_the_list(house: House) -> None:
    done = house.run("dmeo")
    assert done.returncode == 2
    assert "no chore named 'dmeo'" in done.stderr
    assert "opens a simulated practice" in done.stderr


def test_no_chore_at_all_prints_the_list(house: House) -> None:
    done = house.run()
    assert done.returncode == 0
    assert all(name in done.stdout for name in bootstrap.VERBS)


def test_make_knows_the_same_chores() -> None:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    verbs = next(line for line in lines if line.startswith("VERBS :="))
    assert set(verbs.partition(":=")[2].split()) == set(bootstrap.VERBS)


def test_the_lock_in_pips_words_names_each_version_with_its_marker(tmp_path: Path) -> None:
    lock = tmp_path / "uv.lock"
    lock.write_text(
        '[[package]]\nname = "a"\nversion = "1"\nsource = { registry = "r" }\n'
        '[[package]]\nname = "b"\nversion = "2"\nsource = { registry = "r" }\n'
        "resolution-markers = [\"python_full_version < '3.12'\"]\n"
        '[[package]]\nname = "own"\nversion = "3"\nsource = { editable = "." }\n'
    )
    assert bootstrap.constraints(lock) == "a==1\nb==2 ; python_full_version < '3.12'\n"


def externally_managed() -> str:
    """A Python whose system forbids pip to change it."""
    probe = (
        "import pathlib, sysconfig, venv, ensurepip, sys; "
        "there = pathlib.Path(sysconfig.get_path('stdlib'), 'EXTERNALLY-MANAGED').exists(); "
        "sys.exit(not (there and sys.version_info >= (3, 11)))"
    )
    for name in ("/usr/bin/python3", *filter(None, [shutil.which("python3")])):
        if Path(name).exists() and subprocess.run([name, "-c", probe], check=False).returncode == 0:
            return name
    return pytest.skip("no Python here is managed by its system")


def another_python() -> list[str]:
    """Other Pythons that are new enough, by their usual names."""
    names = ("/usr/bin/python3.13", "/usr/bin/python3.12", "/usr/bin/python3.11")
    return [name for name in names if Path(name).exists() and name != BASE_PYTHON]


def installed_in(python: str) -> str:
    """All that a Python can import from its own folders, by file name and time."""
    code = (
        "import os, site; print([(e.name, e.stat().st_mtime) for d in site.getsitepackages() "
        "if os.path.isdir(d) for e in os.scandir(d)])"
    )
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout


def old_python(house: House) -> str:
    """A real Python before 3.11 where there is one; else this one, pretending."""
    folders = [Path(part) for part in os.environ["PATH"].split(os.pathsep)]
    folders += sorted(Path.home().glob(".pyenv/versions/*/bin"))
    for folder, name in itertools.product(folders, OLD_NAMES):
        found = folder / name
        if found.exists() and is_running(found):
            return str(found)
    pretender = house.root.parent / "old-python"
    pretender.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{PRETEND_OLD}" "$@"\n')
    pretender.chmod(0o755)
    return str(pretender)


def is_running(python: Path) -> bool:
    """Whether a program with Python's name is one, and not a pointer to nothing."""
    command = [python, "-c", "import sys; sys.exit(sys.version_info >= (3, 11))"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
