"""The walls between rooms hold, and a hole in one is found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.finding import ROOT


@pytest.mark.slow
@pytest.mark.parametrize(
    ("room", "hole"),
    [
        ("stats", "import django"),
        ("vault", "import lacrima.records.care"),
        ("moments", "import lacrima.instruments"),
        ("web", "import lacrima.records.care"),
        ("cli", "import lacrima.stats"),
        ("records", "import lacrima.practice"),
        ("relay", "import lacrima.vault"),
        ("relay", "import cryptography"),
        ("web", "import lacrima.relay.keeper"),
    ],
)
def test_a_hole_in_a_wall_is_found(tmp_path: Path, room: str, hole: str) -> None:
    there = tmp_path / "src" / "lacrima"
    shutil.copytree(ROOT / "src" / "lacrima", there, ignore=shutil.ignore_patterns("static"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (there / room / "planted.py").write_text(hole + "\n", encoding="utf-8")
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(there.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"lacrima.{room}.planted" in done.stdout
